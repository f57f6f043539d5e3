//! One person in two seats under `distinct`; with two keys; one key under two names; names that differ in case (row 23).

use std::fs;

use super::copied_sign_offs::digits;
use super::robots::founded_with_people;
use crate::sandbox::{Sandbox, keys, public_key, ring_line};

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
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
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

/// A signed-off release under a policy that the owners signed past the commands: two people of support are needed, and the
/// second one is maria once more, who signs for her twin.
fn twice_maria(second: &str, key: &str, ring: impl FnOnce(String) -> String) -> Sandbox {
    let sandbox = Sandbox::signed();
    let (first, approval) =
        (sandbox.root(1), fs::read_to_string(sandbox.entry("2.7.0", "requirement = \"kb\"")).unwrap());
    let support = format!("support = [\"{second}\", \"maria@example.com\"]\n");
    let edit = |it: String| {
        let lines = it.split_inclusive('\n').map(|it| if it.starts_with("support = ") { support.as_str() } else { it });
        lines.collect::<String>().replacen("approvals = 1", "approvals = 2", 1)
    };
    sandbox.forge_policy("0002", edit, ring, &["dana"]);
    let twin = approval.replace("maria@example.com", second).replace(digits(&first), digits(&sandbox.root(2)));
    sandbox.forge("2.7.0", &twin, key, "holdpoint/approve@v1");
    sandbox.commit_all("Sign for two");
    sandbox
}

#[test]
fn two_people_with_one_key_are_refused() {
    let sandbox = twice_maria("eve@example.com", "maria", |it| it.replace(&public_key("eve"), &public_key("maria")));
    sandbox.check("2.7.0").finds(4, "this key is already that of");
    sandbox.publish("2.7.0").finds(4, "policy-broken");
}

#[test]
fn names_that_differ_only_in_case_are_refused() {
    let sandbox = twice_maria("Maria@example.com", "mallory", |it| it + &ring_line("Maria", "mallory"));
    sandbox.check("2.7.0").finds(4, "differ only in case");
    sandbox.publish("2.7.0").finds(4, "policy-broken");
}
