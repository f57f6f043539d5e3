//! The naive model: every commit listed with the `git` program, and the same answer asked of both.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{Found, look};
use super::{Gone, Span};
use crate::repo::Repo;
use crate::repo::sandbox::Sandbox;
use holdpoint_core::digest::Digest;

/// What one commit of a random history does: its parents, counted backwards, its time, and a few changes of files.
#[derive(Debug, Clone)]
struct Step {
    parents: Vec<usize>,
    time: u32,
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Entry { root: usize, release: usize, entry: usize, signature: usize },
    Executable { root: usize, release: usize, entry: usize },
    Policy { root: usize, number: usize, text: usize },
    Remove { which: usize },
    Other(u8),
}

const ROOTS: [&str; 2] = ["", "sub/"];

fn change() -> impl Strategy<Value = Change> {
    let place = || (0..2_usize, 0..2_usize, 0..3_usize);
    prop_oneof![
        4 => (place(), 0..2_usize).prop_map(|((root, release, entry), signature)| Change::Entry { root, release, entry, signature }),
        1 => place().prop_map(|(root, release, entry)| Change::Executable { root, release, entry }),
        1 => place().prop_map(|(root, number, text)| Change::Policy { root, number, text }),
        2 => (0..100_usize).prop_map(|which| Change::Remove { which }),
        2 => any::<u8>().prop_map(Change::Other),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let parents = prop_oneof![3 => prop::collection::vec(1..4_usize, 1), 1 => prop::collection::vec(1..5_usize, 2..4)];
    (parents, 0..50_u32, prop::collection::vec(change(), 0..3)).prop_map(|(parents, time, changes)| Step {
        parents,
        time,
        changes,
    })
}

/// Files by path, each with its mode and text.
type Files = BTreeMap<String, (&'static str, String)>;

fn entry(root: usize, release: usize, entry: usize) -> (String, String) {
    let text =
        format!("holdpoint = 1\nkind = \"hold\"\nproject = \"p\"\nrelease = \"{release}.0.0\"\nstatement {entry}");
    (format!("{}releases/{release}.0.0/ledger/{}.toml", ROOTS[root], Digest::of(text.as_bytes())), text)
}

fn apply(change: &Change, files: &mut Files) {
    match change {
        Change::Entry { root, release, entry: number, signature } => {
            let (path, text) = entry(*root, *release, *number);
            files.insert(format!("{path}.sig"), ("100644", format!("signature {signature}")));
            files.insert(path, ("100644", text));
        }
        Change::Executable { root, release, entry: number } => {
            let (path, text) = entry(*root, *release, *number);
            files.insert(path, ("100755", text));
        }
        Change::Policy { root, number, text } => {
            files.insert(
                format!("{}policy/000{}/policy.toml", ROOTS[*root], number + 1),
                ("100644", format!("version = {}\n# policy {text}\n", number + 1)),
            );
        }
        Change::Remove { which } => {
            let path = files.keys().nth(which % files.len().max(1)).cloned();
            path.map(|it| files.remove(&it));
        }
        Change::Other(text) => {
            files.insert("other/file".to_owned(), ("100644", text.to_string()));
        }
    }
}

/// Makes the history with one `git fast-import`; the last commit becomes HEAD. Gives the ids, oldest first.
fn build(sandbox: &Sandbox, steps: &[Step]) -> Vec<String> {
    let mut stream = String::new();
    let mut trees: Vec<Files> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let parents: BTreeSet<usize> = step.parents.iter().filter_map(|it| number.checked_sub(*it)).collect();
        // An empty policy folder's place keeps the root where it is.
        let mut files = parents.first().map(|it| trees[*it].clone()).unwrap_or_default();
        files.insert("policy/keep".to_owned(), ("100644", String::new()));
        step.changes.iter().for_each(|it| apply(it, &mut files));
        stream.push_str(&format!(
            "reset refs/heads/work\ncommit refs/heads/work\nmark :{}\ncommitter A <a@example.com> {} +0000\ndata 0\n",
            number + 1,
            step.time + 1
        ));
        for (at, parent) in parents.iter().enumerate() {
            stream.push_str(&format!("{} :{}\n", if at == 0 { "from" } else { "merge" }, parent + 1));
        }
        stream.push_str("deleteall\n");
        for (path, (mode, text)) in &files {
            stream.push_str(&format!("M {mode} inline {path}\ndata {}\n{text}\n", text.len()));
        }
        trees.push(files);
    }
    stream.push_str(&format!("reset refs/heads/main\nfrom :{}\n", steps.len()));
    sandbox.git_with(&["fast-import", "--quiet", "--export-marks=marks"], &stream);
    let marks: BTreeMap<usize, String> = sandbox
        .read("marks")
        .lines()
        .map(|it| it[1..].split_once(' ').unwrap())
        .map(|(number, id)| (number.parse().unwrap(), id.to_owned()))
        .collect();
    marks.into_values().collect()
}

/// What a commit holds: entries by release, name and both ids, and policies by number and id.
fn standing(sandbox: &Sandbox, commit: &str, roots: &[&str]) -> BTreeSet<Vec<String>> {
    let list = sandbox.git(&["ls-tree", "-r", commit]);
    let files: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|it| it.strip_prefix("100644 blob "))
        .map(|it| it.split_once('\t').map(|(id, path)| (path, id)).unwrap())
        .collect();
    let mut found = BTreeSet::new();
    for (path, id) in &files {
        for root in roots {
            let Some(path_there) = path.strip_prefix(root) else { continue };
            let parts: Vec<&str> = path_there.split('/').collect();
            match parts[..] {
                ["releases", version, "ledger", name] if name.ends_with(".toml") => {
                    if let Some(signature) = files.get(format!("{path}.sig").as_str()) {
                        found.insert([version, name, id, signature].map(str::to_owned).to_vec());
                    }
                }
                ["policy", number, "policy.toml"] => drop(found.insert([number, id].map(str::to_owned).to_vec())),
                _ => {}
            }
        }
    }
    found
}

