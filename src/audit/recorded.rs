//! What the record says is out, and what of it cannot be relied on.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::catalog::{Kind, Listed, Listing};
use holdpoint_core::decide::{self, Outlet, Publication, Publicity, answered_for, publications};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{self, Code, Finding, Severity};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::{ComponentName, FileName, SiteName, Version};
use holdpoint_core::past::unavailable;
use holdpoint_core::plan::listing;
use holdpoint_core::statement::{Act, Artifact};

use crate::failure::Failure;
use crate::gather::{Record, UNSHALLOW};
use crate::sight::set_back;

/// A release that is out on one site.
pub(super) struct Out {
    pub(super) version: Version,
    pub(super) outlet: Outlet,
    /// Its files, in the order of their paths.
    pub(super) files: Vec<Listed>,
    /// What the index may say of it: one listing for each statement that says the same.
    pub(super) listings: Vec<Listing>,
}

/// What the record says is out.
#[derive(Default)]
pub(super) struct Recorded {
    outs: BTreeMap<SiteName, Vec<Out>>,
    homes: BTreeMap<(ComponentName, Version), Version>,
    /// The names of all files that a release has, be it out or not.
    files: BTreeSet<FileName>,
    /// The number and digest of every adopted policy.
    policies: BTreeSet<(u64, Digest)>,
    /// The commits that publications were decided on, with what each published.
    decided_on: BTreeMap<String, (Version, Digest)>,
    /// Why some of it cannot be relied on.
    pub(super) findings: Vec<Finding>,
    /// The command that brings what others have recorded here.
    pub(super) pull: String,
}

impl Recorded {
    /// Reads every release of the record.
    pub(super) fn read(record: &Record<'_>) -> Result<Self, Failure> {
        let mut recorded = Self::default();
        if let Ok(chain) = record.chain()? {
            recorded.pull = record.repo.pull(chain.current().branch());
            recorded.policies = chain.policies().iter().map(|it| (it.number(), it.digest())).collect();
        }
        for version in record.versions()? {
            match record.evidence_alone(&version)? {
                Ok(evidence) => recorded.take(&evidence, &record.publicity(&evidence)?),
                Err(findings) => recorded.findings.extend(findings),
            }
        }
        recorded.look_behind(record)?;
        finding::sort(&mut recorded.findings);
        Ok(recorded)
    }

    /// Whether what was decided on is still behind this record.
    fn look_behind(&mut self, record: &Record<'_>) -> Result<(), Failure> {
        let Ok(chain) = record.chain()? else { return Ok(()) };
        let commits: Vec<&str> = self.decided_on.keys().map(String::as_str).collect();
        let behind = record.repo.behind(&record.snapshot.commit_id(), &commits)?;
        let lost = self.decided_on.iter().filter(|(commit, _)| !behind.contains(commit.as_str()));
        let told = lost.map(|(commit, (version, id))| set_back(version, id, commit, chain.current()));
        let mut told: Vec<Finding> = told.collect();
        if !told.is_empty() && record.repo.is_shallow() {
            // They may be among the older commits that are not here.
            let why = "this is a shallow clone, which lacks older commits";
            told = vec![unavailable(&record.snapshot.short(), why, UNSHALLOW)];
        }
        self.findings.extend(told);
        Ok(())
    }

    /// A record that says just this.
    #[cfg(test)]
    pub(super) fn of(site: &str, outs: Vec<Out>) -> Self {
        Self { outs: [(site.parse().unwrap(), outs)].into(), ..Self::default() }
    }

    /// What is out on a site.
    pub(super) fn on(&self, site: &SiteName) -> &[Out] {
        self.outs.get(site).map_or(&[], Vec::as_slice)
    }

    /// The site on which the statement of a listing published it.
    pub(super) fn elsewhere(&self, live: &Listing) -> Option<&SiteName> {
        let names_it =
            |it: &Out| it.version == live.version && it.listings.iter().any(|it| it.statement == live.statement);
        self.outs.iter().find(|(_, outs)| outs.iter().any(names_it)).map(|(site, _)| site)
    }

    /// Whether an index may have been written under this policy: the one that was in force at the last publish.
    pub(super) fn had_policy(&self, number: u64, digest: Digest) -> bool {
        self.policies.contains(&(number, digest))
    }

    /// The release that a component version belongs to.
    pub(super) fn home(&self, component: &str, version: &str) -> Option<&Version> {
        self.homes.get(&(component.parse().ok()?, version.parse().ok()?))
    }

