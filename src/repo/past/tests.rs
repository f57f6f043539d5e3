use std::collections::BTreeMap;

use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;

use super::*;
use crate::repo::sandbox::Sandbox;

/// A survey, with all that it found gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Looked { commits: usize, gone: Vec<Gone> },
    Unavailable(String),
    Unreadable(String),
    TooLarge(String),
    CheckpointLost,
}

pub(super) fn look(repo: &Repo, head: &Snapshot<'_>, span: &Span<'_>) -> Found {
    let mut gone = Vec::new();
    match repo.past(head, span, &mut |it| gone.push(it)).unwrap() {
        Survey::Looked(commits) => Found::Looked { commits, gone },
        Survey::Unavailable(why) => Found::Unavailable(why),
        Survey::Unreadable(why) => Found::Unreadable(why),
        Survey::TooLarge(why) => Found::TooLarge(why),
        Survey::CheckpointLost => Found::CheckpointLost,
    }
}

/// A statement, its name and its path in the ledger of a release.
struct Statement {
    text: String,
    id: Digest,
    path: String,
}

fn statement(version: &str, text: &str) -> Statement {
    let text = format!("holdpoint = 1\nkind = \"hold\"\nproject = \"p\"\nrelease = \"{version}\"\n{text}");
    let id = Digest::of(text.as_bytes());
    Statement { text, id, path: format!("releases/{version}/ledger/{id}.toml") }
}

impl Statement {
    fn commit(&self, sandbox: &Sandbox) -> String {
        sandbox.commit_files(&[(&self.path, &self.text), (&format!("{}.sig", self.path), "signed")])
    }

    fn remove(&self, sandbox: &Sandbox) {
        sandbox.git(&["rm", "-q", &self.path, &format!("{}.sig", self.path)]);
    }
}

/// A repository with a policy and a hold, and the commit of the hold.
fn held() -> (Sandbox, Statement, String) {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/0001/policy.toml", "first"), ("releases/2.7.0/kb.md", "kb")]);
    let hold = statement("2.7.0", "hold");
    let commit = hold.commit(&sandbox);
    (sandbox, hold, commit)
}

const EVERYTHING: Span<'_> = Span { checkpoint: None, roots: &[], proved: &[] };

fn survey(sandbox: &Sandbox, span: &Span<'_>) -> Found {
    let repo = sandbox.repo();
    let head = repo.snapshot(None).unwrap();
    look(&repo, &head, span)
}

fn gone(sandbox: &Sandbox, span: &Span<'_>) -> Vec<Gone> {
    match survey(sandbox, span) {
        Found::Looked { gone, .. } => gone,
        other => panic!("{other:?}"),
    }
}

fn looked_at(sandbox: &Sandbox, span: &Span<'_>) -> usize {
    match survey(sandbox, span) {
        Found::Looked { commits, gone } if gone.is_empty() => commits,
        other => panic!("{other:?}"),
    }
}

fn lost(hold: &Statement, commit: &str) -> Vec<Gone> {
    vec![Gone::Entry {
        version: "2.7.0".to_owned(),
        id: hold.id,
        commit: commit.to_owned(),
        statement: hold.text.as_bytes().to_vec(),
        signatures: vec![b"signed".to_vec()],
    }]
}

#[test]
fn misses_nothing_where_nothing_was_removed() {
    let (sandbox, _, _) = held();
    statement("2.7.0", "approve").commit(&sandbox);
    statement("2.8.0", "approve").commit(&sandbox);
    assert_eq!(looked_at(&sandbox, &EVERYTHING), 4);
}

#[test]
fn sees_what_a_commit_removed_and_nothing_once_it_is_restored() {
    let (sandbox, hold, commit) = held();
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
    hold.commit(&sandbox);
    assert_eq!(gone(&sandbox, &EVERYTHING), []);
}

