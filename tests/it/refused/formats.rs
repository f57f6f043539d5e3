//! What a release may not say of its formats: each refusal names the file and the line, and what to do.

use snapbox::str;

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::{NEW, OLD, REC};

/// What is said of a 2.7.0 that declares something else than `from`: the findings about files, in words.
fn with(from: &str, to: &str) -> String {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    assert!(NEW.contains(from), "{from}");
    sandbox.declare("2.7.0", &["converter", "player", "recorder"], &NEW.replacen(from, to, 1));
    told(&sandbox)
}

/// The exit code, and each finding that is neither a missing sign-off nor about the texts.
fn told(sandbox: &Sandbox) -> String {
    let answer = sandbox.check_json("2.7.0");
    let json = answer.json();
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let mut shown = format!("exit {}\n", answer.code);
    for it in json["findings"].as_array().unwrap() {
        let code = text(it, "code");
        if ["missing", "matrix-out-of-date", "kb-pairs", "notice-pairs"].contains(&code.as_str()) {
            continue;
        }
        let place = it["place"].as_object().map(|it| format!("{}:{}: ", it["path"].as_str().unwrap(), it["line"]));
        shown +=
            &format!("{}{code}  {}\n  next: {}\n", place.unwrap_or_default(), text(it, "message"), text(it, "next"));
    }
    shown
}

fn shows(told: &str, expected: impl snapbox::IntoData) {
    snapbox::assert_data_eq!(told, expected.raw());
}

#[test]
fn a_number_for_a_format() {
    shows(&with("[\"3\"]", "[2.10]"), str![]);
}

#[test]
fn a_range_for_a_version() {
    shows(&with("player@2.4.0", "player@>=2.4"), str![]);
}

#[test]
fn a_version_that_nobody_has() {
    shows(&with("player@2.4.0", "player@2.4.1"), str![]);
}

#[test]
fn a_component_that_is_not_in_the_release() {
    shows(&with("[component.converter]", "[component.convertor]"), str![]);
}

#[test]
fn an_interface_that_the_policy_does_not_have() {
    shows(&with("writes.rec", "writes.reg"), str![]);
}

#[test]
fn a_format_that_nothing_knows() {
    shows(&with("to = \"2\"", "to = \"22\""), str![]);
}

#[test]
fn a_converter_that_converts_to_itself() {
    shows(&with("to = \"2\"", "to = \"3\""), str![]);
}

#[test]
fn converters_in_a_circle_lead_nowhere() {
    let circle = |from: &str, to: &str| {
        format!("[[converts]]\ncomponent = \"converter\"\ninterface = \"rec\"\nfrom = \"{from}\"\nto = \"{to}\"\n")
    };
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    let declared = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n";
    let circles = [circle("3", "4"), circle("4", "5"), circle("5", "3")].concat();
    sandbox.declare("2.7.0", &["converter", "recorder"], &format!("{declared}{circles}"));
    shows(&told(&sandbox), str![]);
}

#[test]
fn two_tests_that_contradict_each_other() {
    let test = "[[tested]]\nwriter = \"recorder@2.7.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"degraded\"\n";
    shows(&with("[[tested]]", &format!("{test}[[tested]]")), str![]);
}

#[test]
fn a_component_version_that_another_release_has() {
    let sandbox = Sandbox::webinar();
    sandbox.edit("releases/2.7.0/release.toml", |it| {
        it.replace("name = \"player\"\n", "name = \"player\"\nversion = \"2.4.0\"\n")
    });
    shows(&told(&sandbox), str![]);
}

#[test]
fn an_interface_without_readers() {
    let sandbox = Sandbox::founded();
    sandbox.propose(|it| it + &REC.replace("[\"player\"]", "[]"), |it| it);
    sandbox.holdpoint(&["policy", "check"]).shows(str![]);
}
