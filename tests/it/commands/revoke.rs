//! `holdpoint revoke`: takes back a sign-off, a decline or a waiver.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn a_yes_taken_back_by_its_role() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    let revoke = ["revoke", "2.7.0", &id[..8], "--yes", "--reason", "step 2 fails on version 10"];
    assert_data_eq!(sandbox.as_person("eve", &revoke).shown(), str![[r#"
exit 0
-- stdout
revoke of [ID8] for 2.7.0 by eve@example.com: [ID8]
NOT SHARED YET: this repository has no remote; it is its own record

"#]]);
    assert_data_eq!(sandbox.check("2.7.0").shown(), str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not checked)
  revoked   kb             the sign-off of maria@example.com was taken back
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

next: holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com

"#]]);
}

#[test]
fn a_no_taken_back() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--yes", "--reason", "no"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"decline\"");
    let revoke = ["revoke", "2.7.0", &id, "--yes", "--reason", "I misread it", "--format", "json"];
    assert_data_eq!(sandbox.as_person("eve", &revoke).shown(), str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "NOT SHARED YET: this repository has no remote; it is its own record",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "eve@example.com",
      "id": "[ID]",
      "kind": "revoke",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": "[ID]"
    }
  ]
}

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::published();
    let revoke = |who: &str, id: &str| {
        sandbox.as_person(who, &["revoke", "2.7.0", id, "--yes", "--reason", "no"]).shown()
    };
    assert_data_eq!(revoke("lee", &sandbox.id("2.7.0", "requirement = \"kb\"")), str![[r#"
exit 1
-- stderr
error: lee@example.com may not revoke it; eve@example.com or maria@example.com may
  hint: holdpoint log 2.7.0

"#]]);
    assert_data_eq!(revoke("ci", &sandbox.id("2.7.0", "kind = \"publish\"")), str![[r#"
exit 1
-- stderr
error: a publish cannot be taken back
  hint: holdpoint log 2.7.0

"#]]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--yes", "--reason", "crashes"]).exits(0);
    assert_data_eq!(revoke("eve", &sandbox.id("2.7.0", "kind = \"hold\"")), str![[r#"
exit 1
-- stderr
error: a hold is lifted, not revoked: holdpoint lift 2.7.0 [ID8]
  hint: holdpoint log 2.7.0

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    let revoke = |more: &[&str]| sandbox.as_person("maria", &[&["revoke", "2.7.0"], more].concat()).shown();
    assert_data_eq!(revoke(&["0123", "--yes", "--reason", "no"]), str![[r#"
exit 2
-- stderr
error: the ledger of 2.7.0 has no entry `0123`
  hint: holdpoint log 2.7.0

"#]]);
    assert_data_eq!(revoke(&[&id[..3], "--yes", "--reason", "no"]), str![[r#"
exit 2
-- stderr
error: `cac` is too short to mean one entry
  hint: holdpoint log 2.7.0

"#]]);
    assert_data_eq!(revoke(&[&id, "--yes"]), str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    assert_data_eq!(revoke(&[&id, "--reason", "no"]), str![[r#"
exit 2
-- stderr
holdpoint = 1
kind = "approve"
project = "https://downloads.example.com/webinar"
release = "2.7.0"
requirement = "kb"
subjects = [{ path = "kb.md", sha256 = "[ID]" }]
role = "support"
by = "maria@example.com"
policy = "[ID]"
after = []
at = [TIME]

error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
}
