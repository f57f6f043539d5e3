//! The JSON of an answer about pairs. What a customer may not know is left out, not empty.

use schemars::JsonSchema;
use serde::Serialize;

use super::file::{Opened, OpenedRow};
use super::view::{Answered, CanView, Pairing};
use super::words::answer;
use crate::answer::{Asked, Found, SourceJson};
use crate::render::json::SCHEMA;
use crate::render::pairs::{RouteJson, RowJson};

/// The answer of `holdpoint can`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "can")]
pub(crate) struct CanJson {
    schema: u64,
    /// The answer in words.
    answer: String,
    /// Where it comes from. Not for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceJson>,
    /// What was named, and what is meant by it.
    asked: Vec<AskedJson>,
    /// What happens, for each interface that the two sides share.
    interfaces: Vec<PairingJson>,
    /// The file that was asked about, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileJson>,
    /// What cannot be read of what is out, and is left out. Empty for customers.
    doubts: Vec<String>,
    exit_code: u8,
}

/// Something that was named.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AskedJson {
    component: String,
    /// `out`, `not-out`, `unrecorded`, or `every` where no version was named.
    found: String,
    /// The versions that are answered for: of what is unrecorded, or has no version, those in support.
    versions: Vec<String>,
}

/// What happens over one interface.
#[derive(Debug, Serialize, JsonSchema)]
struct PairingJson {
    name: String,
    title: String,
    /// The answer in words.
    answer: String,
    /// The pairs, the worst first; those of which the same is to be said are one row.
    rows: Vec<RowJson>,
}

/// A file that was asked about.
#[derive(Debug, Serialize, JsonSchema)]
struct FileJson {
    /// As it was named.
    name: String,
    /// The formats that it looks like.
    formats: Vec<FormatJson>,
    /// What of it could not be read. Each continues "the file …".
    doubts: Vec<String>,
}

/// A format, and what opens it.
#[derive(Debug, Serialize, JsonSchema)]
struct FormatJson {
    interface: String,
    format: String,
    /// The best first.
    readers: Vec<OpeningJson>,
}

/// What some versions do with the file.
#[derive(Debug, Serialize, JsonSchema)]
struct OpeningJson {
    component: String,
    versions: Vec<String>,
    supported: bool,
    /// `works`, `degraded`, `fails` or `unknown`, going by what they declare.
    verdict: String,
    loss: Option<String>,
    /// What wrote files in this format that they failed with in a test: then it depends on what wrote the file.
    failed_with: Vec<String>,
    /// What a customer can do, in the order in which to offer it.
    routes: Vec<RouteJson>,
}

impl FileJson {
    fn of(it: &Opened) -> Self {
        let row = |it: &OpenedRow| OpeningJson {
            component: it.component.to_string(),
            versions: it.versions.iter().map(ToString::to_string).collect(),
            supported: it.like.is_supported,
            verdict: it.like.verdict.word().to_owned(),
            loss: it.like.loss.as_ref().map(ToString::to_string),
            failed_with: it.like.failed_with.iter().map(ToString::to_string).collect(),
            routes: it.like.routes.iter().map(RouteJson::of).collect(),
        };
        let formats = it.formats.iter().map(|it| FormatJson {
            interface: it.interface.clone(),
            format: it.name.to_string(),
            readers: it.rows.iter().map(row).collect(),
        });
        Self {
            name: it.shown.clone(),
            formats: formats.collect(),
            doubts: it.doubts.iter().map(|it| (*it).to_owned()).collect(),
        }
    }
}

impl CanJson {
    pub(super) fn of(view: &CanView) -> Self {
        let is_desk = !view.is_for_customers;
        Self {
            schema: SCHEMA,
            answer: view.answer(),
            source: is_desk.then(|| view.source.json()),
            asked: view.asked.iter().map(AskedJson::of).collect(),
            interfaces: view.pairings().iter().map(|it| PairingJson::of(it, is_desk)).collect(),
            file: match &view.answered {
                Answered::File(opened) => Some(FileJson::of(opened)),
                _ => None,
            },
            doubts: if is_desk { view.doubts.clone() } else { Vec::new() },
            exit_code: view.exit() as u8,
        }
    }
}

impl AskedJson {
    /// The JSON of what was named.
    pub(crate) fn of(it: &Asked) -> Self {
        let found = match it.found {
            Found::Out => "out",
            Found::NotYet => "not-out",
            Found::Nobody => "unrecorded",
            Found::Every => "every",
        };
        Self {
            component: it.name.to_string(),
            found: found.to_owned(),
            versions: it.versions.iter().map(ToString::to_string).collect(),
        }
    }
}

impl PairingJson {
    fn of(it: &Pairing, is_desk: bool) -> Self {
        let row = |block| if is_desk { RowJson::of_block(block) } else { RowJson::of_block(block).for_customers() };
        Self {
            name: it.interface.name.to_string(),
            title: it.interface.title.to_string(),
            answer: answer(it),
            // What is planned is nobody's business but the vendor's.
            rows: it.blocks.iter().filter(|_| is_desk || !it.is_draft()).map(row).collect(),
        }
    }
}
