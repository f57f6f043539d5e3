//! What a ledger says is out, and the records that its statements pin, as they were signed.

use std::collections::BTreeSet;

use super::super::publication::{self, Outlet, Publication, may_publish};
use super::{Earlier, RECORDS};
use crate::compatibility::{Compatibility, Outing};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::{SubjectPath, Version};
use crate::policy::Policy;
use crate::record::Problems;
use crate::release::Release;
use crate::statement::{Act, Artifact, Subject};

/// What the statements of a ledger say is out, and the bytes that they pin.
pub(super) struct Pins {
    pub(super) publications: Vec<Publication>,
    pub(super) outings: Vec<Outing>,
    /// The files of each publication that counts, and that no later one has made void.
    pub(super) files: Vec<Artifact>,
    /// The subjects of each statement that is believed: the proven ones, or all where none is.
    subjects: Vec<Vec<Subject>>,
    /// The files that statements name which are not proven.
    pub(super) alleged: Vec<Artifact>,
    /// Whether all that says that it is out was signed with keys that say nothing any more.
    pub(super) is_spent: bool,
}

impl Pins {
    /// That a release helps others must be proven; that customers have it counts as soon as anybody who could publish it says
    /// so, under any policy of the chain.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let (publications, _) = publication::all(evidence);
        let proven = |it: &Publication| Outing {
            id: it.id,
            site: it.site.clone(),
            is_proven: true,
            is_adopted: it.outlet == Outlet::Adopted,
            is_there: true,
        };
        let mut outings: Vec<Outing> = publications.iter().map(proven).collect();
        // What was recorded anew before anybody saw it is no longer what anything says went out.
        let stands = |it: &&Publication| !publication::is_superseded(evidence, it, &publications);
        let standing: Vec<&Publication> = publications.iter().filter(stands).collect();
        let mut subjects: Vec<Vec<Subject>> = standing.iter().map(|it| it.subjects.clone()).collect();
        // What went out on several sites is one set of files.
        let files: BTreeSet<&Artifact> = standing.iter().flat_map(|it| &it.artifacts).collect();
        let files = files.into_iter().cloned().collect();
        let known: BTreeSet<Digest> = outings.iter().map(|it| it.id).collect();
        let present = publication::present(evidence);
        let (mut alleged, mut is_spent) = (Vec::new(), publications.is_empty());
        for entry in evidence.ledger.in_order().into_iter().filter(|it| !known.contains(&it.id)) {
            if let Act::Publish { site, subjects: pinned, artifacts, .. }
            | Act::Adopt { site, subjects: pinned, artifacts } = &entry.statement.act
                && evidence.chain().policies().iter().any(|it| could(it, entry))
            {
                let is_adopted = matches!(entry.statement.act, Act::Adopt { .. });
                is_spent &= !present.iter().any(|it| could(it, entry));
                outings.push(Outing { id: entry.id, site: site.clone(), is_proven: false, is_adopted, is_there: true });
                if publications.is_empty() {
                    subjects.push(pinned.clone());
                    alleged.extend(artifacts.iter().cloned());
                }
            }
        }
        alleged.sort();
        alleged.dedup();
        Self { publications, outings, files, subjects, alleged, is_spent }
    }

    /// Every digest that is pinned for a file.
    pub(super) fn digests(&self, file: &str) -> Vec<(SubjectPath, Digest)> {
        let all = self.subjects.iter().flatten().filter(|it| it.path.as_str() == file);
        all.map(|it| (it.path.clone(), it.sha256)).collect()
    }

    /// The records that went out, or why they are not known.
    pub(super) fn read(
        &self,
        evidence: &Evidence,
        earlier: &Earlier,
    ) -> Result<(Release, Compatibility), Vec<Finding>> {
        let version = &evidence.facts.version;
        let (release, declared) = self.records(evidence, earlier)?;
        let path = |file: &str| format!("releases/{version}/{file}");
        let unreadable = |problems: Problems| unreadable(version, problems);
        let release = Release::read(&path("release.toml"), release, version, None).map_err(unreadable)?;
        let declared =
            Compatibility::read(&path("compatibility.toml"), declared, Some(&release)).map_err(unreadable)?;
        Ok((release, declared))
    }

    /// The bytes of both records. What an unproven statement names and nobody ever had is nothing to go by; then what stands here
    /// is the most that it can be about.
    fn records<'b>(&self, evidence: &'b Evidence, earlier: &'b Earlier) -> Result<(&'b [u8], &'b [u8]), Vec<Finding>> {
        let [release, declared] = RECORDS.map(|it| self.pinned(evidence, earlier, it));
        let (release, declared) = match (release, declared) {
            (Ok(release), Ok(declared)) => (release, declared),
            (release, declared) => {
                return Err(release.err().into_iter().chain(declared.err()).map(|doubt| *doubt).collect());
            }
        };
        if let (Some(release), Some(declared)) = (release, declared) {
            return Ok((release, declared));
        }
        let [drafted_release, drafted] = RECORDS.map(|it| evidence.head().file(it)?.bytes());
        if let (Some(release), Some(declared), []) = (drafted_release, drafted, self.publications.as_slice()) {
            return Ok((release, declared));
        }
        let why = "is not here as a statement that it is out names it, nor in the history of this clone";
        let lost = [release, declared].into_iter().zip(RECORDS).filter(|it| it.0.is_none());
        Err(lost.map(|(_, file)| unknown(evidence, file, why)).collect())
    }

    /// The bytes that are pinned for a file, if they can be found. A version means one thing: statements that pin different ones
    /// say nothing.
    fn pinned<'b>(
        &self,
        evidence: &'b Evidence,
        earlier: &'b Earlier,
        file: &str,
    ) -> Result<Option<&'b [u8]>, Box<Finding>> {
        let digests: BTreeSet<(SubjectPath, Digest)> = self.digests(file).into_iter().collect();
        if digests.len() > 1 {
            return Err(Box::new(unknown(evidence, file, "was not the same for every statement that it is out")));
        }
        Ok(digests.first().and_then(|(path, digest)| bytes(evidence, earlier, path, digest)))
    }
}

