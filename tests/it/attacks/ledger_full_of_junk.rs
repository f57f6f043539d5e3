//! A ledger is filled with junk, or damaged, until nobody can read that its version is out (row 14): then its failing pairs and
//! its components must not be gone.
//!
//! Guards: what cannot be read is a doubt about that version everywhere, for every other release too.

use super::edited_after_it_was_out::taking_its_component;
use super::forge_publication;
use crate::sandbox::Sandbox;

/// So many files that the ledger is not read any more.
fn fill(sandbox: &Sandbox, version: &str) {
    for number in 0..=20_000 {
        let path = sandbox.path("repo").join(format!("releases/{version}/ledger/{number}"));
        std::fs::write(path, "").unwrap();
    }
    sandbox.commit_all("Add junk");
}

#[test]
fn nothing_else_goes_out_meanwhile() {
    let sandbox = Sandbox::published();
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox.sign_all("2.9.0");
    sandbox.check("2.9.0").exits(0);
    taking_its_component(&sandbox);
    fill(&sandbox, "2.7.0");
    for version in ["2.7.0", "2.8.0", "2.9.0"] {
        sandbox.check(version).finds(4, "releases/2.7.0/ledger");
        assert_ne!(sandbox.publish(version).code, 0);
    }
    assert!(!sandbox.path("site/recorder/2.9.0").exists());
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.check("2.9.0").exits(0);
    sandbox.check("2.8.0").finds(1, "component-taken");
}

/// In place of the ledger lies a file.
fn block(sandbox: &Sandbox, version: &str) {
    let ledger = sandbox.path("repo").join(format!("releases/{version}/ledger"));
    std::fs::remove_dir_all(&ledger).unwrap();
    std::fs::write(ledger, "junk\n").unwrap();
    sandbox.commit_all("Replace the ledger");
}

#[test]
fn no_answer_says_that_it_is_not_out() {
    for spoil in [fill, block] {
        asked_about_a_ledger_that_nobody_can_read(spoil);
    }
}

fn asked_about_a_ledger_that_nobody_can_read(spoil: fn(&Sandbox, &str)) {
    let sandbox = Sandbox::webinar_out();
    spoil(&sandbox, "2.7.0");
    let built = sandbox.path("dist/recorder-2.7.0.bin");
    let questions: [&[&str]; 16] = [
        &["can", "player@2.4", "open", "recorder@2.7"],
        &["can", "player@2.7", "open", "recorder@2.4"],
        &["can", "player@2.7", "open", "recorder@2.4", "--customer"],
        &["status", "2.7.0"],
        &["status", "2.7.0", "--customer"],
        &["status", "recorder"],
        &["status", "recorder@2.7"],
        &["status", "converter"],
        &["who", "2.7.0"],
        &["matrix"],
        &["stack", "--with", "player@2.7"],
        &["why", "player@2.4", "recorder@2.7"],
        &["identify", "recorder-2.7.0.bin"],
        &["identify", built.to_str().unwrap()],
        &["identify", built.to_str().unwrap(), "--customer"],
        &["audit"],
    ];
    for question in questions {
        let answer = sandbox.holdpoint(question).exits(4);
        let said = answer.stdout.to_lowercase();
        let denied = ["not out", "nobody has recorded", "nothing that is out"].into_iter().find(|it| said.contains(it));
        assert_eq!(denied, None, "{question:?}: {answer:#?}");
    }
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    sandbox.holdpoint(&["can", "player@2.7", "open", "recorder@2.4"]).exits(0);
}

#[test]
fn a_file_that_may_have_been_a_publication_is_a_doubt_about_its_own_version() {
    let sandbox = Sandbox::published();
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox.sign_all("2.9.0");
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    let path = format!("releases/2.6.0/ledger/{}.toml", "0".repeat(64));
    sandbox.write(&path, "junk\n");
    sandbox.commit_all("Add junk");
    let answer = sandbox.check("2.6.0").finds(4, "bad-entry");
    assert!(answer.stdout.contains("git rm"), "{answer:#?}");
    sandbox.holdpoint(&["status", "2.6.0"]).exits(4);
    // No commit ever held it as an entry, so nothing went out that nobody knows of.
    sandbox.check("2.9.0").exits(0);
    sandbox.git(&["rm", "-q", "-f", &path]);
    sandbox.commit_all("Remove it");
    assert_ne!(sandbox.check("2.6.0").code, 4);
}

#[test]
fn a_junk_file_does_not_free_the_component_of_what_is_said_to_be_out() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    forge_publication(&sandbox, 1, "ci");
    sandbox.check("2.8.0").finds(4, "unproven");
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox
        .edit("releases/2.9.0/release.toml", |it| it.replace("\"recorder\"\n", "\"recorder\"\nversion = \"2.8.0\"\n"));
    sandbox.edit("releases/2.9.0/kb.md", |it| it.replace("recorder 2.9.0", "recorder 2.8.0"));
    sandbox.sign_all("2.9.0");
    assert_ne!(sandbox.check("2.9.0").code, 0);
    let path = format!("releases/2.8.0/ledger/{}.toml", "0".repeat(64));
    sandbox.write(&path, "junk\n");
    sandbox.commit_all("Add junk");
    sandbox.check("2.9.0").finds(4, "bad-entry");
    assert_ne!(sandbox.publish("2.9.0").code, 0);
}
