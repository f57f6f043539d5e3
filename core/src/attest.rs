//! Attestations: that a version went out through the gate, in the form that programs of others read.
//!
//! An in-toto Statement v1 (<https://in-toto.io/Statement/v1>) with the predicate of a SLSA verification summary
//! (<https://slsa.dev/verification_summary/v1>), in a DSSE envelope (<https://github.com/secure-systems-lab/dsse>).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use thiserror::Error;

use crate::catalog::{Listed, PolicyMark};
use crate::decide::{Approval, Outlet};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::key::AttestKey;
use crate::name::{Project, SiteName, Version, escaped};
use crate::plan::listing;
use crate::policy::Chain;
use crate::statement::Act;

mod envelope;
mod summary;

pub use envelope::{LARGEST_ENVELOPE, is_envelope, message, sealed};

use envelope::Envelope;

/// That a version went out through the gate: where, with which files, and what the proof of it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    project: Project,
    site: SiteName,
    version: Version,
    policy: PolicyMark,
    publication: Digest,
    relied: BTreeSet<Digest>,
    files: BTreeMap<String, Digest>,
    at: Timestamp,
}

/// Why an envelope attests nothing here. The sentence continues "the attestation …".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AttestFault {
    /// It could not be read at all.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It carries something else.
    #[error("carries a payload of the type `{}`, and not `{}`", escaped(.0), envelope::PAYLOAD_TYPE)]
    PayloadType(String),
    /// No signature of it names a key of the policy.
    #[error("is signed with {}, which the policy does not list in `[attest] keys`", named(.0))]
    ForeignKey(Vec<String>),
    /// It names a key of the policy, and no key of the policy made its signature.
    #[error("has a signature that does not fit: its bytes were changed, or another key than {} made it", named(.0))]
    WrongBytes(Vec<String>),
    /// It is signed with a key of the policy, and says something else.
    #[error("is signed as it should be, and {0}")]
    Says(String),
}

/// The keys as an envelope names them. Nobody has vouched for these words.
fn named(keyids: &[String]) -> String {
    let known: Vec<String> = keyids.iter().filter(|it| !it.is_empty()).map(|it| escaped(it)).collect();
    if known.is_empty() { "a key without a name".to_owned() } else { known.join(", ") }
}

impl Attestation {
    /// What may be attested: a release that was cleared, and whose publication on the site that was asked about is
    /// recorded and proven. Nothing, where it is not out yet or went out outside the gate.
    pub fn of(approval: &Approval, evidence: &Evidence, now: Timestamp) -> Option<Self> {
        let (facts, policy) = (evidence.facts(), evidence.policy());
        let is_same = approval.version() == &facts.version
            && approval.commit() == facts.commit
            && approval.policy() == policy.digest();
        let publication = approval.recorded().filter(|it| is_same && it.outlet == Outlet::Published)?;
        let statement = &evidence.ledger().get(&publication.id)?.statement;
        let Act::Publish { relied, .. } = &statement.act else { return None };
        let listing = listing(statement, approval.release())?;
        if listing.artifacts.is_empty() {
            return None;
        }
        Some(Self {
            project: policy.project().clone(),
            site: publication.site.clone(),
            version: facts.version.clone(),
            policy: PolicyMark { number: policy.number(), sha256: policy.digest() },
            publication: publication.id,
            relied: relied.iter().copied().collect(),
            files: listing.artifacts.iter().map(|it| (Listed::path(it), it.sha256)).collect(),
            at: now,
        })
    }

    /// The bytes that an envelope carries: one spelling for each attestation.
    pub fn payload(&self) -> Vec<u8> {
        summary::write(self)
    }

    /// Reads an envelope, as whoever keeps `policy` may: signed with one of its keys, about its project, and made under a
    /// policy of its chain. Whether the record agrees is not looked at.
    pub fn verified(bytes: &[u8], chain: &Chain) -> Result<(Self, AttestKey), AttestFault> {
        let policy = chain.current();
        let envelope = Envelope::parse(bytes)?;
        let key = envelope.signer(policy.attest_keys())?.clone();
        let attestation = summary::read(envelope.payload(), policy.project()).map_err(AttestFault::Says)?;
        if !is_in_chain(attestation.policy, chain) {
            let PolicyMark { number, sha256 } = attestation.policy;
            return Err(AttestFault::Says(format!(
                "was made under policy {number}, sha256:{sha256}, which is not here"
            )));
        }
        Ok((attestation, key))
    }

    /// What the record says otherwise; `own` is what could be attested from it.
    pub fn contradicted_by(&self, own: &Self) -> Option<String> {
        let differs = |what: &str, theirs: &str, ours: &str| format!("{what} {theirs}, and the record has {ours}");
        if (&self.version, &self.site) != (&own.version, &own.site) {
            let (theirs, ours) =
                (format!("{} on {}", self.version, self.site), format!("{} on {}", own.version, own.site));
            return Some(differs("is about", &theirs, &ours));
        }
        if self.publication != own.publication {
            let (theirs, ours) = (self.publication.to_string(), own.publication.to_string());
            return Some(differs("rests on the publication", &theirs, &ours));
        }
        let files = self.files.iter().find(|(path, digest)| own.files.get(*path) != Some(*digest));
        if let Some((path, digest)) = files {
            let ours = own.files.get(path).map_or_else(|| "no such file".to_owned(), Digest::to_string);
            return Some(differs(&format!("names `{path}` with"), &digest.to_string(), &ours));
        }
        if self.files != own.files {
            return Some("names fewer files than went out".to_owned());
        }
        (self.relied != own.relied).then(|| "names other entries than its publication rested on".to_owned())
    }

    /// The version.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The site that it is out on.
    pub fn site(&self) -> &SiteName {
        &self.site
    }

    /// The policy under which it was attested.
    pub fn policy(&self) -> PolicyMark {
        self.policy
    }

    /// The statement that published it.
    pub fn publication(&self) -> Digest {
        self.publication
    }

    /// Every file that went out, by its path on the site.
    pub fn files(&self) -> &BTreeMap<String, Digest> {
        &self.files
    }

    /// When it was attested.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The address by which programs ask for it: `https://downloads.example.com/webinar#downloads/2.7.0`.
    pub fn resource(&self) -> String {
        summary::resource(&self.project, &self.site, &self.version)
    }

    /// Who says so, for programs: `https://downloads.example.com/webinar#holdpoint`.
    pub fn verifier(&self) -> String {
        summary::verifier(&self.project)
    }
}

/// Whether a policy that an attestation names is one of the chain.
fn is_in_chain(mark: PolicyMark, chain: &Chain) -> bool {
    chain.of_digest(&mark.sha256).is_some_and(|it| it.number() == mark.number)
}

#[cfg(test)]
mod tests;
