//! Publications: which ones count, whether they are proven, and whether what they were decided on still stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::view::View;
use super::waiving::CLOCK_SLACK;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding, Severity};
use crate::ledger::Entry;
use crate::name::{Person, SiteName, listed};
use crate::policy::{ARTIFACTS_FILE, DECIDING_FILES, Policy, RELEASE_FILE, RELEASE_ROLE};
use crate::release::{self, Release};
use crate::statement::{Act, Artifact, Subject};

mod noes;

pub(super) use noes::contradicted;

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
    let (facts, findings) = facts(evidence);
    (facts.into_iter().map(|it| it.publication).collect(), findings)
}

/// The ids of every entry that makes a version published: what the next policy seals.
pub(super) fn counted_ids(evidence: &Evidence) -> BTreeSet<Digest> {
    facts(evidence).0.into_iter().flat_map(|it| it.entries).collect()
}

/// A publication, with the entries that make it one.
struct Fact {
    publication: Publication,
    entries: Vec<Digest>,
}

fn facts(evidence: &Evidence) -> (Vec<Fact>, Vec<Finding>) {
    let (mut facts, mut findings) = (Vec::new(), Vec::new());
    let mut adopts: BTreeMap<Said<'_>, Vec<&Entry>> = BTreeMap::new();
    for entry in evidence.ledger.in_order() {
        match &entry.statement.act {
            Act::Publish { subjects, site, artifacts, .. } => match refuted(evidence, entry) {
                None => {
                    let by = vec![entry.statement.by.clone()];
                    let publication = publication(entry, Outlet::Published, site, by, artifacts, subjects);
                    facts.push(Fact { publication, entries: vec![entry.id] });
                }
                Some(finding) => findings.push(finding),
            },
            Act::Adopt { subjects, site, artifacts } => {
                let said = (site, artifacts.iter().collect(), subjects.iter().collect(), entry.statement.policy);
                adopts.entry(said).or_default().push(entry);
            }
            _ => {}
        }
    }
    for entries in adopts.into_values() {
        match adoption(evidence, &entries) {
            Ok(fact) => facts.push(fact),
            Err(finding) => findings.push(*finding),
        }
    }
    for fact in &facts {
        settle(evidence, &mut findings, &fact.publication);
    }
    (facts, findings)
}

/// What an adoption says, and under which policy: whoever says anything else speaks for something else.
type Said<'a> = (&'a SiteName, BTreeSet<&'a Artifact>, BTreeSet<&'a Subject>, Digest);

