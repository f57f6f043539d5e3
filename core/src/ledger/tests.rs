//! What is an entry, and how many there may be.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ledger, MOST_READ, MOST_TOLD};
use crate::content::Content;
use crate::digest::Digest;
use crate::finding::Code;
use crate::key::ring_line;
use crate::key::samples::Pen;
use crate::world::{World, person};

#[test]
fn a_ledger_is_as_long_as_it_may_be_and_no_longer() {
    let world = World::new();
    let chain = world.chain().unwrap();
    let mut files: BTreeMap<String, Content> = (0..2 * MOST_READ).map(|it| (it.to_string(), Content::Gone)).collect();
    let (_, findings) = Ledger::read(&files, &chain, &world.version());
    assert_eq!(findings.len(), MOST_TOLD + 2);
    let last = findings[MOST_TOLD].message.clone();
    assert_eq!(last, format!("{} more files of the ledger can be no entries", 2 * MOST_READ - MOST_TOLD));
    files.insert("one more".to_owned(), Content::Gone);
    let (ledger, findings) = Ledger::read(&files, &chain, &world.version());
    assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::BadRecord]);
    assert!(ledger.is_empty());
}

#[test]
fn an_entry_knows_the_newest_policy_that_gives_its_key_to_its_signer() {
    let mut world = World::new();
    let old = world.hold("eve");
    let line = ring_line(&person("eve"), None, &Pen::of("eve").public(), None);
    world.adopt_policy(|it| it.replace(", \"eve@example.com\"", ""), |it| it.replace(&line, ""), &["dana"]);
    let new = world.hold("maria");
    let evidence = world.evidence();
    let (ledger, policies) = (evidence.ledger(), evidence.chain().policies());
    let under = |id: &Digest| policies.iter().map(|it| ledger.get(id).unwrap().is_valid_under(it)).collect::<Vec<_>>();
    assert_eq!((ledger.get(&old).unwrap().newest_policy(), under(&old)), (1, vec![true, false]));
    assert_eq!((ledger.get(&new).unwrap().newest_policy(), under(&new)), (2, vec![true, true]));
    assert_eq!((ledger.len(), ledger.is_empty()), (2, false));
}

#[test]
fn order_is_what_was_seen_and_then_the_claimed_time() {
    let mut world = World::new();
    let first = world.hold("kim");
    let left = world.say_after(crate::statement::Act::Hold, None, "lee", BTreeSet::from([first]));
    let right = world.say_after(crate::statement::Act::Hold, None, "eve", BTreeSet::from([first]));
    world.clock = world.clock.checked_sub(jiff::SignedDuration::from_hours(9)).unwrap();
    let last = world.hold("ned");
    let evidence = world.evidence();
    let ledger = evidence.ledger();
    assert_eq!(ledger.in_order().iter().map(|it| it.id).collect::<Vec<_>>(), [first, left, right, last]);
    assert_eq!(ledger.heads(), BTreeSet::from([last]));
    for (later, earlier, seen) in [
        (last, first, true),
        (last, left, true),
        (left, first, true),
        (left, right, false),
        (first, last, false),
        (first, first, false),
        (Digest::of(b"nothing"), first, false),
        (last, Digest::of(b"nothing"), false),
    ] {
        assert_eq!(ledger.has_seen(&later, &earlier), seen);
    }
}

#[test]
fn what_each_of_many_has_seen_is_known() {
    let mut world = World::new();
    let mut chain = vec![world.hold("kim")];
    for _ in 0..70 {
        let before = BTreeSet::from([*chain.last().unwrap()]);
        chain.push(world.say_after(crate::statement::Act::Hold, None, "kim", before));
    }
    let evidence = world.evidence();
    let ledger = evidence.ledger();
    for (at, id) in chain.iter().enumerate() {
        for (before, other) in chain.iter().enumerate() {
            assert_eq!(ledger.has_seen(id, other), before < at, "{at} {before}");
        }
    }
}
