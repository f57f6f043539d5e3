//! `holdpoint hold`: the cord that everybody of the ring may pull.

use snapbox::str;

use crate::sandbox::{Sandbox, keys};

#[test]
fn held() {
    let sandbox = Sandbox::signed();
    let hold = ["hold", "2.7.0", "--yes", "--reason", "customers report crashes"];
    sandbox.as_person("ned", &hold).shows(str![[r#"
exit 0
-- stdout
hold for 2.7.0 by ned@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.publish("2.7.0").shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: ned@example.com holds it: customers report crashes

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: ned@example.com, dana@example.com or sam@example.com

"#]]);
    sandbox.as_person("kim", &[&hold[..], &["--format", "json"]].concat()).shows(str![[r#"
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
      "kind": "hold",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": null,
      "until": null
    }
  ]
}

"#]]);
}

#[test]
fn refusals() {
    let sandbox = Sandbox::signed();
    let hold = ["hold", "2.7.0", "--yes", "--reason", "crashes"];
    sandbox.as_person("ci", &hold).shows(str![[r#"
exit 1
-- stderr
error: ci@example.com may not sign a hold; nothing was written
  because: the signature was made by a key that the ring does not let sign `holdpoint/hold@v1` (SHA256:[KEY])
  hint: sign with the key of somebody who may: --as EMAIL --key FILE

"#]]);
    sandbox.as_person("ned", &hold[..3]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    sandbox.as_person("ned", &["hold", "2.7", "--reason", "crashes"]).shows(str![[r#"
exit 2
-- stderr
error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
    sandbox.as_person("ned", &["hold", "2.9.0", "--yes", "--reason", "crashes"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.9.0`
  hint: did you mean `2.7.0`?

"#]]);
    sandbox.as_person("ned", &["hold", "2.7.0", "--yes", "--reason", "a\u{202e}b"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'a\u{202e}b' for '--reason <TEXT>': has the character \u{202e}, which a reader cannot see

For more information, try '--help'.

"#]]);
    let mallory = keys().join("mallory").display().to_string();
    sandbox.holdpoint(&[&hold[..], &["--key", &mallory]].concat()).shows(str![[r#"
exit 1
-- stderr
error: the key `[KEYS]/mallory` is nobody's in the ring
  because: SHA256:[KEY]
  hint: sign with the key that is in the ring, or have the owners add yours

"#]]);
}
