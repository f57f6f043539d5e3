//! Charters, written as a policy and read back by the core.

use holdpoint_core::key::{PublicKey, Ring};
use holdpoint_core::name::Person;
use holdpoint_core::policy::Policy;

use super::charter::{Charter, Ground, People};
use super::text;
use crate::failure::{Exit, Failure};

/// Five people and a machine, each with a key of the same order.
const NAMES: [&str; 6] = ["dana", "maria", "eve", "ned", "lee", "ci"];
const KEYS: [&str; 6] = [
    "AAAAC3NzaC1lZDI1NTE5AAAAIM77nANY5+WS3C17/7czk5hpk/ib8/NIBXLPbBoPiiyE",
    "AAAAC3NzaC1lZDI1NTE5AAAAIHg8KlhG5Fa0WPnLwOAjyYliqNZxzKoBy5i77jWNjX0d",
    "AAAAC3NzaC1lZDI1NTE5AAAAIKz9gxjA+QRe8MidjLG5x1RCTzonojqZt89LPixy9KSp",
    "AAAAC3NzaC1lZDI1NTE5AAAAIJtUDH8/+cULRlQeubuTNRfRlW4AATx6uirsfIAxgPxb",
    "AAAAC3NzaC1lZDI1NTE5AAAAICKvI5jmux7sa0I/qOKBSP3d/1h1VnJsz4/DzHkY17sf",
    "AAAAC3NzaC1lZDI1NTE5AAAAIHkZeTfzE3woEgOBk7+BqC9V6+KfsxexwHDk0vNrQ+ly",
];

fn person(name: &str) -> Person {
    format!("{name}@example.com").parse().unwrap()
}

fn key(name: &str) -> PublicKey {
    let at = NAMES.iter().position(|it| *it == name).unwrap();
    format!("ssh-ed25519 {}", KEYS[at]).parse().unwrap()
}

fn ground() -> Ground {
    Ground {
        project: "https://downloads.example.com/webinar".parse().unwrap(),
        path: "sub/\"odd\" folder".to_owned(),
        checkpoint: "a".repeat(40),
        branch: "main".to_owned(),
        sites: vec![("downloads".parse().unwrap(), "file:///srv/my%20downloads".to_owned())],
        attest_keys: Vec::new(),
    }
}

/// The charter that dana founds with `people`, of whom `ci` is a machine.
fn founded(people: &[&str], owners: &[&str], roles: &[&str]) -> Result<Charter, Failure> {
    let others = people.iter().map(|it| (person(it), key(it))).collect();
    let machines: Vec<Person> = people.iter().filter(|it| **it == "ci").map(|it| person(it)).collect();
    let owners: Vec<Person> = owners.iter().map(|it| person(it)).collect();
    let people = People::of((person("dana"), key("dana")), others, &machines, &owners)?;
    let roles: Vec<_> = roles.iter().map(|it| it.parse().unwrap()).collect();
    Charter::of(people, &roles, ground())
}

/// A policy with dana, maria, ned and lee, and the machine ci.
pub(crate) fn sample_policy() -> Policy {
    let roles = ["support=maria@example.com", "compatibility=ned@example.com", "communications=lee@example.com"];
    read(&founded(&["maria", "ned", "lee", "ci"], &[], &roles).unwrap())
}

fn read(charter: &Charter) -> Policy {
    let signers = text::signers(charter);
    let text = text::policy(charter, &signers);
    let ring = Ring::parse("signers", signers.as_bytes()).unwrap();
    Policy::read("policy.toml", text.as_bytes(), &ring, signers.as_bytes()).unwrap()
}

#[test]
fn one_person_alone_has_a_policy_that_reads_back() {
    let charter = founded(&[], &[], &[]).unwrap();
    let policy = read(&charter);
    assert!(!policy.distinct());
    assert!(policy.waiver().is_none());
    assert_eq!(policy.lifters().needed, 1);
    assert_eq!(policy.lone_roles().len(), 5);
    assert!(charter.doubts()[0].contains("is the only owner"));
    assert!(charter.doubts()[1].starts_with("the roles `support`, `compatibility`, `communications`, `duty` and"));
    assert!(charter.doubts()[2].contains("needs an owner and another person as deputy"));
}

