//! `obligation`: whoever has something that does not work is told, and so is support.

use super::Compared;
use super::coverage::{Coverage, failing};
use super::fix::Paper;
use crate::finding::{Code, Finding};
use crate::name::listed;

/// Each pair that fails is covered by the article, and named in the notice. What exactly is wanting, `kb-pairs` and `notice-pairs` say.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let texts = [
        ("kb.md", compared.article.map(|it| Coverage::of(compared, it.plain(), Paper::Article)), true),
        ("notice.md", compared.notice.map(|it| Coverage::of(compared, it.plain(), Paper::Notice)), false),
    ];
    let mut findings = Vec::new();
    for row in &failing(compared) {
        let silent = texts.iter().filter(|(_, text, with_symptom)| {
            text.as_ref().is_none_or(|it| !it.lacks(compared, row, *with_symptom).is_empty())
        });
        let silent: Vec<String> = silent.map(|it| format!("`{}`", it.0)).collect();
        if silent.is_empty() {
            continue;
        }
        let verb = if silent.len() == 1 { "does" } else { "do" };
        let message =
            format!("{} do not work together, and {} {verb} not cover it", row.words(), listed(silent, "and"));
        findings.push(
            Finding::new(Code::Obligation, row.about(), message)
                .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version)),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, test};
    use crate::finding::Code;

    /// A recorder whose files an older player cannot open, and a newer one can.
    fn scene() -> Scene {
        Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:2"])
            .own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:2,3"], "")
    }

    #[test]
    fn a_list_of_what_is_new_is_no_way_out() {
        let pair = "Recordings of recorder 2.7.0 do not open in player 2.4.";
        let told = |way: &str| {
            let environment = " \n\n## Environment\n\nrecorder 2.7.0, player 2.7.0\n\n## Cause\n\n";
            scene().kb(&format!("{pair}{environment}{way}")).told(Code::KbPairs)
        };
        assert_eq!(told("Formats.").len(), 1);
        assert_eq!(told("Install player 2.7."), [""; 0]);
    }

    #[test]
    fn both_texts_cover_every_pair_that_fails() {
        let says = "Recordings of recorder 2.7.0 do not open in player 2.4: install player 2.7.";
        let told = |scene: Scene| scene.told(Code::Obligation);
        let silent = |files: &str| {
            vec![format!(
                "rec:recorder@2.7.0/player@2.4.0: recorder 2.7.0 and player 2.4.0 do not work together, and {files} not cover it"
            )]
        };
        assert_eq!(told(scene()), silent("`kb.md` and `notice.md` do"));
        assert_eq!(told(scene().kb(says).notice("Nothing to do.")), silent("`notice.md` does"));
        assert_eq!(told(scene().kb("It fails.").notice(says)), silent("`kb.md` does"));
        assert_eq!(told(scene().kb(says).notice(says)), [""; 0]);
    }

    #[test]
    fn those_who_are_told_the_same_are_one_whether_in_support_or_not() {
        let old = Scene::new()
            .old("2.3.0", &["recorder@2.3.0 writes:1", "player@2.3.0 reads:1"])
            .out("2.4.0", &["recorder@2.4.0 writes:1", "player@2.4.0 reads:1"]);
        let scene = old.own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"], "");
        assert_eq!(
            scene.about(Code::Obligation),
            ["rec:recorder@2.3.0..2.4.0/player@2.7.0", "rec:recorder@2.7.0/player@2.3.0..2.4.0"]
        );
    }

    #[test]
    fn what_works_obliges_nobody() {
        let works = Scene::new().out("2.4.0", &["player@2.4.0 reads:3"]).own(&["recorder@2.7.0 writes:3"], "");
        assert_eq!(works.told(Code::Obligation), [""; 0]);
        let lossy = test("recorder@2.7.0 player@2.4.0 degraded No captions");
        let lossy = Scene::new().out("2.4.0", &["player@2.4.0 reads:3"]).own(&["recorder@2.7.0 writes:3"], &lossy);
        assert_eq!(lossy.told(Code::Obligation), [""; 0], "only what fails must be told");
    }
}
