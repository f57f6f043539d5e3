//! The course of a release: whether it is judged like a candidate, or held against what is out.
//!
//! Published begins at the flip. What is recorded and seen not to be listed is judged like a candidate; what is listed is held
//! against what was signed then; where nobody can see it, it must pass for both.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::publication::{self, Outlet, Publication};
use super::standing::Standing;
use super::view::View;
use super::{Question, Verdict};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding, Severity};
use crate::name::{SiteName, SubjectPath};
use crate::policy::DECIDING_FILES;
use crate::sight::Visibility;
use crate::statement::Artifact;

/// How a release is judged.
#[derive(Debug)]
pub(super) enum Course<'a> {
    /// By the rules and standings of now. What is recorded and is not listed may be finished as it is, where that still is what
    /// would go out.
    Candidate(Option<&'a Publication>),
    /// Against what customers see.
    Listed(Vec<&'a Publication>),
    /// Against what is recorded, while nobody can tell from here whether customers see it.
    Unseen(Vec<&'a Publication>),
}

/// Whether customers get what `publication` names, as far as anybody can see.
pub(super) fn visibility(evidence: &Evidence, publication: &Publication) -> Visibility {
    let Publication { id, site, outlet, .. } = publication;
    let facts = &evidence.facts;
    facts.sights.visibility(site, &facts.version, id, *outlet == Outlet::Adopted)
}

/// The sites of which one has to know what they list, for an answer about this release: something is recorded for them.
pub fn sites_at_stake(evidence: &Evidence) -> BTreeSet<SiteName> {
    at_stake(evidence, &publication::all(evidence).0)
}

fn at_stake(evidence: &Evidence, publications: &[Publication]) -> BTreeSet<SiteName> {
    let own = publications.iter().filter(|it| it.outlet == Outlet::Published).map(|it| it.site.clone());
    let outings = evidence.facts.shipped.iter().flat_map(|it| &it.outings);
    own.chain(outings.filter(|it| !it.is_adopted).map(|it| it.site.clone())).collect()
}

/// The sites of which the last audit on record matters even where their index is seen: something was adopted there, which may stand
/// in no index.
pub fn sites_of_adoptions(evidence: &Evidence) -> BTreeSet<SiteName> {
    let own = publication::all(evidence).0.into_iter().filter(|it| it.outlet == Outlet::Adopted).map(|it| it.site);
    let outings = evidence.facts.shipped.iter().flat_map(|it| &it.outings);
    own.chain(outings.filter(|it| it.is_adopted).map(|it| it.site.clone())).collect()
}

/// The sites at stake whose index nobody has read.
pub(super) fn unseen(evidence: &Evidence, publications: &[Publication]) -> BTreeSet<SiteName> {
    at_stake(evidence, publications).into_iter().filter(|it| !evidence.facts.sights.sees(it)).collect()
}

/// The publications that say something still: those that customers see, and those that no later one has superseded.
pub(super) fn standing(evidence: &Evidence, publications: &[Publication]) -> Vec<Publication> {
    let stands = |it: &&Publication| {
        visibility(evidence, it) == Visibility::Listed || !publication::is_superseded(evidence, it, publications)
    };
    publications.iter().filter(stands).cloned().collect()
}

/// What is seen of each publication.
pub(super) fn seen(evidence: &Evidence, publications: &[Publication]) -> BTreeMap<Digest, Visibility> {
    publications.iter().map(|it| (it.id, visibility(evidence, it))).collect()
}

impl<'a> Course<'a> {
    /// How the release is judged for `question`, by what is recorded of it.
    pub(super) fn of(
        evidence: &Evidence,
        question: &Question,
        publications: &'a [Publication],
        now: Timestamp,
    ) -> Self {
        let is_asked = |it: &&Publication| match question {
            Question::Check => true,
            Question::Publish(site) => it.site == *site,
        };
        let seen = |wanted: Visibility| -> Vec<&'a Publication> {
            publications.iter().filter(is_asked).filter(|it| visibility(evidence, it) == wanted).collect()
        };
        let (listed, mut unseen) = (seen(Visibility::Listed), seen(Visibility::Unseen));
        unseen.retain(|it| !publication::is_superseded(evidence, it, publications));
        match (listed.is_empty(), unseen.is_empty()) {
            (false, _) => Self::Listed(listed),
            (true, false) => Self::Unseen(unseen),
            (true, true) => {
                // The newest first: where two were prepared, the later one has seen the earlier.
                let unlisted = seen(Visibility::Unlisted).into_iter().rev();
                Self::Candidate(unlisted.into_iter().find(|it| can_be_finished(evidence, it, now)))
            }
        }
    }

    /// What counts of the rules for pairs. What went out meanwhile adds pairs that the matrix of a recorded publication could not know,
    /// and an interface that the policy named meanwhile may have nothing on its other side: neither keeps it from being finished.
    pub(super) fn of_pairs(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        if let Self::Candidate(Some(_)) = self {
            findings.retain(|it| !matches!(it.code, Code::MatrixOutOfDate | Code::Vacuous));
        }
        findings
    }

    /// The publication that a permission finishes, where there is one.
    pub(super) fn recorded(&self) -> Option<&'a Publication> {
        match self {
            Self::Candidate(recorded) => *recorded,
            Self::Listed(out) | Self::Unseen(out) => out.first().copied(),
        }
    }
}

/// Whether what was recorded is, byte for byte, what would be recorded now, and rests on nothing that has passed.
fn can_be_finished(evidence: &Evidence, publication: &Publication, now: Timestamp) -> bool {
    let is_present = |path: &SubjectPath| {
        let pinned = publication.subjects.iter().find(|it| it.path == *path).map(|it| it.sha256);
        pinned.is_some() && evidence.digests.get(path).copied() == pinned
    };
    let subjects = evidence.policy().all_subjects();
    publication.subjects.len() == subjects.len()
        && subjects.into_iter().all(is_present)
        && has_same_artifacts(evidence, publication)
        && !publication::is_outdated(evidence, publication, now)
}

