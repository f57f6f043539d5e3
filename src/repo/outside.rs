//! What two commits hold differently outside some folders.

use git2::Oid;

use super::{Kind, Repo, joined};
use crate::failure::Failure;

/// A name in a folder, what it is, and the object.
type Entry = (String, Kind, Oid);

impl Repo {
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

#[cfg(test)]
mod tests {
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn tells_the_record_from_everything_else() {
        let sandbox = Sandbox::new();
        let old = sandbox.commit_files(&[("sub/policy/a", "1"), ("sub/src/b", "1"), ("c", "1")]);
        let record = sandbox.commit_files(&[("sub/releases/1.0.0/kb.md", "1"), ("sub/policy/a", "2")]);
        let source = sandbox.commit_files(&[("sub/src/b", "2")]);
        let repo = sandbox.repo();
        let folders = ["sub/policy".to_owned(), "sub/releases".to_owned()];
        let outside = |from, to| repo.first_change_outside(from, to, &folders).unwrap();
        assert_eq!(outside(&old, &record), None);
        assert_eq!(outside(&old, &source).as_deref(), Some("sub/src"));
        let top = sandbox.commit_files(&[("d", "1")]);
        assert_eq!(outside(&source, &top).as_deref(), Some("d"));
        assert_eq!(outside(&top, &source).as_deref(), Some("d"));
    }
}
