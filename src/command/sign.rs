//! `holdpoint sign`: a yes to one requirement, for the bytes that HEAD holds.

use std::path::PathBuf;

use clap::Args;
use holdpoint_core::decide::{State, seats_of, standings};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::{RequirementName, RoleName, SubjectPath, escaped, listed, nearest};
use holdpoint_core::policy::Requirement;
use holdpoint_core::statement::{Act, SignOff, Subject};
use schemars::JsonSchema;
use serde::Serialize;

use super::inbox;
use crate::desk::{Desk, has_room};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::render::{paint, people};
use crate::repo::unified_diff;
use crate::shell::{Shell, Signing};

/// Sign off a requirement; alone, list what waits for you
///
/// Signs what HEAD holds. Without `--yes` it shows the document, or what changed since the last approval, and what the
/// sign-off vouches for, and asks for the version to be typed. The statement is committed; `--push` shares it.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version; none lists what waits for you
    #[arg(requires = "requirement")]
    version: Option<String>,
    /// The requirement
    requirement: Option<String>,
    /// Write the bytes for somebody who has only ssh-keygen; `holdpoint add` takes them back
    #[arg(long, value_name = "FILE", requires = "requirement")]
    request: Option<PathBuf>,
    #[command(flatten)]
    signing: Signing,
}

/// The answer of `holdpoint sign --request`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "request")]
pub(crate) struct RequestJson {
    schema: u64,
    /// The file that holds the bytes to sign.
    file: String,
    /// What the signature must be for.
    namespace: String,
    /// The commands that sign it and take it back.
    next: Vec<String>,
    exit_code: u8,
}

/// Signs, or lists what waits.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let (Some(version), Some(requirement)) = (&options.version, &options.requirement) else {
        return inbox::of(shell, &repo, &options.signing);
    };
    let signing = &options.signing;
    let desk = match &options.request {
        Some(_) => Desk::for_absent(shell, &repo, version, signing)?,
        None => Desk::open(shell, &repo, version, signing)?,
    };
    let requirement = requirement_of(&desk, requirement)?;
    let role = role_of(&desk, requirement)?;
    has_seat(shell, &desk, requirement)?;
    let subjects = desk.subjects(&requirement.subjects)?;
    is_wanted(shell, &desk, requirement)?;
    let act = Act::Approve(SignOff { requirement: requirement.name.clone(), subjects: subjects.clone() });
    let statement = desk.statement(shell, act, Some(role), signing.reason.clone());
    if let Some(file) = &options.request {
        has_room(&desk.evidence, &statement.act)?;
        return request(file, &statement.to_string(), &statement.namespace().to_string());
    }
    if !signing.yes {
        present(&desk, requirement, &subjects)?;
        Shell::confirm(&format!("Type {} to approve `{}`", desk.version, requirement.name), &desk.version.to_string())?;
    }
    let subject = format!("Approve {} of {}", requirement.name, desk.version);
    let receipt = desk.place(shell, signing, vec![statement], &subject)?;
    Ok(Outcome::deed(crate::failure::Exit::Done, receipt))
}

/// The requirement of that name.
pub(super) fn requirement_of<'d>(desk: &'d Desk<'_>, name: &str) -> Result<&'d Requirement, Failure> {
    let policy = desk.evidence.policy();
    let known: Vec<&str> = policy.requirements().iter().map(|it| it.name.as_str()).collect();
    let found = name.parse::<RequirementName>().ok().and_then(|it| policy.requirement(&it));
    found.ok_or_else(|| {
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the policy has {}", listed(known, "and")),
        };
        Failure::usage(format!("there is no requirement `{}`", escaped(name))).hint(hint)
    })
}

/// The role in which this person signs off this requirement: of several, one whose seat they do not fill yet.
pub(super) fn role_of(desk: &Desk<'_>, requirement: &Requirement) -> Result<RoleName, Failure> {
    let policy = desk.evidence.policy();
    let own: Vec<&RoleName> = requirement.roles.iter().filter(|it| policy.people_of(it).contains(&desk.person)).collect();
    let signed = |role: &RoleName| {
        desk.evidence.ledger().entries().any(|it| {
            it.statement.by == desk.person
                && it.statement.role.as_ref() == Some(role)
                && it.statement.act.sign_off().is_some_and(|it| it.requirement == requirement.name)
        })
    };
    let free = own.iter().find(|it| !signed(it)).or(own.first());
    free.map(|it| (*it).clone()).ok_or_else(|| {
        let able: Vec<_> = policy.signers_of(requirement).into_iter().collect();
        let who = if policy.is_machine(&desk.person) { "a machine signs nothing off" } else { "not in the role" };
        Failure::refused(format!("{} cannot sign `{}`: {who}", desk.person, requirement.name))
            .because(format!("the role is {}", listed(&requirement.roles, "and")))
            .hint(format!("ask {}", people(&able)))
    })
}

