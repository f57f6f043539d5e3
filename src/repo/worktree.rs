//! The work tree and the index: brought to what was just committed, and nothing else in them touched.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use git2::IndexEntry;
#[cfg(unix)]
use git2::IndexTime;
use holdpoint_core::name::pathspec;

use super::Repo;
use super::index::{Locked, Replaced, blank_entry, lacks_or_has, refuse_staged};
use super::tree::{Change, Content};
use crate::failure::Failure;

/// The work tree of a repository that has one.
pub(super) struct WorkTree<'r> {
    repo: &'r Repo,
    top: PathBuf,
}

/// Changes on their way to the work tree and the index, which is locked for them. Dropped, nothing has happened.
pub(super) struct Bringing<'r, 'c> {
    work_tree: WorkTree<'r>,
    index: Locked<'r>,
    changes: &'c [Change],
}

/// Changes that work tree and index have. The index is locked until this is dropped.
pub(super) struct Brought<'r> {
    work_tree: WorkTree<'r>,
    before: Vec<(PathBuf, Option<Vec<u8>>)>,
    index: Replaced,
}

impl<'r> Bringing<'r, '_> {
    /// Brings them there, files and index, or neither; then goes on with `last`, without which neither stays.
    ///
    /// What moves the branch comes last. A run that dies before has staged what it did not commit, and the next commit takes it
    /// along; were the branch first, the next commit would take away what the branch has and the index has not.
    pub(super) fn and_then<T>(self, last: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let brought = self.bring()?;
        last().map_err(|failure| match brought.take_back() {
            Ok(()) => failure,
            Err(kept) => {
                let why = failure.message().to_owned();
                failure.because(format!("{why}; and {}", kept.message())).hint("git status   (says what is staged)")
            }
        })
    }

    fn bring(self) -> Result<Brought<'r>, Failure> {
        let Self { work_tree, index, changes } = self;
        let before: Vec<_> = changes.iter().map(|it| work_tree.top.join(&it.path)).collect();
        let before: Vec<_> = before.into_iter().map(|it| (it.clone(), fs::read(&it).ok())).collect();
        work_tree.write(changes)?;
        let entry = |change: &Change| change.new.as_ref().map(|new| work_tree.entry(&change.path, new));
        match index.stage(changes, entry).and_then(|()| index.replace()) {
            Ok(index) => Ok(Brought { work_tree, before, index }),
            Err(failure) => {
                work_tree.undo(&before);
                Err(failure)
            }
        }
    }
}

impl Brought<'_> {
    /// Makes work tree and index what they were.
    fn take_back(self) -> Result<(), Failure> {
        let Self { work_tree, before, index } = self;
        index.restore()?;
        work_tree.undo(&before);
        Ok(())
    }
}

impl<'r> WorkTree<'r> {
    pub(super) fn of(repo: &'r Repo) -> Option<Self> {
        repo.git.workdir().map(|it| Self { repo, top: it.to_owned() })
    }

    /// Refuses where a file on disk holds something that is neither committed nor about to be.
    pub(super) fn check_disk(&self, changes: &[Change]) -> Result<(), Failure> {
        changes.iter().try_for_each(|it| self.check_one_on_disk(it))
    }

