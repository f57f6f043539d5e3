//! Pushes that bring a policy: adopted without its owners, in the place of another, or naming another branch of record.

use std::fs;
use std::process::Command;

use crate::sandbox::Sandbox;
use crate::server::{accepts, guard, guarded, push, refuses, tip, undo, write_second_policy};

fn longer(policy: String) -> String {
    policy.replace("max_hours = 72", "max_hours = 24")
}

#[test]
fn a_policy_is_adopted_by_its_owners_alone() {
    let sandbox = guarded();
    write_second_policy(&sandbox, "mallory", longer);
    sandbox.commit_all("Adopt it");
    refuses(&sandbox, "policy-");
    undo(&sandbox);
    write_second_policy(&sandbox, "maria", longer);
    sandbox.commit_all("Adopt it");
    refuses(&sandbox, "policy-");
    undo(&sandbox);
    let policy = write_second_policy(&sandbox, "dana", longer);
    let signature = policy.with_file_name("dana@example.com.sig");
    let kept = fs::read(&signature).unwrap();
    fs::remove_file(&signature).unwrap();
    sandbox.commit_all("Adopt it unsigned");
    refuses(&sandbox, "policy-threshold");
    fs::write(&signature, kept).unwrap();
    sandbox.commit_all("Adopt it");
    accepts(&sandbox);
}

#[test]
fn an_adopted_policy_is_not_taken_back_or_replaced() {
    let sandbox = guarded();
    write_second_policy(&sandbox, "dana", longer);
    sandbox.commit_all("Adopt it");
    accepts(&sandbox);
    sandbox.git(&["rm", "-rq", "policy/0002"]);
    sandbox.commit_all("Take it back");
    refuses(&sandbox, "history-rewritten");
    write_second_policy(&sandbox, "sam", |it| it.replace("max_hours = 72", "max_hours = 300"));
    sandbox.commit_all("Adopt another");
    refuses(&sandbox, "policy-fork");
    undo(&sandbox);
    // A proposal decides nothing, and is free to change.
    sandbox.write("policy/proposed/policy.toml", "not yet\n");
    sandbox.commit_all("Propose one");
    accepts(&sandbox);
    sandbox.write("policy/0003/notes.txt", "x\n");
    sandbox.commit_all("Something else under policy");
    refuses(&sandbox, "policy-broken");
}

#[test]
fn a_strangers_policy_is_not_founded_on_a_pinned_server() {
    let sandbox = Sandbox::signed();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    let origin = sandbox.path("origin.git");
    sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    let other = format!("sha256:{}", "0".repeat(64));
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &other]).exits(0);
    push(&sandbox, &["main"]).finds(1, "root-mismatch");
    sandbox.git_in("origin.git", &["config", "--unset-all", "holdpoint.root"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &root]).exits(0);
    push(&sandbox, &["main"]).exits(0);
    // Nothing is founded a second time.
    fs::remove_dir_all(sandbox.path("repo/policy")).unwrap();
    sandbox.commit_all("Take the policy out");
    push(&sandbox, &["main"]).finds(1, "`policy/` is gone");
}

#[test]
fn what_is_founded_must_be_sound() {
    let sandbox = Sandbox::signed();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    let origin = sandbox.path("origin.git");
    sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    guard(&sandbox);
    sandbox.write("releases/2.7.0/ledger/notes.txt", "junk\n");
    sandbox.commit_all("Junk");
    push(&sandbox, &["main"]).finds(1, "bad-entry");
    sandbox.git(&["rm", "-q", "releases/2.7.0/ledger/notes.txt"]);
    sandbox.commit_all("Take it out");
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Drop the hold");
    push(&sandbox, &["main"]).finds(1, "history-rewritten");
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    push(&sandbox, &["main"]).exits(0);
}

#[test]
fn another_branch_is_not_appointed_by_whoever_pushes() {
    let sandbox = guarded();
    // A branch that is free holds a policy of the chain's own making, which names itself.
    sandbox.git(&["checkout", "-q", "-b", "evil"]);
    write_second_policy(&sandbox, "mallory", |it| it.replace("branch = \"main\"", "branch = \"evil\""));
    sandbox.commit_all("Appoint it");
    push(&sandbox, &["evil"]).exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    refuses(&sandbox, "the record is never rewritten");
    sandbox.git(&["merge", "-q", "--ff-only", "origin/main"]);
    sandbox.git(&["merge", "-q", "--no-edit", "evil"]);
    refuses(&sandbox, "policy-");
}

#[test]
fn the_owners_may_move_the_record_to_another_branch_and_both_stay_guarded() {
    let sandbox = guarded();
    write_second_policy(&sandbox, "dana", |it| it.replace("branch = \"main\"", "branch = \"trunk\""));
    sandbox.commit_all("Move the record");
    accepts(&sandbox);
    let moved = tip(&sandbox);
    // The new branch of record takes over all that the old one held.
    sandbox.git(&["checkout", "-q", "-b", "trunk", "HEAD~1"]);
    push(&sandbox, &["trunk"]).finds(1, "the record is never rewritten");
    sandbox.git(&["reset", "-q", "--hard", &moved]);
    push(&sandbox, &["trunk"]).exits(0);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    push(&sandbox, &["trunk"]).exits(0);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    push(&sandbox, &["--force", "trunk"]).finds(1, "the record is never rewritten");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    push(&sandbox, &["--force", "main"]).finds(1, "the record is never rewritten");
}

#[test]
fn a_policy_that_names_another_branch_than_head_founds_nothing() {
    let sandbox = Sandbox::signed();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "master", "origin.git"]);
    let origin = sandbox.path("origin.git");
    sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    guard(&sandbox);
    push(&sandbox, &["main"]).finds(1, "git symbolic-ref HEAD refs/heads/main");
    push(&sandbox, &["main:master"]).finds(1, "git symbolic-ref HEAD refs/heads/main");
    sandbox.git_in("origin.git", &["symbolic-ref", "HEAD", "refs/heads/main"]);
    push(&sandbox, &["main"]).exits(0);
}

#[test]
fn a_checkpoint_that_is_nowhere_is_refused() {
    let sandbox = guarded();
    let nowhere = sandbox.run("repo", Command::new("git").args(["commit-tree", "HEAD^{tree}", "-m", "aside"]));
    let nowhere = nowhere.trim().to_owned();
    write_second_policy(&sandbox, "dana", |it| it.replace("checkpoint = \"\"", &format!("checkpoint = \"{nowhere}\"")));
    sandbox.commit_all("Move the checkpoint");
    refuses(&sandbox, "checkpoint-lost");
}

#[test]
fn a_checkpoint_hides_nothing_that_others_have() {
    let sandbox = guarded();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Drop the hold");
    let after = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    write_second_policy(&sandbox, "dana", |it| it.replace("checkpoint = \"\"", &format!("checkpoint = \"{after}\"")));
    sandbox.commit_all("Begin the proof after it");
    refuses(&sandbox, "history-rewritten");
}
