//! What the gate says, sentence by sentence.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::{Outlet, Question, State};
use crate::content::Content;
use crate::digest::Digest;
use crate::finding::Code;
use crate::name::Version;
use crate::release::Component;
use crate::statement::{Act, Subject};
use crate::world::{World, person};

fn states(world: &World) -> Vec<State> {
    world.check().requirements.iter().map(|it| it.state).collect()
}

#[test]
fn is_clear_when_three_people_have_signed() {
    assert_eq!(World::signed().verdict(), (0, vec![]));
}

#[test]
fn waits_for_whoever_has_not_signed() {
    let mut world = World::new();
    assert_eq!(world.verdict(), (3, vec![Code::Missing; 3]));
    world.approve("kb", "maria");
    assert_eq!(states(&world), [State::Approved, State::Missing, State::Missing]);
    let missing = world.check().findings.remove(0);
    assert_eq!(missing.who, [person("ada"), person("ned")]);
    assert_eq!(missing.next, "holdpoint sign 2.7.0 compatibility");
}

#[test]
fn stays_short_when_one_person_signs_twice() {
    let mut world = World::with_policy(|it| it.replacen("approvals = 1", "approvals = 2", 1));
    world.approve("kb", "maria");
    world.approve("kb", "maria");
    assert_eq!(states(&world)[0], State::Short);
    world.approve("kb", "eve");
    assert_eq!(states(&world)[0], State::Approved);
}

#[test]
fn goes_stale_when_one_byte_changes_and_back_when_it_changes_back() {
    let mut world = World::signed();
    let before = world.text("kb.md");
    world.append("kb.md", "x");
    assert_eq!(world.verdict(), (3, vec![Code::Stale]));
    world.write("kb.md", &before);
    assert_eq!(world.verdict().0, 0);
}

#[test]
fn only_what_the_policy_asks_for_is_looked_for_in_history() {
    let mut world = World::signed();
    let mut odd = world.sign_off("kb");
    odd.subjects.extend(
        (0..300).map(|it: usize| Subject {
            path: format!("p{it}").parse().unwrap(),
            sha256: Digest::of(&it.to_le_bytes()),
        }),
    );
    world.say(Act::Approve(odd), Some("support"), "mallory");
    assert!(world.evidence().earlier().is_empty());
    world.append("kb.md", "x");
    assert_eq!(world.evidence().earlier().len(), 1);
}

#[test]
fn every_file_that_decides_is_bound() {
    for file in ["release.toml", "artifacts.toml", "compatibility.toml", "matrix.md"] {
        let mut world = World::signed();
        world.append(file, "\n# another byte\n");
        assert_eq!(world.verdict(), (3, vec![Code::Stale]), "{file}");
    }
}

#[test]
fn a_sign_off_of_fewer_or_more_files_counts_for_nothing() {
    for paths in
        [&["release.toml"][..], &["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml", "kb.md"]]
    {
        let mut world = World::new();
        world.approve("kb", "maria");
        world.approve("notice", "lee");
        let mut sign_off = world.sign_off("compatibility");
        sign_off.subjects = world.subjects(paths);
        world.say(Act::Approve(sign_off), Some("compatibility"), "ned");
        assert_eq!(world.verdict(), (3, vec![Code::Missing]));
        assert!(world.check().findings.iter().any(|it| it.code == Code::NotCounted));
    }
}

#[test]
fn a_yes_from_outside_the_role_counts_for_nothing() {
    let mut world = World::new();
    world.approve("kb", "mallory");
    let mut borrowed = World::new();
    borrowed.say(Act::Approve(borrowed.sign_off("kb")), Some("duty"), "dana");
    for world in [world, borrowed] {
        assert_eq!(states(&world)[0], State::Missing);
    }
}

#[test]
fn a_no_beats_a_yes_that_has_not_seen_it() {
    let mut world = World::signed();
    let seen: BTreeSet<_> = BTreeSet::new();
    // Both arrive by merge at once.
    world.say_after(Act::Decline(world.sign_off("kb")), Some("support"), "eve", seen);
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
}

