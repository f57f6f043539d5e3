//! The release as it was published: the one way to what is known of a version that is out.
//!
//! Everything here comes from the ledger and from the bytes whose digests a publication pins, wherever they are found: in the
//! folder if nobody touched them, else in history. What the folder holds now is a draft of the next version at best, so it
//! says nothing about this one. What cannot be read is a doubt, never an absence.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::publication::Publication;
use super::standing::State;
use super::view::View;
use crate::compatibility::{Compatibility, Outing, Shipped};
use crate::digest::Digest;
use crate::document::{Article, Notice};
use crate::evidence::Evidence;
use crate::finding::{self, Code, Finding, Severity};
use crate::name::{SiteName, SubjectPath, Version};
use crate::policy::{ARTICLE_FILE, DECIDING_FILES};
use crate::record::Problems;
use crate::release::Release;
use crate::statement::{Act, Artifact, Subject};

mod pins;

use pins::{Pins, bytes};

/// The pinned files that say what a release is to others; its artifacts stand in the statement itself.
const RECORDS: [&str; 2] = ["release.toml", "compatibility.toml"];

/// The file of the customer notice.
const NOTICE_FILE: &str = "notice.md";

/// Contents that were found in history, by their digests.
pub type Earlier = BTreeMap<Digest, Vec<u8>>;

/// Contents that are looked for in history: for each file the digests that its bytes now do not have.
pub type Wanted = BTreeMap<SubjectPath, BTreeSet<Digest>>;

/// Whether a release is out.
#[derive(Debug, Clone)]
pub enum Publicity {
    /// Nothing says so: it is a draft.
    NotOut,
    /// It is, and this is how it went out.
    Out(Box<Published>),
    /// It cannot be told, or not with what it went out.
    Doubted(Doubt),
}

/// A release as it was published.
#[derive(Debug, Clone)]
pub struct Published {
    publications: Vec<Publication>,
    outings: Vec<Outing>,
    release: Release,
    declared: Compatibility,
    files: Vec<Artifact>,
    /// Whether the folder still holds the records that went out.
    is_unchanged: bool,
}

/// A release of which it cannot be told whether it is out, or with what.
#[derive(Debug, Clone)]
pub struct Doubt {
    version: Version,
    outings: Vec<Outing>,
    findings: Vec<Finding>,
}

/// The texts that customers and agents may be shown of a version that is out: the newest ones that were signed off, or those
/// that went out.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The knowledge-base article, if the publication covers one.
    pub article: Option<Article>,
    /// The customer notice, if the publication covers one.
    pub notice: Option<Notice>,
    /// Those that are covered, and cannot be found or read any more.
    pub lost: Vec<SubjectPath>,
}

