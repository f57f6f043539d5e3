//! Every fact about one release at one commit, read and held ready for one decision.
//!
//! The shell fills in [`Facts`]; what can be read of them stands in [`Evidence`], and what cannot is a finding already.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::compatibility::{Compatibility, Shipped};
use crate::content::Content;
use crate::digest::Digest;
use crate::document::{Article, Notice, Plain};
use crate::finding::{Code, Finding};
use crate::ledger::{Ledger, Pending};
use crate::name::{SubjectPath, Version, check_plain_file, escaped, quoted, removal};
use crate::past::Past;
use crate::policy::{Chain, Pin, Policy, Proposal, pinned};
use crate::record::{Problems, largest};
use crate::release::{self, Component, Release};
use crate::rule::{self, Dossier, Drafts};
use crate::sight::Sights;
use crate::statement::Artifact;

/// What the shell found at one commit.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where the coordination root lies in the repository: "" or `sub/folder`.
    pub prefix: String,
    /// The full id of the commit.
    pub commit: String,
    /// The committer's time of the commit.
    pub commit_time: Timestamp,
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
    /// Everything under its folder, by the path from there.
    pub release_files: BTreeMap<String, Content>,
    /// Why its folder cannot be read at all; usually nothing. Then there are no files here.
    pub unreadable: Vec<Finding>,
    /// The other releases that list a component of this one, with those components.
    pub others: BTreeMap<Version, Vec<Component>>,
    /// Every release that anything says is out, this one too if it is; nothing where the policy names no interface.
    pub shipped: Arc<Vec<Shipped>>,
    /// Why it cannot be told of other releases whether they are out, or with what.
    pub doubted: Vec<Finding>,
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
        /// The branch as git calls it: `origin/main`.
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
                .next(format!("git merge {branch}   (or rebase on it)")),
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
    pub(crate) release: Option<Release>,
    pub(crate) artifacts: Option<Vec<Artifact>>,
    pub(crate) compatibility: Option<Compatibility>,
    pub(crate) article: Option<Article>,
    pub(crate) notice: Option<Notice>,
    pub(crate) texts: BTreeMap<SubjectPath, Plain>,
    pub(crate) ledger: Ledger,
    pub(crate) digests: BTreeMap<SubjectPath, Digest>,
    pub(crate) changes: BTreeMap<(SubjectPath, Digest), Change>,
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
        let ledger_files = ledger_files(&facts.release_files);
        let (ledger, faults) = Ledger::read(&ledger_files, &chain, &facts.version);
        findings.extend(faults);
        let ledger = match &facts.pending {
            Some(pending) => ledger.with_pending(pending, &chain, &facts.version),
            None => ledger,
        };
        findings.extend(facts.origin.findings.iter().cloned());
        findings.extend(facts.pending.iter().flat_map(|it| it.findings.iter().cloned()));
        findings.extend(facts.past.findings().iter().cloned());
        let mut reader = Reader { facts: &facts, findings };
        let version = facts.version.clone();
        let release = reader.record("release.toml", |path, bytes| Release::read(path, bytes, &version, Some(&chain)));
        let artifacts =
            reader.record("artifacts.toml", |path, bytes| release::artifacts(path, bytes, release.as_ref()));
        let compatibility =
            reader.record("compatibility.toml", |path, bytes| Compatibility::read(path, bytes, release.as_ref()));
        let article = reader.document("kb.md", Article::parse);
        let notice = reader.document("notice.md", Notice::parse);
        let texts = reader.texts();
        let findings = reader.findings;
        let digests = facts.release_files.iter().filter_map(|(path, content)| {
            let bytes = content.bytes()?;
            Some((path.parse().ok()?, Digest::of(bytes)))
        });
        let digests = digests.collect();
        let changes = BTreeMap::new();
        Self { facts, release, artifacts, compatibility, article, notice, texts, ledger, digests, changes, findings }
    }

    /// The same facts as they would look with `proposal` in force: to say what it would change. What is decided on them is a
    /// what-if, never a yes.
    #[must_use]
    pub fn if_adopted(&self, proposal: &Proposal) -> Self {
        let chain = Arc::new(self.facts.chain.if_adopted(proposal));
        Self::read(Facts { chain, hypothetical: true, ..self.facts.clone() })
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

    /// The release, if its record can be read.
    pub fn release(&self) -> Option<&Release> {
        self.release.as_ref()
    }

    /// Its artifacts, if their record can be read.
    pub fn artifacts(&self) -> Option<&[Artifact]> {
        self.artifacts.as_deref()
    }

    /// What it declares, if that can be read.
    pub fn compatibility(&self) -> Option<&Compatibility> {
        self.compatibility.as_ref()
    }

    /// The knowledge-base article, if it can be read.
    pub fn article(&self) -> Option<&Article> {
        self.article.as_ref()
    }

    /// The customer notice, if it can be read.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// How many Markdown texts of the release can be read.
    pub fn count_documents(&self) -> usize {
        self.texts.len() + usize::from(self.article.is_some()) + usize::from(self.notice.is_some())
    }

    /// The facts themselves.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The digest of each plain file of the release folder.
    pub fn digests(&self) -> &BTreeMap<SubjectPath, Digest> {
        &self.digests
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

    /// Takes in what cannot be read and may speak against the release.
    pub fn know_faults(&mut self, faults: impl IntoIterator<Item = Finding>) {
        self.findings.extend(faults);
    }

    /// What the rules for documents say.
    pub(crate) fn document_findings(&self, drafts: Drafts) -> Vec<Finding> {
        let release = self.release.iter().flat_map(|it| &it.components);
        let components: Vec<_> = release.map(|it| (it.name.clone(), it.version.clone())).collect();
        let own = [
            ("kb.md", self.article.as_ref().map(Article::plain)),
            ("notice.md", self.notice.as_ref().map(Notice::plain)),
        ];
        let own = own.into_iter().filter_map(|(path, plain)| Some((path.parse().ok()?, plain?)));
        rule::check(&Dossier {
            version: &self.facts.version,
            components: &components,
            article: self.article.as_ref(),
            notice: self.notice.as_ref(),
            texts: self.texts.iter().map(|(path, plain)| (path.clone(), plain)).chain(own).collect(),
            files: &self.facts.release_files.keys().cloned().collect(),
            words: self.policy().words(),
            drafts,
            levels: self.policy().levels(),
        })
    }

    /// What the rules for documents say while they are being written: a placeholder in a draft only warns.
    pub fn lint(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        findings.extend(self.document_findings(Drafts::Warn));
        findings
    }
}

struct Reader<'a> {
    facts: &'a Facts,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    /// Reads a file that every release has.
    fn record<T>(&mut self, file: &str, read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>) -> Option<T> {
        let path = format!("releases/{}/{file}", self.facts.version);
        if !self.facts.unreadable.is_empty() {
            return None;
        }
        if !self.facts.release_files.contains_key(file) {
            let next = format!("write `{path}` and commit it");
            self.findings.push(Finding::new(Code::SubjectMissing, file, format!("`{path}` is not there")).next(next));
            return None;
        }
        self.document(file, read)
    }

    /// Reads a file if it is there. One that is no plain file has its finding already.
    fn document<T>(&mut self, file: &str, read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>) -> Option<T> {
        let path = format!("releases/{}/{file}", self.facts.version);
        let bytes = self.facts.release_files.get(file)?.bytes()?;
        match read(&path, bytes) {
            Ok(value) => Some(value),
            Err(problems) => {
                self.findings.extend(problems.into_iter().map(|it| it.finding(Code::BadRecord)));
                None
            }
        }
    }
}

