//! Every fact about one release at one commit, read and held ready for one decision.
//!
//! The shell fills in [`Facts`]; what can be read of them stands in [`Evidence`], and what cannot is a finding already.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::compatibility::Shipped;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::ledger::{Ledger, Pending};
use crate::name::{SubjectPath, Version, quoted};
use crate::past::Past;
use crate::policy::{ARTICLE_FILE, ARTIFACTS_FILE, Chain, Pin, Policy, Proposal, RELEASE_FILE, pinned};
use crate::release::{Component, Fingerprints, Matches};
use crate::rule::{self, Dossier, Drafts};
use crate::sight::Sights;
use crate::statement::{Act, Subject};

mod draft;
mod files;
mod signable;

pub use draft::{Draft, Records};
pub use files::ReleaseFiles;
pub use signable::ToBeSigned;

use files::odd_files;

/// What the shell found at one commit.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where the coordination root lies in the repository: "" or `sub/folder`.
    pub prefix: String,
    /// The full id of the commit.
    pub commit: String,
    /// The committer's time of the commit.
    pub commit_time: Timestamp,
    /// The time by the clock here; nothing where another time is asked about, or nobody asks for one.
    pub clock: Option<Timestamp>,
    /// The adopted policies.
    pub chain: Arc<Chain>,
    /// What became of everything that was signed before.
    pub past: Arc<Past>,
    /// Whether this commit is as new as the branch of record.
    pub freshness: Freshness,
    /// Where the record is shared.
    pub origin: Origin,
    /// What branches that are not merged add to the ledger; nothing where they were not looked at.
    pub pending: Option<Arc<Pending>>,
    /// The pins of the root.
    pub pins: Vec<Pin>,
    /// The release that is asked about.
    pub version: Version,
    /// Everything under its folder.
    pub release_files: ReleaseFiles,
    /// Why its folder cannot be read at all; usually nothing. Then there are no files here.
    pub unreadable: Vec<Finding>,
    /// The other releases that list a component of this one, with those components.
    pub others: BTreeMap<Version, Vec<Component>>,
    /// Every release that anything says is out, this one too if it is; nothing where the policy names no interface.
    pub shipped: Arc<Vec<Shipped>>,
    /// Why it cannot be told of other releases whether they are out, or with what.
    pub doubted: Vec<Finding>,
    /// What other releases have published of the files of this one.
    pub matches: Matches,
    /// What is seen of the sites: whether what is recorded is listed there.
    pub sights: Sights,
    /// Whether this is a what-if: another commit than HEAD, or another time than now.
    pub hypothetical: bool,
}

/// Where the record is shared, as far as that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The branch of record and the address of its repository, as they may be shown; nothing where there is no remote.
    pub shown: Option<(String, String)>,
    /// Why it is not the repository that the policy names.
    pub findings: Vec<Finding>,
}

/// Whether a commit holds all that the branch of record is known to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// Nobody knows: this clone has not heard of a remote's branch of record.
    Unknown,
    /// It does, as far as this clone has fetched.
    Fresh,
    /// It lacks commits of the branch of record.
    Behind {
        /// The branch as it is typed for git: `origin/main`, or whole where that could mean something else, too.
        branch: String,
        /// What it was found at.
        tip: String,
    },
}

impl Freshness {
    /// Whether it is fresh, where that is known.
    pub fn known(&self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Fresh => Some(true),
            Self::Behind { .. } => Some(false),
        }
    }

    /// What is wrong with relying on a commit that lacks some of the record.
    pub fn finding(&self, commit: &str) -> Option<Finding> {
        let Self::Behind { branch, tip } = self else { return None };
        let short = |it: &str| it.chars().take(7).collect::<String>();
        let message = format!(
            "commit {} lacks what `{branch}` holds at {}: a hold may be there, or a sign-off that was taken back",
            short(commit),
            short(tip)
        );
        Some(
            Finding::new(Code::StaleCheckout, short(commit), message)
                .next(format!("git merge {}   (or rebase on it)", quoted(branch))),
        )
    }
}

/// How a file differs from what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// So many lines came and went.
    Lines {
        /// Lines that are new.
        added: usize,
        /// Lines that are gone.
        removed: usize,
    },
    /// What was signed is not in the history any more.
    Lost,
}

