//! Pushes that would take the record back, or something out of it: the server refuses them, and says why.

use std::fs;

use crate::sandbox::Sandbox;
use crate::server::{accepts, guarded, push, refuses, tip, undo};

/// A guarded server with a hold on it, and the two files of the hold.
fn held() -> (Sandbox, [String; 2]) {
    let sandbox = guarded();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes on start", "--yes", "--push"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    (sandbox, ["toml", "toml.sig"].map(|it| format!("releases/2.7.0/ledger/{id}.{it}")))
}

fn remove(sandbox: &Sandbox, files: &[String]) {
    for file in files {
        sandbox.git(&["rm", "-q", file]);
    }
}

#[test]
fn a_hold_is_not_pushed_away() {
    let (sandbox, files) = held();
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    let answer = refuses(&sandbox, "history-rewritten");
    assert!(answer.stderr.contains("the `hold` by eve@example.com"), "{answer:#?}");
    // What it says to do is what makes the push go in.
    let cure = answer.stderr.lines().find_map(|it| it.split_once("next: git checkout ")).unwrap().1.trim().to_owned();
    let words: Vec<String> = cure.split(' ').map(|it| it.trim_matches('\'').to_owned()).collect();
    let words: Vec<&str> = ["checkout"].into_iter().chain(words.iter().map(String::as_str)).collect();
    sandbox.git(&words);
    sandbox.commit_all("Restore it");
    accepts(&sandbox);
}

#[test]
fn nor_inside_a_merge_nor_by_a_merge_that_keeps_our_side() {
    let (sandbox, files) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.write("notes.txt", "side");
    sandbox.commit_all("Side");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    remove(&sandbox, &files);
    sandbox.git(&["commit", "-q", "-m", "Merge"]);
    refuses(&sandbox, "history-rewritten");
    sandbox.git(&["reset", "-q", "--hard", "origin/main~1"]);
    sandbox.write("notes.txt", "ours");
    sandbox.commit_all("Ours");
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "origin/main"]);
    refuses(&sandbox, "history-rewritten");
}

#[test]
fn what_came_and_went_within_one_push_is_missed_too() {
    let sandbox = guarded();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    remove(&sandbox, &["toml", "toml.sig"].map(|it| format!("releases/2.7.0/ledger/{id}.{it}")));
    sandbox.commit_all("Never mind");
    refuses(&sandbox, "history-rewritten");
}

#[test]
fn an_entry_is_not_edited() {
    let (sandbox, files) = held();
    sandbox.edit(&files[0], |it| it.replace("crashes on start", "all is well"));
    refuses(&sandbox, "history-rewritten").finds(1, "bad-entry").finds(1, "2 reasons");
    undo(&sandbox);
    sandbox.ssh_sign("mallory", "holdpoint/hold@v1", &sandbox.path("repo").join(&files[0]));
    sandbox.commit_all("Sign it again");
    refuses(&sandbox, "history-rewritten").finds(1, "bad-entry");
    undo(&sandbox);
    sandbox.git(&["rm", "-rq", "releases/2.7.0"]);
    sandbox.commit_all("2.7.0 never was");
    refuses(&sandbox, "history-rewritten");
}

#[test]
fn the_branch_of_record_is_not_rewritten_or_deleted() {
    let (sandbox, _) = held();
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    refuses(&sandbox, "the record is never rewritten").finds(1, "git pull --rebase origin main");
    sandbox.git(&["commit", "-q", "--amend", "-m", "Other words"]);
    refuses(&sandbox, "the record is never rewritten");
    sandbox.git(&["checkout", "-q", "--orphan", "fresh"]);
    sandbox.commit_all("Import");
    let before = tip(&sandbox);
    push(&sandbox, &["--force", "fresh:main"]).finds(1, "the record is never rewritten");
    sandbox.git_in("origin.git", &["config", "receive.denyDeleteCurrent", "ignore"]);
    push(&sandbox, &[":main"]).finds(1, "the branch of record, and is not deleted");
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn by_a_second_name_of_the_branch_neither() {
    let (sandbox, files) = held();
    sandbox.git_in("origin.git", &["symbolic-ref", "refs/heads/master", "refs/heads/main"]);
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    let before = tip(&sandbox);
    push(&sandbox, &["main:master"]).finds(1, "main: history-rewritten");
    for twin in ["Main", "MAIN"] {
        push(&sandbox, &[&format!("main:refs/heads/{twin}")]).finds(1, "are one branch on many systems");
    }
    assert_eq!(tip(&sandbox), before);
    sandbox.git(&["reset", "-q", "--hard", "origin/main"]);
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Notes");
    push(&sandbox, &["main:master"]).exits(0);
    assert_ne!(tip(&sandbox), before);
}

#[test]
fn one_refusal_refuses_the_whole_push_and_all_of_them_are_told() {
    let (sandbox, files) = held();
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    sandbox.git(&["branch", "-q", "feature"]);
    sandbox.git(&["tag", "v9.9.9"]);
    let answer = push(&sandbox, &["main", "feature", "v9.9.9"]).finds(1, "history-rewritten");
    answer.finds(1, "there is no release `9.9.9`").finds(1, "for 2 reasons");
    assert_eq!(sandbox.git_in("origin.git", &["for-each-ref", "--format=%(refname)"]).trim(), "refs/heads/main");
}

#[test]
fn a_root_that_is_moved_or_taken_away_is_refused() {
    let (sandbox, files) = held();
    fs::create_dir(sandbox.path("repo/sub")).unwrap();
    sandbox.git(&["mv", "policy", "releases", "sub"]);
    sandbox.commit_all("Tidy the repository");
    refuses(&sandbox, "`policy/` is gone");
    undo(&sandbox);
    remove(&sandbox, &files);
    sandbox.git(&["mv", "policy/0001/signers", "policy/0001/keys"]);
    sandbox.commit_all("Rename the ring");
    refuses(&sandbox, "policy-broken");
}

#[test]
fn a_deep_push_in_a_pack_is_read_as_well_as_a_small_one() {
    let (sandbox, files) = held();
    sandbox.git_in("origin.git", &["config", "receive.unpackLimit", "1"]);
    remove(&sandbox, &files);
    for number in 0..5 {
        sandbox.write("notes.txt", &number.to_string());
        sandbox.commit_all("Notes");
    }
    refuses(&sandbox, "history-rewritten");
    let mut arguments = vec!["checkout", "origin/main", "--"];
    arguments.extend(files.iter().map(String::as_str));
    sandbox.git(&arguments);
    sandbox.commit_all("Restore it");
    accepts(&sandbox);
}

#[test]
fn what_a_hostile_server_setting_or_variable_says_changes_nothing() {
    let (sandbox, files) = held();
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    let before = tip(&sandbox);
    sandbox.git_in("origin.git", &["update-ref", &format!("refs/replace/{before}"), &format!("{before}~1")]);
    refuses(&sandbox, "history-rewritten");
    for (name, value) in [("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_REPLACE_REF_BASE", "refs/x"), ("HOLDPOINT_ROOT", "")] {
        let answer = crate::server::push_with(&sandbox, &["main"], &[(name, value)]);
        answer.finds(1, "history-rewritten");
    }
}
