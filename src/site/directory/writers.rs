//! Who may write to a site: they share its lock and its own folder, and nobody else opens either.

use std::fs::File;
use std::path::Path;

/// The accounts that may write to a site, as the rights on its folder name them.
#[derive(Debug, Clone, Default)]
pub(super) struct Writers {
    #[cfg(unix)]
    rights: super::acl::Rights,
    #[cfg(unix)]
    group: Option<u32>,
}

#[cfg(unix)]
mod modes {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, fchown};

    use super::super::acl::{self, Rights, WRITE};
    use super::{File, Path, Writers};

    impl Writers {
        /// Those of the folder `root`: each may use what all of them use, and who may merely read it may not.
        pub(in super::super) fn of(root: &Path) -> Self {
            let Ok(meta) = fs::metadata(root) else { return Self::default() };
            let rights = acl::of_place(root).unwrap_or_else(|| Rights::of_mode(meta.mode()));
            let rights = rights.each(7, |it| if it & WRITE == 0 { 0 } else { 7 });
            let group = (rights.group != 0).then(|| meta.gid());
            Self { rights, group }
        }

        /// Opens a file to all of them, and to nobody else, as far as this account may.
        pub(in super::super) fn share_file(&self, file: &File) {
            let wanted = self.rights.each(6, |it| it & 6);
            let Ok(meta) = file.metadata() else { return };
            if let Some(group) = self.group.filter(|it| *it != meta.gid()) {
                let _ = fchown(file, None, Some(group));
            }
            let own = acl::of_file(file);
            let is_listed = own.is_some() || !wanted.named.is_empty();
            if is_listed && (own.as_ref() == Some(&wanted) || acl::set_file(file, &wanted).is_ok()) {
                return;
            }
            if meta.mode() & 0o777 != wanted.mode() {
                let _ = file.set_permissions(PermissionsExt::from_mode(wanted.mode()));
            }
        }

        /// The same of a folder.
        pub(in super::super) fn share_folder(&self, place: &Path) {
            let Ok(meta) = fs::metadata(place) else { return };
            if let Some(group) = self.group.filter(|it| *it != meta.gid()) {
                let _ = chown(place, None, Some(group));
            }
            let wanted = self.rights.each(7, |it| it);
            let own = acl::of_place(place);
            let is_listed = own.is_some() || !wanted.named.is_empty();
            if is_listed && (own.as_ref() == Some(&wanted) || acl::set_place(place, &wanted).is_ok()) {
                return;
            }
            if meta.mode() & 0o777 != wanted.mode() {
                let mode = meta.mode() & 0o7000 | wanted.mode();
                let _ = fs::set_permissions(place, PermissionsExt::from_mode(mode));
            }
        }
    }
}

#[cfg(not(unix))]
impl Writers {
    pub(super) fn of(_: &Path) -> Self {
        Self::default()
    }

    pub(super) fn share_file(&self, _: &File) {}

    pub(super) fn share_folder(&self, _: &Path) {}
}
