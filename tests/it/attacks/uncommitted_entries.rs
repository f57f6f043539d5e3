//! Untracked or uncommitted ledger files; an index that differs from HEAD (row 29).

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn what_is_not_committed_does_not_count() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.as_person("lee", &["sign", "2.7.0", "notice", "--yes", "--no-commit"]).exits(0);
    let answer = sandbox.check("2.7.0").finds(3, "missing");
    assert!(answer.stderr.contains("is not committed"), "{answer:#?}");
    sandbox.git(&["add", "-A"]);
    let answer = sandbox.check("2.7.0").finds(3, "missing");
    assert!(answer.stderr.contains("is not committed"), "{answer:#?}");
    sandbox.git(&["commit", "-q", "-m", "Share the sign-off"]);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_hold_that_is_deleted_and_not_committed_still_holds() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.entry("2.7.0", "kind = \"hold\"");
    fs::remove_file(&hold).unwrap();
    fs::remove_file(format!("{}.sig", hold.display())).unwrap();
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.git(&["add", "-A"]);
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn publish_refuses_a_dirty_record() {
    let sandbox = Sandbox::signed();
    sandbox.write("releases/2.7.0/ledger/new.toml", "x\n");
    sandbox.publish("2.7.0").finds(4, "dirty");
    fs::remove_file(sandbox.path("repo/releases/2.7.0/ledger/new.toml")).unwrap();
    // Staged, with the file in the work tree as HEAD has it.
    let before = sandbox.read("releases/2.7.0/kb.md");
    sandbox.write("releases/2.7.0/kb.md", &format!("{before}x"));
    sandbox.git(&["add", "-A"]);
    sandbox.write("releases/2.7.0/kb.md", &before);
    sandbox.publish("2.7.0").finds(4, "dirty");
    assert!(!sandbox.path("site/releases.json").exists());
    sandbox.git(&["reset", "-q", "--hard"]);
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn what_gitignore_hides_is_seen() {
    let sandbox = Sandbox::signed();
    sandbox.write(".git/info/exclude", "*.toml\n");
    sandbox.write("releases/2.7.0/ledger/hidden.toml", "x\n");
    sandbox.publish("2.7.0").finds(4, "dirty");
}
