//! `lockstep-split`: what goes out together goes out together.

use super::Compared;
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, listed};

/// The release has all components of a lockstep group, or none.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let is_there = |name: &&ComponentName| compared.release.components.iter().any(|it| it.name == **name);
    let mut findings = Vec::new();
    for group in compared.policy.lockstep() {
        let (there, wanting): (Vec<&ComponentName>, Vec<&ComponentName>) = group.components.iter().partition(is_there);
        if there.is_empty() || wanting.is_empty() {
            continue;
        }
        let version = &compared.release.version;
        let message = format!(
            "{} would go out without {}: `{}` go together",
            listed(&there, "and"),
            listed(&wanting, "and"),
            group.name
        );
        findings.push(
            Finding::new(Code::LockstepSplit, group.name.as_str(), message)
                .next(format!("add {} to `releases/{version}/release.toml`", listed(&wanting, "and"))),
        );
    }
    findings
}
