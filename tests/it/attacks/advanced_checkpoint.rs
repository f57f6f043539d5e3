//! The checkpoint, with which the append-only proof begins (rows 11 and 42): it forgives nothing that it does not lie behind,
//! and a history without it is another one.

use crate::sandbox::Sandbox;

/// A signed release whose hold somebody dropped, and the commit of the loss.
fn dropped() -> Sandbox {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
    sandbox
}

#[test]
fn is_not_moved_over_something_that_is_gone() {
    let sandbox = dropped();
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).finds(4, "the history up to HEAD is not proved");
    assert!(!sandbox.path("repo/policy/proposed").exists());
}

#[test]
fn does_not_forgive_a_branch_that_began_before_it_and_is_merged_after() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "side"]);
    sandbox.check("2.7.0").finds(4, "history-rewritten");
}

#[test]
fn a_history_without_it_is_another_one() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["checkout", "-q", "--orphan", "other"]);
    sandbox.commit_all("All of it, as if it had always been so");
    sandbox.git(&["branch", "-q", "-M", "main"]);
    sandbox.check("2.7.0").finds(4, "checkpoint-lost");
}
