//! The work tree and the index: brought to what was just committed, and nothing else in them touched.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Oid};
use holdpoint_core::name::pathspec;

use super::tree::{Change, Content};
use super::{Repo, reason};
use crate::failure::Failure;

/// The work tree of a repository that has one.
pub(super) struct WorkTree<'r> {
    repo: &'r Repo,
    top: PathBuf,
}

impl<'r> WorkTree<'r> {
    pub(super) fn of(repo: &'r Repo) -> Option<Self> {
        repo.git.workdir().map(|it| Self { repo, top: it.to_owned() })
    }

    /// Refuses where a file on disk holds something that is neither committed nor about to be.
    pub(super) fn check_disk(&self, changes: &[Change]) -> Result<(), Failure> {
        changes.iter().try_for_each(|it| self.check_one_on_disk(it))
    }

    /// Refuses where something else is staged for one of the files. An index that cannot be read holds nobody up.
    pub(super) fn check_index(&self, changes: &[Change]) -> Result<(), Failure> {
        let Ok(mut index) = self.repo.git.index() else { return Ok(()) };
        if index.read(false).is_err() {
            return Ok(());
        }
        for change in changes {
            let path = Path::new(&change.path);
            let staged = index.get_path(path, 0).map(|it| it.id);
            let conflict = (1..=3).any(|stage| index.get_path(path, stage).is_some());
            let wanted = change.new.as_ref().map(|it| it.id);
            if conflict || (staged != change.old && staged != wanted) {
                return Err(Failure::new(format!("something else is staged for `{}`", change.path))
                    .hint(format!("git restore --staged {}", change.path)));
            }
        }
        Ok(())
    }

    /// Whether the index, for each of the files, holds what was committed or nothing at all.
    pub(super) fn lacks_or_has(&self, changes: &[Change]) -> bool {
        let Ok(mut index) = self.repo.git.index() else { return false };
        index.read(false).is_ok()
            && changes.iter().all(|change| {
                let path = Path::new(&change.path);
                let conflict = (1..=3).any(|stage| index.get_path(path, stage).is_some());
                !conflict && index.get_path(path, 0).is_none_or(|it| Some(it.id) == change.old)
            })
    }

    /// Writes and removes the files, each whole or not at all.
    pub(super) fn write(&self, changes: &[Change]) -> Result<(), Failure> {
        for change in changes {
            let path = self.top.join(&change.path);
            match &change.new {
                Some(new) if fs::read(&path).is_ok_and(|it| it == new.bytes) => {}
                Some(new) => write_whole(&path, &new.bytes).map_err(|it| unwritten(&change.path, "written", &it))?,
                None => match fs::remove_file(&path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(unwritten(&change.path, "removed", &error));
                    }
                    _ => remove_empty_folders(&self.top, &path),
                },
            }
        }
        Ok(())
    }

    /// Makes the index agree for these files, so that `git status` has nothing to say about them.
    pub(super) fn stage(&self, changes: &[Change]) -> Result<(), Failure> {
        let failed = |it: git2::Error| {
            Failure::new("the index is not updated: `git status` shows the committed files as changed")
                .because(reason(&it))
                .hint("git reset --quiet")
        };
        let mut index = self.repo.git.index().map_err(failed)?;
        index.read(false).map_err(failed)?;
        for change in changes {
            match &change.new {
                Some(new) => index.add(&self.entry(&change.path, new)).map_err(failed)?,
                None if index.get_path(Path::new(&change.path), 0).is_some() => {
                    index.remove(Path::new(&change.path), 0).map_err(failed)?;
                }
                None => {}
            }
        }
        index.write().map_err(failed)
    }

    fn check_one_on_disk(&self, change: &Change) -> Result<(), Failure> {
        let mut folder = self.top.clone();
        let (parents, _) = change.path.rsplit_once('/').unwrap_or_default();
        for part in parents.split('/').filter(|it| !it.is_empty()) {
            folder.push(part);
            // A link here would lead the file out of the repository.
            if folder.symlink_metadata().is_ok_and(|it| !it.is_dir()) {
                return Err(Failure::new(format!("`{}` is not a folder", folder.display())).hint("move it away"));
            }
        }
        let path = self.top.join(&change.path);
        let bytes = match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unread(&path, &error)),
            Ok(found) if !found.is_file() => {
                return Err(Failure::new(format!("`{}` is not a plain file", change.path)).hint("move it away"));
            }
            Ok(_) => fs::read(&path).map_err(|it| unread(&path, &it))?,
        };
        let new = change.new.as_ref().map(|it| it.id);
        for known in [change.old, new].into_iter().flatten() {
            if self.repo.is_copy_of(&bytes, known)? {
                return Ok(());
            }
        }
        Err(Failure::new(format!("`{}` has changes that are not committed", change.path)).hint(format!(
            "commit them or move them away: git add -- {0} && git commit -- {0}",
            pathspec(&change.path)
        )))
    }

    fn entry(&self, path: &str, new: &Content) -> IndexEntry {
        let mut entry = blank_entry(path, new.id);
        entry.file_size = u32::try_from(new.bytes.len()).unwrap_or_default();
        if let Ok(found) = self.top.join(path).symlink_metadata() {
            note_stat(&mut entry, &found);
        }
        entry
    }
}

fn blank_entry(path: &str, id: Oid) -> IndexEntry {
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
        path: path.as_bytes().to_vec(),
    }
}

/// What git compares to see that a file has not been touched. The index keeps 32 bits of each number.
#[cfg(unix)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index keeps the low 32 bits")]
fn note_stat(entry: &mut IndexEntry, found: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    entry.ctime = IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32);
    entry.mtime = IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32);
    entry.dev = found.dev() as u32;
    entry.ino = found.ino() as u32;
    entry.uid = found.uid();
    entry.gid = found.gid();
    entry.file_size = found.size() as u32;
}

/// Elsewhere git reads the file once and notes the rest itself.
#[cfg(not(unix))]
fn note_stat(_: &mut IndexEntry, _: &fs::Metadata) {}

/// Writes a file so that it is there whole or not at all; its folder is made if it has to be.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".holdpoint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The user's umask takes away from it, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn remove_empty_folders(top: &Path, path: &Path) {
    let mut folder = path.parent();
    while let Some(here) = folder.filter(|it| *it != top && it.starts_with(top)) {
        // It fails on the first folder that still holds something, which ends the climb.
        if fs::remove_dir(here).is_err() {
            return;
        }
        folder = here.parent();
    }
}

fn unread(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be read", path.display())).because(error)
}

fn unwritten(path: &str, verb: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{path}` is not {verb}")).because(error)
}
