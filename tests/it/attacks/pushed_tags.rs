//! Tags of releases: only what is clear on the branch of record gets one.

use crate::sandbox::Sandbox;
use crate::server::{guarded, push};

fn tags(sandbox: &Sandbox) -> String {
    sandbox.git_in("origin.git", &["tag"])
}

#[test]
fn a_clear_release_is_tagged_and_another_is_not() {
    let sandbox = guarded();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    push(&sandbox, &["main"]).exits(0);
    sandbox.git(&["tag", "v2.7.0"]);
    sandbox.git(&["tag", "-a", "-m", "2.8", "v2.8.0"]);
    push(&sandbox, &["v2.8.0"]).finds(1, "v2.8.0: missing").finds(1, "holdpoint sign 2.8.0 kb").lacks("v2.7.0:");
    push(&sandbox, &["v2.7.0", "v2.8.0"]).finds(1, "v2.8.0: missing").lacks("v2.7.0:");
    push(&sandbox, &["v2.7.0"]).exits(0);
    sandbox.sign_all("2.8.0");
    // The branch and the tag of its new tip, together.
    sandbox.git(&["tag", "-f", "-a", "-m", "2.8", "v2.8.0"]);
    push(&sandbox, &["v2.8.0"]).finds(1, "is not on `main`");
    push(&sandbox, &["main", "v2.8.0"]).exits(0);
    assert_eq!(tags(&sandbox).lines().collect::<Vec<_>>(), ["v2.7.0", "v2.8.0"]);
}

#[test]
fn a_commit_from_before_a_hold_gets_no_tag() {
    let sandbox = guarded();
    sandbox.git(&["tag", "v2.7.0"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    let answer = push(&sandbox, &["v2.7.0"]).finds(1, "v2.7.0: stale-checkout").finds(1, "v2.7.0: held");
    assert!(answer.stderr.contains("crashes"), "{answer:#?}");
    sandbox.git(&["tag", "-f", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).finds(1, "v2.7.0: held").lacks("stale-checkout");
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("eve", &["lift", "2.7.0", &id, "--reason", "mended", "--yes", "--push"]).exits(0);
    // It is clear again, and still the tag of a commit that does not say so.
    push(&sandbox, &["v2.7.0"]).finds(1, "v2.7.0: stale-checkout").lacks("v2.7.0: held");
    sandbox.git(&["tag", "-f", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).exits(0);
}

#[test]
fn work_elsewhere_makes_no_tag_stale() {
    let sandbox = guarded();
    sandbox.git(&["tag", "v2.7.0"]);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    push(&sandbox, &["main"]).exits(0);
    push(&sandbox, &["v2.7.0"]).exits(0);
}

#[test]
fn a_branch_of_ones_own_is_not_tagged() {
    let sandbox = guarded();
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Notes");
    sandbox.git(&["tag", "v2.7.0"]);
    push(&sandbox, &["feature", "v2.7.0"]).finds(1, "is not on `main`");
    push(&sandbox, &["feature"]).exits(0);
    push(&sandbox, &["v2.7.0"]).finds(1, "is not on `main`");
}

#[test]
fn a_tag_is_moved_as_it_is_made_and_deleted_freely() {
    let sandbox = guarded();
    sandbox.git(&["tag", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).exits(0);
    sandbox.git(&["tag", "-f", "v2.7.0", "HEAD~1"]);
    push(&sandbox, &["--force", "v2.7.0"]).finds(1, "stale-checkout");
    push(&sandbox, &[":v2.7.0"]).exits(0);
    assert_eq!(tags(&sandbox), "");
}

#[test]
fn what_is_no_release_and_what_is_no_commit() {
    let sandbox = guarded();
    sandbox.git(&["tag", "v2.7.1"]);
    push(&sandbox, &["v2.7.1"]).finds(1, "there is no release `2.7.1`").finds(1, "did you mean `v2.7.0`?");
    for free in ["2.7.0", "v2.7", "v2", "recorder-2.7.0", "release/v2.7.0"] {
        sandbox.git(&["tag", free]);
        push(&sandbox, &[&format!("refs/tags/{free}")]).exits(0);
    }
    sandbox.git(&["tag", "v2.7.0", "HEAD:releases/2.7.0/kb.md"]);
    push(&sandbox, &["v2.7.0"]).finds(1, "it names no commit");
}

#[test]
fn without_a_pin_no_release_is_tagged_and_the_keeper_of_the_server_is_told() {
    let sandbox = guarded();
    sandbox.git_in("origin.git", &["config", "--unset-all", "holdpoint.root"]);
    sandbox.git(&["tag", "v2.7.0"]);
    let answer = push(&sandbox, &["v2.7.0"]).finds(1, "root-unpinned");
    answer.finds(1, "holdpoint cannot tell").finds(1, "holdpoint hook install --root sha256:");
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Work goes on");
    push(&sandbox, &["main"]).exits(0);
}

#[test]
fn very_many_releases_at_once_are_refused_quickly() {
    let sandbox = guarded();
    for number in 0..65 {
        sandbox.git(&["tag", &format!("v1.0.{number}")]);
    }
    push(&sandbox, &["--tags"]).finds(1, "more than 64 releases are tagged at once").finds(1, "and 25 more");
}