/// What is out is not doubted because somebody says so once more, in a statement that does not count: that is only mentioned.
fn settle(evidence: &Evidence, findings: &mut [Finding], publication: &Publication) {
    let out: BTreeSet<&Artifact> = publication.artifacts.iter().collect();
    let says_the_same = |it: &Entry| match &it.statement.act {
        Act::Publish { site, artifacts, .. } | Act::Adopt { site, artifacts, .. } => {
            *site == publication.site && artifacts.iter().collect::<BTreeSet<_>>() == out
        }
        _ => false,
    };
    for finding in findings.iter_mut() {
        let entry = finding.about.parse().ok().and_then(|it| evidence.ledger.get(&it));
        if entry.is_some_and(says_the_same) {
            finding.severity = Severity::Warning;
        }
    }
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

/// The policies under which a publish may be stated: the one in force, and the one before it, so that what goes out while the next
/// policy collects signatures stays out.
pub(super) fn present(evidence: &Evidence) -> Vec<&Policy> {
    [Some(evidence.policy()), evidence.chain().predecessor()].into_iter().flatten().collect()
}

/// Whether a publish was signed by somebody who may under `policy`, and in that role.
pub(super) fn may_publish(policy: &Policy, entry: &Entry) -> bool {
    let role = entry.statement.role.as_ref().filter(|it| it.as_str() == RELEASE_ROLE);
    entry.is_valid_under(policy) && role.is_some_and(|it| policy.fills(&entry.statement.by, it))
}

/// Why a publish does not count: its signer never could publish, or could only under a policy of the past that nobody sealed
/// it under, or what it relied on does not satisfy the policy that it names.
fn refuted(evidence: &Evidence, entry: &Entry) -> Option<Finding> {
    if evidence.chain().sealed().has(&entry.id) {
        return None; // the owners have vouched for it, whatever became of the keys
    }
    let by = &entry.statement.by;
    let told =
        |code: Code, message: String| Finding::new(code, entry.id.to_string(), message).since(entry.statement.at);
    let owners = || evidence.policy().owners().members.iter().cloned();
    let show = format!("holdpoint show {}", entry.id.short());
    if !evidence.chain().policies().iter().any(|it| may_publish(it, entry)) {
        let why = format!("it was not signed by somebody in the role `{RELEASE_ROLE}`");
        return Some(told(Code::NotCounted, format!("the publish of {by} has no effect: {why}")).next(show));
    }
    let present = present(evidence);
    let named = present.iter().find(|it| it.digest() == entry.statement.policy);
    let Some(named) = named.filter(|_| present.iter().any(|it| may_publish(it, entry))) else {
        let message = format!(
            "a publication by {by} names policy {}, is valid under policy {} at the latest, and nothing has sealed it",
            evidence.chain().of_digest(&entry.statement.policy).map_or(0, Policy::number),
            entry.newest_policy()
        );
        let adopt = unsealed_next(entry);
        return Some(told(Code::Unsealed, message).who(owners()).next(adopt));
    };
    let why = unproven(evidence, named, entry)?;
    let message = format!("a publication by {by} is not proven: {why}");
    Some(told(Code::Unproven, message).who(owners()).next(format!("{show}   (who signed it, and how?)")))
}

fn unsealed_next(entry: &Entry) -> String {
    let version = &entry.statement.release;
    let site = match &entry.statement.act {
        Act::Publish { site, .. } | Act::Adopt { site, .. } => site.as_str(),
        _ => "NAME",
    };
    format!(
        "if it went out, the owners take it in: holdpoint record {version} --site {site} --adopt --reason \"…\"; if it never did, \
         this version stays in doubt, and another one goes out instead: holdpoint new …"
    )
}

/// Why a publish proves nothing: what it relied on does not satisfy the policy that it names, for what it names.
fn unproven(evidence: &Evidence, policy: &Policy, entry: &Entry) -> Option<String> {
    let Act::Publish { subjects, artifacts, relied, .. } = &entry.statement.act else {
        return Some("it is no publish".to_owned());
    };
    if let Some(newer) = seen_newer(evidence, policy, entry) {
        return Some(format!("it names policy {}, and had seen policy {newer}", policy.number()));
    }
    let at = entry.statement.at;
    if let Some(now) = evidence.facts.clock.filter(|now| at.duration_since(*now) > CLOCK_SLACK) {
        return Some(format!("it says that it was signed at {at}, and it is {now}"));
    }
    let covered: BTreeSet<_> = subjects.iter().map(|it| &it.path).collect();
    if covered != policy.all_subjects().into_iter().collect() {
        return Some("it covers other files than the release has".to_owned());
    }
    if let Some(id) = relied.iter().find(|it| !evidence.ledger.has_seen(&entry.id, it)) {
        return Some(format!("it relies on {}, which its signer had not seen", id.short()));
    }
    let view = View::of_publication(evidence, policy, entry, subjects, relied);
    if let Some(later) = view.premature(entry, relied) {
        let (at, id) = (entry.statement.at, later.id.short());
        return Some(format!(
            "it says that it was signed at {at}, and {id}, on which it relies, at {}",
            later.statement.at
        ));
    }
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
    if let Some(why) = not_allowed(evidence, &view, entry, subjects) {
        return Some(why);
    }
    misstates(evidence, subjects, artifacts)
}

/// Why the `release.toml` that a publish names did not let the version go out when the publish says that it was signed.
fn not_allowed(evidence: &Evidence, view: &View<'_>, entry: &Entry, subjects: &[Subject]) -> Option<String> {
    let named = subjects.iter().find(|it| it.path.as_str() == RELEASE_FILE)?;
    // One that is nowhere, or that nobody can read, is a doubt for whoever has to read it.
    let bytes = evidence.pinned_bytes(named)?;
    let release = Release::read(RELEASE_FILE, bytes, &evidence.facts.version, None).ok()?;
    if release.cancelled.is_some() {
        return Some(format!("the `{RELEASE_FILE}` that it names says that the release was cancelled"));
    }
    let at = entry.statement.at;
    // What it claims is no clock.
    let is_early =
        |not_before: &Timestamp| at < *not_before || evidence.facts.clock.is_some_and(|now| now < *not_before);
    let not_before = release.not_before.filter(is_early)?;
    let version = evidence.facts.version.to_string();
    let mut early = vec![Finding::new(Code::TooEarly, version, format!("it may not go out before {not_before}"))];
    view.set_aside(&mut early, &mut []);
    let is_waived = early.iter().all(|it| it.severity <= Severity::Warning);
    (!is_waived)
        .then(|| format!("it says that it was signed at {at}, and the release may not go out before {not_before}"))
}

/// A later policy than `policy` that something names which the signer of `entry` had seen.
fn seen_newer(evidence: &Evidence, policy: &Policy, entry: &Entry) -> Option<u64> {
    let seen = evidence.ledger.entries().filter(|it| evidence.ledger.has_seen(&entry.id, &it.id));
    let named = seen.filter_map(|it| evidence.chain().of_digest(&it.statement.policy)).map(Policy::number);
    named.max().filter(|it| *it > policy.number())
}

/// Why the artifacts that a statement names are not those of the `artifacts.toml` that it names, or cannot be compared with them.
fn misstates(evidence: &Evidence, subjects: &[Subject], artifacts: &[Artifact]) -> Option<String> {
    let named = subjects.iter().find(|it| it.path.as_str() == ARTIFACTS_FILE)?;
    // These are the bytes that were signed, wherever they are; what `release.toml` says by now has no part in them.
    let Some(bytes) = evidence.pinned_bytes(named) else {
        let why = format!("the `{ARTIFACTS_FILE}` that it names is not here, nor in the history of this clone");
        return Some(why);
    };
    let signed = release::artifacts(named.path.as_str(), bytes, None).unwrap_or_default();
    let (signed, named): (BTreeSet<&Artifact>, BTreeSet<&Artifact>) =
        (signed.iter().collect(), artifacts.iter().collect());
    (signed != named).then(|| "it names other artifacts than `artifacts.toml` does".to_owned())
}

/// The adoption that these entries, which say the same under one policy, make together. It asks for no sign-off, so it counts under
/// the policy in force alone, or where a policy has sealed it: no owner of the past takes anything in.
fn adoption(evidence: &Evidence, entries: &[&Entry]) -> Result<Fact, Box<Finding>> {
    let nobody = || Box::new(Finding::new(Code::NotCounted, "adopt", "nobody adopted it"));
    let last = entries.last().ok_or_else(nobody)?;
    let Act::Adopt { subjects, site, artifacts } = &last.statement.act else { return Err(nobody()) };
    let sealed: Vec<&Entry> = entries.iter().copied().filter(|it| evidence.chain().sealed().has(&it.id)).collect();
    if !sealed.is_empty() {
        return adopted(&sealed).ok_or_else(nobody);
    }
    let policy = evidence.policy();
    let covered: BTreeSet<&str> = subjects.iter().map(|it| it.path.as_str()).collect();
    let wrong = if DECIDING_FILES.iter().all(|it| covered.contains(it)) {
        misstates(evidence, subjects, artifacts)
    } else {
        Some("it does not cover the files that decide".to_owned())
    };
    let named = evidence.chain().of_digest(&last.statement.policy).unwrap_or(policy);
    let by = agreed(named, entries).filter(|_| wrong.is_none());
    if let Some(by) = by.as_ref().filter(|_| named.number() == policy.number()) {
        return adopted(by).ok_or_else(nobody);
    }
    let owners = policy.owners();
    let next = format!("holdpoint record {} --site {site} --adopt --reason \"…\"", last.statement.release);
    let told = |code: Code, message: String| Finding::new(code, last.id.to_string(), message).next(next);
    if by.is_some() {
        let message =
            format!("an adoption was signed by the owners of policy {}, and nothing has sealed it", named.number());
        let finding = told(Code::Unsealed, message).since(last.statement.at);
        return Err(Box::new(finding.who(owners.members.iter().cloned())));
    }
    let by: BTreeSet<Person> = voices(policy, entries).map(|it| it.statement.by.clone()).collect();
    let why = wrong.unwrap_or_else(|| format!("{} of {} owners have signed", by.len(), owners.needed));
    let wanting = owners.members.iter().filter(|it| !by.contains(it)).cloned();
    Err(Box::new(told(Code::NotCounted, format!("the adoption has no effect: {why}")).who(wanting)))
}

/// The fact that these adoptions, which all count, make together.
fn adopted(entries: &[&Entry]) -> Option<Fact> {
    let last = entries.last()?;
    let Act::Adopt { subjects, site, artifacts } = &last.statement.act else { return None };
    let by: BTreeSet<Person> = entries.iter().map(|it| it.statement.by.clone()).collect();
    let publication = publication(last, Outlet::Adopted, site, by.into_iter().collect(), artifacts, subjects);
    Some(Fact { publication, entries: entries.iter().map(|it| it.id).collect() })
}

/// The entries among these that are by owners of `policy`, valid under it.
fn voices<'a>(policy: &Policy, entries: &[&'a Entry]) -> impl Iterator<Item = &'a Entry> {
    let valid: Vec<&Entry> = entries.iter().copied().filter(|it| it.is_valid_under(policy)).collect();
    let people: BTreeSet<Person> =
        policy.voices(policy.owners(), valid.iter().map(|it| &it.statement.by)).into_iter().cloned().collect();
    valid.into_iter().filter(move |it| people.contains(&it.statement.by))
}

