use super::*;
use crate::repo::sandbox::Sandbox;

/// A statement, its name and its path in the ledger of a release.
struct Statement {
    text: String,
    id: Digest,
    path: String,
}

fn statement(version: &str, text: &str) -> Statement {
    let id = Digest::of(text.as_bytes());
    Statement { text: text.to_owned(), id, path: format!("releases/{version}/ledger/{id}.toml") }
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

fn survey(sandbox: &Sandbox, span: &Span<'_>) -> Survey {
    let repo = sandbox.repo();
    let head = repo.snapshot(None).unwrap();
    repo.past(&head, span).unwrap()
}

fn gone(sandbox: &Sandbox, span: &Span<'_>) -> Vec<Gone> {
    match survey(sandbox, span) {
        Survey::Looked { gone, .. } => gone,
        other => panic!("{other:?}"),
    }
}

fn looked_at(sandbox: &Sandbox, span: &Span<'_>) -> usize {
    match survey(sandbox, span) {
        Survey::Looked { commits, gone } if gone.is_empty() => commits,
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
    let copy = statement("2.8.0", "hold");
    let commit = copy.commit(&sandbox);
    copy.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    let [Gone::Entry { version, id, commit: at, .. }] = &gone(&sandbox, &EVERYTHING)[..] else { panic!() };
    assert_eq!((version.as_str(), *id, at), ("2.8.0", hold.id, &commit));
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
    let file = |text: &str| Blob::Bytes(text.as_bytes().to_vec());
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
        assert_eq!(survey(&sandbox, &Span { checkpoint: Some(lost), ..EVERYTHING }), Survey::CheckpointLost, "{lost}");
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
    let gone = |roots: &[String]| match repo.past(&repo.snapshot(None).unwrap(), &Span { roots, ..EVERYTHING }).unwrap()
    {
        Survey::Looked { gone, .. } => gone,
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
        let survey = repo.past(&head, &Span { checkpoint, ..EVERYTHING }).unwrap();
        let Survey::Unavailable(why) = survey else { panic!("{survey:?}") };
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
    let survey = repo.past(&repo.snapshot(None).unwrap(), &EVERYTHING).unwrap();
    let Survey::Unavailable(why) = survey else { panic!("{survey:?}") };
    assert!(why.contains("folder") && why.contains("not in this clone"), "{why}");
    assert!(why.contains(&lacks) || why.contains(&sandbox.git(&["rev-parse", "HEAD~2^{tree}"])), "{why}");
}

#[test]
fn a_clone_without_files_is_enough_where_nothing_is_gone() {
    let (sandbox, _, _) = held();
    sandbox.commit_files(&[("a", "1")]);
    sandbox.commit_files(&[("a", "2"), ("releases/2.7.0/kb.md", "new")]);
    let repo = partial(&sandbox, "blob:none");
    let survey = repo.past(&repo.snapshot(None).unwrap(), &EVERYTHING).unwrap();
    assert_eq!(survey, Survey::Looked { commits: 4, gone: vec![] });
}

#[test]
fn a_clone_without_files_names_the_one_that_it_needs_to_judge() {
    let (sandbox, hold, _) = held();
    hold.remove(&sandbox);
    sandbox.commit_files(&[("a", "1")]);
    let repo = partial(&sandbox, "blob:none");
    let survey = repo.past(&repo.snapshot(None).unwrap(), &EVERYTHING).unwrap();
    let Survey::Unavailable(why) = survey else { panic!("{survey:?}") };
    assert!(why.contains(&hold.id.to_string()), "{why}");
}

#[test]
fn a_commit_that_is_not_here_is_named() {
    let (sandbox, _, commit) = held();
    sandbox.commit_files(&[("a", "1")]);
    std::fs::remove_file(sandbox.dir().join(".git/objects").join(&commit[..2]).join(&commit[2..])).unwrap();
    let Survey::Unavailable(why) = survey(&sandbox, &EVERYTHING) else { panic!() };
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

#[test]
fn more_lost_files_than_can_be_read_are_not_judged_in_part() {
    let (sandbox, _, _) = held();
    let text = "x".repeat(1 << 20);
    for number in 0..70 {
        sandbox.write(&format!("policy/0001/{number}"), &format!("{number}{}", &text[10..]));
    }
    sandbox.git(&["add", "."]);
    sandbox.commit_files(&[("a", "1")]);
    sandbox.commit_files(&[("policy/0001/policy.toml", "other")]);
    let Survey::Unavailable(why) = survey(&sandbox, &EVERYTHING) else { panic!() };
    assert!(why.contains("64 MiB"), "{why}");
}
