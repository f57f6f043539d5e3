//! `holdpoint revoke`: takes back a sign-off, a decline or a waiver.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn a_yes_taken_back_by_its_role() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    let revoke = ["revoke", "2.7.0", &id[..8], "--yes", "--reason", "step 2 fails on version 10"];
    sandbox.as_person("eve", &revoke).shows(str![[r#"
exit 0
-- stdout
revoke of [ID8] for 2.7.0 by eve@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  revoked   kb             eve@example.com took back the sign-off of maria@example.com: step 2 fails on version 10
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
    sandbox.as_person("eve", &revoke).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "eve@example.com",
      "finding": null,
      "id": "[ID]",
      "kind": "revoke",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": "[ID]",
      "until": null
    }
  ]
}

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::published();
    let revoke = |who: &str, id: &str| sandbox.as_person(who, &["revoke", "2.7.0", id, "--yes", "--reason", "no"]);
    revoke("lee", &sandbox.id("2.7.0", "requirement = \"kb\"")).shows(str![[r#"
exit 1
-- stderr
error: lee@example.com may not revoke it
  hint: ask eve@example.com or maria@example.com

"#]]);
    revoke("ci", &sandbox.id("2.7.0", "kind = \"publish\"")).shows(str![[r#"
exit 1
-- stderr
error: a publication cannot be taken back
  hint: to stop the version everywhere: holdpoint hold 2.7.0 --reason "…"

"#]]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--yes", "--reason", "crashes"]).exits(0);
    revoke("eve", &sandbox.id("2.7.0", "kind = \"hold\"")).shows(str![[r#"
exit 1
-- stderr
error: a hold is lifted, not revoked
  hint: holdpoint lift 2.7.0 [ID8] --reason "…"

"#]]);
}

#[test]
fn what_was_taken_back_is_not_taken_back_twice() {
    let sandbox = Sandbox::signed();
    let kb = sandbox.id("2.7.0", "requirement = \"kb\"");
    let revoke = |who: &str, id: &str| sandbox.as_person(who, &["revoke", "2.7.0", id, "--yes", "--reason", "no"]);
    revoke("maria", &kb).exits(0);
    revoke("eve", &kb).shows(str![[r#"
exit 1
-- stderr
error: [ID8] was taken back already, by [ID8]
  hint: holdpoint check 2.7.0

"#]]);
    let revocation = sandbox.id("2.7.0", "kind = \"revoke\"");
    revoke("maria", &revocation).shows(str![[r#"
exit 1
-- stderr
error: a revocation cannot be taken back
  hint: sign, decline or hold anew

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  revoked   kb             maria@example.com took back their sign-off: no
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

next: holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com

"#]]);
    sandbox.as_person("kim", &["decline", "2.7.0", "notice", "--yes", "--reason", "no"]).exits(0);
    let decline = sandbox.id("2.7.0", "kind = \"decline\"");
    revoke("lee", &decline).exits(0);
    revoke("kim", &decline).shows(str![[r#"
exit 1
-- stderr
error: [ID8] is answered already, and stops nothing
  hint: holdpoint check 2.7.0

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    let revoke = |more: &[&str]| sandbox.as_person("maria", &[&["revoke", "2.7.0"], more].concat());
    revoke(&["0123", "--yes", "--reason", "no"]).shows(str![[r#"
exit 2
-- stderr
error: the ledger of 2.7.0 has no entry `0123`
  hint: holdpoint log 2.7.0   (lists them with their ids)

"#]]);
    let mut answer = revoke(&[&id[..3], "--yes", "--reason", "no"]);
    answer.stderr = answer.stderr.replace(&id[..3], "[ID3]");
    answer.shows(str![[r#"
exit 2
-- stderr
error: `[ID3]` is too short to mean one entry
  hint: holdpoint log 2.7.0   (lists them with their ids)

"#]]);
    revoke(&[&id, "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    revoke(&[&id, "--reason", "no"]).shows(str![[r#"
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
