//! `holdpoint log`: what was said about a release, in order.

use crate::sandbox::Sandbox;

#[test]
fn a_ledger_is_read_in_the_order_in_which_it_was_seen() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "case 5531", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("eve", &["lift", "2.7.0", &hold, "--reason", "solved", "--yes"]).exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "More.\n");
    let answer = sandbox.holdpoint(&["log", "2.7.0"]).exits(0);
    assert!(answer.stdout.starts_with("2.7.0: 5 entries, 3 count, 1 stale, 1 settled.\n"), "{answer:#?}");
    assert!(
        answer.stdout.contains("\"case 5531\"") && answer.stdout.contains("`kb.md` changed after it"),
        "{answer:#?}"
    );
    let json = sandbox.holdpoint(&["log", "2.7.0", "--format", "json"]).exits(0).json();
    let entries = json["releases"][0]["entries"].as_array().unwrap().clone();
    let kinds: Vec<&str> = entries.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["approve", "approve", "approve", "hold", "lift"]);
    let effects: Vec<&str> = entries.iter().map(|it| it["effect"].as_str().unwrap()).collect();
    assert_eq!(effects, ["stale", "counts", "counts", "settled", "counts"]);
    assert_eq!(entries[4]["target"], hold.as_str());
}

#[test]
fn what_is_no_entry_is_listed_too() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "x");
    sandbox.commit_all("Junk");
    let answer = sandbox.holdpoint(&["log", "2.7.0"]).finds(0, "bad-entry");
    assert!(answer.stdout.starts_with("2.7.0: 0 entries, 1 fault in the ledger.\n"), "{answer:#?}");
}

#[test]
fn a_release_that_nobody_recorded_has_no_ledger() {
    let answer = Sandbox::ready().holdpoint(&["log", "2.8"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded 2.8.\n"), "{answer:#?}");
}
