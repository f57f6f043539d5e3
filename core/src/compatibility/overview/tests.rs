//! What many versions against many come to: one row for those that declare the same, and what tests change.

use super::*;
use crate::rule::Compared;
use crate::rule::scene::{Scene, test};

fn told(scene: &Scene) -> Vec<String> {
    let one = |it: &Block| {
        let row = it.line();
        format!("{} {} ({})", row.words(), row.verdict.word(), it.count())
    };
    scene.look(|it| overview(&it.derived.exchanges()[0], &|_| true, &|_| true).iter().map(one).collect())
}

#[test]
fn versions_that_declare_the_same_are_one_row() {
    let scene = Scene::new()
        .out("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:1,2"])
        .out("2.5.0", &["recorder@2.5.0 writes:2", "player@2.5.0 reads:1,2"])
        .own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:1,2,3"], "");
    assert_eq!(
        told(&scene),
        [
            "recorder 2.7.0 and player 2.4.0 and 2.5.0 fails (2)",
            "recorder 2.4.0 and 2.5.0 and player 2.4.0 to 2.7.0 works (6)",
            "recorder 2.7.0 and player 2.7.0 works (1)",
        ]
    );
}

#[test]
fn a_test_that_says_something_else_is_a_row_of_its_own() {
    let scene = Scene::new()
        .out("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:1,2"])
        .out("2.5.0", &["recorder@2.5.0 writes:2", "player@2.5.0 reads:1,2"])
        .own(
            &["recorder@2.7.0 writes:2", "player@2.7.0 reads:2"],
            &test("recorder@2.5.0 player@2.4.0 fails Black screen"),
        );
    let all = told(&scene);
    assert_eq!(all[0], "recorder 2.5.0 and player 2.4.0 fails (1)");
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all.iter().filter(|it| it.contains("works")).count(), 2, "{all:?}");
}

#[test]
fn what_is_declared_is_said_once_for_all_that_declare_it() {
    let scene = Scene::new()
        .out("2.4.0", &["recorder@2.4.0 writes:2"])
        .out("2.5.0", &["recorder@2.5.0 writes:2"])
        .own(&["recorder@2.7.0 writes:3 asked:2", "player@2.7.0 reads:3"], "");
    assert_eq!(
        scene.look(|it| declarations(&it.derived.exchanges()[0])),
        [
            "player 2.7.0: reads 3",
            "recorder 2.4.0 and 2.5.0: writes 2",
            "recorder 2.7.0: writes 3, writes 2 when asked to"
        ]
    );
}

/// The rows of the recordings, each with its readers, what it rests on and where the evidence is.
fn rows_of(scene: &Scene) -> Vec<(Row, String)> {
    let rest = |it: Row| {
        let evidence = listed(&it.evidence, "and");
        let text = format!("{} {} {evidence}", it.readers_text, it.basis.word());
        (it, text.trim_end().to_owned())
    };
    let blocks = |it: &Compared<'_>| overview(&it.derived.exchanges()[0], &|_| true, &|_| true);
    scene.look(blocks).iter().map(Block::line).map(rest).collect()
}

fn evidence(pair: &str, at: u8) -> String {
    format!("{}evidence = \"ci/run/{at}\"\n", test(pair))
}

#[test]
fn only_what_was_tested_pair_by_pair_rests_on_tests() {
    let scene = |more: &str| {
        let players = ["player@2.4.0 reads:3", "player@2.5.0 reads:3"];
        Scene::new().out("2.4.0", &players[..1]).out("2.5.0", &players[1..]).own(&["recorder@2.7.0 writes:3"], more)
    };
    let one = evidence("recorder@2.7.0 player@2.4.0 works It flickers", 1);
    let both = one.clone() + &evidence("recorder@2.7.0 player@2.5.0 works", 2);
    let told = |more: &str| rows_of(&scene(more)).into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(told(""), ["2.4.0 and 2.5.0 declared"]);
    assert_eq!(told(&one), ["2.4.0 and 2.5.0 declared ci/run/1"]);
    assert_eq!(told(&both), ["2.4.0 and 2.5.0 tested ci/run/1 and ci/run/2"]);
    assert_eq!(rows_of(&scene(&one))[0].0.symptom, None, "what works has none");
}

#[test]
fn what_is_lost_and_what_a_customer_sees_is_said() {
    let more = test("recorder@2.7.0 player@2.5.0 fails No picture");
    let scene = Scene::new()
        .out("2.4.0", &["player@2.4.0 reads:3 loses:3"])
        .out("2.5.0", &["player@2.5.0 reads:1"])
        .own(&["recorder@2.7.0 writes:3"], &more);
    let seen: Vec<String> = rows_of(&scene).into_iter().map(|it| it.0.sees()).collect();
    assert_eq!(seen, ["No picture", "captions"]);
}

#[test]
fn those_who_can_do_something_else_are_a_row_of_their_own_with_their_own_evidence() {
    let scene = Scene::new()
        .out("2.4.0", &["player@2.4.0 reads:1"])
        .out("2.5.0", &["player@2.5.0 reads:3"])
        .out("2.6.0", &["player@2.6.0 reads:1"])
        .own(&["recorder@2.7.0 writes:3"], &evidence("recorder@2.7.0 player@2.4.0 fails", 1));
    let told: Vec<(String, usize)> = rows_of(&scene).into_iter().map(|it| (it.1, it.0.routes.len())).collect();
    let declared = |version: &str, routes: usize| (format!("{version} declared"), routes);
    assert_eq!(told, [("2.4.0 tested ci/run/1".to_owned(), 1), declared("2.6.0", 0), declared("2.5.0", 0)]);
}

#[test]
fn only_what_is_wanted_and_writes_by_itself_is_looked_at() {
    let scene = Scene::new()
        .out("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:2"])
        .own(&["recorder@2.7.0 writes:3", "editor@2.7.0 writes: asked:2"], "");
    let newest = |it: &Member| it.component.version == "2.7.0".parse().unwrap();
    let blocks = scene.look(|it| overview(&it.derived.exchanges()[0], &newest, &|it| !newest(it)));
    assert_eq!(blocks.iter().map(|it| it.row.words()).collect::<Vec<_>>(), ["recorder 2.7.0 and player 2.4.0"]);
}

#[test]
fn what_is_accepted_of_two_versions_is_offered_for_those_two_alone() {
    let accepted = "[[accepted]]\nwriter = \"recorder@2.6.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\ntext = \"Sorry.\"\n";
    let scene = Scene::new()
        .out("2.4.0", &["player@2.4.0 reads:1"])
        .out("2.5.0", &["player@2.5.0 reads:1"])
        .out("2.6.0", &["recorder@2.6.0 writes:3"])
        .own(&["recorder@2.7.0 writes:3"], accepted);
    let rows = rows_of(&scene).into_iter().map(|it| it.0).filter(|it| !it.routes.is_empty());
    assert_eq!(rows.map(|it| it.words()).collect::<Vec<_>>(), ["recorder 2.6.0 and player 2.4.0"]);
}
