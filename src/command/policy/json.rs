//! The parts that the JSON answers about a policy share.

use holdpoint_core::policy::{Policy, Signatures, Tally};
use schemars::JsonSchema;
use serde::Serialize;

use super::consequences::{Consequences, Fact, Lapse};
use super::turn::Turn;
use crate::render::json::{FindingJson, PolicyJson, findings};

/// The number and digest of a policy.
pub(super) fn policy(policy: &Policy) -> PolicyJson {
    PolicyJson { number: policy.number(), sha256: policy.digest().to_string() }
}

/// Who has signed a policy.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SignaturesJson {
    /// Whether it can be adopted: enough of both have signed.
    full: bool,
    /// The same in words.
    message: String,
    /// The owners of the policy before it; null for the first.
    before: Option<TallyJson>,
    /// Its own owners.
    own: TallyJson,
    /// The files that are no signature of it.
    bad: Vec<String>,
}

/// How many of the owners of one policy have signed.
#[derive(Debug, Serialize, JsonSchema)]
struct TallyJson {
    /// Whose owners they are: the number of the policy.
    policy: u64,
    needed: usize,
    signed: Vec<String>,
    /// Those who have not.
    wanting: Vec<String>,
}

impl TallyJson {
    fn of(it: &Tally) -> Self {
        Self {
            policy: it.policy,
            needed: it.needed,
            signed: it.signed.iter().map(ToString::to_string).collect(),
            wanting: it.wanting.iter().map(ToString::to_string).collect(),
        }
    }
}

impl SignaturesJson {
    /// The JSON of signatures.
    pub(super) fn of(it: &Signatures) -> Self {
        Self {
            full: it.is_full(),
            message: it.words(),
            before: it.before.as_ref().map(TallyJson::of),
            own: TallyJson::of(&it.own),
            bad: it.bad.keys().cloned().collect(),
        }
    }
}

/// What a proposal would change besides itself.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ConsequencesJson {
    /// What it seals anew.
    sealed: Vec<FactJson>,
    /// The sign-offs of releases that are not out yet, and that would not count any more.
    lapsing: Vec<LapseJson>,
    /// The releases that are not out yet, and that could not go out any more as they can now.
    turns: Vec<TurnJson>,
    /// What changes about sites, the branch of record, the coordination root and the checkpoint, in a sentence each.
    moves: Vec<String>,
    /// The rules for documents that it weighs otherwise, in a sentence each.
    levels: Vec<String>,
}

/// A release whose verdict would be a worse one.
#[derive(Debug, Serialize, JsonSchema)]
struct TurnJson {
    release: String,
    /// The verdict under the policy in force.
    before: String,
    /// The verdict under the proposed one.
    after: String,
    /// What speaks against it under the proposed one alone.
    findings: Vec<FindingJson>,
}

/// An entry that makes a version published.
#[derive(Debug, Serialize, JsonSchema)]
struct FactJson {
    id: String,
    /// `publish` or `adopt`.
    kind: String,
    release: String,
    site: String,
    by: String,
    /// When, as the signer claims (RFC 3339).
    at: String,
}

/// A sign-off that would lapse.
#[derive(Debug, Serialize, JsonSchema)]
struct LapseJson {
    release: String,
    requirement: String,
    by: Vec<String>,
}

impl ConsequencesJson {
    /// The JSON of consequences.
    pub(super) fn of(it: &Consequences) -> Self {
        let fact = |it: &Fact| FactJson {
            id: it.id.to_string(),
            kind: it.kind.to_owned(),
            release: it.release.to_string(),
            site: it.site.clone(),
            by: it.by.to_string(),
            at: it.at.to_string(),
        };
        let lapse = |it: &Lapse| LapseJson {
            release: it.release.to_string(),
            requirement: it.requirement.to_string(),
            by: it.by.iter().map(ToString::to_string).collect(),
        };
        let turn = |it: &Turn| TurnJson {
            release: it.release.to_string(),
            before: it.before.to_owned(),
            after: it.after.to_owned(),
            findings: findings(&it.findings),
        };
        Self {
            sealed: it.sealed.iter().map(fact).collect(),
            lapsing: it.lapsing.iter().map(lapse).collect(),
            turns: it.turns.iter().map(turn).collect(),
            moves: it.moves().map(|it| it.1).collect(),
            levels: it.levels.clone(),
        }
    }
}