#[test]
fn a_no_to_these_bytes_is_not_outvoted() {
    let mut world = World::new();
    world.decline("kb", "eve");
    world.sign_all();
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
}

#[test]
fn a_no_is_answered_by_other_bytes_and_people_who_saw_it() {
    let mut world = World::new();
    world.decline("kb", "eve");
    world.append("kb.md", "Mended.\n");
    assert_eq!(world.verdict().0, 1);
    world.sign_all();
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn a_no_stands_when_the_declined_bytes_come_back() {
    let mut world = World::new();
    let first = world.text("kb.md");
    world.approve("kb", "maria");
    world.append("kb.md", "Another way.\n");
    world.decline("kb", "eve");
    world.write("kb.md", &first);
    world.approve("compatibility", "ned");
    world.approve("notice", "lee");
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
}

#[test]
fn who_said_no_may_come_round() {
    let mut world = World::new();
    world.decline("kb", "maria");
    world.sign_all();
    assert_eq!(world.verdict(), (0, vec![]));
    // What is approved after the no goes stale as ever.
    world.append("kb.md", "x\n");
    assert_eq!(world.verdict(), (3, vec![Code::Stale]));
}

#[test]
fn coming_round_for_other_bytes_does_not_cover_the_declined_ones() {
    let mut world = World::new();
    let declined = world.text("kb.md");
    world.approve("kb", "eve");
    let seen = BTreeSet::new();
    let no = world.say_after(Act::Decline(world.sign_off("kb")), Some("support"), "maria", seen);
    world.append("kb.md", "Mended.\n");
    world.say_after(Act::Approve(world.sign_off("kb")), Some("support"), "maria", BTreeSet::from([no]));
    world.write("kb.md", &declined);
    assert_eq!(states(&world)[0], State::Declined);
}

#[test]
fn a_decline_is_revoked_by_its_role_and_by_nobody_else() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    world.revoke(no, "dana");
    assert_eq!(world.verdict().0, 1);
    world.revoke(no, "maria");
    assert_eq!(world.verdict().0, 0);
}

#[test]
fn one_revoke_takes_back_every_yes_of_that_person() {
    let mut world = World::signed();
    let first = world.approve("kb", "maria");
    world.approve("kb", "maria");
    world.revoke(first, "maria");
    assert_eq!(world.verdict(), (3, vec![Code::Revoked]));
    world.approve("kb", "maria");
    assert_eq!(world.verdict().0, 0);
}

#[test]
fn a_revoke_by_a_stranger_takes_nothing_back() {
    let mut world = World::new();
    let yes = world.approve("kb", "maria");
    world.revoke(yes, "mallory");
    assert_eq!(states(&world)[0], State::Approved);
    world.revoke(yes, "eve");
    assert_eq!(states(&world)[0], State::Revoked);
}

#[test]
fn anybody_of_the_ring_stops_a_release() {
    let mut world = World::signed();
    world.hold("mallory");
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
}

#[test]
fn a_hold_is_lifted_by_its_author_or_by_two_of_duty() {
    let mut world = World::signed();
    let hold = world.hold("mallory");
    let mut other = world.clone();
    world.lift(hold, "mallory", None);
    assert_eq!(world.verdict().0, 0);
    other.lift(hold, "dana", Some("duty"));
    other.lift(hold, "dana", Some("duty"));
    assert_eq!(other.verdict().0, 1, "one person twice is one voice");
    other.lift(hold, "eve", Some("duty"));
    assert_eq!(other.verdict().0, 1, "eve is not on duty");
    other.lift(hold, "sam", Some("duty"));
    assert_eq!(other.verdict().0, 0);
}

#[test]
fn a_hold_cannot_be_revoked() {
    let mut world = World::signed();
    let hold = world.hold("mallory");
    world.revoke(hold, "mallory");
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
}

