//! How the answer about an attestation looks: yes, or why not.

use std::path::PathBuf;

use holdpoint_core::digest::Digest;
use holdpoint_core::name::{counted, escaped};
use schemars::JsonSchema;
use serde::Serialize;

use super::Verified;
use crate::failure::{Exit, Failure};
use crate::outcome::View;
use crate::render::json::{FindingJson, PolicyJson, SCHEMA, findings, value};
use crate::render::{self, paint, short, wrap};

/// Yes, or why not.
pub(super) struct Answer {
    /// The attestation, as it was named.
    pub(super) file: String,
    /// The commit that was read.
    pub(super) commit: String,
    /// Whether it holds all that this clone knows of the branch of record, where it knows that branch.
    pub(super) fresh: Option<bool>,
    /// Yes, or why not.
    pub(super) verdict: Result<Verified, Failure>,
}

/// The answer of `holdpoint verify-attestation`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "attestation")]
pub(crate) struct AttestationJson {
    schema: u64,
    /// The attestation, as it was named.
    file: String,
    /// The commit that was read.
    commit: String,
    /// `verified`, `refused` or `unverifiable`.
    verdict: String,
    /// What it says; null where it is not verified.
    says: Option<SaysJson>,
    /// Why it is not verified; null where it is.
    message: Option<String>,
    /// What lies behind that.
    cause: Option<String>,
    /// What to do.
    hint: Option<String>,
    findings: Vec<FindingJson>,
    exit_code: u8,
}

/// What a verified attestation says.
#[derive(Debug, Serialize, JsonSchema)]
struct SaysJson {
    release: String,
    site: String,
    /// The statement that published it.
    statement: String,
    /// When it was attested (RFC 3339).
    attested: String,
    /// The fingerprint of the key.
    key: String,
    /// The policy under which it was attested.
    policy: PolicyJson,
    artifacts: Vec<ArtifactJson>,
}

/// A file that was given.
#[derive(Debug, Serialize, JsonSchema)]
struct ArtifactJson {
    /// As it was named.
    path: String,
    sha256: String,
    /// What the attestation calls it; several where files have the same bytes.
    names: Vec<String>,
}

impl SaysJson {
    fn of(it: &Verified) -> Self {
        let (attestation, policy) = (&it.attestation, it.attestation.policy());
        let artifact = |(path, sha256, names): &(PathBuf, Digest, Vec<String>)| ArtifactJson {
            path: path.display().to_string(),
            sha256: sha256.to_string(),
            names: names.clone(),
        };
        Self {
            release: attestation.version().to_string(),
            site: attestation.site().to_string(),
            statement: attestation.publication().to_string(),
            attested: attestation.at().to_string(),
            key: it.key.fingerprint(),
            policy: PolicyJson { number: policy.number, sha256: policy.sha256.to_string() },
            artifacts: it.artifacts.iter().map(artifact).collect(),
        }
    }
}

impl Answer {
    fn word(&self) -> &'static str {
        match &self.verdict {
            Ok(_) => "verified",
            Err(failure) if failure.exit() == Exit::Refused => "refused",
            Err(_) => "unverifiable",
        }
    }

    fn yes(&self, it: &Verified) -> String {
        let (attestation, commit) = (&it.attestation, short(&self.commit));
        // One that is known to be stale verifies nothing.
        let freshness = if self.fresh.is_some() { "" } else { "; freshness not known" };
        let mut out = format!(
            "{}: VERIFIED on {}  ({}; key {}, policy {}; commit {commit}{freshness})\n",
            attestation.version(),
            attestation.site(),
            counted(it.artifacts.len(), "artifact"),
            it.key,
            attestation.policy().number,
        );
        for (path, _, names) in &it.artifacts {
            out.push_str(&format!("  {} is {}\n", path.display(), escaped(&names.join(", "))));
        }
        out.push_str(&paint::dim(&format!("attested {}, statement {}\n", attestation.at(), attestation.publication().short())));
        out
    }

    fn no(&self, failure: &Failure) -> String {
        let head = format!("{}: {}  {}", self.file, self.word().to_uppercase(), failure.message());
        let mut out = format!("{}\n", wrap::hanging(&head, 2));
        for line in failure.cause().unwrap_or_default().lines() {
            out.push_str(&format!("  {line}\n"));
        }
        out.push_str(&render::findings(failure.found()));
        match failure.hint_text() {
            Some(hint) => out.push_str(&format!("\nnext: {hint}\n")),
            None => out.push_str(&render::next_steps(failure.found())),
        }
        out
    }
}

impl View for Answer {
    fn human(&self) -> String {
        match &self.verdict {
            Ok(it) => self.yes(it),
            Err(failure) => self.no(failure),
        }
    }

    fn json(&self) -> serde_json::Value {
        let (says, failure) = match &self.verdict {
            Ok(it) => (Some(SaysJson::of(it)), None),
            Err(failure) => (None, Some(failure)),
        };
        value(&AttestationJson {
            schema: SCHEMA,
            file: self.file.clone(),
            commit: self.commit.clone(),
            verdict: self.word().to_owned(),
            says,
            message: failure.map(|it| it.message().to_owned()),
            cause: failure.and_then(Failure::cause).map(str::to_owned),
            hint: failure.and_then(Failure::hint_text).map(str::to_owned),
            findings: findings(failure.map(Failure::found).unwrap_or_default()),
            exit_code: failure.map_or(Exit::Done, Failure::exit) as u8,
        })
    }
}
