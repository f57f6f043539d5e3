//! Ancestry: the commits behind a commit, newest first, as their own bytes tell it.
//!
//! libgit2 honours `info/grafts`, with which anybody can cut commits out of a clone's history, so parents are read from
//! the commit objects themselves.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use git2::{ErrorCode, ObjectFormat, ObjectType, Odb, Oid};

use super::{Repo, reason};
use crate::failure::Failure;

mod question;

pub(super) use question::Behind;

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

/// A walk over a commit and everything behind it that can be read, each once, newest first.
pub(crate) struct Ancestry<'r> {
    repo: &'r Repo,
    odb: Odb<'r>,
    open: BinaryHeap<Newest>,
    seen: HashSet<Oid>,
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
    #[cfg(test)]
    pub(crate) fn ancestry(&self, commit: &str) -> Result<Ancestry<'_>, Failure> {
        self.ancestry_of(self.parse_id(commit)?)
    }

    pub(super) fn ancestry_of(&self, commit: Oid) -> Result<Ancestry<'_>, Failure> {
        let mut walk = Ancestry { repo: self, odb: self.odb()?, open: BinaryHeap::new(), seen: HashSet::new() };
        walk.push(commit)?;
        Ok(walk)
    }

    /// The place of a commit that must be there.
    pub(super) fn lineage(&self, id: Oid) -> Result<Lineage, Failure> {
        self.lineage_if_here(id)?.ok_or_else(|| Failure::new(format!("commit {id} is not in this clone")))
    }

    /// The place of a commit; nothing where it is not in this clone.
    pub(super) fn lineage_if_here(&self, id: Oid) -> Result<Option<Lineage>, Failure> {
        read(self, &self.odb()?, id)
    }

    fn odb(&self) -> Result<Odb<'_>, Failure> {
        self.git.odb().map_err(|it| Failure::new("history cannot be read").because(reason(&it)))
    }
}

impl Ancestry<'_> {
    fn push(&mut self, id: Oid) -> Result<(), Failure> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        if let Some(lineage) = read(self.repo, &self.odb, id)? {
            self.open.push(Newest(lineage));
        }
        Ok(())
    }
}

impl Iterator for Ancestry<'_> {
    type Item = Lineage;

    fn next(&mut self) -> Option<Lineage> {
        let Newest(lineage) = self.open.pop()?;
        for parent in &lineage.parents {
            // What is damaged far behind stops nobody who asks for what is newer: the walk ends there, as where it is missing.
            drop(self.push(*parent));
        }
        Some(lineage)
    }
}

/// A commit's place in history; nothing where it is not in this clone.
fn read(repo: &Repo, odb: &Odb<'_>, id: Oid) -> Result<Option<Lineage>, Failure> {
    let tried = || format!("commit {id} cannot be read");
    let object = match odb.read(id) {
        Ok(object) => object,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None), // a shallow clone ends here
        Err(error) => return Err(Failure::new(tried()).because(reason(&error))),
    };
    if object.kind() != ObjectType::Commit {
        return Err(Failure::new(format!("{id} is not a commit")));
    }
    parse(repo.format(), id, object.data()).map(Some).ok_or_else(|| Failure::new(tried()))
}

/// What the bytes of a commit say, read as git reads them: the lines right after `tree` name the parents, and none after
/// another line does. What git calls a bad commit is none.
pub(super) fn parse(format: ObjectFormat, id: Oid, bytes: &[u8]) -> Option<Lineage> {
    let (tree, mut rest) = id_line(format, b"tree ", bytes)?;
    let mut parents = Vec::new();
    while rest.starts_with(PARENT) && rest.len() > PARENT.len() + digits(format) {
        let (parent, below) = id_line(format, PARENT, rest)?;
        parents.push(parent);
        rest = below;
    }
    Some(Lineage { id, tree, parents, time: committed(rest) })
}

/// How a line begins that names a parent.
const PARENT: &[u8] = b"parent ";

/// How many digits an id has.
fn digits(format: ObjectFormat) -> usize {
    match format {
        ObjectFormat::Sha256 => 64,
        ObjectFormat::Sha1 => 40,
    }
}

/// The id of a line that is this word, an id and nothing else; and what stands after it.
fn id_line<'b>(format: ObjectFormat, word: &[u8], bytes: &'b [u8]) -> Option<(Oid, &'b [u8])> {
    let (hex, rest) = bytes.strip_prefix(word)?.split_at_checked(digits(format))?;
    Some((whole_id(format, std::str::from_utf8(hex).ok()?)?, rest.strip_prefix(b"\n")?))
}

/// An id with all its digits; libgit2 takes a shorter one as well, and fills it up.
fn whole_id(format: ObjectFormat, hex: &str) -> Option<Oid> {
    let is_whole = hex.len() == digits(format) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_whole.then(|| Oid::from_str_ext(hex, format).ok()).flatten()
}

/// When the committer says it was made: `committer NAME <EMAIL> SECONDS ZONE`. A damaged time only changes the order of the
/// walk.
fn committed(header: &[u8]) -> i64 {
    let mut lines = header.split(|it| *it == b'\n').take_while(|it| !it.is_empty());
    let seconds = lines.find(|it| it.starts_with(b"committer ")).and_then(|it| it.rsplit(|it| *it == b' ').nth(1));
    seconds.and_then(|it| std::str::from_utf8(it).ok()?.parse().ok()).unwrap_or(0)
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
        assert_eq!(repo.ancestry(&head).unwrap().count(), 4);
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
    fn a_shallow_clone_ends_where_its_commits_do() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let head = sandbox.commit_files(&[("a", "2")]);
        let from = format!("file://{}", sandbox.dir().display());
        sandbox.git(&["clone", "-q", "--depth=1", &from, "../shallow"]);
        let repo = super::Repo::open(&sandbox.dir().join("../shallow")).unwrap();
        assert_eq!(repo.ancestry(&head).unwrap().count(), 1);
        assert!(repo.is_shallow());
    }
}
