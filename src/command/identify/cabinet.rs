//! Every file that the record names, and where the version stands that it belongs to.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use holdpoint_core::catalog::Listed;
use holdpoint_core::compatibility::{Declaration, TestResult, Tested};
use holdpoint_core::decide::{Publication, Publicity, publications};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{ComponentName, SiteName, Version};
use holdpoint_core::release::Component;
use holdpoint_core::statement::{Act, Artifact};

use super::super::status::{Looks, Reader, is_visible, shown};
use crate::failure::Failure;
use crate::gather::{Record, SiteLook};

/// A file that the record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filed {
    pub(super) release: Version,
    /// The version of its component.
    pub(super) version: Version,
    pub(super) artifact: Artifact,
    pub(super) stand: Stand,
}

/// Where a file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stand {
    /// Customers have it; at least one publication.
    Out(Vec<Publication>),
    /// It is recorded as published, and these sites do not show it yet.
    OnItsWay(Vec<SiteName>),
    /// These sites list it, and no publication of it is recorded.
    Unrecorded(Vec<SiteName>),
    /// Whether it went out cannot be told, as the record of its release has faults; these sites list it.
    Unclear(Vec<SiteName>),
    /// It is in a release, and nothing says that it went out.
    Inside,
}

/// What one component of a release declares.
pub(super) struct Declared {
    pub(super) component: Component,
    /// Whether customers have it, with this declaration.
    pub(super) is_out: bool,
    pub(super) declaration: Declaration,
}

/// Everything that the record names, as far as a reader may know of it.
pub(super) struct Cabinet {
    files: Vec<Filed>,
    declared: Vec<Declared>,
    failed: Vec<Tested>,
    unread: Vec<Version>,
}

impl Cabinet {
    /// Reads every release. A customer hears only of what is out.
    pub(super) fn read(
        record: &Record<'_>,
        looks: &Looks,
        reader: Reader,
    ) -> Result<Self, Failure> {
        let mut cabinet = Self { files: Vec::new(), declared: Vec::new(), failed: Vec::new(), unread: Vec::new() };
        for version in record.versions()?.into_iter().rev() {
            let evidence = record.evidence_alone(&version)?;
            let evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
            cabinet.take(&evidence, &record.publicity(&evidence)?, looks);
        }
        cabinet.take_unrecorded(looks);
        if reader == Reader::Customer {
            cabinet.files.retain(Filed::is_seen);
            cabinet.declared.retain(|it| it.is_out);
            cabinet.unread.clear();
        }
        // What is out answers the question; the newest version first.
        cabinet.files.sort_by_key(|it| Reverse((it.is_out(), it.is_seen(), it.release.clone())));
        Ok(cabinet)
    }

    /// The files that have these bytes, those that are out first.
    pub(super) fn with_bytes(&self, digest: &Digest) -> Vec<Filed> {
        self.files.iter().filter(|it| it.artifact.sha256 == *digest).cloned().collect()
    }

    /// The files of this name, in whatever case: on many systems that is one name.
    pub(super) fn named(&self, name: &str) -> Vec<Filed> {
        self.files.iter().filter(|it| it.artifact.file.as_str().eq_ignore_ascii_case(name)).cloned().collect()
    }

    /// Whether a file has this size.
    pub(super) fn has_size(&self, size: u64) -> bool {
        self.files.iter().any(|it| it.artifact.size == size)
    }

    /// What the components declare, newest release first.
    pub(super) fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// The tests that failed, by releases that are out.
    pub(super) fn failed(&self) -> &[Tested] {
        &self.failed
    }

    /// The releases whose record has faults, so that files of theirs may be missing here.
    pub(super) fn unread(&self) -> &[Version] {
        &self.unread
    }

