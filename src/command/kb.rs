//! `holdpoint kb`: the knowledge base that is kept elsewhere.

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::Shell;

mod fetch;

pub(crate) use fetch::KbFetchJson;

/// Bring in an article of a knowledge base that is kept elsewhere
///
/// Where the policy has `[kb]`, support writes in its own system, and `kb.md` is the copy that is signed. `publish` and
/// `audit` hold the live article against that copy.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    step: Step,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
enum Step {
    Fetch(fetch::Options),
}

/// Does it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    match options.step {
        Step::Fetch(options) => fetch::run(shell, options),
    }
}
