//! The checkpoint, with which the append-only proof begins (rows 11 and 42): it forgives nothing that it does not lie behind,
//! and a history without it is another one.

use crate::sandbox::{Sandbox, same};

/// A signed release whose hold somebody dropped, and the commit of the loss.
fn dropped() -> Sandbox {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    drop_hold(&sandbox);
    sandbox
}

fn drop_hold(sandbox: &Sandbox) {
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
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

/// Has a checkpoint typed into the proposal, past the command that would not write it.
fn typed(sandbox: &Sandbox, checkpoint: &str) {
    sandbox.propose(|it| it.replace("checkpoint = \"\"", &format!("checkpoint = \"{checkpoint}\"")), same);
}

fn is_refused(sandbox: &Sandbox, why: &str) {
    sandbox.holdpoint(&["policy", "check"]).finds(4, why);
    sandbox.sign_policy("dana").finds(1, why).finds(1, "put `checkpoint = \"\"` back");
    sandbox.resign_policy("proposed", &["dana"]);
    sandbox.commit_all("Sign it past the command");
    sandbox.adopt().finds(1, why);
    assert!(!sandbox.path("repo/policy/0002").exists());
}

#[test]
fn is_not_typed_over_something_that_is_gone() {
    let sandbox = Sandbox::signed();
    sandbox.propose(same, same);
    sandbox.commit_all("Propose the next policy");
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    drop_hold(&sandbox);
    sandbox.holdpoint(&["policy", "propose"]).finds(4, "what went out cannot be sealed");
    let head = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox
        .edit("policy/proposed/policy.toml", |it| it.replace("checkpoint = \"\"", &format!("checkpoint = \"{head}\"")));
    is_refused(&sandbox, "history-rewritten");
}

#[test]
fn is_a_commit_that_this_history_has() {
    let sandbox = Sandbox::signed();
    typed(&sandbox, &"deadbeef".repeat(5));
    is_refused(&sandbox, "checkpoint-lost");
    let sandbox = Sandbox::signed();
    typed(&sandbox, &"deadbeef".repeat(8));
    is_refused(&sandbox, "checkpoint-lost");
}

#[test]
fn is_no_commit_of_another_branch() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.commit_all("Nothing much");
    let side = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.git(&["checkout", "-q", "main"]);
    typed(&sandbox, &side);
    is_refused(&sandbox, "checkpoint-lost");
}

#[test]
fn settles_a_fork_of_the_policies() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.adopt_policy(&["sam"], |it| it.replace("max_hours = 72", "max_hours = 24"), same);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.adopt_policy(&["dana"], |it| it.replace("max_hours = 72", "max_hours = 48"), same);
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "side"]);
    sandbox.check("2.7.0").finds(4, "policy-fork");
    sandbox.holdpoint(&["policy", "propose"]).finds(1, "holdpoint policy propose --checkpoint");
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    sandbox.holdpoint(&["policy", "check"]).finds(3, "it settles the fork of the policies");
    sandbox.sign_policy("dana").finds(0, "the proof of history begins at commit");
    sandbox.holdpoint(&["policy", "propose"]).finds(0, "is up to date");
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn behind_which_a_fork_does_not_lie_settles_nothing() {
    let sandbox = Sandbox::signed();
    let first = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.adopt_policy(&["sam"], |it| it.replace("max_hours = 72", "max_hours = 24"), same);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.adopt_policy(&["dana"], |it| it.replace("max_hours = 72", "max_hours = 48"), same);
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "side"]);
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    let merge = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.edit("policy/proposed/policy.toml", |it| it.replace(&merge, &first));
    sandbox.holdpoint(&["policy", "check"]).finds(4, "policy-fork");
    sandbox.sign_policy("dana").finds(1, "policy-fork");
}
