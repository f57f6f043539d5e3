//! `holdpoint decline`: a no to one requirement.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn declined() {
    let sandbox = Sandbox::ready();
    let decline = ["decline", "2.7.0", "kb", "--yes", "--reason", "step 2 does not work"];
    sandbox.as_person("eve", &decline).shows(str![[r#"
exit 0
-- stdout
decline kb for 2.7.0 by eve@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    let decline = ["decline", "2.7.0", "notice", "--yes", "--reason", "no date", "--format", "json"];
    sandbox.as_person("kim", &decline).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "kim@example.com",
      "finding": null,
      "id": "[ID]",
      "kind": "decline",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": "notice",
      "target": null,
      "until": null
    }
  ]
}

"#]]);
}

#[test]
fn refusals() {
    let sandbox = Sandbox::ready();
    let decline = |who: &str, more: &[&str]| sandbox.as_person(who, &[&["decline", "2.7.0"], more].concat());
    decline("lee", &["kb", "--yes", "--reason", "no"]).shows(str![[r#"
exit 1
-- stderr
error: lee@example.com cannot sign `kb`: not in the role
  because: the role is support
  hint: ask eve@example.com or maria@example.com

"#]]);
    decline("ci", &["kb", "--yes", "--reason", "no"]).shows(str![[r#"
exit 1
-- stderr
error: ci@example.com cannot sign `kb`: a machine signs nothing off
  because: the role is support
  hint: ask eve@example.com or maria@example.com

"#]]);
    decline("eve", &["kb", "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    decline("eve", &["--yes", "--reason", "no"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <REQUIREMENT>

Usage: holdpoint decline --yes --reason <TEXT> --as <EMAIL> --key <FILE> <VERSION> <REQUIREMENT>

For more information, try '--help'.

"#]]);
    decline("eve", &["kb", "--yes", "--reason", ""]).shows(str![[r#"
exit 2
-- stderr
error: invalid value '' for '--reason <TEXT>': is empty

For more information, try '--help'.

"#]]);
    decline("eve", &["kb", "--reason", "no"]).shows(str![[r#"
exit 2
-- stderr
releases/2.7.0/kb.md
 +++
schema = 1
title = "Recordings of 2.7.0"
status = "published"
audience = ["support"]
contact = "duty desk"
 +++

## Issue

A recording does not open.

## Environment

recorder 2.7.0

## Resolution

Install the newest player.

Support knowledge base: An agent can solve the case with this article alone.
error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
    assert!(sandbox.entries("2.7.0").is_empty());
}
