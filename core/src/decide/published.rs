//! The release as it was published: the one way to what is known of a version that is out.
//!
//! Everything here comes from the ledger and from the bytes whose digests a publication pins, wherever they are found: in the
//! folder if nobody touched them, else in history. What the folder holds now is a draft of the next version at best, so it
//! says nothing about this one. What cannot be read is a doubt, never an absence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::View;
use super::publication::{self, Publication};
use crate::compatibility::{Compatibility, Objection, Outing, Shipped};
use crate::digest::Digest;
use crate::evidence::{Draft, Evidence, Records};
use crate::finding::{self, Code, Finding, Severity};
use crate::name::{SiteName, SubjectPath, Version};
use crate::policy::ARTIFACTS_FILE;
use crate::release::Release;
use crate::statement::Artifact;

mod documents;
mod pins;

pub use documents::{Document, Texts};

use pins::Pins;

/// The pinned files that say what a release is to others; its artifacts stand in the statement itself.
const RECORDS: [&str; 2] = ["release.toml", "compatibility.toml"];

/// Contents that were found in history, by their digests.
pub type Earlier = BTreeMap<Digest, Vec<u8>>;

/// Contents that are looked for in history: for each file the digests that its bytes now do not have.
pub type Wanted = BTreeMap<SubjectPath, BTreeSet<Digest>>;

/// What a version is. Whatever is answered about it begins with this question: what its folder holds at a commit is handed out
/// only where nothing says that it is out.
#[derive(Debug, Clone)]
pub enum Publicity {
    /// Nothing says that it is out, and this is what its folder holds.
    Draft(Arc<Draft>),
    /// It is out, and this is how it went out.
    Published(Box<Published>),
    /// It cannot be told, or not with what it went out.
    Doubted(Doubt),
}

/// A release as it was published.
#[derive(Debug, Clone)]
pub struct Published {
    publications: Vec<Publication>,
    outings: Vec<Outing>,
    /// The files that statements name which are not proven.
    alleged: Vec<Artifact>,
    release: Release,
    declared: Compatibility,
    files: Vec<Artifact>,
    /// What speaks against it since it went out.
    objection: Option<Objection>,
    /// Whether the folder still holds the records that went out.
    is_unchanged: bool,
}

/// A release of which it cannot be told whether it is out, or with what.
#[derive(Debug, Clone)]
pub struct Doubt {
    version: Version,
    outings: Vec<Outing>,
    /// The files that statements name which are not proven.
    alleged: Vec<Artifact>,
    /// Whether no key that still says anything says that it is out, and what it says can be read nowhere: then it is no doubt
    /// about any other release.
    is_spent: bool,
    findings: Vec<Finding>,
}

impl Publicity {
    /// What has to be looked for in history before it can be said what was published.
    pub fn wanted(evidence: &Evidence) -> Wanted {
        let pins = Pins::of(evidence);
        let records = RECORDS.iter().flat_map(|it| pins.digests(it));
        wanted(evidence, records)
    }

    /// What the ledger says, with what was found of the pinned bytes in history.
    pub fn of(evidence: &Evidence, earlier: &Earlier) -> Self {
        let pins = Pins::of(evidence);
        let (mut doubts, mut may_be_held) = (doubts_of_ledger(evidence), false);
        if pins.outings.iter().any(|it| it.is_proven) {
            // That it is out is proven, whatever became of single files of its ledger. Any of them may have been a hold.
            may_be_held = !doubts.is_empty() || evidence.ledger.is_damaged() || has_odd_ledger(evidence);
            doubts.retain(|it| it.code == Code::BadRecord);
        }
        if pins.outings.is_empty() && doubts.is_empty() {
            return Self::Draft(Arc::clone(evidence.head()));
        }
        let is_spent = doubts.is_empty() && pins.is_spent;
        let read = if doubts.is_empty() { pins.read(evidence, earlier) } else { Err(doubts) };
        match read {
            Ok((release, declared)) => {
                let holds = |it: &(SubjectPath, Digest)| evidence.digests.get(&it.0) == Some(&it.1);
                let is_there = |all: Vec<_>| !all.is_empty() && all.iter().all(holds);
                let is_unchanged = RECORDS.iter().chain(&[ARTIFACTS_FILE]).all(|it| is_there(pins.digests(it)));
                let Pins { publications, outings, files, alleged, .. } = pins;
                let objection = objection(evidence, &publications, may_be_held);
                let published =
                    Published { publications, outings, alleged, release, declared, files, objection, is_unchanged };
                Self::Published(Box::new(published))
            }
            Err(mut findings) => {
                finding::sort(&mut findings);
                let version = evidence.facts.version.clone();
                Self::Doubted(Doubt { version, outings: pins.outings, alleged: pins.alleged, is_spent, findings })
            }
        }
    }

    /// The release as it was published, if that is known.
    pub fn published(&self) -> Option<&Published> {
        match self {
            Self::Published(published) => Some(published),
            Self::Draft(_) | Self::Doubted(_) => None,
        }
    }

