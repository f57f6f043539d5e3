//! The past: whether every entry and every adopted policy that stood in an older commit stands in this one.
//!
//! The shell says what older commits held and this one does not; here it is judged whether any of it was ever valid. What
//! never was may go.

use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::{Person, Version};
use crate::policy::{Chain, PolicyFiles, folder};

/// What stood in an older commit and does not stand in this one as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// A statement in a ledger: a file that is named by its digest.
    Entry {
        /// The release folder.
        version: String,
        /// The digest that its name says and its bytes have.
        id: Digest,
        /// A commit where it stood.
        commit: String,
        /// Its bytes.
        statement: Vec<u8>,
        /// Every signature that ever stood beside it and does not now.
        signatures: Vec<Vec<u8>>,
    },
    /// The folder of a policy, whose `policy.toml` is another now.
    Policy {
        /// Its name: `0002`.
        folder: String,
        /// A commit where it stood.
        commit: String,
        /// Its plain files, by name.
        files: PolicyFiles,
    },
}

/// The judged past of a commit.
#[derive(Debug, Clone, Default)]
pub struct Past {
    commits: usize,
    findings: Vec<Finding>,
    unreadable: bool,
}

impl Past {
    /// A past of which so many commits were looked at, with what is lost of it.
    pub fn looked_at(commits: usize, findings: Vec<Finding>) -> Self {
        Self { commits, findings, unreadable: false }
    }

    /// A past that cannot be told, and why.
    pub fn untold(finding: Finding) -> Self {
        Self { commits: 0, findings: vec![finding], unreadable: false }
    }

    /// A past with something in it that is there and cannot be read, in this clone or in every one; or with too much of it.
    pub fn unreadable(finding: Finding) -> Self {
        Self { unreadable: true, ..Self::untold(finding) }
    }

    /// Whether something of it is there and cannot be read. Where that is so in every clone, only the owners can end it, by a
    /// checkpoint behind it.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// How many commits were looked at; those that are known to be proved are not among them.
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

/// What to say where older commits, or what they hold, are missing: why, in a sentence, and how to get them. `short` is the
/// commit that is judged.
pub fn unavailable(short: &str, why: &str, next: &str) -> Finding {
    let message = format!("{why}, so it cannot be told whether something signed disappeared");
    Finding::new(Code::HistoryUnavailable, short, message).next(next)
}

/// What to say where the checkpoint does not lie behind the commit that is judged.
pub fn checkpoint_lost(chain: &Chain) -> Finding {
    let policy = chain.current();
    let checkpoint = policy.checkpoint().unwrap_or_default();
    let message = format!(
        "the commit from which policy {} has everything proved is not behind this one: history was rewritten",
        policy.number()
    );
    Finding::new(Code::CheckpointLost, checkpoint, message).who(people(chain)).next(format!(
        "git branch -a --contains {checkpoint}   to find the branch that has it, then bring this one back there"
    ))
}

/// What to say where older commits hold more than is looked at: why, in a sentence. `short` is the commit that is judged.
pub fn too_large(chain: &Chain, short: &str, why: &str) -> Finding {
    let message = format!("{why}, so it cannot be told whether something signed disappeared");
    Finding::new(Code::HistoryTooLarge, short, message)
        .who(people(chain))
        .next("holdpoint policy propose --checkpoint   (then: holdpoint policy sign; holdpoint policy adopt)")
}

/// What to say where this commit, branches and older commits together hold more statements than one run reads: why, in a sentence.
/// What is no entry can be removed, and then stands in older commits alone.
pub fn too_many_statements(chain: &Chain, short: &str, why: &str) -> Finding {
    let message = format!("{why}, so it cannot be told what they say");
    Finding::new(Code::HistoryTooLarge, short, message).who(people(chain)).next(
        "git log --stat -- 'releases/*/ledger'   then remove what is no entry, and commit; then: holdpoint policy propose \
         --checkpoint   (then: holdpoint policy sign; holdpoint policy adopt)",
    )
}

/// The people who can say what a lost policy or history was: the owners.
fn people(chain: &Chain) -> Vec<Person> {
    chain.current().owners().members.iter().cloned().collect()
}

/// The finding for something that is gone, if it was valid; what never was may go.
pub fn lost(gone: &Gone, chain: &Chain) -> Option<Finding> {
    match gone {
        Gone::Entry { version, id, commit, statement, signatures } => {
            let release: Version = version.parse().ok()?;
            let entry = signatures.iter().find_map(|it| Entry::read(statement, it, chain, &release).ok())?;
            (entry.id == *id).then(|| lost_entry(&entry, commit))
        }
        Gone::Policy { folder, commit, files } => lost_policy(folder, commit, files, chain),
    }
}

/// Whether these two files are the entry that is gone, with another signature: whoever signs again with a key that never signs
/// the same way twice takes nothing away.
pub fn stands(gone: &Gone, statement: &[u8], signature: &[u8], chain: &Chain) -> bool {
    let Gone::Entry { version, id, .. } = gone else { return false };
    let entry = version.parse().ok().and_then(|it| Entry::read(statement, signature, chain, &it).ok());
    entry.is_some_and(|it| it.id == *id)
}

fn lost_entry(Entry { id, statement, .. }: &Entry, commit: &str) -> Finding {
    let path = format!("releases/{}/ledger/{id}.toml", statement.release);
    let (kind, by, commit) = (statement.act.kind(), &statement.by, short(commit));
    let message = format!("the `{kind}` by {by} stands in commit {commit}, and not in this one as it was");
    let next = format!("git checkout {commit} -- '{path}*'   and commit it; anybody may");
    Finding::new(Code::HistoryRewritten, path, message).who([by.clone()]).since(statement.at).next(next)
}

fn lost_policy(name: &str, commit: &str, files: &PolicyFiles, chain: &Chain) -> Option<Finding> {
    let number: u64 = name.parse().ok().filter(|it| folder(*it) == name)?;
    let placed: PolicyFiles = files.iter().map(|(file, it)| (format!("{name}/{file}"), it.clone())).collect();
    let path = format!("policy/{name}");
    let before = chain.adopted_elsewhere(number, &placed)?;
    let commit = short(commit);
    let finding = match chain.of_number(number) {
        Some(_) => {
            let message = format!(
                "policy {} has two successors, each signed by its owners: the one here and the one of commit {commit}",
                before.number()
            );
            Finding::new(Code::PolicyFork, path.clone(), message).next(format!(
                "the owners say which one holds (the other: git show {commit}:./{path}/policy.toml); if it is the \
                     one here, their next policy settles it: holdpoint policy propose --checkpoint"
            ))
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
    commit.chars().take(7).collect()
}

#[cfg(test)]
mod tests;
