//! `holdpoint hold`: the cord that everybody of the ring may pull.

use snapbox::{assert_data_eq, str};

use crate::sandbox::{Sandbox, keys};

#[test]
fn held() {
    let sandbox = Sandbox::signed();
    let hold = ["hold", "2.7.0", "--yes", "--reason", "customers report crashes"];
    assert_data_eq!(sandbox.as_person("ned", &hold).shown(), str![[r#"
exit 0
-- stdout
hold for 2.7.0 by ned@example.com: [ID8]
NOT SHARED YET: this repository has no remote; it is its own record

"#]]);
    assert_data_eq!(sandbox.as_person("kim", &[&hold[..], &["--format", "json"]].concat()).shown(), str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "NOT SHARED YET: this repository has no remote; it is its own record",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "kim@example.com",
      "id": "[ID]",
      "kind": "hold",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": null
    }
  ]
}

"#]]);
    assert_data_eq!(sandbox.publish("2.7.0").shown(), str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 5 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not checked)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: kim@example.com holds it: customers report crashes
  held  [ID8]: ned@example.com holds it: customers report crashes

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: kim@example.com, dana@example.com or sam@example.com
      holdpoint lift 2.7.0 [ID8] --reason "…"
        who: ned@example.com, dana@example.com or sam@example.com

"#]]);
}

#[test]
fn refusals() {
    let sandbox = Sandbox::signed();
    let hold = ["hold", "2.7.0", "--yes", "--reason", "crashes"];
    assert_data_eq!(sandbox.as_person("ci", &hold).shown(), str![[r#"
exit 1
-- stderr
error: ci@example.com cannot sign this: the signature was made by a key that the ring does not let sign `holdpoint/hold@v1` (SHA256:ULEGz8UpOo7A0FCasYHku4uk96amPWW5g871Hgs8010)
  hint: nothing was written

"#]]);
    assert_data_eq!(sandbox.as_person("ned", &hold[..3]).shown(), str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    assert_data_eq!(sandbox.as_person("ned", &["hold", "2.7", "--reason", "crashes"]).shown(), str![[r#"
exit 2
-- stderr
error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
    assert_data_eq!(sandbox.as_person("ned", &["hold", "2.9.0", "--yes", "--reason", "crashes"]).shown(), str![[r#"
exit 2
-- stderr
error: there is no release `2.9.0`
  hint: did you mean `2.7.0`?

"#]]);
    assert_data_eq!(sandbox.as_person("ned", &["hold", "2.7.0", "--yes", "--reason", "a\u{202e}b"]).shown(), str![[r#"
exit 2
-- stderr
error: invalid value 'a/u{202e}b' for '--reason <TEXT>': has the character /u{202e}, which a reader cannot see

For more information, try '--help'.

"#]]);
    let mallory = keys().join("mallory").display().to_string();
    assert_data_eq!(sandbox.holdpoint(&[&hold[..], &["--key", &mallory]].concat()).shown(), str![[r#"
exit 1
-- stderr
error: the key `[KEYS]/mallory` is nobody's in the ring
  because: SHA256:580Y3tdoMX4MkMC5KLDD+yvkd1pcnZLni09LvWK1goQ
  hint: sign with the key that is in the ring, or have the owners add yours

"#]]);
}
