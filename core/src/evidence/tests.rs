//! What can be read of a release, and what a proposal would change of it.

use super::{Freshness, moved};
use crate::content::Content;
use crate::decide::{Question, decide, facts_to_seal};
use crate::digest::Digest;
use crate::finding::Code;
use crate::name::SubjectPath;
use crate::policy::{PolicyFiles, Proposal};
use crate::world::World;

/// The next policy of a world, unsigned; it seals what counts now, or nothing.
fn proposal(world: &World, seals: bool) -> Proposal {
    let mut next = world.clone();
    let sealed = if seals { facts_to_seal(&world.evidence()).into_iter().collect() } else { [].into_iter().collect() };
    next.adopt_policy_sealing(&sealed, |it| it, |it| it, &[]);
    let files = next.policy_files.iter().filter_map(|(path, content): (_, &Content)| {
        Some((format!("proposed/{}", path.strip_prefix("0002/")?), content.clone()))
    });
    world.chain().unwrap().proposal(&files.collect::<PolicyFiles>()).unwrap().unwrap()
}

#[test]
fn what_a_proposal_would_change_is_never_a_yes() {
    let world = World::signed();
    assert_eq!(world.check().verdict.exit_code(), 0);
    let then = world.evidence().if_adopted(&proposal(&world, true));
    assert_eq!(then.policy().number(), 2);
    assert_eq!(decide(&then, &Question::Check, world.now).verdict.exit_code(), 5);
}

#[test]
fn a_publication_under_the_predecessor_counts_sealed_or_not() {
    let mut world = World::signed();
    let id = world.publish("ci");
    for seals in [true, false] {
        let then = world.evidence().if_adopted(&proposal(&world, seals));
        assert_eq!(facts_to_seal(&then), [id].into());
    }
}

/// What is wrong with a file of this path and content beside the others.
fn odd(path: &str, content: Content) -> Vec<String> {
    let mut world = World::signed();
    world.facts.release_files.insert(path.to_owned(), content);
    let evidence = world.evidence();
    assert!(evidence.faults().iter().all(|it| it.code == Code::BadRecord), "{:?}", evidence.faults());
    evidence.faults().iter().map(|it| it.message.clone()).collect()
}

#[test]
fn a_file_that_is_no_plain_file_is_never_passed_over() {
    assert_eq!(
        odd("more.md", Content::NotPlain("a symlink")),
        ["`releases/2.7.0/more.md` is no plain file but: a symlink"]
    );
    assert_eq!(odd("kb.md", Content::TooLarge(9)), ["`releases/2.7.0/kb.md` has 9 bytes, and 1048576 are the most"]);
    assert_eq!(odd("pictures/a.png", Content::Plain(vec![0])), Vec::<String>::new());
    let folder = odd("notice.md/a", Content::Plain(vec![0]));
    assert_eq!(folder, ["`releases/2.7.0/notice.md` is a folder, and a file is signed off there"]);
}

#[test]
fn a_file_that_is_another_one_elsewhere_is_never_passed_over() {
    let plain = || Content::Plain(b"x".to_vec());
    for (path, why) in [
        ("KB.md", "`releases/2.7.0/KB.md` and `kb.md` are one file on many systems"),
        ("Ledger/x", "`releases/2.7.0/Ledger/x` and `ledger` "),
        ("aux", "`releases/2.7.0/aux` "),
        ("pictures/aux", "`releases/2.7.0/pictures/aux` "),
    ] {
        let told = odd(path, plain());
        assert!(told.iter().any(|it| it.starts_with(why)), "{path}: {told:?}");
    }
}

#[test]
fn the_ledger_judges_its_own_files() {
    let mut world = World::new();
    world.facts.release_files.insert("ledger/x".to_owned(), Content::NotPlain("a symlink"));
    let codes: Vec<Code> = world.evidence().faults().iter().map(|it| it.code).collect();
    assert_eq!(codes, [Code::BadEntry]);
}

#[test]
fn what_can_be_read_is_counted_and_handed_out() {
    let mut world = World::new();
    world.write("more.md", "# More\n");
    world.write("ledger.md", "# A book\n");
    let evidence = world.evidence();
    let texts = evidence.head().plain_texts();
    let texts: Vec<&str> = texts.keys().map(SubjectPath::as_str).collect();
    assert_eq!(texts, ["kb.md", "ledger.md", "matrix.md", "more.md", "notice.md"]);
    assert_eq!(evidence.count_documents(), 5);
    assert!(evidence.head().article().is_some() && evidence.head().notice().is_some());
    assert_eq!(evidence.digests.len(), 8);
    assert_eq!(evidence.digests[&"more.md".parse().unwrap()], Digest::of(b"# More\n"));
    world.write("kb.md", "no front matter");
    world.write("notice.md", "no front matter");
    let evidence = world.evidence();
    assert_eq!(evidence.count_documents(), 3);
    assert!(evidence.head().article().is_none() && evidence.head().notice().is_none());
}

#[test]
fn a_text_of_the_ledger_is_no_document() {
    let mut world = World::new();
    world.write("ledger/more.md", "TODO\n");
    assert!(world.evidence().head().plain_texts().keys().all(|it| !it.as_str().starts_with("ledger/")));
}

#[test]
fn how_fresh_a_commit_is_may_be_unknown_and_is_said_where_it_is_behind() {
    let behind = Freshness::Behind { branch: "origin/main".to_owned(), tip: "a1b2c3d4e5".to_owned() };
    assert_eq!(
        [&Freshness::Unknown, &Freshness::Fresh, &behind].map(Freshness::known),
        [None, Some(true), Some(false)]
    );
    assert_eq!(Freshness::Unknown.finding("0123456789"), None);
    assert_eq!(Freshness::Fresh.finding("0123456789"), None);
    let told = behind.finding("0123456789").unwrap();
    assert_eq!((told.code, told.about.as_str()), (Code::StaleCheckout, "0123456"));
    assert!(told.message.starts_with("commit 0123456 lacks what `origin/main` holds at a1b2c3d: "), "{}", told.message);
    let mut world = World::signed();
    for (freshness, exit, fresh) in [(Freshness::Fresh, 0, Some(true)), (behind, 4, Some(false))] {
        world.facts.freshness = freshness;
        let decision = world.check();
        assert_eq!((decision.verdict.exit_code(), decision.fresh), (exit, fresh));
    }
}

#[test]
fn a_policy_lies_where_it_says() {
    let world = World::new();
    let chain = world.chain().unwrap();
    assert_eq!(moved(chain.current(), ""), None);
    let told = moved(chain.current(), "copy").unwrap();
    assert_eq!(told.message, "the policy belongs to the top of the repository, and lies at copy");
}