/// The releases and names of entries, and the numbers of policies, that some commit has and HEAD has not.
fn expected(sandbox: &Sandbox, checkpoint: Option<&str>) -> BTreeSet<Vec<String>> {
    let present = standing(sandbox, "main", &[""]);
    let commits = match checkpoint {
        Some(commit) => sandbox.git(&["rev-list", "main", &format!("^{commit}")]) + "\n" + commit,
        None => sandbox.git(&["rev-list", "main"]),
    };
    let all: BTreeSet<Vec<String>> =
        commits.lines().filter(|it| !it.is_empty()).flat_map(|it| standing(sandbox, it, &ROOTS)).collect();
    all.difference(&present).map(|it| it[..it.len() / 2].to_vec()).collect()
}

fn named(gone: &[Gone]) -> BTreeSet<Vec<String>> {
    let name = |it: &Gone| match it {
        Gone::Entry { version, id, .. } => vec![version.clone(), format!("{id}.toml")],
        Gone::Policy { folder, .. } => vec![folder.clone()],
    };
    gone.iter().map(name).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn agrees_with_listing_every_commit(steps in prop::collection::vec(step(), 2..14), at in 0..14_usize) {
        let sandbox = Sandbox::new();
        let ids = build(&sandbox, &steps);
        sandbox.git(&["reset", "-q", "--hard", "main"]);
        let repo: Repo = sandbox.repo();
        let head = repo.snapshot(None).unwrap();
        let roots = [String::new(), "sub".to_owned()];
        let span = |checkpoint| Span { checkpoint, roots: &roots, proved: &[] };
        let gone = |checkpoint| look(&repo, &head, &span(checkpoint));
        let Found::Looked { gone: whole, .. } = gone(None) else { panic!() };
        prop_assert_eq!(named(&whole), expected(&sandbox, None));
        let checkpoint = ids[at % ids.len()].as_str();
        let behind = sandbox.git(&["rev-list", "main"]).contains(checkpoint);
        match gone(Some(checkpoint)) {
            Found::Looked { gone, .. } => {
                prop_assert!(behind);
                // Times are false here, so it may have looked at too much: never at more than the whole.
                let (found, least) = (named(&gone), expected(&sandbox, Some(checkpoint)));
                prop_assert!(least.is_subset(&found), "{least:?} {found:?}");
                prop_assert!(found.is_subset(&named(&whole)));
            }
            Found::CheckpointLost => prop_assert!(!behind),
            Found::TooLarge(why) => prop_assert!(false, "{}", why),
            Found::Unavailable(why) | Found::Unreadable(why) => prop_assert!(false, "{}", why),
        }
    }
}
