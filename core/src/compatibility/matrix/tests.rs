//! What people read and sign: `matrix.md`, to the letter.

use super::*;
use crate::rule::scene::{REC, Scene, WIRE, test};

/// The lines of `matrix.md` that begin with this.
fn lines(scene: &Scene, start: &str) -> Vec<String> {
    scene.matrix().lines().filter(|it| it.starts_with(start)).map(ToOwned::to_owned).collect()
}

#[test]
fn a_row_says_what_happens_what_a_customer_sees_and_what_to_do() {
    let tests = test("recorder@2.7.0 player@2.4.0 fails No picture") + "evidence = \"ci/run/8\"\n";
    let scene = Scene::new()
        .out("2.3.0", &["player@2.3.0 reads:3 loses:3"])
        .out("2.4.0", &["player@2.4.0 reads:1,2"])
        .own(&["recorder@2.7.0 writes:3 asked:2", "player@2.7.0 reads:3"], &tests);
    assert_eq!(lines(&scene, "- "), ["- player 2.7.0 reads 3", "- recorder 2.7.0 writes 3, writes 2 when asked to"]);
    assert_eq!(
        lines(&scene, "| recorder"),
        [
            "| recorder 2.7.0 | player 2.4.0 | **no** | No picture | 1. Upgrade player to 2.7.0<br>2. Have recorder write format 2 | \
             tested (ci/run/8) |",
            "| recorder 2.7.0 | player 2.3.0 | with a loss | captions | Upgrade player to 2.7.0 | declared |",
            "| recorder 2.7.0 | player 2.7.0 | yes |  |  | declared |",
        ]
    );
}

#[test]
fn what_fails_is_not_said_to_lose_something() {
    let scene = Scene::new().out("2.4.0", &["player@2.4.0 reads:2 loses:2"]).own(&["recorder@2.7.0 writes:2,3"], "");
    assert_eq!(
        lines(&scene, "| recorder"),
        ["| recorder 2.7.0 | player 2.4.0 | **no** |  | Nothing is known that would help | declared |"]
    );
}

#[test]
fn no_text_ends_its_cell_or_begins_markup() {
    let odd = REC.replace("Recording", r"<b> & | ` * _ [x] # ~ C:\\");
    let scene = Scene::under(&odd).own(&["recorder@2.7.0 writes:3"], "");
    assert_eq!(lines(&scene, "## "), [r"## &lt;b&gt; &amp; \| \` \* \_ \[x\] \# \~ C:\\"]);
}

#[test]
fn an_order_is_said_where_more_than_one_is_upgraded_and_that_there_is_none() {
    let order = |own: &[&str]| {
        let old = ["agent@1.0.0 link/writes:1", "server@1.0.0 link/reads:1"];
        let text = Scene::under(WIRE).out("1.0.0", &old).own(own, "").matrix();
        text.split_once("## Upgrade order\n\n").map(|it| it.1.to_owned())
    };
    let agent = "agent@2.7.0 link/writes:2";
    assert_eq!(order(&[agent, "server@2.7.0 link/reads:1,2"]).as_deref(), Some("1. server\n2. agent\n"));
    assert_eq!(order(&["server@2.7.0 link/reads:1,2"]), None);
    assert_eq!(
        order(&[agent, "server@2.7.0 link/reads:2"]).as_deref(),
        Some("There is none: agent and server would each have to come before another.\n")
    );
    assert_eq!(order(&["website@2.7.0"]), None);
}

#[test]
fn only_versions_that_follow_each_other_are_a_run() {
    let versions = |all: &[&str]| all.iter().map(|it| it.parse().unwrap()).collect::<Vec<Version>>();
    let all = versions(&["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"]);
    let said = |some: &[&str]| listed(runs(&versions(some), &all), "and");
    assert_eq!(said(&["1.0.0", "1.1.0", "1.2.0", "1.4.0"]), "1.0.0 to 1.2.0 and 1.4.0");
    assert_eq!(said(&["1.1.0", "1.2.0"]), "1.1.0 and 1.2.0");
    assert_eq!(said(&["2.0.0", "2.1.0", "2.2.0"]), "2.0.0, 2.1.0 and 2.2.0", "what nobody knows follows nothing");
}
