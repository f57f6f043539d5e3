//! `holdpoint decline`: a no to one requirement. It stands until it is taken back, or answered by people who saw it.

use clap::Args;
use holdpoint_core::statement::{Act, SignOff};

use super::sign::{present, requirement_of, role_of};
use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Shell, Signing};

/// Say no to a requirement
///
/// A no stands, whatever the bytes, until it is revoked, until its signer approves later, or until the full number of
/// approvals has seen it and covers other bytes. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// The requirement
    requirement: String,
    #[command(flatten)]
    signing: Signing,
}

/// Says no.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let requirement = requirement_of(&desk, &options.requirement)?;
    let role = role_of(&desk, requirement)?;
    let subjects = desk.subjects(&requirement.subjects)?;
    if !signing.yes {
        present(&desk, requirement, &subjects)?;
        Shell::confirm(&format!("Type {} to decline `{}`", desk.version, requirement.name), &desk.version.to_string())?;
    }
    let act = Act::Decline(SignOff { requirement: requirement.name.clone(), subjects });
    let statement = desk.statement(shell, act, Some(role), Some(reason));
    let subject = format!("Decline {} of {}", requirement.name, desk.version);
    Ok(Outcome::deed(Exit::Done, desk.place(shell, signing, vec![statement], &subject)?))
}
