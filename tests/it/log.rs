//! `log` and `show`: what was said about a release, and one statement of it.

use std::process::{Command, Stdio};

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
    sandbox.holdpoint(&["show", "notes"]).finds(4, "NOT VALID");
}

#[test]
fn a_release_that_nobody_recorded_has_no_ledger() {
    let answer = Sandbox::ready().holdpoint(&["log", "2.8"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded 2.8.\n"), "{answer:#?}");
}

#[test]
fn the_stock_commands_that_are_shown_work_as_they_stand() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    for (folder, prefix) in [("repo", ""), ("repo/releases", "cd ")] {
        let answer = sandbox.holdpoint_in(folder, &["show", &id[..8]]).exits(0);
        assert!(answer.stdout.contains("validly signed by maria@example.com"), "{answer:#?}");
        let lines = answer.stdout.lines().skip_while(|it| !it.starts_with("verify it yourself")).skip(1);
        let commands: Vec<&str> = lines.take_while(|it| !it.is_empty()).map(str::trim).collect();
        assert!(commands[0].starts_with(prefix), "{commands:?}");
        let script = commands.join(" && ");
        let said = sandbox.run(folder, Command::new("sh").args(["-c", &script]).stdin(Stdio::null()));
        assert!(said.starts_with(&id) && said.contains("Good \"holdpoint/approve@v1\" signature"), "{said}");
    }
    let json = sandbox.holdpoint(&["show", &id, "--format", "json"]).exits(0).json();
    assert_eq!((&json["found"][0]["valid"], json["found"][0]["verify"].as_array().unwrap().len()), (&true.into(), 2));
}

#[test]
fn a_damaged_statement_says_so() {
    let sandbox = Sandbox::signed();
    let path = sandbox.entry("2.7.0", "requirement = \"kb\"");
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    std::fs::write(path, "damaged\u{1b}[31m\n").unwrap();
    sandbox.commit_all("Damage it");
    let answer = sandbox.holdpoint(&["show", &id[..6]]).finds(4, "other bytes than its name says").lacks("\u{1b}");
    assert!(answer.stdout.contains("NOT VALID"), "{answer:#?}");
}

#[test]
fn a_copy_in_another_ledger_is_shown_beside_the_original() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    for ending in ["toml", "toml.sig"] {
        let name = format!("ledger/{id}.{ending}");
        sandbox.write(&format!("releases/2.8.0/{name}"), &sandbox.read(&format!("releases/2.7.0/{name}")));
    }
    sandbox.commit_all("Copy it");
    sandbox.holdpoint(&["show", &id]).finds(4, "this statement was signed for 2.7.0");
    sandbox.holdpoint(&["show", &id, "2.7.0"]).exits(0);
}

#[test]
fn an_id_that_means_nothing_or_too_much_is_bad_usage() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["show", "abc"]).finds(2, "too short");
    sandbox.holdpoint(&["show", "zzzz"]).finds(2, "no ledger has an entry");
    sandbox.holdpoint(&["show", "zzzz", "2.9"]).finds(2, "there is no release");
}
