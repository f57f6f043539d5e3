//! What cannot be read of a release folder, where the version is out: said without a word of what was written there since.
//!
//! A file that decided and is another one now has its finding, `published-changed`, and what is wrong with its new text is nobody's
//! concern: it has to be restored, not mended. A text that may be corrected is named, and `lint` shows where.

use std::collections::BTreeSet;

use super::publication;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::policy::DECIDING_FILES;

/// What cannot be read of a release, or must not be as it is, for an answer about what is out.
pub fn faults(evidence: &Evidence) -> Vec<Finding> {
    let changed = publication::all_changed(evidence, &publication::all(evidence).0);
    let mut faults = evidence.findings.clone();
    conceal(evidence, &changed, &mut faults);
    faults
}

/// Takes out of `findings` what quotes a file of the folder that `changed` says is not what went out.
pub(super) fn conceal(evidence: &Evidence, changed: &[Finding], findings: &mut Vec<Finding>) {
    let changed: BTreeSet<&str> =
        changed.iter().filter(|it| it.code == Code::PublishedChanged).map(|it| it.about.as_str()).collect();
    let mut unread: BTreeSet<&str> = BTreeSet::new();
    for (file, fault) in evidence.head_faults.iter().filter(|(file, _)| changed.contains(file.as_str())) {
        findings.retain(|finding| finding != fault);
        if !DECIDING_FILES.contains(&file.as_str()) {
            unread.insert(file);
        }
    }
    let version = &evidence.facts.version;
    findings.extend(unread.into_iter().map(|file| {
        let path = format!("releases/{version}/{file}");
        let message = format!("`{path}` is not what was published, and cannot be read");
        Finding::new(Code::BadRecord, path, message).next(format!("holdpoint lint {version}   (says where)"))
    }));
}
