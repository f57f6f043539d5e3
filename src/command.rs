//! The command line: one file per command.

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::{Format, Global, Shell, Summary};

mod inbox;

macro_rules! commands {
    ($($variant:ident = $module:ident;)*) => {
        $(pub(crate) mod $module;)*

        /// What to do. The help of each command is written where its options are.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($variant($module::Options),)*
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
    Init = init;
    Trust = trust;
    Policy = policy;
    New = new;
    Artifacts = artifacts;
    Kb = kb;
    Matrix = matrix;
    Sign = sign;
    Add = add;
    Decline = decline;
    NotApplicable = not_applicable;
    Revoke = revoke;
    Hold = hold;
    Lift = lift;
    Waive = waive;
    Check = check;
    Wait = wait;
    Lint = lint;
    Show = show;
    Status = status;
    Can = can;
    Why = why;
    Stack = stack;
    Order = order;
    Identify = identify;
    Who = who;
    Log = log;
    Publish = publish;
    Record = record;
    Audit = audit;
    Attest = attest;
    VerifyAttestation = verify_attestation;
    Hook = hook;
    Schema = schema;
    Explain = explain;
    Doctor = doctor;
    Demo = demo;
    Completions = completions;
    Man = man;
}

impl Command {
    /// Where its answer is kept beside the log, for a command that has such an answer.
    pub(crate) fn summary(&self) -> Option<&Summary> {
        match self {
            Self::Check(options) => Some(&options.summary),
            Self::Lint(options) => Some(&options.summary),
            Self::Audit(options) => Some(&options.summary),
            Self::Publish(options) => Some(&options.summary),
            _ => None,
        }
    }

    /// Whether its answers have this form, besides those that every answer has.
    pub(crate) fn has_form(&self, format: Format) -> bool {
        let has_reports =
            matches!(self, Self::Check(_) | Self::Wait(_) | Self::Lint(_) | Self::Audit(_) | Self::Publish(_));
        let is_table = matches!(self, Self::Matrix(_));
        match format {
            Format::Human | Format::Json => true,
            Format::Github => has_reports,
            Format::Markdown => has_reports || is_table,
            Format::Html | Format::Csv => is_table,
        }
    }
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
