//! `holdpoint waive`: break the glass. Enough people set a finding aside, for these very bytes and for a time.

use clap::Args;
use holdpoint_core::decide::{Question, decide};
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{escaped, listed};
use holdpoint_core::policy::{Policy, WaiverRule};
use holdpoint_core::statement::{Act, Statement};
use jiff::{SignedDuration, Timestamp};

use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::render::people;
use crate::shell::{Shell, Signing};

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
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    #[command(flatten)]
    signing: Signing,
}

/// What one waives: a code, its subject, and until when.
type Waived = (Code, String, Timestamp);

/// Waives.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let policy = desk.evidence.policy();
    let rule = may_waive(policy, &desk)?;
    let open = decide(&desk.evidence, &Question::Check, shell.now()).findings;
    let waived = if options.findings.is_empty() {
        begun_by_others(shell, &desk, options.until)?
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
    if !signing.yes {
        for (code, about, until) in &waived {
            Shell::say(&format!("  {code}:{about}  until {until}"));
        }
        Shell::confirm(&format!("Type {} to waive this", desk.version), &desk.version.to_string())?;
    }
    let mut statements: Vec<Statement> = Vec::new();
    for (finding, about, until) in waived {
        let about = about.parse().map_err(|why| Failure::usage(format!("`{}` {why}", escaped(&about))))?;
        let act = Act::Waive { subjects: subjects.clone(), finding, about, until };
        statements.push(desk.statement(shell, act, rule.quorum.role.clone(), Some(reason.clone())));
    }
    let subject = format!("Waive for {}", desk.version);
    let receipt = desk.place(shell, signing, statements, &subject)?;
    if rule.quorum.needed > 1 {
        let others: Vec<_> = rule.quorum.members.iter().filter(|it| **it != desk.person).cloned().collect();
        shell.note(&format!("{} people are needed; to confirm: holdpoint waive {} --reason \"…\"   ({})", rule.quorum.needed, desk.version, people(&others)));
    }
    Ok(Outcome::new(Exit::Done, receipt))
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
        return Err(Failure::refused(format!("`{code}` cannot be waived")).hint(code.meaning().cure));
    }
    if !can.iter().any(|it| it == text) {
        let hint = if can.is_empty() { "there is nothing to waive".to_owned() } else { format!("there is {}", listed(can, "and")) };
        return Err(Failure::usage(format!("there is no finding `{}`", escaped(text))).hint(hint));
    }
    Ok((code, about.to_owned(), until))
}

/// What others have begun to waive, and this person has not, that would count now.
fn begun_by_others(shell: &Shell, desk: &Desk<'_>, until: Option<Timestamp>) -> Result<Vec<Waived>, Failure> {
    let now = shell.now();
    let mut waived: Vec<Waived> = Vec::new();
    let mut own: Vec<(Code, String)> = Vec::new();
    for entry in desk.evidence.ledger().entries() {
        let Act::Waive { finding, about, until: theirs, subjects } = &entry.statement.act else { continue };
        let current = subjects.iter().all(|it| desk.evidence.digests().get(&it.path) == Some(&it.sha256));
        if entry.statement.by == desk.person {
            own.push((*finding, about.to_string()));
        } else if current && *theirs > now {
            let until = until.unwrap_or(*theirs);
            waived.push((*finding, about.to_string(), until));
        }
    }
    waived.retain(|(code, about, _)| !own.contains(&(*code, about.clone())));
    waived.sort();
    waived.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
    if waived.is_empty() {
        return Err(Failure::usage("nobody has begun to waive anything that you could confirm")
            .hint(format!("name a finding: holdpoint waive {} missing:notice --until TIME --reason \"…\"", desk.version)));
    }
    Ok(waived)
}

fn in_time(shell: &Shell, rule: &WaiverRule, until: Timestamp) -> Result<(), Failure> {
    let now = shell.now();
    let hours = i64::try_from(rule.max_hours).unwrap_or(i64::MAX / 3_600);
    let latest = now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    if until <= now {
        return Err(Failure::usage(format!("{until} is over")).hint("name a later time: --until TIME"));
    }
    if until > latest {
        return Err(Failure::refused(format!("a waiver lasts {} hours at most", rule.max_hours)).hint(format!("name a time until {latest:.0}")));
    }
    Ok(())
}