fn has_same_artifacts(evidence: &Evidence, publication: &Publication) -> bool {
    let present: BTreeSet<&Artifact> = evidence.head().artifacts().into_iter().flatten().collect();
    present == publication.artifacts.iter().collect()
}

/// What a version means already, wherever it is recorded: what is out elsewhere does not change on its way to another site, and
/// what is recorded and not listed has its paths burned, whatever becomes of its documents.
pub(super) fn of_other_publications(evidence: &Evidence, publications: &[Publication]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for publication in publications {
        match visibility(evidence, publication) {
            Visibility::Unseen if publication::is_superseded(evidence, publication, publications) => {}
            Visibility::Listed | Visibility::Unseen => findings.extend(publication::changed(evidence, publication)),
            Visibility::Unlisted if has_same_artifacts(evidence, publication) => {}
            Visibility::Unlisted => findings.push(burned(evidence, publication)),
        }
    }
    findings
}

fn burned(evidence: &Evidence, publication: &Publication) -> Finding {
    let (version, site) = (&evidence.facts.version, &publication.site);
    let message = format!(
        "`releases/{version}/artifacts.toml` names other files than {} recorded for {site}; a recorded path never changes its content",
        publication.id.short()
    );
    let next = format!(
        "git log -- releases/{version}/artifacts.toml   then restore it; other bytes are a new version: holdpoint new …"
    );
    Finding::new(Code::Burned, format!("releases/{version}/artifacts.toml"), message).since(publication.at).next(next)
}

/// What speaks against a version that is out: it is held against what was signed then, and against every no that it has not seen;
/// what was written since is only said. Where nobody sees whether it is out, what was written since has to be signed.
pub(super) fn against_what_is_out(
    evidence: &Evidence,
    view: &View<'_>,
    course: &Course<'_>,
    requirements: &mut [Standing],
    now: Timestamp,
) -> Vec<Finding> {
    let (Course::Listed(on_record) | Course::Unseen(on_record)) = course else { return Vec::new() };
    let mut findings: Vec<Finding> = on_record.iter().flat_map(|it| publication::changed(evidence, it)).collect();
    let noes: Vec<Finding> = on_record.iter().flat_map(|it| publication::contradicted(evidence, it, now)).collect();
    let mut since: Vec<Finding> = requirements.iter().filter_map(|it| it.finding.clone()).collect();
    view.set_aside(&mut since, requirements);
    since.retain(|it| !noes.iter().any(|no| (no.code, &no.about) == (it.code, &it.about)));
    // A fact outlives the keys of those who signed for it.
    since.retain(|it| it.code != Code::Lapsed);
    let open = match course {
        Course::Unseen(on_record) => on_record.iter().flat_map(|it| unsigned(evidence, it, requirements)).collect(),
        _ => Vec::new(),
    };
    since.retain(|it| !open.iter().any(|own: &Finding| own.about == it.about));
    findings.extend(since.into_iter().map(Finding::as_warning));
    findings.extend(noes);
    findings.extend(open);
    findings
}

/// What changed since the publication and is not signed again. Files that decide have a finding of their own.
fn unsigned(evidence: &Evidence, publication: &Publication, requirements: &[Standing]) -> Vec<Finding> {
    let version = &evidence.facts.version;
    let pinned: BTreeMap<&SubjectPath, Digest> = publication.subjects.iter().map(|it| (&it.path, it.sha256)).collect();
    let all: BTreeSet<&SubjectPath> = pinned.keys().copied().chain(evidence.policy().all_subjects()).collect();
    let differs = |path: &&SubjectPath| {
        let is_told = pinned.contains_key(*path) && DECIDING_FILES.contains(&path.as_str());
        !is_told && evidence.digests.get(*path) != pinned.get(*path)
    };
    let mut findings: BTreeMap<String, Finding> = BTreeMap::new();
    for path in all.into_iter().filter(differs) {
        let covering: Vec<_> =
            evidence.policy().requirements().iter().filter(|it| it.subjects.contains(path)).collect();
        let standing = |name| requirements.iter().find(|own| own.name == name);
        let open = covering.iter().filter_map(|it| standing(it.name.clone())).filter(|it| !it.is_satisfied());
        let told = |about: String, next: String| {
            let message = format!(
                "`{path}` is not what the publication on {} names, is not signed again, and whether that is listed is not seen from here",
                publication.site
            );
            Finding::new(Code::Stale, about, message).since(publication.at).next(next)
        };
        for it in open {
            let finding = told(it.name.to_string(), format!("holdpoint sign {version} {}", it.name));
            let who = it.finding.iter().flat_map(|own| own.who.iter().cloned());
            findings.entry(it.name.to_string()).or_insert(finding.who(who));
        }
        if covering.is_empty() {
            let next = format!("git log -- releases/{version}/{path}   then restore it");
            findings.entry(path.to_string()).or_insert(told(path.to_string(), next));
        }
    }
    findings.into_values().collect()
}

/// The verdict that findings lead to: the worst decides. Only where nothing weighs anything is there a permission.
pub(super) fn weighed(findings: &[Finding], clear: impl FnOnce() -> Verdict) -> Verdict {
    match findings.iter().map(|it| it.severity).max().unwrap_or(Severity::Warning) {
        Severity::Unverifiable => Verdict::Unverifiable,
        Severity::Blocked => Verdict::Blocked,
        Severity::Waiting => Verdict::Waiting,
        Severity::Warning => clear(),
    }
}

#[cfg(test)]
mod tests;
