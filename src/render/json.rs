//! The JSON of findings, decisions and failures. Scripts rely on it; a change of it is in the changelog.

use holdpoint_core::decide::{Decision, Publication, Standing};
use holdpoint_core::finding::Finding;
use holdpoint_core::sight::Visibility;
use holdpoint_core::statement::Artifact;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::{Count, Failure, Happened, Listed, Page, Recorded};

/// The number of the JSON's schema.
pub(crate) const SCHEMA: u64 = 1;

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingJson {
    /// Its code; `holdpoint explain CODE` says what it means.
    code: String,
    /// `warning`, `waiting`, `blocked` or `unverifiable`.
    severity: String,
    /// What it is about.
    subject: String,
    /// One sentence.
    message: String,
    /// Everybody who can act.
    who: Vec<String>,
    /// Since when, as a signer or the record claims (RFC 3339).
    since: Option<String>,
    /// The exact next command, or the edit to make.
    next: String,
    /// Where, if it lies in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceJson>,
}

/// A place in a file; line and column count from 1.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlaceJson {
    path: String,
    line: usize,
    column: usize,
}

impl FindingJson {
    /// The JSON of a finding.
    pub(crate) fn of(it: &Finding) -> Self {
        Self {
            code: it.code.to_string(),
            severity: it.severity.word().to_owned(),
            subject: it.about.clone(),
            message: it.message.clone(),
            who: it.who.iter().map(ToString::to_string).collect(),
            since: it.since.map(|it| it.to_string()),
            next: it.next.clone(),
            place: it.place.as_ref().map(|it| PlaceJson { path: it.path.clone(), line: it.line, column: it.column }),
        }
    }
}

/// All findings, in their order.
pub(crate) fn findings(all: &[Finding]) -> Vec<FindingJson> {
    all.iter().map(FindingJson::of).collect()
}

/// The policy in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyJson {
    /// Its number.
    pub(crate) number: u64,
    /// The SHA-256 of `policy.toml`.
    pub(crate) sha256: String,
}

/// What was counted.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckedJson {
    requirements: usize,
    statements: usize,
    pairs: usize,
    artifacts: usize,
}

/// How a requirement stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RequirementJson {
    name: String,
    title: String,
    /// `declined`, `waived`, `approved`, `not-applicable`, `stale`, `seat-taken`, `short`, `lapsed`, `revoked` or `missing`.
    state: String,
    /// The role, where there is one alone.
    role: Option<String>,
    /// Every role that must approve.
    roles: Vec<String>,
    /// How many people have signed in a way that counts.
    approvals: usize,
    /// How many are needed.
    needed: usize,
    /// Whose sign-offs made the state what it is.
    by: Vec<String>,
    /// Since when, as the last of them claims.
    since: Option<String>,
}

impl RequirementJson {
    /// The JSON of a standing.
    pub(crate) fn of(it: &Standing) -> Self {
        let roles: Vec<String> = it.roles.iter().map(ToString::to_string).collect();
        Self {
            name: it.name.to_string(),
            title: it.title.to_string(),
            state: it.state.word().to_owned(),
            role: match roles.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            roles,
            approvals: it.approvals,
            needed: it.needed,
            by: it.by.iter().map(ToString::to_string).collect(),
            since: it.since.map(|it| it.to_string()),
        }
    }
}

/// A file that customers download.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ArtifactJson {
    component: String,
    file: String,
    size: u64,
    sha256: String,
}

impl ArtifactJson {
    /// The JSON of an artifact.
    pub(crate) fn of(it: &Artifact) -> Self {
        Self {
            component: it.component.to_string(),
            file: it.file.to_string(),
            size: it.size,
            sha256: it.sha256.to_string(),
        }
    }
}

/// A version that is out.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PublicationJson {
    /// The statement that says so.
    statement: String,
    /// Where.
    site: String,
    /// Whether it went out before the gate, or around it.
    outside_the_gate: bool,
    /// When, as the signer claims.
    at: String,
    /// Who signed it.
    by: Vec<String>,
    /// Whether customers get it: `listed`, `being published` (recorded, and not listed yet) or `not seen from here`.
    seen: String,
}

impl PublicationJson {
    /// The JSON of a publication.
    pub(crate) fn of(it: &Publication, visibility: Visibility) -> Self {
        Self {
            statement: it.id.to_string(),
            site: it.site.to_string(),
            outside_the_gate: it.outlet == holdpoint_core::decide::Outlet::Adopted,
            at: it.at.to_string(),
            by: it.by.iter().map(ToString::to_string).collect(),
            seen: visibility.word().to_owned(),
        }
    }
}

