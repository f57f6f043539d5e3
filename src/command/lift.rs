//! `holdpoint lift`: takes a hold away, or stands in for an entry that was lost.

use clap::Args;
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
    if !own && lifters.needed > 1 {
        shell.note(&format!("{} people of {} are needed to lift it; `holdpoint check {}` says how many have", lifters.needed, people(&lifters.members.iter().cloned().collect::<Vec<_>>()), desk.version));
    }
    Ok(Outcome::new(Exit::Done, receipt))
}

/// The hold that is meant, and who placed it; or an id that is named and lost.
fn target_of(desk: &Desk<'_>, id: &str) -> Result<(Digest, Option<Person>), Failure> {
    if let Some(lost) = id.parse().ok().filter(|it| desk.evidence.ledger().missing().contains(it)) {
        return Ok((lost, None));
    }
    let entry = entry_of(desk, id)?;
    match entry.statement.act {
        Act::Hold => Ok((entry.id, Some(entry.statement.by.clone()))),
        _ => Err(Failure::refused(format!("{} is a {}, and only holds are lifted", entry.id.short(), entry.statement.act.kind()))
            .hint(format!("holdpoint revoke {} {} --reason \"…\"", desk.version, entry.id.short()))),
    }
}
