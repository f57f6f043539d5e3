//! The documents of another release, as a beginning. What was signed there, and what went out there, stays there.

use std::ops::Range;

use holdpoint_core::document::Notice;
use holdpoint_core::name::Version;
use holdpoint_core::policy::Policy;

use super::declared::Hints;
use super::scaffold::{self, File, Plan};
use crate::failure::Failure;
use crate::gather::Record;
use crate::shell::Shell;
use crate::toml::string;

/// The records that are never copied: they say what another release is.
const OWN: [&str; 2] = ["release.toml", "artifacts.toml"];

/// The files of a new release, with the documents that `like` has in HEAD.
pub(super) fn files(
    shell: &Shell,
    record: &Record<'_>,
    policy: &Policy,
    plan: &Plan,
    like: &Version,
    hints: &Hints,
) -> Result<Vec<File>, Failure> {
    let mut files = scaffold::files(policy, plan, hints);
    for file in files.iter_mut().filter(|it| !OWN.contains(&it.path.as_str())) {
        let place = format!("releases/{like}/{}", file.path);
        let Some(bytes) = record.file(&place)? else {
            shell.warn(&format!("`{place}` is not there to copy; `{}` is to be filled in", file.path));
            continue;
        };
        file.bytes = if file.path == "notice.md" { announced(&bytes, plan) } else { bytes };
        file.task = format!("as in {like}");
    }
    Ok(files)
}

/// A notice with the version and the day of `plan` in its front matter. One that cannot be read stays as it is.
pub(super) fn announced(bytes: &[u8], plan: &Plan) -> Vec<u8> {
    let Ok(notice) = Notice::parse("notice.md", bytes) else { return bytes.to_vec() };
    let mut changes: Vec<(Range<usize>, String)> = vec![
        (notice.version().span.clone(), string(&plan.version)),
        (notice.date().span.clone(), plan.planned.to_string()),
    ];
    // From the end, so that the places before stay right.
    changes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = notice.plain().text().to_owned();
    for (span, new) in changes {
        text.replace_range(span, &new);
    }
    text.into_bytes()
}
