//! What can be said of a release while it is being written: everything but the sign-offs and the day.

use jiff::Timestamp;

use super::view::View;
use super::whole::{component_findings, missing_subjects};
use super::{Question, answered_for, compared, publication};
use crate::evidence::Evidence;
use crate::finding::{self, Code, Finding, Severity};

/// What is wrong with the records, the ledger and the documents of a release, worst first. No sign-off is asked for.
pub fn lint(evidence: &Evidence) -> Vec<Finding> {
    let (publications, faults) = publication::all(evidence);
    let is_out = !publications.is_empty();
    // What has no weight for a version that is out is said all the same.
    let mut findings: Vec<Finding> = evidence.lint().into_iter().map(|it| softened(it, is_out)).collect();
    findings.extend(faults.into_iter().filter(|it| matches!(it.code, Code::Unproven | Code::Unsealed)));
    findings.extend(publication::all_changed(evidence, &publications));
    // No finding of these depends on the time.
    let view = View::of_now(evidence, Timestamp::UNIX_EPOCH);
    findings.extend(view.lost_entries());
    findings.extend(missing_subjects(evidence).into_iter().map(|it| softened(it, is_out)));
    if let Some(release) = evidence.head().release().filter(|_| !is_out) {
        let told = component_findings(evidence, release).into_iter().chain(release.owned(evidence.policy()));
        findings.extend(told.map(|it| softened(it, is_out)));
        findings.extend(compared_here(evidence));
    }
    answered_for(evidence, &mut findings);
    finding::sort(&mut findings);
    findings
}

/// Whether a lint of this release compares it with what customers have: then it matters what the sites list.
pub fn is_compared(evidence: &Evidence) -> bool {
    let is_out = || !publication::all(evidence).0.is_empty();
    !evidence.policy().interfaces().is_empty() && evidence.head().records().is_some() && !is_out()
}

/// What the rules say of its pairs. Which of what is recorded the sites list is often not seen where documents are written; the gate
/// sees it, so where `matrix.md` is what it may ask for, this only warns.
fn compared_here(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = compared::judged(evidence, &Question::Check).findings;
    let outdated = findings.iter_mut().find(|it| it.code == Code::MatrixOutOfDate);
    if let Some(outdated) = outdated.filter(|_| compared::is_of_what_is_listed(evidence)) {
        outdated.severity = Severity::Warning;
        outdated
            .message
            .push_str("; it is up to date if no site lists what is only recorded, which cannot be seen from here");
        outdated.next = format!("holdpoint check {}   (where the sites can be seen)", evidence.facts.version);
    }
    findings
}

/// What a draft lacks yet is only said; so is what the rules say about documents of a version that is out.
fn softened(finding: Finding, is_out: bool) -> Finding {
    let unfinished = matches!(finding.code, Code::SubjectMissing | Code::NoArtifact);
    let late = is_out && finding.severity < Severity::Unverifiable;
    if unfinished || late { finding.as_warning() } else { finding }
}

#[cfg(test)]
mod tests;