    /// Whether litter at `path` has the name of a file of a release, or names a component: somebody may take it for a download. Only
    /// at well-known places names are free; other litter is known by its own.
    pub(super) fn is_like_a_download(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix(".well-known/") else { return false };
        let name = path.rsplit('/').next().unwrap_or(path);
        let words = words(path);
        let has = |component: &ComponentName| {
            let own = self::words(component.as_str());
            words.windows(own.len().max(1)).any(|it| it == own)
        };
        self.files.iter().any(|it| it.as_str().eq_ignore_ascii_case(name)) || self.homes.keys().any(|(it, _)| has(it))
    }

    /// Takes in one release.
    pub(super) fn take(&mut self, evidence: &Evidence, publicity: &Publicity) {
        let files = publicity.records().map(|it| it.artifacts()).unwrap_or_default();
        self.files.extend(files.iter().map(|it| it.file.clone()));
        let (publications, faults) = publications(evidence);
        let says_so = |act: &Act| matches!(act, Act::Publish { .. } | Act::Adopt { .. });
        let is_out = evidence.ledger().entries().any(|it| says_so(&it.statement.act));
        // The documents of a draft have no part in what is out; its ledger has: a damaged entry may be a publication.
        let concerns = |it: &&Finding| it.severity == Severity::Unverifiable && (is_out || !is_of_draft(it));
        let unread = decide::faults(evidence);
        let mut told: Vec<Finding> = unread.iter().chain(&faults).filter(concerns).cloned().collect();
        told.extend(publicity.doubts().iter().cloned());
        answered_for(evidence, &mut told);
        self.findings.extend(told);
        let Some(release) = publicity.release() else { return };
        for component in &release.components {
            self.homes.insert((component.name.clone(), component.version.clone()), release.version.clone());
        }
        for publication in publications {
            if let Some(Act::Publish { commit, .. }) =
                evidence.ledger().get(&publication.id).map(|it| &it.statement.act)
            {
                self.decided_on.insert(commit.clone(), (release.version.clone(), publication.id));
            }
            let listings: Vec<Listing> = evidence
                .ledger()
                .entries()
                .filter(|it| is_of(it, &publication))
                .filter_map(|it| listing(&it.statement, release))
                .collect();
            let Some(files) = listings.first().map(|it| it.artifacts.clone()) else {
                let message = format!("{} names a component that its `release.toml` has not", publication.id.short());
                self.findings.push(Finding::new(Code::BadRecord, release.version.to_string(), message));
                continue;
            };
            let out = Out { version: release.version.clone(), outlet: publication.outlet, files, listings };
            self.outs.entry(publication.site.clone()).or_default().push(out);
        }
    }
}

/// Whether a fault lies in what a release that never went out is made of.
fn is_of_draft(finding: &Finding) -> bool {
    let in_ledger = finding.about.contains("/ledger");
    matches!(finding.code, Code::BadRecord | Code::Vacuous) && !in_ledger
}

/// Whether a statement is this publication: its own, or that of one of the owners who adopted the same.
fn is_of(entry: &Entry, publication: &Publication) -> bool {
    let set = |it: &[Artifact]| it.iter().cloned().collect::<BTreeSet<_>>();
    match &entry.statement.act {
        Act::Publish { .. } => entry.id == publication.id,
        Act::Adopt { site, artifacts, .. } => {
            publication.outlet == Outlet::Adopted
                && publication.by.contains(&entry.statement.by)
                && *site == publication.site
                && set(artifacts) == set(&publication.artifacts)
        }
        _ => false,
    }
}

/// The words of a path or name, in small letters.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The files of these releases, by path.
pub(super) fn files_of(outs: &[Out]) -> BTreeMap<String, &Listed> {
    outs.iter().flat_map(|it| &it.files).map(|it| (it.path(), it)).collect()
}

/// The versions of these releases.
pub(super) fn versions_of(outs: &[Out]) -> BTreeSet<&Version> {
    outs.iter().map(|it| &it.version).collect()
}

/// The folders of these releases that hold checksums, each with its files and how they came there.
pub(super) fn folders_of(outs: &[Out]) -> BTreeMap<String, (Kind, &Version, Vec<&Listed>)> {
    let mut folders: BTreeMap<String, (Kind, &Version, Vec<&Listed>)> = BTreeMap::new();
    for out in outs {
        for file in &out.files {
            let folder = folders.entry(format!("{}/{}", file.component, file.version)).or_insert((
                Kind::Adopted,
                &out.version,
                Vec::new(),
            ));
            if out.outlet == Outlet::Published {
                folder.0 = Kind::Published;
            }
            folder.2.push(file);
        }
    }
    folders
}
