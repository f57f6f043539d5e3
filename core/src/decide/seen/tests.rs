//! However many entries somebody writes, what has to be seen is seen.

use std::collections::BTreeSet;

use super::{MOST_SEEN, Seen, seen};
use crate::decide::State;
use crate::digest::Digest;
use crate::ledger::{Full, MOST_OF_ONE, MOST_STATEMENTS};
use crate::statement::Act;
use crate::world::{World, person};

fn seen_by(world: &World, who: &str, act: &Act) -> Seen {
    seen(&world.evidence(), world.now, &person(who), act)
}

/// Somebody who may not approves the article so many times, having seen nothing.
fn idle(world: &mut World, count: usize) {
    for _ in 0..count {
        let act = Act::Approve(world.sign_off("kb"));
        world.say_after(act, Some("support"), "kim", BTreeSet::new());
    }
}

fn declines(world: &mut World, count: usize) -> Vec<Digest> {
    let act = Act::Decline(world.sign_off("kb"));
    (0..count).map(|_| world.say_after(act.clone(), Some("support"), "eve", BTreeSet::new())).collect()
}

fn kb(world: &World) -> State {
    world.check().requirements.iter().find(|it| it.name.as_str() == "kb").map(|it| it.state).unwrap()
}

/// Signs with what the signer lists as seen, and says how much was left over.
fn approve(world: &mut World, who: &str) -> usize {
    let act = Act::Approve(world.sign_off("kb"));
    let Seen { after, left } = seen_by(world, who, &act);
    assert!(after.len() <= MOST_SEEN);
    world.say_after(act, Some("support"), who, after);
    left
}

#[test]
fn a_few_entries_are_listed_as_their_heads() {
    let mut world = World::signed();
    world.hold("kim");
    let evidence = world.evidence();
    let listed = seen_by(&world, "maria", &Act::Hold);
    assert_eq!(listed, Seen { after: evidence.ledger().heads(), left: 0 });
}

#[test]
fn seventy_declines_are_seen_by_two_yeses() {
    let mut world = World::new();
    declines(&mut world, 70);
    world.append("kb.md", "\nMended.\n");
    idle(&mut world, 100);
    assert_eq!(approve(&mut world, "maria"), 6);
    assert_eq!(kb(&world), State::Declined, "six of them were not seen");
    assert_eq!(approve(&mut world, "maria"), 0);
    assert_eq!(kb(&world), State::Approved);
}

#[test]
fn what_speaks_against_is_seen_behind_whatever_hides_it() {
    let mut world = World::new();
    let [decline] = declines(&mut world, 1)[..] else { panic!() };
    // Each of these heads has seen the decline, and there are more of them than anybody can list.
    for _ in 0..100 {
        let act = Act::Approve(world.sign_off("kb"));
        world.say_after(act, Some("support"), "kim", BTreeSet::from([decline]));
    }
    world.append("kb.md", "\nMended.\n");
    assert_eq!(approve(&mut world, "maria"), 0);
    assert_eq!(kb(&world), State::Approved);
}

#[test]
fn ones_own_words_leave_room_for_what_speaks_against() {
    let mut world = World::new();
    for _ in 0..100 {
        world.say_after(Act::Hold, None, "maria", BTreeSet::new());
    }
    declines(&mut world, 40);
    world.append("kb.md", "\nMended.\n");
    assert_eq!(approve(&mut world, "maria"), 0);
    assert_eq!(kb(&world), State::Approved);
}

#[test]
fn a_yes_after_one_that_was_taken_back_has_seen_that() {
    let mut world = World::new();
    let first = world.approve("kb", "maria");
    for _ in 0..70 {
        world.say_after(Act::Revoke { target: first }, None, "eve", BTreeSet::from([first]));
    }
    idle(&mut world, 70);
    assert_eq!(kb(&world), State::Revoked);
    assert!(approve(&mut world, "maria") > 0);
    assert_eq!(kb(&world), State::Revoked);
    assert_eq!(approve(&mut world, "maria"), 0);
    assert_eq!(kb(&world), State::Approved);
}

#[test]
fn a_publication_has_seen_what_it_relies_on_without_listing_it() {
    let mut world = World::signed();
    let holds: Vec<Digest> = (0..70).map(|_| world.say_after(Act::Hold, None, "kim", BTreeSet::new())).collect();
    for hold in holds {
        world.say_after(Act::Lift { target: hold }, None, "kim", BTreeSet::from([hold]));
    }
    let act = world.publication(world.entries().unwrap()).unwrap();
    let after = seen_by(&world, "ci", &act).after;
    assert_eq!(after.len(), MOST_SEEN);
    world.say_after(act, Some("release"), "ci", after);
    assert_eq!(world.verdict(), (0, vec![]));
    assert_eq!(world.check().publications.len(), 1);
}

#[test]
fn of_one_person_only_a_thousand_take_room_from_others() {
    let mut world = World::new();
    let evidence = world.evidence();
    let entry = {
        world.hold("kim");
        world.evidence().ledger().entries().next().unwrap().clone()
    };
    // Their signatures are not looked at here: what is counted is who wrote them.
    let of = |people: usize, each: usize| {
        let entries = (0..people).flat_map(|who| (0..each).map(move |at| (who, at))).map(|(who, at)| {
            let mut entry = entry.clone();
            entry.id = Digest::of(format!("{who} {at}").as_bytes());
            entry.statement.by = format!("p{who}@example.com").parse().unwrap();
            (entry.id, entry)
        });
        crate::ledger::Ledger::of(entries.collect())
    };
    let yes = Act::Approve(world.sign_off("kb"));
    let flooded = of(1, MOST_STATEMENTS);
    assert_eq!(flooded.room_for(&yes), Ok(()));
    let full = of(MOST_STATEMENTS / MOST_OF_ONE, MOST_OF_ONE);
    assert_eq!(full.room_for(&yes), Err(Full { statements: MOST_STATEMENTS, most: MOST_STATEMENTS }));
    for no in [
        Act::Hold,
        Act::Decline(world.sign_off("kb")),
        Act::Lift { target: entry.id },
        Act::Revoke { target: entry.id },
    ] {
        assert_eq!(full.room_for(&no), Ok(()));
    }
    assert_eq!(evidence.ledger().room_for(&yes), Ok(()));
}
