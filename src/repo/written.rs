//! The files in front of an author, as a commit of them would hold them: what git has noted of each counts with it.
//!
//! A work tree does not show everything. Some file systems have no executable bit and no links, filters change bytes, a
//! submodule is a folder, and a sparse checkout leaves files out; the index knows.

use std::fs;
use std::ops::Bound;
use std::path::Path;

use git2::Oid;

use super::uncommitted::{SKIP_WORKTREE, Staged};
use super::{Kind, Repo, joined};
use crate::failure::Failure;

/// What git has noted of the files below some folders.
pub(crate) struct Written {
    staged: Staged,
    /// Whether the disk shows which files are executable, and which are links.
    modes: bool,
    links: bool,
}

/// What a commit would hold under one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// What the index holds: the file on the disk is that one, or is left out.
    Staged(Kind, Oid),
    /// What is on the disk, as a file of this kind.
    Disk(Kind),
    /// Nothing.
    Absent,
}

impl Repo {
    /// What git has noted of the files below some folders, which are from the top of the repository.
    pub(crate) fn written(&self, folders: &[String]) -> Result<Written, Failure> {
        let staged = match Staged::of(self, folders) {
            Ok(staged) => staged,
            Err(_) => Staged::listed(self.staged_by_git(&self.index_file(), &as_paths(folders))?),
        };
        let config = self.git.config().and_then(|mut it| it.snapshot());
        let is_on = |key: &str| config.as_ref().ok().and_then(|it| it.get_bool(key).ok()).unwrap_or(true);
        Ok(Written { staged, modes: cfg!(unix) && is_on("core.filemode"), links: is_on("core.symlinks") })
    }
}

fn as_paths(folders: &[String]) -> Vec<&str> {
    folders.iter().map(String::as_str).collect()
}

impl Written {
    /// What a commit would hold under `path`, which is from the top of the repository, for what lies at `place`.
    pub(crate) fn form(&self, path: &str, place: &Path) -> std::io::Result<Form> {
        let entry = self.staged.entries.get(path.as_bytes());
        let kind = entry.and_then(|it| i32::try_from(it.mode).ok()).map(Kind::of_mode);
        let found = match fs::symlink_metadata(place) {
            Ok(found) => Some(found),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => None,
            Err(why) => return Err(why),
        };
        Ok(match (entry, kind, found) {
            (Some(entry), Some(Kind::Submodule), Some(found)) if found.is_dir() => {
                Form::Staged(Kind::Submodule, entry.id)
            }
            (Some(entry), Some(kind), None) if entry.flags_extended & SKIP_WORKTREE != 0 => {
                Form::Staged(kind, entry.id)
            }
            (_, _, None) => Form::Absent,
            (_, _, Some(found)) if found.is_symlink() => Form::Disk(Kind::Symlink),
            (_, _, Some(found)) if found.is_dir() => Form::Disk(Kind::Folder),
            (_, _, Some(found)) if !found.is_file() => Form::Disk(Kind::Other),
            (Some(entry), Some(Kind::Symlink), Some(_)) if !self.links => Form::Staged(Kind::Symlink, entry.id),
            (entry, kind, Some(found)) => {
                let is_executable = if self.modes { may_run(&found) } else { kind == Some(Kind::Executable) };
                let kind = if is_executable { Kind::Executable } else { Kind::File };
                match entry.filter(|it| self.staged.noted(it, &found)) {
                    Some(entry) => Form::Staged(kind, entry.id),
                    None => Form::Disk(kind),
                }
            }
        })
    }

    /// The names in `folder`, which is from the top of the repository, that the index has and the disk need not show: of
    /// what is left out, and whether each is a folder.
    pub(crate) fn left_out(&self, folder: &str) -> Vec<(String, bool)> {
        let prefix = joined(folder, "") + if folder.is_empty() { "" } else { "/" };
        let from = (Bound::Included(prefix.as_bytes().to_vec()), Bound::Unbounded);
        let below = self.staged.entries.range(from).take_while(|(path, _)| path.starts_with(prefix.as_bytes()));
        let mut names: Vec<(String, bool)> = Vec::new();
        for (path, _) in below.filter(|(_, it)| it.flags_extended & SKIP_WORKTREE != 0) {
            let rest = String::from_utf8_lossy(path.get(prefix.len()..).unwrap_or_default()).into_owned();
            let name = match rest.split_once('/') {
                Some((name, _)) => (name.to_owned(), true),
                None => (rest, false),
            };
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(unix)]
fn may_run(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn may_run(_: &fs::Metadata) -> bool {
    false
}
