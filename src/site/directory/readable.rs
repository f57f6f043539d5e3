//! Published means readable: files and folders are as readable as the folder of the site is, whatever the umask of the run, and
//! whether it gives its rights by mode or by access list.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::quoted;

use super::acl::{Named, READ, Rights};
use crate::failure::Failure;

/// Who may read what lies on a site, taken from the rights on its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Readable {
    /// The rights on a folder.
    folder: Rights,
    /// The rights on a file.
    file: Rights,
    /// Whether a folder keeps others from removing what is not theirs.
    is_sticky: bool,
    /// Whether what is born there gets the list that the owner of the folder has written for that: then the modes alone are set.
    is_inherited: bool,
    /// The group of the site's folder.
    group: u32,
    /// Whether others read through that group, and those outside it may not.
    by_group: bool,
}

impl Readable {
    fn wanted(&self, is_folder: bool) -> &Rights {
        if is_folder { &self.folder } else { &self.file }
    }

    /// What an entry of an access list would have to say, as `setfacl` takes it.
    fn typed(missing: &[(&Named, u32)]) -> String {
        let entry = |(who, rights): &(&Named, u32)| {
            let rights = if rights & READ == 0 { "X" } else { "rX" };
            match who {
                Named::User(number) => format!("u:{number}:{rights}"),
                Named::Group(number) => format!("g:{number}:{rights}"),
            }
        };
        missing.iter().map(entry).collect::<Vec<_>>().join(",")
    }
}

#[cfg(unix)]
mod modes {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, fchown};

    use super::super::acl::{self, PASS, READ, Rights, WRITE};
    use super::{File, Metadata, Named, Path, Readable, fs, io};

    /// The rights on a folder or file that is there.
    fn rights_of(place: &Path, meta: &Metadata) -> Rights {
        acl::of_place(place).unwrap_or_else(|| Rights::of_mode(meta.mode()))
    }

    impl Readable {
        /// As the folder of the site has it.
        pub(in super::super) fn of(root: &Path) -> io::Result<Self> {
            let meta = fs::metadata(root)?;
            let is_inherited = acl::is_inherited(root);
            // Where there is a list, the group's part of the mode is the most that anybody in the list may do.
            let listed = rights_of(root, &meta);
            let by_group = listed.group & (READ | PASS) != 0 && listed.others & (READ | PASS) == 0;
            let folder = if is_inherited { Rights::of_mode(meta.mode()) } else { listed };
            // Whoever may pass through the folder can read a file of it whose name he knows.
            let file = folder.each(6, |it| if it & (READ | PASS) == 0 { 0 } else { READ });
            let folder = folder.each(7, |it| it);
            Ok(Self { folder, file, is_inherited, is_sticky: meta.mode() & 0o1000 != 0, group: meta.gid(), by_group })
        }

        /// Whether somebody who may read the site may not read this file or folder.
        pub(in super::super) fn lacks(&self, place: &Path, meta: &Metadata) -> bool {
            self.lacks_mode(place, meta) || !self.missing(place, meta).is_empty()
        }

        fn own(&self, place: &Path, meta: &Metadata) -> Rights {
            if self.is_inherited { Rights::of_mode(meta.mode()) } else { rights_of(place, meta) }
        }

        /// Whether somebody whom no list names is kept out.
        pub(super) fn lacks_mode(&self, place: &Path, meta: &Metadata) -> bool {
            let (wanted, own) = (self.wanted(meta.is_dir()), self.own(place, meta));
            let lacks = |wanted: u32, own: u32| wanted & (READ | PASS) & !own != 0;
            lacks(wanted.owner, own.owner)
                || lacks(wanted.group, own.group)
                || lacks(wanted.others, own.others)
                || (self.by_group && self.group != meta.gid())
        }

        /// Who is named in the list of the site's folder, and has less on this one.
        pub(super) fn missing(&self, place: &Path, meta: &Metadata) -> Vec<(&Named, u32)> {
            let wanted = self.wanted(meta.is_dir());
            if wanted.named.is_empty() {
                return Vec::new();
            }
            // Whether they may write is for whoever owns it to say.
            rights_of(place, meta).missing(wanted, READ | PASS)
        }

        /// Makes a new file as readable as the site. What the file system does not take, a look at the result tells.
        pub(in super::super) fn set(&self, file: &File) -> io::Result<()> {
            if self.by_group && file.metadata().is_ok_and(|meta| meta.gid() != self.group) {
                let _ = fchown(file, None, Some(self.group));
            }
            if !self.file.named.is_empty() && acl::set_file(file, &self.file).is_ok() {
                return Ok(());
            }
            match file.set_permissions(PermissionsExt::from_mode(self.file.mode())) {
                Err(why) if why.kind() == io::ErrorKind::PermissionDenied => Ok(()),
                Err(why) if why.kind() == io::ErrorKind::Unsupported => Ok(()),
                other => other,
            }
        }

        /// Gives a new folder the rights on the site's. It keeps the group that it was born with, unless that of the site writes there.
        pub(in super::super) fn set_folder(&self, place: &Path) {
            let Ok(born) = fs::metadata(place) else { return };
            if self.folder.group & WRITE != 0 && born.gid() != self.group {
                let _ = chown(place, None, Some(self.group));
            }
            let kept = born.mode() & 0o6000 | if self.is_sticky { 0o1000 } else { 0 };
            let _ = fs::set_permissions(place, PermissionsExt::from_mode(kept | self.folder.mode()));
            if !self.folder.named.is_empty() {
                let _ = acl::set_place(place, &self.folder);
            }
        }

        /// Gives a file or folder that is there the rights that it lacks, and takes none away.
        pub(in super::super) fn give(&self, place: &Path) -> io::Result<()> {
            let meta = fs::metadata(place)?;
            if !self.lacks(place, &meta) {
                return Ok(());
            }
            if self.by_group && self.group != meta.gid() {
                let _ = chown(place, None, Some(self.group));
            }
            let meta = fs::metadata(place)?;
            let wanted = self.own(place, &meta).and(self.wanted(meta.is_dir()));
            if !wanted.named.is_empty() && acl::set_place(place, &wanted).is_ok() {
                return Ok(());
            }
            let _ = fs::set_permissions(place, PermissionsExt::from_mode(meta.mode() & 0o7777 | wanted.mode()));
            Ok(())
        }

        /// The modes as `chmod` takes them.
        pub(super) fn mode_of(&self, meta: &Metadata) -> String {
            format!("{:o}", meta.mode() & 0o7777 | self.wanted(meta.is_dir()).mode())
        }
    }

    /// Gives a new folder of a site the modes of the folder above it, without the right to write.
    pub(in super::super) fn like_above(place: &Path) {
        let above = place.parent().and_then(|it| fs::metadata(it).ok());
        if let Some(above) = above {
            let _ = fs::set_permissions(place, PermissionsExt::from_mode(above.mode() & 0o555 | 0o700));
        }
    }

    /// How many names lead to a file.
    pub(in super::super) fn links(meta: &Metadata) -> u64 {
        meta.nlink()
    }
}

