//! `holdpoint not-applicable`: a requirement that does not apply, where the policy lets it be skipped.

use snapbox::str;

use crate::attacks::founded_with;
use crate::sandbox::{RECORDER, Sandbox};

const SKIP: [&str; 6] = ["not-applicable", "2.7.0", "notice", "--yes", "--reason", "nobody notices"];

/// A release whose notice may be skipped.
fn skippable() -> Sandbox {
    let sandbox = founded_with(|it| {
        let (before, notice) = it.split_at(it.find("name = \"notice\"").unwrap());
        format!("{before}{}", notice.replacen("may_skip = false", "may_skip = true", 1))
    });
    sandbox.release("2.7.0", RECORDER);
    sandbox
}

#[test]
fn skipped() {
    let sandbox = skippable();
    sandbox.as_person("lee", &SKIP).shows(str![[r#"
exit 0
-- stdout
not-applicable notice for 2.7.0 by lee@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 1 statement, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  missing         kb             nobody has signed; eve@example.com or maria@example.com can
  missing         compatibility  nobody has signed; ada@example.com or ned@example.com can
  not-applicable  notice         lee@example.com, [AGO]

next: holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com

"#]]);
}

#[test]
fn as_json() {
    let sandbox = skippable();
    sandbox.as_person("lee", &[&SKIP[..], &["--format", "json"]].concat()).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "lee@example.com",
      "finding": null,
      "id": "[ID]",
      "kind": "not-applicable",
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
    let sandbox = skippable();
    sandbox.as_person("maria", &SKIP).shows(str![[r#"
exit 1
-- stderr
error: maria@example.com cannot sign `notice`: not in the role
  because: the role is communications
  hint: ask kim@example.com or lee@example.com

"#]]);
    let kb = ["not-applicable", "2.7.0", "kb", "--yes", "--reason", "nobody asks"];
    sandbox.as_person("maria", &kb).shows(str![[r#"
exit 1
-- stderr
error: the policy does not let `kb` be skipped
  hint: sign or decline it; only the owners can change the policy

"#]]);
    sandbox.as_person("lee", &SKIP[..4]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.as_person("lee", &SKIP).shows(str![[r#"
exit 1
-- stderr
error: lee@example.com has approved `notice` already, for these very bytes
  hint: to say something else, take it back first: holdpoint revoke 2.7.0 [ID8] --reason "…"

"#]]);
    let sandbox = skippable();
    sandbox.as_person("lee", &SKIP).exits(0);
    sandbox.sign("2.7.0", "notice", "lee").shows(str![[r#"
exit 1
-- stderr
error: lee@example.com has signed already that `notice` does not apply, for these very bytes
  hint: to say something else, take it back first: holdpoint revoke 2.7.0 [ID8] --reason "…"

"#]]);
}