    /// What its folder holds, if nothing says that it is out.
    pub fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Draft(draft) => Some(draft),
            Self::Published(_) | Self::Doubted(_) => None,
        }
    }

    /// Its `release.toml`: as it was published, or as it is drafted if that can be read. Nothing of what is in doubt.
    pub fn release(&self) -> Option<&Release> {
        match self {
            Self::Draft(draft) => draft.release(),
            Self::Published(published) => Some(&published.release),
            Self::Doubted(_) => None,
        }
    }

    /// What it declares: as it was published, or as it is drafted if that can be read. Nothing of what is in doubt.
    pub fn declared(&self) -> Option<&Compatibility> {
        match self {
            Self::Draft(draft) => draft.compatibility(),
            Self::Published(published) => Some(&published.declared),
            Self::Doubted(_) => None,
        }
    }

    /// The records that others are compared with, as they were published, or as they are drafted if they can be read.
    pub fn records(&self) -> Option<Records<'_>> {
        match self {
            Self::Draft(draft) => draft.records(),
            Self::Published(published) => Some(published.records()),
            Self::Doubted(_) => None,
        }
    }

    /// The files that are known of it beside those of the publications that count: those of a draft, or those that statements
    /// name which are not proven.
    pub fn unproven_artifacts(&self) -> &[Artifact] {
        match self {
            Self::Draft(draft) => draft.artifacts().unwrap_or_default(),
            Self::Published(published) => &published.alleged,
            Self::Doubted(doubt) => &doubt.alleged,
        }
    }

    /// Why it cannot be told whether it is out, or with what; nothing where it can.
    pub fn doubts(&self) -> &[Finding] {
        match self {
            Self::Doubted(doubt) => &doubt.findings,
            Self::Draft(_) | Self::Published(_) => &[],
        }
    }

    /// Whether nothing says that it is out, so that what its folder holds is all there is to know.
    pub fn is_draft(&self) -> bool {
        matches!(self, Self::Draft(_))
    }

    /// What other releases have to know of it, if it is not just a draft.
    pub fn shipped(&self) -> Option<Shipped> {
        match self {
            Self::Draft(_) => None,
            Self::Published(it) => Some(Shipped {
                release: it.release.version.clone(),
                components: it.release.components.clone(),
                support_until: it.release.support_until,
                declared: it.declared.clone(),
                files: it.files.clone(),
                outings: it.outings.clone(),
                objection: it.objection,
                doubts: Vec::new(),
            }),
            Self::Doubted(it) if it.is_spent => None,
            Self::Doubted(it) => Some(Shipped::unreadable(it.version.clone(), it.outings.clone(), it.findings.clone())),
        }
    }
}

impl Published {
    /// The publications that count, in the order in which they were signed; none where it is only alleged that it is out.
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// Whether somebody who could publish says that it was published on `site` through the gate, proven or not.
    pub fn alleged_on(&self, site: &SiteName) -> bool {
        self.outings.iter().any(|it| it.site == *site && !it.is_adopted)
    }

    /// Its `release.toml`.
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// What it declares.
    pub fn declared(&self) -> &Compatibility {
        &self.declared
    }

    /// Its files: those of its last publication; where it is only alleged that it is out, those that the statements name.
    pub fn artifacts(&self) -> &[Artifact] {
        self.publications.last().map_or(&self.alleged, |publication| &publication.artifacts)
    }

    /// The records that others are compared with.
    pub fn records(&self) -> Records<'_> {
        Records { release: &self.release, declared: &self.declared, artifacts: self.artifacts() }
    }

    /// Whether all of it is of the past, so that no clock that goes forward says anything else of it.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.outings.iter().all(|it| it.is_proven)
            && self.publications.iter().all(|it| it.at <= now)
            && self.release.not_before.is_none_or(|it| it <= now)
    }

    /// Whether the folder still holds the records that went out, so that nothing of them comes from history.
    pub fn is_unchanged(&self) -> bool {
        self.is_unchanged
    }
}

/// Whether there is something that another system takes for the ledger: a hold may lie there.
fn has_odd_ledger(evidence: &Evidence) -> bool {
    let own = format!("releases/{}/ledger", evidence.facts.version).to_lowercase();
    let is_odd = |it: &Finding| it.code == Code::BadRecord && it.about.to_lowercase().starts_with(&own);
    evidence.findings.iter().any(is_odd)
}

/// What speaks against a version that is out. Whether a waiver has begun or expired makes no difference, so that this is the same at
/// any time.
fn objection(evidence: &Evidence, publications: &[Publication], may_be_held: bool) -> Option<Objection> {
    let now = Timestamp::UNIX_EPOCH;
    if View::of_now(evidence, now).is_held() {
        return Some(Objection::Held);
    }
    if may_be_held {
        return Some(Objection::MayBeHeld);
    }
    let standing = publications.iter().filter(|it| !publication::is_superseded(evidence, it, publications));
    let is_declined = |it: &Publication| !publication::contradicted(evidence, it, now).is_empty();
    standing.into_iter().any(is_declined).then_some(Objection::Declined)
}

/// Those of these contents that the folder does not hold now.
fn wanted(evidence: &Evidence, all: impl IntoIterator<Item = (SubjectPath, Digest)>) -> Wanted {
    let mut wanted = Wanted::new();
    for (path, digest) in all {
        if evidence.digests.get(&path) != Some(&digest) {
            wanted.entry(path).or_default().insert(digest);
        }
    }
    wanted
}

/// Whether nothing that says the version is out names other bytes for a file than the folder has now.
pub(super) fn is_as_pinned(evidence: &Evidence, file: &str) -> bool {
    let holds = |(path, digest): &(SubjectPath, Digest)| evidence.digests.get(path) == Some(digest);
    doubts_of_ledger(evidence).is_empty() && Pins::of(evidence).digests(file).iter().all(holds)
}

/// Why the ledger may hide that a release is out: it cannot be read, or something that stood in it is gone.
fn doubts_of_ledger(evidence: &Evidence) -> Vec<Finding> {
    let own = format!("releases/{}/ledger/", evidence.facts.version);
    let lost = evidence.facts.past.findings().iter().filter(|it| it.about.starts_with(&own));
    let unread = evidence.facts.unreadable.iter().chain(evidence.ledger.doubts());
    unread.chain(lost).filter(|it| it.severity == Severity::Unverifiable).cloned().collect()
}

#[cfg(test)]
mod tests;
