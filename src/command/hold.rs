//! `holdpoint hold`: a cord that everybody of the ring may pull.

use clap::Args;
use holdpoint_core::statement::Act;

use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Shell, Signing};

/// Stop a release; anybody of the ring may
///
/// A hold stops the version on every site until it is lifted: by whoever placed it, or by the people of `[hold]`
/// together. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    #[command(flatten)]
    signing: Signing,
}

/// Pulls the cord.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    if !signing.yes {
        Shell::confirm(&format!("Type {} to hold it", desk.version), &desk.version.to_string())?;
    }
    let statement = desk.statement(shell, Act::Hold, None, Some(reason));
    let subject = format!("Hold {}", desk.version);
    Ok(Outcome::deed(Exit::Done, desk.place(shell, signing, vec![statement], &subject)?))
}
