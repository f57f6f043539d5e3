//! Publications: which ones count, whether they are proven, and whether what they were decided on still stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::view::View;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::{Person, RequirementName, SiteName, listed};
use crate::policy::{DECIDING_FILES, RELEASE_ROLE};
use crate::statement::{Act, Artifact, Subject};

/// How a version went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlet {
    /// Through the gate.
    Published,
    /// Before the gate, or around it; the owners took it in afterwards.
    Adopted,
}

/// A version that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The statement that says so.
    pub id: Digest,
    /// How it went out.
    pub outlet: Outlet,
    /// Where.
    pub site: SiteName,
    /// Who signed it.
    pub by: Vec<Person>,
    /// When, as the signer claims.
    pub at: Timestamp,
    /// The files that are out.
    pub artifacts: Vec<Artifact>,
    /// The files that it was decided on.
    pub subjects: Vec<Subject>,
}

/// The publications that count, in the order in which they were signed, and what is wrong with the others.
pub(super) fn all(evidence: &Evidence) -> (Vec<Publication>, Vec<Finding>) {
    let (mut publications, mut findings) = (Vec::new(), Vec::new());
    let mut adopts: BTreeMap<(&SiteName, BTreeSet<&Artifact>), Vec<&Entry>> = BTreeMap::new();
    for entry in evidence.ledger.in_order() {
        match &entry.statement.act {
            Act::Publish { subjects, site, artifacts, relied, .. } => {
                match unproven(evidence, entry, subjects, artifacts, relied) {
                    None => publications.push(publication(
                        entry,
                        Outlet::Published,
                        site,
                        vec![entry.statement.by.clone()],
                        artifacts,
                        subjects,
                    )),
                    Some(why) if !may_publish(evidence, entry) => findings.push(
                        Finding::new(
                            Code::NotCounted,
                            entry.id.to_string(),
                            format!("the publish of {} has no effect: {why}", entry.statement.by),
                        )
                        .since(entry.statement.at)
                        .next(format!("holdpoint show {}", entry.id.short())),
                    ),
                    Some(why) => findings.push(
                        Finding::new(
                            Code::Unproven,
                            entry.id.to_string(),
                            format!("a publication by {} is not proven: {why}", entry.statement.by),
                        )
                        .who(evidence.policy.owners().members.iter().cloned())
                        .since(entry.statement.at)
                        .next(format!("holdpoint show {}   (who signed it, and how?)", entry.id.short())),
                    ),
                }
            }
            Act::Adopt { site, artifacts, .. } => {
                adopts.entry((site, artifacts.iter().collect())).or_default().push(entry);
            }
            _ => {}
        }
    }
    for entries in adopts.into_values() {
        match adoption(evidence, &entries) {
            Ok(it) => publications.push(it),
            Err(finding) => findings.push(*finding),
        }
    }
    (publications, findings)
}

fn publication(
    entry: &Entry,
    outlet: Outlet,
    site: &SiteName,
    by: Vec<Person>,
    artifacts: &[Artifact],
    subjects: &[Subject],
) -> Publication {
    Publication {
        id: entry.id,
        outlet,
        site: site.clone(),
        by,
        at: entry.statement.at,
        artifacts: artifacts.to_vec(),
        subjects: subjects.to_vec(),
    }
}

/// Whether a publish was signed by somebody who may, and in that role.
fn may_publish(evidence: &Evidence, entry: &Entry) -> bool {
    let role = entry.statement.role.as_ref().filter(|it| it.as_str() == RELEASE_ROLE);
    role.is_some_and(|it| evidence.policy.fills(&entry.statement.by, it))
}

/// Why a publish proves nothing: its signer may not publish, or what it relied on does not satisfy the policy for what it names.
fn unproven(
    evidence: &Evidence,
    entry: &Entry,
    subjects: &[Subject],
    artifacts: &[Artifact],
    relied: &[Digest],
) -> Option<String> {
    let policy = &evidence.policy;
    if !may_publish(evidence, entry) {
        return Some(format!("it was not signed by somebody in the role `{RELEASE_ROLE}`"));
    }
    let covered: BTreeSet<_> = subjects.iter().map(|it| &it.path).collect();
    if covered != policy.all_subjects().into_iter().collect() {
        return Some("it covers other files than the release has".to_owned());
    }
    if let Some(id) = relied.iter().find(|it| !evidence.ledger.has_seen(&entry.id, it)) {
        return Some(format!("it relies on {}, which its signer had not seen", id.short()));
    }
    let view = View::of_publication(evidence, entry.id, subjects, relied);
    if let Some(hold) = view.holds().first() {
        return Some(format!("{} when it was signed", hold.message));
    }
    let mut standings = view.standings();
    let mut findings: Vec<Finding> = standings.iter().filter_map(|it| it.finding.clone()).collect();
    view.set_aside(&mut findings, &mut standings);
    let wanting: Vec<String> =
        standings.iter().filter(|it| !it.is_satisfied()).map(|it| format!("`{}`", it.name)).collect();
    if !wanting.is_empty() {
        return Some(format!("what it relied on does not sign off {}", listed(wanting, "and")));
    }
    misstates(evidence, subjects, artifacts)
}

