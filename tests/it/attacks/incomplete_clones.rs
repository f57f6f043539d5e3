//! Clones that lack history (row 27): shallow and treeless ones cannot tell; a blobless one can, if what it needs is there.

use crate::sandbox::{Answer, Sandbox};

/// A clone of the sandbox's repository, made with these options, that trusts the same root.
fn clone(sandbox: &Sandbox, options: &[&str], name: &str) -> Answer {
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        sandbox.git(&["config", key, "true"]);
    }
    let from = format!("file://{}", sandbox.path("repo").display());
    let mut arguments = vec!["clone", "-q"];
    arguments.extend(options);
    arguments.extend([from.as_str(), name]);
    sandbox.git_in(".", &arguments);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in(name, &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in(name, &["check", "2.7.0"])
}

#[test]
fn a_shallow_clone_cannot_tell_and_says_how_to_get_the_rest() {
    let sandbox = Sandbox::signed();
    let answer = clone(&sandbox, &["--depth=1"], "shallow");
    answer.finds(4, "history-unavailable").finds(4, "fetch-depth: 0").finds(4, "git fetch --unshallow");
    sandbox.git_in("shallow", &["fetch", "-q", "--unshallow"]);
    sandbox.holdpoint_in("shallow", &["check", "2.7.0"]).exits(0);
}

#[test]
fn a_deeper_shallow_clone_cannot_tell_either() {
    let sandbox = Sandbox::signed();
    clone(&sandbox, &["--depth=3"], "shallow").finds(4, "history-unavailable");
}

#[test]
fn a_shallow_audit_says_that_it_cannot_tell_whether_the_record_was_set_back() {
    let sandbox = Sandbox::published();
    clone(&sandbox, &["--depth=1"], "shallow");
    sandbox.holdpoint_in("shallow", &["audit"]).finds(4, "history-unavailable").finds(4, "git fetch --unshallow");
    sandbox.git_in("shallow", &["fetch", "-q", "--unshallow"]);
    sandbox.holdpoint_in("shallow", &["audit"]).exits(0);
}

#[test]
fn a_shallow_publish_is_refused() {
    let sandbox = Sandbox::with_remote();
    let origin = format!("file://{}", sandbox.path("origin.git").display());
    sandbox.git_in(".", &["clone", "-q", "--depth=1", &origin, "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
    let dist = sandbox.path("dist").display().to_string();
    let key = sandbox_key("ci");
    let publish =
        ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--as", "ci@example.com", "--key", &key, "--yes"];
    sandbox.holdpoint_in("ci", &publish).finds(4, "history-unavailable");
    assert!(!sandbox.path("site/releases.json").exists());
}

fn sandbox_key(who: &str) -> String {
    crate::sandbox::keys().join(who).display().to_string()
}

#[test]
fn a_treeless_clone_cannot_tell() {
    let sandbox = Sandbox::signed();
    clone(&sandbox, &["--filter=tree:0"], "treeless").finds(4, "history-unavailable");
}

#[test]
fn a_blobless_clone_can() {
    let sandbox = Sandbox::signed();
    clone(&sandbox, &["--filter=blob:none"], "blobless").exits(0);
}

#[test]
fn a_blobless_clone_cannot_judge_what_is_gone() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
    clone(&sandbox, &["--filter=blob:none"], "blobless").finds(4, "history-unavailable");
    clone(&sandbox, &[], "whole").finds(4, "history-rewritten");
}
