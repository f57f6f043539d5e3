//! `holdpoint hook`: the server's own guard, for a repository that people push to.

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::Shell;

mod install;
mod pre_receive;

pub(crate) use install::HookJson;
pub(crate) use pre_receive::PushJson;

/// Guard a repository on the server that people push to
///
/// `hook install` sets up a `pre-receive` hook, on the server. From then on a push is refused that takes away or changes
/// anything signed, adds what is no valid entry, adopts a policy without enough of its owners, rewrites the branch of record, or
/// tags a release (`v2.7.0`) that is not clear.
///
/// Exit codes: those of `hook install` and of `hook pre-receive`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

/// What to do with the hook.
#[derive(Debug, Subcommand)]
enum What {
    Install(install::Options),
    PreReceive(pre_receive::Options),
}

/// Does it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    match options.what {
        What::Install(options) => install::run(shell, options),
        What::PreReceive(options) => pre_receive::run(shell, options),
    }
}
