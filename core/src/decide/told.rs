//! What an answer tells people: its words, whom it asks, since when, and what is next.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::evidence::Change;
use crate::key::ring_line;
use crate::key::samples::Pen;
use crate::statement::Act;
use crate::world::{World, person};

/// The first finding of that code, weighty or not.
fn told(world: &World, code: Code) -> Finding {
    world.check().findings.into_iter().find(|it| it.code == code).unwrap()
}

fn people(names: &[&str]) -> Vec<Person> {
    names.iter().map(|it| person(it)).collect()
}

fn permission(world: &World) -> Box<Approval> {
    match world.check().verdict {
        Verdict::Clear(it) => it,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_permission_names_all_that_it_rests_on() {
    let mut world = World::signed();
    let (evidence, approval) = (world.evidence(), permission(&world));
    assert_eq!(approval.version(), &world.version());
    assert_eq!(approval.commit(), world.facts.commit);
    assert_eq!(approval.policy(), evidence.policy().digest());
    assert_eq!(
        approval.subjects().iter().collect::<BTreeSet<_>>(),
        world.all_subjects().iter().collect::<BTreeSet<_>>()
    );
    assert_eq!(approval.artifacts(), world.artifacts());
    assert_eq!(*approval.relied(), evidence.ledger().entries().map(|it| it.id).collect());
    assert_eq!(*approval.after(), evidence.ledger().heads());
    assert_eq!(approval.recorded(), None);
    let publish = world.publish("ci");
    assert_eq!(permission(&world).recorded().map(|it| it.id), Some(publish));
}

#[test]
fn a_permission_rests_on_what_answered_a_no() {
    let mut world = World::signed();
    let yeses: BTreeSet<Digest> = world.entries().unwrap().into_iter().collect();
    let hold = world.hold("eve");
    let lift = world.lift(hold, "eve", None);
    let no = world.decline("kb", "eve");
    let back = world.revoke(no, "eve");
    let mut relied = yeses;
    relied.extend([lift, back]);
    assert_eq!(*permission(&world).relied(), relied);
    // What takes back a yes answers no question.
    let other = world.approve("kb", "eve");
    world.revoke(other, "eve");
    assert_eq!(*permission(&world).relied(), relied);
}

#[test]
fn a_permission_rests_on_the_waivers_that_count() {
    let mut world = World::new();
    let mut relied = BTreeSet::from([world.approve("kb", "maria"), world.approve("compatibility", "ned")]);
    relied.extend([world.waive(Code::Missing, "notice", "dana"), world.waive(Code::Missing, "notice", "sam")]);
    world.waive(Code::Missing, "kb", "dana");
    assert_eq!(*permission(&world).relied(), relied);
}

#[test]
fn each_verdict_has_its_word_and_its_exit_code() {
    let clear = Verdict::Clear(permission(&World::signed()));
    let all = [clear, Verdict::Hypothetical, Verdict::Blocked, Verdict::Waiting, Verdict::Unverifiable];
    assert_eq!(
        all.map(|it| (it.word(), it.exit_code())),
        [("clear", 0), ("clear", 5), ("blocked", 1), ("waiting", 3), ("unverifiable", 4)]
    );
}

#[test]
fn each_state_has_its_word() {
    let all = [
        (State::Declined, "declined"),
        (State::Waived, "waived"),
        (State::Approved, "approved"),
        (State::NotApplicable, "not-applicable"),
        (State::Stale, "stale"),
        (State::SeatTaken, "seat-taken"),
        (State::Short, "short"),
        (State::Lapsed, "lapsed"),
        (State::Revoked, "revoked"),
        (State::Missing, "missing"),
    ];
    for (state, word) in all {
        assert_eq!(state.word(), word);
    }
}

#[test]
fn what_was_counted_is_said() {
    let checked = World::signed().check().checked;
    assert_eq!(checked, Checked { requirements: 3, statements: 3, pairs: 0, artifacts: 1 });
    assert_eq!(checked.words(), "3 requirements, 3 statements, 0 pairs, 1 artifact");
}

#[test]
fn what_cannot_be_read_is_unverifiable_and_says_why() {
    let because = |code| Finding::new(code, "policy", "because");
    for (code, codes) in [
        (Code::Declined, vec![Code::PolicyBroken, Code::Declined]),
        (Code::Missing, vec![Code::PolicyBroken, Code::Missing]),
        (Code::PolicyFork, vec![Code::PolicyFork]),
    ] {
        let decision = Decision::unreadable(vec![because(code)], false);
        assert_eq!(decision.verdict.exit_code(), 4);
        assert_eq!(decision.findings.iter().map(|it| it.code).collect::<Vec<_>>(), codes);
    }
}

#[test]
fn a_hold_asks_its_author_and_those_who_may_lift_it() {
    let mut world = World::signed();
    let id = world.hold("mallory");
    let held = told(&world, Code::Held);
    assert_eq!(held.message, "mallory@example.com holds it: because");
    assert_eq!(held.who, people(&["mallory", "dana", "sam"]));
    assert_eq!(held.next, format!("holdpoint lift 2.7.0 {} --reason \"…\"", id.short()));
    world.lift(id, "dana", Some("duty"));
    let held = told(&world, Code::Held);
    assert_eq!(held.message, "mallory@example.com holds it: because (1 lift so far, 2 needed)");
    assert_eq!(held.who, people(&["mallory", "sam"]));
    let mut own = World::signed();
    own.hold("dana");
    assert_eq!(told(&own, Code::Held).who, people(&["dana", "sam"]), "nobody twice");
}

#[test]
fn whoever_lost_an_entry_is_told_who_named_it() {
    let mut world = World::signed();
    let hold = world.hold("mallory");
    let namer = world.approve("kb", "eve");
    world.remove(hold);
    let missing = told(&world, Code::EntryMissing);
    let by = format!("{} of eve@example.com", namer.short());
    assert_eq!(missing.message, format!("{by} names an entry that is not there; it may be a hold"));
    assert_eq!(missing.who, people(&["dana", "sam"]));
}

#[test]
fn what_one_entry_names_and_nobody_has_is_told_once() {
    for count in [2, 3, 4, 64] {
        let mut world = World::signed();
        let invented: BTreeSet<Digest> = (0..count).map(|it| Digest::of(format!("{it}").as_bytes())).collect();
        let namer = world.say_after(Act::Approve(world.sign_off("kb")), Some("support"), "eve", invented.clone());
        let decision = world.check();
        let missing: Vec<_> = decision.findings.iter().filter(|it| it.code == Code::EntryMissing).collect();
        let [missing] = missing.as_slice() else { panic!("{missing:?}") };
        assert_eq!(missing.about, namer.to_string());
        assert!(missing.message.contains(&format!("names {count} entries that are not there")), "{}", missing.message);
        assert_eq!(missing.message.contains("and 61 more"), count == 64, "{}", missing.message);
        assert!(invented.iter().all(|it| missing.next.contains(&it.to_string())), "{}", missing.next);
        for id in invented {
            world.lift(id, "dana", Some("duty"));
            world.lift(id, "sam", Some("duty"));
        }
        assert!(world.check().findings.iter().all(|it| it.code != Code::EntryMissing), "{count}");
    }
}

#[test]
fn what_is_missing_asks_everybody_who_can_sign() {
    let missing = told(&World::new(), Code::Missing);
    assert_eq!(missing.who, people(&["ada", "ned"]));
    assert_eq!(missing.message, "nobody has signed; ada@example.com or ned@example.com can");
    assert_eq!(missing.since, None);
}

#[test]
fn what_is_short_asks_those_who_have_not_signed() {
    let edit = |it: &str| it.replacen("approvals = 1", "approvals = 2", 1);
    let mut world = World::with_policy(edit);
    world.approve("kb", "maria");
    let short = told(&world, Code::Short);
    assert_eq!(short.message, "1 of 2 have signed: maria@example.com");
    assert_eq!(short.who, people(&["eve"]));
    assert_eq!(short.since, Some(world.clock));
    assert_eq!(world.check().requirements[0].needed, 2);
}

#[test]
fn each_role_of_a_requirement_needs_its_people() {
    let world = World::with_policy(|it| {
        it.replacen("role = \"support\"", "roles = [\"support\", \"communications\"]", 1)
            .replace("distinct = true", "distinct = false")
    });
    assert_eq!(world.check().requirements[0].needed, 2);
}

#[test]
fn a_decline_says_why_and_how_to_answer_it() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    let declined = told(&world, Code::Declined);
    assert_eq!(declined.message, "eve@example.com said no: because");
    assert_eq!(declined.who, people(&["eve", "maria"]));
    let revoke = format!("holdpoint revoke 2.7.0 {} --reason \"…\"", no.short());
    assert_eq!(declined.next, format!("mend the document, then holdpoint sign 2.7.0 kb; or: {revoke}"));
    assert_eq!(world.check().requirements[0].declines, [no]);
}

#[test]
fn a_stale_sign_off_says_what_changed() {
    let mut world = World::signed();
    let signed = world.subjects(&["kb.md"]).remove(0);
    world.append("kb.md", "x\n");
    let stale = told(&world, Code::Stale);
    assert_eq!(stale.message, "maria@example.com signed other bytes: `kb.md` changed");
    assert_eq!(stale.who, people(&["eve", "maria"]));
    let mut evidence = world.evidence();
    for (change, words) in [
        (Change::Lines { added: 1, removed: 3 }, "changed 3 lines"),
        (Change::Lines { added: 1, removed: 0 }, "changed 1 line"),
        (Change::Lost, "changed (what was signed is not in this history any more)"),
    ] {
        evidence.know_changes(BTreeMap::from([((signed.path.clone(), signed.sha256), change)]));
        let stale = decide(&evidence, &Question::Check, world.now).findings.remove(0);
        assert_eq!(stale.message, format!("maria@example.com signed other bytes: `kb.md` {words}"));
    }
    world.facts.release_files.remove("kb.md");
    assert!(told(&world, Code::Stale).message.ends_with("other bytes: `kb.md` is gone"));
}

#[test]
fn a_stale_sign_off_is_silent_where_its_signer_has_signed_anew() {
    let mut world = World::with_policy(|it| it.replacen("approvals = 1", "approvals = 2", 1));
    world.approve("kb", "maria");
    world.append("kb.md", "x\n");
    world.approve("kb", "maria");
    assert_eq!(world.check().requirements[0].state, State::Short);
    let yes = world.approve("kb", "maria");
    world.revoke(yes, "maria");
    assert_eq!(world.check().requirements[0].state, State::Revoked);
    world.approve("kb", "maria");
    assert_eq!(world.check().requirements[0].state, State::Short);
}

#[test]
fn two_seats_of_one_person_are_named() {
    let mut world =
        World::with_policy(|it| it.replace("communications = [", "communications = [\"maria@example.com\", "));
    world.approve("kb", "maria");
    world.approve("notice", "maria");
    let taken = told(&world, Code::SeatTaken);
    assert_eq!(taken.message, "maria@example.com has signed `kb` and `notice`; one person fills one seat");
    assert_eq!(taken.who, people(&["eve"]), "not the one who cannot");
}

#[test]
fn who_took_a_sign_off_back_is_told() {
    let mut world = World::signed();
    let yes = world.approve("kb", "maria");
    world.revoke(yes, "maria");
    let revoked = told(&world, Code::Revoked);
    assert_eq!(revoked.message, "maria@example.com took back their sign-off: because");
    assert_eq!(revoked.since, Some(world.clock), "since it was taken back");
    assert_eq!(revoked.who, people(&["eve", "maria"]));
    let mut other = World::signed();
    let yes = other.approve("kb", "maria");
    other.revoke(yes, "eve");
    assert_eq!(
        told(&other, Code::Revoked).message,
        "eve@example.com took back the sign-off of maria@example.com: because"
    );
}

#[test]
fn why_a_sign_off_lapsed_is_told() {
    let mut world = World::signed();
    world.adopt_policy(|it| it.replace("support = [\"maria@example.com\", ", "support = ["), |it| it, &["dana"]);
    let lapsed = told(&world, Code::Lapsed);
    let why = "maria@example.com is not in the role `support`";
    assert_eq!(lapsed.message, format!("maria@example.com signed under an earlier policy: {why}"));
    assert_eq!(lapsed.who, people(&["eve"]));
}

#[test]
fn a_waiver_that_was_begun_says_who_can_confirm_it() {
    let mut world = World::new();
    world.waive(Code::Missing, "kb", "dana");
    let missing = told(&world, Code::Missing);
    assert_eq!(missing.about, "compatibility");
    let decision = world.check();
    let begun = decision.findings.iter().find(|it| it.about == "kb").unwrap();
    assert_eq!(
        begun.message,
        "nobody has signed; eve@example.com or maria@example.com can (waived by dana@example.com, 1 of 2; to confirm: \
         holdpoint waive 2.7.0 --reason \"…\")"
    );
    assert_eq!(begun.who, people(&["eve", "maria", "sam"]));
    assert_eq!(decision.requirements[0].finding.as_ref(), Some(begun));
    assert!(!decision.requirements[1].finding.as_ref().unwrap().message.contains("waived"));
}

#[test]
fn nothing_that_has_no_effect_passes_unsaid() {
    let nothing = |world: &World, id: Digest| {
        let about = id.to_string();
        let found = world.check().findings.into_iter().find(|it| it.code == Code::NotCounted && it.about == about);
        found.map(|it| it.message).unwrap_or_default()
    };
    let mut world = World::signed();
    let entries = world.entries().unwrap();
    let yes = world.evidence().ledger().entries().find(|it| it.statement.by == person("maria")).unwrap().id;
    let hold = world.hold("kim");
    let cases = [
        (Act::Lift { target: yes }, None, "lee", format!("the lift of lee@example.com has no effect: only holds are lifted, and {} is an approval", yes.short())),
        (Act::Revoke { target: hold }, None, "kim", "the revocation of kim@example.com has no effect: a hold cannot be revoked".to_owned()),
        (Act::Revoke { target: yes }, None, "lee", "the revocation of lee@example.com has no effect: lee@example.com may not revoke it: only its signer and its role".to_owned()),
        (Act::Approve(world.sign_off("kb")), Some("duty"), "dana", "the approval of dana@example.com has no effect: it was not signed in the role support".to_owned()),
        (Act::Approve(world.sign_off("kb")), Some("support"), "lee", "the approval of lee@example.com has no effect: lee@example.com is not in the role `support`".to_owned()),
        (Act::Decline(world.sign_off("kb")), Some("support"), "lee", "the decline of lee@example.com has no effect: lee@example.com is not in the role `support`".to_owned()),
        (Act::NotApplicable(world.sign_off("kb")), Some("support"), "eve", "the not-applicable of eve@example.com has no effect: the policy does not let `kb` be skipped".to_owned()),
    ];
    for (act, role, who, why) in cases {
        let id = world.say(act, role, who);
        assert_eq!(nothing(&world, id), why);
    }
    for id in entries.into_iter().chain([hold]) {
        assert_eq!(nothing(&world, id), "");
    }
}

#[test]
fn what_was_edited_since_a_publication_is_a_warning() {
    let mut world = World::signed();
    world.publish("ci");
    world.append("kb.md", "Another hint.\n");
    let decision = world.check();
    assert_eq!(decision.verdict.exit_code(), 0);
    let codes: Vec<(Code, Severity)> = decision.findings.iter().map(|it| (it.code, it.severity)).collect();
    assert_eq!(codes, [(Code::PublishedChanged, Severity::Warning), (Code::Stale, Severity::Warning)]);
}

#[test]
fn a_no_that_a_publication_has_not_seen_is_told_once() {
    let mut world = World::signed();
    let before = world.evidence().ledger().heads();
    let act = world.publication(world.entries().unwrap()).unwrap();
    world.decline("kb", "eve");
    world.say_after(act, Some("release"), "ci", before);
    world.append("notice.md", "Another hint.\n");
    let codes: Vec<(Code, Severity)> = world.check().findings.iter().map(|it| (it.code, it.severity)).collect();
    assert_eq!(
        codes,
        [
            (Code::Declined, Severity::Blocked),
            (Code::PublishedChanged, Severity::Warning),
            (Code::Stale, Severity::Warning)
        ]
    );
}

#[test]
fn the_keys_behind_a_publication_may_go_without_a_word() {
    let mut world = World::signed();
    world.publish("ci");
    world.adopt_policy(|it| it.replace("support = [\"maria@example.com\", ", "support = ["), |it| it, &["dana"]);
    assert_eq!(world.check().findings, []);
}

#[test]
fn whoever_answers_for_a_release_answers_what_nobody_else_does() {
    let mut world = World::new();
    let release = world.text("release.toml").replace("\"dana@", "\"lee@").replace("\"sam@", "\"kim@");
    world.write("release.toml", &release);
    world.write("artifacts.toml", "schema = 1\n");
    assert_eq!(told(&world, Code::NoArtifact).who, people(&["lee", "kim"]));
    assert_eq!(told(&world, Code::Missing).who, people(&["ada", "ned"]), "who is named already is asked");
    world.write("release.toml", "x");
    assert_eq!(told(&world, Code::BadRecord).who, people(&["dana", "sam"]), "then the owners");
}

#[test]
fn a_warning_asks_nobody_and_nobody_of_a_doubted_policy_is_asked() {
    let mut world = World::signed();
    let lift = world.lift(Digest::of(b"nothing"), "lee", None);
    assert!(world.entries().unwrap().contains(&lift));
    world.approve("kb", "lee");
    assert_eq!(told(&world, Code::NotCounted).who, []);
    world.facts.pins.clear();
    assert_eq!(told(&world, Code::RootUnpinned).who, []);
}

#[test]
fn warnings_do_not_stop_what_was_recorded() {
    let mut world = World::new();
    world.append("kb.md", "See [more](more.md).\n");
    world.sign_all();
    world.publish("ci");
    let found: Vec<(Code, Severity)> = world.evidence().lint().iter().map(|it| (it.code, it.severity)).collect();
    assert_eq!(found, [(Code::DeadLink, Severity::Warning)]);
    world.unlist();
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn how_each_requirement_stands_and_who_fills_which_seat_can_be_asked_alone() {
    let mut world = World::new();
    world.approve("kb", "maria");
    world.waive(Code::Missing, "notice", "dana");
    world.approve("compatibility", "ned");
    let evidence = world.evidence();
    let states: Vec<State> = standings(&evidence, world.now).iter().map(|it| it.state).collect();
    assert_eq!(states, [State::Approved, State::Approved, State::Missing]);
    let seats = |who: &str| seats_of(&evidence, world.now, &person(who));
    assert_eq!(seats("maria"), [Some(("kb".parse().unwrap(), "support".parse().unwrap()))]);
    assert_eq!(seats("dana"), [None]);
    assert_eq!(seats("eve"), []);
}

#[test]
fn nothing_to_publish_is_no_permission_whatever_was_found() {
    let mut world = World::signed();
    assert!(approve(&world.evidence(), BTreeSet::new(), None).is_some());
    world.write("artifacts.toml", "schema = 1\n");
    assert!(approve(&world.evidence(), BTreeSet::new(), None).is_none());
}

#[test]
fn on_the_day_it_may_go_out() {
    let mut world = World::new();
    let day = format!("not_before = {}\n[[comp", world.now);
    world.write("release.toml", &world.text("release.toml").replace("[[comp", &day));
    world.sign_all();
    assert_eq!(world.verdict(), (0, vec![]));
    world.now = world.now.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap();
    assert_eq!(world.verdict(), (3, vec![Code::TooEarly]));
}

#[test]
fn every_file_that_is_signed_off_must_be_there() {
    for file in ["release.toml", "artifacts.toml", "compatibility.toml", "matrix.md", "kb.md", "notice.md"] {
        let mut world = World::signed();
        world.facts.release_files.remove(file);
        let missing = told(&world, Code::SubjectMissing);
        assert_eq!(
            (missing.about.as_str(), missing.next),
            (file, format!("write `releases/2.7.0/{file}` and commit it"))
        );
    }
}

#[test]
fn nobody_who_left_is_asked_to_lift() {
    let mut world = World::signed();
    world.hold("mallory");
    let line = ring_line(&person("mallory"), None, &Pen::of("mallory").public(), None);
    world.adopt_policy(|it| it, |it| it.replace(&line, ""), &["dana"]);
    assert_eq!(told(&world, Code::Held).who, people(&["dana", "sam"]));
}

#[test]
fn a_lost_entry_asks_those_who_may_lift_it() {
    let mut world = World::with_policy(|it| it.replace("[hold]\nrole = \"duty\"", "[hold]\nrole = \"support\""));
    let hold = world.hold("mallory");
    world.approve("kb", "eve");
    world.remove(hold);
    assert_eq!(told(&world, Code::EntryMissing).who, people(&["eve", "maria"]));
}

#[test]
fn why_a_decline_is_not_taken_back_is_told() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    world.revoke(no, "lee");
    let message = |world: &World| told(world, Code::NotCounted).message;
    let why = "lee@example.com may not revoke it: only its signer and its role";
    assert_eq!(message(&world), format!("the revocation of lee@example.com has no effect: {why}"));
    let mut left = World::signed();
    let no = left.decline("kb", "eve");
    let line = ring_line(&person("eve"), None, &Pen::of("eve").public(), None);
    left.adopt_policy(|it| it.replace(", \"eve@example.com\"", ""), |it| it.replace(&line, ""), &["dana"]);
    left.revoke(no, "eve");
    let why = "eve@example.com is not in policy 2";
    assert_eq!(message(&left), format!("the revocation of eve@example.com has no effect: {why}"));
    assert_eq!(told(&left, Code::Declined).who, people(&["maria"]));
}