impl Reader<'_> {
    /// Every other Markdown text of the release.
    fn texts(&mut self) -> BTreeMap<SubjectPath, Plain> {
        let names: Vec<String> = self.facts.release_files.keys().filter(|it| it.ends_with(".md")).cloned().collect();
        let others = names.into_iter().filter(|it| it != "kb.md" && it != "notice.md" && !it.starts_with("ledger/"));
        others.filter_map(|it| Some((it.parse().ok()?, self.document(&it, Plain::parse)?))).collect()
    }
}

/// The files of the ledger, by their name in it.
fn ledger_files(files: &BTreeMap<String, Content>) -> BTreeMap<String, Content> {
    files.iter().filter_map(|(path, it)| Some((path.strip_prefix("ledger/")?.to_owned(), it.clone()))).collect()
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

/// Folders that lie where a file is signed off.
fn folders_for_files(facts: &Facts) -> Vec<Finding> {
    let subjects = facts.chain.current().all_subjects().into_iter();
    let below = |path: &&SubjectPath| {
        let folder = format!("{path}/");
        facts.release_files.range(folder.clone()..).next().is_some_and(|(it, _)| it.starts_with(&folder))
    };
    let told = |path: &SubjectPath| {
        let place = format!("releases/{}/{path}", facts.version);
        Finding::new(Code::BadRecord, place.clone(), format!("`{place}` is a folder, and a file is signed off there"))
            .next(format!("move the folder away, write the file, and commit both: git mv -- {place} ELSEWHERE"))
    };
    subjects.filter(below).map(told).collect()
}

/// Files of the release folder that are not plain, or that are another file on another system.
fn odd_files(facts: &Facts) -> Vec<Finding> {
    let mut findings = folders_for_files(facts);
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for (path, content) in &facts.release_files {
        let place = format!("releases/{}/{path}", facts.version);
        let shown = escaped(&place);
        let refuse = |why: String| {
            Finding::new(Code::BadRecord, shown.clone(), format!("`{shown}` {why}"))
                .next(format!("remove or rename it: {}", removal(&place)))
        };
        // Each folder on the way counts too: what lies in `Ledger/` lies in the ledger there, and is not read here.
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for part in ends.filter_map(|at| path.get(..at)) {
            match folded.insert(part.to_lowercase(), part) {
                Some(twin) if twin != part => {
                    findings.push(refuse(format!("and `{}` are one file on many systems", escaped(twin))));
                }
                _ => {}
            }
        }
        if path.starts_with("ledger/") {
            continue; // the ledger judges its own
        }
        if let Content::TooLarge(size) = content {
            let most = largest(path);
            let why = format!("`{shown}` has {size} bytes, and {most} are the most");
            findings.push(
                Finding::new(Code::BadRecord, shown.clone(), why).next(format!("shorten `{shown}`, and commit it")),
            );
        } else if content.bytes().is_none() {
            let finding = refuse(content.fault());
            findings.push(match content.cure(&place) {
                Some(cure) => finding.next(cure),
                None => finding,
            });
        } else if let Some(why) = path.split('/').find_map(|part| check_plain_file(part).err()) {
            findings.push(refuse(why.to_string()));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
