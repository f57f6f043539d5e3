//! `unknown-pair`: no pair that customers can have is left open.

use super::Compared;
use crate::compatibility::{PairVerdict, Row};
use crate::finding::{Code, Finding};

/// Each required pair has a verdict, or a waiver of its own: one of `undeclared` does not answer what happens.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    compared.matrix.rows().filter(|it| it.verdict == PairVerdict::Unknown).map(|it| finding(compared, it)).collect()
}

fn finding(compared: &Compared<'_>, row: &Row) -> Finding {
    let message = format!("nobody has said whether {} work together", row.words());
    Finding::new(Code::UnknownPair, row.about(), message)
        .next(format!("test them, and put the result into `[[tested]]` of `{}`", compared.record()))
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{Scene, test};

    const WRITER: [&str; 1] = ["recorder@2.7.0 writes:3"];

    fn silent_player() -> Scene {
        Scene::new().out("2.4.0", &["player@2.4.0"])
    }

    #[test]
    fn what_nobody_has_said_is_asked() {
        assert_eq!(
            silent_player().own(&WRITER, "").told(Code::UnknownPair),
            ["rec:recorder@2.7.0/player@2.4.0: nobody has said whether recorder 2.7.0 and player 2.4.0 work together"]
        );
        for result in ["works", "degraded", "fails"] {
            let scene = silent_player().own(&WRITER, &test(&format!("recorder@2.7.0 player@2.4.0 {result}")));
            assert_eq!(scene.about(Code::UnknownPair), [""; 0], "{result}");
            assert_eq!(scene.pair("recorder@2.7.0", "player@2.4.0").verdict.word(), result);
        }
    }

    #[test]
    fn what_is_not_proven_answers_nothing() {
        for result in ["works", "degraded", "fails"] {
            let more = test(&format!("recorder@2.7.0 player@2.4.0 {result}"));
            let told = silent_player().out_with("2.6.0", &["recorder@2.6.0 writes:2"], &more);
            assert_eq!(told.clone().own(&WRITER, "").pair("recorder@2.7.0", "player@2.4.0").verdict.word(), result);
            let unproven = told.but(|it| it.outings[0].is_proven = false).own(&WRITER, "");
            assert_eq!(unproven.about(Code::UnknownPair), ["rec:recorder@2.7.0/player@2.4.0"], "{result}");
        }
    }

    #[test]
    fn of_two_tests_of_what_is_unknown_the_worse_counts() {
        let more = test("recorder@2.7.0 player@2.4.0 fails No picture");
        let scene = silent_player()
            .out_with("2.6.0", &["recorder@2.6.0 writes:2"], &more)
            .but(|it| it.outings[0].is_proven = false)
            .own(&WRITER, &test("recorder@2.7.0 player@2.4.0 works"));
        assert_eq!(scene.pair("recorder@2.7.0", "player@2.4.0").verdict.word(), "fails");
    }

    #[test]
    fn what_is_out_of_support_is_asked_where_all_is_kept_readable() {
        let scene = Scene::new().old("1.0.0", &["player@1.0.0"]).own(&WRITER, "");
        assert_eq!(scene.about(Code::UnknownPair), ["rec:recorder@2.7.0/player@1.0.0"]);
        let narrow = crate::rule::scene::REC.replace("\"all\"", "\"in-support\"");
        let scene =
            Scene::under(&narrow).old("1.0.0", &["player@1.0.0"]).out("2.4.0", &["player@2.4.0"]).own(&WRITER, "");
        assert_eq!(scene.about(Code::UnknownPair), ["rec:recorder@2.7.0/player@2.4.0"]);
    }
}
