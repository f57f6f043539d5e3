//! The JSON of the reasons for a pair's verdict.

use holdpoint_core::finding::Place;
use schemars::JsonSchema;
use serde::Serialize;

use super::view::{WhyView, verdict};
use super::{Reason, by_declaration};
use crate::answer::SourceJson;
use crate::render::json::SCHEMA;
use crate::render::pairs::RouteJson;

/// The answer of `holdpoint why`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "why")]
pub(crate) struct WhyJson {
    schema: u64,
    /// The answer in one sentence.
    answer: String,
    source: SourceJson,
    /// What was named and nobody has recorded.
    unrecorded: Vec<String>,
    pairs: Vec<ReasonJson>,
    exit_code: u8,
}

/// Everything that decides about a pair.
#[derive(Debug, Serialize, JsonSchema)]
struct ReasonJson {
    interface: String,
    /// `recorder@2.7.0`
    writer: String,
    /// `player@2.4.0`
    reader: String,
    /// `works`, `degraded`, `fails` or `unknown`.
    verdict: String,
    /// `tested`, `declared` or `reported`.
    basis: String,
    /// The answer in words.
    answer: String,
    /// What the declarations alone give.
    declared: String,
    /// The same in words.
    declared_because: String,
    writer_lines: Vec<LineJson>,
    reader_lines: Vec<LineJson>,
    tests: Vec<TestJson>,
    routes: Vec<WayJson>,
    /// What would be a way out, and why it is none.
    not_routes: Vec<NoWayJson>,
}

/// A line of a record.
#[derive(Debug, Serialize, JsonSchema)]
struct LineJson {
    path: String,
    /// Counted from 1.
    line: usize,
    text: String,
}

/// A test of the pair.
#[derive(Debug, Serialize, JsonSchema)]
struct TestJson {
    /// The release that says it.
    release: String,
    at: LineJson,
    /// How it went, in words.
    text: String,
    /// Whether it decides, agrees or does not count, in words.
    role: String,
}

/// Something that a customer can do, and the lines on which it rests.
#[derive(Debug, Serialize, JsonSchema)]
struct WayJson {
    route: RouteJson,
    lines: Vec<LineJson>,
}

/// Something that would help, and why it does not count.
#[derive(Debug, Serialize, JsonSchema)]
struct NoWayJson {
    text: String,
    because: String,
}

impl WhyJson {
    pub(super) fn of(view: &WhyView) -> Self {
        Self {
            schema: SCHEMA,
            answer: view.answer(),
            source: view.source.json(),
            unrecorded: view.unrecorded.clone(),
            pairs: view.reasons.iter().map(ReasonJson::of).collect(),
            exit_code: view.exit as u8,
        }
    }
}

impl ReasonJson {
    fn of(it: &Reason) -> Self {
        let pair = &it.pair;
        let lines = |all: &[Place]| all.iter().map(LineJson::of).collect();
        let test = |it: &super::Test| TestJson {
            release: it.release.to_string(),
            at: LineJson::of(&it.place),
            text: it.words.clone(),
            role: it.role.to_owned(),
        };
        Self {
            interface: pair.interface.to_string(),
            writer: pair.writer.to_string(),
            reader: pair.reader.to_string(),
            verdict: pair.verdict.word().to_owned(),
            basis: pair.basis.word().to_owned(),
            answer: verdict(it),
            declared: pair.declared.word().to_owned(),
            declared_because: by_declaration(pair),
            writer_lines: lines(&it.writer_lines),
            reader_lines: lines(&it.reader_lines),
            tests: it.tests.iter().map(test).collect(),
            routes: it.ways.iter().map(|it| WayJson { route: RouteJson::of(&it.route), lines: lines(&it.lines) }).collect(),
            not_routes: it.none.iter().map(|(text, because)| NoWayJson { text: text.clone(), because: because.clone() }).collect(),
        }
    }
}

impl LineJson {
    fn of(it: &Place) -> Self {
        Self { path: it.path.clone(), line: it.line, text: it.text.trim().to_owned() }
    }
}
