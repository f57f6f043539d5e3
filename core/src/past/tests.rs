//! What counts as lost.

use super::*;
use crate::content::Content;
use crate::world::{World, person};

#[test]
fn a_past_is_proved_where_nothing_speaks_against_it() {
    let past = Past::looked_at(7, Vec::new());
    assert_eq!((past.commits(), past.is_proved()), (7, true));
    assert!(Past::default().is_proved());
    let doubted = Past::looked_at(7, vec![unavailable("4f1c2ab", "this clone is shallow", "git fetch --unshallow")]);
    assert_eq!((doubted.commits(), doubted.is_proved()), (7, false));
    let untold = Past::untold(unavailable("4f1c2ab", "this clone is shallow", "git fetch --unshallow"));
    assert_eq!((untold.commits(), untold.is_proved()), (0, false));
}

/// A hold that stands in an older commit.
fn hold() -> (World, Gone) {
    let mut world = World::new();
    let id = world.hold("kim");
    let (statement, signature) = world.entry_files(id).unwrap();
    let (version, commit) = ("2.7.0".to_owned(), "0123456789".to_owned());
    (world, Gone::Entry { version, id, commit, statement, signatures: vec![b"junk".to_vec(), signature] })
}

#[test]
fn an_entry_that_was_valid_is_lost_and_its_signer_is_asked() {
    let (world, gone) = hold();
    let chain = world.chain().unwrap();
    let told = lost(&gone, &chain).unwrap();
    assert_eq!(told.code, Code::HistoryRewritten);
    assert_eq!(told.message, "the `hold` by kim@example.com stands in commit 0123456, and not in this one as it was");
    assert_eq!(told.who, [person("kim")]);
    assert_eq!(told.since, Some(world.clock));
    assert!(told.next.starts_with("git checkout 0123456 -- 'releases/2.7.0/ledger/"), "{}", told.next);
}

#[test]
fn what_never_was_an_entry_may_go() {
    let (world, gone) = hold();
    let chain = world.chain().unwrap();
    let Gone::Entry { version, id, commit, statement, signatures } = gone else { panic!() };
    let with = |version: &str, id: Digest, signatures: Vec<Vec<u8>>| Gone::Entry {
        version: version.to_owned(),
        id,
        commit: commit.clone(),
        statement: statement.clone(),
        signatures,
    };
    assert!(lost(&with(&version, id, signatures.clone()), &chain).is_some());
    assert_eq!(lost(&with("2.8.0", id, signatures.clone()), &chain), None);
    assert_eq!(lost(&with("junk", id, signatures.clone()), &chain), None);
    assert_eq!(lost(&with(&version, Digest::of(b"another"), signatures), &chain), None);
    assert_eq!(lost(&with(&version, id, vec![b"junk".to_vec()]), &chain), None);
}

#[test]
fn another_signature_of_the_same_entry_lets_it_stand() {
    let (world, gone) = hold();
    let chain = world.chain().unwrap();
    let Gone::Entry { id, statement, signatures, .. } = &gone else { panic!() };
    assert!(stands(&gone, statement, &signatures[1], &chain));
    assert!(!stands(&gone, statement, &signatures[0], &chain));
    let mut other = World::new();
    let another = other.hold("lee");
    assert_ne!(another, *id);
    let (statement, signature) = other.entry_files(another).unwrap();
    assert!(!stands(&gone, &statement, &signature, &chain));
    let policy = Gone::Policy { folder: "0002".to_owned(), commit: String::new(), files: PolicyFiles::new() };
    assert!(!stands(&policy, &statement, &signature, &chain));
}

#[test]
fn a_policy_that_was_adopted_is_lost_and_one_that_was_not_may_go() {
    let mut world = World::new();
    let chain = world.chain().unwrap();
    world.adopt_policy(|it| it, |it| it, &["dana"]);
    let files: PolicyFiles = world
        .policy_files
        .iter()
        .filter_map(|(path, it)| Some((path.strip_prefix("0002/")?.to_owned(), it.clone())))
        .collect();
    let gone = |folder: &str, files: &PolicyFiles| Gone::Policy {
        folder: folder.to_owned(),
        commit: "0123456789".to_owned(),
        files: files.clone(),
    };
    let told = lost(&gone("0002", &files), &chain).unwrap();
    assert_eq!((told.code, told.about.as_str()), (Code::HistoryRewritten, "policy/0002"));
    assert_eq!(told.message, "policy 2 was adopted in commit 0123456, and is not here");
    assert_eq!(told.who, [person("dana"), person("sam")]);
    assert_eq!(lost(&gone("2", &files), &chain), None, "that is no folder of a policy");
    let mut unsigned = files.clone();
    unsigned.remove("dana@example.com.sig");
    assert_eq!(lost(&gone("0002", &unsigned), &chain), None);
    let mut other = World::new();
    other.adopt_policy(|it| it + "\n", |it| it, &["dana"]);
    let told = lost(&gone("0002", &files), &other.chain().unwrap()).unwrap();
    assert_eq!(told.code, Code::PolicyFork);
    assert!(told.message.starts_with("policy 1 has two successors"), "{}", told.message);
    let mut junk = files;
    junk.insert("policy.toml".to_owned(), Content::Gone);
    assert_eq!(lost(&gone("0002", &junk), &chain), None);
}

#[test]
fn a_checkpoint_that_is_not_behind_this_commit_is_rewritten_history() {
    let told = checkpoint_lost(&World::new().chain().unwrap());
    assert_eq!(told.code, Code::CheckpointLost);
    assert_eq!(told.who, [person("dana"), person("sam")]);
}
