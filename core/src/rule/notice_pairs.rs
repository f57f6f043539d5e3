//! `notice-pairs`: a customer reads beforehand what will not work, and what to do.

use super::coverage::{Coverage, failing};
use super::fix::Paper;
use super::{Compared, first};
use crate::document::SectionName;
use crate::finding::{Code, Finding};
use crate::name::listed;

/// The notice names both sides of each pair that fails, and a way out.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(notice) = compared.notice else { return Vec::new() };
    let (plain, coverage) = (notice.plain(), Coverage::of(compared, notice.plain(), Paper::Notice));
    let rows = failing(compared);
    let silent = rows.iter().map(|row| (row, coverage.lacks(compared, row, false))).filter(|it| !it.1.is_empty());
    let place = plain.named(compared.policy.words(), SectionName::WhatToDo).next().map_or(0..0, |it| it.span.clone());
    first(silent, |(row, lacks)| {
        let message = format!("customers with {} are not told: it does not say {}", row.words(), listed(&lacks, "and"));
        Finding::new(Code::NoticePairs, plain.path(), message)
            .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version))
            .at(plain.place(place.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, test};
    use crate::finding::Code;

    fn told(text: &str) -> Vec<String> {
        let more = test("recorder@2.7.0 player@2.4.0 fails No picture, no sound");
        let scene = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]);
        scene.own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:2,3"], &more).notice(text).told(Code::NoticePairs)
    }

    #[test]
    fn a_customer_reads_which_versions_and_what_to_do() {
        assert_eq!(
            told("Nothing to do."),
            [
                "notice.md: customers with recorder 2.7.0 and player 2.4.0 are not told: it does not say player 2.4.0 and a way out (\"upgrade player to 2.7.0\")"
            ]
        );
        assert_eq!(told("Player 2.4 does not open it. Install player 2.7.0."), [""; 0], "the symptom is for support");
        assert_eq!(told("Player 2.4 does not open it. Install player\n2.7.0."), [""; 0], "lines are the editor's");
        assert_eq!(
            told("Player 2.4 does not open it. What 2.7.0 writes is new."),
            [
                "notice.md: customers with recorder 2.7.0 and player 2.4.0 are not told: it does not say a way out (\"upgrade player to 2.7.0\")"
            ],
            "that there is a new version is no advice"
        );
    }

    #[test]
    fn an_upgrade_that_was_the_newest_once_and_works_still_is_one() {
        let scene = Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:2"])
            .out("2.5.0", &["player@2.5.0 reads:2"])
            .out("2.8.0", &["player@2.8.0 reads:2,3"])
            .own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:2,3"], "");
        let told = |text: &str| scene.clone().notice(text).told(Code::NoticePairs);
        assert_eq!(told("Player 2.4 and 2.5 do not open recorder 2.7.0. Install player 2.7.0."), [""; 0]);
        assert_eq!(told("Player 2.4 and 2.5 do not open recorder 2.7.0. Install player 2.8.0."), [""; 0]);
        assert_eq!(told("Player 2.4 and 2.5 do not open recorder 2.7.0. Install player 2.6.0.").len(), 1);
    }
}
