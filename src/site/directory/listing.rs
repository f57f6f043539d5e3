//! Everything that lies in a folder, without following links but where the policy accepts them.

use std::fs::{self, DirEntry, FileType};
use std::path::{Path, PathBuf};

use super::fault::cannot;
use super::{LOCK, OWN, Options, Stored};
use crate::failure::Failure;
use crate::site::StoredKind;

/// Everything below `root` but the lock in the site's own folder, what belongs to the web site around it, and the usual litter, in the
/// order of the paths. A folder that cannot be listed is told as such; only of `root` it is a failure.
pub(super) fn all(root: &Path, options: &Options) -> Result<Vec<Stored>, Failure> {
    let mut found = Vec::new();
    let mut folders: Vec<(PathBuf, String)> = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, above)) = folders.pop() {
        match read(&folder) {
            Ok(entries) => {
                for entry in entries {
                    let path = format!("{above}{}", entry.file_name().to_string_lossy());
                    let kind = entry.file_type().map_err(|why| cannot("look at", &entry.path(), &why))?;
                    let is_folder = kind.is_dir() || (kind.is_symlink() && options.follows(&path, &entry.path()));
                    let is_lock = kind.is_file() && path.strip_prefix(OWN) == Some(&format!("/{LOCK}"));
                    if is_lock || options.is_beside(&path) || is_litter(&path, is_folder) {
                        continue;
                    }
                    if is_folder {
                        folders.push((entry.path(), format!("{path}/")));
                    } else {
                        found.push(stored(&entry, path, kind)?);
                    }
                }
            }
            Err(why) if above.is_empty() => return Err(cannot("list", &folder, &why)),
            // Nobody but who publishes may look into it, and so no customer either.
            Err(_) if above.trim_end_matches('/') == OWN => {}
            Err(_) => {
                let path = above.trim_end_matches('/').to_owned();
                found.push(Stored { path, size: 0, kind: StoredKind::Closed });
            }
        }
    }
    found.sort();
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

/// What systems leave in every folder, and no customer takes for a download. `.htaccess` is none of it: it can send
/// customers elsewhere.
fn is_litter(path: &str, is_folder: bool) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_folder {
        let at_top = [".well-known", "lost+found", ".snapshot", ".snapshots", ".zfs", "System Volume Information"];
        return (name == path && at_top.contains(&name)) || name == "@eaDir";
    }
    // What a server of network folders keeps of a file that was removed while somebody had it open.
    let removed =
        name.strip_prefix(".nfs").is_some_and(|it| it.len() >= 8 && it.chars().all(|c| c.is_ascii_hexdigit()));
    removed || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_litter;

    #[test]
    fn litter_is_known_by_its_whole_name_and_kind() {
        for (path, is_folder, expected) in [
            (".well-known", true, true),
            ("recorder/.well-known", true, false),
            (".well-known", false, false),
            ("lost+found", true, true),
            ("recorder/.DS_Store", false, true),
            (".DS_Store", true, false),
            (".nfs00000000012a4b5c00000001", false, true),
            (".nfs000000000001", false, true),
            ("recorder/2.7.0/.nfs0000000000b0", false, true),
            (".nfs000000000001", true, false),
            (".nfs000000000001.exe", false, false),
            (".nfs-setup.exe", false, false),
            (".nfs12", false, false),
            (".htaccess", false, false),
            ("Thumbs.db.exe", false, false),
        ] {
            assert_eq!(is_litter(path, is_folder), expected, "{path}");
        }
    }
}