/// Whether the artifacts that a statement names are not those of the `artifacts.toml` that it names.
fn misstates(evidence: &Evidence, subjects: &[Subject], artifacts: &[Artifact]) -> Option<String> {
    let named = subjects.iter().find(|it| it.path.as_str() == "artifacts.toml")?;
    // A changed `artifacts.toml` is a finding of its own: what it said then cannot be compared here.
    if evidence.digests.get(&named.path) != Some(&named.sha256) {
        return None;
    }
    let signed: BTreeSet<&Artifact> = evidence.artifacts.iter().flatten().collect();
    (signed != artifacts.iter().collect()).then(|| "it names other artifacts than `artifacts.toml` does".to_owned())
}

/// The adoption that these entries, which say the same, make together.
fn adoption(evidence: &Evidence, entries: &[&Entry]) -> Result<Publication, Box<Finding>> {
    let owners = evidence.policy.owners();
    let voices = evidence.policy.voices(owners, entries.iter().map(|it| &it.statement.by));
    let nobody = || Box::new(Finding::new(Code::NotCounted, "adopt", "nobody adopted it"));
    let last = entries.last().ok_or_else(nobody)?;
    let Act::Adopt { subjects, site, artifacts } = &last.statement.act else { return Err(nobody()) };
    let by: Vec<Person> = voices.iter().map(|it| (*it).clone()).collect();
    let covered: BTreeSet<&str> = subjects.iter().map(|it| it.path.as_str()).collect();
    let wrong = if DECIDING_FILES.iter().all(|it| covered.contains(it)) {
        misstates(evidence, subjects, artifacts)
    } else {
        Some("it does not cover the files that decide".to_owned())
    };
    if wrong.is_none() && by.len() >= owners.needed {
        return Ok(publication(last, Outlet::Adopted, site, by, artifacts, subjects));
    }
    let why = wrong.unwrap_or_else(|| format!("{} of {} owners have signed", by.len(), owners.needed));
    let next = format!("holdpoint record {} --site {site} --adopt --reason \"…\"", last.statement.release);
    let wanting = owners.members.iter().filter(|it| !by.contains(it)).cloned();
    let message = format!("the adoption has no effect: {why}");
    Err(Box::new(Finding::new(Code::NotCounted, last.id.to_string(), message).who(wanting).next(next)))
}

/// Every no to what went out that its publication had not seen: a decline of those very bytes, and a revocation of a yes
/// that it relied on. A publication that was prepared before, and merged after, is beaten by it. The owners who adopt ask
/// for no sign-off.
pub(super) fn contradicted(evidence: &Evidence, publication: &Publication, now: Timestamp) -> Vec<Finding> {
    let ledger = &evidence.ledger;
    let Some(Act::Publish { relied, .. }) = ledger.get(&publication.id).map(|it| &it.statement.act) else {
        return Vec::new();
    };
    let view = View::of_bytes(evidence, &publication.subjects, now);
    let is_news = |id: &Digest| !ledger.has_seen(&publication.id, id);
    let declined = |id: &Digest| {
        is_news(id) && ledger.get(id).is_some_and(|it| view.changed(it.statement.act.subjects()).is_empty())
    };
    let taken_back = |name: &RequirementName| {
        let yeses = relied.iter().filter_map(|it| ledger.get(it));
        let yeses = yeses.filter(|it| it.statement.act.sign_off().is_some_and(|it| it.requirement == *name));
        yeses.filter_map(|it| view.revoked(it)).any(|it| is_news(&it))
    };
    let standings = view.standings().into_iter().filter(|it| !it.is_satisfied());
    standings
        .filter(|it| it.declines.iter().any(declined) || taken_back(&it.name))
        .filter_map(|it| it.finding)
        .collect()
}

/// What stands in the release folder and is not what the publication was decided on.
pub(super) fn changed(evidence: &Evidence, publication: &Publication) -> Vec<Finding> {
    let version = &evidence.facts.version;
    let changed = publication.subjects.iter().filter(|it| evidence.digests.get(&it.path) != Some(&it.sha256));
    changed
        .map(|it| {
            let path = format!("releases/{version}/{}", it.path);
            let finding = Finding::new(
                Code::PublishedChanged,
                it.path.as_str(),
                format!("`{path}` changed after the publication"),
            )
            .since(publication.at)
            .next(format!("git log -- {path}   then restore it; a change belongs into a new version"));
            if DECIDING_FILES.contains(&it.path.as_str()) { finding } else { finding.as_warning() }
        })
        .collect()
}
