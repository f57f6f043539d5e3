//! Which publications count, and what is said of the others.

use super::*;
use crate::world::{World, person};

/// That other bytes go out on `site` than were signed off.
fn forged(world: &mut World, site: &str) -> Digest {
    let mut artifacts = world.artifacts();
    artifacts[0].sha256 = Digest::of(b"malware");
    going_out(world, site, artifacts)
}

fn going_out(world: &mut World, site: &str, artifacts: Vec<Artifact>) -> Digest {
    let act = Act::Publish {
        subjects: world.all_subjects(),
        site: site.parse().unwrap(),
        commit: "a".repeat(40),
        artifacts,
        relied: world.entries().unwrap(),
    };
    world.say(act, Some("release"), "ci")
}

fn weighty(world: &World) -> Vec<(Code, String)> {
    let findings = world.check().findings.into_iter().filter(|it| it.severity > Severity::Warning);
    findings.map(|it| (it.code, it.about)).collect()
}

#[test]
fn what_the_owners_took_in_is_not_doubted_and_nothing_else_is_settled_by_it() {
    let mut world = World::new();
    let artifacts = world.artifacts();
    let same = going_out(&mut world, "downloads", artifacts.clone());
    let (elsewhere, malware) = (going_out(&mut world, "mirror", artifacts), forged(&mut world, "downloads"));
    let doubted = |ids: &[Digest]| ids.iter().map(|it| (Code::Unproven, it.to_string())).collect::<BTreeSet<_>>();
    let told = |world: &World| weighty(world).into_iter().filter(|it| it.0 == Code::Unproven).collect::<BTreeSet<_>>();
    assert_eq!(told(&world), doubted(&[same, elsewhere, malware]));
    world.adopt("dana");
    assert_eq!(told(&world), doubted(&[elsewhere, malware]));
}

#[test]
fn what_nobody_sealed_says_how_the_owners_take_it_in() {
    let mut world = World::signed();
    let publish = world.publish("ci");
    let sealed = crate::policy::Sealed::default();
    for _ in 0..2 {
        world.adopt_policy_sealing(&sealed, |it| it, |it| it, &["dana"]);
    }
    assert_eq!(weighty(&world), [(Code::Unsealed, publish.to_string())]);
    let told = world.check().findings.remove(0);
    assert_eq!(
        told.next,
        "if it went out, the owners take it in: holdpoint record 2.7.0 --site downloads --adopt --reason \"…\"; if it \
         never did, this version stays in doubt, and another one goes out instead: holdpoint new …"
    );
    assert_eq!(told.who, [person("dana"), person("sam")]);
    assert!(told.message.starts_with("a publication by ci@example.com names policy 1, "), "{}", told.message);
}

#[test]
fn a_list_of_files_that_changed_since_says_nothing_about_what_went_out() {
    let mut world = World::signed();
    world.publish("ci");
    let other = world.text("artifacts.toml").replace("file = \"", "file = \"other-");
    assert_ne!(other, world.text("artifacts.toml"));
    world.write("artifacts.toml", &other);
    assert_eq!(weighty(&world), [(Code::PublishedChanged, "artifacts.toml".to_owned())]);
    assert_eq!(world.check().publications.len(), 1);
}

#[test]
fn an_adoption_asks_the_owners_who_have_not_signed() {
    let mut world = World::with_policy(|it| it.replace("threshold = 1", "threshold = 2"));
    let adopt = world.adopt("dana");
    let told = world.check().findings.into_iter().find(|it| it.about == adopt.to_string()).unwrap();
    assert_eq!(told.message, "the adoption has no effect: 1 of 2 owners have signed");
    assert_eq!(told.who, [person("sam")]);
}

#[test]
fn a_publication_says_who_signed_it_where_and_when() {
    let mut world = World::signed();
    let id = world.publish("ci");
    let expected = Publication {
        id,
        outlet: Outlet::Published,
        site: "downloads".parse().unwrap(),
        by: vec![person("ci")],
        at: world.clock,
        artifacts: world.artifacts(),
        subjects: world.all_subjects(),
    };
    let mut found = world.check().publications.remove(0);
    found.subjects.sort();
    let mut expected = expected;
    expected.subjects.sort();
    assert_eq!(found, expected);
}
