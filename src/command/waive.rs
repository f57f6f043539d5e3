//! `holdpoint waive`: break the glass. Enough people set a finding aside, for these very bytes and for a time.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::decide::{Effect, Question, decide, effects};
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::{Person, escaped, listed};
use holdpoint_core::policy::{Policy, WaiverRule};
use holdpoint_core::statement::{Act, Statement};
use jiff::{SignedDuration, Timestamp};

use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::render::people;
use crate::shell::{Shell, Signing};
use crate::sight::{self, Reach};

/// Set a finding aside for a time
///
/// The people of `[waiver]` each sign the same finding, with a reason and an expiry of at most `max_hours` from now. It
/// holds for the very bytes of now. Without CODE:SUBJECT it shows what somebody else has begun to waive, to be confirmed.
/// Whoever waives a requirement fills no seat in the release. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// What to set aside: a finding's code and its subject, such as missing:notice
    #[arg(value_name = "CODE:SUBJECT")]
    findings: Vec<String>,
    /// Until when (RFC 3339), such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    #[command(flatten)]
    signing: Signing,
}

/// A time as it is typed.
fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write it like 2026-11-22T10:00:00Z".to_owned())
}

/// What one waives: a code, its subject, and until when.
type Waived = (Code, String, Timestamp);

/// Waives.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    if !options.findings.is_empty() {
        signing.needed_reason()?;
    }
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let policy = desk.evidence.policy();
    let rule = may_waive(policy, &desk)?;
    let counting = counting(shell, &desk);
    let mut seen = desk.evidence.clone();
    sight::show(shell, &desk.record, &mut seen, Reach::Public)?;
    let open = decide(&seen, &Question::Check, shell.now()).findings;
    let waived = if options.findings.is_empty() {
        begun_by_others(&desk, &counting, options.until)?
    } else {
        let until = options.until.ok_or_else(|| {
            Failure::usage("a waiver needs an expiry").hint("add --until TIME, such as --until 2026-11-22T10:00:00Z")
        })?;
        options.findings.iter().map(|it| named(it, &open, until)).collect::<Result<_, _>>()?
    };
    for (_, _, until) in &waived {
        in_time(shell, rule, *until)?;
    }
    let subjects = desk.subjects(policy.all_subjects())?;
    // Who confirms what somebody else began sees it first, whatever is missing still.
    if !signing.yes || signing.reason.is_none() {
        for (code, about, until) in &waived {
            Shell::say(&format!("  {code}:{}  until {until}{}", escaped(about), begun(&desk, *code, about)));
        }
    }
    let reason = signing.needed_reason()?;
    if !signing.yes {
        Shell::confirm(&format!("Type {} to waive this", desk.version), &desk.version.to_string())?;
    }
    let voices = |(code, about, _): &Waived| -> BTreeSet<Person> {
        let before = counting.iter().filter(|((theirs, of, _), _)| theirs == code && of == about);
        before.map(|it| it.1.clone()).chain([desk.person.clone()]).collect()
    };
    let voices: Vec<_> = waived.iter().map(voices).collect();
    let mut statements: Vec<Statement> = Vec::new();
    for (finding, about, until) in waived {
        let about = about.parse().map_err(|why| Failure::usage(format!("`{}` {why}", escaped(&about))))?;
        let act = Act::Waive { subjects: subjects.clone(), finding, about, until };
        statements.push(desk.statement(shell, act, rule.quorum.role.clone(), Some(reason.clone())));
    }
    let subject = format!("Waive for {}", desk.version);
    let receipt = desk.place(shell, signing, statements, &subject)?;
    if let Some((so_far, others)) = wanting(rule, &voices) {
        shell.note(&format!(
            "{so_far} of {} have waived this; {} can confirm it: holdpoint waive {} --reason \"…\"",
            rule.quorum.needed,
            people(&others),
            desk.version
        ));
    }
    Ok(Outcome::deed(Exit::Done, receipt))
}

/// How many have waived what the fewest have waived, and who can do so too; nothing where that is enough.
fn wanting(rule: &WaiverRule, voices: &[BTreeSet<Person>]) -> Option<(usize, Vec<Person>)> {
    let fewest = voices.iter().min_by_key(|it| it.len())?;
    let others = rule.quorum.members.difference(fewest).cloned().collect();
    (fewest.len() < rule.quorum.needed).then_some((fewest.len(), others))
}

