//! A site: the place that customers download from, seen as the few operations that a publish and an audit need.
//!
//! Every implementation keeps the same contract (`site/contract.rs`): a reader of the site sees a file whole or not
//! at all, and `releases.json` changes in one step or not at all.

use std::any::Any;
use std::fmt;
use std::io::Read;

use holdpoint_core::catalog::LARGEST_CATALOG;
use holdpoint_core::digest::{Digest, Hasher};
use holdpoint_core::name::{check_site_file, escaped};

use crate::failure::Failure;

#[cfg(test)]
mod contract;
mod copy;
mod directory;
mod location;
#[cfg(test)]
mod memory;
mod page;

pub(crate) use copy::content_of;
pub(crate) use location::Location;
#[cfg(test)]
pub(crate) use memory::MemorySite;
pub(crate) use page::{another_page, index_page, is_ours, shown_address};

/// The machine-readable index of a site, and the only thing that says what is out.
pub(crate) const INDEX: &str = "releases.json";

/// The checksums of one component version, beside its files.
pub(crate) const CHECKSUMS: &str = "SHA256SUMS";

/// A place that customers download from. Paths run from its root, with `/`, and are never absolute.
pub(crate) trait Site {
    /// Whether there is such a place at all. One that cannot be is a failure.
    fn is_there(&self) -> Result<bool, Failure>;

    /// Makes this the only publish to the site until the guard is dropped or the process ends.
    fn lock(&self) -> Result<Guard, Failure>;

    /// The bytes of `releases.json`, if there is one.
    fn index(&self) -> Result<Option<Vec<u8>>, Failure>;

    /// Everything on the site, in the order of the paths, except the lock. Whatever else lies in the site's own folder is a
    /// stranger there, too.
    fn list(&self) -> Result<Vec<Stored>, Failure>;

    /// The files that are not listed because systems leave such files in every folder.
    fn litter(&self) -> Result<Vec<Stored>, Failure> {
        Ok(Vec::new())
    }

    /// What the file at `path` holds, where at most `most` bytes are expected: a larger one holds something else, and is not read, for
    /// somebody may have made it of any size. `None` if there is no file.
    fn digest_of(&self, path: &str, most: u64) -> Result<Option<Holds>, Failure>;

    /// The first bytes of the file at `path`, at most a mebibyte; `None` if there is no file.
    fn beginning(&self, path: &str) -> Result<Option<Vec<u8>>, Failure>;

    /// The file at `path`, or the first folder above it, that is not as readable as the site itself.
    fn closed_to_others(&self, path: &str) -> Result<Option<String>, Failure>;

    /// Makes a file that is there as readable as the site, and nobody else's: what another name leads to becomes a copy.
    fn secure(&self, held: &Guard, path: &str, expected: Content) -> Result<(), Failure>;

    /// Tries whether files of these sizes can be written at these paths, all of them at once, and leaves nothing behind.
    fn try_room(&self, held: &Guard, files: &[(&str, u64)]) -> Result<(), Failure>;

    /// Puts `source` at `path` if nothing is there. Nothing is visible before all bytes are there and are `expected`; they are
    /// stored for good by the next `settle`.
    /// `progress` is told how many bytes came in since it was last told.
    fn put(
        &self,
        held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Put, Failure>;

    /// As `put`, in place of whatever is there. Only for a leftover that no statement names.
    fn replace(
        &self,
        held: &Guard,
        path: &str,
        source: &mut dyn Read,
        expected: Content,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Failure>;

    /// Writes a small file (`SHA256SUMS`, `index.html`) in one step, in place of whatever is there.
    fn write(&self, held: &Guard, path: &str, bytes: &[u8]) -> Result<(), Failure>;

    /// Stores for good whatever was put, replaced or written.
    fn settle(&self, held: &Guard) -> Result<(), Failure>;

    /// Makes `bytes` the `releases.json` in one step, if the present one still has the digest `expected` (`None`: there
    /// is none). Whatever was put before is stored for good by then.
    fn flip(&self, held: &Guard, expected: Option<Digest>, bytes: &[u8]) -> Result<Flip, Failure>;
}

/// The right to change a site; it ends when this is dropped.
pub(crate) struct Guard {
    held: Box<dyn Any>,
    broken: Option<String>,
}

impl Guard {
    #[cfg(test)]
    fn new(held: impl Any) -> Self {
        Self::after(held, None)
    }

    /// A right that was taken over from a run that died, if `broken` says whose it was.
    fn after(held: impl Any, broken: Option<String>) -> Self {
        Self { held: Box::new(held), broken }
    }

    /// What holds the lock, for the site that made it.
    fn held<T: Any>(&self) -> Option<&T> {
        self.held.downcast_ref()
    }

    /// Whose lock it was, if that run died.
    pub(crate) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }
}

/// Size and digest of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    /// How many bytes.
    pub(crate) size: u64,
    /// Their digest.
    pub(crate) sha256: Digest,
}