#[test]
fn an_entry_that_is_named_and_lost_may_have_been_a_hold() {
    let mut world = World::signed();
    let hold = world.hold("dana");
    world.approve("kb", "eve");
    world.remove(hold);
    assert_eq!(world.verdict(), (4, vec![Code::EntryMissing]));
    world.lift(hold, "dana", Some("duty"));
    assert_eq!(world.verdict().0, 4);
    world.lift(hold, "sam", Some("duty"));
    assert_eq!(world.verdict().0, 0);
}

#[test]
fn one_person_fills_one_seat() {
    let edit = |it: &str| {
        it.replace(
            "compatibility = [\"ned@example.com\"",
            "compatibility = [\"maria@example.com\", \"ned@example.com\"",
        )
    };
    let mut world = World::with_policy(edit);
    world.approve("kb", "maria");
    world.approve("compatibility", "maria");
    assert_eq!(states(&world), [State::SeatTaken, State::SeatTaken, State::Missing]);
    let mut lax = World::with_policy(|it| edit(it).replace("distinct = true", "distinct = false"));
    lax.approve("kb", "maria");
    lax.approve("compatibility", "maria");
    assert_eq!(states(&lax), [State::Approved, State::Approved, State::Missing]);
}

#[test]
fn each_role_of_a_requirement_must_approve() {
    let edit = |it: &str| {
        it.replacen("role = \"support\"", "roles = [\"support\", \"communications\"]", 1)
            .replace("distinct = true", "distinct = false")
    };
    let mut world = World::with_policy(edit);
    world.approve("kb", "maria");
    world.approve("kb", "eve");
    assert_eq!(states(&world)[0], State::Short);
    world.say(Act::Approve(world.sign_off("kb")), Some("communications"), "kim");
    assert_eq!(states(&world)[0], State::Approved);
}

#[test]
fn not_applicable_needs_leave_of_the_policy() {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    world.say(Act::NotApplicable(world.sign_off("notice")), Some("communications"), "lee");
    assert_eq!(world.verdict().0, 0);
    world.append("notice.md", "x\n");
    assert_eq!(world.verdict(), (3, vec![Code::Stale]));
    let mut other = World::new();
    other.say(Act::NotApplicable(other.sign_off("kb")), Some("support"), "maria");
    assert_eq!(states(&other)[0], State::Missing);
}

#[test]
fn two_people_waive_what_is_missing() {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    world.waive(Code::Missing, "notice", "dana");
    assert_eq!(world.verdict().0, 3);
    world.waive(Code::Missing, "notice", "dana");
    assert_eq!(world.verdict().0, 3, "one person twice is one voice");
    world.waive(Code::Missing, "notice", "sam");
    assert_eq!(world.verdict(), (0, vec![]));
    assert_eq!(states(&world)[2], State::Waived);
    assert!(world.check().findings.iter().any(|it| it.message.starts_with("WAIVED until")));
}

#[test]
fn a_waiver_counts_for_its_finding_its_bytes_and_its_time_alone() {
    let waived = || {
        let mut world = World::new();
        world.approve("kb", "maria");
        world.approve("compatibility", "ned");
        world.waive(Code::Missing, "notice", "dana");
        world.waive(Code::Missing, "notice", "sam");
        world
    };
    let mut expired = waived();
    expired.now = expired.now.checked_add(SignedDuration::from_hours(25)).unwrap();
    assert_eq!(expired.verdict().0, 3);
    let mut edited = waived();
    edited.append("notice.md", "x\n");
    assert_eq!(edited.verdict().0, 3);
    let mut other = waived();
    other.append("kb.md", "x\n");
    assert_eq!(other.verdict().1, [Code::Stale, Code::Missing]);
    let mut short = World::new();
    let long = short.now.checked_add(SignedDuration::from_hours(73)).unwrap();
    for who in ["dana", "sam"] {
        short.waive_until(Code::Missing, "notice", who, long);
    }
    assert!(short.verdict().1.contains(&Code::Missing));
    assert_eq!(states(&short)[2], State::Missing);
}

