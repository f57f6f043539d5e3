//! The past: whether every entry and every adopted policy that stood in an older commit stands in this one.
//!
//! The shell says what older commits held and this one does not; here it is judged whether any of it was ever valid. What
//! never was may go.

use std::collections::BTreeSet;

use crate::content::Content;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::{Person, Version, escaped};
use crate::policy::{Chain, PolicyFiles, folder};

/// What was found when older commits were looked at.
#[derive(Debug, Clone)]
pub enum Survey {
    /// Every commit since the checkpoint was looked at.
    Looked {
        /// How many; those that are known to be proved are not among them.
        commits: usize,
        /// What stood in one of them and does not stand in this one as it was.
        gone: Vec<Gone>,
    },
    /// Not all of them are here: why, in a sentence.
    Unavailable(String),
    /// The checkpoint does not lie behind this commit.
    CheckpointLost,
}

/// What stood in an older commit and does not stand in this one as it was.
#[derive(Debug, Clone)]
pub enum Gone {
    /// A file of a ledger that is named like a statement.
    Entry {
        /// The release folder.
        version: String,
        /// The file: 64 digits and `.toml`.
        name: String,
        /// A commit where it stood.
        commit: String,
        /// Its bytes.
        statement: Content,
        /// Every signature that ever stood beside it.
        signatures: Vec<Content>,
    },
    /// The folder of a policy.
    Policy {
        /// Its name: `0002`.
        folder: String,
        /// A commit where it stood.
        commit: String,
        /// Its files, by name.
        files: PolicyFiles,
    },
}

/// The judged past of a commit.
#[derive(Debug, Clone, Default)]
pub struct Past {
    commits: usize,
    findings: Vec<Finding>,
}

impl Past {
    /// Judges what was found. `short` is the commit that is judged.
    pub fn of(survey: &Survey, chain: &Chain, short: &str) -> Self {
        match survey {
            Survey::Looked { commits, gone } => {
                let mut told = BTreeSet::new();
                let lost = gone.iter().filter_map(|it| lost(it, chain)).filter(|it| told.insert(it.about.clone()));
                Self { commits: *commits, findings: lost.collect() }
            }
            Survey::Unavailable(why) => Self { commits: 0, findings: vec![unavailable(short, why)] },
            Survey::CheckpointLost => Self { commits: 0, findings: vec![checkpoint_lost(chain)] },
        }
    }

    /// How many commits were looked at.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// What speaks against relying on this commit.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether all that was signed since the checkpoint stands.
    pub fn is_proved(&self) -> bool {
        self.findings.is_empty()
    }
}

/// What a commit says where older ones are missing.
pub fn unavailable(short: &str, why: &str) -> Finding {
    let message = format!("{why}, so it cannot be told whether something signed disappeared");
    Finding::new(Code::HistoryUnavailable, short, message)
        .next("git fetch --unshallow   (in GitHub Actions: `fetch-depth: 0` for actions/checkout)")
}

fn checkpoint_lost(chain: &Chain) -> Finding {
    let policy = chain.current();
    let checkpoint = policy.checkpoint().unwrap_or_default();
    let message = format!(
        "the commit from which policy {} has everything proved is not behind this one: history was rewritten",
        policy.number()
    );
    Finding::new(Code::CheckpointLost, checkpoint, message)
        .who(people(chain))
        .next(format!("find the branch that has it: git branch -a --contains {checkpoint}"))
}

/// The people who can say what a lost policy or history was: the owners.
fn people(chain: &Chain) -> Vec<Person> {
    chain.current().owners().members.iter().cloned().collect()
}

/// The finding for something that was valid, and is gone.
fn lost(gone: &Gone, chain: &Chain) -> Option<Finding> {
    match gone {
        Gone::Entry { version, name, commit, statement, signatures } => {
            lost_entry(version, name, commit, statement, signatures, chain)
        }
        Gone::Policy { folder, commit, files } => lost_policy(folder, commit, files, chain),
    }
}

fn lost_entry(
    version: &str,
    name: &str,
    commit: &str,
    statement: &Content,
    signatures: &[Content],
    chain: &Chain,
) -> Option<Finding> {
    let release: Version = version.parse().ok()?;
    let id: Digest = name.strip_suffix(".toml")?.parse().ok()?;
    let path = format!("releases/{release}/ledger/{id}.toml");
    let gone = || matches!(statement, Content::Gone) || signatures.iter().any(|it| matches!(it, Content::Gone));
    let told = |what: String| {
        let message = format!("{what} stands in commit {}, and not in this one as it was", short(commit));
        Finding::new(Code::HistoryRewritten, path.clone(), message)
            .next(format!("git checkout {} -- '{path}*'   and commit it", short(commit)))
    };
    let bytes = statement.bytes().filter(|it| Digest::of(it) == id);
    let entry = bytes.and_then(|bytes| {
        let mut armors = signatures.iter().filter_map(Content::bytes);
        armors.find_map(|armor| Entry::read(bytes, armor, chain, &release).ok())
    });
    match entry {
        Some(Entry { statement, .. }) => {
            let what = format!("the `{}` by {}", statement.act.kind(), statement.by);
            Some(told(what).who([statement.by.clone()]).since(statement.at))
        }
        // Its bytes are not in this clone, so nobody can tell here that it never was valid.
        None if gone() => Some(unavailable(&path, &format!("the bytes of `{path}` are not in this clone"))),
        None => None,
    }
}

fn lost_policy(name: &str, commit: &str, files: &PolicyFiles, chain: &Chain) -> Option<Finding> {
    let number: u64 = name.parse().ok().filter(|it| folder(*it) == name)?;
    let placed: PolicyFiles = files.iter().map(|(file, it)| (format!("{name}/{file}"), it.clone())).collect();
    let path = format!("policy/{name}");
    if files.values().any(|it| matches!(it, Content::Gone)) {
        return Some(unavailable(&path, &format!("the files of `{path}` in {} are not in this clone", short(commit))));
    }
    let before = chain.adopted_elsewhere(number, &placed)?;
    let commit = short(&escaped(commit));
    let finding = match chain.of_number(number) {
        Some(_) => {
            let message = format!(
                "policy {} has two successors, each signed by its owners: the one here and the one of commit {commit}",
                before.number()
            );
            Finding::new(Code::PolicyFork, path.clone(), message)
                .next(format!("the owners say which one holds; to see the other: git show {commit}:{path}/policy.toml"))
        }
        None => {
            let message = format!("policy {number} was adopted in commit {commit}, and is not here");
            Finding::new(Code::HistoryRewritten, path.clone(), message)
                .next(format!("git checkout {commit} -- {path}   and commit it"))
        }
    };
    Some(finding.who(people(chain)))
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
