//! The commands that a failure hints at, where it is no finding: each is run as printed, and then the refused command works.

use super::{carry_out, commands, stand_as};
use crate::sandbox::Sandbox;

/// A refused command, and the state that refuses it.
struct Refused {
    state: fn() -> Sandbox,
    by: &'static str,
    asked: &'static str,
    exit: i32,
    /// What the refused command answers after the cure.
    after: i32,
}

/// The hint of an answer in words.
fn hint(stderr: &str) -> String {
    let line = stderr.lines().find_map(|line| line.trim_start().strip_prefix("hint: "));
    line.unwrap_or_else(|| panic!("no hint: {stderr}")).to_owned()
}

#[track_caller]
fn heals(refused: &Refused) {
    let sandbox = (refused.state)();
    stand_as(&sandbox, "repo", refused.by);
    let answer = sandbox.shell("repo", refused.asked).exits(refused.exit);
    let commands = commands(&hint(&answer.stderr));
    assert!(!commands.is_empty(), "no command in {answer:#?}");
    for command in &commands {
        carry_out(&sandbox, "repo", command);
    }
    sandbox.shell("repo", refused.asked).exits(refused.after);
}

#[test]
fn a_release_that_is_not_there_is_looked_up() {
    heals(&Refused { state: Sandbox::ready, by: "maria", asked: "holdpoint check 9.9.9", exit: 2, after: 2 });
}

#[test]
fn a_code_that_is_not_there_is_looked_up() {
    heals(&Refused { state: Sandbox::ready, by: "maria", asked: "holdpoint explain no-such-code", exit: 2, after: 2 });
}
