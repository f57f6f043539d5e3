//! A clone of another repository than the policy names: a fork, whose record lacks the hold that the right one has.
//!
//! Guard: what the remote is fetched from and pushed to is held against the addresses that the policy names.

use super::founded_with;
use crate::sandbox::{RECORDER, Sandbox};

/// A signed-off release whose policy names this repository, with a remote of that name.
fn named(address: &str) -> Sandbox {
    let rules = format!("[rules]\nrepository = [\"{address}\"]\n");
    let sandbox = founded_with(|it| it.replace("[rules]\n", &rules));
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox
}

#[test]
fn a_fork_is_not_the_record() {
    let sandbox = named("https://git.example.com/webinar");
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "fork.git"]);
    let fork = sandbox.path("fork.git").display().to_string();
    sandbox.git(&["remote", "add", "origin", &fork]);
    sandbox.git(&["push", "-q", "-u", "origin", "main"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.check("2.7.0").finds(4, "wrong-repository").finds(4, "git remote set-url origin");
    sandbox.publish("2.7.0").finds(4, "wrong-repository");
    assert!(sandbox.site_is_empty());
    assert_eq!(
        [sandbox.git(&["rev-parse", "HEAD"]), sandbox.git_in("fork.git", &["rev-parse", "main"])],
        [&head[..]; 2]
    );
}

#[test]
fn neither_is_what_it_is_pushed_to_beside_the_right_one() {
    let sandbox = named("https://git.example.com/webinar");
    sandbox.git(&["remote", "add", "origin", "https://git.example.com/webinar.git"]);
    sandbox.check("2.7.0").lacks("wrong-repository");
    sandbox.git(&["remote", "set-url", "--push", "origin", "https://fork.example.com/webinar"]);
    let answer = sandbox.check("2.7.0").finds(4, "wrong-repository");
    let cure = answer.stdout.lines().find_map(|it| it.split_once("pushed elsewhere: ")).unwrap().1;
    sandbox.shell("repo", cure.trim_end_matches(')')).exits(0);
    sandbox.check("2.7.0").lacks("wrong-repository");
}
