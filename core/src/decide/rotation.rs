//! What outlives a key and what does not: sign-offs, holds and publications when people, keys and policies change.

use super::*;
use crate::key::ring_line;
use crate::key::samples::Pen;
use crate::policy::Sealed;
use crate::statement::{Act, Statement};
use crate::world::{World, person};

/// Takes `who` out of the ring and out of every list of the policy.
fn without(who: &'static str) -> (impl Fn(String) -> String, impl Fn(String) -> String) {
    let email = format!("{who}@example.com");
    let quoted = format!("\"{email}\"");
    let edit = move |it: String| {
        it.replace(&format!("{quoted}, "), "").replace(&format!(", {quoted}"), "").replace(&quoted, "")
    };
    let edit_ring =
        move |it: String| it.lines().filter(|it| !it.starts_with(&email)).map(|it| format!("{it}\n")).collect();
    (edit, edit_ring)
}

fn dismiss(world: &mut World, who: &'static str) {
    let (edit, edit_ring) = without(who);
    world.adopt_policy(edit, edit_ring, &["dana"]);
}

/// Replaces the key of the machine by another one.
fn rotate_ci(world: &mut World) {
    let (old, new) = (Pen::of("ci").public().to_string(), Pen::of("ci-2").public().to_string());
    world.adopt_policy(|it| it, |it| it.replace(&old, &new), &["dana"]);
}

fn same(it: String) -> String {
    it
}

#[test]
fn a_hold_outlives_its_author() {
    let mut world = World::signed();
    let hold = world.hold("eve");
    dismiss(&mut world, "eve");
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
    // The author's key lifts nothing any more; two on duty do.
    world.lift(hold, "eve", None);
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
    world.lift(hold, "dana", Some("duty"));
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
    world.lift(hold, "sam", Some("duty"));
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn a_no_outlives_its_signer_and_a_retired_key_takes_none_back() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    dismiss(&mut world, "eve");
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
    world.revoke(no, "eve");
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
    world.revoke(no, "maria");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn a_retired_key_still_takes_back_its_own_yes() {
    let mut world = World::signed();
    let extra = world.approve("kb", "eve");
    dismiss(&mut world, "eve");
    world.revoke(extra, "eve");
    assert_eq!(world.verdict(), (0, vec![]), "maria's approval stands");
    let yes = world.evidence().ledger().entries().find(|it| it.statement.by == person("maria")).unwrap().id;
    world.revoke(yes, "eve");
    assert_eq!(world.verdict(), (3, vec![Code::Revoked]), "a colleague of the role took it back, under policy 1");
}

#[test]
fn a_yes_lapses_with_its_key_and_counts_again_with_a_new_one() {
    let mut world = World::signed();
    dismiss(&mut world, "maria");
    assert_eq!(world.verdict(), (3, vec![Code::Lapsed]));
    assert_eq!(world.check().requirements[0].state, State::Lapsed);
    world.approve("kb", "eve");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn overlap_keeps_every_open_sign_off() {
    let mut world = World::signed();
    let line = ring_line(&person("maria"), None, &Pen::of("maria-2").public(), None);
    world.adopt_policy(same, |it| it + &line, &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]), "both of her keys are hers");
    let old = ring_line(&person("maria"), None, &Pen::of("maria").public(), None);
    world.adopt_policy(same, |it| it.replace(&old, ""), &["dana"]);
    assert_eq!(world.verdict(), (3, vec![Code::Lapsed]));
    let act = Act::Approve(world.sign_off("kb"));
    let after = world.evidence().ledger().heads();
    let statement = world.statement(act, Some("support"), "maria", after);
    world.put(&statement, &Pen::of("maria-2"));
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn a_yes_of_a_role_that_somebody_left_lapses() {
    let mut world = World::signed();
    world.adopt_policy(|it| it.replace("support = [\"maria@example.com\", ", "support = ["), same, &["dana"]);
    assert_eq!(world.verdict(), (3, vec![Code::Lapsed]));
}

#[test]
fn a_yes_for_other_files_than_the_requirement_has_now_lapses() {
    let mut world = World::signed();
    world.write("faq.md", "# FAQ\n");
    world.adopt_policy(
        |it| it.replace("subjects = [\"kb.md\"]", "subjects = [\"kb.md\", \"faq.md\"]"),
        same,
        &["dana"],
    );
    assert_eq!(world.verdict(), (3, vec![Code::Lapsed]));
}

#[test]
fn a_retired_key_approves_nothing() {
    let mut world = World::new();
    dismiss(&mut world, "maria");
    world.sign_all();
    assert_eq!(world.verdict(), (3, vec![Code::Lapsed]));
}

#[test]
fn a_waiver_of_a_retired_key_is_none() {
    let mut world = World::new();
    for (requirement, who) in [("kb", "maria"), ("compatibility", "ned")] {
        world.approve(requirement, who);
    }
    world.adopt_policy(
        |it| it.replace("duty = [\"dana@example.com\"", "duty = [\"mallory@example.com\", \"dana@example.com\""),
        same,
        &["dana"],
    );
    world.waive(Code::Missing, "notice", "dana");
    world.waive(Code::Missing, "notice", "mallory");
    assert_eq!(world.verdict(), (0, vec![]));
    dismiss(&mut world, "mallory");
    assert_eq!(world.verdict(), (3, vec![Code::Missing]));
}

#[test]
fn a_publication_outlives_the_key_that_signed_it() {
    let mut world = World::signed();
    let publish = world.publish("ci");
    for _ in 0..3 {
        rotate_ci(&mut world);
        assert_eq!(world.verdict(), (0, vec![]));
        assert_eq!(world.check().publications[0].id, publish);
    }
}

#[test]
fn a_publication_outlives_those_who_signed_it_off() {
    let mut world = World::signed();
    world.publish("ci");
    dismiss(&mut world, "maria");
    dismiss(&mut world, "ned");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn what_goes_out_while_a_policy_collects_signatures_stands_under_the_one_before() {
    let mut world = World::signed();
    let publish = world.clone().publish("ci");
    let mut later = world.clone();
    // The proposal sealed nothing; the version went out meanwhile.
    world.publish("ci");
    let (old, new) = (Pen::of("ci").public().to_string(), Pen::of("ci-2").public().to_string());
    world.adopt_policy_sealing(&Sealed::default(), same, |it| it.replace(&old, &new), &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]));
    assert_eq!(world.check().publications[0].id, publish);
    // The next policy seals it; one that does not leaves it unsealed, and never silently unpublished.
    let mut forgetful = world.clone();
    world.adopt_policy(same, same, &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]));
    forgetful.adopt_policy_sealing(&Sealed::default(), same, same, &["dana"]);
    assert_eq!(forgetful.verdict(), (4, vec![Code::Unsealed]));
    later.adopt_policy(same, same, &["dana"]);
    assert_eq!(later.verdict(), (0, vec![]));
}

