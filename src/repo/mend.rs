//! Putting right what a run leaves undone that dies right after its commit: files that HEAD holds, and nobody else does.

use git2::Oid;

use super::tree::{Change, Content};
use super::worktree::WorkTree;
use super::{Blob, Kind, Repo, Snapshot, joined};
use crate::failure::Failure;

impl Repo {
    /// Brings files of HEAD, of at most `limit` bytes, back to work tree and index, if neither of them holds anything
    /// else under that path. Says whether it did. Paths are from the coordination root.
    pub(crate) fn bring_back(&self, head: &Snapshot<'_>, paths: &[String], limit: usize) -> Result<bool, Failure> {
        let Some(work_tree) = WorkTree::of(self) else { return Ok(false) };
        let mut changes = Vec::new();
        for path in paths {
            let Blob::Bytes(bytes) = head.file(path, limit)? else { return Ok(false) };
            let id = self.id_of(&bytes)?;
            let path = joined(head.prefix(), path);
            changes.push(Change { path, old: Some(id), new: Some(Content { id, bytes }) });
        }
        if work_tree.check_disk(&changes).is_err() || !work_tree.lacks_or_has(&changes) {
            return Ok(false);
        }
        work_tree.write(&changes)?;
        work_tree.stage(&changes)?;
        Ok(true)
    }

    /// The first path that two commits hold differently and that lies outside `folders`, which are from the top of the
    /// repository.
    pub(crate) fn first_change_outside(
        &self,
        from: &str,
        to: &str,
        folders: &[String],
    ) -> Result<Option<String>, Failure> {
        let (from, to) = (self.parse_id(from)?, self.parse_id(to)?);
        self.differs_outside(&self.entries_of(from)?, &self.entries_of(to)?, "", folders)
    }

    fn differs_outside(
        &self,
        from: &[Entry],
        to: &[Entry],
        above: &str,
        folders: &[String],
    ) -> Result<Option<String>, Failure> {
        for entry in from.iter().chain(to) {
            let path = joined(above, &entry.0);
            let (old, new) = (from.iter().find(|it| it.0 == entry.0), to.iter().find(|it| it.0 == entry.0));
            if old == new || folders.contains(&path) {
                continue;
            }
            let below = format!("{path}/");
            if !folders.iter().any(|it| it.starts_with(&below)) {
                return Ok(Some(path));
            }
            let items = |it: Option<&Entry>| match it {
                Some((_, Kind::Folder, id)) => self.items_of(*id),
                _ => Ok(Vec::new()),
            };
            if let Some(found) = self.differs_outside(&items(old)?, &items(new)?, &path, folders)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn entries_of(&self, commit: Oid) -> Result<Vec<Entry>, Failure> {
        let found = self.git.find_commit(commit).map(|it| it.tree_id());
        let tree =
            found.map_err(|it| Failure::new(format!("commit {commit} cannot be read")).because(super::reason(&it)))?;
        self.items_of(tree)
    }

    fn items_of(&self, tree: Oid) -> Result<Vec<Entry>, Failure> {
        let tree = self.tree(tree)?;
        let entry =
            |it: git2::TreeEntry<'_>| (String::from_utf8_lossy(it.name_bytes()).into_owned(), Kind::of(&it), it.id());
        Ok(tree.iter().map(entry).collect())
    }
}

/// A name in a folder, what it is, and the object.
type Entry = (String, Kind, Oid);

#[cfg(test)]
mod tests {
    use crate::repo::sandbox::Sandbox;

    const LIMIT: usize = 100;

    fn paths(names: &[&str]) -> Vec<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn brings_back_what_only_head_holds() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("policy/a", "1"), ("releases/1.0.0/b", "2")]);
        sandbox.git(&["rm", "-q", "releases/1.0.0/b"]);
        let repo = sandbox.repo();
        let head = repo.snapshot(None).unwrap();
        assert!(repo.bring_back(&head, &paths(&["releases/1.0.0/b"]), LIMIT).unwrap());
        assert_eq!(sandbox.read("releases/1.0.0/b"), "2");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    }

    #[test]
    fn never_writes_over_what_somebody_wrote() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("policy/a", "1"), ("releases/1.0.0/b", "2")]);
        sandbox.write("releases/1.0.0/b", "other");
        let repo = sandbox.repo();
        let head = repo.snapshot(None).unwrap();
        assert!(!repo.bring_back(&head, &paths(&["releases/1.0.0/b"]), LIMIT).unwrap());
        sandbox.git(&["add", "-A"]);
        std::fs::remove_file(sandbox.dir().join("releases/1.0.0/b")).unwrap();
        assert!(!repo.bring_back(&head, &paths(&["releases/1.0.0/b"]), LIMIT).unwrap());
        assert!(!repo.bring_back(&head, &paths(&["releases/1.0.0/c"]), LIMIT).unwrap());
    }

    #[test]
    fn tells_the_record_from_everything_else() {
        let sandbox = Sandbox::new();
        let old = sandbox.commit_files(&[("sub/policy/a", "1"), ("sub/src/b", "1"), ("c", "1")]);
        let record = sandbox.commit_files(&[("sub/releases/1.0.0/kb.md", "1"), ("sub/policy/a", "2")]);
        let source = sandbox.commit_files(&[("sub/src/b", "2")]);
        let repo = sandbox.repo();
        let folders = paths(&["sub/policy", "sub/releases"]);
        let outside = |from, to| repo.first_change_outside(from, to, &folders).unwrap();
        assert_eq!(outside(&old, &record), None);
        assert_eq!(outside(&old, &source).as_deref(), Some("sub/src"));
        let top = sandbox.commit_files(&[("d", "1")]);
        assert_eq!(outside(&source, &top).as_deref(), Some("d"));
        assert_eq!(outside(&top, &source).as_deref(), Some("d"));
    }
}
