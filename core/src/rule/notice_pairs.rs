//! `notice-pairs`: a customer reads beforehand what will not work, and what to do.

use super::coverage::{Coverage, failing};
use super::{Compared, first};
use crate::document::SectionName;
use crate::finding::{Code, Finding};
use crate::name::listed;

/// The notice names both sides of each pair that fails, and a way out.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(notice) = compared.notice else { return Vec::new() };
    let (plain, coverage) = (notice.plain(), Coverage::of(compared, notice.plain()));
    let silent = failing(compared).map(|row| (row, coverage.lacks(row, false))).filter(|it| !it.1.is_empty());
    let place = plain.named(compared.policy.words(), SectionName::WhatToDo).next().map_or(0..0, |it| it.span.clone());
    first(silent, |(row, lacks)| {
        let message = format!("customers with {} are not told: it does not say {}", row.words(), listed(&lacks, "and"));
        Finding::new(Code::NoticePairs, plain.path(), message)
            .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version))
            .at(plain.place(place.clone()))
    })
}