    fn take(&mut self, evidence: &Evidence, publicity: &Publicity, looks: &Looks) {
        let release = &evidence.facts().version;
        let (publications, faults) = publications(evidence);
        let is_faulty = evidence.faults().iter().chain(&faults).any(|it| hides(it, evidence, publicity));
        let is_unclear = is_faulty || !publicity.doubts().is_empty();
        if is_unclear {
            self.unread.push(release.clone());
        }
        let sights = publications.into_iter().map(|it| (it.clone(), shown(looks, release, &it)));
        let (seen, unseen): (Vec<_>, Vec<_>) = sights.partition(is_visible);
        let [seen, unseen] = [seen, unseen].map(|it| it.into_iter().map(|it| it.0).collect::<Vec<Publication>>());
        let published = seen.iter().chain(&unseen).flat_map(|it| &it.artifacts);
        let components = publicity.release().map(|it| it.components.as_slice()).unwrap_or_default();
        let mut artifacts: Vec<&Artifact> = published.chain(publicity.unproven_artifacts()).collect();
        artifacts.sort();
        artifacts.dedup();
        for artifact in artifacts {
            let naming = |all: &[Publication]| -> Vec<Publication> {
                all.iter().filter(|it| it.artifacts.contains(artifact)).cloned().collect()
            };
            let (out, on_its_way) = (naming(&seen), naming(&unseen));
            let stand = match (out.is_empty(), on_its_way.is_empty()) {
                _ if !publicity.doubts().is_empty() => Stand::Unclear(Vec::new()),
                (false, _) => Stand::Out(out),
                (true, false) => Stand::OnItsWay(on_its_way.into_iter().map(|it| it.site).collect()),
                (true, true) if is_unclear => Stand::Unclear(Vec::new()),
                (true, true) => Stand::Inside,
            };
            let version = version_of(release, components, &artifact.component);
            self.files.push(Filed { release: release.clone(), version, artifact: artifact.clone(), stand });
        }
        let is_out = !seen.is_empty();
        let Some(declared) = publicity.declared() else { return };
        for (name, declaration) in &declared.components {
            let component = Component { name: name.clone(), version: version_of(release, components, name) };
            self.declared.push(Declared { component, is_out, declaration: declaration.clone() });
        }
        // Whatever speaks against a version that is out counts, and nothing that a draft says of others.
        if !seen.is_empty() {
            let fails = declared.tested.iter().filter(|it| it.result == TestResult::Fails);
            self.failed.extend(fails.cloned());
        }
    }
}

impl Cabinet {
    /// What the index of a site lists of versions that have no publication: customers may have it all the same.
    fn take_unrecorded(&mut self, looks: &Looks) {
        let is_recorded = |it: &&Filed| matches!(it.stand, Stand::Out(_) | Stand::OnItsWay(_));
        let recorded: BTreeSet<Version> = self.files.iter().filter(is_recorded).map(|it| it.release.clone()).collect();
        for (site, look) in looks {
            let SiteLook::Index(catalog) = look.as_ref() else { continue };
            let unrecorded = catalog.releases().values().filter(|it| !recorded.contains(&it.version));
            for (release, file) in unrecorded.flat_map(|it| it.artifacts.iter().map(move |file| (&it.version, file))) {
                self.take_listed(site, release, file);
            }
        }
    }

    fn take_listed(&mut self, site: &SiteName, release: &Version, file: &Listed) {
        let artifact = Artifact {
            component: file.component.clone(),
            file: file.file.clone(),
            size: file.size,
            sha256: file.sha256,
        };
        match self.files.iter_mut().find(|it| it.release == *release && it.artifact == artifact) {
            Some(Filed { stand: Stand::Unrecorded(sites) | Stand::Unclear(sites), .. }) => sites.push(site.clone()),
            Some(known) => known.stand = Stand::Unrecorded(vec![site.clone()]),
            None => self.files.push(Filed {
                release: release.clone(),
                version: file.version.clone(),
                artifact,
                stand: match self.unread.contains(release) {
                    true => Stand::Unclear(vec![site.clone()]),
                    false => Stand::Unrecorded(vec![site.clone()]),
                },
            }),
        }
    }
}

impl Filed {
    /// Whether a customer can have it, recorded or not.
    pub(super) fn is_seen(&self) -> bool {
        match &self.stand {
            Stand::Out(_) | Stand::Unrecorded(_) => true,
            Stand::Unclear(sites) => !sites.is_empty(),
            Stand::OnItsWay(_) | Stand::Inside => false,
        }
    }

    /// Whether it could be told where it stands.
    pub(super) fn is_told(&self) -> bool {
        !matches!(self.stand, Stand::Unrecorded(_) | Stand::Unclear(_))
    }

    /// Whether customers have it.
    pub(super) fn is_out(&self) -> bool {
        matches!(self.stand, Stand::Out(_))
    }
}

/// The version of a component; where the release cannot be read, that of the release.
fn version_of(release: &Version, components: &[Component], component: &ComponentName) -> Version {
    let own = components.iter().find(|it| it.name == *component).map(|it| it.version.clone());
    own.unwrap_or_else(|| release.clone())
}

/// Whether a fault may hide a file: what is wrong with the texts of a release that never went out hides none.
fn hides(fault: &Finding, evidence: &Evidence, publicity: &Publicity) -> bool {
    let says_so = |act: &Act| matches!(act, Act::Publish { .. } | Act::Adopt { .. });
    let is_out = || evidence.ledger().entries().any(|it| says_so(&it.statement.act));
    let is_text = matches!(fault.code, Code::BadRecord | Code::Vacuous) && !fault.about.contains("/ledger");
    let is_read = || publicity.draft().is_some_and(|draft| draft.artifacts().is_some() && draft.release().is_some());
    let is_hidden = is_text && is_read() && !is_out();
    // A missing pin is said of the whole answer.
    fault.severity == Severity::Unverifiable && fault.code != Code::RootUnpinned && !is_hidden
}
