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
    shows(
        &with("[\"3\"]", "[2.10]"),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:3: bad-record  `component.recorder.writes.rec` is a number without quotes; a number loses digits (2.10 reads as 2.1), so versions and names are strings
  next: put it in quotes

"#]],
    );
}

#[test]
fn a_range_for_a_version() {
    shows(
        &with("player@2.4.0", "player@>=2.4"),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:17: bad-record  `reader` is not one exact version of a component
  next: write it like `recorder@2.7.0`

"#]],
    );
}

#[test]
fn a_version_that_nobody_has() {
    shows(
        &with("player@2.4.0", "player@2.4.1"),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:19: bad-record  `player@2.4.1` is neither out nor in this release
  next: did you mean `2.4.0`?
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)

"#]],
    );
}

#[test]
fn a_component_that_is_not_in_the_release() {
    shows(
        &with("[component.converter]", "[component.convertor]"),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:8: bad-record  the release has no component `convertor`
  next: did you mean `converter`?

"#]],
    );
}

#[test]
fn an_interface_that_the_policy_does_not_have() {
    shows(
        &with("writes.rec", "writes.reg"),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:3: bad-record  the policy has no interface `reg`
  next: did you mean `rec`?
unknown-pair  nobody has said whether recorder 2.7.0 and player 2.7.0 work together
  next: test them, and put the result into `[[tested]]` of `releases/2.7.0/compatibility.toml`
undeclared  `recorder` 2.7.0 does not say which formats of rec it writes
  next: add `writes.rec = […]` to `[component.recorder]` in `releases/2.7.0/compatibility.toml`
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)

"#]],
    );
}

#[test]
fn a_format_that_nothing_knows() {
    shows(
        &with("to = \"2\"", "to = \"22\""),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:13: bad-record  nothing writes or reads the format `22` of rec
  next: name a format that something writes or reads
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)

"#]],
    );
}

#[test]
fn a_converter_that_converts_to_itself() {
    shows(
        &with("to = \"2\"", "to = \"3\""),
        str![[r#"
exit 4
releases/2.7.0/compatibility.toml:13: bad-record  a format is converted to itself
  next: name another format

"#]],
    );
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
    shows(
        &told(&sandbox),
        str![[r#"
exit 1
orphan-format  format 3 is written by `recorder` 2.7.0, and nothing that customers can get reads it
  next: release player with `reads.rec = ["3"]` first or in 2.7.0, or leave the format out of `releases/2.7.0/compatibility.toml`
no-route  recorder 2.7.0 and player 2.4.0 do not work together, and there is no way out
  next: add a reader, an older format on request or a converter to 2.7.0, or `[[accepted]]` to `releases/2.7.0/compatibility.toml`
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)

"#]],
    );
}

#[test]
fn two_tests_that_contradict_each_other() {
    let test = "[[tested]]\nwriter = \"recorder@2.7.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"degraded\"\n";
    shows(
        &with("[[tested]]", &format!("{test}[[tested]]")),
        str![[r#"
exit 1
releases/2.7.0/compatibility.toml:19: contradiction  recorder@2.7.0 and player@2.4.0: a test says that the pair works with a loss, and going by the declarations it fails
  next: find out which is true, and correct the other in `releases/2.7.0/compatibility.toml`, line 19
releases/2.7.0/compatibility.toml:24: contradiction  recorder@2.7.0 and player@2.4.0: one test says that the pair works with a loss, another that it fails
  next: find out which is true, and correct the other in `releases/2.7.0/compatibility.toml`, line 24
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)

"#]],
    );
}

#[test]
fn a_component_version_that_another_release_has() {
    let sandbox = Sandbox::webinar();
    sandbox.edit("releases/2.7.0/release.toml", |it| {
        it.replace("name = \"player\"\n", "name = \"player\"\nversion = \"2.4.0\"\n")
    });
    shows(
        &told(&sandbox),
        str![[r#"
exit 1
component-taken  `player@2.4.0` belongs to 2.4.0 already
  next: give `player` a new version in `releases/2.7.0/release.toml`
releases/2.7.0/compatibility.toml:19: contradiction  recorder@2.7.0 and player@2.4.0: a test says that the pair fails, and going by the declarations it works
  next: find out which is true, and correct the other in `releases/2.7.0/compatibility.toml`, line 19
obligation  recorder 2.7.0 and player 2.4.0 do not work together, and `kb.md` and `notice.md` do not cover it
  next: holdpoint lint 2.7.0 --fix   (begins the text; complete it)
releases/2.7.0/kb.md:13: kb-version  the section `Environment` names `player` without its version 2.4.0
  next: write `player 2.4.0` below `## Environment` in `releases/2.7.0/kb.md`

"#]],
    );
}

#[test]
fn an_interface_without_readers() {
    let sandbox = Sandbox::founded();
    sandbox.propose(|it| it + &REC.replace("[\"player\"]", "[]"), |it| it);
    sandbox.holdpoint(&["policy", "check"]).shows(str![[r#"
exit 4
-- stdout
policy 1 is in force; the draft of policy 2 cannot be signed yet
  policy-broken  `readers` is empty: nothing could be said about it
      --> policy/proposed/policy.toml:82:11
       |
    82 | readers = []
       |           ^^ name a component

next: mend what is named above, then: holdpoint policy propose   (refreshes the digests, keeps your edits)
-- stderr
warning: `policy/proposed/policy.toml` is not committed as it is here
warning: `policy/proposed/sealed` is not committed as it is here
warning: `policy/proposed/signers` is not committed as it is here

"#]]);
}
