//! Published means readable: files and folders are as readable as the folder of the site is, whatever the umask of the run.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::quoted;

use crate::failure::Failure;

/// Who may read what lies on a site, taken from the modes of its folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Readable {
    /// The mode of a folder.
    folder: u32,
    /// The mode of a file.
    file: u32,
    /// The group through which others read, where those outside it may not.
    group: Option<u32>,
}

#[cfg(unix)]
mod modes {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    use super::{File, Metadata, Path, Readable, fs, io};

    /// The bits that let somebody read.
    const READ: u32 = 0o444;
    /// The bits that let somebody pass through a folder.
    const PASS: u32 = 0o111;

    impl Readable {
        /// As the folder of the site has it.
        pub(in super::super) fn of(root: &Path) -> io::Result<Self> {
            let meta = fs::metadata(root)?;
            let mode = meta.mode() & 0o1777;
            // Whoever may pass through the folder can read a file of it whose name he knows.
            let file = ((mode | (mode & PASS) << 2) & READ) | 0o600;
            let by_group = mode & 0o050 != 0 && mode & 0o005 == 0;
            Ok(Self { folder: mode | 0o700, file, group: by_group.then(|| meta.gid()) })
        }

        /// Whether somebody who may read the site may not read this file or folder.
        pub(in super::super) fn lacks(self, meta: &Metadata) -> bool {
            let wanted = if meta.is_dir() { self.folder & (READ | PASS) } else { self.file & READ };
            wanted & !meta.mode() != 0 || self.group.is_some_and(|it| it != meta.gid())
        }

        /// Makes a new file as readable as the site. What the file system does not take, a look at the result tells.
        pub(in super::super) fn set(self, file: &File) -> io::Result<()> {
            if let Some(group) = self.group.filter(|it| file.metadata().is_ok_and(|meta| meta.gid() != *it)) {
                let _ = std::os::unix::fs::fchown(file, None, Some(group));
            }
            match file.set_permissions(PermissionsExt::from_mode(self.file)) {
                Err(why) if why.kind() == io::ErrorKind::PermissionDenied => Ok(()),
                Err(why) if why.kind() == io::ErrorKind::Unsupported => Ok(()),
                other => other,
            }
        }

        /// Gives a new folder the mode of the site's, and leaves it the group that it was born with.
        pub(in super::super) fn set_folder(self, place: &Path) {
            if let Ok(born) = fs::metadata(place) {
                let _ = fs::set_permissions(place, PermissionsExt::from_mode(born.mode() & 0o6000 | self.folder));
            }
        }

        /// Gives a file or folder that is there the rights that it lacks, and takes none away.
        pub(in super::super) fn give(self, place: &Path) -> io::Result<()> {
            let meta = fs::metadata(place)?;
            if !self.lacks(&meta) {
                return Ok(());
            }
            if let Some(group) = self.group.filter(|it| *it != meta.gid()) {
                let _ = chown(place, None, Some(group));
            }
            let kept = fs::metadata(place)?.mode() & 0o7777;
            let wanted = if meta.is_dir() { self.folder } else { self.file };
            let _ = fs::set_permissions(place, PermissionsExt::from_mode(kept | wanted));
            Ok(())
        }

        /// The modes as `chmod` takes them.
        pub(super) fn mode_of(self, meta: &Metadata) -> String {
            format!("{:o}", meta.mode() & 0o7777 | if meta.is_dir() { self.folder } else { self.file })
        }
    }

    /// Gives a new folder of a site the modes of the folder above it, without the right to write.
    pub(in super::super) fn like_above(place: &Path) {
        let above = place.parent().and_then(|it| fs::metadata(it).ok());
        if let Some(above) = above {
            let _ = fs::set_permissions(place, PermissionsExt::from_mode(above.mode() & 0o555 | 0o700));
        }
    }

    /// Lets those work in the site's own folder who may write to the site, and nobody else look into it.
    pub(in super::super) fn own_folder(root: &Path, own: &Path) {
        if let (Ok(root), Ok(meta)) = (fs::metadata(root), fs::metadata(own)) {
            let wanted = root.mode() & 0o070 | 0o700;
            if meta.mode() & 0o777 != wanted {
                let _ = fs::set_permissions(own, PermissionsExt::from_mode(meta.mode() & 0o7000 | wanted));
            }
        }
    }

    /// How many names lead to a file.
    pub(in super::super) fn links(meta: &Metadata) -> u64 {
        meta.nlink()
    }
}

#[cfg(not(unix))]
mod modes {
    use super::{File, Metadata, Path, Readable, io};

    impl Readable {
        pub(in super::super) fn of(_: &Path) -> io::Result<Self> {
            Ok(Self::default())
        }

        pub(in super::super) fn lacks(self, _: &Metadata) -> bool {
            false
        }

        pub(in super::super) fn set(self, _: &File) -> io::Result<()> {
            Ok(())
        }

        pub(in super::super) fn set_folder(self, _: &Path) {}

        pub(in super::super) fn give(self, _: &Path) -> io::Result<()> {
            Ok(())
        }

        pub(super) fn mode_of(self, _: &Metadata) -> String {
            String::new()
        }
    }

    pub(in super::super) fn like_above(_: &Path) {}

    pub(in super::super) fn own_folder(_: &Path, _: &Path) {}

    pub(in super::super) fn links(_: &Metadata) -> u64 {
        1
    }
}

pub(super) use modes::{like_above, links, own_folder};

/// The refusal to publish what customers could not read.
pub(super) fn refused(place: &Path, path: &str, meta: &Metadata, readable: Readable) -> Failure {
    let shown = quoted(&place.display().to_string());
    let group = readable.group.map(|it| format!("chgrp {it} {shown} && ")).unwrap_or_default();
    let next = format!("as the account that owns it: {group}chmod {} {shown}", readable.mode_of(meta));
    let message = format!("`{path}` is not as readable as the folder of the site, and this account cannot change that");
    Failure::refused(format!("customers could not read `{path}`"))
        .hint(format!("{next}   then run the same command again"))
        .findings(vec![Finding::new(Code::NotReadable, path, message).next(next)])
}