#[test]
fn a_retired_release_key_forges_no_past() {
    let mut world = World::signed();
    let clean = world.clone();
    rotate_ci(&mut world);
    rotate_ci_again(&mut world);
    // It states a publication under the policy of its time, which nobody sealed.
    let first = clean.chain().unwrap().current().digest();
    let mut forged = world.clone();
    forge(&mut forged, first, "ci");
    assert_eq!(forged.verdict(), (4, vec![Code::Unsealed]));
    assert!(forged.check().publications.is_empty());
    // The owners take in what did go out.
    forged.adopt("dana");
    assert_eq!(forged.verdict(), (0, vec![]));
    assert_eq!(forged.check().publications[0].outlet, Outlet::Adopted);
}

#[test]
fn a_stolen_release_key_cannot_choose_a_weaker_policy_of_the_past() {
    let mut world = World::signed();
    let weak = world.chain().unwrap().current().digest();
    let stricter =
        |it: String| it.replace("role = \"communications\"\napprovals = 1", "role = \"communications\"\napprovals = 2");
    world.adopt_policy(stricter, same, &["dana"]);
    world.adopt_policy(same, same, &["dana"]);
    assert_eq!(world.verdict(), (3, vec![Code::Short]));
    forge(&mut world, weak, "ci");
    assert_eq!(world.verdict().0, 4);
    assert!(world.verdict().1.contains(&Code::Unsealed));
}

#[test]
fn a_publish_that_has_seen_the_stricter_policy_cannot_name_the_one_before() {
    let mut world = World::signed();
    let weak = world.chain().unwrap().current().digest();
    let stricter =
        |it: String| it.replace("role = \"communications\"\napprovals = 1", "role = \"communications\"\napprovals = 2");
    world.adopt_policy(stricter, same, &["dana"]);
    world.decline("kb", "mallory"); // of no effect, and naming policy 2
    forge(&mut world, weak, "ci");
    assert_eq!(world.verdict(), (4, vec![Code::Unproven, Code::Short]));
}

