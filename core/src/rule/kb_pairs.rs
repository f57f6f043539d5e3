//! `kb-pairs`: an agent can solve the case of a customer whose file does not open.

use super::coverage::{Coverage, failing};
use super::{Compared, first};
use crate::document::SectionName;
use crate::finding::{Code, Finding};
use crate::name::listed;

/// The article names both sides of each pair that fails, what the customer sees where somebody has written that down, and a way out.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(article) = compared.article else { return Vec::new() };
    let (plain, coverage) = (article.plain(), Coverage::of(compared, article.plain()));
    let silent = failing(compared).map(|row| (row, coverage.lacks(row, true))).filter(|it| !it.1.is_empty());
    let place = plain.named(compared.policy.words(), SectionName::Resolution).next().map_or(0..0, |it| it.span.clone());
    first(silent, |(row, lacks)| {
        let message =
            format!("nothing helps a customer with {}: it does not say {}", row.words(), listed(&lacks, "and"));
        Finding::new(Code::KbPairs, plain.path(), message)
            .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version))
            .at(plain.place(place.clone()))
    })
}
