//! Whether anything signed has disappeared since the history parted from the branch of record.
//!
//! An entry of an earlier commit must stand in this one, byte for byte. What was never a valid entry there may go.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{Version, escaped};
use holdpoint_core::policy::{Policy, folder};
use holdpoint_core::statement::Statement;

use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::Bases;

/// What became of what was signed before.
pub(super) struct History {
    /// The branch that was compared with, if there is one.
    pub(super) branch: Option<String>,
    /// The commits that were compared with.
    pub(super) bases: Vec<String>,
    /// What there was no way to look at, where nothing says that it had to be possible.
    pub(super) note: Option<String>,
    /// What disappeared, or why nobody can tell.
    pub(super) findings: Vec<Finding>,
}

/// Compares the commit of `record` with where it parted from the branch of record; a commit that is on that branch, with
/// the ones right before it.
pub(super) fn compare(record: &Record<'_>, policy: &Policy) -> Result<History, Failure> {
    let repo = record.repo;
    let head = record.snapshot.commit_id();
    let mut history = History { branch: None, bases: Vec::new(), note: None, findings: Vec::new() };
    let Some((branch, tip)) = branch_of_record(record, policy.branch())? else {
        if repo.is_shallow() {
            history.findings.push(unavailable(record));
        } else {
            let branch = policy.branch();
            history.note = Some(format!(
                "there is no branch `{branch}` here to compare with, so nobody looked whether something signed disappeared"
            ));
        }
        return Ok(history);
    };
    let mut bases = repo.merge_bases(&head, &tip)?;
    if bases.commits == [head.clone()] {
        bases = repo.parents(&head)?;
        if bases.commits.is_empty() && bases.complete {
            history.note = Some("this is the first commit, so there is nothing that could have disappeared".to_owned());
        }
    } else if bases.commits.is_empty() && bases.complete {
        let message = format!("this commit and `{branch}` share no history, so what was signed cannot be compared");
        let next = format!("git rebase {branch}   (or start from it anew)");
        history.findings.push(Finding::new(Code::HistoryUnavailable, short(&head), message).next(next));
    }
    history.branch = Some(branch);
    if bases.commits.is_empty() && !bases.complete {
        history.findings.push(unavailable(record));
    }
    history.findings.extend(lost_since(record, &bases)?);
    history.bases = bases.commits;
    Ok(history)
}

/// The branch of record as this clone knows it: that of the remote, or else the local one; and its tip.
fn branch_of_record(record: &Record<'_>, branch: &str) -> Result<Option<(String, String)>, Failure> {
    let repo = record.repo;
    if let Some(remote) = repo.remote_for(branch)?
        && let Some(tip) = repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?
    {
        return Ok(Some((format!("{remote}/{branch}"), tip)));
    }
    Ok(repo.tip_of(&format!("refs/heads/{branch}"))?.map(|tip| (branch.to_owned(), tip)))
}

fn unavailable(record: &Record<'_>) -> Finding {
    let message = "this clone lacks the commits before this one, so it cannot be told whether something signed disappeared";
    Finding::new(Code::HistoryUnavailable, record.snapshot.short(), message)
        .next("git fetch --unshallow   (in GitHub Actions: `fetch-depth: 0` for actions/checkout)")
}

/// What was signed in any of `bases` and does not stand in `record` as it was.
fn lost_since(record: &Record<'_>, bases: &Bases) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let mut told = BTreeSet::new();
    for base in &bases.commits {
        let repo = record.repo;
        let snapshot = repo.snapshot(Some(base))?;
        if snapshot.root().is_none() {
            continue; // the record begins after it
        }
        let mut lost = repo.lost(&snapshot, &record.snapshot, &format!("policy/{}", folder(1)))?;
        lost.extend(repo.lost(&snapshot, &record.snapshot, "releases")?);
        if lost.is_empty() {
            continue;
        }
        let mut judge = Judge { earlier: Record::at_tip(repo, base, Vec::new(), true)?, known: BTreeMap::new() };
        for path in lost {
            // A statement and its signature are one entry.
            let file = path.strip_suffix(".toml.sig").map_or(path.clone(), |it| format!("{it}.toml"));
            if let Some(what) = judge.signed(&path)?
                && told.insert(file.clone())
            {
                findings.push(rewritten(&file, &what, base));
            }
        }
    }
    Ok(findings)
}

fn rewritten(path: &str, what: &str, base: &str) -> Finding {
    let (path, base) = (escaped(path), short(base));
    let message = format!("{what} stands in commit {base}, and not in this one as it was");
    let next = format!("git checkout {base} -- '{path}*'");
    Finding::new(Code::HistoryRewritten, path, message).next(next)
}

fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// What of an earlier commit counted there.
struct Judge<'r> {
    earlier: Record<'r>,
    known: BTreeMap<Version, Option<Evidence>>,
}

impl Judge<'_> {
    /// What was signed at `path`, in a few words; nothing if it was no part of what is signed, or never valid.
    fn signed(&mut self, path: &str) -> Result<Option<String>, Failure> {
        if path.starts_with("policy/") {
            // One that was broken there may be mended here; whether this one is right, the pinned root says.
            return Ok(self.earlier.chain()?.is_ok().then(|| "this file of the policy".to_owned()));
        }
        let Some((version, id)) = entry_at(path) else { return Ok(None) };
        if !self.known.contains_key(&version) {
            let evidence = self.earlier.evidence_alone(&version)?;
            self.known.insert(version.clone(), evidence.ok());
        }
        Ok(match self.known.get(&version) {
            Some(Some(evidence)) => evidence.ledger().get(&id).map(|it| said(&it.statement)),
            // Without a policy nobody can tell what was valid there, so everything may have been.
            _ => Some("this entry".to_owned()),
        })
    }
}

/// "the `hold` by eve@example.com".
fn said(statement: &Statement) -> String {
    format!("the `{}` by {}", statement.act.kind(), statement.by)
}

/// The release and the id of the entry that the file at `path` would belong to.
fn entry_at(path: &str) -> Option<(Version, Digest)> {
    let (version, name) = path.strip_prefix("releases/")?.split_once("/ledger/")?;
    let name = name.strip_suffix(".sig").unwrap_or(name);
    Some((version.parse().ok()?, name.strip_suffix(".toml")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_statement_and_its_signature_can_be_an_entry() {
        let id = Digest::of(b"x");
        let at = |rest: String| entry_at(&format!("releases/2.7.0/{rest}"));
        assert_eq!(at(format!("ledger/{id}.toml")), Some(("2.7.0".parse().unwrap(), id)));
        assert_eq!(at(format!("ledger/{id}.toml.sig")), at(format!("ledger/{id}.toml")));
        for other in ["kb.md".to_owned(), "ledger/notes.txt".to_owned(), format!("ledger/{id}"), format!("{id}.toml")] {
            assert_eq!(at(other.clone()), None, "{other}");
        }
    }
}
