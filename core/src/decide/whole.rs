//! What concerns a release as a whole: whether it is owned, on time, not cancelled, and has something to publish.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::compared;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, SubjectPath};
use crate::release::Release;
use crate::rule;

/// What concerns the release as a whole.
pub(super) fn release_findings(evidence: &Evidence, now: Timestamp) -> Vec<Finding> {
    let version = &evidence.facts.version;
    let folder = format!("releases/{version}");
    let mut findings = missing_subjects(evidence);
    let Some(release) = evidence.head().release() else { return findings };
    let owner = release.owner.iter().chain(&release.deputy).cloned();
    findings.extend(release.owned(evidence.policy()));
    if let Some(reason) = &release.cancelled {
        let finding =
            Finding::new(Code::Cancelled, version.to_string(), format!("the release was cancelled: {reason}"));
        findings.push(
            finding
                .who(owner.clone())
                .next(format!("edit `{folder}/release.toml`, or make a new version: holdpoint new …")),
        );
    }
    if let Some(not_before) = release.not_before
        && now < not_before
    {
        let finding =
            Finding::new(Code::TooEarly, version.to_string(), format!("it may not go out before {not_before}"));
        findings.push(finding.who(owner).next(format!("holdpoint wait {version} --for 1h   (or wait until then)")));
    }
    findings.extend(compared::left_out(evidence, release, now.to_zoned(TimeZone::UTC).date()));
    if release.components.is_empty() {
        let finding =
            Finding::new(Code::Vacuous, version.to_string(), "the release names no component, so nothing would go out");
        findings.push(finding.next(format!("add `[[component]]` to `{folder}/release.toml`")));
    }
    findings.extend(component_findings(evidence, release));
    findings
}

/// The files that must be signed off and are not there.
pub(super) fn missing_subjects(evidence: &Evidence) -> Vec<Finding> {
    let folder = format!("releases/{}", evidence.facts.version);
    // What is there and no plain file has its finding already.
    let is_known = evidence.facts.unreadable.is_empty();
    let is_missing = |it: &&SubjectPath| is_known && !evidence.facts.release_files.contains_key(it.as_str());
    let told = |it: &SubjectPath| {
        Finding::new(Code::SubjectMissing, it.as_str(), format!("`{folder}/{it}` is not there"))
            .next(format!("write `{folder}/{it}` and commit it"))
    };
    evidence.policy().all_subjects().into_iter().filter(is_missing).map(told).collect()
}

/// Each component has something to publish, and belongs to this release alone. What is not known of others may own it, or read or
/// write what it exchanges.
pub(super) fn component_findings(evidence: &Evidence, release: &Release) -> Vec<Finding> {
    let version = &evidence.facts.version;
    let mut findings = evidence.facts.doubted.clone();
    let artifacts = evidence.head().artifacts();
    let having: Option<BTreeSet<&ComponentName>> = artifacts.map(|all| all.iter().map(|it| &it.component).collect());
    for component in &release.components {
        let name = component.name.as_str();
        if having.as_ref().is_some_and(|it| !it.contains(&component.name)) {
            let finding = Finding::new(Code::NoArtifact, name, format!("`{name}` has no artifact"));
            findings.push(finding.next(format!("holdpoint artifacts {version} {name}=FILE")));
        }
        for (other, _) in evidence.facts.others.iter().filter(|(_, it)| it.contains(component)) {
            let message = format!("`{name}@{}` belongs to {other} already", component.version);
            let next = format!("give `{name}` a new version in `releases/{version}/release.toml`");
            findings.push(Finding::new(Code::ComponentTaken, name, message).next(next));
        }
    }
    let files = artifacts.unwrap_or_default();
    findings.extend(rule::check_files(release, files, &evidence.facts.matches, evidence.policy().levels()));
    findings
}
