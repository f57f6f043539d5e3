//! What became of signed statements, for people and for programs.

use holdpoint_core::digest::Digest;
use holdpoint_core::name::{SiteName, escaped};
use holdpoint_core::statement::{Act, Statement};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::entry_path;
use crate::outcome::View;
use crate::render::json::{SCHEMA, value};
use crate::share::Shared;

/// A signed statement that is in the ledger.
pub(crate) struct Placed {
    /// Its id.
    pub(crate) id: Digest,
    /// What it says.
    pub(crate) statement: Statement,
}

/// What became of signed statements.
pub(crate) struct Receipt {
    /// The statements.
    pub(crate) placed: Vec<Placed>,
    /// Whether others see them.
    pub(crate) shared: Shared,
}

/// The answer of every command that signs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "receipt")]
pub(crate) struct ReceiptJson {
    schema: u64,
    statements: Vec<PlacedJson>,
    /// Whether others see them.
    shared: bool,
    /// The same in words, or what to do about it.
    message: String,
    exit_code: u8,
}

/// A signed statement.
#[derive(Debug, Serialize, JsonSchema)]
struct PlacedJson {
    id: String,
    kind: String,
    release: String,
    /// The requirement, for approve, decline and not-applicable.
    requirement: Option<String>,
    /// The entry that is revoked or lifted.
    target: Option<String>,
    /// The finding that is waived, as CODE:SUBJECT.
    finding: Option<String>,
    /// Until when it is waived.
    until: Option<String>,
    by: String,
    /// Where it lies, from the coordination root.
    path: String,
}

impl PlacedJson {
    fn of(Placed { id, statement }: &Placed) -> Self {
        Self {
            id: id.to_string(),
            kind: statement.act.kind().to_owned(),
            release: statement.release.to_string(),
            requirement: statement.act.sign_off().map(|it| it.requirement.to_string()),
            target: statement.act.target().map(|it| it.to_string()),
            finding: waived(&statement.act).map(|it| it.0),
            until: waived(&statement.act).map(|it| it.1.to_string()),
            by: statement.by.to_string(),
            path: entry_path(&statement.release, id),
        }
    }
}

/// What a waive sets aside, as it is typed, and until when.
fn waived(act: &Act) -> Option<(String, Timestamp)> {
    match act {
        Act::Waive { finding, about, until, .. } => Some((format!("{finding}:{}", escaped(about.as_str())), *until)),
        _ => None,
    }
}

/// Where a version is said to be out.
fn site(act: &Act) -> Option<&SiteName> {
    match act {
        Act::Publish { site, .. } | Act::Adopt { site, .. } => Some(site),
        _ => None,
    }
}

impl View for Receipt {
    fn human(&self) -> String {
        let mut out = String::new();
        for Placed { id, statement } in &self.placed {
            let what = statement.act.sign_off().map(|it| format!(" {}", it.requirement)).unwrap_or_default();
            let waived = waived(&statement.act).map(|(it, until)| format!(" {it} until {until}")).unwrap_or_default();
            let site = site(&statement.act).map(|it| format!(" on {it}")).unwrap_or_default();
            let about = statement.act.target().map(|it| format!(" of {}", it.short())).unwrap_or_default();
            let kind = statement.act.kind();
            out.push_str(&format!(
                "{kind}{what}{waived}{about}{site} for {} by {}: {}\n",
                statement.release,
                statement.by,
                id.short()
            ));
        }
        out.push_str(&self.shared.line());
        out.push('\n');
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&ReceiptJson {
            schema: SCHEMA,
            statements: self.placed.iter().map(PlacedJson::of).collect(),
            shared: self.shared.is_yes(),
            message: self.shared.line(),
            exit_code: 0,
        })
    }
}
