//! What a clone has proved: commits whose whole past was found to stand in them.
//!
//! The proof that nothing signed was removed looks at every commit since the checkpoint, and the next check would look at
//! them all again. What is kept here lies beside the configuration that holds the pinned root, and is trusted as much:
//! whoever can write there owns the clone. It can be deleted at any time.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use holdpoint_core::digest::Digest;

/// The first line of the file: another one is another format, and is not read.
const FORMAT: &str = "holdpoint proved 1";
/// So many commits are kept: branches that somebody works on in turn.
const MOST: usize = 16;

/// The commits that were proved for `key`, the newest proof first. The key stands for all that the proof depended on:
/// another policy, checkpoint or list of roots begins anew. A file with any fault says nothing.
pub(super) fn load(git: &Path, key: &Digest) -> Vec<String> {
    fs::read_to_string(file(git)).ok().and_then(|it| parse(&it, key)).unwrap_or_default()
}

/// Remembers that `commit` was proved for `key`. A clone that cannot be written to just does not.
pub(super) fn store(git: &Path, key: &Digest, commit: &str) {
    let mut commits = load(git, key);
    if commits.first().is_some_and(|it| it == commit) {
        return;
    }
    commits.retain(|it| it != commit);
    commits.insert(0, commit.to_owned());
    commits.truncate(MOST);
    let body = format!("{FORMAT}\n{key}\n{}\n", commits.join("\n"));
    let text = format!("{body}{}\n", Digest::of(body.as_bytes()));
    let path = file(git);
    let Some(folder) = path.parent() else { return };
    let written =
        fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder)).and_then(|mut it| {
            it.write_all(text.as_bytes())?;
            it.persist(&path).map_err(std::io::Error::from)
        });
    // The next check looks at it all again; nothing else depends on it.
    drop(written);
}

/// Where it is kept.
fn file(git: &Path) -> PathBuf {
    git.join("holdpoint").join("proved")
}

/// The file: its format, the key, a commit on each line, and the digest of all lines before.
fn parse(text: &str, key: &Digest) -> Option<Vec<String>> {
    let (body, digest) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    if Digest::of(format!("{body}\n").as_bytes()).to_string() != digest {
        return None;
    }
    let mut lines = body.lines();
    if lines.next()? != FORMAT || lines.next()? != key.to_string() {
        return None;
    }
    let commits: Vec<String> = lines.map(str::to_owned).collect();
    (commits.len() <= MOST && commits.iter().all(|it| is_commit(it))).then_some(commits)
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
    fn a_damaged_file_says_nothing() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"policy 1");
        store(git.path(), &key, &commit(1));
        let whole = fs::read(file(git.path())).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&whole[..at], &flipped] {
                fs::write(file(git.path()), damaged).unwrap();
                assert_eq!(load(git.path(), &key), Vec::<String>::new(), "byte {at}");
            }
        }
    }

    #[test]
    fn what_is_no_commit_is_not_believed() {
        let git = tempfile::tempdir().unwrap();
        let key = Digest::of(b"policy 1");
        for no_commit in ["HEAD", "", &"A".repeat(40), &"a".repeat(41), "../../../../../../../../../../../../../.."] {
            store(git.path(), &key, no_commit);
            assert_eq!(load(git.path(), &key), Vec::<String>::new(), "{no_commit}");
            fs::remove_file(file(git.path())).unwrap();
        }
    }

    #[test]
    fn a_clone_that_cannot_be_written_to_goes_on() {
        let git = tempfile::tempdir().unwrap();
        fs::write(git.path().join("holdpoint"), "a file in the way").unwrap();
        let key = Digest::of(b"policy 1");
        store(git.path(), &key, &commit(1));
        assert_eq!(load(git.path(), &key), Vec::<String>::new());
    }
}
