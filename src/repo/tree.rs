//! Trees: what a commit changes, and the tree that comes of it.

use std::collections::{BTreeMap, BTreeSet};

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid};

use super::{Kind, Repo, joined, reason};
use crate::failure::Failure;

/// One file that a commit writes or removes. Paths are from the top of the repository.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: String,
    /// The file before, if there was one.
    pub(super) old: Option<Oid>,
    /// The file afterwards; `None` removes it.
    pub(super) new: Option<Content>,
}

#[derive(Debug)]
pub(super) struct Content {
    pub(super) id: Oid,
    pub(super) bytes: Vec<u8>,
}

/// What stands at one path of a tree: its mode and its object.
type Place = Option<(i32, Oid)>;

impl Repo {
    /// The changes that turn the tree `base` into one that holds `files` and lacks `removed`; their blobs are stored.
    pub(super) fn changes(
        &self,
        base: Option<Oid>,
        prefix: &str,
        files: &[(String, Vec<u8>)],
        removed: &[String],
    ) -> Result<Vec<Change>, Failure> {
        let mut changes = Vec::new();
        for (path, bytes) in files {
            let path = checked(joined(prefix, path))?;
            let old = self.file_in(base, &path)?;
            let id = self.git.blob(bytes);
            let id = id.map_err(|it| Failure::new(format!("`{path}` cannot be stored")).because(reason(&it)))?;
            changes.push(Change { path, old, new: Some(Content { id, bytes: bytes.clone() }) });
        }
        for path in removed {
            let path = checked(joined(prefix, path))?;
            match self.file_in(base, &path)? {
                Some(old) => changes.push(Change { path, old: Some(old), new: None }),
                None => return Err(Failure::new(format!("there is no `{path}` to remove"))),
            }
        }
        Ok(changes)
    }

    /// The tree of `base` with `changes`.
    pub(super) fn changed_tree(&self, base: Option<Oid>, changes: &[Change]) -> Result<Oid, Failure> {
        let failed = |it: git2::Error| Failure::new("the new tree cannot be stored").because(reason(&it));
        let base = match base {
            Some(id) => id,
            None => self.git.treebuilder(None).and_then(|it| it.write()).map_err(failed)?,
        };
        let mut update = TreeUpdateBuilder::new();
        for change in changes {
            match &change.new {
                Some(new) => update.upsert(change.path.as_str(), new.id, FileMode::Blob),
                None => update.remove(change.path.as_str()),
            };
        }
        update.create_updated(&self.git, &self.tree(base)?).map_err(failed)
    }

