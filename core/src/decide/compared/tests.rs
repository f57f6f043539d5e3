//! What a release is compared with, and what of that reaches people.

use std::sync::Arc;

use super::*;
use crate::compatibility::matrix_md;
use crate::rule::scene::{REC, component, shipped};
use crate::statement::Act;
use crate::world::World;

const MIRROR: &str = "[[site]]\nname = \"mirror\"\nurl = \"file:///srv/www/mirror\"\n";

/// The recorder 2.7.0, which writes format 3, beside players that are out on `downloads`, each with what it reads.
fn world(more: &str, players: &[(&str, &str)]) -> World {
    let mut world = World::with_policy(|it| format!("{it}{REC}{more}"));
    let one = |(at, reads): &(&str, &str)| shipped(at, &[&format!("player@{at} reads:{reads}")], "");
    world.facts.shipped = Arc::new(players.iter().map(one).collect());
    world
}

fn codes(world: &World, question: &Question) -> Vec<Code> {
    judged(&world.evidence(), question).findings.into_iter().map(|it| it.code).collect()
}

#[test]
fn a_pair_that_fails_is_told_where_a_text_for_people_is_signed() {
    let told = |reads: &str, name: &str| {
        let evidence = world("", &[("2.4.0", reads)]).evidence();
        assert_eq!(judged(&evidence, &Question::Check).pairs, 1);
        to_be_told(&evidence, &name.parse().unwrap())
    };
    for name in ["kb", "notice"] {
        assert_eq!(told("1", name), ["recorder 2.7.0 and player 2.4.0"]);
        assert_eq!(told("3", name), [""; 0]);
    }
    assert_eq!(told("1", "compatibility"), [""; 0]);
    let written = |reads: &str| {
        let evidence = world("", &[("2.4.0", reads)]).evidence();
        to_be_written(&evidence, evidence.head(), Paper::Article).len()
    };
    assert!(written("1") > 0 && written("3") == 0);
}

#[test]
fn what_is_signed_as_not_applicable_although_a_pair_fails_is_refused() {
    let skipped = |reads: &str| {
        let mut world = world("", &[("2.4.0", reads)]);
        world.approve("kb", "maria");
        world.say(Act::NotApplicable(world.sign_off("notice")), Some("communications"), "lee");
        let messages = world.check().findings.into_iter().map(|it| it.message);
        messages.filter(|it| it.contains("signed as not applicable")).collect::<Vec<_>>()
    };
    assert_eq!(
        skipped("1"),
        ["`notice` is signed as not applicable, and recorder 2.7.0 and player 2.4.0 do not work together"]
    );
    assert_eq!(skipped("3"), [""; 0]);
}

#[test]
fn a_release_helps_with_what_it_has_artifacts_of() {
    let helps = |world: &World| {
        let evidence = world.evidence();
        let field = field(&evidence, evidence.head().records().unwrap(), &BTreeSet::new());
        field.member(&component("recorder@2.7.0")).map(|it| it.is_asset)
    };
    let mut world = world("", &[]);
    assert_eq!(helps(&world), Some(true));
    world.write("artifacts.toml", "schema = 1\n");
    assert_eq!(helps(&world), Some(false));
}

#[test]
fn a_check_asks_for_a_reader_on_every_site_and_a_publish_on_its_own() {
    let world = world(MIRROR, &[("2.5.0", "3")]);
    let on = |site: &str| codes(&world, &Question::Publish(site.parse().unwrap())).contains(&Code::OrphanFormat);
    assert!(codes(&world, &Question::Check).contains(&Code::OrphanFormat));
    assert!(!on("downloads") && on("mirror"));
}

#[test]
fn one_matrix_is_signed_whatever_site_is_asked_about() {
    let mut world = world(MIRROR, &[("2.4.0", "1"), ("2.5.0", "3")]);
    let evidence = world.evidence();
    let right = matrix_md(&matrix(&evidence, evidence.head().records().unwrap()));
    assert!(
        right.contains("player 2.4.0 | **no** |  | Nothing is known"),
        "on the mirror there is no upgrade: {right}"
    );
    let site = Question::Publish("downloads".parse().unwrap());
    for question in [Question::Check, site] {
        assert!(codes(&world, &question).contains(&Code::MatrixOutOfDate));
        world.write("matrix.md", &right);
        assert!(!codes(&world, &question).contains(&Code::MatrixOutOfDate), "{question:?}");
        world.append("matrix.md", "\n");
    }
    world.write("compatibility.toml", "schema = 2\n");
    assert!(world.evidence().head().records().is_none());
}
