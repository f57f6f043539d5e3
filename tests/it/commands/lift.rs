//! `holdpoint lift`: takes a hold away.

use snapbox::str;

use crate::sandbox::Sandbox;

/// A release that maria holds, and the id of the hold.
fn held() -> (Sandbox, String) {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--yes", "--reason", "customers report crashes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    (sandbox, id)
}

#[test]
fn lifted_by_whoever_placed_it() {
    let (sandbox, id) = held();
    let lift = ["lift", "2.7.0", &id[..8], "--yes", "--reason", "it was the network"];
    sandbox.as_person("maria", &lift).shows(str![[r#"
exit 0
-- stdout
lift of [ID8] for 2.7.0 by maria@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn lifted_by_two_on_duty() {
    let (sandbox, id) = held();
    let lift = ["lift", "2.7.0", &id, "--yes", "--reason", "it was the network"];
    sandbox.as_person("dana", &lift).shows(str![[r#"
exit 0
-- stdout
lift of [ID8] for 2.7.0 by dana@example.com: [ID8]
saved here (this repository has no remote)
-- stderr
1 of 2 have lifted it; sam@example.com can too: holdpoint lift 2.7.0 [ID8] --reason "…"

"#]]);
    sandbox.as_person("dana", &lift).shows(str![[r#"
exit 1
-- stderr
error: dana@example.com has lifted it already, and 2 people are needed
  hint: ask sam@example.com

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 5 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: maria@example.com holds it: customers report crashes (1 lift so far, 2 needed)

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: maria@example.com or sam@example.com

"#]]);
    sandbox.as_person("sam", &[&lift[..], &["--format", "json"]].concat()).shows(str![[r#"
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
      "finding": null,
      "id": "[ID]",
      "kind": "lift",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": "[ID]",
      "until": null
    }
  ]
}

"#]]);
    sandbox.check("2.7.0").exits(0);
    sandbox.as_person("maria", &lift).shows(str![[r#"
exit 1
-- stderr
error: [ID8] is lifted already
  hint: holdpoint check 2.7.0

"#]]);
}

#[test]
fn refusals() {
    let (sandbox, id) = held();
    let lift = |who: &str, more: &[&str]| sandbox.as_person(who, &[&["lift", "2.7.0"], more].concat());
    lift("lee", &[&id, "--yes", "--reason", "fine"]).shows(str![[r#"
exit 1
-- stderr
error: lee@example.com may not lift it
  hint: ask dana@example.com, sam@example.com or maria@example.com

"#]]);
    lift("maria", &[&id, "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    lift("maria", &["0123", "--yes", "--reason", "fine"]).shows(str![[r#"
exit 2
-- stderr
error: the ledger of 2.7.0 has no entry `0123`
  hint: holdpoint log 2.7.0   (lists them with their ids)

"#]]);
    lift("maria", &[&id, "--reason", "fine"]).shows(str![[r#"
exit 2
-- stderr
holdpoint = 1
kind = "hold"
project = "https://downloads.example.com/webinar"
release = "2.7.0"
by = "maria@example.com"
policy = "[ID]"
after = ["[ID]"]
at = [TIME]
reason = "customers report crashes"

error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
    let approval = sandbox.id("2.7.0", "requirement = \"kb\"");
    lift("maria", &[&approval, "--yes", "--reason", "fine"]).shows(str![[r#"
exit 1
-- stderr
error: [ID8] is an approval, and only holds are lifted
  hint: holdpoint revoke 2.7.0 [ID8] --reason "…"

"#]]);
}

#[test]
fn an_entry_that_is_lost_is_lifted_by_its_full_id() {
    let (sandbox, id) = held();
    sandbox.as_person("ned", &["hold", "2.7.0", "--yes", "--reason", "me too"]).exits(0);
    sandbox.git(&[
        "rm",
        "-q",
        &format!("releases/2.7.0/ledger/{id}.toml"),
        &format!("releases/2.7.0/ledger/{id}.toml.sig"),
    ]);
    // Where no commit has it any more; as long as one has, it is restored, not lifted.
    sandbox.git(&["checkout", "-q", "--orphan", "rebased"]);
    sandbox.commit_all("Lose a hold");
    sandbox.git(&["branch", "-q", "-M", "main"]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  entry-missing  [ID8]: [ID8] of ned@example.com names an entry that is not there; it may be a hold
  held           [ID8]: ned@example.com holds it: me too

next: git log --all --format=%h -- '*[ID].toml'   to find and restore it; if it is lost: holdpoint lift 2.7.0 [ID] --reason "…"
        who: dana@example.com or sam@example.com
      holdpoint lift 2.7.0 [ID8] --reason "…"
        who: ned@example.com, dana@example.com or sam@example.com

"#]]);
    let lift = ["lift", "2.7.0", &id, "--yes", "--reason", "lost in a rebase"];
    sandbox.as_person("dana", &lift).shows(str![[r#"
exit 0
-- stdout
lift of [ID8] for 2.7.0 by dana@example.com: [ID8]
saved here (this repository has no remote)
-- stderr
1 of 2 have lifted it; sam@example.com can too: holdpoint lift 2.7.0 [ID] --reason "…"

"#]]);
    sandbox.as_person("sam", &lift).exits(0);
    sandbox.check("2.7.0").finds(1, "held").lacks("entry-missing");
}
