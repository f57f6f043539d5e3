//! The JSON of one statement.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Paper, ShowView, exit};
use crate::answer::SourceJson;
use crate::command::log::EntryJson;
use crate::render::json::{FindingJson, SCHEMA, findings};

/// The answer of `holdpoint show`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "show")]
pub(crate) struct ShowJson {
    schema: u64,
    source: SourceJson,
    /// The file; several where it was copied into other ledgers.
    found: Vec<PaperJson>,
    exit_code: u8,
}

/// A statement as it lies in a ledger.
#[derive(Debug, Serialize, JsonSchema)]
struct PaperJson {
    release: String,
    /// The answer in one sentence.
    answer: String,
    /// Whether it is a valid entry of this ledger.
    valid: bool,
    /// What it says, and what it does now; null where it is not valid.
    entry: Option<EntryJson>,
    /// The fingerprint of the key in its signature.
    key: Option<String>,
    /// The text of the file.
    text: String,
    /// The stock commands that verify it.
    verify: Vec<String>,
    /// Why it is not valid.
    findings: Vec<FindingJson>,
}

impl ShowJson {
    pub(super) fn of(view: &ShowView) -> Self {
        Self {
            schema: SCHEMA,
            source: view.source.json(),
            found: view.papers.iter().map(|it| PaperJson::of(it, view)).collect(),
            exit_code: exit(&view.papers) as u8,
        }
    }
}

impl PaperJson {
    fn of(it: &Paper, view: &ShowView) -> Self {
        Self {
            release: it.version.to_string(),
            answer: it.answer(),
            valid: it.entry.is_some(),
            entry: it.entry.as_ref().map(|(entry, effect)| EntryJson::of(entry, effect)),
            key: it.key.clone(),
            text: it.text.clone(),
            verify: it.statement.as_ref().map(|statement| view.stock.commands(it, statement)).unwrap_or_default(),
            findings: findings(&it.faults),
        }
    }
}
