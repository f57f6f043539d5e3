//! Sharing a sign-off with a real bare repository: pushed, overtaken, refused, or not shared yet.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Answer, Sandbox};

/// Another clone of the origin, with the root pinned.
fn colleague(sandbox: &Sandbox) {
    sandbox.git_in(".", &["clone", "-q", "origin.git", "colleague"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("colleague", &["config", "holdpoint.root", &root]);
}

fn hold(sandbox: &Sandbox, folder: &str, who: &str, push: bool) -> Answer {
    let key = crate::sandbox::keys().join(who).display().to_string();
    let email = crate::sandbox::email(who);
    let mut arguments = vec!["hold", "2.7.0", "--reason", "crashes", "--yes", "--as", &email, "--key", &key];
    if push {
        arguments.push("--push");
    }
    sandbox.holdpoint_in(folder, &arguments)
}

fn last_line(answer: &Answer) -> &str {
    answer.stdout.lines().last().unwrap()
}

#[test]
fn a_pushed_sign_off_is_seen_by_ci() {
    let sandbox = Sandbox::with_remote();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert_eq!(last_line(&answer), "shared: CI sees it");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), sandbox.git_in("origin.git", &["rev-parse", "main"]));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    colleague(&sandbox);
    sandbox.holdpoint_in("colleague", &["check", "2.7.0"]).finds(1, "held");
}

#[test]
fn a_sign_off_that_was_overtaken_is_put_on_the_new_tip() {
    let sandbox = Sandbox::with_remote();
    colleague(&sandbox);
    hold(&sandbox, "colleague", "eve", true).exits(0);
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert_eq!(last_line(&answer), "shared: CI sees it");
    // The local branch had nothing of its own, so it follows; both holds are there.
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), sandbox.git_in("origin.git", &["rev-parse", "main"]));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.check_json("2.7.0").exits(1).findings().len(), 2);
}

#[test]
fn a_protected_branch_gets_a_branch_of_its_own() {
    let sandbox = Sandbox::with_remote();
    let hook = sandbox.path("origin.git/hooks/update");
    fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/main || { echo protected >&2; exit 1; }\n").unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(
        last_line(&answer).starts_with("NOT SHARED YET: it is on the branch `holdpoint/hold-2.7.0-"),
        "{answer:#?}"
    );
    let branches = sandbox.git_in("origin.git", &["branch", "--list", "holdpoint/hold-2.7.0-*"]);
    assert_eq!(branches.lines().count(), 1);
    // Here the hold is committed, and nothing is lost.
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn without_push_it_says_that_it_is_not_shared_and_how_to() {
    let sandbox = Sandbox::with_remote();
    let answer = hold(&sandbox, "repo", "maria", false).exits(0);
    assert_eq!(last_line(&answer), "NOT SHARED YET: git push origin HEAD:main");
    sandbox.git(&["push", "-q", "origin", "HEAD:main"]);
}

#[test]
fn a_remote_that_cannot_be_reached_loses_nothing() {
    let sandbox = Sandbox::with_remote();
    fs::rename(sandbox.path("origin.git"), sandbox.path("gone.git")).unwrap();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(last_line(&answer).starts_with("NOT SHARED YET: it is committed here"), "{answer:#?}");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn on_another_branch_it_counts_when_that_is_merged() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.git(&["push", "-q", "-u", "origin", "feature"]);
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert_eq!(
        last_line(&answer),
        "NOT SHARED YET: it is pushed to `feature`, and counts when that is merged into `main`"
    );
}

#[test]
fn without_a_remote_the_repository_is_its_own_record() {
    let sandbox = Sandbox::signed();
    let answer = hold(&sandbox, "repo", "maria", false).exits(0);
    assert_eq!(last_line(&answer), "NOT SHARED YET: this repository has no remote; it is its own record");
}
