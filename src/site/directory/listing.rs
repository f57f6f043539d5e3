//! Everything that lies in a folder, without following links.

use std::fs::{self, DirEntry, FileType};
use std::path::{Path, PathBuf};

use super::fault::cannot;
use super::{OWN, Stored};
use crate::failure::Failure;
use crate::site::StoredKind;

/// Everything below `root` but the site's own folder, in the order of the paths. What cannot be listed is a failure.
pub(super) fn all(root: &Path) -> Result<Vec<Stored>, Failure> {
    let mut found = Vec::new();
    let mut folders: Vec<(PathBuf, String)> = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, above)) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|why| cannot("list", &folder, &why))?;
        for entry in entries {
            let entry = entry.map_err(|why| cannot("list", &folder, &why))?;
            let path = format!("{above}{}", entry.file_name().to_string_lossy());
            if path == OWN {
                continue;
            }
            let kind = entry.file_type().map_err(|why| cannot("look at", &entry.path(), &why))?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else {
                found.push(stored(&entry, path, kind)?);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn stored(entry: &DirEntry, path: String, kind: FileType) -> Result<Stored, Failure> {
    if kind.is_file() {
        let meta = entry.metadata().map_err(|why| cannot("look at", &entry.path(), &why))?;
        return Ok(Stored { path, size: meta.len(), kind: StoredKind::File });
    }
    let kind = if kind.is_symlink() { StoredKind::Link } else { StoredKind::Other };
    Ok(Stored { path, size: 0, kind })
}
