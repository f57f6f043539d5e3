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
    assert_eq!(last_line(&answer), format!("pushed to main of {}", sandbox.path("origin.git").display()));
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
    assert_eq!(last_line(&answer), format!("pushed to main of {}", sandbox.path("origin.git").display()));
    // The local branch had nothing of its own, so it follows; both holds are there.
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), sandbox.git_in("origin.git", &["rev-parse", "main"]));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.check_json("2.7.0").exits(1).findings().len(), 2);
}

#[test]
fn a_yes_to_a_text_that_others_have_changed_is_not_put_beside_the_new_one() {
    let sandbox = Sandbox::with_remote();
    colleague(&sandbox);
    sandbox.edit("releases/2.7.0/kb.md", |text| text + "\nAnd restart it.\n");
    sandbox.git(&["push", "-q"]);
    let key = crate::sandbox::keys().join("eve").display().to_string();
    let sign = |what: &[&str]| {
        let who = ["--as", "eve@example.com", "--key", &key, "--yes", "--push"];
        sandbox.holdpoint_in("colleague", &[what, &who].concat())
    };
    let before = sandbox.git_in("colleague", &["rev-parse", "HEAD"]);
    let answer = sign(&["sign", "2.7.0", "kb"]);
    assert!(answer.code != 0 && answer.stderr.contains("others changed `releases/2.7.0/kb.md`"), "{answer:#?}");
    assert_eq!(sandbox.git_in("colleague", &["rev-parse", "HEAD"]), before);
    assert_eq!(sandbox.git_in("colleague", &["status", "--porcelain"]), "");
    // A no goes through: it stands whatever the bytes are.
    sign(&["decline", "2.7.0", "kb", "--reason", "wrong steps"]).exits(0);
    sandbox.git_in("colleague", &["pull", "-q", "--rebase"]);
    sign(&["sign", "2.7.0", "kb"]).exits(0);
}

#[test]
fn a_protected_branch_gets_a_branch_of_its_own() {
    let sandbox = Sandbox::with_remote();
    let hook = sandbox.path("origin.git/hooks/update");
    fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/main || { echo protected >&2; exit 1; }\n").unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(
        last_line(&answer).starts_with("pushed to holdpoint/hold-2.7.0-")
            && last_line(&answer).contains("counts from now on"),
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
    assert_eq!(last_line(&answer), "not pushed: git push origin HEAD:main");
    sandbox.git(&["push", "-q", "origin", "HEAD:main"]);
}

#[test]
fn a_remote_that_cannot_be_reached_loses_nothing() {
    let sandbox = Sandbox::with_remote();
    fs::rename(sandbox.path("origin.git"), sandbox.path("gone.git")).unwrap();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert_eq!(last_line(&answer), "not pushed: git push origin HEAD:main");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn on_another_branch_a_yes_counts_when_that_is_merged() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.git(&["push", "-q", "-u", "origin", "feature"]);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    let here = sandbox.sign("2.7.0", "kb", "maria").exits(0);
    assert_eq!(
        last_line(&here),
        "not pushed: git push origin HEAD:feature   (it takes effect when feature is merged into main)"
    );
    sandbox.edit("releases/2.7.0/notice.md", |it| it + "\nMore.\n");
    let answer = sandbox.as_person("lee", &["sign", "2.7.0", "notice", "--yes", "--push"]).exits(0);
    assert_eq!(last_line(&answer), "pushed to feature: takes effect when merged into main");
}

