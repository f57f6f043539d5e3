//! The index of a work tree: read as it is, and brought to its next state as a whole or not at all.
//!
//! Whoever writes it holds `index.lock`, as git does. libgit2 reads the usual forms; what it does not read (a split or a
//! sparse index) or would drop (what a monitor of the file system noted), git reads and writes.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntry, IndexTime, ObjectFormat, Oid};
use holdpoint_core::name::{pathspec, quoted};
use tempfile::TempPath;

use super::git::Git;
use super::lock::locked;
use super::tree::Change;
use super::worktree::write_whole;
use super::{Repo, reason};
use crate::failure::Failure;

/// What the index holds under some paths: the entries of each, of any stage.
pub(super) type Staged = BTreeMap<Vec<u8>, Vec<IndexEntry>>;

/// The stage of an entry, not 0 during a merge: two bits of its flags.
pub(super) fn stage_of(entry: &IndexEntry) -> u16 {
    (entry.flags & 0x3000) >> 12
}

impl Repo {
    /// Where the index of this work tree lies.
    pub(super) fn index_file(&self) -> PathBuf {
        self.git.path().join("index")
    }

    /// What git says is staged below some paths, in whatever form the index is.
    pub(super) fn staged_by_git(&self, index: &Path, paths: &[&str]) -> Result<Staged, Failure> {
        let git = Git::of_index(self, "ls-files", index).args(["-z", "-s", "-t", "--full-name", "--"]);
        let answer = git.args(paths).run()?;
        if !answer.worked {
            return Err(unread().because(answer.errors.trim()));
        }
        let mut staged = Staged::new();
        for line in answer.bytes.split(|it| *it == 0).filter(|it| !it.is_empty()) {
            let entry =
                self.listed(line).ok_or_else(|| unread().because("git lists it in a form that is not known"))?;
            staged.entry(entry.path.clone()).or_default().push(entry);
        }
        Ok(staged)
    }

    /// One line of `git ls-files -s -t`: tag, mode, object and stage, a tab, and the path.
    fn listed(&self, line: &[u8]) -> Option<IndexEntry> {
        let tab = line.iter().position(|it| *it == b'\t')?;
        let (head, path) = line.split_at_checked(tab)?;
        let words: Vec<&str> = std::str::from_utf8(head).ok()?.split(' ').collect();
        let [tag, mode, id, stage] = words.as_slice() else { return None };
        let mut entry = blank_entry(path.get(1..)?, Oid::from_str_ext(id, self.format()).ok()?);
        entry.mode = u32::from_str_radix(mode, 8).ok()?;
        entry.flags = stage.parse::<u16>().ok().filter(|it| *it < 4)? << 12;
        if tag.eq_ignore_ascii_case("S") {
            entry.flags_extended = super::uncommitted::SKIP_WORKTREE;
        }
        Some(entry)
    }

    /// What is staged under some paths.
    fn staged(&self, index: &Path, paths: &[&str]) -> Result<Staged, Failure> {
        if self.format() != ObjectFormat::Sha1 {
            return self.staged_by_git(index, paths);
        }
        let Ok(read) = Index::open(index) else { return self.staged_by_git(index, paths) };
        let mut staged = Staged::new();
        for path in paths {
            let found = (0..=3).filter_map(|stage| read.get_path(Path::new(path), stage)).collect();
            staged.insert(path.as_bytes().to_vec(), found);
        }
        Ok(staged)
    }
}

/// An index that is locked, and about to be brought to its next state. Dropped before that, nothing has happened.
pub(super) struct Locked<'r> {
    repo: &'r Repo,
    index: PathBuf,
    /// A copy to work on, beside the index.
    copy: TempPath,
    lock: Lock,
}

struct Lock(PathBuf);

impl Drop for Lock {
    fn drop(&mut self) {
        // It is this run's own; if it cannot be removed, git says so to whoever comes next.
        let _ = fs::remove_file(&self.0);
    }
}

impl<'r> Locked<'r> {
    /// Locks the index of `repo`.
    pub(super) fn take(repo: &'r Repo) -> Result<Self, Failure> {
        let index = repo.index_file();
        let place = index.with_extension("lock");
        let opened = OpenOptions::new().write(true).create_new(true).open(&place);
        let lock = opened.map(|_| Lock(place.clone())).map_err(|why| unlockable(&place, &why))?;
        let failed =
            |why: std::io::Error| Failure::new("the index cannot be written, and nothing was committed").because(why);
        let folder = repo.git.path();
        let copy = tempfile::Builder::new().prefix("index.holdpoint-").tempfile_in(folder).map_err(failed)?;
        let copy = copy.into_temp_path();
        match fs::copy(&index, &copy) {
            Err(why) if why.kind() == ErrorKind::NotFound => fs::remove_file(&copy).map_err(failed)?,
            Err(why) => return Err(failed(why)),
            Ok(_) => {}
        }
        Ok(Self { repo, index, copy, lock })
    }

