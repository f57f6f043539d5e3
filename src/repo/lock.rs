//! The locks of git: a file beside what it is about to change. A run that died leaves it behind, and nobody else takes it away.

use std::path::{Path, PathBuf};

use holdpoint_core::name::quoted;

use super::Repo;
use crate::failure::Failure;

impl Repo {
    /// Refuses where the index is locked: what is committed could not be brought there.
    pub(crate) fn refuse_locked_index(&self) -> Result<(), Failure> {
        if self.git.is_bare() { Ok(()) } else { refuse("the index", &self.index_file().with_extension("lock")) }
    }

    /// Refuses where HEAD's branch is locked: nothing could be committed there.
    pub(crate) fn refuse_locked_branch(&self) -> Result<(), Failure> {
        let head = self.head()?;
        refuse(&named(head.reference()), &self.lock_of(head.reference()))
    }

    /// Refuses where the configuration of this clone is locked: nothing could be pinned there.
    pub(crate) fn refuse_locked_config(&self) -> Result<(), Failure> {
        refuse("the configuration of this clone", &self.git.commondir().join("config.lock"))
    }

    /// Why a reference that is locked is not moved.
    pub(super) fn locked_reference(&self, name: &str) -> Failure {
        locked(&named(name), &self.lock_of(name))
    }

    fn lock_of(&self, reference: &str) -> PathBuf {
        // HEAD itself is each work tree's own.
        let folder = if reference.starts_with("refs/") { self.git.commondir() } else { self.git.path() };
        folder.join(format!("{reference}.lock"))
    }
}

fn refuse(what: &str, lock: &Path) -> Result<(), Failure> {
    if lock.symlink_metadata().is_ok() { Err(locked(what, lock)) } else { Ok(()) }
}

/// Why what is locked is not changed, and how the lock goes.
pub(super) fn locked(what: &str, lock: &Path) -> Failure {
    let shown = quoted(&lock.display().to_string());
    Failure::new(format!("{what} is locked by another git, and nothing was committed"))
        .because(format!("`{}` is there", lock.display()))
        .hint(format!("wait until it is done; if no other git runs here, a run that died has left it: rm {shown}"))
}

fn named(reference: &str) -> String {
    format!("`{}`", reference.strip_prefix("refs/heads/").unwrap_or(reference))
}
