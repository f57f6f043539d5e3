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

/// The hint of an answer in words; where there is none, its first sentence says it.
fn hint(stderr: &str) -> &str {
    stderr.lines().find_map(|line| line.trim_start().strip_prefix("hint: ")).unwrap_or(stderr)
}

#[track_caller]
fn heals(refused: &Refused) {
    let sandbox = (refused.state)();
    stand_as(&sandbox, "repo", refused.by);
    let answer = sandbox.shell("repo", refused.asked).exits(refused.exit);
    let commands = commands(hint(&answer.stderr));
    assert!(!commands.is_empty(), "no command in {answer:#?}");
    for command in &commands {
        carry_out(&sandbox, "repo", command, refused.exit);
    }
    sandbox.shell("repo", refused.asked).exits(refused.after);
}

/// One test for each failure whose hint is a command.
macro_rules! failures {
    ($($name:ident = $by:literal, $state:expr, $asked:literal, exit $exit:literal, then $after:literal;)*) => {
        $(#[test]
        fn $name() {
            heals(&Refused { state: $state, by: $by, asked: $asked, exit: $exit, after: $after });
        })*
    };
}

failures! {
    a_release_that_is_not_there_is_looked_up = "maria", Sandbox::ready, "holdpoint check 9.9.9", exit 2, then 2;
    a_code_that_is_not_there_is_looked_up = "maria", Sandbox::ready, "holdpoint explain no-such-code", exit 2, then 2;
    a_knowledge_base_elsewhere_comes_into_the_policy = "dana", Sandbox::ready, "holdpoint kb fetch 2.7.0", exit 2, then 2;
    what_is_not_committed_is_committed = "maria", || {
        let sandbox = Sandbox::ready();
        let text = sandbox.read("releases/2.7.0/kb.md");
        sandbox.write("releases/2.7.0/kb.md", &(text + "\nAnd more.\n"));
        sandbox
    }, "holdpoint sign 2.7.0 kb --yes", exit 1, then 0;
    a_repository_without_a_policy_gets_one = "dana", Sandbox::empty, "holdpoint check 2.7.0", exit 4, then 2;
}