/// The doubt about a record of something that is out.
fn unknown(evidence: &Evidence, file: &str, why: &str) -> Finding {
    let path = format!("releases/{}/{file}", evidence.facts.version);
    let message = format!("`{path}` {why}, so it is not known what was published");
    Finding::new(Code::PublishedChanged, path.clone(), message)
        .next(format!("git log -- {path}   then restore what was signed"))
}

/// The bytes with this digest: the file's, if it has it still, else those of history.
pub(super) fn bytes<'b>(
    evidence: &'b Evidence,
    earlier: &'b Earlier,
    path: &SubjectPath,
    digest: &Digest,
) -> Option<&'b [u8]> {
    if evidence.digests.get(path) == Some(digest) {
        return evidence.head().file(path.as_str())?.bytes();
    }
    earlier.get(digest).map(Vec::as_slice)
}

/// Whether `policy` lets the signer say that something is out.
fn could(policy: &Policy, entry: &Entry) -> bool {
    match entry.statement.act {
        Act::Publish { .. } => may_publish(policy, entry),
        _ => entry.is_valid_under(policy) && policy.owners().members.contains(&entry.statement.by),
    }
}

/// What is out and cannot be read might be a reader that customers have.
fn unreadable(version: &Version, problems: Problems) -> Vec<Finding> {
    let folder = format!("releases/{version}");
    let message = format!("{version} is out, and its record cannot be read");
    let next = format!("git log -- {folder}   then restore what was signed");
    let finding = Finding::new(Code::BadRecord, folder, message).next(next);
    let place = problems.into_iter().find_map(|it| it.finding(Code::BadRecord).place);
    vec![match place {
        Some(place) => finding.at(place),
        None => finding,
    }]
}
