//! The coordination root is moved, with a hold dropped on the way; or imported as one commit (row 12).

use std::fs;

use crate::sandbox::{Sandbox, same};

#[test]
fn a_hold_dropped_while_the_root_is_moved() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    fs::create_dir_all(sandbox.path("repo/sub")).unwrap();
    sandbox.git(&["mv", "policy", "releases", "sub"]);
    sandbox.commit_all("Tidy the repository");
    let answer = sandbox.holdpoint_in("repo/sub", &["check", "2.7.0"]);
    answer.finds(4, "root-moved").finds(4, "history-rewritten");
}

#[test]
fn a_hold_on_a_branch_that_does_not_know_yet_that_the_root_has_moved() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "aside"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", "aside:holdpoint/aside"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox.git(&["fetch", "-q"]);
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.propose(|text| text.replace("path = \"\"", "path = \"sub\""), same);
    for owner in ["dana", "sam"] {
        sandbox.sign_policy(owner);
    }
    fs::create_dir_all(sandbox.path("repo/sub")).unwrap();
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["mv", "policy", "releases", "sub"]);
    sandbox.git(&["mv", "sub/policy/proposed", "sub/policy/0002"]);
    sandbox.commit_all("Adopt policy 2, and move the record where it says");
    sandbox.git(&["push", "-q"]);
    sandbox.holdpoint_in("repo/sub", &["check", "2.7.0"]).finds(1, "held").lacks("root-moved");
}

#[test]
fn imported_as_one_commit_under_a_site_that_knows_more() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    // The publish of 2.7.0 is dropped, and all that is left begins a history of its own.
    let publish = sandbox.id("2.7.0", "kind = \"publish\"");
    for ending in ["toml", "toml.sig"] {
        fs::remove_file(sandbox.path(&format!("repo/releases/2.7.0/ledger/{publish}.{ending}"))).unwrap();
    }
    fs::remove_dir_all(sandbox.path("repo/.git")).unwrap();
    sandbox.git(&["init", "-q", "-b", "main"]);
    sandbox.git(&["config", "holdpoint.root", root.trim()]);
    sandbox.commit_all("Import");
    sandbox.check("2.8.0").exits(0);
    let dist = sandbox.path("dist").display().to_string();
    sandbox
        .as_person("ci", &["publish", "2.8.0", "--site", "downloads", "--from", &dist, "--yes"])
        .finds(4, "record-behind-site");
}