#[test]
fn a_whole_team_has_different_people_and_a_machine() {
    let roles = [
        "support=maria@example.com,eve@example.com",
        "compatibility=ned@example.com",
        "communications=lee@example.com",
        "legal=lee@example.com",
    ];
    let charter = founded(&["maria", "eve", "ned", "lee", "ci"], &["dana", "ned"], &roles).unwrap();
    let policy = read(&charter);
    assert!(policy.distinct());
    assert_eq!(policy.waiver().unwrap().max_hours, 72);
    assert_eq!(policy.lifters().needed, 2);
    assert_eq!(policy.sites()[0].url, "file:///srv/my%20downloads");
    assert!(policy.is_machine(&person("ci")));
    assert_eq!(policy.publishers(), [person("ci"), person("dana"), person("ned")].into());
    assert!(policy.requirements().iter().all(|it| !it.may_skip && it.approvals == 1));
    assert_eq!(charter.doubts()[0], "the role `legal` has no task in this policy");
}

#[test]
fn seats_are_distinct_only_if_each_can_be_filled() {
    let team = ["maria", "ci"];
    assert!(!founded(&team, &[], &["support=maria@example.com"]).unwrap().distinct());
    let machine = founded(&team, &["dana", "maria"], &["support=ci@example.com,maria@example.com"]).unwrap();
    assert!(!machine.distinct());
    assert!(founded(&["maria", "eve"], &["dana", "maria", "eve"], &[]).unwrap().distinct());
}

#[test]
fn a_machine_that_may_do_nothing_is_told_of() {
    let charter = founded(&["ci"], &[], &["release=dana@example.com"]).unwrap();
    assert!(charter.doubts()[0].contains("may do nothing"));
    read(&charter);
}

#[test]
fn a_long_list_is_written_one_a_line() {
    let people = ["maria", "eve", "ned", "lee"];
    let charter = founded(&people, &["dana", "maria", "eve", "ned", "lee"], &[]).unwrap();
    assert!(text::policy(&charter, "").contains("members = [\n    \"dana@example.com\",\n"));
    assert_eq!(read(&charter).owners().members.len(), 5);
}

#[test]
fn a_second_key_is_the_same_person() {
    let others = vec![(person("dana"), key("maria")), (person("dana"), key("dana"))];
    let people = People::of((person("dana"), key("dana")), others, &[], &[]).unwrap();
    let charter = Charter::of(people, &[], ground()).unwrap();
    assert_eq!(charter.keys.len(), 2);
    assert_eq!(read(&charter).ring().keys_of(&person("dana")).len(), 2);
}

#[test]
fn whoever_has_no_key_fills_nothing() {
    let failure = founded(&["maria"], &[], &["support=mara@example.com"]).unwrap_err();
    assert_eq!(failure.exit(), Exit::Usage);
    assert_eq!(failure.message(), "mara@example.com, named for the role `support`, has no key here");
    assert!(failure.hint_text().unwrap().starts_with("did you mean `maria@example.com`?"));
    assert_eq!(founded(&[], &["dana", "eve"], &[]).unwrap_err().exit(), Exit::Usage);
}

#[test]
fn the_founder_is_an_owner() {
    let failure = founded(&["maria"], &["maria"], &[]).unwrap_err();
    assert_eq!(failure.exit(), Exit::Refused);
    assert!(failure.hint_text().unwrap().starts_with("add --owner dana@example.com"));
}

#[test]
fn one_key_is_one_person() {
    let of = |other: (Person, PublicKey)| People::of((person("dana"), key("dana")), vec![other], &[], &[]).err().unwrap();
    assert!(of((person("maria"), key("dana"))).message().contains("have the same key"));
    assert!(of(("Dana@example.com".parse().unwrap(), key("maria"))).message().contains("differ only in case"));
}

#[test]
fn a_machine_is_no_owner() {
    assert_eq!(founded(&["ci"], &["dana", "ci"], &[]).unwrap_err().exit(), Exit::Usage);
}
