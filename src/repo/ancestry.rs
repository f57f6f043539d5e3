//! Ancestry: the commits behind a commit, newest first, as their own bytes tell it.
//!
//! libgit2 honours `info/grafts`, with which anybody can cut commits out of a clone's history, so parents are read from
//! the commit objects themselves.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use git2::{ErrorCode, ObjectFormat, ObjectType, Odb, Oid};

use super::{Repo, reason};
use crate::failure::Failure;

/// One commit's place in history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// The commit.
    pub(crate) id: Oid,
    /// Its tree.
    pub(crate) tree: Oid,
    /// Its parents.
    pub(crate) parents: Vec<Oid>,
    /// When its committer says it was made, in seconds.
    pub(crate) time: i64,
}

/// A walk over a commit and everything behind it, each once, newest first.
pub(crate) struct Ancestry<'r> {
    repo: &'r Repo,
    odb: Odb<'r>,
    open: BinaryHeap<Newest>,
    seen: HashSet<Oid>,
    complete: bool,
}

struct Newest(Lineage);

impl Ord for Newest {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.time, self.0.id).cmp(&(other.0.time, other.0.id))
    }
}

impl PartialOrd for Newest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Newest {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Newest {}

impl Repo {
    /// Everything behind `commit`, itself included.
    pub(crate) fn ancestry(&self, commit: &str) -> Result<Ancestry<'_>, Failure> {
        self.ancestry_of(self.parse_id(commit)?)
    }

    /// Whether `older` is `newer` or lies behind it.
    pub(crate) fn contains(&self, newer: &str, older: &str) -> Result<bool, Failure> {
        let older = self.parse_id(older)?;
        for step in self.ancestry(newer)? {
            if step?.id == older {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn ancestry_of(&self, commit: Oid) -> Result<Ancestry<'_>, Failure> {
        let odb = self.git.odb().map_err(|it| Failure::new("history cannot be read").because(reason(&it)))?;
        let mut walk = Ancestry { repo: self, odb, open: BinaryHeap::new(), seen: HashSet::new(), complete: true };
        walk.push(commit)?;
        Ok(walk)
    }
}

impl Ancestry<'_> {
    /// Whether every commit that was named so far is here; in a shallow clone the oldest ones are not.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    fn push(&mut self, id: Oid) -> Result<(), Failure> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        let tried = || format!("commit {id} cannot be read");
        let object = match self.odb.read(id) {
            Ok(object) => object,
            Err(error) if error.code() == ErrorCode::NotFound => {
                self.complete = false;
                return Ok(());
            }
            Err(error) => return Err(Failure::new(tried()).because(reason(&error))),
        };
        if object.kind() != ObjectType::Commit {
            return Err(Failure::new(format!("{id} is not a commit")));
        }
        let lineage = parse(self.repo.format(), id, object.data()).ok_or_else(|| Failure::new(tried()))?;
        self.open.push(Newest(lineage));
        Ok(())
    }
}

impl Iterator for Ancestry<'_> {
    type Item = Result<Lineage, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let Newest(lineage) = self.open.pop()?;
        for parent in &lineage.parents {
            if let Err(failure) = self.push(*parent) {
                return Some(Err(failure));
            }
        }
        Some(Ok(lineage))
    }
}

/// What the bytes of a commit say.
pub(super) fn parse(format: ObjectFormat, id: Oid, bytes: &[u8]) -> Option<Lineage> {
    let oid = |hex: &[u8]| Oid::from_str_ext(std::str::from_utf8(hex).ok()?, format).ok();
    let mut lines = bytes.split(|it| *it == b'\n');
    let tree = oid(lines.next()?.strip_prefix(b"tree ")?)?;
    let mut parents = Vec::new();
    let mut time = 0;
    for line in lines.take_while(|it| !it.is_empty()) {
        if let Some(hex) = line.strip_prefix(b"parent ") {
            parents.push(oid(hex)?);
        } else if line.starts_with(b"committer ") {
            // `committer NAME <EMAIL> SECONDS ZONE`; a damaged time only changes the order of the walk.
            let mut words = line.rsplit(|it| *it == b' ');
            let seconds = words.nth(1).and_then(|it| std::str::from_utf8(it).ok());
            time = seconds.and_then(|it| it.parse().ok()).unwrap_or(0);
            break;
        }
    }
    Some(Lineage { id, tree, parents, time })
}

#[cfg(test)]
mod tests {
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn sees_every_parent_of_a_merge_once() {
        let sandbox = Sandbox::new();
        let base = sandbox.commit_files(&[("a", "1")]);
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let side = sandbox.commit_files(&[("b", "1")]);
        sandbox.git(&["checkout", "-q", "main"]);
        sandbox.commit_files(&[("c", "1")]);
        sandbox.git(&["merge", "-q", "-s", "ours", "-m", "merge", "side"]);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let repo = sandbox.repo();
        let mut walk = repo.ancestry(&head).unwrap();
        assert_eq!(walk.by_ref().map(Result::unwrap).count(), 4);
        assert!(walk.is_complete());
        assert!(repo.contains(&head, &side).unwrap());
        assert!(repo.contains(&side, &base).unwrap());
        assert!(!repo.contains(&side, &head).unwrap());
    }

    #[test]
    fn a_graft_cuts_nothing_out_of_history() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let head = sandbox.commit_files(&[("a", "2")]);
        sandbox.write(".git/info/grafts", &format!("{head}\n"));
        assert_eq!(sandbox.repo().ancestry(&head).unwrap().count(), 2);
    }

    #[test]
    fn a_shallow_clone_is_not_complete() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let head = sandbox.commit_files(&[("a", "2")]);
        let from = format!("file://{}", sandbox.dir().display());
        sandbox.git(&["clone", "-q", "--depth=1", &from, "../shallow"]);
        let repo = super::Repo::open(&sandbox.dir().join("../shallow")).unwrap();
        let mut walk = repo.ancestry(&head).unwrap();
        assert_eq!(walk.by_ref().count(), 1);
        assert!(!walk.is_complete());
        assert!(repo.is_shallow());
    }
}
