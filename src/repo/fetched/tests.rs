//! What git's own notes tell of fetches.

use super::*;
use crate::repo::sandbox::Sandbox;

fn others() -> Vec<String> {
    ["holdpoint/x", "release-x"].map(str::to_owned).into()
}

#[test]
fn a_refspec_counts_by_where_it_puts_branches() {
    let cases: [(&[&str], bool); 10] = [
        (&["+refs/heads/*:refs/remotes/origin/*"], true),
        (&["refs/heads/*:refs/heads/*"], true),
        (&["+refs/*:refs/*"], true),
        (&["+refs/heads/*:refs/elsewhere/*"], false),
        (&["+refs/heads/*:refs/remotes/origin/old-*"], false),
        (&["+refs/heads/*"], false),
        (&["+refs/heads/*:"], false),
        (&["+refs/heads/*:refs/remotes/origin/*", "^refs/heads/holdpoint/*"], false),
        (&["+refs/heads/holdpoint/*:refs/remotes/origin/holdpoint/*"], false),
        (
            &[
                "+refs/heads/holdpoint/*:refs/remotes/origin/holdpoint/*",
                "+refs/heads/release-*:refs/remotes/origin/release-*",
            ],
            true,
        ),
    ];
    for (refspecs, expected) in cases {
        assert_eq!(bring(refspecs, &others()), expected, "{refspecs:?}");
    }
}

#[test]
fn a_line_of_a_log_counts_by_the_command_that_it_names() {
    let cases = [
        ("fetch: fast-forward", Some(true)),
        ("fetch --prune -q origin: storing head", Some(true)),
        ("pull --rebase: fast-forward", Some(true)),
        (
            "fetch --depth=1 origin +refs/heads/*:refs/remotes/origin/* +refs/tags/*:refs/tags/*: storing head",
            Some(true),
        ),
        ("fetch origin main: storing head", Some(false)),
        ("pull origin main: fast-forward", Some(false)),
        ("fetch fork: storing head", Some(false)),
        ("fetch origin +refs/heads/main:refs/remotes/origin/main: forced-update", Some(false)),
        ("something else", Some(false)),
        ("update by push", None),
    ];
    for (message, expected) in cases {
        assert_eq!(brought(message, "origin", &others()), expected, "{message}");
    }
}

/// A repository with `main` on a server, and what is told of a clone of it that came about by these commands.
fn told(commands: &[&[&str]]) -> bool {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1")]);
    sandbox.bare_clone();
    if commands.iter().all(|it| it.first() != Some(&"clone")) {
        sandbox.git(&["init", "-q", "-b", "main", "../clone"]);
    }
    for command in commands {
        let here: &[&str] = if command.first() == Some(&"clone") { &[] } else { &["-C", "../clone"] };
        sandbox.git(&[here, command].concat());
    }
    let repo = Repo::open(&sandbox.dir().join("../clone")).unwrap();
    repo.fetched_along("origin", "main", &others()).unwrap()
}

#[test]
fn branches_count_as_fetched_only_where_git_has_noted_it() {
    let add: &[&str] = &["remote", "add", "origin", "../server.git"];
    let one: &[&str] = &["fetch", "-q", "origin", "+refs/heads/main:refs/remotes/origin/main"];
    let all: &[&str] = &["fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"];
    let quiet: &[&str] = &["-c", "core.logAllRefUpdates=false", "fetch", "-q", "--no-write-fetch-head"];
    let cases: [(&[&[&str]], bool); 11] = [
        (&[add], false),
        (&[add, one], false),
        (&[add, &["fetch", "-q", "origin", "main"]], false),
        (&[add, one, &["fetch", "-q"]], true),
        (&[add, one, &["fetch", "-q"], one], false),
        (&[add, &["fetch", "-q"]], true),
        (&[add, all], true),
        (&[add, quiet], false),
        (&[add, &["fetch", "-q"], &["config", "remote.origin.fetch", "+refs/heads/*:refs/x/*"]], false),
        (&[&["clone", "-q", "../server.git", "../clone"]], true),
        (&[&["clone", "-q", "--single-branch", "../server.git", "../clone"]], false),
    ];
    for (commands, expected) in cases {
        assert_eq!(told(commands), expected, "{commands:?}");
    }
}