/// The answer of `holdpoint check`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "check")]
pub(crate) struct CheckJson {
    schema: u64,
    release: String,
    /// The commit that was decided on.
    commit: String,
    /// Whether the commit holds all that this clone knows of the branch of record; null: nobody knows.
    fresh: Option<bool>,
    /// The address of the repository of record, without credentials; null: this repository has no remote.
    repository: Option<String>,
    /// How many entries on branches that are not merged speak against it; null: this clone does not fetch such branches.
    pending: Option<usize>,
    /// The policy in force, if it can be relied on.
    policy: Option<PolicyJson>,
    /// `clear`, `waiting`, `blocked` or `unverifiable`.
    verdict: String,
    exit_code: u8,
    /// Whether this was a what-if: another commit than HEAD, or another time than now.
    hypothetical: bool,
    checked: CheckedJson,
    requirements: Vec<RequirementJson>,
    findings: Vec<FindingJson>,
    publications: Vec<PublicationJson>,
    /// The sites that matter here, and whose index cannot be seen from here.
    not_seen: Vec<String>,
}

impl CheckJson {
    /// The JSON of a decision.
    pub(crate) fn of(decision: &Decision, release: &str, commit: &str, policy: Option<PolicyJson>) -> Self {
        let checked = decision.checked;
        Self {
            schema: SCHEMA,
            release: release.to_owned(),
            commit: commit.to_owned(),
            fresh: decision.fresh,
            repository: decision.origin.as_ref().map(|it| it.1.clone()),
            pending: decision.pending,
            policy,
            verdict: decision.verdict().word().to_owned(),
            exit_code: decision.verdict().exit_code(),
            hypothetical: decision.hypothetical,
            checked: CheckedJson {
                requirements: checked.requirements,
                statements: checked.statements,
                pairs: checked.pairs,
                artifacts: checked.artifacts,
            },
            requirements: decision.requirements.iter().map(RequirementJson::of).collect(),
            findings: findings(&decision.findings),
            publications: decision
                .publications
                .iter()
                .map(|it| PublicationJson::of(it, decision.visibility(it)))
                .collect(),
            not_seen: decision.unseen.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A failure: the tool could not answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "error")]
pub(crate) struct FailureJson {
    schema: u64,
    error: ErrorJson,
    exit_code: u8,
    /// What led here; left out where nothing did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    findings: Vec<FindingJson>,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct ErrorJson {
    message: String,
    /// What lies behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// What to do: a command or an edit.
    hint: Option<String>,
    /// What is seen of a publication that was broken off.
    #[serde(skip_serializing_if = "Option::is_none")]
    happened: Option<HappenedJson>,
}

/// What is seen of a publication that was broken off, on the site and in the record.
#[derive(Debug, Serialize, JsonSchema)]
struct HappenedJson {
    /// Whether the index of the site lists the version: `yes`, `no`, `otherwise` (by another statement) or `unknown`.
    listed: &'static str,
    /// Whether the page for people shows what the index lists: `current`, `old` (also where there is none), `unknown`, or `none`
    /// where the policy asks for no page.
    page: &'static str,
    /// Where the publication is recorded: `no`, `here` (in a repository without a remote), `shared` or `unknown`.
    recorded: &'static str,
    /// How many of the files are there with the signed bytes; null where that cannot be determined.
    files: Option<CountJson>,
    /// How many of the checksum files are there, as they should be; null where that cannot be determined.
    checksums: Option<CountJson>,
}

/// So many of so many.
#[derive(Debug, Serialize, JsonSchema)]
struct CountJson {
    there: usize,
    of: usize,
}

impl HappenedJson {
    fn of(it: &Happened) -> Self {
        let count = |count: Count| match count {
            Count::Known { there, of } => Some(CountJson { there, of }),
            Count::Unknown => None,
        };
        Self {
            listed: match it.listed {
                Listed::Yes => "yes",
                Listed::No => "no",
                Listed::Otherwise => "otherwise",
                Listed::Unknown => "unknown",
            },
            page: match it.page {
                Page::None => "none",
                Page::Current(_) => "current",
                Page::Old(_) => "old",
                Page::Unknown(_) => "unknown",
            },
            recorded: match it.recorded {
                Recorded::No => "no",
                Recorded::Here(_) => "here",
                Recorded::Shared { .. } => "shared",
                Recorded::Unknown => "unknown",
            },
            files: count(it.files),
            checksums: count(it.checksums),
        }
    }
}

impl FailureJson {
    /// The JSON of a failure.
    pub(crate) fn of(it: &Failure) -> Self {
        Self {
            schema: SCHEMA,
            error: ErrorJson {
                message: it.message().to_owned(),
                cause: it.cause().map(str::to_owned),
                hint: it.hint_text().map(str::to_owned),
                happened: it.happened().map(HappenedJson::of),
            },
            exit_code: it.exit() as u8,
            findings: findings(it.found()),
        }
    }
}

/// A value as JSON. Our own structures always can be written; were one not, the reader gets null, never half an answer.
pub(crate) fn value(it: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(it).unwrap_or(serde_json::Value::Null)
}
