//! `holdpoint not-applicable`: a requirement does not apply to this release. As many people say so as would approve.

use clap::Args;
use holdpoint_core::decide::to_be_told;
use holdpoint_core::statement::{Act, SignOff};

use super::sign::{has_seat, is_wanted, present, requirement_of, role_of};
use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Shell, Signing};

/// Sign that a requirement does not apply to this release
///
/// Only where the policy says `may_skip = true`, by as many people as would approve. It needs `--reason`.
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

/// Signs that it does not apply.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let requirement = requirement_of(&desk, &options.requirement)?;
    if !requirement.may_skip {
        return Err(Failure::refused(format!("the policy does not let `{}` be skipped", requirement.name))
            .hint("sign or decline it; only the owners can change the policy"));
    }
    let role = role_of(&desk, requirement)?;
    has_seat(shell, &desk, requirement)?;
    if let [pair, ..] = to_be_told(&desk.evidence, &requirement.name).as_slice() {
        return Err(Failure::refused(format!("`{}` applies: {pair} do not work together", requirement.name))
            .hint(format!("write it, and sign it: holdpoint lint {} --fix begins the text", desk.version)));
    }
    let subjects = desk.subjects(&requirement.subjects)?;
    is_wanted(shell, &desk, requirement)?;
    if !signing.yes {
        present(&desk, requirement, &subjects)?;
        let question = format!("Type {} to say that `{}` does not apply", desk.version, requirement.name);
        Shell::confirm(&question, &desk.version.to_string())?;
    }
    let act = Act::NotApplicable(SignOff { requirement: requirement.name.clone(), subjects });
    let statement = desk.statement(shell, act, Some(role), Some(reason));
    let subject = format!("{} does not apply to {}", requirement.name, desk.version);
    Ok(Outcome::deed(Exit::Done, desk.place(shell, signing, vec![statement], &subject)?))
}
