//! `holdpoint lift`: takes a hold away, or stands in for an entry that was lost.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::decide::{Effect, effects};
use holdpoint_core::digest::Digest;
use holdpoint_core::name::Person;
use holdpoint_core::statement::Act;

use crate::desk::{Desk, entry_of};
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::render::people;
use crate::shell::{Shell, Signing};

/// Lift a hold
///
/// Whoever placed it may; otherwise the people of `[hold]` (the owners, where the policy has none), as many as it asks
/// for. An id that an entry names and that is lost is lifted the same way, by its full id. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// The hold: its id, or the first digits of it
    id: String,
    #[command(flatten)]
    signing: Signing,
}

/// Lifts it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let (target, author) = target_of(&desk, &options.id)?;
    let lifters = desk.evidence.policy().lifters();
    let own = author.as_ref() == Some(&desk.person);
    if !own && !lifters.members.contains(&desk.person) {
        let able: Vec<Person> = lifters.members.iter().chain(&author).cloned().collect();
        return Err(Failure::refused(format!("{} may not lift it", desk.person)).hint(format!("ask {}", people(&able))));
    }
    still_held(shell, &desk, &target)?;
    let before = lifted_by(&desk, &target);
    if before.contains(&desk.person) {
        let others: Vec<Person> = lifters.members.difference(&before).cloned().collect();
        return Err(Failure::refused(format!("{} has lifted it already, and {} people are needed", desk.person, lifters.needed))
            .hint(format!("ask {}", people(&others))));
    }
    if !signing.yes {
        if let Some(entry) = desk.evidence.ledger().get(&target) {
            Shell::say(&entry.statement.to_string());
        }
        Shell::confirm(&format!("Type {} to lift {}", desk.version, target.short()), &desk.version.to_string())?;
    }
    let role = if own { None } else { lifters.role.clone() };
    let statement = desk.statement(shell, Act::Lift { target }, role, Some(reason));
    let subject = format!("Lift {} of {}", target.short(), desk.version);
    let receipt = desk.place(shell, signing, vec![statement], &subject)?;
    let so_far = before.intersection(&lifters.members).count() + 1;
    if !own && so_far < lifters.needed {
        let others: Vec<Person> =
            lifters.members.iter().filter(|it| **it != desk.person && !before.contains(*it)).cloned().collect();
        let id = desk.evidence.ledger().get(&target).map_or_else(|| target.to_string(), |_| target.short());
        shell.note(&format!(
            "{so_far} of {} have lifted it; {} can too: holdpoint lift {} {id} --reason \"…\"",
            lifters.needed,
            people(&others),
            desk.version
        ));
    }
    Ok(Outcome::deed(Exit::Done, receipt))
}

/// Refuses to lift what is lifted.
fn still_held(shell: &Shell, desk: &Desk<'_>, target: &Digest) -> Result<(), Failure> {
    match effects(&desk.evidence, shell.now()).get(target) {
        Some(Effect::Settled) => Err(Failure::refused(format!("{} is lifted already", target.short()))
            .hint(format!("holdpoint check {}", desk.version))),
        _ => Ok(()),
    }
}

/// Everybody who has lifted `target`.
fn lifted_by(desk: &Desk<'_>, target: &Digest) -> BTreeSet<Person> {
    let entries = desk.evidence.ledger().entries().filter(|it| matches!(it.statement.act, Act::Lift { target: it } if it == *target));
    entries.map(|it| it.statement.by.clone()).collect()
}

/// The hold that is meant, and who placed it; or an id that is named and lost.
fn target_of(desk: &Desk<'_>, id: &str) -> Result<(Digest, Option<Person>), Failure> {
    if let Some(lost) = id.parse().ok().filter(|it| desk.evidence.ledger().is_missing(it)) {
        return Ok((lost, None));
    }
    let entry = entry_of(desk, id)?;
    match entry.statement.act {
        Act::Hold => Ok((entry.id, Some(entry.statement.by.clone()))),
        _ => Err(Failure::refused(format!("{} is {}, and only holds are lifted", entry.id.short(), entry.statement.act.a_noun()))
            .hint(format!("holdpoint revoke {} {} --reason \"…\"", desk.version, entry.id.short()))),
    }
}
