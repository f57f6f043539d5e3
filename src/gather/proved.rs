//! What a clone has proved: commits whose whole past was found to stand in them.
//!
//! The proof that nothing signed was removed looks at every commit since the checkpoint, and the next check would look at
//! them all again. What is kept here lies beside the configuration that holds the pinned root, and is trusted as much:
//! whoever can write there owns the clone. It can be deleted at any time.

use std::path::Path;

use holdpoint_core::digest::Digest;

use crate::repo::Memory;

/// So many commits are kept: branches that somebody works on in turn.
const MOST: usize = 16;

/// The commits that were proved for `key`, the newest proof first. The key stands for all that the proof depended on:
/// another policy, checkpoint or list of roots begins anew.
pub(super) fn load(git: &Path, key: &Digest) -> Vec<String> {
    let commits: Vec<String> = memory(git, key).recall().unwrap_or_default().lines().map(str::to_owned).collect();
    if commits.len() <= MOST && commits.iter().all(|it| is_commit(it)) { commits } else { Vec::new() }
}

/// Remembers that `commit` was proved for `key`.
pub(super) fn store(git: &Path, key: &Digest, commit: &str) {
    let mut commits = load(git, key);
    if commits.first().is_some_and(|it| it == commit) {
        return;
    }
    commits.retain(|it| it != commit);
    commits.insert(0, commit.to_owned());
    commits.truncate(MOST);
    memory(git, key).keep(&commits.iter().map(|it| format!("{it}\n")).collect::<String>());
}

fn memory(git: &Path, key: &Digest) -> Memory {
    Memory::new(git, "proved", 1, &key.to_string())
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

    #[test]
    fn gives_the_newest_proof_first_and_each_once() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"policy 1");
        assert_eq!(load(git.path(), &key), Vec::<String>::new());
        for number in [1, 2, 3, 1] {
            store(git.path(), &key, &commit(number));
        }
        assert_eq!(load(git.path(), &key), [commit(1), commit(3), commit(2)]);
    }

    #[test]
    fn keeps_only_the_last_few() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"policy 1");
        (0..40).for_each(|it| store(git.path(), &key, &commit(it)));
        let kept = load(git.path(), &key);
        assert_eq!((kept.len(), kept.first(), kept.last()), (16, Some(&commit(39)), Some(&commit(24))));
    }

    #[test]
    fn another_key_begins_anew() {
        let git = tempfile::tempdir().unwrap();
        let (old, new) = (Digest::of(b"policy 1"), Digest::of(b"policy 2"));
        store(git.path(), &old, &commit(1));
        assert_eq!(load(git.path(), &new), Vec::<String>::new());
        store(git.path(), &new, &commit(2));
        assert_eq!(load(git.path(), &new), [commit(2)]);
        assert_eq!(load(git.path(), &old), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_commit_is_not_believed() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"policy 1");
        for no_commit in ["HEAD", "", &"A".repeat(40), &"a".repeat(41), "../../../../../../../../../../../../../.."] {
            memory(git.path(), &key).keep(&format!("{no_commit}\n"));
            assert_eq!(load(git.path(), &key), Vec::<String>::new(), "{no_commit}");
        }
    }
}
