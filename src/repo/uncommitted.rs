//! What is not committed: files of the work tree, or of the index, that are not what HEAD holds.
//!
//! Bytes are compared, so no filter or hook runs, and what `.gitignore` hides is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use git2::{ErrorCode, Index, IndexEntry, Oid};
use holdpoint_core::name::escaped;

use super::allowance::Allowance;
use super::{Kind, Repo, Snapshot, index, joined, reason};
use crate::failure::Failure;

/// What differs from HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uncommitted {
    /// Paths from the coordination root: changed, untracked, deleted or staged.
    pub(crate) paths: Vec<String>,
    /// Why the index could not be looked at, if so; the files were.
    pub(crate) index_unread: Option<String>,
}

type Files = BTreeMap<Vec<u8>, (Kind, Oid)>;

/// The bit of an index entry whose file a sparse checkout leaves out.
pub(super) const SKIP_WORKTREE: u16 = 1 << 14;

/// How closely one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// Everything: something is about to be signed or published.
    All,
    /// A large index is left alone: reading thousands of entries costs many times what a check does.
    Courtesy,
}

/// The largest index that is read as a courtesy, in bytes: some three thousand entries.
const LARGE_INDEX: u64 = 256 << 10;

/// So many files and folders are looked at below one folder of the record: a hundred for each of ten thousand releases.
const MOST: usize = 1_000_000;

impl Repo {
    /// What differs from `head`, a snapshot of HEAD, below the given folders.
    pub(crate) fn uncommitted(
        &self,
        head: &Snapshot<'_>,
        folders: &[&str],
        care: Care,
    ) -> Result<Uncommitted, Failure> {
        let Some(top) = self.git.workdir() else {
            return Ok(Uncommitted { paths: Vec::new(), index_unread: None });
        };
        let below: Vec<String> = folders.iter().map(|it| joined(head.prefix(), it)).collect();
        let is_large = || fs::metadata(self.git.path().join("index")).is_ok_and(|it| it.len() > LARGE_INDEX);
        let skipped = care == Care::Courtesy && is_large();
        let (staged, index_unread) = match Staged::of(self, if skipped { &[] } else { &below }) {
            Ok(staged) => (staged, None),
            // What libgit2 does not read (a sparse or split index), git does.
            Err(error) => {
                match self.staged_by_git(&self.index_file(), &below.iter().map(String::as_str).collect::<Vec<_>>()) {
                    Ok(listed) => (Staged::listed(listed), None),
                    Err(_) => (Staged::default(), Some(reason(&error))),
                }
            }
        };
        let mut found = BTreeSet::new();
        for folder in folders {
            let below = joined(head.prefix(), folder);
            let committed = head.files_below(folder, MOST)?;
            if index_unread.is_none() && !skipped {
                staged.differences(&committed, &below, &mut found);
            }
            let mut disk = BTreeSet::new();
            walk(&top.join(&below), &below, Allowance::of(MOST), &mut disk)?;
            for (path, (kind, id)) in &committed {
                let known = staged.entries.get(path);
                let left_out = known.is_some_and(|it| it.flags_extended & SKIP_WORKTREE != 0);
                let there = disk.remove(path);
                if !left_out
                    && *kind != Kind::Submodule
                    && !(there && self.is_unchanged(top, path, *kind, *id, &staged)?)
                {
                    found.insert(path.clone());
                }
            }
            found.extend(disk);
        }
        let prefix = joined(head.prefix(), "");
        let paths = found.iter().map(|it| String::from_utf8_lossy(it)).map(|it| {
            let below = if prefix.is_empty() { Some(&*it) } else { it.strip_prefix(&format!("{prefix}/")) };
            escaped(below.unwrap_or(&it))
        });
        Ok(Uncommitted { paths: paths.collect(), index_unread })
    }

    fn is_unchanged(&self, top: &Path, path: &[u8], kind: Kind, id: Oid, staged: &Staged) -> Result<bool, Failure> {
        let place = on_disk(top, path);
        let failed = |it| Failure::new(format!("`{}` cannot be read", place.display())).because(it);
        let found = place.symlink_metadata().map_err(failed)?;
        if found.is_symlink() {
            let to = fs::read_link(&place).map_err(failed)?;
            return Ok(kind == Kind::Symlink && self.id_of(to.as_os_str().as_encoded_bytes())? == id);
        }
        if !found.is_file() {
            return Ok(false);
        }
        if staged.vouches_for(path, id, &found) {
            return Ok(true);
        }
        self.is_copy_of(&fs::read(&place).map_err(failed)?, id)
    }
}

/// The index, and when it was written.
#[derive(Default)]
pub(super) struct Staged {
    pub(super) entries: BTreeMap<Vec<u8>, IndexEntry>,
    conflicts: BTreeSet<Vec<u8>>,
    written: i64,
}

impl Staged {
    /// What git listed. It vouches for no file.
    pub(super) fn listed(all: index::Staged) -> Self {
        let mut staged = Self::default();
        for entry in all.into_values().flatten() {
            staged.take(entry);
        }
        staged
    }

