//! `holdpoint revoke`: takes back a sign-off, a waiver or a decline.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::decide::{Effect, effects};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::listed;
use holdpoint_core::statement::Act;

use crate::desk::{Desk, entry_of};
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Shell, Signing};

/// Take back a sign-off, a waiver or a decline
///
/// Its signer may, and anybody in its role. It takes back every approval of that person for that requirement that was
/// signed without having seen it. Holds are lifted, not revoked; a publication cannot be undone. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// The entry: its id, or the first digits of it
    id: String,
    #[command(flatten)]
    signing: Signing,
}

/// Takes it back.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let entry = entry_of(&desk, &options.id)?;
    let policy = desk.evidence.policy();
    let (kind, version, short) = (entry.statement.act.noun(), &desk.version, entry.id.short());
    let (able, role) = match &entry.statement.act {
        Act::Approve(it) | Act::NotApplicable(it) | Act::Decline(it) => {
            let requirement = policy.requirement(&it.requirement);
            let able: Vec<_> = requirement.map(|it| policy.signers_of(it)).into_iter().flatten().collect();
            let roles = requirement.map(|it| it.roles.clone()).unwrap_or_default();
            (able, roles.into_iter().find(|it| policy.people_of(it).contains(&desk.person)))
        }
        Act::Waive { .. } => {
            let quorum = policy.waiver().map(|it| it.quorum.clone());
            let able: Vec<_> = quorum.iter().flat_map(|it| it.members.clone()).collect();
            (able, quorum.and_then(|it| it.role).filter(|it| policy.people_of(it).contains(&desk.person)))
        }
        Act::Hold => {
            return Err(Failure::refused("a hold is lifted, not revoked")
                .hint(format!("holdpoint lift {version} {short} --reason \"…\"")));
        }
        Act::Publish { .. } | Act::Adopt { .. } => {
            return Err(Failure::refused(format!("{} cannot be taken back", entry.statement.act.a_noun()))
                .hint(format!("to stop the version everywhere: holdpoint hold {version} --reason \"…\"")));
        }
        Act::Revoke { .. } | Act::Lift { .. } => {
            return Err(Failure::refused(format!("{} cannot be taken back", entry.statement.act.a_noun()))
                .hint("sign, decline or hold anew"));
        }
    };
    if !able.contains(&desk.person) && entry.statement.by != desk.person {
        let who: BTreeSet<_> = able.iter().chain([&entry.statement.by]).collect();
        return Err(Failure::refused(format!("{} may not revoke it", desk.person)).hint(format!("ask {}", listed(who, "or"))));
    }
    if let Some(done) = done_already(shell, &desk, entry) {
        return Err(Failure::refused(done).hint(format!("holdpoint check {version}")));
    }
    if !signing.yes {
        Shell::say(&entry.statement.to_string());
        Shell::confirm(&format!("Type {} to revoke this {kind}", desk.version), &desk.version.to_string())?;
    }
    let subject = format!("Revoke the {kind} of {} for {}", entry.statement.by, desk.version);
    let statement = desk.statement(shell, Act::Revoke { target: entry.id }, role, Some(reason));
    Ok(Outcome::deed(Exit::Done, desk.place(shell, signing, vec![statement], &subject)?))
}

/// That there is nothing left to take back, if that is so.
fn done_already(shell: &Shell, desk: &Desk<'_>, entry: &Entry) -> Option<String> {
    match effects(&desk.evidence, shell.now()).get(&entry.id)? {
        Effect::Revoked(by) => Some(format!("{} was taken back already, by {}", entry.id.short(), by.short())),
        Effect::Settled => Some(format!("{} is answered already, and stops nothing", entry.id.short())),
        Effect::Counts | Effect::Stale(_) | Effect::Lapsed(_) | Effect::Nothing(_) => None,
    }
}