impl Texts {
    /// The texts of a draft, as they stand in its folder.
    pub fn of_draft(evidence: &Evidence) -> Self {
        Self { article: evidence.article.clone(), notice: evidence.notice.clone(), lost: Vec::new() }
    }
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
        let mut doubts = doubts_of_ledger(evidence);
        if pins.outings.iter().any(|it| it.is_proven) {
            // That it is out is proven, whatever became of single files of its ledger.
            doubts.retain(|it| it.code == Code::BadRecord);
        }
        if pins.outings.is_empty() && doubts.is_empty() {
            return Self::NotOut;
        }
        let read = if doubts.is_empty() { pins.read(evidence, earlier) } else { Err(doubts) };
        match read {
            Ok((release, declared)) => {
                let holds = |it: &(SubjectPath, Digest)| evidence.digests.get(&it.0) == Some(&it.1);
                let is_held = |all: Vec<_>| !all.is_empty() && all.iter().all(holds);
                let is_unchanged = RECORDS.iter().all(|it| is_held(pins.digests(it)));
                let Pins { publications, outings, files, .. } = pins;
                Self::Out(Box::new(Published { publications, outings, release, declared, files, is_unchanged }))
            }
            Err(mut findings) => {
                finding::sort(&mut findings);
                let version = evidence.facts.version.clone();
                Self::Doubted(Doubt { version, outings: pins.outings, findings })
            }
        }
    }

    /// The release as it was published, if that is known.
    pub fn published(&self) -> Option<&Published> {
        match self {
            Self::Out(published) => Some(published),
            Self::NotOut | Self::Doubted(_) => None,
        }
    }

    /// Why it cannot be told whether it is out, or with what; nothing where it can.
    pub fn doubts(&self) -> &[Finding] {
        match self {
            Self::Doubted(doubt) => &doubt.findings,
            Self::NotOut | Self::Out(_) => &[],
        }
    }

    /// Whether nothing says that it is out, so that what its folder holds is all there is to know.
    pub fn is_draft(&self) -> bool {
        matches!(self, Self::NotOut)
    }

    /// What other releases have to know of it, if it is not just a draft.
    pub fn shipped(&self) -> Option<Shipped> {
        match self {
            Self::NotOut => None,
            Self::Out(it) => Some(Shipped {
                release: it.release.version.clone(),
                components: it.release.components.clone(),
                support_until: it.release.support_until,
                declared: it.declared.clone(),
                files: it.files.clone(),
                outings: it.outings.clone(),
                doubts: Vec::new(),
            }),
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

    /// The evidence of the same commit, with the records that went out in place of those that the folder holds now: for what is
    /// derived from them. What would be decided on it is a what-if.
    #[must_use]
    pub fn in_place_of_draft(&self, evidence: &Evidence) -> Evidence {
        let mut evidence = evidence.clone();
        evidence.facts.hypothetical = true;
        evidence.release = Some(self.release.clone());
        evidence.compatibility = Some(self.declared.clone());
        if let Some(last) = self.publications.last() {
            evidence.artifacts = Some(last.artifacts.clone());
        }
        evidence
    }

    /// Whether the folder still holds the records that went out, so that nothing of them comes from history.
    pub fn is_unchanged(&self) -> bool {
        self.is_unchanged
    }

    /// What has to be looked for in history before its texts can be shown.
    pub fn texts_wanted(&self, evidence: &Evidence) -> Wanted {
        wanted(evidence, [ARTICLE_FILE, NOTICE_FILE].into_iter().filter_map(|it| self.text(evidence, it)))
    }

    /// Its texts, with what was found of them in history.
    pub fn texts(&self, evidence: &Evidence, earlier: &Earlier) -> Texts {
        let mut lost = Vec::new();
        let article = self.read_text(evidence, earlier, ARTICLE_FILE, &mut lost, Article::parse);
        let notice = self.read_text(evidence, earlier, NOTICE_FILE, &mut lost, Notice::parse);
        Texts { article, notice, lost }
    }

    fn read_text<T>(
        &self,
        evidence: &Evidence,
        earlier: &Earlier,
        file: &str,
        lost: &mut Vec<SubjectPath>,
        read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>,
    ) -> Option<T> {
        let (path, digest) = self.text(evidence, file)?;
        let place = format!("releases/{}/{file}", self.release.version);
        let text = bytes(evidence, earlier, &path, &digest).and_then(|it| read(&place, it).ok());
        if text.is_none() {
            lost.push(path);
        }
        text
    }

    /// The digest of a text: of its newest bytes that are signed off together with what went out, or else the pinned one. Nothing
    /// where no publication covers it: an adoption may cover the files that decide alone.
    fn text(&self, evidence: &Evidence, file: &str) -> Option<(SubjectPath, Digest)> {
        let publication = self.publications.last()?;
        let subject = publication.subjects.iter().find(|it| it.path.as_str() == file)?;
        let digest = corrected(evidence, publication, &subject.path).unwrap_or(subject.sha256);
        Some((subject.path.clone(), digest))
    }
}

/// The newest bytes of a text that were signed off after it went out, and are signed off in full now.
fn corrected(evidence: &Evidence, publication: &Publication, path: &SubjectPath) -> Option<Digest> {
    let requirement = evidence.policy().requirements().iter().find(|it| it.subjects.contains(path))?;
    // Whoever corrects a text signs nothing else that decides.
    let decides = |it: &&Subject| DECIDING_FILES.contains(&it.path.as_str());
    let entries = evidence.ledger.in_order();
    let later = entries.iter().rev().filter(|it| !evidence.ledger.has_seen(&publication.id, &it.id));
    let signed = later.filter_map(|it| match &it.statement.act {
        Act::Approve(said) if said.requirement == requirement.name => Some(&said.subjects),
        _ => None,
    });
    let counts = |subjects: &&Vec<Subject>| {
        let view = View::of_bytes(evidence, subjects, Timestamp::UNIX_EPOCH);
        let standing = view.standings().into_iter().find(|it| it.name == requirement.name);
        subjects.iter().filter(decides).all(|it| publication.subjects.contains(it))
            && standing.is_some_and(|it| it.state == State::Approved)
    };
    let newest = signed.filter(counts).find_map(|it| it.iter().find(|it| it.path == *path));
    newest.map(|it| it.sha256)
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

/// Why the ledger may hide that a release is out: it cannot be read, or something that stood in it is gone.
fn doubts_of_ledger(evidence: &Evidence) -> Vec<Finding> {
    let own = format!("releases/{}/ledger/", evidence.facts.version);
    let lost = evidence.facts.past.findings().iter().filter(|it| it.about.starts_with(&own));
    let unread = evidence.facts.unreadable.iter().chain(evidence.ledger.doubts());
    unread.chain(lost).filter(|it| it.severity == Severity::Unverifiable).cloned().collect()
}

#[cfg(test)]
mod tests;