impl Content {
    /// Of bytes in memory.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, sha256: Digest::of(bytes) }
    }

    /// Of so many zeros.
    fn of_zeros(size: u64) -> Self {
        let mut hasher = Hasher::default();
        let block = [0; 4096];
        let mut left = size;
        while left > 0 {
            let part = block.get(..usize::try_from(left).unwrap_or(block.len()).min(block.len())).unwrap_or(&block);
            hasher.update(part);
            left -= part.len() as u64;
        }
        Self { size, sha256: hasher.finish() }
    }
}

/// What a file was found to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// All of it was read.
    Read(Content),
    /// It has more bytes than were asked for: so many, or more.
    Larger(u64),
}

impl Holds {
    /// Whether it is this.
    pub(crate) fn is(&self, expected: Content) -> bool {
        *self == Self::Read(expected)
    }

    /// What was expected instead, as the subject of a sentence: "… stated".
    pub(crate) fn instead(&self, expected: Content) -> String {
        match self {
            Self::Read(_) => format!("{} is", expected.sha256),
            Self::Larger(_) => format!("{} bytes are", expected.size),
        }
    }

    /// How many bytes were read of it.
    pub(crate) fn bytes_read(&self) -> u64 {
        match self {
            Self::Read(content) => content.size,
            Self::Larger(_) => 0,
        }
    }
}

impl fmt::Display for Holds {
    /// As the object of "has".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(content) => write!(out, "the SHA-256 {}", content.sha256),
            Self::Larger(size) => write!(out, "{size} bytes"),
        }
    }
}

/// One thing on a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stored {
    /// Where. A name that is not Unicode is shown with replacement characters, and has no digest.
    pub(crate) path: String,
    /// Its size in bytes; 0 for what is no file.
    pub(crate) size: u64,
    /// What it is.
    pub(crate) kind: StoredKind,
}

/// What lies on a site. Folders are not listed, only what is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StoredKind {
    /// A file.
    File,
    /// A symbolic link. It is never followed.
    Link,
    /// A device, a socket or the like.
    Other,
    /// A folder that cannot be listed.
    Closed,
}

/// What became of a `put`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// The file is there now.
    Stored,
    /// The same bytes were there already.
    AlreadyThere,
    /// Other bytes are there. They were left alone.
    Occupied(Holds),
}

/// What became of a `flip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flip {
    /// The new index is live.
    Done,
    /// The index is not the expected one. It was left alone.
    Moved,
}

/// The parts of a path that may be written: plain names, nothing that leaves the site or hides in it.
fn parts_to_write(path: &str) -> Result<Vec<&str>, Failure> {
    path.split('/').map(|part| check_site_file(part).map(|()| part)).collect::<Result<_, _>>().map_err(|why| {
        Failure::new(format!("`{}` is no path of a site", escaped(path))).because(format!("a part {why}"))
    })
}

/// The parts of a path that may be read: any names, as long as they stay on the site.
fn parts_to_read(path: &str) -> Result<Vec<&str>, Failure> {
    let parts: Vec<&str> = path.split('/').collect();
    if parts.iter().any(|it| it.is_empty() || *it == "." || *it == ".." || it.contains(['\\', '\0'])) {
        return Err(Failure::new(format!("`{}` is no path of a site", escaped(path))));
    }
    Ok(parts)
}

/// Two publishes at the same time.
fn under_way(site: &str) -> Failure {
    Failure::new(format!("another publish to `{site}` is under way"))
        .hint("wait until it ends, then run the same command again; nothing was changed")
}

fn index_too_large(site: &str) -> Failure {
    Failure::new(format!("the `{INDEX}` of `{site}` is larger than {} MiB", LARGEST_CATALOG >> 20))
        .hint(format!("look at what wrote it; `holdpoint` never writes a `{INDEX}` of that size"))
}