    fn take(&mut self, entry: IndexEntry) {
        if index::stage_of(&entry) == 0 {
            self.entries.insert(entry.path.clone(), entry);
        } else {
            self.conflicts.insert(entry.path);
        }
    }

    /// The index below some folders. Its entries lie in the order of their paths, so the others are not looked at.
    pub(super) fn of(repo: &Repo, folders: &[String]) -> Result<Self, git2::Error> {
        if folders.is_empty() {
            return Ok(Self::default());
        }
        // The time is taken first: what is written while the index is read is not vouched for.
        let written = fs::metadata(repo.git.path().join("index")).ok().and_then(|it| seconds(it.modified().ok()?));
        let mut index: Index = repo.git.index()?;
        index.read(false)?;
        let mut staged = Self { written: written.unwrap_or_default(), ..Self::default() };
        for folder in folders {
            let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let first = match index.find_prefix(&prefix) {
                Ok(first) => first,
                Err(error) if error.code() == ErrorCode::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in (first..index.len()).map_while(|at| index.get(at)) {
                if !entry.path.starts_with(prefix.as_bytes()) {
                    break;
                }
                staged.take(entry);
            }
        }
        Ok(staged)
    }

    /// Adds the paths below a folder whose index entry is not what is committed.
    fn differences(&self, committed: &Files, folder: &str, found: &mut BTreeSet<Vec<u8>>) {
        let inside = |path: &[u8]| {
            folder.is_empty() || path.strip_prefix(folder.as_bytes()).is_some_and(|it| it.starts_with(b"/"))
        };
        let same = |entry: &IndexEntry, (kind, id): &(Kind, Oid)| {
            entry.id == *id && i32::try_from(entry.mode).is_ok_and(|mode| Kind::of_mode(mode) == *kind)
        };
        found.extend(self.conflicts.iter().filter(|it| inside(it)).cloned());
        for (path, entry) in self.entries.iter().filter(|(path, _)| inside(path)) {
            if !committed.get(path).is_some_and(|it| same(entry, it)) {
                found.insert(path.clone());
            }
        }
        found.extend(committed.keys().filter(|it| !self.entries.contains_key(*it)).cloned());
    }

    /// Whether git has noted that this is the file of an entry, to the part of a second.
    pub(super) fn noted(&self, entry: &IndexEntry, found: &fs::Metadata) -> bool {
        let modified = found.modified().ok().and_then(seconds);
        let is_exact = entry.mtime.nanoseconds() != 0 || i64::from(entry.mtime.seconds()) < self.written;
        is_exact
            && u64::from(entry.file_size) == found.len()
            && modified == Some(i64::from(entry.mtime.seconds()))
            && same_file(entry, found)
    }

    /// Whether git itself has noted that this very file is the committed one, and it was not touched since. A file
    /// written in the same second as the index could have been touched unseen, so it is read.
    fn vouches_for(&self, path: &[u8], id: Oid, found: &fs::Metadata) -> bool {
        let Some(entry) = self.entries.get(path) else { return false };
        let modified = found.modified().ok().and_then(seconds);
        entry.id == id
            && u64::from(entry.file_size) == found.len()
            && modified.is_some_and(|it| it == i64::from(entry.mtime.seconds()) && it < self.written)
            && same_file(entry, found)
    }
}

#[cfg(unix)]
fn same_file(entry: &IndexEntry, found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = i64::from(entry.mtime.nanoseconds());
    // git keeps the low 32 bits of the inode, and ctime catches a file whose mtime was set back.
    found.ino() & 0xffff_ffff == u64::from(entry.ino)
        && found.ctime() == i64::from(entry.ctime.seconds())
        && (nanoseconds == 0 || nanoseconds == found.mtime_nsec())
}

#[cfg(not(unix))]
fn same_file(_: &IndexEntry, _: &fs::Metadata) -> bool {
    false
}

fn seconds(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Every file below `folder`, by its path from the top; links are not followed.
fn walk(folder: &Path, path: &str, mut allowance: Allowance, found: &mut BTreeSet<Vec<u8>>) -> Result<(), Failure> {
    let shown = path;
    let mut open: Vec<(PathBuf, Vec<u8>)> = vec![(folder.to_owned(), path.as_bytes().to_vec())];
    if folder.symlink_metadata().is_ok_and(|it| !it.is_dir()) {
        found.insert(path.as_bytes().to_vec());
        return Ok(());
    }
    while let Some((folder, path)) = open.pop() {
        let failed = |it| Failure::new(format!("`{}` cannot be listed", folder.display())).because(it);
        let listing = match fs::read_dir(&folder) {
            Ok(listing) => listing,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        for entry in listing {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name == ".git" {
                continue;
            }
            let mut below = path.clone();
            if !below.is_empty() {
                below.push(b'/');
            }
            below.extend_from_slice(name.as_encoded_bytes());
            allowance.take(shown, below.len())?;
            if entry.file_type().map_err(failed)?.is_dir() {
                open.push((entry.path(), below));
            } else {
                found.insert(below);
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn on_disk(top: &Path, path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    top.join(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn on_disk(top: &Path, path: &[u8]) -> PathBuf {
    top.join(&*String::from_utf8_lossy(path))
}

#[cfg(test)]
mod tests;
