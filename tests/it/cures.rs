//! Every printed cure, carried out in the state that prints it: the command is taken from the answer, filled in by rule and run as
//! printed, where the person stands; an edit is made as an edit. Afterwards the same question no longer has that finding.
//!
//! A new code gets one line in `cures/table.rs`; the state comes from its case in `codes.rs`.

use std::collections::BTreeSet;

use crate::sandbox::{Answer, Sandbox, email, keys};

mod elsewhere;
mod failures;
mod printed;
mod table;

use printed::commands;

/// How a finding is cured.
pub(crate) struct Cure {
    /// Who does it: their address and key are in the git settings.
    by: &'static str,
    /// Which of the printed commands heals, counted from 0; those before it are run as well. None: the cure is an edit.
    command: Option<usize>,
    /// What the words beside the command ask for: an edit, a commit, a sign-off of somebody else.
    then: fn(&Sandbox),
    /// Why the finding stays, if it does.
    stays: Option<&'static str>,
}

impl Cure {
    fn then(self, then: fn(&Sandbox)) -> Self {
        Self { then, ..self }
    }
}

/// The printed command heals.
fn run(by: &'static str) -> Cure {
    run_nth(0, by)
}

/// That one of the printed commands heals.
fn run_nth(command: usize, by: &'static str) -> Cure {
    Cure { by, command: Some(command), then: |_| {}, stays: None }
}

/// The printed words ask for an edit.
fn edit(then: fn(&Sandbox)) -> Cure {
    Cure { by: "dana", command: None, then, stays: None }
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
pub(crate) fn carry_out(sandbox: &Sandbox, folder: &str, printed: &str) -> Answer {
    let line = printed::filled(printed, sandbox);
    let answer = sandbox.shell(folder, &line);
    assert!([0, 3].contains(&answer.code), "`{line}`, printed as `{printed}`: {answer:#?}");
    answer
}

/// The findings of this code, as what they are about and what they print.
fn of_code(answer: &Answer, code: &str) -> Vec<(String, String)> {
    let json = answer.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = json["findings"].as_array().unwrap().iter().filter(|it| it["code"] == code);
    all.map(|it| (text(&it["subject"]), text(&it["next"]))).collect()
}

/// The cure of this code, printed in the state of its case, heals that state.
#[track_caller]
fn heals(code: &str, cure: &Cure) {
    let answer = crate::codes::situation(code);
    let asked = answer.asked.as_ref().unwrap();
    let found = of_code(&answer, code);
    stand_as(&asked.sandbox, &asked.folder, cure.by);
    for (subject, next) in &found {
        assert!(!next.is_empty(), "`{code}` of {subject} says nothing of what to do: {answer:#?}");
        let commands = commands(next);
        match cure.command {
            Some(nth) => {
                assert!(commands.len() > nth, "`{next}` has no command {nth}");
                for command in &commands[..=nth] {
                    carry_out(&asked.sandbox, &asked.folder, command);
                }
            }
            None => assert!(
                !next.starts_with("holdpoint ") || commands.is_empty() || code == "too-early",
                "the cure of `{code}` is a command: {next}"
            ),
        }
    }
    (cure.then)(&asked.sandbox);
    let arguments: Vec<&str> = asked.arguments.iter().map(String::as_str).collect();
    let after = asked.sandbox.holdpoint_in(&asked.folder, &arguments);
    let left = of_code(&after, code);
    match cure.stays {
        None => assert!(left.is_empty(), "`{code}` is still there after {found:#?}: {after:#?}"),
        Some(why) => assert!(!left.is_empty(), "`{code}` is healed, although {why}"),
    }
}

#[test]
fn every_code_has_a_cure() {
    let json = Sandbox::empty().holdpoint(&["explain", "--format", "json"]).exits(0).json();
    let known: BTreeSet<&str> =
        json["codes"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    let cured: BTreeSet<&str> = table::CURED.iter().chain(elsewhere::CURED).copied().collect();
    assert_eq!(cured, known, "each code has one line in `tests/it/cures/table.rs`");
}
