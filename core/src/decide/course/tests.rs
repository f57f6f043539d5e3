use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::decide::{Publicity, Question, Verdict, publications};
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::sight::{RecordedAudit, Sight, Sights, Visibility};
use crate::world::World;

/// What may be done.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Finish what this statement recorded.
    Finish(Digest),
    /// Record another statement.
    Record,
    Nothing,
}

fn finishes(world: &World) -> Step {
    match world.ask(&Question::Publish("downloads".parse().unwrap())).verdict {
        Verdict::Clear(approval) => approval.recorded().map_or(Step::Record, |it| Step::Finish(it.id)),
        _ => Step::Nothing,
    }
}

/// A change of one document, and who signs it again.
const CHANGES: [(&str, &str, &str); 3] =
    [("kb.md", "kb", "maria"), ("notice.md", "notice", "lee"), ("matrix.md", "compatibility", "ned")];

#[test]
fn what_is_recorded_and_not_listed_is_judged_like_a_candidate() {
    for (file, requirement, who) in CHANGES {
        let mut world = World::signed();
        let publish = world.publish("ci");
        world.unlist();
        assert_eq!((world.verdict(), finishes(&world)), ((0, vec![]), Step::Finish(publish)), "merely interrupted");
        world.append(file, "Do not install it.\n");
        assert_eq!((world.verdict(), finishes(&world)), ((3, vec![Code::Stale]), Step::Nothing), "{file}");
        world.approve(requirement, who);
        assert_eq!((world.verdict(), finishes(&world)), ((0, vec![]), Step::Record), "{file}: it is recorded anew");
        // What is recorded anew is what is finished from then on.
        let anew = world.publish("ci");
        assert_eq!(finishes(&world), Step::Finish(anew), "{file}");
    }
}

#[test]
fn what_was_recorded_anew_is_all_that_is_held_against_the_release() {
    let mut world = World::signed();
    world.publish("ci");
    world.unlist();
    world.append("matrix.md", "More.\n");
    world.approve("compatibility", "ned");
    let anew = world.publish("ci");
    world.unsee();
    assert_eq!(world.verdict(), (0, vec![]), "where nobody sees the site");
    assert_eq!(world.check().publications.iter().map(|it| it.id).collect::<Vec<_>>(), [anew]);
    world.sights = None;
    assert_eq!(publications(&world.evidence()).1, []);
    assert_eq!(Publicity::of(&world.evidence(), &BTreeMap::new()).doubts(), []);
    assert_eq!(world.verdict().1, [Code::PublishedChanged], "what customers see is not superseded by a statement");
}

#[test]
fn other_files_under_a_recorded_version_are_burned_though_they_are_signed() {
    let mut world = World::signed();
    world.publish("ci");
    world.unlist();
    let other = world.text("artifacts.toml").replace("size = ", "size = 1");
    world.write("artifacts.toml", &other);
    world.approve("compatibility", "ned");
    assert_eq!((world.verdict(), finishes(&world)), ((1, vec![Code::Burned]), Step::Nothing));
}

#[test]
fn where_the_site_is_not_seen_every_subject_is_as_published_or_signed_again() {
    for (file, requirement, who) in CHANGES {
        let mut world = World::signed();
        world.publish("ci");
        world.unsee();
        assert_eq!(world.verdict(), (0, vec![]));
        world.append(file, "Do not install it.\n");
        let is_deciding = file == "matrix.md";
        let code = if is_deciding { (4, vec![Code::PublishedChanged]) } else { (3, vec![Code::Stale]) };
        assert_eq!(world.verdict(), code, "{file}");
        world.approve(requirement, who);
        if !is_deciding {
            assert_eq!(world.verdict(), (0, vec![]), "{file}");
        }
    }
}

#[test]
fn a_permission_where_the_site_lists_it_stands_whatever_was_written_since() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "x\n");
    assert_eq!(world.verdict(), (0, vec![]));
    let decision = world.check();
    assert_eq!(decision.visibility(&decision.publications[0]), Visibility::Listed);
    assert!(decision.unseen.is_empty());
    world.unsee();
    assert_eq!(world.check().unseen.iter().map(crate::name::SiteName::as_str).collect::<Vec<_>>(), ["downloads"]);
}

#[test]
fn an_adoption_is_its_own_listing_until_an_audit_misses_its_bytes() {
    let mut world = World::new();
    let adopt = world.adopt("dana");
    for sights in [None, Some(Sights::default())] {
        world.sights = sights;
        assert_eq!(world.verdict(), (0, vec![]));
    }
    let audit = format!(
        "{{\"schema\": 1, \"site\": \"downloads\", \"at\": \"2026-11-21T10:00:00Z\", \"not_listed\": [], \"differs\": [\"{adopt}\"], \
         \"unrecorded\": []}}"
    );
    let site = "downloads".parse().unwrap();
    let audit = RecordedAudit::parse(&site, audit.as_bytes()).unwrap();
    let mut sights = Sights::default();
    sights.take(site, Sight::default().with_audit(audit));
    world.sights = Some(sights);
    assert_eq!(world.verdict().0, 3, "it is judged like a candidate, which nobody has signed");
}

#[test]
fn the_worst_decides_whatever_is_added() {
    let finding = |code: Code| Finding::new(code, "x", "x");
    for (codes, exit) in [
        (vec![], 0),
        (vec![Code::NotCounted], 0),
        (vec![Code::Missing], 3),
        (vec![Code::Missing, Code::Held], 1),
        (vec![Code::Held, Code::StaleCheckout, Code::Missing], 4),
    ] {
        let decision = World::signed().check();
        let count = decision.findings.len() + codes.len();
        let decision = decision.with(codes.iter().copied().map(finding).collect());
        assert_eq!((decision.verdict.exit_code(), decision.findings.len()), (exit, count), "{codes:?}");
    }
    let blocked = World::signed().check().with(vec![finding(Code::Held)]);
    assert_eq!(blocked.with(Vec::new()).verdict.exit_code(), 1, "adding nothing takes nothing away");
}

/// A release whose notice is waived, published at a time of the publisher's choosing.
fn waived(at: &dyn Fn(&World) -> jiff::Timestamp, hours: i64) -> (u8, Vec<Code>) {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    let until = world.now.checked_add(SignedDuration::from_hours(hours)).unwrap();
    world.waive_until(Code::Missing, "notice", "dana", until);
    world.waive_until(Code::Missing, "notice", "sam", until);
    world.clock = at(&world);
    world.publish("ci");
    // Nobody asks before it happened.
    world.now = world.now.max(world.clock);
    world.verdict()
}

#[test]
fn the_waivers_of_a_publication_are_judged_at_its_own_time() {
    let hours = |hours: i64| move |world: &World| world.now.checked_add(SignedDuration::from_hours(hours)).unwrap();
    assert_eq!(waived(&hours(0), 24), (0, vec![]));
    assert_eq!(waived(&hours(23), 24), (0, vec![]));
    for (what, at, until) in [
        ("it had expired", 24, 24),
        ("it had expired long before", 24 * 365, 24),
        ("it lasts too long", 0, 73),
        ("it lasts until 2099", 0, 24 * 365 * 73),
        ("it is older than what it relies on", -24, 24),
    ] {
        let (exit, codes) = waived(&hours(at), until);
        assert!(exit != 0 && codes.contains(&Code::Unproven), "{what}: {exit} {codes:?}");
    }
}