/// What can be read of the facts.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub(crate) facts: Facts,
    head: Arc<Draft>,
    /// Those of the findings that are about what a file of the folder says, each with its file.
    pub(crate) head_faults: Vec<(String, Finding)>,
    pub(crate) ledger: Ledger,
    pub(crate) digests: BTreeMap<SubjectPath, Digest>,
    pub(crate) changes: BTreeMap<(SubjectPath, Digest), Change>,
    /// What publications are judged by that statements pin and the folder no longer holds, as history has it.
    pins: BTreeMap<Digest, Vec<u8>>,
    pub(crate) findings: Vec<Finding>,
}

impl Evidence {
    /// Reads the facts. What cannot be read of them is a finding.
    pub fn read(facts: Facts) -> Self {
        let chain = Arc::clone(&facts.chain);
        let policy = chain.current();
        let mut findings = pinned(&chain, &facts.pins);
        findings.extend(moved(policy, &facts.prefix));
        findings.extend(odd_files(&facts));
        findings.extend(facts.unreadable.iter().cloned());
        let (ledger, faults) = Ledger::read(&facts.release_files.of_ledger(), &chain, &facts.version);
        findings.extend(faults);
        let ledger = match &facts.pending {
            Some(pending) => ledger.with_pending(pending, &chain, &facts.version),
            None => ledger,
        };
        findings.extend(facts.origin.findings.iter().cloned());
        findings.extend(facts.pending.iter().flat_map(|it| it.findings.iter().cloned()));
        findings.extend(facts.past.findings().iter().cloned());
        let (head, head_faults) = Draft::read(&facts);
        findings.extend(head_faults.iter().map(|(_, fault)| fault.clone()));
        let digests = facts.release_files.iter().filter_map(|(path, content)| {
            let bytes = content.bytes()?;
            Some((path.parse().ok()?, Digest::of(bytes)))
        });
        let digests = digests.collect();
        let (changes, pins) = (BTreeMap::new(), BTreeMap::new());
        Self { facts, head: Arc::new(head), head_faults, ledger, digests, changes, pins, findings }
    }

    /// The same facts as they would look with `proposal` in force: to say what it would change. What is decided on them is a
    /// what-if, never a yes.
    #[must_use]
    pub fn if_adopted(&self, proposal: &Proposal) -> Self {
        let chain = Arc::new(self.facts.chain.if_adopted(proposal));
        let read = Self::read(Facts { chain, hypothetical: true, ..self.facts.clone() });
        Self { pins: self.pins.clone(), ..read }
    }

    /// What publications are judged by that statements pin and the folder does not hold as it was: the lists of files, and the
    /// records that say when a version may go out. To be looked for in history.
    pub fn pins_wanted(&self) -> BTreeMap<SubjectPath, BTreeSet<Digest>> {
        let facts =
            self.ledger.entries().filter(|it| matches!(it.statement.act, Act::Publish { .. } | Act::Adopt { .. }));
        let is_judged_by = |it: &&Subject| [ARTIFACTS_FILE, RELEASE_FILE].contains(&it.path.as_str());
        let pinned = facts.flat_map(|it| it.statement.act.subjects()).filter(is_judged_by);
        let mut wanted: BTreeMap<SubjectPath, BTreeSet<Digest>> = BTreeMap::new();
        for subject in pinned.filter(|it| self.digests.get(&it.path) != Some(&it.sha256)) {
            wanted.entry(subject.path.clone()).or_default().insert(subject.sha256);
        }
        wanted
    }

    /// Takes in what history holds of those.
    pub fn know_pins(&mut self, pins: BTreeMap<Digest, Vec<u8>>) {
        self.pins = pins;
    }

    /// The bytes of such a file as a statement pins it: the folder's if they are those, else those of history.
    pub(crate) fn pinned_bytes(&self, pinned: &Subject) -> Option<&[u8]> {
        if self.digests.get(&pinned.path) == Some(&pinned.sha256) {
            return self.head.file(pinned.path.as_str())?.bytes();
        }
        self.pins.get(&pinned.sha256).map(Vec::as_slice)
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        self.facts.chain.current()
    }

    /// The adopted policies.
    pub fn chain(&self) -> &Chain {
        &self.facts.chain
    }

    /// The ledger of the release.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What the folder holds at this commit, whether the version is out or not: for the decision alone, which has to find what
    /// changed. Whoever answers a question about a version asks [`Publicity`](crate::decide::Publicity) what it is.
    pub(crate) fn head(&self) -> &Arc<Draft> {
        &self.head
    }

