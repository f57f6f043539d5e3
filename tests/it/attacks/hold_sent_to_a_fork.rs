//! A hold from a branch that belongs to a fork: it goes where the record is, and the last line says where it lies.

use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Answer, Sandbox};

/// A release branch that is pushed to a fork, as people have it who may not push to the record's repository directly.
fn on_a_branch_of_a_fork() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "--bare", "origin.git", "fork.git"]);
    sandbox.git(&["remote", "add", "fork", sandbox.path("fork.git").to_str().unwrap()]);
    sandbox.git(&["switch", "-q", "-c", "release-2.9.0"]);
    sandbox.git(&["push", "-q", "-u", "fork", "release-2.9.0"]);
    sandbox
}

fn colleague(sandbox: &Sandbox) -> Answer {
    sandbox.git_in(".", &["clone", "-q", "origin.git", "colleague"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("colleague", &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in("colleague", &["check", "2.7.0"])
}

fn last_line(answer: &Answer) -> &str {
    answer.stdout.lines().last().unwrap()
}

#[test]
fn a_hold_from_a_branch_of_a_fork_reaches_the_record() {
    let sandbox = on_a_branch_of_a_fork();
    let fork = sandbox.git_in("fork.git", &["rev-parse", "main"]);
    let hold = sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    colleague(&sandbox).finds(1, "held");
    assert_eq!(last_line(&hold), format!("pushed to main of {}", sandbox.path("origin.git").display()));
    assert_eq!(sandbox.git_in("fork.git", &["rev-parse", "main"]), fork);
}

#[test]
fn a_hold_that_the_record_refuses_goes_aside_there_and_not_to_the_fork() {
    let sandbox = on_a_branch_of_a_fork();
    let hook = sandbox.path("origin.git/hooks/update");
    std::fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/main || exit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let hold = sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    assert!(last_line(&hold).starts_with("pushed to holdpoint/hold-2.7.0-"), "{hold:#?}");
    colleague(&sandbox).finds(1, "held");
    assert_eq!(sandbox.git_in("fork.git", &["branch", "--list", "holdpoint/*"]), "");
}

#[test]
fn a_yes_on_a_branch_of_a_fork_says_that_it_lies_there() {
    let sandbox = on_a_branch_of_a_fork();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    let sign = sandbox.as_person("maria", &["sign", "2.7.0", "kb", "--yes", "--push"]).exits(0);
    let (fork, origin) = (sandbox.path("fork.git"), sandbox.path("origin.git"));
    let said = format!(
        "pushed to release-2.9.0 of {}: takes effect when merged into main of {}",
        fork.display(),
        origin.display()
    );
    assert_eq!(last_line(&sign), said);
}

#[test]
fn a_hold_is_not_sent_where_the_record_may_not_be() {
    let sandbox = on_a_branch_of_a_fork();
    sandbox.git(&["config", "--remove-section", "branch.main"]);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let hold = ["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"];
    sandbox.as_person("eve", &hold).finds(4, "git config branch.main.remote origin");
    assert_eq!((sandbox.git(&["rev-parse", "HEAD"]), sandbox.git(&["status", "--porcelain"])), (before, String::new()));
    sandbox.git(&["config", "branch.main.remote", "origin"]);
    sandbox.as_person("eve", &hold).exits(0);
    colleague(&sandbox).finds(1, "held");
}