/// Refuses a second seat.
pub(super) fn has_seat(shell: &Shell, desk: &Desk<'_>, requirement: &Requirement) -> Result<(), Failure> {
    let seats = seats_of(&desk.evidence, shell.now(), &desk.person);
    let waives = seats.contains(&None);
    let other = seats.iter().flatten().find(|it| it.0 != requirement.name);
    if waives || (desk.evidence.policy().distinct() && other.is_some()) {
        let what = other.map_or_else(|| "waived a requirement".to_owned(), |it| format!("signed `{}`", it.0));
        let others: Vec<_> = desk.evidence.policy().signers_of(requirement).into_iter().filter(|it| *it != desk.person).collect();
        return Err(Failure::refused(format!("{} has {what} of {}; one person fills one seat", desk.person, desk.version))
            .hint(format!("ask {}, or revoke the other one: holdpoint revoke {} ID --reason \"…\"", people(&others), desk.version)));
    }
    Ok(())
}

/// Refuses a yes that is there already.
pub(super) fn is_wanted(shell: &Shell, desk: &Desk<'_>, requirement: &Requirement) -> Result<(), Failure> {
    let seats = seats_of(&desk.evidence, shell.now(), &desk.person);
    let own = |seat: &Option<(RequirementName, RoleName)>| seat.as_ref().is_some_and(|it| it.0 == requirement.name);
    let declined = standings(&desk.evidence, shell.now()).iter().any(|it| it.name == requirement.name && it.state == State::Declined);
    let roles_left = requirement.roles.len() > seats.iter().filter(|it| own(it)).count();
    if !seats.iter().any(own) || declined || (roles_left && requirement.roles.len() > 1) {
        return Ok(());
    }
    let is_own_yes = |it: &&Entry| {
        it.statement.by == desk.person
            && matches!(&it.statement.act, Act::Approve(yes) | Act::NotApplicable(yes) if yes.requirement == requirement.name)
    };
    let name = &requirement.name;
    let (said, id) = match desk.evidence.ledger().in_order().into_iter().rev().find(is_own_yes) {
        Some(it) if matches!(it.statement.act, Act::NotApplicable(_)) => {
            (format!("signed already that `{name}` does not apply"), it.id.short())
        }
        other => (format!("approved `{name}` already"), other.map_or_else(|| "ID".to_owned(), |it| it.id.short())),
    };
    let (person, version) = (&desk.person, &desk.version);
    Err(Failure::refused(format!("{person} has {said}, for these very bytes"))
        .hint(format!("to say something else, take it back first: holdpoint revoke {version} {id} --reason \"…\"")))
}

/// Shows what is about to be signed: the document, or what changed since it was last approved.
pub(super) fn present(desk: &Desk<'_>, requirement: &Requirement, subjects: &[Subject]) -> Result<(), Failure> {
    for subject in subjects {
        let place = format!("releases/{}/{}", desk.version, subject.path);
        let bytes = desk.evidence.to_be_signed().bytes(&subject.path).unwrap_or_default();
        let shown = match approved_before(desk, requirement, &subject.path)? {
            Some(earlier) if earlier == bytes => format!("{place}: unchanged since it was last approved\n"),
            Some(earlier) => unified_diff(&place, &earlier, bytes),
            None => {
                Shell::say(&paint::bold(&place));
                String::from_utf8_lossy(bytes).into_owned()
            }
        };
        Shell::say(&shown.lines().map(|it| format!("{}\n", shown_line(it))).collect::<String>());
    }
    Shell::say(&format!("{}: {}", paint::bold(requirement.title.as_str()), requirement.asks));
    Ok(())
}

/// A line of a document as it may be shown: nothing in it can speak to the terminal.
pub(super) fn shown_line(line: &str) -> String {
    escaped(&line.replace('\t', "    "))
}

/// What a file held when it was last approved, if that is still in the history.
fn approved_before(desk: &Desk<'_>, requirement: &Requirement, path: &SubjectPath) -> Result<Option<Vec<u8>>, Failure> {
    let mut approvals = desk.evidence.ledger().in_order().into_iter().filter(|it| {
        matches!(&it.statement.act, Act::Approve(it) if it.requirement == requirement.name)
    });
    let last = approvals.next_back().and_then(|it| it.statement.act.subjects().iter().find(|it| it.path == *path).cloned());
    let Some(last) = last else { return Ok(None) };
    let place = format!("releases/{}/{path}", desk.version);
    let found = desk.record.repo.earlier_bytes(&desk.record.snapshot, &place, &std::iter::once(last.sha256).collect())?;
    Ok(found.into_values().next())
}

/// Writes the bytes of a statement for somebody who has only `ssh-keygen`.
fn request(file: &std::path::Path, statement: &str, namespace: &str) -> Result<Outcome, Failure> {
    let shown = file.display();
    std::fs::write(file, statement).map_err(|why| Failure::new(format!("`{shown}` cannot be written")).because(why))?;
    let sign = format!("ssh-keygen -Y sign -f KEY -n {namespace} {shown}");
    let add = format!("holdpoint add {shown} {shown}.sig");
    let human = format!("wrote {shown}: the statement to sign, byte for byte\n\nnext: {sign}\n      {add}\n");
    let json = RequestJson {
        schema: SCHEMA,
        file: shown.to_string(),
        namespace: namespace.to_owned(),
        next: vec![sign, add],
        exit_code: 0,
    };
    Ok(Outcome::done(human, value(&json)))
}