    /// The plain file at `path` in a tree; anything else that stands there is a failure.
    fn file_in(&self, tree: Option<Oid>, path: &str) -> Result<Option<Oid>, Failure> {
        let Some(mut id) = tree else { return Ok(None) };
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let tree = self.tree(id)?;
            let Some(entry) = tree.get_name(part) else { return Ok(None) };
            let expected = if parts.peek().is_some() { Kind::Folder } else { Kind::File };
            if Kind::of(&entry) != expected {
                let found = Kind::of(&entry).word();
                return Err(Failure::new(format!("`{path}` cannot be written: `{part}` is a {found} in this commit")));
            }
            id = entry.id();
        }
        Ok(Some(id))
    }

    /// The object that stands at `path` of a commit, if one does.
    pub(crate) fn object_at(&self, commit: &str, path: &str) -> Result<Option<String>, Failure> {
        let failed = |it: git2::Error| Failure::new(format!("commit {commit} cannot be read")).because(reason(&it));
        let tree = self.git.find_commit(self.parse_id(commit)?).and_then(|it| it.tree()).map_err(failed)?;
        match tree.get_path(std::path::Path::new(path)) {
            Ok(entry) => Ok(Some(entry.id().to_string())),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether something at or below `path` changed between the commits `base` and `tip`, and is not in `here` as it is at `tip`.
    pub(crate) fn lacks_change(&self, base: &str, tip: &str, here: &str, path: &str) -> Result<bool, Failure> {
        let at = |commit: &str| {
            let failed = |it: git2::Error| Failure::new(format!("commit {commit} cannot be read")).because(reason(&it));
            let tree = self.tree(self.lineage(self.parse_id(commit)?)?.tree)?;
            match tree.get_path(std::path::Path::new(path)) {
                Ok(entry) => Ok(Some((entry.filemode_raw(), entry.id()))),
                Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
                Err(error) => Err(failed(error)),
            }
        };
        self.differs_below(at(base)?, at(tip)?, at(here)?)
    }

    fn differs_below(&self, base: Place, tip: Place, here: Place) -> Result<bool, Failure> {
        if base == tip || tip == here {
            return Ok(false);
        }
        let folder = |place: Place| match place {
            Some((mode, id)) if Kind::of_mode(mode) == Kind::Folder => self.tree(id).map(Some),
            _ => Ok(None),
        };
        let (below_base, below_tip, below_here) = (folder(base)?, folder(tip)?, folder(here)?);
        if (below_base.is_none() && base.is_some()) || (below_tip.is_none() && tip.is_some()) {
            return Ok(true);
        }
        let names = |tree: &Option<git2::Tree<'_>>| -> BTreeMap<Vec<u8>, (i32, Oid)> {
            let entries =
                tree.iter().flat_map(|it| it.iter().map(|it| (it.name_bytes().to_vec(), (it.filemode_raw(), it.id()))));
            entries.collect()
        };
        let (in_base, in_tip, in_here) = (names(&below_base), names(&below_tip), names(&below_here));
        let all: BTreeSet<&Vec<u8>> = in_base.keys().chain(in_tip.keys()).collect();
        for name in all {
            let at = |names: &BTreeMap<Vec<u8>, (i32, Oid)>| names.get(name).copied();
            if self.differs_below(at(&in_base), at(&in_tip), at(&in_here))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What happened between two commits, if nothing but plain files changed; otherwise the path of something else.
    pub(super) fn plain_changes(&self, from: Oid, to: Oid) -> Result<Result<Vec<Change>, String>, Failure> {
        let tried = || format!("commits {from} and {to} cannot be compared");
        let failed = |it: git2::Error| Failure::new(tried()).because(reason(&it));
        let tree_of = |id: Oid| self.git.find_commit(id).and_then(|it| it.tree()).map_err(failed);
        let diff = self.git.diff_tree_to_tree(Some(&tree_of(from)?), Some(&tree_of(to)?), None).map_err(failed)?;
        let mut changes = Vec::new();
        for delta in diff.deltas() {
            let side = |it: git2::DiffFile<'_>| (!it.id().is_zero()).then(|| (it.id(), it.mode()));
            let bytes = delta.new_file().path_bytes().unwrap_or_default();
            let path = match String::from_utf8(bytes.to_vec()) {
                Ok(path) if checked(path.clone()).is_ok() => path,
                _ => return Ok(Err(String::from_utf8_lossy(bytes).into_owned())),
            };
            let (old, new) = (side(delta.old_file()), side(delta.new_file()));
            if [old, new].into_iter().flatten().any(|(_, mode)| mode != FileMode::Blob) {
                return Ok(Err(path));
            }
            let new = match new {
                Some((id, _)) => {
                    Some(Content { id, bytes: self.git.find_blob(id).map_err(failed)?.content().to_vec() })
                }
                None => None,
            };
            changes.push(Change { path, old: old.map(|(id, _)| id), new });
        }
        Ok(Ok(changes))
    }

    /// The id that git gives to a file of these bytes.
    pub(super) fn id_of(&self, bytes: &[u8]) -> Result<Oid, Failure> {
        Oid::hash_object_ext(ObjectType::Blob, bytes, self.format())
            .map_err(|it| Failure::new("a file cannot be hashed").because(reason(&it)))
    }

    /// Whether bytes of the work tree are the committed file `id`, as they are or with their line ends turned to CRLF.
    pub(super) fn is_copy_of(&self, bytes: &[u8], id: Oid) -> Result<bool, Failure> {
        if self.id_of(bytes)? == id {
            return Ok(true);
        }
        match without_cr(bytes) {
            Some(plain) => Ok(self.id_of(&plain)? == id),
            None => Ok(false),
        }
    }
}

/// `path`, if it can only mean a file inside the repository and outside git's own folder.
fn checked(path: String) -> Result<String, Failure> {
    let bad = |part: &str| {
        part.is_empty()
            || part == "."
            || part == ".."
            || part.eq_ignore_ascii_case(".git")
            || part.contains(['\0', '\\', ':'])
    };
    if path.split('/').any(bad) {
        return Err(Failure::new(format!(
            "`{}` is not a path of the repository",
            holdpoint_core::name::escaped(&path)
        )));
    }
    Ok(path)
}

fn without_cr(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.windows(2).any(|it| it == b"\r\n") {
        return None;
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        if *byte != b'\r' || rest.peek() != Some(&&b'\n') {
            plain.push(*byte);
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_the_repository() {
        for bad in ["../a", "a/../b", ".git/config", "a/.GIT/x", "", "a//b", "/a", "a\\b", "C:/a"] {
            assert!(checked(bad.to_owned()).is_err(), "{bad}");
        }
        assert!(checked("releases/1.0.0/ledger/a.toml.sig".to_owned()).is_ok());
    }

    #[test]
    fn only_whole_line_ends_are_turned() {
        assert_eq!(without_cr(b"a\r\nb\rc\r\n"), Some(b"a\nb\rc\n".to_vec()));
        assert_eq!(without_cr(b"a\nb\r"), None);
    }
}
