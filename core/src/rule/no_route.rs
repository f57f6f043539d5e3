//! `no-route`: whoever has a file that does not open can do something about it.

use super::Compared;
use crate::compatibility::{PairVerdict, Row};
use crate::finding::{Code, Finding};

/// Each pair that fails, or loses something, has a route through what is out or in this release.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let is_dead_end =
        |it: &&Row| matches!(it.verdict, PairVerdict::Fails | PairVerdict::Degraded) && it.routes.is_empty();
    compared.matrix.rows().filter(is_dead_end).map(|it| finding(compared, it)).collect()
}

fn finding(compared: &Compared<'_>, row: &Row) -> Finding {
    let what = match row.verdict {
        PairVerdict::Degraded => "lose something",
        _ => "do not work together",
    };
    let message = format!("{} {what}, and there is no way out", row.words());
    Finding::new(Code::NoRoute, row.about(), message).next(format!(
        "add a reader, an older format on request or a converter to {}, or `[[accepted]]` to `{}`",
        compared.release.version,
        compared.record()
    ))
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{Scene, converts, test};

    const WRITER: &str = "recorder@2.7.0 writes:3";

    /// An old player, and 2.7.0 with a recorder whose files it does not open, and what else is in it.
    fn old_player(more: &[&str], text: &str) -> Scene {
        Scene::new().out("2.4.0", &["player@2.4.0 reads:1,2"]).own(&[&[WRITER], more].concat(), text)
    }

    fn routes(scene: &Scene) -> Vec<String> {
        scene.routes("recorder@2.7.0", "player@2.4.0")
    }

    #[test]
    fn a_dead_end_is_refused_and_each_way_out_is_not() {
        assert_eq!(
            old_player(&[], "").told(Code::NoRoute),
            [
                "rec:recorder@2.7.0/player@2.4.0: recorder 2.7.0 and player 2.4.0 do not work together, and there is no way out"
            ]
        );
        let accepted = "[[accepted]]\nwriter = \"recorder\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\ntext = \"Keep 2.6.\"\n";
        let out = [
            (old_player(&["player@2.7.0 reads:3"], ""), "upgrade player to 2.7.0"),
            (
                old_player(&["converter@2.7.0"], &converts("converter 3 2 chapters")),
                "convert format 3 to 2 with converter 2.7.0 (loses chapters)",
            ),
            (old_player(&["editor@2.7.0 reads:2,3 writes:2"], ""), "open it with editor 2.7.0 and save it as format 2"),
            (old_player(&[], accepted), "Keep 2.6."),
        ];
        for (scene, words) in out {
            assert_eq!(scene.told(Code::NoRoute), [""; 0]);
            assert_eq!(routes(&scene), [words]);
        }
        let asked =
            Scene::new().out("2.4.0", &["player@2.4.0 reads:1,2"]).own(&["recorder@2.7.0 writes:3 asked:2"], "");
        assert_eq!(routes(&asked), ["have recorder write format 2"]);
    }

    #[test]
    fn all_ways_out_are_offered_in_the_order_of_the_guide() {
        let scene = Scene::new().out("2.4.0", &["player@2.4.0 reads:1,2"]).own(
            &[
                "recorder@2.7.0 writes:3 asked:2",
                "player@2.7.0 reads:1,2,3",
                "converter@2.7.0",
                "editor@2.7.0 reads:1,3 writes:1",
            ],
            &converts("converter 3 2"),
        );
        assert_eq!(
            routes(&scene),
            [
                "upgrade player to 2.7.0",
                "have recorder write format 2",
                "convert format 3 to 2 with converter 2.7.0",
                "open it with editor 2.7.0 and save it as format 1"
            ]
        );
    }

    #[test]
    fn a_loss_needs_a_way_out_that_loses_nothing() {
        let lossy = ["player@2.4.0 reads:3 loses:3"];
        let alone = Scene::new().out("2.4.0", &lossy).own(&[WRITER], "");
        assert_eq!(
            alone.told(Code::NoRoute),
            [
                "rec:recorder@2.7.0/player@2.4.0: recorder 2.7.0 and player 2.4.0 lose something, and there is no way out"
            ]
        );
        let worse = Scene::new().out("2.4.0", &["player@2.4.0 reads:2,3 loses:3"]);
        let lossy = worse.clone().own(&[WRITER, "converter@2.7.0"], &converts("converter 3 2 chapters"));
        assert_eq!(lossy.about(Code::NoRoute).len(), 1, "one loss for another is no way out");
        let whole = worse.own(&[WRITER, "converter@2.7.0"], &converts("converter 3 2"));
        assert_eq!(whole.about(Code::NoRoute), [""; 0]);
    }

    #[test]
    fn nobody_is_sent_to_what_cannot_be_had() {
        let player = ["player@2.6.0 reads:1,2,3"];
        let out = Scene::new().out("2.4.0", &["player@2.4.0 reads:1,2"]).out("2.6.0", &player);
        assert_eq!(routes(&out.clone().own(&[WRITER], "")), ["upgrade player to 2.6.0"]);
        let unproven = out.clone().but(|it| it.outings[0].is_proven = false).own(&[WRITER], "");
        assert_eq!(unproven.about(Code::NoRoute), ["rec:recorder@2.7.0/player@2.4.0"]);
        assert_eq!(old_player(&["player@2.7.0 reads:3"], "").without_artifact("player").about(Code::NoRoute).len(), 1);
        let converter = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]).out_with(
            "2.6.0",
            &["converter@2.6.0"],
            &converts("converter 3 2"),
        );
        assert_eq!(converter.clone().own(&[WRITER], "").about(Code::NoRoute), [""; 0]);
        let elsewhere = converter.but(|it| it.outings[0].site = "mirror".parse().unwrap()).own(&[WRITER], "");
        assert_eq!(elsewhere.about(Code::NoRoute).len(), 1);
    }

    #[test]
    fn an_upgrade_leads_to_something_newer_that_does_better() {
        let scene = Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:1,2"])
            .out("2.5.0", &["player@2.5.0 reads:3"])
            .out("2.6.0", &["player@2.6.0 reads:2,3 loses:3"])
            .own(&[WRITER], "");
        assert_eq!(routes(&scene), ["upgrade player to 2.5.0"], "the newest loses something");
        assert_eq!(scene.about(Code::NoRoute), ["rec:recorder@2.7.0/player@2.6.0"], "back is no way out");
    }

    #[test]
    fn an_upgrade_that_loses_something_in_a_test_says_so() {
        let with = |symptom: &str| {
            old_player(&["player@2.7.0 reads:3"], &test(&format!("recorder@2.7.0 player@2.7.0 degraded{symptom}")))
        };
        assert_eq!(routes(&with(" No sound")), ["upgrade player to 2.7.0 (with a loss: No sound)"]);
        assert_eq!(routes(&with("")), ["upgrade player to 2.7.0 (with a loss: something)"]);
    }

    #[test]
    fn what_is_waived_for_one_pair_is_waived_for_no_other() {
        let mut scene = Scene::new();
        for (version, reads) in [("2.1.0", "1"), ("2.2.0", "2"), ("2.3.0", "1"), ("2.4.0", "1,2")] {
            scene = scene.out(version, &[&format!("player@{version} reads:{reads}")]);
        }
        let accepted =
            "[[accepted]]\nwriter = \"recorder\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\ntext = \"Sorry.\"\n";
        let tests = test("recorder@2.7.0 player@2.2.0 fails It crashes");
        let about = scene.own(&[WRITER], &format!("{accepted}{tests}")).about(Code::NoRoute);
        assert_eq!(about, ["rec:recorder@2.7.0/player@2.1.0..2.3.0", "rec:recorder@2.7.0/player@2.2.0"]);
    }
}
