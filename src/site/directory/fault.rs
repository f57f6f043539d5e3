//! What an error of the file system means for a publish, and what to do about it.

use std::io;
use std::path::Path;

use holdpoint_core::finding::{Code, Finding};

use crate::failure::Failure;

/// The failure to do something to `place`, such as "write".
pub(super) fn cannot(doing: &str, place: &Path, why: &io::Error) -> Failure {
    let failure =
        Failure::new(format!("cannot {doing} `{}`", place.display())).because(why).findings(unreachable(place));
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            failure.hint("make room there, then run the same command again; nothing unfinished is visible")
        }
        io::ErrorKind::PermissionDenied => {
            failure.hint("give this account the right to do that, then run the same command again")
        }
        io::ErrorKind::ReadOnlyFilesystem => failure.hint("mount it for writing, then run the same command again"),
        io::ErrorKind::NotFound => {
            failure.hint("see that nothing else changes the site, then run the same command again")
        }
        _ => failure,
    }
}

/// A symbolic link where a file or folder of the site should be.
pub(super) fn linked(place: &Path) -> Failure {
    Failure::new(format!("`{}` is a symbolic link, which could lead out of the site", place.display()))
        .hint("replace it by a real folder or file, or point the site's address at where it leads")
        .findings(unreachable(place))
}

/// What every fault of a site comes to.
pub(super) fn unreachable(place: &Path) -> Vec<Finding> {
    let message = "the site could not be read or written";
    vec![Finding::new(Code::SiteUnreachable, place.display().to_string(), message)]
}
