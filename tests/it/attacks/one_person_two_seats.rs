//! One person in two seats under `distinct`; with two keys; one key under two names; names that differ in case (row 23).

use std::fs;

use super::robots::founded_with_people;
use crate::sandbox::{Sandbox, keys};

#[test]
fn the_second_seat_is_refused_when_it_is_signed_for() {
    let sandbox = founded_with_people(
        &[
            "--role",
            "support=maria@example.com,eve@example.com",
            "--role",
            "compatibility=maria@example.com,ned@example.com",
        ],
        |it| it,
    );
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "maria").finds(1, "one person fills one seat");
}

#[test]
fn two_seats_that_arrive_by_merge_count_for_neither() {
    let sandbox = founded_with_people(
        &[
            "--role",
            "support=maria@example.com,eve@example.com",
            "--role",
            "compatibility=maria@example.com,ned@example.com",
        ],
        |it| it,
    );
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.git(&["checkout", "-q", "-b", "other"]);
    sandbox.sign("2.7.0", "compatibility", "maria").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.git(&["merge", "-q", "--no-edit", "other"]);
    let answer = sandbox.check_json("2.7.0").exits(3);
    let taken: Vec<String> = answer.findings().into_iter().filter(|it| it.0 == "seat-taken").map(|it| it.1).collect();
    assert_eq!(taken, ["compatibility", "kb"]);
}

#[test]
fn a_key_under_two_names_is_refused() {
    let sandbox = Sandbox::empty();
    let key = format!("{}.pub", keys().join("maria").display());
    let people = [format!("maria@example.com={key}"), format!("eve@example.com={key}")];
    let answer = sandbox.as_person(
        "dana",
        &["init", "--project", "https://x.example.com", "--person", &people[0], "--person", &people[1]],
    );
    assert!([1, 2, 4].contains(&answer.code), "{answer:#?}");
    assert!(!sandbox.path("repo/policy").exists());
}

#[test]
fn names_that_differ_only_in_case_are_refused() {
    let sandbox = Sandbox::founded();
    let ring = sandbox.read("policy/0001/signers");
    let key = fs::read_to_string(format!("{}.pub", keys().join("mallory").display())).unwrap();
    sandbox.write("policy/0001/signers", &format!("{ring}Maria@example.com {key}"));
    sandbox.commit_all("Add a twin");
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.check("2.7.0").finds(4, "policy-broken");
}
