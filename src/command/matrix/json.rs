//! The JSON of a matrix.

use schemars::JsonSchema;
use serde::Serialize;

use super::sheet::{Sheet, Shown, Subject};
use crate::answer::SourceJson;
use crate::render::json::SCHEMA;
use crate::render::pairs::{OrderJson, RowJson};

/// The answer of `holdpoint matrix`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "matrix")]
pub(crate) struct MatrixJson {
    schema: u64,
    /// The release; null: everything that is out.
    release: Option<String>,
    /// The components of the release: `recorder@2.7.0`. Empty for everything that is out.
    components: Vec<String>,
    /// The day on which support is judged.
    day: String,
    /// Where it comes from; null for the matrix of a release, which comes from the files at hand.
    source: Option<SourceJson>,
    interfaces: Vec<PartJson>,
    /// In which order to upgrade what talks to each other; null for everything that is out.
    order: Option<OrderJson>,
    exit_code: u8,
}

/// One interface of a matrix.
#[derive(Debug, Serialize, JsonSchema)]
struct PartJson {
    name: String,
    title: String,
    /// `file`, `wire` or `api`.
    kind: String,
    /// What is declared for it, in words.
    declares: Vec<String>,
    /// The pairs, the worst first; those of which the same is to be said are one row.
    rows: Vec<RowJson>,
}

impl MatrixJson {
    /// The JSON of a matrix.
    pub(super) fn of(sheet: &Sheet) -> Self {
        let (release, components, day, source) = match &sheet.subject {
            Subject::Release(matrix) => {
                let components = matrix.components.iter().map(ToString::to_string).collect();
                (Some(matrix.release.to_string()), components, matrix.day, None)
            }
            Subject::Everything(source) => (None, Vec::new(), source.today(), Some(source.json())),
        };
        Self {
            schema: SCHEMA,
            release,
            components,
            day: day.to_string(),
            source,
            interfaces: sheet.parts.iter().map(PartJson::of).collect(),
            order: sheet.order().map(OrderJson::of),
            exit_code: 0,
        }
    }
}

impl PartJson {
    fn of(part: &Shown) -> Self {
        Self {
            name: part.interface.name.to_string(),
            title: part.interface.title.to_string(),
            kind: part.interface.kind.word().to_owned(),
            declares: part.declares.clone(),
            rows: part.blocks.iter().map(RowJson::of_block).collect(),
        }
    }
}
