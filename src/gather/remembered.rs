//! Commits that a clone remembers, because something was found of them that takes a walk through history: that their whole past
//! stands in them, or that all which they have of the record is in the commit that is asked about.

use std::path::Path;

use holdpoint_core::digest::Digest;

use crate::repo::Memory;

/// So many commits are kept: branches that somebody works on in turn.
const MOST: usize = 16;

/// The commits of which one thing was found, the newest find first.
pub(super) struct Commits(Memory);

impl Commits {
    /// Those whose past was proved. `key` stands for all that the proof depended on: another policy, checkpoint or list of roots
    /// begins anew.
    pub(super) fn proved(git: &Path, key: &Digest) -> Self {
        Self(Memory::new(git, "proved", 1, &key.to_string()))
    }

    /// Those all of whose entries are in the commit that `key` stands for.
    pub(super) fn contained(git: &Path, key: &Digest) -> Self {
        Self(Memory::new(git, "contained", 1, &key.to_string()))
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<String> {
        let commits: Vec<String> = self.0.recall().unwrap_or_default().lines().map(str::to_owned).collect();
        if commits.len() <= MOST && commits.iter().all(|it| is_commit(it)) { commits } else { Vec::new() }
    }

    /// Remembers that it was found of `commit` too.
    pub(super) fn add(&self, commit: &str) {
        let mut commits = self.all();
        if commits.first().is_some_and(|it| it == commit) {
            return;
        }
        commits.retain(|it| it != commit);
        commits.insert(0, commit.to_owned());
        commits.truncate(MOST);
        self.0.keep(&commits.iter().map(|it| format!("{it}\n")).collect::<String>());
    }
}

/// Whether text is a whole commit id, in a SHA-1 or a SHA-256 repository.
fn is_commit(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(number: usize) -> String {
        format!("{number:040x}")
    }

    fn proved(git: &tempfile::TempDir, key: &str) -> Commits {
        Commits::proved(git.path(), &Digest::of(key.as_bytes()))
    }

    #[test]
    fn gives_the_newest_find_first_and_each_once() {
        let git = tempfile::tempdir().unwrap();
        let commits = proved(&git, "policy 1");
        assert_eq!(commits.all(), Vec::<String>::new());
        for number in [1, 2, 3, 1] {
            commits.add(&commit(number));
        }
        assert_eq!(commits.all(), [commit(1), commit(3), commit(2)]);
    }

    #[test]
    fn keeps_only_the_last_few() {
        let git = tempfile::tempdir().unwrap();
        let commits = proved(&git, "policy 1");
        (0..40).for_each(|it| commits.add(&commit(it)));
        let kept = commits.all();
        assert_eq!((kept.len(), kept.first(), kept.last()), (16, Some(&commit(39)), Some(&commit(24))));
    }

    #[test]
    fn another_key_begins_anew() {
        let git = tempfile::tempdir().unwrap();
        let (old, new) = (proved(&git, "policy 1"), proved(&git, "policy 2"));
        old.add(&commit(1));
        assert_eq!(new.all(), Vec::<String>::new());
        new.add(&commit(2));
        assert_eq!((new.all(), old.all()), (vec![commit(2)], Vec::new()));
    }

    #[test]
    fn one_find_is_not_another() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"key");
        Commits::contained(git.path(), &key).add(&commit(1));
        assert_eq!(Commits::proved(git.path(), &key).all(), Vec::<String>::new());
        assert_eq!(Commits::contained(git.path(), &key).all(), [commit(1)]);
    }

    #[test]
    fn what_is_no_commit_is_not_believed() {
        let git = tempfile::tempdir().unwrap();
        let commits = proved(&git, "policy 1");
        for no_commit in ["HEAD", "", &"A".repeat(40), &"a".repeat(41), "../../../../../../../../../../../../../.."] {
            commits.0.keep(&format!("{no_commit}\n"));
            assert_eq!(commits.all(), Vec::<String>::new(), "{no_commit}");
        }
    }
}
