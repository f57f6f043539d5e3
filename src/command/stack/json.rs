//! The JSON of what goes with something.

use schemars::JsonSchema;
use serde::Serialize;

use super::PartnerRow;
use super::view::{StackView, said};
use crate::answer::SourceJson;
use crate::command::can::AskedJson;
use crate::render::json::SCHEMA;

/// The answer of `holdpoint stack`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "stack")]
pub(crate) struct StackJson {
    schema: u64,
    /// The answer in one sentence.
    answer: String,
    source: SourceJson,
    /// What somebody has.
    with: Vec<AskedJson>,
    /// What exchanges something with it; empty where it could not be told.
    components: Vec<PartnerJson>,
    /// What cannot be read of what is out, and is left out.
    doubts: Vec<String>,
    exit_code: u8,
}

/// A component that exchanges something with what somebody has.
#[derive(Debug, Serialize, JsonSchema)]
struct PartnerJson {
    component: String,
    /// Those in support first, the best first among each.
    rows: Vec<PartnerRowJson>,
}

/// Versions of which the same is to be said.
#[derive(Debug, Serialize, JsonSchema)]
struct PartnerRowJson {
    versions: Vec<String>,
    supported: bool,
    /// Why nobody should be sent to them, such as a hold; null where customers can get it.
    hindrance: Option<String>,
    /// The worst over every version given and every interface: `works`, `degraded`, `fails` or `unknown`.
    verdict: String,
    losses: Vec<String>,
    /// A pair because of which it is no better: `rec:recorder@2.7.0/player@2.4.0`.
    worst: String,
    /// The same in words.
    text: String,
}

impl StackJson {
    pub(super) fn of(view: &StackView) -> Self {
        let row = |it: &PartnerRow| PartnerRowJson {
            versions: it.versions.iter().map(ToString::to_string).collect(),
            supported: it.is_supported,
            hindrance: it.hindrance.clone(),
            verdict: it.verdict.word().to_owned(),
            losses: it.losses.iter().map(ToString::to_string).collect(),
            worst: it.worst.about(),
            text: said(it),
        };
        let partners = view.partners.iter();
        Self {
            schema: SCHEMA,
            answer: view.answer(),
            source: view.source.json(),
            with: view.with.iter().chain(&view.odd).map(AskedJson::of).collect(),
            components: partners
                .map(|it| PartnerJson { component: it.name.to_string(), rows: it.rows.iter().map(row).collect() })
                .collect(),
            doubts: view.doubts.clone(),
            exit_code: view.exit as u8,
        }
    }
}
