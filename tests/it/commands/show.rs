//! `holdpoint show`: one statement, and how to verify it without this tool.

use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

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
fn a_file_that_is_no_statement_is_shown_as_such() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "x");
    sandbox.commit_all("Junk");
    sandbox.holdpoint(&["show", "notes"]).finds(4, "NOT VALID");
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
