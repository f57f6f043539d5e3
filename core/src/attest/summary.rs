//! The payload: a statement with the verification summary in it, as exact JSON bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::Attestation;
use crate::catalog::PolicyMark;
use crate::digest::Digest;
use crate::name::{Project, SiteName, Version, escaped};

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/verification_summary/v1";
const PASSED: &str = "PASSED";

/// The only level that is claimed. It is a name of our own: nothing is said about how the files were built.
const LEVEL: &str = "HOLDPOINT_PUBLISHED";

#[derive(Serialize, Deserialize)]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: Digests,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    verifier: Verifier,
    time_verified: String,
    resource_uri: String,
    policy: Resource,
    input_attestations: Vec<Resource>,
    verification_result: String,
    verified_levels: Vec<String>,
    /// Never written. Where somebody wrote it, it claims what was not looked at.
    #[serde(default, skip_serializing)]
    dependency_levels: Option<IgnoredAny>,
}

/// Without a `version`: some readers want another shape of it than others write.
#[derive(Serialize, Deserialize)]
struct Verifier {
    id: String,
}

#[derive(Serialize, Deserialize)]
struct Resource {
    uri: String,
    digest: Digests,
}

#[derive(Serialize, Deserialize)]
struct Digests {
    sha256: String,
}

/// An address below the project's. A project that has a fragment cannot get another.
fn below(project: &Project) -> String {
    let joint = if project.as_str().contains('#') { '/' } else { '#' };
    format!("{project}{joint}")
}

/// Who verified: the gate of this project.
pub(super) fn verifier(project: &Project) -> String {
    format!("{}holdpoint", below(project))
}

/// What was verified: a version on a site.
pub(super) fn resource(project: &Project, site: &SiteName, version: &Version) -> String {
    format!("{}{site}/{version}", below(project))
}

fn policy(project: &Project, number: u64) -> String {
    format!("{}policy/{number}", below(project))
}

/// The bytes of an attestation.
pub(super) fn write(of: &Attestation) -> Vec<u8> {
    let Attestation { project, version, .. } = of;
    let digests = |it: &Digest| Digests { sha256: it.to_string() };
    let entry = |it: &Digest| Resource {
        uri: format!("{}releases/{version}/ledger/{it}.toml", below(project)),
        digest: digests(it),
    };
    let statement = Statement {
        kind: STATEMENT.to_owned(),
        subject: of.files.iter().map(|(name, it)| Subject { name: name.clone(), digest: digests(it) }).collect(),
        predicate_type: PREDICATE.to_owned(),
        predicate: Predicate {
            verifier: Verifier { id: verifier(project) },
            time_verified: of.at.to_string(),
            resource_uri: resource(project, &of.site, version),
            policy: Resource { uri: policy(project, of.policy.number), digest: digests(&of.policy.sha256) },
            input_attestations: std::iter::once(&of.publication).chain(&of.relied).map(entry).collect(),
            verification_result: PASSED.to_owned(),
            verified_levels: vec![LEVEL.to_owned()],
            dependency_levels: None,
        },
    };
    #[expect(clippy::expect_used, reason = "strings are written to memory, which cannot fail")]
    let bytes = serde_json::to_vec(&statement).expect("an attestation is JSON");
    bytes
}

/// Reads what [`write()`] writes. A fault is a sentence that continues "the attestation is signed as it should be, and …".
pub(super) fn read(bytes: &[u8], project: &Project) -> Result<Attestation, String> {
    let read: Statement =
        serde_json::from_slice(bytes).map_err(|why| format!("does not say that a version is out: {why}"))?;
    let Predicate { verifier: by, time_verified, resource_uri, policy: under, input_attestations, .. } =
        &read.predicate;
    is("is a statement of the type", &read.kind, STATEMENT)?;
    is("says something of the type", &read.predicate_type, PREDICATE)?;
    is("was made by", &by.id, &verifier(project))?;
    is("has the result", &read.predicate.verification_result, PASSED)?;
    is("claims the levels", &read.predicate.verified_levels.join(", "), LEVEL)?;
    if read.predicate.dependency_levels.is_some() {
        return Err("claims levels of dependencies, which nobody looks at here".to_owned());
    }
    let about = resource_uri.strip_prefix(&below(project)).and_then(|it| it.split_once('/'));
    let (site, version) = about.ok_or_else(|| format!("is about `{}`", escaped(resource_uri)))?;
    let (site, version) = (word("site", site)?, word("version", version)?);
    let number = under.uri.strip_prefix(&format!("{}policy/", below(project))).and_then(|it| it.parse().ok());
    let number = number.ok_or_else(|| format!("names the policy `{}`", escaped(&under.uri)))?;
    is("names the policy", &under.uri, &policy(project, number))?;
    let mut files = BTreeMap::new();
    for subject in &read.subject {
        let digest = word("digest", &subject.digest.sha256)?;
        if files.insert(subject.name.clone(), digest).is_some() {
            return Err(format!("names `{}` twice", escaped(&subject.name)));
        }
    }
    let mut inputs = input_attestations.iter().map(|it| word::<Digest>("digest", &it.digest.sha256));
    let publication = inputs.next().ok_or("names no publication")??;
    let relied = inputs.collect::<Result<BTreeSet<_>, _>>()?;
    if files.is_empty() {
        return Err("names no file".to_owned());
    }
    Ok(Attestation {
        project: project.clone(),
        site,
        version,
        policy: PolicyMark { number, sha256: word("digest", &under.digest.sha256)? },
        publication,
        relied,
        files,
        at: word("time", time_verified)?,
    })
}

/// Whether a field says what it has to.
fn is(what: &str, said: &str, wanted: &str) -> Result<(), String> {
    if said == wanted { Ok(()) } else { Err(format!("{what} `{}`, and not `{wanted}`", escaped(said))) }
}

fn word<T: FromStr<Err: fmt::Display>>(what: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|why| format!("has the {what} `{}`, which {why}", escaped(text)))
}
