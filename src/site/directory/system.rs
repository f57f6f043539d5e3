//! What is asked of the file system under a site; a test's one may be full, or lack what is needed.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use super::DirectorySite;
use super::staged::Staged;

impl DirectorySite {
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "a test's disk can be full")]
    pub(super) fn disk<'a>(&self, file: &'a File) -> &'a File {
        file
    }

    #[cfg(test)]
    pub(super) fn disk<'a>(&self, file: &'a File) -> crate::site::contract::Ration<&'a File> {
        crate::site::contract::Ration::new(file, self.faults.room)
    }

    /// Moves a file to its place, if nothing is there.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "a test's file system may lack what is needed")]
    pub(super) fn put_new(&self, staged: Staged) -> io::Result<Option<PathBuf>> {
        staged.put_new(&super::staged::Real)
    }

    #[cfg(test)]
    pub(super) fn put_new(&self, staged: Staged) -> io::Result<Option<PathBuf>> {
        staged.put_new(&self.faults)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "a test's file system may have no locks")]
    pub(super) fn locked(&self, file: &File) -> Result<(), fs::TryLockError> {
        file.try_lock()
    }

    #[cfg(test)]
    pub(super) fn locked(&self, file: &File) -> Result<(), fs::TryLockError> {
        self.faults.locked(file)
    }
}
