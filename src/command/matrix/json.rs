//! The JSON of a matrix.

use holdpoint_core::compatibility::{Matrix, Part};
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::json::SCHEMA;
use crate::render::pairs::{OrderJson, RowJson};

/// The answer of `holdpoint matrix`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "matrix")]
pub(crate) struct MatrixJson {
    schema: u64,
    /// The release.
    release: String,
    /// Its components: `recorder@2.7.0`.
    components: Vec<String>,
    /// The day on which support is judged.
    day: String,
    interfaces: Vec<PartJson>,
    /// In which order to upgrade what talks to each other.
    order: OrderJson,
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
    pub(super) fn of(matrix: &Matrix) -> Self {
        Self {
            schema: SCHEMA,
            release: matrix.release.to_string(),
            components: matrix.components.iter().map(ToString::to_string).collect(),
            day: matrix.day.to_string(),
            interfaces: matrix.parts.iter().map(PartJson::of).collect(),
            order: OrderJson::of(&matrix.order),
            exit_code: 0,
        }
    }
}

impl PartJson {
    fn of(part: &Part) -> Self {
        Self {
            name: part.interface.name.to_string(),
            title: part.interface.title.to_string(),
            kind: part.interface.kind.word().to_owned(),
            declares: part.formats.clone(),
            rows: part.rows.iter().map(RowJson::of).collect(),
        }
    }
}
