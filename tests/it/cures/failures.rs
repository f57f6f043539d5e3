//! The commands that a failure hints at, where it is no finding: each is run as printed, and then the refused command works.

use super::{carry_out, commands, stand_as};
use crate::sandbox::{Sandbox, same};

/// A refused command, and the state that refuses it.
struct Refused {
    state: fn() -> Sandbox,
    by: &'static str,
    asked: &'static str,
    exit: i32,
    /// What is asked after the cure, and what it then exits with.
    then: (&'static str, i32),
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
        carry_out(&sandbox, "repo", command, 0);
    }
    sandbox.shell("repo", refused.then.0).exits(refused.then.1);
}

/// One test for each failure whose hint is a command.
macro_rules! failures {
    ($($name:ident = $by:literal, $state:expr, $asked:literal, exit $exit:literal, then $then:literal, exit $after:literal;)*) => {
        $(#[test]
        fn $name() {
            heals(&Refused { state: $state, by: $by, asked: $asked, exit: $exit, then: ($then, $after) });
        })*
    };
}

failures! {
    a_release_that_is_not_there_is_looked_up =
        "maria", Sandbox::ready, "holdpoint check 9.9.9", exit 2, then "holdpoint check 2.7.0", exit 3;
    a_code_that_is_not_there_is_looked_up =
        "maria", Sandbox::ready, "holdpoint explain no-such-code", exit 2, then "holdpoint explain missing", exit 0;
    a_knowledge_base_elsewhere_comes_into_the_policy =
        "dana", Sandbox::ready, "holdpoint kb fetch 2.7.0", exit 2, then "test -f policy/proposed/policy.toml", exit 0;
    what_is_not_committed_is_committed =
        "maria", unsaved, "holdpoint sign 2.7.0 kb --yes", exit 1, then "holdpoint sign 2.7.0 kb --yes", exit 0;
    a_policy_is_proposed_before_it_is_signed =
        "dana", Sandbox::ready, "holdpoint policy sign --yes", exit 1, then "test -f policy/proposed/policy.toml", exit 0;
    a_policy_is_signed_before_it_is_adopted =
        "dana", proposed, "holdpoint policy adopt --yes", exit 1, then "holdpoint policy adopt --yes", exit 0;
    a_hold_is_lifted_and_not_revoked =
        "maria", held, "holdpoint revoke 2.7.0 $(basename -s .toml releases/2.7.0/ledger/*.toml) --reason x --yes", exit 1,
        then "holdpoint check 2.7.0", exit 3;
    one_release_is_completed_at_a_time =
        "maria", Sandbox::ready, "holdpoint lint --fix", exit 2, then "holdpoint lint 2.7.0", exit 0;
}

fn unsaved() -> Sandbox {
    let sandbox = Sandbox::ready();
    let text = sandbox.read("releases/2.7.0/kb.md");
    sandbox.write("releases/2.7.0/kb.md", &(text + "\nAnd more.\n"));
    sandbox
}

fn proposed() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.propose(|text| text.replace("max_hours = 72", "max_hours = 24"), same);
    sandbox
}

fn held() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    sandbox
}
