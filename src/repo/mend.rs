//! Putting right what a run leaves undone that dies around its commit: files that HEAD alone holds, or everybody but HEAD.

use super::tree::{Change, Content};
use super::worktree::WorkTree;
use super::{Blob, Repo, Snapshot, joined};
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
        mend(&work_tree, &changes)
    }

    /// Takes files away from work tree and index that were brought there and never committed, if that is what they hold. Says
    /// whether it did. Paths are from the coordination root.
    pub(crate) fn take_away(&self, prefix: &str, files: &[(String, Vec<u8>)]) -> Result<bool, Failure> {
        let Some(work_tree) = WorkTree::of(self) else { return Ok(false) };
        let one = |(path, bytes): &(String, Vec<u8>)| {
            Ok(Change { path: joined(prefix, path), old: Some(self.id_of(bytes)?), new: None })
        };
        let changes = files.iter().map(one).collect::<Result<Vec<_>, Failure>>()?;
        mend(&work_tree, &changes)
    }
}

/// Brings the changes about, unless something else stands there. Says whether it did.
fn mend(work_tree: &WorkTree<'_>, changes: &[Change]) -> Result<bool, Failure> {
    let Some(bringing) = work_tree.begin_mending(changes)? else { return Ok(false) };
    bringing.and_then(|| Ok(()))?;
    Ok(true)
}

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
    fn takes_away_what_was_never_committed() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("policy/a", "1")]);
        let repo = sandbox.repo();
        let files = [("releases/1.0.0/b".to_owned(), b"2".to_vec())];
        sandbox.write("releases/1.0.0/b", "2");
        assert!(repo.take_away("", &files).unwrap(), "not staged yet");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.write("releases/1.0.0/b", "2");
        sandbox.git(&["add", "-A"]);
        assert!(repo.take_away("", &files).unwrap());
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.write("releases/1.0.0/b", "somebody's");
        assert!(!repo.take_away("", &files).unwrap());
        assert_eq!(sandbox.read("releases/1.0.0/b"), "somebody's");
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
}