#[test]
fn a_clock_that_is_behind_does_not_judge_an_expiry() {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    world.waive(Code::Missing, "notice", "dana");
    world.waive(Code::Missing, "notice", "sam");
    world.facts.commit_time = world.now.checked_add(SignedDuration::from_hours(1)).unwrap();
    assert_eq!(world.verdict(), (4, vec![Code::ClockBehind; 2]), "one for each waiver");
    let mut unwaived = World::signed();
    unwaived.facts.commit_time = world.facts.commit_time;
    assert_eq!(unwaived.verdict().0, 0);
}

#[test]
fn who_waives_a_requirement_fills_no_seat() {
    let edit = |it: &str| it.replace("support = [\"maria", "support = [\"dana@example.com\", \"maria");
    let mut world = World::with_policy(edit);
    world.approve("kb", "dana");
    world.approve("compatibility", "ned");
    world.waive(Code::Missing, "notice", "dana");
    world.waive(Code::Missing, "notice", "sam");
    assert_eq!(world.verdict(), (3, vec![Code::SeatTaken]));
}

#[test]
fn who_waives_a_day_fills_a_seat_all_the_same() {
    let edit = |it: &str| it.replace("support = [\"maria", "support = [\"dana@example.com\", \"maria");
    let mut world = World::with_policy(edit);
    let day = "not_before = 2026-11-22T00:00:00Z\n[[comp";
    world.write("release.toml", &world.text("release.toml").replace("[[comp", day));
    world.approve("kb", "dana");
    world.approve("compatibility", "ned");
    world.approve("notice", "lee");
    world.waive(Code::TooEarly, "2.7.0", "dana");
    world.waive(Code::TooEarly, "2.7.0", "sam");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn what_cannot_be_waived_is_no_entry() {
    let mut world = World::signed();
    world.hold("mallory");
    world.waive(Code::Held, "x", "dana");
    assert_eq!(world.verdict().1, [Code::BadEntry, Code::Held]);
}

#[test]
fn a_waived_decline_is_still_a_decline() {
    let mut world = World::signed();
    world.decline("kb", "eve");
    for who in ["dana", "sam"] {
        world.waive(Code::Missing, "kb", who);
    }
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
}

#[test]
fn the_worst_finding_decides() {
    let mut world = World::new();
    world.hold("dana");
    assert_eq!(world.verdict().0, 1);
    world.facts.pins.clear();
    let (exit, codes) = world.verdict();
    assert_eq!((exit, codes[0]), (4, Code::RootUnpinned));
    assert!(codes.contains(&Code::Held) && codes.contains(&Code::Missing), "every finding is reported");
}

#[test]
fn a_what_if_is_never_a_yes() {
    let mut world = World::signed();
    world.facts.hypothetical = true;
    assert_eq!(world.verdict().0, 5);
}

#[test]
fn nothing_to_publish_is_no_yes() {
    let mut world = World::new();
    world.write("artifacts.toml", "schema = 1\n");
    world.sign_all();
    assert_eq!(world.verdict(), (1, vec![Code::NoArtifact]));
    let bare = world.text("release.toml").replace("[[component]]\nname = \"recorder\"\n", "");
    world.write("release.toml", &bare);
    world.write("compatibility.toml", "schema = 1\n");
    world.sign_all();
    assert!(world.verdict().1.contains(&Code::Vacuous));
}

#[test]
fn a_component_version_belongs_to_one_release() {
    let mut world = World::signed();
    let component = Component { name: "recorder".parse().unwrap(), version: world.version() };
    world.facts.others.insert("2.7.1".parse::<Version>().unwrap(), vec![component]);
    assert_eq!(world.verdict(), (1, vec![Code::ComponentTaken]));
}

#[test]
fn before_its_time_it_waits_and_once_cancelled_it_is_blocked() {
    let mut world = World::new();
    world.write(
        "release.toml",
        &world.text("release.toml").replace("[[comp", "not_before = 2026-11-22T00:00:00Z\n[[comp"),
    );
    world.sign_all();
    assert_eq!(world.verdict(), (3, vec![Code::TooEarly]));
    world.write("release.toml", &world.text("release.toml").replace("[[comp", "cancelled = \"a flaw\"\n[[comp"));
    world.sign_all();
    assert_eq!(world.verdict().0, 1);
}

#[test]
fn somebody_and_somebody_else_answer_for_a_release() {
    for (from, to) in [
        ("deputy = \"sam", "deputy = \"dana"),
        ("deputy = \"sam@example.com\"\n", ""),
        ("owner = \"dana", "owner = \"ci"),
    ] {
        let mut world = World::new();
        world.write("release.toml", &world.text("release.toml").replace(from, to));
        world.sign_all();
        assert_eq!(world.verdict(), (1, vec![Code::NoOwner]), "{to}");
    }
}

#[test]
fn a_published_version_is_clear_and_its_files_are_held_to_it() {
    let mut world = World::signed();
    world.publish("ci");
    assert_eq!(world.verdict(), (0, vec![]));
    let mut corrected = world.clone();
    corrected.append("kb.md", "Another hint.\n");
    assert_eq!(corrected.verdict().0, 0, "articles are corrected");
    world.append("matrix.md", "x\n");
    assert_eq!(world.verdict(), (4, vec![Code::PublishedChanged]));
}

#[test]
fn a_later_hold_stops_a_published_version() {
    let mut world = World::signed();
    world.publish("ci");
    world.hold("maria");
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
}

#[test]
fn a_publication_without_its_sign_offs_proves_nothing() {
    let mut bare = World::new();
    bare.publish("ci");
    assert!(bare.verdict().1.contains(&Code::Unproven));
    let mut partly = World::signed();
    let relied = partly.evidence().ledger().entries().map(|it| it.id).skip(1).collect();
    partly.publish_relying_on(relied, "ci");
    assert_eq!(partly.verdict().1, [Code::Unproven]);
    let mut held = World::signed();
    held.hold("mallory");
    held.publish("ci");
    assert!(held.verdict().1.contains(&Code::Unproven));
}

#[test]
fn a_publication_by_somebody_who_may_not_publish_says_nothing() {
    let mut world = World::signed();
    world.publish("mallory");
    assert_eq!(world.verdict(), (0, vec![]));
    let decision = world.check();
    assert!(decision.publications.is_empty());
    assert!(decision.findings.iter().any(|it| it.code == Code::NotCounted));
}

#[test]
fn what_was_recorded_and_not_seen_is_judged_once_more() {
    let mut early = World::new();
    early.write(
        "release.toml",
        &early.text("release.toml").replace("[[comp", "not_before = 2026-11-22T00:00:00Z\n[[comp"),
    );
    early.sign_all();
    // A thief of the release key signs what `publish` would not.
    early.publish("ci");
    assert_eq!(early.verdict(), (4, vec![Code::Unproven, Code::TooEarly]), "wherever customers have it from");
    early.unlist();
    assert_eq!(early.verdict().0, 4);

    let mut noted = World::new();
    noted.write("release.toml", &noted.text("release.toml").replace("[[comp", "cancelled = \"a flaw\"\n[[comp"));
    noted.sign_all();
    noted.publish("ci");
    assert!(noted.verdict().1.contains(&Code::Unproven));
}

#[test]
fn a_publication_of_other_files_than_were_signed_proves_nothing() {
    let mut world = World::signed();
    let relied = world.evidence().ledger().entries().map(|it| it.id).collect();
    let mut artifacts = world.artifacts();
    artifacts[0].sha256 = crate::digest::Digest::of(b"malware");
    let act = Act::Publish {
        subjects: world.all_subjects(),
        site: "downloads".parse().unwrap(),
        commit: "a".repeat(40),
        artifacts,
        relied,
    };
    world.say(act, Some("release"), "ci");
    assert_eq!(world.verdict().1, [Code::Unproven]);
}

#[test]
fn an_expired_waiver_does_not_unpublish() {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.approve("compatibility", "ned");
    world.waive(Code::Missing, "notice", "dana");
    world.waive(Code::Missing, "notice", "sam");
    world.publish("ci");
    world.now = world.now.checked_add(SignedDuration::from_hours(100)).unwrap();
    assert_eq!(world.verdict().0, 0);
}

#[test]
fn publishing_on_another_site_asks_again() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "x\n");
    assert_eq!(world.ask(&Question::Publish("downloads".parse().unwrap())).verdict.exit_code(), 0);
    assert_eq!(world.ask(&Question::Publish("mirror".parse().unwrap())).verdict.exit_code(), 3);
}

