//! What an entry on a branch does, and what it never does.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::Ledger;
use super::{Found, Pending};
use crate::digest::Digest;
use crate::finding::Code;
use crate::statement::Act;
use crate::world::World;

/// Moves entries out of the record and onto a branch.
fn put_aside(world: &mut World, ids: &[Digest]) {
    let mut pending = world.facts.pending.as_deref().cloned().unwrap_or_default();
    pending.is_fetched = true;
    for id in ids {
        let (statement, signature) = world.entry_files(*id).unwrap();
        pending.found.push(Found { branch: "origin/holdpoint/x".to_owned(), statement, signature });
        world.remove(*id);
    }
    world.facts.pending = Some(Arc::new(pending));
}

/// Says no: the entry, and the exit code and the finding that follow.
type No<'n> = &'n dyn Fn(&mut World) -> (Digest, u8, Code);

#[test]
fn a_no_on_a_branch_counts_at_once_and_is_not_counted_as_recorded() {
    let world = World::signed();
    let approval = world.entries().unwrap()[0];
    let noes: [No<'_>; 3] =
        [&|it| (it.hold("kim"), 1, Code::Held), &|it| (it.decline("kb", "eve"), 1, Code::Declined), &|it| {
            let by = it.evidence().ledger().get(&approval).unwrap().statement.by.to_string();
            (it.revoke(approval, by.split('@').next().unwrap()), 3, Code::Revoked)
        }];
    assert_eq!(world.verdict(), (0, vec![]));
    let before = world.check().checked.statements;
    for no in noes {
        let mut world = world.clone();
        let (id, exit, code) = no(&mut world);
        put_aside(&mut world, &[id]);
        assert_eq!(world.verdict(), (exit, vec![code]));
        let decision = world.check();
        assert_eq!((decision.checked.statements, decision.pending), (before, Some(1)));
        let told = decision.findings.iter().find(|it| it.code == code).unwrap();
        assert!(
            told.message.ends_with("(on the branch `origin/holdpoint/x`, and not in this commit)"),
            "{}",
            told.message
        );
    }
}

#[test]
fn nothing_else_on_a_branch_counts() {
    let mut world = World::signed();
    let approvals = world.entries().unwrap();
    put_aside(&mut world, &approvals);
    assert_eq!(world.verdict(), (3, vec![Code::Missing; 3]), "no yes");
    let mut world = World::signed();
    let hold = world.hold("kim");
    let lift = world.lift(hold, "kim", None);
    put_aside(&mut world, &[lift]);
    assert_eq!(world.verdict(), (1, vec![Code::Held]), "no lift");
    let mut world = World::signed();
    let decline = world.decline("kb", "eve");
    let revoke = world.revoke(decline, "eve");
    put_aside(&mut world, &[revoke]);
    assert_eq!(world.verdict(), (1, vec![Code::Declined]), "no revocation of a no");
}

#[test]
fn an_unsigned_or_foreign_statement_on_a_branch_is_nothing() {
    let mut world = World::signed();
    let hold = world.hold("kim");
    let (statement, signature) = world.entry_files(hold).unwrap();
    world.remove(hold);
    let found = |statement: &[u8], signature: &[u8]| Found {
        branch: "origin/holdpoint/hold-2.7.0-1a2b3c4d".to_owned(),
        statement: statement.to_vec(),
        signature: signature.to_vec(),
    };
    let other = String::from_utf8(statement.clone()).unwrap().replace("2.7.0", "2.7.1");
    let junk = vec![found(b"junk", b"junk"), found(&statement, b"junk"), found(other.as_bytes(), &signature)];
    world.facts.pending = Some(Arc::new(Pending { found: junk.clone(), ..Pending::default() }));
    assert_eq!(world.verdict(), (0, vec![]));
    // A bad signature beside it on one branch does not hide the good one on another.
    let all = junk.into_iter().chain([found(&statement, &signature)]).collect();
    world.facts.pending = Some(Arc::new(Pending { found: all, ..Pending::default() }));
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
}

#[test]
fn a_no_that_names_a_policy_of_its_branch_is_a_no() {
    let mut world = World::signed();
    let mut next = world.clone();
    next.adopt_policy(|it| it, |it| it, &["dana"]);
    let hold = next.hold("kim");
    put_aside(&mut next, &[hold]);
    world.facts.pending.clone_from(&next.facts.pending);
    assert_eq!(world.verdict(), (1, vec![Code::Held]));
    assert!(world.evidence().ledger().to_carry([hold]).is_empty(), "it is no entry of the record yet");
    assert!(!world.evidence().ledger().heads().contains(&hold));
}

#[test]
fn a_hold_on_a_branch_is_lifted_by_its_id_alone() {
    let mut world = World::signed();
    let hold = world.hold("kim");
    put_aside(&mut world, &[hold]);
    world.say_after(Act::Lift { target: hold }, None, "kim", BTreeSet::new());
    assert_eq!(world.verdict(), (0, vec![]));
}

#[test]
fn what_names_an_entry_of_a_branch_carries_it_with_all_that_it_names() {
    let mut world = World::signed();
    let decline = world.decline("kb", "eve");
    let hold = world.hold("kim");
    put_aside(&mut world, &[decline, hold]);
    let evidence = world.evidence();
    let ledger: &Ledger = evidence.ledger();
    assert_eq!(ledger.heads(), [hold].into());
    assert_eq!(ledger.to_carry([hold]).into_keys().collect::<BTreeSet<_>>(), [decline, hold].into());
    // What cannot be had whole is not named: the record would name for ever what it lacks.
    let mut alone = world.clone();
    let pending = alone.facts.pending.as_deref().unwrap();
    let found = pending.found.iter().filter(|it| Digest::of(&it.statement) == hold).cloned().collect();
    alone.facts.pending = Some(Arc::new(Pending { found, ..Pending::default() }));
    let evidence = alone.evidence();
    assert!(!evidence.ledger().heads().contains(&hold));
    assert!(evidence.ledger().to_carry([hold]).is_empty());
    assert_eq!(alone.verdict(), (1, vec![Code::Held]), "it counts all the same");
}

#[test]
fn a_revocation_on_a_branch_of_a_yes_on_a_branch_takes_back_what_the_same_person_said_before() {
    let mut world = World::signed();
    let first = world.entries().unwrap();
    let again = world.approve("kb", "maria");
    let revoke = world.revoke(again, "maria");
    put_aside(&mut world, &[again, revoke]);
    assert_eq!(first.len(), 3);
    assert_eq!(world.verdict().0, 3, "{:?}", world.verdict());
}

#[test]
fn whoever_takes_a_yes_back_on_a_branch_frees_nobody_for_another_seat() {
    let mut world = World::with_policy(|it| {
        it.replace("communications = [\"lee", "communications = [\"maria@example.com\", \"lee")
    });
    world.sign_all();
    let second = world.approve("notice", "maria");
    let (crowded, _) = world.verdict();
    let revoke = world.revoke(second, "maria");
    assert_eq!((crowded, world.verdict().0), (3, 0), "on the record it frees her");
    put_aside(&mut world, &[revoke]);
    assert_eq!(world.verdict().0, 3, "{:?}", world.verdict());
}