    /// What is staged under the paths of some changes.
    pub(super) fn staged(&self, changes: &[Change]) -> Result<Staged, Failure> {
        let paths: Vec<&str> = changes.iter().map(|it| it.path.as_str()).collect();
        self.repo.staged(&self.copy, &paths)
    }

    /// Makes the next state: with these changes, where `entry` gives what the index notes of a file that is there.
    pub(super) fn stage(
        &self,
        changes: &[Change],
        entry: impl Fn(&Change) -> Option<IndexEntry>,
    ) -> Result<(), Failure> {
        let bytes = fs::read(&self.copy).unwrap_or_default();
        let has = |name: &[u8; 4]| bytes.windows(4).any(|it| it == name);
        let is_usual =
            self.repo.format() == ObjectFormat::Sha1 && ![b"UNTR", b"FSMN", b"link", b"sdir"].into_iter().any(has);
        match Index::open(&self.copy) {
            Ok(mut index) if is_usual => {
                for change in changes {
                    let path = Path::new(&change.path);
                    let staged = match entry(change) {
                        Some(entry) => index.add(&entry),
                        None if index.get_path(path, 0).is_some() => index.remove(path, 0),
                        None => Ok(()),
                    };
                    staged.map_err(|it| unwritten().because(reason(&it)))?;
                }
                index.write().map_err(|it| unwritten().because(reason(&it)))
            }
            _ => self.stage_by_git(changes),
        }
    }

    fn stage_by_git(&self, changes: &[Change]) -> Result<(), Failure> {
        let mut lines = Vec::new();
        for change in changes {
            let line = match (&change.new, change.old) {
                (Some(new), _) => format!("100644 {} 0\t{}\0", new.id, change.path),
                (None, Some(old)) => format!("0 {}\t{}\0", "0".repeat(old.to_string().len()), change.path),
                (None, None) => continue,
            };
            lines.extend_from_slice(line.as_bytes());
        }
        let git = Git::of_index(self.repo, "update-index", &self.copy).args(["--add", "-z", "--index-info"]);
        let answer = git.input_bytes(lines).run()?;
        if answer.worked { Ok(()) } else { Err(unwritten().because(answer.errors.trim())) }
    }

    /// Puts the next state in the place of the old one, which stays locked.
    pub(super) fn replace(self) -> Result<Replaced, Failure> {
        let Self { index, copy, lock, .. } = self;
        let old = match fs::metadata(&index) {
            Ok(old) => {
                let _ = fs::set_permissions(&copy, old.permissions());
                Some(fs::read(&index).map_err(|it| unwritten().because(it))?)
            }
            Err(_) => None,
        };
        copy.persist(&index).map_err(|it| unwritten().because(it.error))?;
        Ok(Replaced { index, old, _lock: lock })
    }
}

/// An index in its next state. It is locked until this is dropped.
pub(super) struct Replaced {
    index: PathBuf,
    /// What it was before, if it was there.
    old: Option<Vec<u8>>,
    _lock: Lock,
}

impl Replaced {
    /// Brings the old state back.
    pub(super) fn restore(self) -> Result<(), Failure> {
        let restored = match &self.old {
            Some(old) => write_whole(&self.index, old),
            None => fs::remove_file(&self.index),
        };
        restored.map_err(|it| Failure::new("the index cannot be brought back to what it was").because(it))
    }
}

fn unlockable(place: &Path, why: &std::io::Error) -> Failure {
    if why.kind() == ErrorKind::AlreadyExists {
        return locked("the index", place);
    }
    Failure::new("the index cannot be locked, and nothing was committed")
        .because(why)
        .hint(format!("see who may write there: ls -ld {}", quoted(&place.with_file_name("").display().to_string())))
}

fn unread() -> Failure {
    Failure::new("the index cannot be read, so nothing was committed").hint("git status   (says what is wrong with it)")
}

fn unwritten() -> Failure {
    Failure::new("the index cannot be written, and nothing was committed")
        .hint("git status   (says what is wrong with it)")
}

/// Refuses where something else than what is committed, or about to be, is staged for one of the files.
pub(super) fn refuse_staged(staged: &Staged, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        let entries = staged.get(change.path.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        let plain = entries.iter().find(|it| stage_of(it) == 0).map(|it| it.id);
        let wanted = change.new.as_ref().map(|it| it.id);
        if entries.iter().any(|it| stage_of(it) != 0) || (plain != change.old && plain != wanted) {
            return Err(Failure::new(format!("something else is staged for `{}`", change.path))
                .hint(format!("git restore --staged -- {}", pathspec(&format!(":/{}", change.path)))));
        }
    }
    Ok(())
}

/// Whether the index, for each of the files, holds what was committed or nothing at all.
pub(super) fn lacks_or_has(staged: &Staged, changes: &[Change]) -> bool {
    changes.iter().all(|change| {
        let entries = staged.get(change.path.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        entries.iter().all(|it| stage_of(it) == 0 && Some(it.id) == change.old)
    })
}

/// An entry of which nothing is noted but the file's content.
pub(super) fn blank_entry(path: &[u8], id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.to_vec(),
    }
}