#[test]
fn what_another_site_has_is_not_changed_under_the_same_version() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("matrix.md", "x\n");
    world.approve("compatibility", "ned");
    let decision = world.ask(&Question::Publish("mirror".parse().unwrap()));
    assert_eq!(decision.verdict.exit_code(), 4);
    assert_eq!(decision.findings[0].code, Code::PublishedChanged);
}

#[test]
fn a_no_that_a_publication_has_not_seen_stops_it() {
    for kind in ["decline", "revoke"] {
        let mut world = World::signed();
        let before = world.evidence().ledger().heads();
        let (no, codes) = match kind {
            "decline" => (world.decline("kb", "eve"), (1, vec![Code::Declined])),
            _ => {
                let yes = world.evidence();
                let yes = yes.ledger().entries().find(|it| it.statement.by == person("maria")).unwrap().id;
                (world.revoke(yes, "maria"), (3, vec![Code::Revoked]))
            }
        };
        // It was prepared before, and is merged after it.
        let relied = world.evidence().ledger().entries().map(|it| it.id).filter(|it| *it != no).collect();
        let act = Act::Publish {
            subjects: world.all_subjects(),
            site: "downloads".parse().unwrap(),
            commit: "a".repeat(40),
            artifacts: world.artifacts(),
            relied,
        };
        world.say_after(act, Some("release"), "ci", before);
        assert_eq!(world.verdict(), codes, "{kind}");
        let publish = world.ask(&Question::Publish("downloads".parse().unwrap()));
        assert_eq!(publish.verdict.exit_code(), codes.0, "{kind}");
        // It is answered as it would be before a publication.
        match kind {
            "decline" => drop(world.revoke(no, "eve")),
            _ => drop(world.approve("kb", "maria")),
        }
        assert_eq!(world.verdict(), (0, vec![]), "{kind}");
    }
}

