//! What a clone remembers to be faster: files in a folder of git's own, beside the configuration that holds the pinned root, and
//! trusted as much: whoever can write there owns the clone. Each can be deleted at any time, and none changes an answer.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use holdpoint_core::digest::Digest;

/// One file of what is remembered.
pub(crate) struct Memory {
    path: PathBuf,
    /// The first lines: the form of the rest, and what the rest depends on.
    head: String,
}

impl Memory {
    /// The memory `name` of the clone whose own folder is `git`. What was remembered in another form, or for another key, is not read.
    pub(crate) fn new(git: &Path, name: &str, form: u32, key: &str) -> Self {
        Self { path: git.join("holdpoint").join(name), head: format!("holdpoint {name} {form}\n{key}\n") }
    }

    /// The lines that were remembered. A file with any fault says nothing.
    pub(crate) fn recall(&self) -> Option<String> {
        let text = fs::read_to_string(&self.path).ok()?;
        let (body, digest) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let body = text.get(..=body.len())?;
        let lines = body.strip_prefix(&self.head)?;
        (Digest::of(body.as_bytes()).to_string() == digest).then(|| lines.to_owned())
    }

    /// Remembers these lines, each with its end, in place of what was there. A clone that cannot be written to does not; the next
    /// command finds it out again, and nothing else depends on it.
    pub(crate) fn keep(&self, lines: &str) {
        drop(self.write(lines));
    }

    fn write(&self, lines: &str) -> io::Result<()> {
        let body = format!("{}{lines}", self.head);
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{body}{}", Digest::of(body.as_bytes()))?;
        file.persist(&self.path).map(drop).map_err(|it| it.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(git: &Path, form: u32, key: &str) -> Memory {
        Memory::new(git, "words", form, key)
    }

    #[test]
    fn what_is_kept_is_recalled_for_the_same_form_and_key_alone() {
        let git = tempfile::tempdir().unwrap();
        assert_eq!(memory(git.path(), 1, "key").recall(), None);
        for lines in ["one\ntwo\n", "three\n", ""] {
            memory(git.path(), 1, "key").keep(lines);
            assert_eq!(memory(git.path(), 1, "key").recall().as_deref(), Some(lines));
        }
        assert_eq!(memory(git.path(), 2, "key").recall(), None);
        assert_eq!(memory(git.path(), 1, "other").recall(), None);
    }

    #[test]
    fn a_damaged_file_says_nothing() {
        let git = tempfile::tempdir().unwrap();
        memory(git.path(), 1, "key").keep("one\ntwo\n");
        let path = git.path().join("holdpoint/words");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&whole[..at], &flipped] {
                fs::write(&path, damaged).unwrap();
                assert_eq!(memory(git.path(), 1, "key").recall(), None, "byte {at}");
            }
        }
    }

    #[test]
    fn a_clone_that_cannot_be_written_to_goes_on() {
        let git = tempfile::tempdir().unwrap();
        fs::write(git.path().join("holdpoint"), "a file in the way").unwrap();
        memory(git.path(), 1, "key").keep("one\n");
        assert_eq!(memory(git.path(), 1, "key").recall(), None);
    }
}
