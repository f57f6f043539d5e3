//! What a waiver sets aside, whose it is, and when it cannot be judged.

use super::*;
use crate::world::World;

/// Everything is signed but the notice, and two on duty waive that.
fn waived() -> World {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    world.waive(Code::Missing, "notice", "dana");
    world.waive(Code::Missing, "notice", "sam");
    world
}

#[test]
fn only_what_is_waived_is_waived() {
    let states: Vec<State> = waived().check().requirements.iter().map(|it| it.state).collect();
    assert_eq!(states, [State::Approved, State::Approved, State::Waived]);
}

#[test]
fn a_waive_of_a_rule_leaves_a_requirement_of_that_name_alone() {
    let mut world = World::signed();
    world.waive(Code::Placeholder, "kb", "dana");
    world.waive(Code::Placeholder, "kb", "sam");
    let evidence = world.evidence();
    let view = View::of_now(&evidence, world.now);
    let mut findings = vec![Finding::new(Code::Placeholder, "kb", "a placeholder")];
    let mut standings = view.standings();
    assert_eq!(view.set_aside(&mut findings, &mut standings).len(), 2);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(standings[0].state, State::Approved);
}

#[test]
fn a_warning_needs_no_waiver_and_rests_on_none() {
    let world = waived();
    let evidence = world.evidence();
    let view = View::of_now(&evidence, world.now);
    let mut findings = vec![Finding::new(Code::Missing, "notice", "nobody has signed").as_warning()];
    assert_eq!(view.set_aside(&mut findings, &mut []), BTreeSet::new());
    assert_eq!(findings[0].message, "nobody has signed");
}

#[test]
fn a_waive_of_somebody_else_or_in_another_role_is_none() {
    let mut world = World::new();
    let stranger = world.waive(Code::Missing, "notice", "mallory");
    let act = |world: &World| world.evidence().ledger().get(&stranger).unwrap().statement.act.clone();
    let borrowed = world.say(act(&world), Some("release"), "dana");
    let bare = world.say(act(&world), None, "dana");
    let evidence = world.evidence();
    let view = View::of_now(&evidence, world.now);
    for (id, why) in [
        (stranger, "mallory@example.com may not waive"),
        (borrowed, "dana@example.com may not waive"),
        (bare, "dana@example.com may not waive"),
    ] {
        assert_eq!(view.waive_void(evidence.ledger().get(&id).unwrap()).as_deref(), Some(why));
    }
    assert_eq!(view.live_waives().count(), 0);
}

#[test]
fn clocks_may_differ_by_five_minutes_and_no_more() {
    let mut world = waived();
    world.facts.commit_time = world.now.checked_add(CLOCK_SLACK).unwrap();
    assert_eq!(world.verdict(), (0, vec![]));
    world.facts.commit_time = world.facts.commit_time.checked_add(SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(world.verdict(), (4, vec![Code::ClockBehind; 2]));
}

#[test]
fn a_waiver_ends_to_the_second_and_lasts_no_longer_than_the_policy_allows() {
    let mut world = World::new();
    let hours = |it: i64| world.now.checked_add(SignedDuration::from_hours(it)).unwrap();
    let (soon, longest) = (hours(1), hours(72));
    let too_long = longest.checked_add(SignedDuration::from_secs(1)).unwrap();
    let [soon_id, longest_id, too_long_id] =
        [soon, longest, too_long].map(|it| world.waive_until(Code::Missing, "notice", "dana", it));
    let evidence = world.evidence();
    let void = |id, now| View::of_now(&evidence, now).waive_void(evidence.ledger().get(&id).unwrap());
    assert_eq!(void(soon_id, world.now), None);
    assert_eq!(void(longest_id, world.now), None);
    assert_eq!(void(too_long_id, world.now).as_deref(), Some("it would last longer than 72 hours"));
    assert_eq!(void(soon_id, soon), Some(format!("it expired at {soon}")));
    assert_eq!(void(soon_id, soon.checked_sub(SignedDuration::from_nanos(1)).unwrap()), None);
}
