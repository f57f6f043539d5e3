//! `matrix-out-of-date`: what people sign is what the declarations give now.

use std::collections::HashSet;

use super::Compared;
use crate::compatibility::{Row, line_md, matrix_md};
use crate::finding::{Code, Finding};
use crate::name::counted;

/// `matrix.md` is, byte for byte, what the declarations give. A file that is not there has its finding already.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Some(written) = compared.written else { return Vec::new() };
    if written == matrix_md(compared.signed).as_bytes() {
        return Vec::new();
    }
    let version = &compared.release.version;
    let path = format!("releases/{version}/matrix.md");
    let written = String::from_utf8_lossy(written);
    let lines: HashSet<&str> = written.lines().collect();
    let (reworded, missing): (Vec<&Row>, Vec<&Row>) = compared
        .signed
        .rows()
        .filter(|it| !lines.contains(&line_md(it).as_str()))
        .partition(|it| lines.iter().any(|line| line.starts_with(judged(&line_md(it)))));
    // A pair that came, or is judged otherwise, is why; that its way out reads otherwise often only follows from it.
    let why = match (missing.as_slice(), reworded.as_slice()) {
        ([], []) => "it holds what does not follow from them".to_owned(),
        ([], [one, ..]) => format!("what it says of {} is not what follows now", one.words()),
        ([one, ..], _) => format!("it does not say that {}", says(one)),
    };
    let more = match (missing.len() + reworded.len()).saturating_sub(1) {
        0 => String::new(),
        more => format!(", and {} differ{} too", counted(more, "row"), if more == 1 { "s" } else { "" }),
    };
    let message = format!("`{path}` is not what the declarations give now: {why}{more}");
    let next = format!("holdpoint matrix {version} --write   (then commit it, and have it signed)");
    vec![Finding::new(Code::MatrixOutOfDate, "matrix.md", message).next(next)]
}

/// A line of the matrix up to its verdict: which pairs, and what is the case with them.
fn judged(line: &str) -> &str {
    let end = line.match_indices('|').nth(3).map_or(line.len(), |it| it.0);
    line.get(..end).unwrap_or(line)
}

fn says(row: &Row) -> String {
    use crate::compatibility::PairVerdict;
    match row.verdict {
        PairVerdict::Works => format!("{} work together", row.words()),
        PairVerdict::Degraded => format!("{} work with a loss", row.words()),
        PairVerdict::Fails => format!("{} do not work together", row.words()),
        PairVerdict::Unknown => format!("nothing is known of {}", row.words()),
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::Scene;

    fn scene() -> Scene {
        Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:1,2"])
            .own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"], "")
    }

    fn told(scene: Scene, text: String) -> Vec<String> {
        scene.written(text).told(Code::MatrixOutOfDate)
    }

    #[test]
    fn what_the_declarations_give_is_up_to_date_and_nothing_else_is() {
        let right = scene().matrix();
        assert_eq!(told(scene(), right.clone()), [""; 0]);
        assert_eq!(scene().about(Code::MatrixOutOfDate), [""; 0], "what is not there has its own finding");
        for wrong in [format!("{right}\n"), right.replace('\n', "\r\n"), format!("{right}| and more |\n")] {
            assert_eq!(told(scene(), wrong).len(), 1);
        }
        let lie = told(scene(), right.replace("**no**", "yes"));
        assert_eq!(
            lie,
            [
                "matrix.md: `releases/2.7.0/matrix.md` is not what the declarations give now: it does not say that recorder \
             2.7.0 and player 2.4.0 do not work together"
            ]
        );
    }

    #[test]
    fn a_version_that_went_out_meanwhile_is_named() {
        let later = scene().out("2.5.0", &["player@2.5.0 reads:3"]);
        let told = told(later, scene().matrix());
        assert!(told[0].ends_with("it does not say that recorder 2.7.0 and player 2.5.0 work together"), "{told:?}");
    }

    #[test]
    fn a_pair_that_came_is_named_before_a_way_out_that_changed() {
        let before = || {
            let out = Scene::new().out("2.4.0", &["player@2.4.0 reads:1,2"]).out("2.5.0", &["player@2.5.0 reads:3"]);
            out.own(&["recorder@2.7.0 writes:3"], "")
        };
        let told_now = told(before().out("2.6.0", &["player@2.6.0 reads:3"]), before().matrix());
        let expected = "that recorder 2.7.0 and player 2.5.0 and 2.6.0 work together, and 1 row differs too";
        assert!(told_now[0].ends_with(expected), "{told_now:?}");
        let reworded = told(before(), before().matrix().replace("Upgrade", "Do not upgrade"));
        let expected = "what it says of recorder 2.7.0 and player 2.4.0 is not what follows now";
        assert!(reworded[0].ends_with(expected), "{reworded:?}");
    }

    #[test]
    fn a_version_that_is_not_proven_adds_a_pair_too() {
        let later = scene().out("2.5.0", &["player@2.5.0 reads:1"]).but(|it| it.outings[0].is_proven = false);
        assert_eq!(told(later, scene().matrix()).len(), 1);
    }
}
