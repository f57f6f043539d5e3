//! The JSON of a ledger.

use holdpoint_core::decide::Effect;
use holdpoint_core::ledger::Entry;
use holdpoint_core::statement::Act;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Book, LogView};
use crate::answer::SourceJson;
use crate::desk::entry_path;
use crate::render::json::{FindingJson, SCHEMA, findings};

/// The answer of `holdpoint log`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "log")]
pub(crate) struct LogJson {
    schema: u64,
    /// The answer in one sentence.
    answer: String,
    source: SourceJson,
    /// What was asked for; empty where nobody has recorded it.
    releases: Vec<BookJson>,
    exit_code: u8,
}

/// The ledger of one release.
#[derive(Debug, Serialize, JsonSchema)]
struct BookJson {
    release: String,
    /// The valid entries; each comes after all that its signer had seen.
    entries: Vec<EntryJson>,
    /// What is no valid entry, or is named and not there.
    findings: Vec<FindingJson>,
}

/// A valid entry.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::command) struct EntryJson {
    id: String,
    /// Where it lies, from the coordination root.
    path: String,
    kind: String,
    /// The requirement, for approve, decline and not-applicable.
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<String>,
    /// The waived finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<String>,
    /// What the waived finding is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// Until when it is waived.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// The entry that is revoked or lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// The site, for publish and adopt.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    role: Option<String>,
    by: String,
    /// When, as the signer claims.
    at: String,
    reason: Option<String>,
    /// The entries that the signer had in front of them.
    after: Vec<String>,
    /// `counts`, `stale`, `revoked`, `settled` or `no-effect`.
    effect: String,
    /// Why it does not count.
    why: Option<String>,
}

impl LogJson {
    pub(super) fn of(view: &LogView) -> Self {
        Self {
            schema: SCHEMA,
            answer: view.answer(),
            source: view.source.json(),
            releases: view.books.iter().map(BookJson::of).collect(),
            exit_code: view.exit as u8,
        }
    }
}

impl BookJson {
    fn of(it: &Book) -> Self {
        Self {
            release: it.version.to_string(),
            entries: it.entries.iter().map(|(entry, effect)| EntryJson::of(entry, effect)).collect(),
            findings: findings(&it.faults),
        }
    }
}

impl EntryJson {
    /// The JSON of an entry, and of what it does now.
    pub(in crate::command) fn of(entry: &Entry, effect: &Effect) -> Self {
        let statement = &entry.statement;
        let act = &statement.act;
        let (finding, about, until) = match act {
            Act::Waive { finding, about, until, .. } => {
                (Some(finding.to_string()), Some(about.to_string()), Some(until.to_string()))
            }
            _ => (None, None, None),
        };
        Self {
            id: entry.id.to_string(),
            path: entry_path(&statement.release, &entry.id),
            kind: act.kind().to_owned(),
            requirement: act.sign_off().map(|it| it.requirement.to_string()),
            finding,
            about,
            until,
            target: act.target().map(|it| it.to_string()),
            site: match act {
                Act::Publish { site, .. } | Act::Adopt { site, .. } => Some(site.to_string()),
                _ => None,
            },
            role: statement.role.as_ref().map(ToString::to_string),
            by: statement.by.to_string(),
            at: statement.at.to_string(),
            reason: statement.reason.as_ref().map(ToString::to_string),
            after: statement.after.iter().map(ToString::to_string).collect(),
            effect: effect.word().to_owned(),
            why: effect.why(),
        }
    }
}
