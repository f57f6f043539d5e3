//! What the formats of a release mean for those who have something else: the rules for pairs, with what is out on the sites asked.

use std::collections::BTreeSet;

use super::Question;
use crate::compatibility::{Derived, Field, Matrix, Outlook, Shipped};
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, SiteName};
use crate::release::Release;
use crate::rule::{self, Compared};

/// The sites on which something must be out to help this release: the one asked about, or all of the policy.
pub(super) fn sites(evidence: &Evidence, question: &Question) -> BTreeSet<SiteName> {
    match question {
        Question::Check => evidence.policy().sites().iter().map(|it| it.name.clone()).collect(),
        Question::Publish(site) => BTreeSet::from([site.clone()]),
    }
}

/// What customers have of other releases, and this one.
pub fn field(evidence: &Evidence, release: &Release, sites: &BTreeSet<SiteName>) -> Field {
    let outlook = Outlook { sites, day: release.planned, takes_pre_releases: release.version.is_pre_release() };
    let has_artifact = |name: &ComponentName| evidence.artifacts.iter().flatten().any(|it| it.component == *name);
    let declared = evidence.compatibility.clone().unwrap_or_default();
    Field::of_shipped(others(evidence), outlook).with_own(release, &declared, &has_artifact)
}

/// The matrix of a release, if its records can be read: as it would have to be for every site of the policy.
pub fn matrix(evidence: &Evidence) -> Option<Matrix> {
    let release = evidence.release.as_ref()?;
    evidence.compatibility.as_ref()?;
    let field = field(evidence, release, &sites(evidence, &Question::Check));
    Some(Matrix::of(&Derived::new(evidence.policy(), &field), release))
}

/// How many pairs there are, and what the rules say of them.
pub(super) fn pair_findings(evidence: &Evidence, question: &Question) -> (usize, Vec<Finding>) {
    let policy = evidence.policy();
    let (Some(release), Some(declared)) = (&evidence.release, &evidence.compatibility) else { return (0, Vec::new()) };
    if policy.interfaces().is_empty() {
        return (0, Vec::new());
    }
    let field = field(evidence, release, &sites(evidence, question));
    let derived = Derived::new(policy, &field);
    let matrix = Matrix::of(&derived, release);
    // One text is signed, whatever site is asked about.
    let signed = if *question == Question::Check { None } else { self::matrix(evidence) };
    let mut findings = doubts(evidence);
    findings.extend(rule::check_pairs(&Compared {
        release,
        declared,
        policy,
        derived: &derived,
        matrix: &matrix,
        signed: signed.as_ref().unwrap_or(&matrix),
        written: evidence.facts.release_files.get("matrix.md").and_then(crate::content::Content::bytes),
        shipped: &evidence.facts.shipped,
    }));
    (derived.pairs().len(), findings)
}

/// The other releases that are out.
fn others(evidence: &Evidence) -> impl Iterator<Item = &Shipped> {
    evidence.facts.shipped.iter().filter(|it| it.release != evidence.facts.version)
}

/// What makes others doubtful that customers may have.
fn doubts(evidence: &Evidence) -> Vec<Finding> {
    let interfaces = evidence.policy().interfaces();
    let takes_part =
        |it: &ComponentName| interfaces.iter().any(|own| own.writers.contains(it) || own.readers.contains(it));
    let matters = |it: &&Shipped| it.components.is_empty() || it.components.iter().any(|it| takes_part(&it.name));
    others(evidence).filter(matters).flat_map(|it| it.doubts.iter().cloned()).collect()
}

/// What still counts for a release that is on record already and that nobody has seen yet. What went out meanwhile adds pairs that
/// its documents could not know.
pub(super) fn of_what_is_recorded(evidence: &Evidence, question: &Question) -> Vec<Finding> {
    let (_, mut findings) = pair_findings(evidence, question);
    findings.retain(|it| !matches!(it.code, Code::MatrixOutOfDate));
    findings
}