#[test]
fn sees_what_a_merge_commit_removed() {
    let (sandbox, hold, _) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.commit_files(&[("b", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("c", "1")]);
    sandbox.git(&["merge", "-q", "--no-commit", "side"]);
    hold.remove(&sandbox);
    sandbox.git(&["commit", "-q", "-m", "merge"]);
    let [Gone::Entry { id, .. }] = gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!(id, hold.id);
}

#[test]
fn sees_what_a_merge_left_behind_on_the_other_side() {
    let (sandbox, _, _) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    let decline = statement("2.7.0", "decline");
    let commit = decline.commit(&sandbox);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("c", "1")]);
    sandbox.git(&["merge", "-q", "-s", "ours", "-m", "merge", "side"]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&decline, &commit));
}

#[test]
fn an_entry_under_another_release_or_name_is_gone_from_its_own() {
    let (sandbox, hold, commit) = held();
    sandbox.git(&["mv", "releases/2.7.0/ledger", "releases/2.7.0/attic"]);
    sandbox.git(&["commit", "-q", "-m", "rename"]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
    sandbox.git(&["mv", "releases/2.7.0", "releases/2.8.0"]);
    sandbox.git(&["mv", "releases/2.8.0/attic", "releases/2.8.0/ledger"]);
    sandbox.git(&["commit", "-q", "-m", "rename"]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
}

#[test]
fn the_same_ledger_under_two_releases_is_two_things() {
    let (sandbox, hold, _) = held();
    // Both ledgers are one tree, with a statement for each release; each of the two can be an entry of one alone.
    let other = statement("2.8.0", "hold");
    let lies = |it: &Statement, version: &str| format!("releases/{version}/ledger/{}.toml", it.id);
    let mut files = Vec::new();
    for (text, path) in
        [(&hold, "2.7.0"), (&hold, "2.8.0"), (&other, "2.7.0"), (&other, "2.8.0")].map(|(it, at)| (it, lies(it, at)))
    {
        files.push((format!("{path}.sig"), "signed".to_owned()));
        files.push((path, text.text.clone()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let commit = sandbox.commit_files(&files);
    assert_eq!(gone(&sandbox, &EVERYTHING), []);
    sandbox.git(&["rm", "-q", "-r", "releases/2.8.0"]);
    sandbox.commit_files(&[("a", "1")]);
    let [Gone::Entry { version, id, commit: at, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!((version.as_str(), *id, at), ("2.8.0", other.id, &commit));
}

#[test]
fn thousands_of_names_of_one_file_are_one_file() {
    let (sandbox, _, _) = held();
    let (statement, signature) = (sandbox.blob("no statement"), sandbox.blob("no signature"));
    let mut lines = String::new();
    for at in 0..500_usize {
        let id = Digest::of(&at.to_be_bytes());
        lines.push_str(&format!("100644 blob {statement}\t{id}.toml\n100644 blob {signature}\t{id}.toml.sig\n"));
    }
    let ledger = sandbox.tree(&lines);
    let release = sandbox.tree(&format!("040000 tree {ledger}\tledger\n"));
    let releases: String = (0..2_000).map(|it| format!("040000 tree {release}\t{it}.0.0\n")).collect();
    let root = sandbox.tree(&format!("040000 tree {}\treleases\n", sandbox.tree(&releases)));
    let bomb = sandbox.git(&["commit-tree", &root, "-p", "HEAD", "-m", "bomb"]);
    let back = sandbox.git(&["commit-tree", "HEAD^{tree}", "-p", bomb.trim(), "-m", "back"]);
    sandbox.git(&["update-ref", "HEAD", back.trim()]);
    let began = std::time::Instant::now();
    assert_eq!(looked_at(&sandbox, &EVERYTHING), 4);
    // Each name under each release would be a million.
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_release_is_not_hidden_by_another_whose_name_holds_its_bytes() {
    let (sandbox, hold, _) = held();
    let policy = sandbox.git(&["rev-parse", "HEAD:policy"]);
    let release = sandbox.git(&["rev-parse", "HEAD:releases/2.7.0"]);
    let commit = |parents: &[&str], releases: &[&str]| {
        let lines: String = releases.iter().map(|it| format!("040000 tree {release}\t{it}\n")).collect();
        let releases = sandbox.git_with(&["mktree"], &lines);
        let top = format!("040000 tree {policy}\tpolicy\n040000 tree {releases}\treleases\n");
        let top = sandbox.git_with(&["mktree"], &top);
        sandbox.git(&[&["commit-tree", &top, "-m", "raw"], parents].concat())
    };
    // In both trees `40000 2.7.0`, a zero and the id begin at the same byte; in the second one within an entry.
    let one = commit(&[], &["11234567", "2.7.0"]);
    let other = commit(&["-p", &one], &["1", "x40000 2.7.0"]);
    let last = commit(&["-p", &other], &["1", "11234567", "x40000 2.7.0"]);
    sandbox.git(&["reset", "-q", "--hard", &last]);
    let [Gone::Entry { version, id, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!((version.as_str(), *id), ("2.7.0", hold.id));
}

#[test]
fn an_entry_of_another_kind_of_file_is_gone() {
    for mode in ["100755", "120000"] {
        for which in ["", ".sig"] {
            let (sandbox, hold, commit) = held();
            let path = format!("{}{which}", hold.path);
            let id = sandbox.git(&["rev-parse", &format!("HEAD:{path}")]);
            sandbox.git(&["update-index", "--cacheinfo", &format!("{mode},{id},{path}")]);
            sandbox.git(&["commit", "-q", "-m", "type change"]);
            assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit), "{mode} {which}");
        }
    }
}

#[test]
fn an_entry_with_another_signature_is_gone_with_every_one_that_stood_there() {
    let (sandbox, hold, commit) = held();
    let signature = format!("{}.sig", hold.path);
    sandbox.commit_files(&[(&signature, "signed again")]);
    sandbox.commit_files(&[(&signature, "junk")]);
    let [Gone::Entry { commit: at, signatures, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    let mut sorted = signatures.clone();
    sorted.sort();
    assert_eq!(sorted, [b"signed".to_vec(), b"signed again".to_vec()]);
    assert!([&commit, &sandbox.git(&["rev-parse", "HEAD~1"])].contains(&at));
}

#[test]
fn files_that_can_be_no_entry_may_go() {
    let sandbox = Sandbox::new();
    let (a, b) = (statement("1.0.0", "a"), statement("1.0.0", "b"));
    let other_bytes = a.path.replace("1.0.0", "1.1.0");
    let long = statement("1.2.0", &"x".repeat(40_000));
    sandbox.commit_files(&[
        ("policy/0001/policy.toml", "first"),
        // Unsigned; a signature alone; a name that is no digest; bytes that are not what the name says; too long.
        (&a.path, "a"),
        (&format!("{}.sig", b.path), "signed"),
        ("releases/1.0.0/ledger/notes.toml", "x"),
        ("releases/1.0.0/ledger/notes.toml.sig", "x"),
        (
            &a.path.to_uppercase().replace("RELEASES", "releases").replace("LEDGER", "ledger").replace("TOML", "toml"),
            "a",
        ),
        (&other_bytes, "not a"),
        (&format!("{other_bytes}.sig"), "signed"),
        (&long.path, &long.text),
        (&format!("{}.sig", long.path), "signed"),
        ("releases/1.0.0/kb.md", "kb"),
    ]);
    sandbox.git(&["rm", "-rq", "releases"]);
    sandbox.git(&["commit", "-q", "-m", "remove"]);
    assert_eq!(gone(&sandbox, &EVERYTHING), []);
}

#[test]
fn an_older_file_that_was_executable_was_no_entry() {
    let sandbox = Sandbox::new();
    let hold = statement("2.7.0", "hold");
    sandbox.write(&hold.path, "hold");
    sandbox.git(&["add", "."]);
    sandbox.git(&["update-index", "--chmod=+x", &hold.path]);
    sandbox.commit_files(&[("policy/0001/policy.toml", "first"), (&format!("{}.sig", hold.path), "signed")]);
    sandbox.git(&["rm", "-rqf", "releases"]);
    sandbox.git(&["commit", "-q", "-m", "remove"]);
    assert_eq!(gone(&sandbox, &EVERYTHING), []);
}

#[test]
fn a_policy_that_changed_is_gone_with_its_files_and_an_added_signature_changes_nothing() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit_files(&[("policy/0001/policy.toml", "first"), ("policy/0001/signers", "ring")]);
    sandbox.commit_files(&[("policy/0001/dana@example.com.sig", "signed"), ("policy/proposed/policy.toml", "next")]);
    sandbox.git(&["rm", "-q", "policy/proposed/policy.toml"]);
    sandbox.commit_files(&[("policy/notes/policy.toml", "no number")]);
    sandbox.git(&["rm", "-q", "policy/notes/policy.toml"]);
    sandbox.commit_files(&[("a", "1")]);
    assert_eq!(gone(&sandbox, &EVERYTHING), []);
    sandbox.commit_files(&[("policy/0001/policy.toml", "weaker")]);
    let gone = gone(&sandbox, &EVERYTHING);
    assert_eq!(gone.len(), 2, "{gone:?}");
    let file = |text: &str| Content::Plain(text.as_bytes().to_vec());
    let files = BTreeMap::from([("policy.toml".to_owned(), file("first")), ("signers".to_owned(), file("ring"))]);
    assert!(gone.contains(&Gone::Policy { folder: "0001".to_owned(), commit: first, files }), "{gone:?}");
}

#[test]
fn a_policy_that_was_removed_is_gone() {
    let (sandbox, _, _) = held();
    sandbox.commit_files(&[("policy/0002/policy.toml", "second")]);
    sandbox.git(&["rm", "-q", "policy/0002/policy.toml"]);
    sandbox.commit_files(&[("a", "1")]);
    let [Gone::Policy { folder, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!(folder, "0002");
}

#[test]
fn what_lies_behind_the_checkpoint_is_not_looked_at() {
    let (sandbox, hold, commit) = held();
    hold.remove(&sandbox);
    let checkpoint = sandbox.commit_files(&[("a", "1")]);
    sandbox.commit_files(&[("a", "2")]);
    let since = |commit| Span { checkpoint: Some(commit), ..EVERYTHING };
    assert_eq!(looked_at(&sandbox, &since(&checkpoint)), 2);
    assert_eq!(gone(&sandbox, &since(&commit)), lost(&hold, &commit), "the checkpoint itself is looked at");
}

#[test]
fn a_branch_that_left_before_the_checkpoint_leads_not_behind_it() {
    let (sandbox, hold, _) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.git(&["checkout", "-q", "main"]);
    hold.remove(&sandbox);
    let checkpoint = sandbox.commit_files(&[("a", "1")]);
    let since = Span { checkpoint: Some(&checkpoint), ..EVERYTHING };
    sandbox.git(&["checkout", "-q", "side"]);
    sandbox.git(&["rm", "-q", &hold.path, &format!("{}.sig", hold.path)]);
    sandbox.commit_files(&[("b", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "-m", "merge", "side"]);
    assert_eq!(looked_at(&sandbox, &since), 3, "the checkpoint, the branch and the merge");
    // A commit of the branch that still had the hold is not behind the checkpoint, and speaks for it.
    sandbox.git(&["checkout", "-q", "-b", "late", "side~1"]);
    let late = sandbox.commit_files(&[("c", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "-m", "merge", "late"]);
    assert_eq!(gone(&sandbox, &since), lost(&hold, &late));
}

#[test]
fn a_checkpoint_on_another_branch_is_lost() {
    let (sandbox, _, commit) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    let elsewhere = sandbox.commit_files(&[("b", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    for lost in [elsewhere.as_str(), &"1".repeat(40), "HEAD", "", &"1".repeat(64)] {
        assert_eq!(survey(&sandbox, &Span { checkpoint: Some(lost), ..EVERYTHING }), Found::CheckpointLost, "{lost}");
    }
    assert_eq!(looked_at(&sandbox, &Span { checkpoint: Some(&commit), ..EVERYTHING }), 1);
}

#[test]
fn false_times_make_it_look_at_too_much_and_never_at_too_little() {
    let (sandbox, hold, commit) = held();
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let at = |seconds: u32, parents: &[&str]| {
        let parents: String = parents.iter().map(|it| format!("parent {it}\n")).collect();
        let text = format!(
            "tree {tree}\n{parents}author A <a@example.com> {seconds} +0000\ncommitter A <a@example.com> {seconds} +0000\n\nx\n"
        );
        sandbox.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], &text)
    };
    // The checkpoint pretends to be older than all that lies behind it.
    let checkpoint = at(5, &[&commit]);
    let fork = at(9, &[&commit]);
    let merge = at(7, &[&checkpoint, &fork]);
    sandbox.git(&["reset", "-q", "--hard", &merge]);
    let span = Span { checkpoint: Some(&checkpoint), ..EVERYTHING };
    assert!(looked_at(&sandbox, &span) >= 3);
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    let [Gone::Entry { id, .. }] = gone(&sandbox, &span)[..] else { panic!() };
    assert_eq!(id, hold.id);
}

#[test]
fn a_proved_commit_is_looked_at_and_nothing_behind_it() {
    let (sandbox, hold, first) = held();
    let proved = [sandbox.commit_files(&[("a", "1")])];
    sandbox.commit_files(&[("a", "2")]);
    let unknown = ["1".repeat(40), "nothing".to_owned()];
    let span = Span { checkpoint: Some(&first), roots: &[], proved: &proved };
    assert_eq!(looked_at(&sandbox, &span), 2);
    assert_eq!(looked_at(&sandbox, &Span { proved: &unknown, ..EVERYTHING }), 4);
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "3")]);
    let [Gone::Entry { id, .. }] = gone(&sandbox, &span)[..] else { panic!() };
    assert_eq!(id, hold.id);
}

#[test]
fn a_proved_commit_of_another_branch_proves_nothing_here() {
    let (sandbox, hold, commit) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    let proved = [sandbox.commit_files(&[("b", "1")])];
    sandbox.git(&["checkout", "-q", "main"]);
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    assert_eq!(gone(&sandbox, &Span { proved: &proved, ..EVERYTHING }), lost(&hold, &commit));
}

#[test]
fn every_root_is_looked_at_and_compared_with_heads_own() {
    let (sandbox, hold, commit) = held();
    for folder in ["policy", "releases"] {
        sandbox.write("a/b/keep", "");
        sandbox.git(&["mv", folder, &format!("a/b/{folder}")]);
    }
    sandbox.commit_files(&[("a/b/keep", "1")]);
    let repo = Repo::open(&sandbox.dir().join("a/b")).unwrap();
    let gone = |roots: &[String]| match look(&repo, &repo.snapshot(None).unwrap(), &Span { roots, ..EVERYTHING }) {
        Found::Looked { gone, .. } => gone,
        other => panic!("{other:?}"),
    };
    let both = [String::new(), "a/b".to_owned(), "elsewhere".to_owned()];
    assert_eq!(gone(&both), []);
    sandbox.git(&["rm", "-rq", "a/b/releases/2.7.0/ledger"]);
    sandbox.commit_files(&[("a/b/keep", "2")]);
    // It stood in two commits of the same second, and either may be named.
    let moved = sandbox.git(&["rev-parse", "HEAD~1"]);
    assert!([lost(&hold, &commit), lost(&hold, &moved)].contains(&gone(&both)));
    assert_eq!(gone(&[]), lost(&hold, &moved), "its own root needs no mention");
}

#[test]
fn a_shallow_clone_says_that_it_cannot_tell() {
    let (sandbox, _, commit) = held();
    sandbox.commit_files(&[("a", "1")]);
    let from = format!("file://{}", sandbox.dir().display());
    sandbox.git(&["clone", "-q", "--depth=1", &from, "../shallow"]);
    let repo = Repo::open(&sandbox.dir().join("../shallow")).unwrap();
    let head = repo.snapshot(None).unwrap();
    let own = head.commit_id();
    for checkpoint in [None, Some(own.as_str()), Some(commit.as_str())] {
        let survey = look(&repo, &head, &Span { checkpoint, ..EVERYTHING });
        let Found::Unavailable(why) = survey else { panic!("{survey:?}") };
        assert!(why.contains("shallow"), "{why}");
    }
}

/// A clone that leaves out what `filter` says.
fn partial(sandbox: &Sandbox, filter: &str) -> Repo {
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", sandbox.dir().display());
    sandbox.git(&["clone", "-q", &format!("--filter={filter}"), &from, "../partial"]);
    Repo::open(&sandbox.dir().join("../partial")).unwrap()
}

#[test]
fn a_treeless_clone_names_the_folder_that_it_lacks() {
    let (sandbox, _, _) = held();
    let lacks = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    sandbox.commit_files(&[("a", "1")]);
    let repo = partial(&sandbox, "tree:0");
    let survey = look(&repo, &repo.snapshot(None).unwrap(), &EVERYTHING);
    let Found::Unavailable(why) = survey else { panic!("{survey:?}") };
    assert!(why.contains("folder") && why.contains("not in this clone"), "{why}");
    assert!(why.contains(&lacks) || why.contains(&sandbox.git(&["rev-parse", "HEAD~2^{tree}"])), "{why}");
}

#[test]
fn a_clone_without_files_is_enough_where_nothing_is_gone() {
    let (sandbox, _, _) = held();
    sandbox.commit_files(&[("a", "1")]);
    sandbox.commit_files(&[("a", "2"), ("releases/2.7.0/kb.md", "new")]);
    let repo = partial(&sandbox, "blob:none");
    let survey = look(&repo, &repo.snapshot(None).unwrap(), &EVERYTHING);
    assert_eq!(survey, Found::Looked { commits: 4, gone: vec![] });
}

#[test]
fn a_clone_without_files_names_the_one_that_it_needs_to_judge() {
    let (sandbox, hold, _) = held();
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    let repo = partial(&sandbox, "blob:none");
    let survey = look(&repo, &repo.snapshot(None).unwrap(), &EVERYTHING);
    let Found::Unavailable(why) = survey else { panic!("{survey:?}") };
    assert!(why.contains(&hold.id.to_string()), "{why}");
}

#[test]
fn a_commit_that_is_not_here_is_named() {
    let (sandbox, _, commit) = held();
    sandbox.commit_files(&[("a", "1")]);
    std::fs::remove_file(sandbox.dir().join(".git/objects").join(&commit[..2]).join(&commit[2..])).unwrap();
    let Found::Unavailable(why) = survey(&sandbox, &EVERYTHING) else { panic!() };
    assert!(why.contains(&commit), "{why}");
}

#[test]
fn grafts_and_replaced_objects_hide_nothing() {
    let (sandbox, hold, commit) = held();
    hold.remove(&sandbox);
    let head = sandbox.commit_files(&[("a", "1")]);
    sandbox.write(".git/info/grafts", &format!("{head}\n"));
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
    std::fs::remove_file(sandbox.dir().join(".git/info/grafts")).unwrap();
    sandbox.git(&["replace", &commit, &sandbox.git(&["rev-parse", "HEAD~2"])]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
}

#[test]
fn a_repository_with_longer_ids_is_looked_at_as_well() {
    let sandbox = Sandbox::with_format("sha256");
    sandbox.commit_files(&[("policy/0001/policy.toml", "first")]);
    let hold = statement("2.7.0", "hold");
    let commit = hold.commit(&sandbox);
    assert_eq!(looked_at(&sandbox, &Span { checkpoint: Some(&commit), ..EVERYTHING }), 1);
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &commit));
}

/// A history of 1,200 commits, in which a hold is made in the 100th and dropped by a merge in the 600th. The merge
/// is of a branch from before it; the rest changes something else.
fn long(sandbox: &Sandbox, hold: &Statement) {
    let mut stream = String::new();
    for number in 1..=1_200 {
        let time = 1_000_000 + number;
        stream.push_str(&format!(
            "commit refs/heads/main\nmark :{number}\ncommitter A <a@example.com> {time} +0000\ndata 0\n"
        ));
        match number {
            1 => stream.push_str("M 100644 inline policy/0001/policy.toml\ndata 5\nfirst\n"),
            600 => stream.push_str("from :99\nmerge :599\n"),
            _ => stream.push_str(&format!("from :{}\n", number - 1)),
        }
        if number == 100 {
            for (path, text) in [(hold.path.clone(), hold.text.as_str()), (format!("{}.sig", hold.path), "signed")] {
                stream.push_str(&format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len()));
            }
        }
        let text = number.to_string();
        stream.push_str(&format!("M 100644 inline other\ndata {}\n{text}\n", text.len()));
    }
    sandbox.git_with(&["fast-import", "--quiet"], &stream);
    sandbox.git(&["reset", "-q", "--hard"]);
}

#[test]
fn looks_at_all_of_a_long_history_and_at_no_more_than_that() {
    for format in ["sha1", "sha256"] {
        let sandbox = Sandbox::with_format(format);
        let hold = statement("2.7.0", "hold");
        long(&sandbox, &hold);
        // On the first parents' way there are 601 commits since the merge and 99 before it.
        let ago = |commits: usize| sandbox.git(&["rev-parse", &format!("HEAD~{commits}")]);
        let (made, merged, before) = (sandbox.git(&["rev-parse", "HEAD~600^2~499"]), ago(600), ago(650));
        let checkpoints = [None, Some(made.as_str()), Some(merged.as_str()), Some(before.as_str())];
        let numbers = checkpoints.map(|checkpoint| match survey(&sandbox, &Span { checkpoint, ..EVERYTHING }) {
            Found::Looked { commits, gone } => (commits, gone.len()),
            other => panic!("{other:?}"),
        });
        assert_eq!(numbers, [(1_200, 1), (1_101, 1), (601, 0), (1_151, 1)]);
    }
}

#[test]
fn a_forged_commit_graph_is_not_asked() {
    let sandbox = Sandbox::new();
    let hold = statement("2.7.0", "hold");
    long(&sandbox, &hold);
    // One that was written where the hold never was: git would believe it, and find nothing.
    let forged = Sandbox::new();
    forged.commit_files(&[("other", "1")]);
    forged.git(&["commit-graph", "write", "--no-progress", "--reachable", "--changed-paths"]);
    let info = "objects/info/commit-graph";
    std::fs::copy(forged.dir().join(".git").join(info), sandbox.dir().join(".git").join(info)).unwrap();
    assert_eq!(gone(&sandbox, &EVERYTHING).len(), 1);
}

/// A commit of HEAD's tree whose lines after `tree` are these, with one as git writes it on top of it.
fn odd_commit(sandbox: &Sandbox, lines: &str) -> String {
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let odd = sandbox.object("commit", format!("tree {tree}\n{lines}\n\nodd\n").as_bytes());
    commit_on(sandbox, &tree, &odd);
    odd
}

/// A commit of a tree behind which another one lies, written without git's looking at that one.
fn commit_on(sandbox: &Sandbox, tree: &str, parent: &str) {
    let made = "A <a@example.com> 1700000000 +0000";
    let text = format!("tree {tree}\nparent {parent}\nauthor {made}\ncommitter {made}\n\nlater\n");
    let commit = sandbox.object("commit", text.as_bytes());
    sandbox.write(".git/refs/heads/main", &format!("{commit}\n"));
}

const AUTHOR: &str = "author A <a@example.com> 1700000000 +0000";
const COMMITTER: &str = "committer A <a@example.com> 1700000000 +0000";

#[test]
fn only_the_lines_right_after_the_tree_name_parents() {
    for fake in ["1".repeat(40), "zz".to_owned()] {
        let (sandbox, _, hold) = held();
        odd_commit(&sandbox, &format!("parent {hold}\n{AUTHOR}\nparent {fake}\n{COMMITTER}\nparent {fake}"));
        assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "4", "git itself follows none of them");
        assert_eq!(looked_at(&sandbox, &EVERYTHING), 4, "{fake}");
    }
}

#[test]
fn an_old_commit_whose_parents_are_no_ids_is_named() {
    let (sandbox, _, hold) = held();
    for bad in ["zz".to_owned(), hold[..39].to_owned(), format!("{hold}0"), format!("{hold} ")] {
        let odd = odd_commit(&sandbox, &format!("parent {bad}\n{AUTHOR}\n{COMMITTER}"));
        let Found::Unreadable(why) = survey(&sandbox, &EVERYTHING) else { panic!("{bad}") };
        assert!(why.contains(&odd), "{why}");
        let repo = sandbox.repo();
        let head = repo.snapshot(None).unwrap();
        assert!(repo.contains(&head.commit_id(), &head.commit_id()).unwrap(), "what is newer can be walked");
        sandbox.write(".git/refs/heads/main", &format!("{hold}\n"));
    }
}

#[test]
fn an_old_tree_is_a_commit_or_cut_off_and_is_named() {
    let (sandbox, _, hold) = held();
    let cut = sandbox.object("tree", b"100644 a\0abc");
    let policy = sandbox.git(&["rev-parse", "HEAD:policy"]);
    let whole = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let inside =
        [b"40000 policy\0".to_vec(), Sandbox::raw_id(&policy), b"40000 releases\0".to_vec(), Sandbox::raw_id(&cut)];
    let below = sandbox.object("tree", &inside.concat());
    for (tree, named) in [(&hold, &hold), (&cut, &cut), (&below, &cut)] {
        let odd =
            sandbox.object("commit", format!("tree {tree}\nparent {hold}\n{AUTHOR}\n{COMMITTER}\n\nodd\n").as_bytes());
        commit_on(&sandbox, &whole, &odd);
        let Found::Unreadable(why) = survey(&sandbox, &EVERYTHING) else { panic!("{tree}") };
        assert!(why.contains(named), "{why}");
    }
}

#[test]
fn a_mode_of_many_digits_is_the_mode_that_it_stands_for() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/0001/policy.toml", "first")]);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let whole = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let hold = statement("2.7.0", "hold");
    let entry =
        |mode: &str, name: &str, id: &str| [format!("{mode} {name}\0").into_bytes(), Sandbox::raw_id(id)].concat();
    let name = format!("{}.toml", hold.id);
    let files = [
        entry("000000100644", &name, &sandbox.blob(&hold.text)),
        entry("7000000100644", &format!("{name}.sig"), &sandbox.blob("signed")),
    ];
    let mut tree = sandbox.object("tree", &files.concat());
    for folder in ["ledger", "2.7.0", "releases"] {
        tree = sandbox.object("tree", &entry("00000000000000040000", folder, &tree));
    }
    let odd =
        sandbox.object("commit", format!("tree {tree}\nparent {before}\n{AUTHOR}\n{COMMITTER}\n\nodd\n").as_bytes());
    let listed = sandbox.git(&["ls-tree", "-r", &odd]);
    assert_eq!(listed.matches("100644 blob").count(), 2, "git reads it so: {listed}");
    commit_on(&sandbox, &whole, &odd);
    assert_eq!(gone(&sandbox, &EVERYTHING), lost(&hold, &odd));
}

#[test]
fn what_lies_behind_the_checkpoint_need_not_be_readable() {
    let (sandbox, _, _) = held();
    odd_commit(&sandbox, &format!("parent zz\n{AUTHOR}\n{COMMITTER}"));
    let checkpoint = sandbox.git(&["rev-parse", "main"]);
    commit_on(&sandbox, &sandbox.git(&["rev-parse", "main^{tree}"]), &checkpoint);
    assert_eq!(looked_at(&sandbox, &Span { checkpoint: Some(&checkpoint), ..EVERYTHING }), 2);
}

#[test]
fn a_policy_of_more_digits_is_looked_at_and_another_spelling_of_a_number_is_none() {
    let (sandbox, _, _) = held();
    let odd = ["policy/00002/policy.toml", "policy/0000/policy.toml", "policy/+0002/policy.toml"];
    let files = ["policy/10000/policy.toml", odd[0], odd[1], odd[2]];
    sandbox.commit_files(&files.map(|it| (it, it)));
    sandbox.git(&[&["rm", "-q"], &files[..]].concat());
    sandbox.commit_files(&[("a", "1")]);
    let [Gone::Policy { folder, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!(folder, "10000");
}
