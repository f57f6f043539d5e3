//! What an error of the file system means for a publish, and what to do about it.

use std::io;
use std::path::Path;

use holdpoint_core::finding::{Code, Finding};

use crate::failure::Failure;

/// The failure to do something to `place`, such as "write".
pub(super) fn cannot(doing: &str, place: &Path, why: &io::Error) -> Failure {
    let hint = match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room there, then run the same command again",
        io::ErrorKind::PermissionDenied => "give this account the right to do that, then run the same command again",
        io::ErrorKind::ReadOnlyFilesystem => "mount it for writing, then run the same command again",
        io::ErrorKind::NotFound => "see that nothing else changes the site, then run the same command again",
        _ => "mend that, then run the same command again",
    };
    unreachable(place, format!("cannot {doing} `{}`", place.display()), hint).because(why)
}

/// A symbolic link where a file or folder of the site should be.
pub(super) fn linked(place: &Path) -> Failure {
    let message = format!("`{}` is a symbolic link, which could lead out of the site", place.display());
    unreachable(place, message, "replace it by a real folder or file, then run the same command again")
}

/// Something that `holdpoint` did not put on the site and that is in the way.
pub(super) fn in_the_way(place: &Path, is_no: &str) -> Failure {
    let message = format!("`{}` is not a {is_no}", place.display());
    unreachable(place, message, "take it off the site; `holdpoint` did not put it there")
}

/// A site that cannot be read or written, with what to do about it.
pub(super) fn unreachable(place: &Path, message: String, hint: &str) -> Failure {
    let finding =
        Finding::new(Code::SiteUnreachable, place.display().to_string(), "the site could not be read or written");
    Failure::new(message).hint(hint).findings(vec![finding.next(hint)])
}
