//! What branches add, by the bytes of their commits alone.

use super::*;
use crate::repo::sandbox::Sandbox;

const ID: &str = "aa";

fn entry(sandbox: &Sandbox, text: &str) -> String {
    let path = format!("releases/2.7.0/ledger/{ID}.toml");
    sandbox.commit_files(&[(&path, text), (&format!("{path}.sig"), "signature")])
}

/// A record with one release, and a branch `name` that adds an entry to it and is left again.
fn with_branch(name: &str) -> (Sandbox, String, String) {
    let sandbox = Sandbox::new();
    let base = sandbox.commit_files(&[("releases/2.7.0/kb.md", "kb"), ("policy/a", "x")]);
    sandbox.git(&["checkout", "-q", "-b", name]);
    let tip = entry(&sandbox, "hold");
    sandbox.git(&["checkout", "-q", "main"]);
    (sandbox, base, tip)
}

fn additions(sandbox: &Sandbox, known: &[&str]) -> Additions {
    let repo = sandbox.repo();
    let tips = repo.tips(true, &|it| it.starts_with("holdpoint/")).unwrap();
    let known: Vec<String> = known.iter().map(|it| (*it).to_owned()).collect();
    repo.additions(&tips.known, "", &[""].into(), &known).unwrap()
}

#[test]
fn a_branch_adds_what_its_commits_add_also_where_it_removes_it_again() {
    let (sandbox, base, _) = with_branch("holdpoint/anything");
    for _ in 0..2 {
        let found = additions(&sandbox, &[&base]);
        let added: Vec<&str> = found.added.iter().map(|it| std::str::from_utf8(&it.statement).unwrap()).collect();
        assert_eq!(added, ["hold"]);
        assert_eq!(found.branches, ["holdpoint/anything".to_owned()].into());
        sandbox.git(&["checkout", "-q", "holdpoint/anything"]);
        if sandbox.git(&["ls-files", "releases/2.7.0/ledger"]).is_empty() {
            break;
        }
        sandbox.git(&["rm", "-q", "-r", "releases/2.7.0/ledger"]);
        sandbox.git(&["commit", "-q", "-m", "remove"]);
        sandbox.git(&["checkout", "-q", "main"]);
    }
}

#[test]
fn a_branch_that_is_merged_or_whose_entries_the_record_has_adds_nothing() {
    let (sandbox, base, tip) = with_branch("holdpoint/x");
    assert!(additions(&sandbox, &[&tip]).added.is_empty());
    assert!(additions(&sandbox, &[&base, &tip]).added.is_empty(), "the branch of record has it");
    sandbox.commit_files(&[("a", "1")]);
    let squashed = entry(&sandbox, "hold");
    assert_ne!(squashed, tip);
    let found = additions(&sandbox, &[&squashed]);
    assert!(found.added.is_empty() && found.branches.is_empty());
    assert_eq!(found.commits, 0);
}

#[test]
fn what_stood_before_the_branch_began_is_not_added_by_it() {
    let sandbox = Sandbox::new();
    entry(&sandbox, "old");
    sandbox.git(&["checkout", "-q", "-b", "holdpoint/x"]);
    sandbox.commit_files(&[("a", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["rm", "-q", "-r", "releases"]);
    sandbox.git(&["commit", "-q", "-m", "checkpoint"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    assert!(additions(&sandbox, &[&head]).added.is_empty());
}

#[test]
fn each_signature_beside_a_statement_is_found() {
    let (sandbox, base, _) = with_branch("holdpoint/x");
    sandbox.git(&["checkout", "-q", "-b", "holdpoint/y", "main"]);
    let path = format!("releases/2.7.0/ledger/{ID}.toml");
    sandbox.commit_files(&[(&path, "hold"), (&format!("{path}.sig"), "another signature")]);
    sandbox.git(&["checkout", "-q", "main"]);
    let found = additions(&sandbox, &[&base]);
    assert_eq!(found.added.iter().map(|it| it.signature.len()).collect::<Vec<_>>(), [9, 17]);
}

#[test]
fn two_histories_meet_where_git_says_whatever_times_they_claim() {
    let sandbox = Sandbox::new();
    let base = sandbox.commit_files(&[("a", "1")]);
    let dated = |date: &str, file: &str| {
        sandbox.write(file, date);
        sandbox.git(&["add", file]);
        sandbox.git(&["-c", "user.name=x", "commit", "-q", "-m", "x"]);
        // The same tree and parent, and another time.
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let parent = sandbox.git(&["rev-parse", "HEAD^"]);
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor A <a@example.com> {date} +0000\ncommitter A <a@example.com> {date} +0000\n\nx\n"
        );
        let id = sandbox.object("commit", text.as_bytes());
        sandbox.git(&["reset", "-q", "--hard", &id]);
        id
    };
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    dated("1", "b");
    let side = dated("9999999999", "c");
    sandbox.git(&["checkout", "-q", "main"]);
    let middle = dated("2", "d");
    sandbox.git(&["merge", "-q", "-m", "merge", &side]);
    let main = sandbox.git(&["rev-parse", "HEAD"]);
    let repo = sandbox.repo();
    assert_eq!(repo.meeting_points(&middle, &side).unwrap(), [base]);
    assert_eq!(repo.meeting_points(&main, &side).unwrap(), std::slice::from_ref(&side));
    let other = Sandbox::new();
    other.commit_files(&[("x", "1")]);
    sandbox.git(&["fetch", "-q", other.dir().to_str().unwrap(), "main:unrelated"]);
    let unrelated = sandbox.git(&["rev-parse", "unrelated"]);
    assert!(repo.meeting_points(&main, &unrelated).unwrap().is_empty());
}

#[test]
fn a_commit_that_is_missing_behind_a_branch_is_told_and_one_behind_the_record_is_not() {
    let (sandbox, base, _) = with_branch("holdpoint/x");
    sandbox.git(&["checkout", "-q", "holdpoint/x"]);
    let lost = sandbox.commit_files(&[("a", "1")]);
    let tip = sandbox.commit_files(&[("a", "2")]);
    sandbox.git(&["checkout", "-q", "main"]);
    let remove = |id: &str| {
        let (folder, file) = id.split_at(2);
        std::fs::remove_file(sandbox.dir().join(".git/objects").join(folder).join(file)).unwrap();
    };
    assert!(additions(&sandbox, &[&base]).unread.is_empty());
    remove(&lost);
    let unread = additions(&sandbox, &[&base]).unread;
    assert!(unread["holdpoint/x"].contains(&lost), "{unread:?}");
    assert!(additions(&sandbox, &[&tip]).unread.is_empty(), "it lies behind the record");
}
