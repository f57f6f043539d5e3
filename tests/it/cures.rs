//! Every printed cure, carried out in the state that prints it: the command is taken from the answer, filled in by rule and run as
//! printed, where the person stands; an edit is made as an edit. Afterwards the same question no longer has that finding.
//!
//! A new code gets one line in `cures/table.rs`; the state comes from its case in `codes.rs`.

use std::collections::BTreeSet;

use crate::sandbox::{Answer, Sandbox, email, keys};

mod elsewhere;
mod failures;
mod printed;
mod rows;
mod source;
mod table;

use printed::commands;

/// How a finding is cured.
pub(crate) struct Cure {
    /// Who does it: their address and key are in the git settings. Empty: the first of those that the finding names.
    by: &'static str,
    /// What makes the state one for which the command is meant, where there are several.
    before: fn(&Sandbox),
    /// What the command exits with, besides 0 and 3.
    exit: i32,
    /// Which of the printed commands heals, counted from 0; those before it are run as well. None: the cure is an edit.
    command: Option<usize>,
    /// What the words beside the command ask for: an edit, a commit, a sign-off of somebody else.
    then: fn(&Sandbox),
    /// Why the finding stays, if it does.
    stays: Option<&'static str>,
    /// The words that an edit carries out.
    says: &'static str,
    /// The places of the source that print it.
    prints: &'static [&'static str],
}

impl Cure {
    fn then(self, then: fn(&Sandbox)) -> Self {
        Self { then, ..self }
    }

    fn before(self, before: fn(&Sandbox)) -> Self {
        Self { before, ..self }
    }

    fn prints(self, prints: &'static [&'static str]) -> Self {
        Self { prints, ..self }
    }

    fn exits(self, exit: i32) -> Self {
        Self { exit, ..self }
    }
}

/// The printed command heals.
fn run(by: &'static str) -> Cure {
    run_nth(0, by)
}

/// That one of the printed commands heals.
fn run_nth(command: usize, by: &'static str) -> Cure {
    Cure { by, before: |_| {}, exit: 0, command: Some(command), then: |_| {}, stays: None, says: "", prints: &[] }
}

/// The printed words ask for an edit.
fn edit(then: fn(&Sandbox)) -> Cure {
    Cure { command: None, then, ..run("dana") }
}

/// These printed words ask for an edit: the one that they say, and no other.
fn edit_as(says: &'static str, then: fn(&Sandbox)) -> Cure {
    Cure { says, ..edit(then) }
}

/// The printed command says more, and what it is about stays as it is.
fn stays(by: &'static str, why: &'static str) -> Cure {
    Cure { stays: Some(why), ..run(by) }
}

/// Makes the git settings those of somebody.
pub(crate) fn stand_as(sandbox: &Sandbox, folder: &str, who: &str) {
    sandbox.git_in(folder, &["config", "user.email", &email(who)]);
    sandbox.git_in(folder, &["config", "user.name", who]);
    sandbox.git_in(folder, &["config", "user.signingkey", keys().join(who).to_str().unwrap()]);
}

/// Runs a printed command as it is printed, with its blanks filled in.
#[track_caller]
pub(crate) fn carry_out(sandbox: &Sandbox, folder: &str, printed: &str, exit: i32) {
    let line = printed::filled(printed, sandbox);
    let answer = sandbox.shell(folder, &line);
    assert!([0, 3, exit].contains(&answer.code), "`{line}`, printed as `{printed}`: {answer:#?}");
}

/// A finding: what it is about, who can act, and what is printed.
#[derive(Debug)]
struct Found {
    subject: String,
    severity: String,
    who: Option<String>,
    next: String,
}

/// The findings of this code.
fn of_code(answer: &Answer, code: &str) -> Vec<Found> {
    let json = answer.json();
    let found = |it: &serde_json::Value| Found {
        subject: it["subject"].as_str().unwrap().to_owned(),
        severity: it["severity"].as_str().unwrap().to_owned(),
        who: it["who"][0].as_str().and_then(|email| email.split('@').next()).map(str::to_owned),
        next: it["next"].as_str().unwrap().to_owned(),
    };
    let all = json["findings"].as_array().into_iter().flatten().filter(|it| it["code"] == code);
    all.map(found).collect()
}

/// The cure of this code, printed in the state of its case, heals that state.
#[track_caller]
fn heals(code: &str, cure: &Cure) {
    let answer = crate::codes::situation(code);
    let asked = answer.asked.as_ref().unwrap();
    (cure.before)(&asked.sandbox);
    let found = of_code(&answer, code);
    let said = found.iter().map(|it| format!("{}\n", it.next)).collect::<String>();
    assert!(said.contains(cure.says), "`{}` is not what is printed: {said}", cure.says);
    for printed in cure.prints {
        let place = source::place(&source::printed(), printed).unwrap();
        assert!(place.found_in(&said).is_some(), "{printed} is not what is printed: {said}");
    }
    for it in &found {
        assert!(!it.next.is_empty(), "`{code}` of {} says nothing of what to do: {answer:#?}", it.subject);
        let by = if cure.by.is_empty() { it.who.as_deref().unwrap() } else { cure.by };
        stand_as(&asked.sandbox, &asked.folder, by);
        let commands = commands(&it.next);
        match cure.command {
            Some(nth) => {
                assert!(commands.len() > nth, "`{}` has no command {nth}", it.next);
                for command in &commands[..=nth] {
                    carry_out(&asked.sandbox, &asked.folder, command, cure.exit);
                }
            }
            // What could be typed is typed, or its row says why not.
            None => assert!(!it.next.starts_with("holdpoint ") || WAITS.contains(&code), "a command: {}", it.next),
        }
    }
    (cure.then)(&asked.sandbox);
    let arguments: Vec<&str> = asked.arguments.iter().map(String::as_str).collect();
    let after = asked.sandbox.holdpoint_in(&asked.folder, &arguments);
    // What only warns now where it stopped everything before is settled: the record still says that it was so.
    let stopped = found.iter().any(|it| it.severity != "warning");
    let mut left = of_code(&after, code);
    left.retain(|it| !stopped || it.severity != "warning");
    match cure.stays {
        None => assert!(left.is_empty(), "`{code}` is still there after {found:#?}: {after:#?}"),
        Some(why) => assert!(!left.is_empty(), "`{code}` is healed, although {why}"),
    }
}

/// Codes whose command waits for a day that no test can wait for: the day is changed instead.
const WAITS: &[&str] = &["too-early"];

#[test]
fn every_code_has_a_cure() {
    let json = Sandbox::empty().holdpoint(&["explain", "--format", "json"]).exits(0).json();
    let known: BTreeSet<&str> =
        json["codes"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    let cured: BTreeSet<&str> = table::CURED.iter().chain(elsewhere::CURED).copied().collect();
    assert_eq!(cured, known, "each code has one line in `tests/it/cures/table.rs`");
}