/// Every waive that counts now, with who signed it.
fn counting(shell: &Shell, desk: &Desk<'_>) -> Vec<(Waived, Person)> {
    let effects = effects(&desk.evidence, shell.now());
    let entries = desk.evidence.ledger().entries().filter(|it| effects.get(&it.id) == Some(&Effect::Counts));
    let waive = |it: &Entry| match &it.statement.act {
        Act::Waive { finding, about, until, .. } => Some(((*finding, about.to_string(), *until), it.statement.by.clone())),
        _ => None,
    };
    entries.filter_map(waive).collect()
}

fn may_waive<'p>(policy: &'p Policy, desk: &Desk<'_>) -> Result<&'p WaiverRule, Failure> {
    let rule = policy.waiver().ok_or_else(|| {
        Failure::refused("the policy lets nothing be waived").hint(format!("holdpoint check {}   (says who must sign)", desk.version))
    })?;
    if rule.quorum.members.contains(&desk.person) && !policy.is_machine(&desk.person) {
        return Ok(rule);
    }
    let able: Vec<_> = rule.quorum.members.iter().cloned().collect();
    Err(Failure::refused(format!("{} may not waive", desk.person)).hint(format!("ask {}", people(&able))))
}

/// A finding that was named as CODE:SUBJECT, and that is there.
fn named(text: &str, open: &[Finding], until: Timestamp) -> Result<Waived, Failure> {
    let (code, about) = text.split_once(':').ok_or_else(|| {
        Failure::usage(format!("`{}` is no finding", escaped(text))).hint("write its code and subject: missing:notice")
    })?;
    let code: Code = code.parse().map_err(|why| Failure::usage(format!("`{}` {why}", escaped(code))))?;
    let can = open.iter().filter(|it| it.severity > Severity::Warning && it.code.meaning().waivable);
    let can: Vec<String> = can.map(|it| format!("{}:{}", it.code, it.about)).collect();
    if !code.meaning().waivable {
        let next = open.iter().find(|it| it.code == code && it.about == about).map(|it| it.next.clone());
        let hint = next.filter(|it| !it.is_empty()).unwrap_or_else(|| format!("holdpoint explain {code}"));
        return Err(Failure::refused(format!("`{code}` cannot be waived")).hint(hint));
    }
    if !can.iter().any(|it| it == text) {
        let hint = if can.is_empty() { "there is nothing to waive".to_owned() } else { format!("there is {}", listed(can, "and")) };
        return Err(Failure::usage(format!("there is no finding `{}`", escaped(text))).hint(hint));
    }
    Ok((code, about.to_owned(), until))
}

/// What others have begun to waive, and this person has not.
fn begun_by_others(desk: &Desk<'_>, counting: &[(Waived, Person)], until: Option<Timestamp>) -> Result<Vec<Waived>, Failure> {
    let (own, others): (Vec<_>, Vec<_>) = counting.iter().partition(|it| it.1 == desk.person);
    let is_own = |code: Code, about: &str| own.iter().any(|((mine, of, _), _)| *mine == code && of == about);
    let begun = others.into_iter().filter(|((code, about, _), _)| !is_own(*code, about));
    let mut waived: Vec<Waived> =
        begun.map(|((code, about, theirs), _)| (*code, about.clone(), until.unwrap_or(*theirs))).collect();
    waived.sort();
    waived.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
    if waived.is_empty() {
        return Err(Failure::usage("nobody has begun to waive anything that you could confirm")
            .hint(format!("name a finding: holdpoint waive {} missing:notice --until TIME --reason \"…\"", desk.version)));
    }
    Ok(waived)
}

/// Who waived this before, and why: "  (dana@example.com: a security fix)", or nothing.
fn begun(desk: &Desk<'_>, code: Code, about: &str) -> String {
    let said = desk.evidence.ledger().in_order().into_iter().filter_map(|it| match &it.statement.act {
        Act::Waive { finding, about: theirs, .. } if *finding == code && theirs.as_str() == about => {
            let why = it.statement.reason.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(format!("{}: {}", it.statement.by, escaped(&why)))
        }
        _ => None,
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { String::new() } else { format!("  ({})", said.join("; ")) }
}

fn in_time(shell: &Shell, rule: &WaiverRule, until: Timestamp) -> Result<(), Failure> {
    let now = shell.now();
    let hours = i64::try_from(rule.max_hours).unwrap_or(i64::MAX / 3_600);
    let latest = now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    if until <= now {
        return Err(Failure::usage(format!("{until} is over")).hint("name a later time: --until TIME"));
    }
    if until > latest {
        return Err(Failure::refused(format!("a waiver lasts {} hours at most", rule.max_hours)).hint(format!("name an earlier time: --until {latest:.0}")));
    }
    Ok(())
}
