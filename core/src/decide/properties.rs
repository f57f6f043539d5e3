//! What holds for every ledger, whatever was said in whatever order.

use jiff::Timestamp;
use proptest::prelude::*;

use super::seats_of;
use crate::content::Content;
use crate::digest::Digest;
use crate::finding::Code;
use crate::ledger::{Found, Pending};
use crate::statement::Act;
use crate::world::{World, person};

/// Something that somebody might do.
#[derive(Debug, Clone)]
enum Deed {
    Approve(&'static str, &'static str),
    Decline(&'static str, &'static str),
    Revoke(usize, &'static str),
    Hold(&'static str),
    Lift(usize, &'static str),
    Waive(&'static str, &'static str),
    Edit(&'static str),
    Undo(&'static str),
}

const PEOPLE: [&str; 8] = ["dana", "sam", "maria", "eve", "ned", "ada", "lee", "mallory"];
const REQUIREMENTS: [&str; 3] = ["kb", "compatibility", "notice"];

fn deed() -> impl Strategy<Value = Deed> {
    let who = || prop::sample::select(&PEOPLE[..]);
    let what = || prop::sample::select(&REQUIREMENTS[..]);
    let file = || prop::sample::select(&["kb.md", "notice.md", "matrix.md"][..]);
    prop_oneof![
        4 => (what(), who()).prop_map(|(what, who)| Deed::Approve(what, who)),
        1 => (what(), who()).prop_map(|(what, who)| Deed::Decline(what, who)),
        1 => (any::<usize>(), who()).prop_map(|(at, who)| Deed::Revoke(at, who)),
        1 => who().prop_map(Deed::Hold),
        1 => (any::<usize>(), who()).prop_map(|(at, who)| Deed::Lift(at, who)),
        1 => (what(), who()).prop_map(|(what, who)| Deed::Waive(what, who)),
        1 => file().prop_map(Deed::Edit),
        1 => file().prop_map(Deed::Undo),
    ]
}

/// A world in which all that was done, some of it without having seen the rest.
fn played(deeds: &[(Deed, bool)]) -> World {
    played_from(deeds, World::new().clock)
}

/// The same, with statements that claim to be signed from `clock` on.
fn played_from(deeds: &[(Deed, bool)], clock: Timestamp) -> World {
    let original = World::new();
    let mut world = original.clone();
    world.clock = clock;
    let mut ids: Vec<Digest> = Vec::new();
    for (deed, blind) in deeds {
        let pick = |at: usize| ids.get(at.checked_rem(ids.len()).unwrap_or_default()).copied();
        let said = match deed {
            Deed::Approve(what, who) => Some((Act::Approve(world.sign_off(what)), Some(World::role(what)), *who)),
            Deed::Decline(what, who) => Some((Act::Decline(world.sign_off(what)), Some(World::role(what)), *who)),
            Deed::Revoke(at, who) => pick(*at).map(|target| (Act::Revoke { target }, None, *who)),
            Deed::Hold(who) => Some((Act::Hold, None, *who)),
            Deed::Lift(at, who) => pick(*at).map(|target| (Act::Lift { target }, Some("duty"), *who)),
            Deed::Waive(what, who) => {
                let until = world.now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
                let act = Act::Waive {
                    subjects: world.all_subjects(),
                    finding: Code::Missing,
                    about: what.parse().unwrap(),
                    until,
                };
                Some((act, Some("duty"), *who))
            }
            Deed::Edit(file) => {
                world.append(file, "Edited.\n");
                None
            }
            Deed::Undo(file) => {
                world.write(file, &original.text(file));
                None
            }
        };
        if let Some((act, role, who)) = said {
            let id = if *blind {
                world.say_after(act, role, who, ids.first().copied().into_iter().collect())
            } else {
                world.say(act, role, who)
            };
            ids.push(id);
        }
    }
    world
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, bool)>> {
    prop::collection::vec((deed(), prop::bool::weighted(0.2)), 0..14)
}

/// Deeds after which all is signed, unless something speaks against it.
fn signed_and(deeds: &[(Deed, bool)]) -> World {
    let all = [("kb", "maria"), ("compatibility", "ned"), ("notice", "lee")]
        .map(|(what, who)| (Deed::Approve(what, who), false));
    played(&[deeds, &all[..]].concat())
}

/// How many cases of each: 48, unless `PROPTEST_CASES` asks for fewer or more.
fn cases() -> u32 {
    match ProptestConfig::default().cases {
        256 => 48, // nobody asked; so many of these would take minutes
        asked => asked.min(2000),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// Other times make other ids, so this is also the claim that the order of the files changes nothing.
    #[test]
    fn claimed_times_and_the_order_of_files_change_nothing(deeds in deeds(), shift in 1_i64..10_000) {
        let clock = World::new().clock;
        let earlier = clock.checked_sub(jiff::SignedDuration::from_secs(shift)).unwrap();
        let sorted = |world: &World| {
            let (exit, mut codes) = world.verdict();
            codes.sort();
            (exit, codes)
        };
        prop_assert_eq!(sorted(&played_from(&deeds, clock)), sorted(&played_from(&deeds, earlier)));
    }

    #[test]
    fn a_hold_never_opens_a_gate(deeds in deeds(), who in prop::sample::select(&PEOPLE[..])) {
        let mut world = signed_and(&deeds);
        world.hold(who);
        let (exit, codes) = world.verdict();
        prop_assert!(exit == 1 || exit == 4);
        prop_assert!(codes.contains(&Code::Held));
    }

    #[test]
    fn a_decline_never_opens_a_gate(deeds in deeds(), what in prop::sample::select(&REQUIREMENTS[..]), who in prop::sample::select(&PEOPLE[..])) {
        let mut world = signed_and(&deeds);
        let before = world.verdict().0;
        world.decline(what, who);
        let after = world.verdict().0;
        prop_assert!(after != 0 || before == 0, "{} became {}", before, after);
    }

    #[test]
    fn a_revoke_of_a_yes_never_opens_a_gate(deeds in deeds(), at in any::<prop::sample::Index>(), who in prop::sample::select(&PEOPLE[..])) {
        let mut world = signed_and(&deeds);
        let before = world.verdict().0;
        let evidence = world.evidence();
        // Taking a yes back may free somebody who filled two seats; it never helps where nobody did.
        let crowded = PEOPLE.iter().any(|it| seats_of(&evidence, world.now, &person(it)).len() > 1);
        let yeses: Vec<Digest> = evidence.ledger().entries().filter(|it| matches!(it.statement.act, Act::Approve(_))).map(|it| it.id).collect();
        world.revoke(yeses[at.index(yeses.len())], who);
        let after = world.verdict().0;
        prop_assert!(after != 0 || before == 0 || crowded, "{} became {}", before, after);
    }

    #[test]
    fn taking_any_one_file_away_never_leaves_a_clear_release_clear(deeds in deeds(), at in any::<prop::sample::Index>()) {
        let mut world = signed_and(&deeds);
        prop_assume!(world.verdict().0 == 0);
        let files: Vec<String> = world.facts.release_files.keys().cloned().collect();
        let gone = &files[at.index(files.len())];
        world.facts.release_files.remove(gone);
        let (exit, codes) = world.verdict();
        // The last words of a ledger are named by nobody; that one of them is gone shows only in the history. A yes is never
        // won that way: what is left was clear, or is not.
        if exit == 0 {
            prop_assert!(gone.starts_with("ledger/"), "{} is gone", gone);
            prop_assert!(world.facts.release_files.keys().all(|it| !it.contains(gone.trim_end_matches(".sig"))));
        } else {
            prop_assert!(!codes.is_empty());
        }
    }

    #[test]
    fn a_flipped_byte_in_a_ledger_is_never_overlooked(deeds in deeds(), at in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>()) {
        let mut world = signed_and(&deeds);
        let entries: Vec<String> = world.facts.release_files.keys().filter(|it| it.starts_with("ledger/")).cloned().collect();
        let path = &entries[at.index(entries.len())];
        let mut bytes = world.facts.release_files.get(path).unwrap().bytes().unwrap().to_vec();
        let index = byte.index(bytes.len());
        bytes[index] ^= 1;
        world.facts.release_files.insert(path.clone(), Content::Plain(bytes));
        let (exit, codes) = world.verdict();
        prop_assert_eq!(exit, 4);
        prop_assert!(codes.contains(&Code::BadEntry));
    }

    #[test]
    fn a_copied_ledger_helps_no_other_release(deeds in deeds()) {
        let mut world = signed_and(&deeds);
        prop_assume!(world.verdict().0 == 0);
        world.facts.version = "2.8.0".parse().unwrap();
        for file in ["release.toml", "notice.md", "kb.md"] {
            let text = world.text(file).replace("2.7.0", "2.8.0");
            world.write(file, &text);
        }
        let (exit, codes) = world.verdict();
        prop_assert_eq!(exit, 4);
        prop_assert!(codes.contains(&Code::WrongRelease));
    }

    #[test]
    fn an_edited_document_is_never_clear_without_a_new_yes(deeds in deeds(), file in prop::sample::select(&["kb.md", "notice.md", "matrix.md", "release.toml", "artifacts.toml", "compatibility.toml"][..])) {
        let mut world = signed_and(&deeds);
        world.append(file, "\n# A line that nobody has seen.\n");
        prop_assert!(world.verdict().0 != 0);
    }

    /// Some of what was said is on the branch of record, the rest on branches that are not merged.
    #[test]
    fn what_lies_on_branches_never_opens_a_gate_and_closes_it_as_if_it_were_recorded(
        deeds in deeds(),
        more in deeds(),
        aside in prop::collection::vec(any::<bool>(), 40),
    ) {
        let said = [deeds, vec![
            (Deed::Approve("kb", "maria"), false),
            (Deed::Approve("compatibility", "ned"), false),
            (Deed::Approve("notice", "lee"), false),
        ], more].concat();
        let all = played(&said);
        let ids: Vec<Digest> = all.evidence().ledger().in_order().iter().map(|it| it.id).collect();
        let (mut with, mut pending) = (all.clone(), Pending::default());
        for (id, _) in ids.iter().zip(&aside).filter(|(_, aside)| **aside) {
            let (statement, signature) = with.entry_files(*id).unwrap();
            pending.found.push(Found { branch: "origin/holdpoint/x".to_owned(), statement, signature });
            with.remove(*id);
        }
        let without = with.clone();
        with.facts.pending = Some(std::sync::Arc::new(pending));
        let is_clear = |world: &World| world.verdict().0 == 0;
        prop_assert!(!is_clear(&with) || is_clear(&without), "what lies on a branch opened the gate");
        for (id, _) in ids.iter().zip(&aside).filter(|(_, aside)| **aside) {
            let evidence = with.evidence();
            let Some(entry) = evidence.ledger().get(id) else { continue };
            let lifted = evidence.ledger().answers_to(id).next().is_some();
            prop_assert!(entry.statement.act != Act::Hold || lifted || !is_clear(&with), "a hold on a branch was passed over");
        }
    }

    #[test]
    fn machines_are_never_a_voice(deeds in deeds(), what in prop::sample::select(&REQUIREMENTS[..])) {
        let mut world = played(&deeds);
        world.approve(what, "ci");
        prop_assert_eq!(world.verdict().0, 4);
    }
}
