//! What is said of a release while it is being written.

use super::lint;
use crate::finding::{Code, Severity};
use crate::world::World;

fn found(world: &World) -> Vec<(Code, Severity)> {
    lint(&world.evidence()).into_iter().map(|it| (it.code, it.severity)).collect()
}

#[test]
fn asks_for_no_sign_off() {
    assert_eq!(found(&World::new()), []);
    assert_eq!(found(&World::signed()), []);
}

#[test]
fn what_a_draft_lacks_is_only_said() {
    let mut world = World::new();
    world.facts.release_files.remove("matrix.md");
    world.facts.release_files.remove("artifacts.toml");
    world.write("notice.md", &world.text("notice.md").replace("All.", "TODO"));
    world.write("kb.md", &world.text("kb.md").replace("\"published\"", "\"draft\""));
    assert!(found(&world).iter().all(|it| it.1 == Severity::Warning), "{:?}", found(&world));
    assert!(found(&world).iter().any(|it| it.0 == Code::Placeholder));
    assert!(found(&world).iter().any(|it| it.0 == Code::SubjectMissing));
}

#[test]
fn a_broken_record_or_ledger_is_never_only_said() {
    let mut world = World::signed();
    world.append("release.toml", "titel = 1\n");
    world.write("ledger/junk", "x");
    assert_eq!(found(&world), [(Code::BadRecord, Severity::Unverifiable), (Code::BadEntry, Severity::Unverifiable)]);
}

#[test]
fn an_entry_that_is_named_and_gone_is_missed() {
    let mut world = World::new();
    let hold = world.hold("kim");
    world.hold("lee");
    world.remove(hold);
    assert_eq!(found(&world), [(Code::EntryMissing, Severity::Unverifiable)]);
}

#[test]
fn a_hold_or_a_decline_is_not_for_lint_to_say() {
    let mut world = World::new();
    world.hold("kim");
    world.decline("kb", "eve");
    assert_eq!(found(&world), []);
}

#[test]
fn what_decided_a_publication_must_not_change_and_its_documents_may() {
    let mut world = World::signed();
    world.publish("ci");
    assert_eq!(found(&world), []);
    world.append("matrix.md", "more");
    world.write("kb.md", "+++\n+++\n");
    let found = found(&world);
    assert!(found.contains(&(Code::PublishedChanged, Severity::Unverifiable)), "{found:?}");
    assert!(found.contains(&(Code::PublishedChanged, Severity::Warning)), "{found:?}");
}

#[test]
fn rules_for_documents_weigh_nothing_once_it_is_out() {
    let mut world = World::signed();
    world.publish("ci");
    world.write("notice.md", &world.text("notice.md").replace("## What to do", "## Else"));
    let found = found(&world);
    assert!(found.iter().any(|it| it.0 == Code::NoticeSections), "{found:?}");
    assert!(found.iter().all(|it| it.1 == Severity::Warning), "{found:?}");
}

#[test]
fn what_cannot_be_told_weighs_as_much_once_it_is_out() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "\r");
    world.append("notice.md", "\r");
    let found = found(&world);
    assert!(found.contains(&(Code::BadRecord, Severity::Unverifiable)), "{found:?}");
}

#[test]
fn one_component_version_belongs_to_one_release() {
    let mut world = World::new();
    let component = world.evidence().head().release().unwrap().components[0].clone();
    world.facts.others.insert("2.6.0".parse().unwrap(), vec![component]);
    assert_eq!(found(&world), [(Code::ComponentTaken, Severity::Blocked)]);
}