#[test]
fn a_no_goes_to_the_branch_of_record_whatever_branch_one_stands_on() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "release-2.7.0"]);
    sandbox.git(&["push", "-q", "-u", "origin", "release-2.7.0"]);
    // Something that only this branch has, and that the hold has seen.
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let main = format!("pushed to main of {}", sandbox.path("origin.git").display());
    let noes: [(&str, &[&str]); 2] = [
        ("kim", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]),
        ("ada", &["decline", "2.7.0", "compatibility", "--reason", "wrong", "--yes", "--push"]),
    ];
    for (who, no) in noes {
        assert_eq!(last_line(&sandbox.as_person(who, no).exits(0)), main);
    }
    sandbox.check("2.7.0").finds(4, "stale-checkout");
    colleague(&sandbox);
    // Nothing there names what it lacks.
    sandbox.holdpoint_in("colleague", &["check", "2.7.0"]).finds(1, "held").finds(1, "declined").lacks("entry-missing");
    // What the branch of record does not have yet stays where it is written.
    sandbox.git(&["merge", "-q", "--no-edit", "origin/main"]);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let draft = sandbox.as_person("kim", &["hold", "2.8.0", "--reason", "early", "--yes", "--push"]).exits(0);
    assert_eq!(last_line(&draft), "pushed to release-2.7.0: takes effect when merged into main");
}

#[test]
fn a_protected_branch_of_record_gets_a_no_on_a_branch_of_its_own() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "elsewhere"]);
    let hook = sandbox.path("origin.git/hooks/update");
    fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/main || exit 1\n").unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(last_line(&answer).starts_with("pushed to holdpoint/hold-2.7.0-"), "{answer:#?}");
    colleague(&sandbox);
    sandbox.holdpoint_in("colleague", &["check", "2.7.0"]).finds(1, "held");
}

#[test]
fn on_no_branch_nothing_is_signed_that_the_next_checkout_would_lose() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["switch", "-q", "--detach"]);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let answer = hold(&sandbox, "repo", "maria", false).finds(4, "HEAD is on no branch");
    assert!(answer.stderr.contains("git switch main"), "{answer:#?}");
    assert_eq!((sandbox.git(&["rev-parse", "HEAD"]), sandbox.git(&["status", "--porcelain"])), (before, String::new()));
    // Pushed at once it is not lost.
    let pushed = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(last_line(&pushed).starts_with("pushed to main of "), "{pushed:#?}");
    // The printed command works.
    sandbox.write("notes.txt", "x");
    sandbox.commit_all("Notes");
    let answer = hold(&sandbox, "repo", "eve", true).finds(4, "HEAD is on no branch");
    assert!(answer.stderr.contains("git switch -c sign-offs"), "{answer:#?}");
    sandbox.git(&["switch", "-q", "-c", "sign-offs"]);
    hold(&sandbox, "repo", "eve", true).exits(0);
}

#[test]
fn a_push_that_is_accepted_and_not_there_is_not_called_pushed() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "--bare", "origin.git", "fork.git"]);
    sandbox.git(&["config", "remote.origin.pushurl", sandbox.path("fork.git").to_str().unwrap()]);
    let answer = hold(&sandbox, "repo", "maria", true).exits(0);
    assert!(last_line(&answer).starts_with("not pushed: "), "{answer:#?}");
    let cure = last_line(&answer).split("; ").last().unwrap();
    sandbox.shell("repo", cure).exits(0);
    sandbox.git(&["push", "-q", "origin", "HEAD:main"]);
    colleague(&sandbox);
    sandbox.holdpoint_in("colleague", &["check", "2.7.0"]).finds(1, "held");
}

#[test]
fn a_prepared_publication_that_is_accepted_and_not_there_is_not_called_pushed() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "--bare", "origin.git", "fork.git"]);
    sandbox.git(&["config", "remote.origin.pushurl", sandbox.path("fork.git").to_str().unwrap()]);
    let dist = sandbox.path("dist").display().to_string();
    let prepare = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes", "--prepare"];
    let answer = sandbox.as_person("ci", &prepare).finds(4, "does not hold the record");
    let said = answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let cure = said.split("; ").last().unwrap().split(", then: ").next().unwrap();
    sandbox.shell("repo", cure).exits(0);
    sandbox.as_person("ci", &prepare).exits(0);
    assert!(sandbox.git_in("origin.git", &["branch", "--list", "holdpoint/publish-2.7.0-*"]).lines().count() == 1);
}

#[test]
fn without_a_remote_the_repository_is_its_own_record() {
    let sandbox = Sandbox::signed();
    let answer = hold(&sandbox, "repo", "maria", false).exits(0);
    assert_eq!(last_line(&answer), "saved here (this repository has no remote)");
}
