//! `holdpoint why`: which lines and which evidence decide.

use snapbox::str;

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::{OLD, REC};

#[test]
fn of_a_pair_that_fails() {
    Sandbox::webinar_out().holdpoint(&["why", "recorder@2.7", "player@2.4"]).shows(str![[r#"
exit 0
-- stdout
Player 2.4.0 cannot open files of recorder 2.7.0: fails, tested.

  recorder 2.7.0 declares for `rec`
    releases/2.7.0/compatibility.toml:3  writes.rec = ["3"]
    releases/2.7.0/compatibility.toml:4  writes_on_request.rec = ["2"]

  player 2.4.0 declares for `rec`
    releases/2.4.0/compatibility.toml:5  reads.rec = ["1", "2"]
    releases/2.4.0/compatibility.toml:6  degraded.rec = { "1" = "no captions" }
    so: format 3 is not read

  tests
    releases/2.7.0/compatibility.toml:19
      2.7.0: fails: No picture, no sound; ci/run/8812 (agrees with what is declared)

  what a customer can do
    1. Upgrade player to 2.7.0
       releases/2.7.0/compatibility.toml:6  reads.rec = ["1", "2", "3"]
       releases/2.7.0/compatibility.toml:7  degraded.rec = { "1" = "no captions" }
    2. Have recorder write format 2
       releases/2.7.0/compatibility.toml:4  writes_on_request.rec = ["2"]
    3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)
       releases/2.7.0/compatibility.toml:13  to = "2"

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn a_release_that_is_not_out_is_shown_as_it_is_drafted() {
    let sandbox = Sandbox::webinar();
    let answer = sandbox.holdpoint(&["why", "player@2.4", "open", "recorder@2.7"]).exits(0);
    assert!(answer.stdout.contains("releases/2.7.0/compatibility.toml:3  writes.rec = [\"3\"]"), "{answer:#?}");
}

#[test]
fn what_went_out_helps_as_it_went_out_whatever_lies_here_now() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.ship("2.7.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
    let converts = "[[converts]]\ncomponent = \"converter\"\ninterface = \"rec\"\nfrom = \"3\"\nto = \"2\"\n";
    sandbox.ship("2.8.0", &["converter"], &format!("schema = 1\n[component.converter]\n{converts}"));
    sandbox.exchange(REC);
    // What went out is not what lies here any more.
    sandbox.edit("releases/2.8.0/compatibility.toml", |it| it.replace("from = \"3\"", "from = \"4\""));
    let json = sandbox.holdpoint(&["why", "recorder@2.7", "player@2.4", "--format", "json"]).exits(0).json();
    let pair = &json["pairs"][0];
    assert_eq!(pair["not_routes"], serde_json::json!([]), "{json:#}");
    assert_eq!(pair["routes"][0]["route"]["text"], "convert format 3 to 2 with converter 2.8.0", "{json:#}");
}

#[test]
fn what_nobody_recorded_has_no_reasons() {
    let sandbox = Sandbox::webinar_out();
    let answer = sandbox.holdpoint(&["why", "recorder@2.8", "player@2.4"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded recorder 2.8.\n"), "{answer:#?}");
    sandbox.holdpoint(&["why", "recorder@2.7"]).exits(2);
    sandbox.holdpoint(&["why", "recorder@2.7", "player@2.4", "player@2.7"]).finds(2, "two sides are needed");
}