#[test]
fn a_no_to_a_correction_does_not_stop_what_is_out() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "Another hint.\n");
    world.decline("kb", "eve");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn the_owners_take_in_what_went_out_around_the_gate() {
    let mut world = World::with_policy(|it| it.replace("threshold = 1", "threshold = 2"));
    world.adopt("dana");
    assert_eq!(world.verdict().0, 3);
    world.adopt("mallory");
    assert_eq!(world.verdict().0, 3);
    world.adopt("sam");
    assert_eq!(world.verdict(), (0, vec![]));
    assert_eq!(world.check().publications[0].outlet, Outlet::Adopted);
}

#[test]
fn a_policy_needs_its_owners() {
    let mut world = World::signed();
    world.policy_files.remove("0001/dana@example.com.sig");
    assert_eq!(world.verdict(), (4, vec![Code::PolicyThreshold]));
    let mut broken = World::signed();
    broken.policy_files.insert("0002/policy.toml".to_owned(), Content::Plain(vec![]));
    assert_eq!(broken.verdict(), (4, vec![Code::PolicyBroken; 2]), "it lacks a ring and a seal");
    let mut proposed = World::signed();
    proposed.policy_files.insert("proposed/policy.toml".to_owned(), Content::Plain(vec![]));
    assert_eq!(proposed.verdict().0, 0, "a proposal harms nothing");
}

#[test]
fn a_moved_policy_decides_nothing() {
    let mut world = World::signed();
    world.facts.prefix = "copy".to_owned();
    assert_eq!(world.verdict(), (4, vec![Code::RootMoved]));
}
