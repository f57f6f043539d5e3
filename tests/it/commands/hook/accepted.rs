//! What goes in: the everyday work of a release, with real pushes to a guarded server.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::received;
use crate::sandbox::{RECORDER, Sandbox};
use crate::server::{accepts, guard, guarded, push, refuses, tip, undo, write_second_policy};

/// A bare repository beside that of a sandbox, guarded before anything is in it.
fn serve(sandbox: &Sandbox, init: &[&str], folder: &str) {
    let init = [&["init", "-q", "--bare", "-b", "main"], init, &["origin.git"]].concat();
    sandbox.git_in(".", &init);
    let origin = sandbox.path("origin.git");
    sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.holdpoint_in(".", &["hook", "install", "--repo", &format!("origin.git{folder}"), "--root", &root]).exits(0);
}

#[test]
fn a_release_from_its_first_draft_to_the_site() {
    let sandbox = Sandbox::founded();
    serve(&sandbox, &[], "");
    push(&sandbox, &["-u", "main"]).exits(0);
    sandbox.release("2.7.0", RECORDER);
    accepts(&sandbox);
    for (requirement, who) in crate::sandbox::SIGNERS {
        let answer = sandbox.as_person(who, &["sign", "2.7.0", requirement, "--yes", "--push"]).exits(0);
        assert!(answer.stdout.lines().last().unwrap().starts_with("pushed to main of "), "{answer:#?}");
    }
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("eve", &["lift", "2.7.0", &id, "--reason", "mended", "--yes", "--push"]).exits(0);
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(tip(&sandbox), sandbox.git(&["rev-parse", "HEAD"]).trim());
    sandbox.git(&["tag", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).exits(0);
    sandbox.git(&["checkout", "-q", "-b", "next"]);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    push(&sandbox, &["next"]).exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "next"]);
    accepts(&sandbox);
    write_second_policy(&sandbox, "dana", |it| it.replace("max_hours = 72", "max_hours = 24"));
    sandbox.commit_all("Adopt a policy");
    accepts(&sandbox);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_dropped_entry_is_restored() {
    let sandbox = Sandbox::with_remote();
    let id = sandbox.id("2.7.0", "maria@example.com");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
    sandbox.git(&["push", "-q"]);
    guard(&sandbox);
    // What was lost before is the gate's to tell; whoever works elsewhere is not held up.
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Notes");
    accepts(&sandbox);
    sandbox.git(&["tag", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).finds(1, "history-rewritten");
    sandbox.git(&["checkout", "-q", "HEAD~2", "--", "releases"]);
    sandbox.commit_all("Restore it");
    accepts(&sandbox);
    sandbox.git(&["tag", "-f", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).exits(0);
}

#[test]
fn a_repository_without_a_policy_goes_on_until_it_has_one() {
    let sandbox = Sandbox::empty();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    let origin = sandbox.path("origin.git");
    sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    sandbox.holdpoint_in("origin.git", &["hook", "install"]).exits(0);
    sandbox.write("src.txt", "x\n");
    sandbox.commit_all("Begin");
    sandbox.git(&["tag", "v0.1.0"]);
    push(&sandbox, &["main", "v0.1.0"]).finds(0, "`main` holds no policy yet, so nothing is guarded");
    sandbox.git(&["commit", "-q", "--amend", "-m", "Begin better"]);
    push(&sandbox, &["--force", "main"]).exits(0);
    sandbox.found();
    push(&sandbox, &["main"]).exits(0).lacks("no policy");
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    push(&sandbox, &["--force", "main"]).finds(1, "`policy/` is gone");
}

#[test]
fn in_the_sha256_format() {
    let sandbox = Sandbox::empty_with(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    sandbox.found();
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    serve(&sandbox, &["--object-format=sha256"], "");
    push(&sandbox, &["-u", "main"]).exits(0);
    sandbox.git(&["tag", "v2.7.0"]);
    push(&sandbox, &["v2.7.0"]).exits(0);
    sandbox.git(&["rm", "-rq", "releases/2.7.0/ledger"]);
    sandbox.commit_all("Tidy up");
    let refused = refuses(&sandbox, "history-rewritten");
    assert_eq!(refused.stderr.matches("history-rewritten").count(), 3, "{refused:#?}");
}

#[test]
fn where_the_coordination_root_is_a_folder() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir_all(sandbox.path("repo/docs/the release")).unwrap();
    sandbox.write("src.txt", "x\n");
    sandbox.commit_all("Code");
    // `init` is run where the root is to be.
    let init = [
        "init",
        "--project",
        "https://downloads.example.com/webinar",
        "--branch",
        "main",
        "--as",
        "dana@example.com",
        "--key",
        crate::sandbox::keys().join("dana").to_str().unwrap(),
    ]
    .map(str::to_owned);
    let init: Vec<&str> = init.iter().map(String::as_str).collect();
    sandbox.holdpoint_in("repo/docs/the release", &init).exits(0);
    assert!(sandbox.path("repo/docs/the release/policy/0001/policy.toml").is_file());
    serve(&sandbox, &[], "/docs/the release");
    push(&sandbox, &["-u", "main"]).exits(0);
    sandbox.write("src.txt", "y\n");
    sandbox.commit_all("More code");
    accepts(&sandbox);
    sandbox.write("docs/the release/releases/1.0.0/ledger/notes.txt", "junk\n");
    sandbox.commit_all("Junk");
    refuses(&sandbox, "bad-entry");
    undo(&sandbox);
    sandbox.git(&["mv", "docs/the release", "docs/elsewhere"]);
    sandbox.commit_all("Move it");
    refuses(&sandbox, "`docs/the release/policy/` is gone");
    undo(&sandbox);
    sandbox.git(&["rm", "-q", "docs/the release/policy/0001/signers"]);
    sandbox.commit_all("Take the ring out");
    refuses(&sandbox, "policy-broken");
}

#[test]
fn ten_thousand_branches_and_tags_at_once() {
    let sandbox = guarded();
    let tip = tip(&sandbox);
    let mut lines = String::new();
    for number in 0..5_000 {
        writeln!(
            lines,
            "{} {tip} refs/heads/draft/{number}\n{} {tip} refs/tags/nightly-{number}",
            "0".repeat(40),
            "0".repeat(40)
        )
        .unwrap();
    }
    let tags = lines.replace("refs/tags/nightly-", "refs/tags/v1.0.");
    for (lines, exit, said) in [(lines, 0, ""), (tags, 1, "and 4960 more")] {
        let began = Instant::now();
        received(&sandbox, &lines, &[]).finds(exit, said);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}
