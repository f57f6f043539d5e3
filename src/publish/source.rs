//! Where an artifact lies in the folder that was built: the digest decides.

use std::fs::File;
use std::path::{Path, PathBuf};

use holdpoint_core::catalog::Listed;

use crate::failure::Failure;
use crate::shell::Gauge;
use crate::site::{Content, content_of};

/// What was found for an artifact.
pub(super) enum Found {
    /// The file with the signed bytes.
    There(PathBuf),
    /// Only files with other bytes, and what they are.
    Differs(Vec<String>),
    /// None of these files is there.
    Nowhere(Vec<PathBuf>),
}

/// Looks for the bytes of `file` in `folder`.
pub(super) fn find(folder: &Path, file: &Listed, gauge: &Gauge) -> Result<Found, Failure> {
    let places = places(folder, file);
    let mut others = Vec::new();
    for place in &places {
        // A folder, a device or a pipe of that name is no candidate.
        let Ok(meta) = place.metadata() else { continue };
        if !meta.is_file() {
            continue;
        }
        if meta.len() != file.size {
            others.push(format!("`{}` has {} bytes, and {} were signed", place.display(), meta.len(), file.size));
            continue;
        }
        let content = read(place, gauge)?;
        if content.sha256 == file.sha256 {
            return Ok(Found::There(place.clone()));
        }
        others.push(format!(
            "`{}` has the SHA-256 {}, and {} was signed",
            place.display(),
            content.sha256,
            file.sha256
        ));
    }
    Ok(if others.is_empty() { Found::Nowhere(places) } else { Found::Differs(others) })
}

/// The places where an artifact may lie, the most exact one first.
fn places(folder: &Path, file: &Listed) -> Vec<PathBuf> {
    let (component, version, name) = (file.component.as_str(), file.version.to_string(), file.file.as_str());
    vec![folder.join(component).join(version).join(name), folder.join(component).join(name), folder.join(name)]
}

fn read(place: &Path, gauge: &Gauge) -> Result<Content, Failure> {
    let content = File::open(place).and_then(|mut it| content_of(&mut it, &mut |bytes| gauge.passed(bytes)));
    content.map_err(|why| Failure::new(format!("`{}` cannot be read", place.display())).because(why))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser;
    use holdpoint_core::digest::Digest;

    use super::*;
    use crate::command::Cli;
    use crate::shell::Shell;

    fn looked(folder: &Path) -> Found {
        let shell = Shell { global: Cli::parse_from(["holdpoint", "status"]).global };
        let file = Listed {
            component: "recorder".parse().unwrap(),
            version: "2.7.0".parse().unwrap(),
            file: "r.exe".parse().unwrap(),
            size: 4,
            sha256: Digest::of(b"2.70"),
        };
        find(folder, &file, &shell.gauge("", 0)).unwrap()
    }

    fn write(folder: &Path, path: &str, text: &str) {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }

    #[test]
    fn the_digest_decides_and_not_the_place() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "recorder/2.7.0/r.exe", "2.69");
        write(folder.path(), "r.exe", "2.70");
        let Found::There(place) = looked(folder.path()) else { panic!("not found") };
        assert_eq!(place, folder.path().join("r.exe"));
    }

    #[test]
    fn says_of_every_candidate_why_it_is_none() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "recorder/r.exe", "2.69");
        write(folder.path(), "r.exe", "2.70 and more");
        let Found::Differs(others) = looked(folder.path()) else { panic!("not told") };
        assert_eq!(others.len(), 2, "{others:?}");
        assert!(others[1].contains("13 bytes, and 4 were signed"), "{others:?}");
    }

    #[test]
    fn a_folder_of_that_name_is_no_candidate() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("r.exe")).unwrap();
        assert!(matches!(looked(folder.path()), Found::Nowhere(places) if places.len() == 3));
    }
}
