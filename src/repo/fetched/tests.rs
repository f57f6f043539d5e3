//! What git's own notes tell of fetches.

use super::*;
use crate::repo::sandbox::Sandbox;

const OTHERS: [&str; 2] = ["holdpoint/", "release-"];

#[test]
fn a_refspec_counts_by_where_it_puts_branches() {
    let cases: [(&[&str], bool); 14] = [
        (&["+refs/heads/*:refs/remotes/origin/*"], true),
        (&["refs/heads/*:refs/heads/*"], true),
        (&["+refs/*:refs/*"], true),
        (&["+refs/heads/*:refs/elsewhere/*"], false),
        (&["+refs/heads/*:refs/remotes/origin/old-*"], false),
        (&["+refs/heads/*"], false),
        (&["+refs/heads/*:"], false),
        (&["+refs/heads/*:refs/remotes/origin/*", "^refs/heads/holdpoint/*"], false),
        (&["+refs/heads/*:refs/remotes/origin/*", "^refs/heads/holdpoint/hold-*"], false),
        (&["+refs/heads/*:refs/remotes/origin/*", "^refs/heads/wip/*"], true),
        (&["+refs/heads/*x:refs/remotes/origin/*x"], false),
        (
            &[
                "+refs/heads/holdpoint/*:refs/remotes/origin/up/holdpoint/*",
                "+refs/heads/release-*:refs/remotes/origin/release-*",
            ],
            false,
        ),
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
        assert_eq!(bring(refspecs, "origin", &OTHERS), expected, "{refspecs:?}");
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
        ("fetch --stdin origin: storing head", Some(false)),
        ("fetch origin +refs/heads/main:refs/remotes/origin/main: forced-update", Some(false)),
        ("something else", Some(false)),
        ("update by push", None),
    ];
    for (message, expected) in cases {
        assert_eq!(brought(message, "origin", &OTHERS), expected, "{message}");
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
    repo.fetched_along("origin", "main", &OTHERS).unwrap()
}

#[test]
fn branches_count_as_fetched_only_where_git_has_noted_it() {
    let add: &[&str] = &["remote", "add", "origin", "../server.git"];
    let one: &[&str] = &["fetch", "-q", "origin", "+refs/heads/main:refs/remotes/origin/main"];
    let all: &[&str] = &["fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*"];
    let quiet: &[&str] = &["-c", "core.logAllRefUpdates=false", "fetch", "-q", "--no-write-fetch-head"];
    let single: &[&str] = &["clone", "-q", "--single-branch", "../server.git", "../clone"];
    let widen: &[&str] = &["config", "--add", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"];
    let cases: [(&[&[&str]], bool); 13] = [
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
        (&[single], false),
        (&[single, widen], false),
        (&[single, widen, &["fetch", "-q"]], true),
    ];
    for (commands, expected) in cases {
        assert_eq!(told(commands), expected, "{commands:?}");
    }
    // A branch that is called like the folder of others keeps git from putting any there.
    let in_the_way: &[&str] = &["update-ref", "refs/remotes/origin/holdpoint", "refs/remotes/origin/main"];
    assert!(!told(&[&["clone", "-q", "../server.git", "../clone"], in_the_way]));
}
