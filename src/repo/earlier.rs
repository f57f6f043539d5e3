//! Earlier contents of a file, found by the digest that somebody signed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use git2::{ObjectType, Oid};
use holdpoint_core::digest::Digest;
use holdpoint_core::record::largest;

use super::{Kind, Repo, Snapshot, joined, reason};
use crate::failure::Failure;

/// How many commits are looked through. What lies further behind is not found, and what was published with it is in doubt then.
const MOST_COMMITS: usize = 20_000;

impl Repo {
    /// The contents that `path` had in some commit behind `snapshot` and whose digest is wanted; what is not found, or
    /// not in this clone, is missing from the answer.
    pub(crate) fn earlier_bytes(
        &self,
        snapshot: &Snapshot<'_>,
        path: &str,
        wanted: &BTreeSet<Digest>,
    ) -> Result<BTreeMap<Digest, Vec<u8>>, Failure> {
        let most = largest(path);
        let path = joined(snapshot.prefix(), path);
        let mut found = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let odb = self.git.odb().map_err(|it| Failure::new("history cannot be read").because(reason(&it)))?;
        // The same tree at the same depth of the path leads to the same file.
        let mut seen: HashSet<(usize, Oid)> = HashSet::new();
        for step in self.ancestry_of(snapshot.commit_oid())?.take(MOST_COMMITS) {
            let Some(blob) = self.new_blob_at(step.tree, &path, &mut seen) else { continue };
            let sized = odb.read_header(blob);
            if !matches!(sized, Ok((size, ObjectType::Blob)) if size <= most) {
                continue;
            }
            let Ok(object) = odb.read(blob) else { continue };
            let digest = Digest::of(object.data());
            if wanted.contains(&digest) {
                found.insert(digest, object.data().to_vec());
                if found.len() == wanted.len() {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn new_blob_at(&self, tree: Oid, path: &str, seen: &mut HashSet<(usize, Oid)>) -> Option<Oid> {
        let mut id = tree;
        let mut parts = path.split('/').enumerate().peekable();
        while let Some((depth, part)) = parts.next() {
            if !seen.insert((depth, id)) {
                return None;
            }
            // What is missing or damaged there says nothing; the proof of the past does, where anything rests on it.
            let Ok(tree) = self.git.find_tree(id) else { return None };
            let entry = tree.get_name(part)?;
            let expected = if parts.peek().is_some() { Kind::Folder } else { Kind::File };
            if Kind::of(&entry) != expected {
                return None;
            }
            id = entry.id();
        }
        seen.insert((usize::MAX, id)).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn finds_what_was_signed_in_an_older_commit() {
        let sandbox = Sandbox::new();
        for text in ["one", "two", "three"] {
            sandbox.commit_files(&[("policy/a", "x"), ("releases/1.0.0/kb.md", text)]);
        }
        let repo = sandbox.repo();
        let snapshot = repo.snapshot(None).unwrap();
        let wanted = [Digest::of(b"one"), Digest::of(b"never")].into();
        let found = repo.earlier_bytes(&snapshot, "releases/1.0.0/kb.md", &wanted).unwrap();
        assert_eq!(found, [(Digest::of(b"one"), b"one".to_vec())].into());
    }

    #[test]
    fn stops_where_a_shallow_clone_stops() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("kb.md", "one")]);
        sandbox.commit_files(&[("kb.md", "two")]);
        let from = format!("file://{}", sandbox.dir().display());
        sandbox.git(&["clone", "-q", "--depth=1", &from, "../shallow"]);
        let repo = Repo::open(&sandbox.dir().join("../shallow")).unwrap();
        let snapshot = repo.snapshot(None).unwrap();
        let wanted = [Digest::of(b"one"), Digest::of(b"two")].into();
        let found = repo.earlier_bytes(&snapshot, "kb.md", &wanted).unwrap();
        assert_eq!(found.into_keys().collect::<Vec<_>>(), [Digest::of(b"two")]);
    }
}
