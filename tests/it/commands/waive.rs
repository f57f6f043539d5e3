//! `holdpoint waive`: enough people set a finding aside, for a time.

use snapbox::str;

use crate::attacks::soon;
use crate::sandbox::{Answer, Sandbox};

fn waive(sandbox: &Sandbox, who: &str, more: &[&str]) -> Answer {
    sandbox.as_person(who, &[&["waive", "2.7.0"], more].concat())
}

#[test]
fn begun_and_confirmed() {
    let sandbox = Sandbox::ready();
    let until = soon();
    let begin = ["missing:notice", "missing:kb", "--until", &until, "--yes", "--reason", "a security fix"];
    waive(&sandbox, "dana", &begin).shows(str![[r#"
exit 0
-- stdout
waive missing:notice until [TIME] for 2.7.0 by dana@example.com: [ID8]
waive missing:kb until [TIME] for 2.7.0 by dana@example.com: [ID8]
saved here (this repository has no remote)
-- stderr
1 of 2 have waived this; sam@example.com can confirm it: holdpoint waive 2.7.0 --reason "…"

"#]]);
    let confirm = ["--yes", "--reason", "a security fix", "--format", "json"];
    waive(&sandbox, "sam", &confirm).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "sam@example.com",
      "finding": "missing:kb",
      "id": "[ID]",
      "kind": "waive",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": null,
      "until": "[TIME]"
    },
    {
      "by": "sam@example.com",
      "finding": "missing:notice",
      "id": "[ID]",
      "kind": "waive",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": null,
      "until": "[TIME]"
    }
  ]
}

"#]]);
}

#[test]
fn a_rule_is_set_aside() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install the newest player.", "TBD"));
    sandbox.sign_all("2.7.0");
    let until = soon();
    let finding = "placeholder:releases/2.7.0/kb.md";
    waive(&sandbox, "dana", &[finding, "--until", &until, "--yes", "--reason", "a security fix"]).exits(0);
    waive(&sandbox, "sam", &["--yes", "--reason", "a security fix"]).exits(0);
    sandbox.check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (3 requirements, 5 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  placeholder  WAIVED until [TIME] by dana@example.com and sam@example.com: `TBD` is a placeholder
      --> releases/2.7.0/kb.md:19:1
       |
    19 | TBD
       | ^^^ write what belongs there in `releases/2.7.0/kb.md`, line 19

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--yes", "--reason", "no"]).exits(0);
    let until = soon();
    let rest = ["--until", &until, "--yes", "--reason", "a security fix"];
    waive(&sandbox, "maria", &[&["missing:notice"], &rest[..]].concat()).shows(str![[r#"
exit 1
-- stderr
error: maria@example.com may not waive
  hint: ask dana@example.com or sam@example.com

"#]]);
    waive(&sandbox, "ci", &[&["missing:notice"], &rest[..]].concat()).shows(str![[r#"
exit 1
-- stderr
error: ci@example.com may not waive
  hint: ask dana@example.com or sam@example.com

"#]]);
    waive(&sandbox, "dana", &[&["declined:kb"], &rest[..]].concat()).shows(str![[r#"
exit 1
-- stderr
error: `declined` cannot be waived
  hint: mend the document, then holdpoint sign 2.7.0 kb; or: holdpoint revoke 2.7.0 [ID8] --reason "…"

"#]]);
    let long = ["missing:notice", "--until", "2099-01-01T00:00:00Z", "--yes", "--reason", "a security fix"];
    waive(&sandbox, "dana", &long).shows(str![[r#"
exit 1
-- stderr
error: a waiver lasts 72 hours at most
  hint: name an earlier time: --until [TIME]

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    let until = soon();
    let reason = ["--yes", "--reason", "a security fix"];
    let rest = [&["--until", &until], &reason[..]].concat();
    waive(&sandbox, "dana", &[&["missing:notice"], &reason[..]].concat()).shows(str![[r#"
exit 2
-- stderr
error: a waiver needs an expiry
  hint: add --until TIME, such as --until [TIME]

"#]]);
    waive(&sandbox, "dana", &[&["notice"], &rest[..]].concat()).shows(str![[r#"
exit 2
-- stderr
error: `notice` is no finding
  hint: write its code and subject: missing:notice

"#]]);
    waive(&sandbox, "dana", &[&["mising:notice"], &rest[..]].concat()).shows(str![[r#"
exit 2
-- stderr
error: `mising` is no finding code; did you mean `missing`?

"#]]);
    waive(&sandbox, "dana", &[&["stale:notice"], &rest[..]].concat()).shows(str![[r#"
exit 2
-- stderr
error: there is no finding `stale:notice`
  hint: there is missing:compatibility, missing:kb and missing:notice

"#]]);
    waive(&sandbox, "dana", &reason).shows(str![[r#"
exit 2
-- stderr
error: nobody has begun to waive anything that you could confirm
  hint: name a finding: holdpoint waive 2.7.0 missing:notice --until TIME --reason "…"

"#]]);
    let over = ["missing:notice", "--until", "2020-01-01T00:00:00Z", "--yes", "--reason", "late"];
    waive(&sandbox, "dana", &over).shows(str![[r#"
exit 2
-- stderr
error: [TIME] is over
  hint: name a later time: --until TIME

"#]]);
    let tomorrow = ["missing:notice", "--until", "tomorrow", "--yes", "--reason", "late"];
    waive(&sandbox, "dana", &tomorrow).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'tomorrow' for '--until <TIME>': write it like [TIME]

For more information, try '--help'.

"#]]);
    waive(&sandbox, "dana", &["missing:notice", "--until", &until, "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
}

#[test]
fn without_a_rule_in_the_policy() {
    let sandbox = crate::attacks::founded_with(|it| {
        let (before, rest) = it.split_once("[waiver]").unwrap();
        format!("{before}{}", &rest[rest.find("\n# Who lifts").unwrap()..])
    });
    sandbox.release("2.7.0", crate::sandbox::RECORDER);
    let until = soon();
    let begin = ["missing:notice", "--until", &until, "--yes", "--reason", "a security fix"];
    waive(&sandbox, "dana", &begin).shows(str![[r#"
exit 1
-- stderr
error: the policy lets nothing be waived
  hint: holdpoint check 2.7.0   (says who must sign)

"#]]);
}