    /// Locks the index for these changes. Refused, with nothing changed, where a file on disk or in the index holds
    /// something that is neither committed nor about to be.
    pub(super) fn begin<'c>(&self, changes: &'c [Change]) -> Result<Bringing<'r, 'c>, Failure> {
        let index = Locked::take(self.repo)?;
        refuse_staged(&index.staged(changes)?, changes)?;
        self.check_disk(changes)?;
        Ok(Bringing { work_tree: Self { repo: self.repo, top: self.top.clone() }, index, changes })
    }

    /// The same, or nothing where anything else stands under one of the paths than what is committed.
    pub(super) fn begin_mending<'c>(&self, changes: &'c [Change]) -> Result<Option<Bringing<'r, 'c>>, Failure> {
        let index = Locked::take(self.repo)?;
        if !lacks_or_has(&index.staged(changes)?, changes) || self.check_disk(changes).is_err() {
            return Ok(None);
        }
        Ok(Some(Bringing { work_tree: Self { repo: self.repo, top: self.top.clone() }, index, changes }))
    }

    /// Writes and removes the files: all of them, or none.
    pub(super) fn write(&self, changes: &[Change]) -> Result<(), Failure> {
        let mut before = Vec::new();
        for change in changes {
            let path = self.top.join(&change.path);
            before.push((path.clone(), fs::read(&path).ok()));
            if let Err(failure) = self.write_one(change, &path) {
                self.undo(&before);
                return Err(failure);
            }
        }
        Ok(())
    }

    fn write_one(&self, change: &Change, path: &Path) -> Result<(), Failure> {
        match &change.new {
            Some(new) if fs::read(path).is_ok_and(|it| it == new.bytes) => {}
            Some(new) => write_by_way_of(&self.repo.private_folder().join(WAITING), path, &new.bytes)
                .map_err(|it| unwritten(&change.path, "written", &it))?,
            None => match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(unwritten(&change.path, "removed", &error));
                }
                _ => remove_empty_folders(&self.top, path),
            },
        }
        Ok(())
    }

    /// Brings files back to what they were.
    fn undo(&self, before: &[(PathBuf, Option<Vec<u8>>)]) {
        for (path, bytes) in before.iter().rev() {
            // What cannot be brought back is what could not be written either.
            let _ = match bytes {
                Some(bytes) => write_whole(path, bytes),
                None => fs::remove_file(path),
            };
            remove_empty_folders(&self.top, path);
        }
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
        let mut entry = blank_entry(path.as_bytes(), new.id);
        entry.file_size = u32::try_from(new.bytes.len()).unwrap_or_default();
        if let Ok(found) = self.top.join(path).symlink_metadata() {
            note_stat(&mut entry, &found);
        }
        entry
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

/// Where files wait until they are whole, in the folder of this clone that git keeps to itself: what a run leaves there that dies
/// is nothing that anybody commits.
const WAITING: &str = "holdpoint";

/// Writes a file so that it is there whole or not at all, by way of another folder if that is on the same file system.
fn write_by_way_of(waiting: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    match fs::create_dir_all(waiting).and_then(|()| write_from(waiting, path, bytes)) {
        Ok(()) => Ok(()),
        Err(_) => write_whole(path, bytes),
    }
}

/// Writes a file so that it is there whole or not at all; its folder is made if it has to be.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    write_from(folder, path, bytes)
}

fn write_from(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::sandbox::{Sandbox, file};

    const ENTRY: &str = "releases/1.0.0/ledger/a.toml";

    #[test]
    fn what_a_run_brought_that_died_before_its_commit_goes_along_with_the_next_one() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let repo = sandbox.repo();
        let base = repo.git.head().unwrap().peel_to_tree().unwrap().id();
        let changes = repo.changes(Some(base), "", &[file(ENTRY, "entry")], &[]).unwrap();
        let work_tree = WorkTree::of(&repo).unwrap();
        // Nothing of a process that is killed is dropped.
        std::mem::forget(work_tree.begin(&changes).unwrap().bring().unwrap());
        fs::remove_file(sandbox.dir().join(".git/index.lock")).unwrap();
        sandbox.git(&["commit", "-q", "-m", "Something else"]);
        assert_eq!(sandbox.git(&["show", &format!("HEAD:{ENTRY}")]), "entry");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    }

    #[test]
    fn what_could_not_be_committed_is_taken_back() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        sandbox.write("staged", "x");
        sandbox.git(&["add", "staged"]);
        let repo = sandbox.repo();
        let base = repo.git.head().unwrap().peel_to_tree().unwrap().id();
        let files = [file(ENTRY, "entry"), file("a", "2")];
        let changes = repo.changes(Some(base), "", &files, &[]).unwrap();
        let bringing = WorkTree::of(&repo).unwrap().begin(&changes).unwrap();
        let moved: Result<(), Failure> = bringing.and_then(|| Err(Failure::new("it has moved")));
        assert_eq!(moved.unwrap_err().message(), "it has moved");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  staged");
        assert_eq!(sandbox.read("a"), "1");
        assert!(!sandbox.dir().join("releases").exists());
    }
}
