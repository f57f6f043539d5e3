//! A matrix as it is shown: of one release, or of everything that is out.

use holdpoint_core::compatibility::{Block, Matrix, Order, Part, matrix_md, part_md};
use holdpoint_core::name::{counted, listed};
use holdpoint_core::policy::Interface;

use super::json::MatrixJson;
use super::{csv, html};
use crate::answer::Source;
use crate::outcome::View;
use crate::render::json::value;

/// A matrix as it is shown.
pub(super) struct Sheet {
    pub(super) subject: Subject,
    pub(super) parts: Vec<Shown>,
}

/// What a matrix is of.
pub(super) enum Subject {
    /// One release.
    Release(Matrix),
    /// Everything that is out.
    Everything(Box<Source>),
}

/// One interface.
pub(super) struct Shown {
    pub(super) interface: Interface,
    /// What is declared for it, in sentences.
    pub(super) declares: Vec<String>,
    /// The worst first.
    pub(super) blocks: Vec<Block>,
}

impl Sheet {
    /// The matrix of one release.
    pub(super) fn of_release(matrix: Matrix) -> Self {
        let part = |it: &Part| Shown {
            interface: it.interface.clone(),
            declares: it.formats.clone(),
            blocks: it.rows.iter().cloned().map(Block::from).collect(),
        };
        let parts = matrix.parts.iter().map(part).collect();
        Self { subject: Subject::Release(matrix), parts }
    }

    /// The matrix of everything that is out.
    pub(super) fn of_everything(source: Source, parts: Vec<(Interface, Vec<String>, Vec<Block>)>) -> Self {
        let part = |(interface, declares, blocks)| Shown { interface, declares, blocks };
        Self { subject: Subject::Everything(Box::new(source)), parts: parts.into_iter().map(part).collect() }
    }

    pub(super) fn title(&self) -> String {
        match &self.subject {
            Subject::Release(matrix) => format!("Compatibility matrix of {}", matrix.release),
            Subject::Everything(_) => "Compatibility of everything that is out".to_owned(),
        }
    }

    /// What it is of and where it comes from, in a sentence or two.
    pub(super) fn lead(&self) -> String {
        match &self.subject {
            Subject::Release(matrix) => format!(
                "Out with this release: {}. Support is judged on {}, the day for which it is planned.",
                listed(matrix.components.iter().map(|it| format!("{} {}", it.name, it.version)), "and"),
                matrix.day
            ),
            Subject::Everything(source) => {
                let pairs = counted(self.parts.iter().flat_map(|it| &it.blocks).map(Block::count).sum(), "pair");
                format!("{pairs}{}, {}. Support is judged on {}.", source.mark(), source.line(), source.today())
            }
        }
    }

    /// The upgrade order, where it is one release.
    pub(super) fn order(&self) -> Option<&Order> {
        match &self.subject {
            Subject::Release(matrix) => Some(&matrix.order),
            Subject::Everything(_) => None,
        }
    }

    fn text(&self) -> String {
        if let Subject::Release(matrix) = &self.subject {
            return matrix_md(matrix);
        }
        let mut text = format!("# {}\n\n{}\n", self.title(), self.lead());
        for it in &self.parts {
            let rows = it.blocks.iter().map(Block::line).collect();
            part_md(&mut text, &Part { interface: it.interface.clone(), formats: it.declares.clone(), rows });
        }
        text
    }
}

impl View for Sheet {
    fn human(&self) -> String {
        self.text()
    }

    fn json(&self) -> serde_json::Value {
        value(&MatrixJson::of(self))
    }

    fn markdown(&self) -> Option<String> {
        Some(self.text())
    }

    fn html(&self) -> Option<String> {
        Some(html::page(self))
    }

    fn csv(&self) -> Option<String> {
        Some(csv::table(self))
    }
}
