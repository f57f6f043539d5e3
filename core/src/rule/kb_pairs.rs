//! `kb-pairs`: an agent can solve the case of a customer whose file does not open.

use super::coverage::{Coverage, failing};
use super::fix::Paper;
use super::{Compared, first};
use crate::document::SectionName;
use crate::finding::{Code, Finding};
use crate::name::listed;

/// The article names both sides of each pair that fails, what the customer sees where somebody has written that down, and a way out.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(article) = compared.article else { return Vec::new() };
    let (plain, coverage) = (article.plain(), Coverage::of(compared, article.plain(), Paper::Article));
    let rows = failing(compared);
    let silent = rows.iter().map(|row| (row, coverage.lacks(compared, row, true))).filter(|it| !it.1.is_empty());
    let place = plain.named(compared.policy.words(), SectionName::Resolution).next().map_or(0..0, |it| it.span.clone());
    first(silent, |(row, lacks)| {
        let message =
            format!("nothing helps a customer with {}: it does not say {}", row.words(), listed(&lacks, "and"));
        Finding::new(Code::KbPairs, plain.path(), message)
            .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version))
            .at(plain.place(place.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, converts, test};
    use crate::finding::Code;

    const OWN: [&str; 3] = ["recorder@2.7.0 writes:3 asked:2", "player@2.7.0 reads:2,3", "converter@2.7.0"];

    fn scene() -> Scene {
        let more =
            format!("{}{}", converts("converter 3 2"), test("recorder@2.7.0 player@2.4.0 fails No picture, no sound"));
        Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:2"])
            .out("2.5.0", &["player@2.5.0 reads:2"])
            .out("2.6.0", &["player@2.6.0 reads:2"])
            .own(&OWN, &more)
    }

    /// What an article with this Issue lacks.
    fn lacks(issue: &str) -> Vec<String> {
        let told = scene().kb(issue).told(Code::KbPairs);
        told.iter().map(|it| it.split_once("it does not say ").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn the_versions_the_symptom_and_a_way_out_are_there() {
        let route = "upgrade player to 2.7.0";
        assert_eq!(
            lacks("It fails."),
            [format!(
                "player 2.4.0 to 2.6.0, what a customer sees (\"No picture, no sound\") and a way out (\"{route}\")"
            )]
        );
        let whole = "no picture,\nno  sound: recorder 2.7.0 with player 2.4 to 2.6; install player 2.7.";
        assert_eq!(lacks(whole), [""; 0]);
        assert_eq!(
            lacks(&whole.replace("no picture", "a picture")),
            ["what a customer sees (\"No picture, no sound\")"]
        );
        assert_eq!(lacks(&whole.replace("player 2.7", "it")), [format!("a way out (\"{route}\")")]);
        assert_eq!(lacks(&whole.replace(" to 2.6", "")), ["player 2.4.0 to 2.6.0"], "a run is named by both its ends");
    }

    #[test]
    fn each_way_out_will_do() {
        let with = |way: &str| lacks(&format!("No picture, no sound: recorder 2.7.0, player 2.4.0 to 2.6.0. {way}"));
        for way in ["Player 2.7.0 opens it.", "Have the recorder write format 2.", "Use the converter."] {
            assert_eq!(with(way), [""; 0], "{way}");
        }
        assert_eq!(with("Wait.").len(), 1);
    }

    #[test]
    fn a_version_of_another_component_is_not_meant() {
        let told = lacks("No picture, no sound: player 2.7.0 opens what recorder 2.4.0, 2.6.0 and 2.7.0 write");
        assert_eq!(told, ["player 2.4.0 to 2.6.0"]);
    }

    #[test]
    fn an_accepted_pair_is_told_in_the_words_that_were_accepted() {
        let accepted = "[[accepted]]\nwriter = \"recorder\"\nreader = \"player\"\ninterface = \"rec\"\ntext = \"There is no way back.\"\n";
        let scene = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]).own(&["recorder@2.7.0 writes:2,3"], accepted);
        let pair = "Recorder 2.7.0 with player 2.4.0.";
        assert_eq!(scene.clone().kb(&format!("{pair} There is\nno way back.")).told(Code::KbPairs), [""; 0]);
        assert_eq!(scene.kb(pair).told(Code::KbPairs).len(), 1);
    }
}
