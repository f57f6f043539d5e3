//! The command line: one file per command.

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::{Global, Shell};

mod inbox;

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident = $module:ident;)*) => {
        $(pub(crate) mod $module;)*

        /// What to do.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($(#[$doc])* $variant($module::Options),)*
        }

        /// Does it.
        pub(crate) fn run(shell: &Shell, command: Command) -> Result<Outcome, Failure> {
            match command {
                $(Command::$variant(options) => $module::run(shell, options),)*
            }
        }
    };
}

commands! {
    /// Begin: write and sign the first policy, and pin it as the root
    Init = init;
    /// Pin a root in this clone
    Trust = trust;
    /// Write the folder of a new release, with documents to fill in
    New = new;
    /// Write `artifacts.toml`: the files that go out, with their sizes and digests
    Artifacts = artifacts;
    /// Sign off a requirement; alone, list what waits for you
    Sign = sign;
    /// Take in a statement that was signed elsewhere
    Add = add;
    /// Say no to a requirement
    Decline = decline;
    /// Sign that a requirement does not apply to this release
    NotApplicable = not_applicable;
    /// Take back a sign-off, a waiver or a decline
    Revoke = revoke;
    /// Stop a release; anybody of the ring may
    Hold = hold;
    /// Lift a hold
    Lift = lift;
    /// Set a finding aside for a time
    Waive = waive;
    /// Ask the gate: may this release go out?
    Check = check;
    /// Ask the gate until the release is not waiting any more
    Wait = wait;
    /// Check the records and documents as they are written
    Lint = lint;
    /// Show a statement, and how to verify it with stock tools
    Show = show;
    /// Say what is out, and what is still owed and by whom
    Status = status;
    /// Say who answers for a release, who has signed and who must
    Who = who;
    /// Show what was said about a release, in order
    Log = log;
    /// Put a release on a site, if the gate says so
    Publish = publish;
    /// Take in a version that went out before Holdpoint, or around it
    Record = record;
    /// Compare a site with the record
    Audit = audit;
    /// Print the schemas of the JSON answers
    Schema = schema;
    /// Explain a finding code
    Explain = explain;
    /// Play the story that this tool was made for, in a new folder
    Demo = demo;
    /// Print completions for a shell
    Completions = completions;
    /// Write the manual pages
    Man = man;
}

/// Block a download-site publish until knowledge base, compatibility matrix and customer notice are signed off
///
/// Exit codes: 0 done or clear, 1 refused or blocked, 2 bad usage, 3 waiting for sign-offs or the day, 4 it could not be
/// told, 5 a what-if that would be clear.
#[derive(Debug, Parser)]
#[command(name = "holdpoint", version, about, long_about, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}
