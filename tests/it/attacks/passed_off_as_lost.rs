//! What was prepared and never listed is given out for a version that a site lost with its index, so that the rules of now say nothing
//! to it.
//!
//! Guard: the owners take in only what its publication still stands for, and only what the site does not list.

use std::fs;

use crate::sandbox::{Answer, Sandbox, same};

/// The owner says that 2.7.0 was out.
fn taken_in(sandbox: &Sandbox) -> Answer {
    let record = ["record", "2.7.0", "--site", "downloads", "--adopt", "--reason", "It was out", "--yes"];
    let state = || (sandbox.git(&["rev-parse", "HEAD"]), sandbox.git(&["status", "--porcelain"]));
    let before = state();
    let answer = sandbox.as_person("dana", &record);
    assert!(answer.code == 0 || state() == before, "{answer:#?}");
    answer
}

/// 2.7.0 is prepared, merged and not listed; somebody changes the documents, and nobody signs them.
#[test]
fn what_changed_since_it_was_prepared_does_not_come_back() {
    let sandbox = Sandbox::begun();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install the newest player", "Do not install it"));
    taken_in(&sandbox).finds(1, "stale").finds(1, "holdpoint sign 2.7.0 kb");
}

#[test]
fn what_was_declined_or_held_since_does_not_come_back() {
    for no in [&["decline", "2.7.0", "kb"][..], &["hold", "2.7.0"]] {
        let sandbox = Sandbox::begun();
        sandbox.as_person("eve", &[no, &["--reason", "It crashes", "--yes"]].concat()).exits(0);
        let code = if no[0] == "hold" { "held" } else { "declined" };
        taken_in(&sandbox).finds(1, code);
    }
}

#[test]
fn what_is_listed_is_not_taken_in() {
    let sandbox = Sandbox::published();
    taken_in(&sandbox).finds(1, "2.7.0 is published on `downloads` already");
}

/// The policy asks for more by now, and nobody has said that customers had it.
#[test]
fn what_was_only_prepared_is_a_candidate_under_the_rules_of_now() {
    let sandbox = Sandbox::begun();
    ask_for_more(&sandbox);
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--new-site", "--yes"];
    sandbox.as_person("ci", &publish).finds(1, "subject-missing");
    assert!(!sandbox.path("site/releases.json").exists());
}

/// Puts a policy in force that has one requirement more.
pub(crate) fn ask_for_more(sandbox: &Sandbox) {
    let more = "[[requirement]]\nname = \"legal\"\ntitle = \"Terms\"\nasks = \"They are true.\"\nsubjects = [\"legal.md\"]\n\
                role = \"support\"\napprovals = 1\nmay_skip = false\n\n[waiver]";
    sandbox.adopt_policy(&["dana"], |it| it.replacen("[waiver]", more, 1), same);
    assert!(fs::read_to_string(sandbox.path("repo/policy/0002/policy.toml")).unwrap().contains("legal"));
}
