//! A commit from before a hold, checked or published (row 6): what the branch of record is known to have counts.

use crate::sandbox::Sandbox;

#[test]
fn a_tag_from_before_the_hold() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["checkout", "-q", "before"]);
    let answer = sandbox.check("2.7.0").finds(4, "stale-checkout").finds(4, "origin/main");
    // What waits there is told as well.
    assert!(answer.finds(4, "held").stdout.contains("next: git merge origin/main"));
    assert_eq!(sandbox.check_json("2.7.0").json()["fresh"], false);
    sandbox.git(&["checkout", "-q", "main"]);
    assert_eq!(sandbox.check_json("2.7.0").finds(1, "held").json()["fresh"], true);
}

#[test]
fn a_branch_from_before_the_hold() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "release"]);
    sandbox.write("notes.txt", "x");
    sandbox.commit_all("Notes");
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["checkout", "-q", "release"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
    sandbox.git(&["merge", "-q", "--no-edit", "origin/main"]);
    sandbox.check("2.7.0").finds(1, "held").lacks("stale-checkout");
}

#[test]
fn without_a_remote_the_local_branch_is_the_record() {
    let sandbox = Sandbox::signed();
    assert!(sandbox.check_json("2.7.0").exits(0).json()["fresh"].is_null());
    sandbox.git(&["tag", "before"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
}

#[test]
fn a_publish_decides_on_the_remote_tip_whatever_is_checked_out() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "other"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("other", &["config", "holdpoint.root", root.trim()]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    // The other clone has not heard of the hold: its check cannot know, its publish asks the remote.
    sandbox.holdpoint_in("other", &["check", "2.7.0"]).exits(0);
    let dist = sandbox.path("dist").display().to_string();
    let key = crate::sandbox::keys().join("ci").display().to_string();
    let publish =
        ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--as", "ci@example.com", "--key", &key, "--yes"];
    sandbox.holdpoint_in("other", &publish).finds(1, "held");
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn a_branch_that_ends_like_the_branch_of_record_is_not_the_one_of_another_remote() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "x/main"]);
    sandbox.as_person(
        "maria",
        &["revoke", "2.7.0", &sandbox.id("2.7.0", "requirement = \"kb\""), "--reason", "x", "--yes"],
    );
    sandbox.git(&["push", "-q", "origin", "x/main"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "x/main"]);
    sandbox.git(&["fetch", "-q"]);
    sandbox.check("2.7.0").exits(0);
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn a_policy_with_a_branch_of_its_own_does_not_leave_the_hold_behind() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "evil"]);
    sandbox.adopt_policy(&["dana"], |it| it.replace("branch = \"main\"", "branch = \"evil\""), |it| it);
    sandbox.git(&["push", "-q", "origin", "evil"]);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    // As in CI, where the pin still is the first policy.
    sandbox.git(&["config", "holdpoint.root", &sandbox.root(1)]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["checkout", "-q", "evil"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes"];
    sandbox.as_person("ci", &publish).finds(4, "stale-checkout");
    sandbox.git(&["merge", "-q", "--no-edit", "main"]);
    sandbox.check("2.7.0").finds(1, "held");
}

/// A hold that is on the branch of record, was pushed, and is taken off it in the next commit.
fn held_and_removed(sandbox: &Sandbox) {
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.git(&["push", "-q"]);
}

#[test]
fn a_hold_that_was_removed_from_the_branch_in_the_next_commit() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    held_and_removed(&sandbox);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout").finds(4, "origin/main");
    // A pull request that began before.
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.write("notes.txt", "x");
    sandbox.commit_all("Notes");
    sandbox.check("2.7.0").finds(4, "stale-checkout");
    sandbox.git(&["merge", "-q", "--no-edit", "origin/main"]);
    sandbox.check("2.7.0").finds(4, "history-rewritten");
}

#[test]
fn what_a_clone_found_of_an_earlier_tip_hides_nothing_that_came_since() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    sandbox.write("notes.txt", "x");
    sandbox.commit_all("Notes");
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    held_and_removed(&sandbox);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout").finds(4, "origin/main");
}

#[test]
fn a_hold_that_was_removed_from_a_branch_of_record_without_a_remote() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["tag", "before"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
}

#[test]
fn a_hold_whose_branch_was_merged_and_deleted_before_the_hold_was_removed() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    sandbox.git(&["checkout", "-q", "-b", "holdpoint/hold"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", "holdpoint/hold"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "holdpoint/hold"]);
    sandbox.git(&["revert", "--no-edit", "-m", "1", "HEAD"]);
    sandbox.git(&["push", "-q", "origin", "main", ":holdpoint/hold"]);
    sandbox.git(&["branch", "-q", "-D", "holdpoint/hold"]);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
}

#[test]
fn other_work_that_came_and_went_makes_no_checkout_stale() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    sandbox.write("notes.txt", "x");
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), "kind = \"hold\"\n");
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml.sig", "0".repeat(64)), "x\n");
    sandbox.commit_all("Notes");
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.git(&["push", "-q"]);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").exits(0);
}

/// Somebody pushes a tag with the name that git shows the branch by: what is typed would be about the tag.
#[test]
fn a_tag_with_the_name_of_the_branch_of_record() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["tag", "before"]);
    sandbox.git(&["tag", "origin/main"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["checkout", "-q", "-b", "release", "before"]);
    let answer = sandbox.check("2.7.0").finds(4, "stale-checkout");
    let next = answer.stdout.lines().find_map(|it| it.trim().strip_prefix("next: ")).unwrap();
    let (command, _) = next.split_once("   (").unwrap();
    sandbox.shell("repo", command).exits(0);
    sandbox.check("2.7.0").finds(1, "held").lacks("stale-checkout");
}
