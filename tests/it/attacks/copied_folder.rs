//! The folder of a version that is out is copied, and the copy is removed again (row 11): a clone that has seen the copy must not take
//! what it learned of it for what is true of the original.
//!
//! Guards: what a clone remembers depends on nothing but what it is filed under, and nothing doubtful is remembered.

use super::edited_after_it_was_out::{it_stays_taken, taking_its_component, taking_the_component_of};
use crate::sandbox::Sandbox;

/// 2.7.0 is out; its folder was copied, this clone has looked at both, and the copy is gone.
fn copied_and_removed() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.run("repo", std::process::Command::new("cp").args(["-r", "releases/2.7.0", "releases/9.9.9"]));
    sandbox.commit_all("Copy it");
    for question in [&["status", "recorder@2.7"][..], &["check", "2.7.0"], &["status"], &["lint"]] {
        sandbox.holdpoint(question);
    }
    sandbox.git(&["rm", "-q", "-r", "releases/9.9.9"]);
    sandbox.commit_all("Remove the copy");
    sandbox
}

#[test]
fn a_clone_that_has_seen_a_copy_knows_what_is_out() {
    let sandbox = copied_and_removed();
    let answer = sandbox.holdpoint(&["status", "recorder@2.7"]);
    assert!(answer.stdout.starts_with("Yes, recorder 2.7.0 is out"), "{answer:#?}");
}

#[test]
fn its_component_stays_taken() {
    let sandbox = copied_and_removed();
    taking_its_component(&sandbox);
    it_stays_taken(&sandbox);
}

#[test]
fn the_components_of_a_draft_that_was_copied_stay_taken() {
    let sandbox = Sandbox::published();
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "Draft it"]);
    sandbox.run("repo", std::process::Command::new("cp").args(["-r", "releases/2.9.0", "releases/9.9.9"]));
    sandbox.commit_all("Copy it");
    sandbox.check("2.9.0");
    sandbox.git(&["rm", "-q", "-r", "releases/9.9.9"]);
    sandbox.commit_all("Remove the copy");
    taking_the_component_of(&sandbox, "2.9.0");
    sandbox.check("2.8.0").finds(1, "component-taken");
}

#[test]
fn a_copy_stops_nobody_else() {
    let sandbox = Sandbox::published();
    sandbox.run("repo", std::process::Command::new("cp").args(["-r", "releases/2.7.0", "releases/9.9.9"]));
    sandbox.commit_all("Copy it");
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.check("2.8.0").exits(0);
    assert_ne!(sandbox.check("9.9.9").code, 0);
}
