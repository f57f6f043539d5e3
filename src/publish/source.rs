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
    /// The only file that can be it, by its name and size. It was not read.
    Likely(PathBuf),
    /// Only files with other bytes, and what they are.
    Differs(Vec<String>),
    /// None of these files is there.
    Nowhere(Vec<PathBuf>),
}

/// Looks for the bytes of `file` in `folder`: the first candidate that has the signed digest.
pub(super) fn find(folder: &Path, file: &Listed, gauge: &Gauge) -> Result<Found, Failure> {
    let (candidates, mut others) = candidates(folder, file);
    for place in candidates {
        let content = read(&place, gauge)?;
        if content.sha256 == file.sha256 {
            return Ok(Found::There(place));
        }
        others.push(other_digest(&place, Some(content), file));
    }
    Ok(if others.is_empty() { Found::Nowhere(places(folder, file)) } else { Found::Differs(others) })
}

/// As `find`, but a file that is the only candidate is not read: whoever takes it must hold it against the digest.
pub(super) fn find_unread(folder: &Path, file: &Listed, gauge: &Gauge) -> Result<Found, Failure> {
    match candidates(folder, file).0.as_slice() {
        [only] => {
            gauge.passed(file.size);
            Ok(Found::Likely(only.clone()))
        }
        _ => find(folder, file, gauge),
    }
}

/// What a file with other bytes is, for people.
pub(super) fn other_digest(place: &Path, content: Option<Content>, file: &Listed) -> String {
    let has = content.map_or_else(|| "another SHA-256".to_owned(), |it| format!("the SHA-256 {}", it.sha256));
    format!("`{}` has {has}, and {} was signed", place.display(), file.sha256)
}

/// The files that can be it, by their size; and of those that cannot, why.
fn candidates(folder: &Path, file: &Listed) -> (Vec<PathBuf>, Vec<String>) {
    let (mut candidates, mut others) = (Vec::new(), Vec::new());
    for place in places(folder, file) {
        // A folder, a device or a pipe of that name is no candidate.
        let Some(meta) = place.metadata().ok().filter(std::fs::Metadata::is_file) else { continue };
        if meta.len() == file.size {
            candidates.push(place);
        } else {
            others.push(format!("`{}` has {} bytes, and {} were signed", place.display(), meta.len(), file.size));
        }
    }
    (candidates, others)
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

    use holdpoint_core::digest::Digest;

    use super::*;

    fn looked(folder: &Path) -> Found {
        find(folder, &wanted(), &Gauge::hidden()).unwrap()
    }

    fn wanted() -> Listed {
        Listed {
            component: "recorder".parse().unwrap(),
            version: "2.7.0".parse().unwrap(),
            file: "r.exe".parse().unwrap(),
            size: 4,
            sha256: Digest::of(b"2.70"),
        }
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
        assert!(others.iter().any(|it| it.contains("13 bytes, and 4 were signed")), "{others:?}");
    }

    #[test]
    fn the_only_candidate_is_left_unread_and_the_better_of_two_is_not() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "recorder/r.exe", "2.69");
        write(folder.path(), "recorder/2.7.0/r.exe", "longer");
        let unread = || find_unread(folder.path(), &wanted(), &Gauge::hidden()).unwrap();
        assert!(matches!(unread(), Found::Likely(place) if place.ends_with("recorder/r.exe")));
        write(folder.path(), "r.exe", "2.70");
        assert!(matches!(unread(), Found::There(place) if place == folder.path().join("r.exe")));
    }

    #[test]
    fn a_folder_of_that_name_is_no_candidate() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("r.exe")).unwrap();
        assert!(matches!(looked(folder.path()), Found::Nowhere(places) if places.len() == 3));
    }
}