fn rotate_ci_again(world: &mut World) {
    let (old, new) = (Pen::of("ci-2").public().to_string(), Pen::of("ci-3").public().to_string());
    world.adopt_policy(same, |it| it.replace(&old, &new), &["dana"]);
}

/// A publish that names `policy`, whichever is in force.
fn forge(world: &mut World, policy: Digest, pen: &str) {
    let relied: Vec<Digest> = world.evidence().ledger().entries().map(|it| it.id).collect();
    let act = Act::Publish {
        subjects: world.all_subjects(),
        site: "downloads".parse().unwrap(),
        commit: "a".repeat(40),
        artifacts: world.artifacts(),
        relied,
    };
    let after = world.evidence().ledger().heads();
    let mut statement = world.statement(act, Some("release"), "ci", after);
    statement.policy = policy;
    world.put(&statement, &Pen::of(pen));
}

#[test]
fn an_adoption_outlives_the_owners_only_if_it_is_sealed() {
    let mut world = World::new();
    world.adopt("sam");
    assert_eq!(world.verdict(), (0, vec![]));
    let mut forgetful = world.clone();
    let replaced = |it: String| it.replace("sam@example.com", "mallory@example.com");
    let (_, edit_ring) = without("sam");
    world.adopt_policy(replaced, &edit_ring, &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]));
    world.adopt_policy(same, same, &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]));
    forgetful.adopt_policy_sealing(&Sealed::default(), replaced, edit_ring, &["dana"]);
    assert!(forgetful.verdict().1.contains(&Code::Unsealed), "{:?}", forgetful.verdict());
}

/// An adoption of what is there, that names `policy`.
fn adopt_under(world: &mut World, who: &str, policy: Digest, subjects: Vec<crate::statement::Subject>) -> Digest {
    let act = Act::Adopt { subjects, site: "downloads".parse().unwrap(), artifacts: world.artifacts() };
    let after = world.evidence().ledger().heads();
    let statement = Statement { policy, ..world.statement(act, None, who, after) };
    world.put(&statement, &Pen::of(who))
}

