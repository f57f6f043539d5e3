//! What each entry does, sentence by sentence.

use super::{Effect, effects};
use crate::digest::Digest;
use crate::finding::Code;
use crate::statement::Act;
use crate::world::World;

fn effect(world: &World, id: Digest) -> Effect {
    effects(&world.evidence(), world.now).remove(&id).unwrap()
}

#[test]
fn a_yes_counts_until_what_it_covers_changes() {
    let mut world = World::new();
    let yes = world.approve("kb", "maria");
    assert_eq!(effect(&world, yes), Effect::Counts);
    world.append("kb.md", "more");
    assert_eq!(effect(&world, yes), Effect::Stale(vec!["kb.md".parse().unwrap()]));
    assert_eq!(effect(&world, yes).why().unwrap(), "`kb.md` changed after it");
}

#[test]
fn a_yes_that_was_taken_back_names_what_took_it_back() {
    let mut world = World::new();
    let yes = world.approve("kb", "maria");
    let revoke = world.revoke(yes, "eve");
    assert_eq!(effect(&world, yes), Effect::Revoked(revoke));
    assert_eq!(effect(&world, revoke), Effect::Counts);
}

#[test]
fn a_yes_of_somebody_else_does_nothing() {
    let mut world = World::new();
    let yes = world.approve("kb", "lee");
    let Effect::Nothing(why) = effect(&world, yes) else { panic!() };
    assert_eq!(why, "lee@example.com is not in the role `support`");
}

#[test]
fn a_second_seat_takes_both() {
    let mut world =
        World::with_policy(|it| it.replace("communications = [", "communications = [\"maria@example.com\", "));
    let (kb, notice) = (world.approve("kb", "maria"), world.approve("notice", "maria"));
    for id in [kb, notice] {
        assert_eq!(effect(&world, id), Effect::Nothing("its signer fills two seats: `kb` and `notice`".to_owned()));
    }
}

#[test]
fn a_hold_counts_until_it_is_lifted() {
    let mut world = World::new();
    let hold = world.hold("kim");
    assert_eq!(effect(&world, hold), Effect::Counts);
    let lift = world.lift(hold, "kim", None);
    assert_eq!(effect(&world, hold), Effect::Settled);
    assert_eq!(effect(&world, lift), Effect::Counts);
}

#[test]
fn a_decline_counts_until_it_is_answered() {
    let mut world = World::new();
    let no = world.decline("kb", "eve");
    assert_eq!(effect(&world, no), Effect::Counts);
    world.revoke(no, "eve");
    assert_eq!(effect(&world, no), Effect::Settled);
    let foreign = world.decline("kb", "lee");
    assert!(matches!(effect(&world, foreign), Effect::Nothing(_)));
}

#[test]
fn a_waiver_counts_until_it_expires() {
    let mut world = World::new();
    let waive = world.waive(Code::Missing, "kb", "dana");
    assert_eq!(effect(&world, waive), Effect::Counts);
    world.now = "2027-01-01T00:00:00Z".parse().unwrap();
    let Effect::Nothing(why) = effect(&world, waive) else { panic!() };
    assert!(why.starts_with("it expired"), "{why}");
}

#[test]
fn a_publication_counts_if_it_is_proven() {
    let mut world = World::signed();
    let publish = world.publish("ci");
    assert_eq!(effect(&world, publish), Effect::Counts);
    let mut world = World::new();
    let publish = world.publish("ci");
    let Effect::Nothing(why) = effect(&world, publish) else { panic!() };
    assert!(why.contains("not proven"), "{why}");
}

#[test]
fn every_owner_of_an_adoption_counts_once_there_are_enough() {
    let mut world = World::with_policy(|it| it.replace("threshold = 1", "threshold = 2"));
    let first = world.adopt("dana");
    assert!(matches!(effect(&world, first), Effect::Nothing(_)));
    let second = world.adopt("sam");
    assert_eq!((effect(&world, first), effect(&world, second)), (Effect::Counts, Effect::Counts));
}

#[test]
fn what_cannot_be_lifted_or_revoked_is_left_alone() {
    let mut world = World::new();
    let yes = world.approve("kb", "maria");
    let lift = world.say(Act::Lift { target: yes }, Some("duty"), "dana");
    assert!(matches!(effect(&world, lift), Effect::Nothing(_)));
    assert_eq!(effect(&world, yes), Effect::Counts);
}

#[test]
fn a_decline_of_somebody_who_left_is_not_said_to_do_nothing() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    world.adopt_policy(|it| it.replace(", \"eve@example.com\"", ""), |it| it, &["dana"]);
    assert_eq!(effect(&world, no), Effect::Counts);
    assert!(world.check().findings.iter().all(|it| it.code != Code::NotCounted));
}

#[test]
fn a_revoke_takes_back_one_thing_of_one_person() {
    let mut world = World::with_policy(|it| {
        it.replace("communications = [", "communications = [\"maria@example.com\", ")
            .replace("duty = [", "duty = [\"maria@example.com\", ")
            .replace("distinct = true", "distinct = false")
    });
    let kb = world.approve("kb", "maria");
    let notice = world.approve("notice", "maria");
    let other = world.approve("kb", "eve");
    let missing = world.waive(Code::Missing, "kb", "maria");
    let elsewhere = world.waive(Code::Missing, "compatibility", "maria");
    let stale = world.waive(Code::Stale, "kb", "maria");
    let all = [kb, notice, other, missing, elsewhere, stale];
    let revoked = |target: Digest| {
        let mut world = world.clone();
        let revoke = world.revoke(target, "maria");
        all.iter().filter(|it| effect(&world, **it) == Effect::Revoked(revoke)).copied().collect::<Vec<_>>()
    };
    for target in all {
        assert_eq!(revoked(target), [target]);
    }
}

#[test]
fn each_effect_has_its_word_and_says_why_where_that_is_not_all() {
    let id = Digest::of(b"x");
    let taken = format!("taken back by {}", id.short());
    for (effect, word, why) in [
        (Effect::Counts, "counts", None),
        (Effect::Settled, "settled", None),
        (Effect::Stale(vec!["kb.md".parse().unwrap()]), "stale", Some("`kb.md` changed after it")),
        (Effect::Revoked(id), "revoked", Some(taken.as_str())),
        (Effect::Lapsed("a".to_owned()), "lapsed", Some("a")),
        (Effect::Nothing("b".to_owned()), "no-effect", Some("b")),
    ] {
        assert_eq!((effect.word(), effect.why().as_deref()), (word, why));
    }
}
