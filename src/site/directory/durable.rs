//! Storing a batch for good: everything is written first, and then made durable at once, because a disk takes as long for a
//! thousand files as for a few.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::cannot;
use crate::failure::Failure;

/// So many files are made durable one by one, without a thought to what else the disk has to write.
const FEW: usize = 8;

/// Makes these files, their names, and the names of the folders above them durable, up to `root`.
pub(super) fn settle(root: &Path, places: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    // Windows does that by itself, and cannot be asked.
    if cfg!(windows) || places.is_empty() {
        return Ok(());
    }
    let folders: BTreeSet<&Path> =
        places.iter().flat_map(|it| it.ancestors().skip(1).take_while(|above| above.starts_with(root))).collect();
    if places.len() > FEW && at_once(&folders) {
        return Ok(());
    }
    // A name is worth nothing before what it stands for: files first, then folders from the deepest up.
    for it in places.iter().map(PathBuf::as_path).chain(folders.into_iter().rev()) {
        one(it)?;
    }
    Ok(())
}

/// Makes one file or folder durable.
pub(super) fn one(place: &Path) -> Result<(), Failure> {
    match File::open(place).and_then(|it| it.sync_all()) {
        // Some network folders cannot be asked.
        Err(why) if matches!(why.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        other => other.map_err(|why| cannot("store for good", place, &why)),
    }
}

/// Asks each file system on which these folders lie to write everything; `false` where one cannot be asked.
#[cfg(target_os = "linux")]
fn at_once(folders: &BTreeSet<&Path>) -> bool {
    use std::os::unix::fs::MetadataExt;

    /// A file system that another program provides: asked for everything, the kernel does not ask that program.
    const FUSE: u64 = 0x6573_5546;

    let mut asked = BTreeSet::new();
    folders.iter().all(|folder| {
        let Ok(folder) = File::open(folder) else { return false };
        let Ok(meta) = folder.metadata() else { return false };
        if !asked.insert(meta.dev()) {
            return true;
        }
        let is_asked = rustix::fs::fstatfs(&folder).is_ok_and(|it| u64::try_from(it.f_type).is_ok_and(|it| it != FUSE));
        is_asked && rustix::fs::syncfs(&folder).is_ok()
    })
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: &BTreeSet<&Path>) -> bool {
    false
}