/// The entries of the owners of `policy`, if they are enough to speak for all.
fn agreed<'a>(policy: &Policy, entries: &[&'a Entry]) -> Option<Vec<&'a Entry>> {
    let by: Vec<&Entry> = voices(policy, entries).collect();
    let people: BTreeSet<&Person> = by.iter().map(|it| &it.statement.by).collect();
    (people.len() >= policy.owners().needed).then_some(by)
}

/// Whether what a publication that no customer has seen yet rests on has passed: it does not satisfy the policy in force, though it
/// does the one before, or a waiver that it rests on has expired since. It is recorded anew, then.
pub(super) fn is_outdated(evidence: &Evidence, publication: &Publication, now: Timestamp) -> bool {
    let Some(entry) = evidence.ledger.get(&publication.id) else { return true };
    let Act::Publish { relied, .. } = &entry.statement.act else { return true };
    if evidence.chain().sealed().has(&entry.id) {
        return false;
    }
    let named = evidence.chain().of_digest(&entry.statement.policy);
    let is_older = named.is_none_or(|it| it.number() < evidence.policy().number());
    let has_expired = |it: &Digest| match evidence.ledger.get(it).map(|it| &it.statement.act) {
        Some(Act::Waive { until, .. }) => *until <= now,
        _ => false,
    };
    (is_older && unproven(evidence, evidence.policy(), entry).is_some()) || relied.iter().any(has_expired)
}

/// Whether a later publication of the same files on the same site, which has seen this one, stands in its place: documents changed
/// before the first was listed, and were signed again.
pub(super) fn is_superseded(evidence: &Evidence, publication: &Publication, all: &[Publication]) -> bool {
    let files = |it: &Publication| it.artifacts.iter().cloned().collect::<BTreeSet<_>>();
    all.iter().any(|other| {
        other.outlet == Outlet::Published
            && other.id != publication.id
            && other.site == publication.site
            && evidence.ledger.has_seen(&other.id, &publication.id)
            && files(other) == files(publication)
    })
}

/// What changed since the publications that nothing has superseded.
pub(super) fn all_changed(evidence: &Evidence, publications: &[Publication]) -> Vec<Finding> {
    let latest = publications.iter().filter(|it| !is_superseded(evidence, it, publications));
    latest.flat_map(|it| changed(evidence, it)).collect()
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

#[cfg(test)]
mod tests;