    /// What the folder holds at this commit, for somebody who is about to sign it.
    pub fn to_be_signed(&self) -> ToBeSigned<'_> {
        ToBeSigned(self)
    }

    /// The digest of the article as it stands here, to notice that it has become another one.
    pub fn article_digest(&self) -> Option<Digest> {
        self.digests.iter().find(|(path, _)| path.as_str() == ARTICLE_FILE).map(|(_, digest)| *digest)
    }

    /// The plain file of this name in the ledger, be it an entry or not.
    pub fn ledger_file(&self, name: &str) -> Option<&[u8]> {
        self.facts.release_files.get(&format!("ledger/{name}"))?.bytes()
    }

    /// How many Markdown texts of the release can be read.
    pub fn count_documents(&self) -> usize {
        self.head.count_documents()
    }

    /// The facts themselves.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What could not be read, or must not be as it is.
    pub fn faults(&self) -> &[Finding] {
        &self.findings
    }

    /// The digests that were signed for a file and are not its bytes now: what a diff would start from.
    pub fn earlier(&self) -> BTreeMap<SubjectPath, BTreeSet<Digest>> {
        let mut earlier: BTreeMap<SubjectPath, BTreeSet<Digest>> = BTreeMap::new();
        // Anybody of the ring can sign any number of other paths, and looking for each costs a walk through history.
        let shown: BTreeSet<&SubjectPath> = self.policy().all_subjects().into_iter().collect();
        for subject in self.ledger.entries().flat_map(|it| it.statement.act.subjects()) {
            if shown.contains(&subject.path) && self.digests.get(&subject.path) != Some(&subject.sha256) {
                earlier.entry(subject.path.clone()).or_default().insert(subject.sha256);
            }
        }
        earlier
    }

    /// Takes in how files differ from what was signed.
    pub fn know_changes(&mut self, changes: BTreeMap<(SubjectPath, Digest), Change>) {
        self.changes = changes;
    }

    /// Takes in what is seen of the sites: what was recorded and is not listed there helps nobody.
    pub fn know_sights(&mut self, sights: Sights) {
        if !self.facts.shipped.is_empty() {
            for shipped in Arc::make_mut(&mut self.facts.shipped) {
                shipped.look_at(&sights);
            }
        }
        self.facts.sights = sights;
    }

    /// What of this release may be published already; nothing where its records cannot be read.
    pub fn fingerprints(&self) -> Fingerprints {
        let both = self.head.release().zip(self.head.artifacts());
        both.map(|(release, artifacts)| Fingerprints::of(release, artifacts)).unwrap_or_default()
    }

    /// Takes in what others have published of the files of this release.
    pub fn know_matches(&mut self, matches: Matches) {
        self.facts.matches = matches;
    }

    /// Takes in what cannot be read and may speak against the release.
    pub fn know_faults(&mut self, faults: impl IntoIterator<Item = Finding>) {
        self.findings.extend(faults);
    }

    /// What the rules for documents say.
    pub(crate) fn document_findings(&self, drafts: Drafts) -> Vec<Finding> {
        let head = &self.head;
        let release = head.release().into_iter().flat_map(|release| &release.components);
        let components: Vec<_> = release.map(|it| (it.name.clone(), it.version.clone())).collect();
        rule::check(&Dossier {
            version: &self.facts.version,
            components: &components,
            article: head.article(),
            notice: head.notice(),
            texts: head.plain_texts(),
            files: &self.facts.release_files.keys().cloned().collect(),
            words: self.policy().words(),
            drafts,
            levels: self.policy().levels(),
        })
    }

    /// What the rules for documents say while they are being written: a placeholder in a draft only warns.
    pub(crate) fn lint(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        findings.extend(self.document_findings(Drafts::Warn));
        findings
    }
}

/// Whether the policy lies where it says.
pub fn moved(policy: &Policy, prefix: &str) -> Option<Finding> {
    (policy.path != prefix).then(|| {
        let said = if policy.path.is_empty() { "the top of the repository" } else { &policy.path };
        let here = if prefix.is_empty() { "the top of the repository" } else { prefix };
        Finding::new(Code::RootMoved, "policy", format!("the policy belongs to {said}, and lies at {here}")).next(
            format!("{}   and commit it, with whatever else belongs to the record", moving_back(&policy.path, prefix)),
        )
    })
}

/// What brings the record from `here` to where it belongs, typed where it lies.
fn moving_back(said: &str, here: &str) -> String {
    let up = here.split('/').filter(|it| !it.is_empty()).map(|_| "..");
    let way: Vec<&str> = up.chain(said.split('/').filter(|it| !it.is_empty())).collect();
    let target = quoted(&way.join("/"));
    let made = if said.is_empty() { String::new() } else { format!("mkdir -p {target} && ") };
    format!("{made}git mv policy releases {target}")
}

#[cfg(test)]
mod tests;