#[cfg(not(unix))]
mod modes {
    use super::{File, Metadata, Named, Path, Readable, io};

    impl Readable {
        pub(in super::super) fn of(_: &Path) -> io::Result<Self> {
            Ok(Self::default())
        }

        pub(in super::super) fn lacks(&self, _: &Path, _: &Metadata) -> bool {
            false
        }

        pub(super) fn missing(&self, _: &Path, _: &Metadata) -> Vec<(&Named, u32)> {
            Vec::new()
        }

        pub(in super::super) fn set(&self, _: &File) -> io::Result<()> {
            Ok(())
        }

        pub(in super::super) fn set_folder(&self, _: &Path) {}

        pub(in super::super) fn give(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }

        pub(super) fn mode_of(&self, _: &Metadata) -> String {
            String::new()
        }

        pub(super) fn lacks_mode(&self, _: &Path, _: &Metadata) -> bool {
            false
        }
    }

    pub(in super::super) fn like_above(_: &Path) {}

    pub(in super::super) fn links(_: &Metadata) -> u64 {
        1
    }
}

pub(super) use modes::{like_above, links};

/// The refusal to publish what customers could not read.
pub(super) fn refused(place: &Path, path: &str, meta: &Metadata, readable: &Readable) -> Failure {
    let shown = quoted(&place.display().to_string());
    let mut steps = Vec::new();
    if readable.lacks_mode(place, meta) {
        steps.extend(readable.by_group.then(|| format!("chgrp {} {shown}", readable.group)));
        steps.push(format!("chmod {} {shown}", readable.mode_of(meta)));
    }
    let missing = readable.missing(place, meta);
    if !missing.is_empty() {
        steps.push(format!("setfacl -m {} {shown}", Readable::typed(&missing)));
    }
    let next = format!("as the account that owns it: {}", steps.join(" && "));
    let message = format!("`{path}` is not as readable as the folder of the site, and this account cannot change that");
    Failure::refused(format!("customers could not read `{path}`"))
        .hint(format!("{next}   then run the same command again"))
        .findings(vec![Finding::new(Code::NotReadable, path, message).next(next)])
}