#[test]
fn an_adoption_is_counted_by_the_owners_of_the_policy_that_it_names() {
    let mut world = World::new();
    let first = world.chain().unwrap().current().digest();
    world.adopt_policy(|it| it.replace("threshold = 1", "threshold = 2"), same, &["dana", "sam"]);
    let second = world.chain().unwrap().current().digest();
    // One owner sufficed before, and does not now, whichever policy is named.
    for policy in [first, second] {
        let mut alone = world.clone();
        let subjects = alone.all_subjects();
        adopt_under(&mut alone, "dana", policy, subjects);
        assert!(alone.check().publications.is_empty(), "{:?}", alone.verdict());
        assert_ne!(alone.verdict().0, 0);
    }
    world.adopt("dana");
    assert_eq!(world.verdict().0, 3, "half an adoption is no doubt about anything");
    world.adopt("sam");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn nobody_but_the_owners_says_what_was_adopted() {
    let mut world = World::new();
    let adopted = world.adopt("dana");
    for sealed in [false, true] {
        if sealed {
            world.adopt_policy(same, same, &["dana"]);
        }
        let policy = world.chain().unwrap().current().digest();
        for paths in [&["kb.md"][..], &["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"]] {
            let mut meddled = world.clone();
            let subjects = meddled.subjects(paths);
            adopt_under(&mut meddled, "maria", policy, subjects);
            assert_eq!(meddled.check().publications[0].id, adopted);
            assert_eq!(meddled.verdict(), (0, vec![]));
            meddled.append("release.toml", "not_before = 2026-11-20T00:00:00Z\n");
            let subjects = meddled.subjects(&["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"]);
            adopt_under(&mut meddled, "maria", policy, subjects);
            assert!(meddled.verdict().1.contains(&Code::PublishedChanged), "{:?}", meddled.verdict());
        }
    }
}

#[test]
fn owners_who_adopt_other_bytes_do_not_agree() {
    let mut world = World::with_policy(|it| it.replace("threshold = 1", "threshold = 2"));
    world.adopt("dana");
    world.append("matrix.md", "More.\n");
    world.adopt("sam");
    assert_eq!(world.verdict().0, 3);
    world.adopt("dana");
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn a_waiver_that_was_taken_back_first_stops_a_publication_that_is_merged_after() {
    let mut world = World::new();
    world.approve("compatibility", "ned");
    world.approve("notice", "lee");
    let waives = [world.waive(Code::Missing, "kb", "dana"), world.waive(Code::Missing, "kb", "sam")];
    assert_eq!(world.verdict(), (0, vec![]));
    let mut prepared = world.clone();
    let publish = prepared.publish("ci");
    let files = ["toml", "toml.sig"].map(|it| format!("ledger/{publish}.{it}"));
    world.revoke(waives[1], "sam");
    assert_eq!(world.verdict().0, 3);
    for file in files {
        world.facts.release_files.insert(file.clone(), prepared.facts.release_files.get(&file).unwrap().clone());
    }
    assert_eq!(world.verdict(), (3, vec![Code::Revoked]));
}

#[test]
fn a_waiver_that_expired_shows_nothing_any_more() {
    let mut world = World::new();
    world.approve("compatibility", "ned");
    world.approve("notice", "lee");
    world.waive(Code::Missing, "kb", "dana");
    world.waive(Code::Missing, "kb", "sam");
    world.publish("ci");
    world.unlist();
    assert_eq!(world.verdict(), (0, vec![]));
    world.now = world.now.checked_add(jiff::SignedDuration::from_hours(25)).unwrap();
    assert_eq!(world.verdict(), (3, vec![Code::Missing]));
}

#[test]
fn a_decline_of_older_bytes_stands_against_a_publication_that_had_not_seen_it() {
    let mut world = World::new();
    let before = world.clone();
    world.append("kb.md", "Mended.\n");
    world.sign_all();
    world.publish("ci");
    assert_eq!(world.verdict(), (0, vec![]));
    let mut declined = before;
    let no = declined.decline("kb", "maria");
    for ending in ["toml", "toml.sig"] {
        let file = format!("ledger/{no}.{ending}");
        world.facts.release_files.insert(file.clone(), declined.facts.release_files.get(&file).unwrap().clone());
    }
    // Maria's own approval had not seen it either, so it stands.
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
}

#[test]
fn one_more_statement_about_what_is_out_is_only_mentioned() {
    let mut world = World::signed();
    world.publish("ci");
    let first = world.chain().unwrap().current().digest();
    for _ in 0..2 {
        world.adopt_policy(same, same, &["dana"]);
    }
    forge(&mut world, first, "ci");
    assert_eq!(world.verdict(), (0, vec![]));
    assert!(world.check().findings.iter().any(|it| it.code == Code::Unsealed));
}

#[test]
fn what_was_recorded_under_the_policy_before_is_not_shown_under_a_stricter_one() {
    let mut world = World::signed();
    let stricter =
        |it: String| it.replace("role = \"communications\"\napprovals = 1", "role = \"communications\"\napprovals = 2");
    world.publish("ci");
    world.adopt_policy_sealing(&Sealed::default(), stricter, same, &["dana"]);
    assert_eq!(world.verdict(), (0, vec![]), "what is out stays out");
    world.unlist();
    assert_eq!(world.verdict(), (3, vec![Code::Short]));
    world.approve("notice", "kim");
    let Verdict::Clear(approval) = world.check().verdict else { panic!("not clear") };
    assert_eq!(approval.recorded().map(|it| it.id), None, "it is recorded anew, under the policy that is in force");
}

#[test]
fn a_no_outlives_the_name_of_its_requirement() {
    let mut world = World::signed();
    let no = world.decline("kb", "eve");
    world.adopt_policy(|it| it.replace("name = \"kb\"", "name = \"article\""), same, &["dana"]);
    let act = Act::Approve(crate::statement::SignOff {
        requirement: "article".parse().unwrap(),
        subjects: world.subjects(&["kb.md"]),
    });
    world.say(act, Some("support"), "maria");
    assert_eq!(world.verdict(), (1, vec![Code::Declined]));
    let mut other = world.clone();
    other.revoke(no, "ned");
    assert_eq!(other.verdict(), (1, vec![Code::Declined]), "not of that role");
    world.revoke(no, "maria");
    assert_eq!(world.verdict(), (0, vec![]));
}
