//! Everything that lies in a folder, without following links but where the policy accepts them.

use std::fs::{self, DirEntry, FileType};
use std::path::{Path, PathBuf};

use super::fault::cannot;
use super::{LOCK, OWN, Options, Stored, litter};
use crate::failure::Failure;
use crate::site::StoredKind;

/// What lies in a folder.
#[derive(Default)]
pub(super) struct Listing {
    /// Everything that is the site's, or a stranger there.
    pub(super) stored: Vec<Stored>,
    /// The files that systems leave everywhere.
    pub(super) litter: Vec<Stored>,
}

/// Everything below `root` but the lock in the site's own folder and what belongs to the web site around it, in the order of the paths.
/// A folder that cannot be listed is told as such; only of `root` it is a failure.
pub(super) fn all(root: &Path, options: &Options) -> Result<Listing, Failure> {
    let mut found = Listing::default();
    let mut folders: Vec<(PathBuf, String)> = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, above)) = folders.pop() {
        match read(&folder) {
            Ok(entries) => {
                for entry in entries {
                    let path = format!("{above}{}", entry.file_name().to_string_lossy());
                    let kind = entry.file_type().map_err(|why| cannot("look at", &entry.path(), &why))?;
                    let is_folder = kind.is_dir() || (kind.is_symlink() && options.follows(&path, &entry.path()));
                    let is_lock = kind.is_file() && path.strip_prefix(OWN) == Some(&format!("/{LOCK}"));
                    if is_lock || options.is_beside(&path) {
                        continue;
                    }
                    if is_folder {
                        folders.push((entry.path(), format!("{path}/")));
                        continue;
                    }
                    let stored = stored(&entry, path, kind)?;
                    let is_litter = stored.kind == StoredKind::File && litter::is_file(&stored.path, stored.size);
                    if is_litter { &mut found.litter } else { &mut found.stored }.push(stored);
                }
            }
            Err(why) if above.is_empty() => return Err(cannot("list", &folder, &why)),
            // Nobody but who publishes may look into it, and so no customer either.
            Err(_) if above.trim_end_matches('/') == OWN => {}
            Err(_) if litter::is_closed_folder(above.trim_end_matches('/')) => {}
            Err(_) => {
                let path = above.trim_end_matches('/').to_owned();
                found.stored.push(Stored { path, size: 0, kind: StoredKind::Closed });
            }
        }
    }
    found.stored.sort();
    found.litter.sort();
    Ok(found)
}

fn read(folder: &Path) -> std::io::Result<Vec<DirEntry>> {
    fs::read_dir(folder)?.collect()
}

fn stored(entry: &DirEntry, path: String, kind: FileType) -> Result<Stored, Failure> {
    if kind.is_file() {
        let meta = entry.metadata().map_err(|why| cannot("look at", &entry.path(), &why))?;
        return Ok(Stored { path, size: meta.len(), kind: StoredKind::File });
    }
    let kind = if kind.is_symlink() { StoredKind::Link } else { StoredKind::Other };
    Ok(Stored { path, size: 0, kind })
}
