//! A file that somebody asks about: which bytes it has, and which formats it looks like.
//!
//! It is whatever a customer sent. Only a plain file is opened, and it is read in pieces.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use holdpoint_core::likeness::{Likeness, likeness};
use holdpoint_core::name::escaped;
use holdpoint_core::policy::Interface;

use crate::failure::Failure;
use crate::site::{Content, content_of};

/// An opened file.
pub(crate) struct Specimen {
    shown: String,
    file: File,
    size: u64,
}

impl Specimen {
    /// Opens the file at `path`. What is no file is not opened: a pipe would wait, and a device may have no end.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = escaped(&path.display().to_string());
        let size = |it: Metadata| if it.is_file() { Ok(it.len()) } else { Err(no_file(&shown, &it)) };
        size(path.metadata().map_err(|why| unread(&shown, &why))?)?;
        let file = File::open(path).map_err(|why| unread(&shown, &why))?;
        // Something else may lie there by now.
        let size = size(file.metadata().map_err(|why| unread(&shown, &why))?)?;
        Ok(Self { shown, file, size })
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Size and digest, from all of its bytes. `progress` is told how many passed since it was last told.
    pub(crate) fn content(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Content, Failure> {
        let failed = |why: io::Error| unread(&self.shown, &why);
        self.file.seek(SeekFrom::Start(0)).map_err(failed)?;
        // A file that somebody goes on writing to has no end.
        let content = content_of(&mut (&self.file).take(self.size.saturating_add(1)), progress).map_err(failed)?;
        if content.size == self.size {
            return Ok(content);
        }
        Err(Failure::new(format!("`{}` changed while it was read", self.shown))
            .because(format!("it had {} bytes, and then {} or more", self.size, content.size))
            .hint("ask about a copy of it that nothing writes to"))
    }

    /// The formats that it looks like, by the marks of these interfaces. It reads the first mebibyte at most, the bytes that
    /// a mark names, and the directory of an archive.
    pub(crate) fn likeness(&mut self, interfaces: &[Interface]) -> Result<Likeness, Failure> {
        likeness(&mut self.file, self.size, interfaces).map_err(|why| unread(&self.shown, &why))
    }
}

fn unread(shown: &str, why: &io::Error) -> Failure {
    Failure::new(format!("`{shown}` cannot be read")).because(why).hint("ask about a copy of it that you may read")
}

fn no_file(shown: &str, it: &Metadata) -> Failure {
    let what = if it.is_dir() { "a folder" } else { "a device, a pipe or the like" };
    Failure::usage(format!("`{shown}` is {what}, and only a file can be identified")).hint("name one file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_before_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| Specimen::open(path).err().unwrap();
        assert!(told(folder.path()).message().contains("is a folder"));
        assert!(told(Path::new("/dev/zero")).message().contains("is a device"));
        let pipe = folder.path().join("pipe\u{1b}");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let message = told(&pipe).message().to_owned();
        assert!(message.contains("pipe\\u{1b}` is a device, a pipe or the like"), "{message}");
        assert!(told(&folder.path().join("gone")).message().contains("cannot be read"));
    }

    #[test]
    fn a_file_that_grew_has_no_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "abc").unwrap();
        let mut specimen = Specimen::open(&path).unwrap();
        assert_eq!(specimen.content(&mut |_| {}).unwrap(), Content::of(b"abc"));
        std::fs::write(&path, "abcdef").unwrap();
        let why = specimen.content(&mut |_| {}).unwrap_err();
        assert!(why.message().contains("changed while it was read"), "{why:?}");
    }

    #[test]
    fn a_link_to_a_file_is_that_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "abc").unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("b")).unwrap();
        assert_eq!(Specimen::open(&folder.path().join("b")).unwrap().size(), 3);
    }
}
