//! `holdpoint record --adopt`: takes in what went out outside the gate.

use std::fs;

use snapbox::str;

use crate::sandbox::{RECORDER, Sandbox};

pub(crate) const ADOPT: [&str; 6] = ["record", "2.7.0", "--adopt", "--yes", "--reason", "out before the gate"];

/// A release whose file lies on the site already.
pub(crate) fn live() -> Sandbox {
    let sandbox = Sandbox::ready();
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::write(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"), RECORDER).unwrap();
    sandbox
}

#[test]
fn adopted() {
    let sandbox = live();
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 0
-- stdout
adopt on downloads for 2.7.0 by dana@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (published [TODAY] on downloads, outside the gate; 3 requirements, 1 statement, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

"#]]);
    sandbox.as_person("sam", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: 2.7.0 is adopted on `downloads` already
  hint: holdpoint check 2.7.0

"#]]);
}

#[test]
fn adopted_by_as_many_owners_as_it_takes() {
    let sandbox = crate::attacks::founded_with(|it| it.replace("threshold = 1", "threshold = 2"));
    let policy = sandbox.path("repo/policy/0001/policy.toml");
    let signature = sandbox.ssh_sign("sam", "holdpoint/policy@v1", &policy);
    fs::remove_file(format!("{}.sig", policy.display())).unwrap();
    sandbox.write("policy/0001/sam@example.com.sig", &signature);
    sandbox.release("2.7.0", RECORDER);
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::write(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"), RECORDER).unwrap();
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 0
-- stdout
adopt on downloads for 2.7.0 by dana@example.com: [ID8]
saved here (this repository has no remote)
-- stderr
it has no effect yet: 1 more owner must sign the same (sam@example.com): holdpoint record 2.7.0 --site downloads --adopt --reason "…"

"#]]);
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: dana@example.com has signed this adoption already
  hint: holdpoint check 2.7.0

"#]]);
    sandbox.as_person("sam", &[&ADOPT[..], &["--format", "json"]].concat()).shows(str![[r#"
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
      "kind": "adopt",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": null,
      "target": null,
      "until": null
    }
  ]
}

"#]]);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("maria", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: maria@example.com is no owner, and only owners adopt
  hint: ask dana@example.com or sam@example.com

"#]]);
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: `downloads` does not hold what would be adopted
  no-artifact  `recorder/2.7.0/recorder-2.7.0.bin` is not on the site, at file://[SANDBOX]/site
  hint: move it there, so that its path stays for ever; or correct `artifacts.toml`

"#]]);
    let sandbox = live();
    fs::write(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"), "other bytes").unwrap();
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: `downloads` does not hold what would be adopted
  bytes-differ  `recorder/2.7.0/recorder-2.7.0.bin` has the SHA-256 [ID] on the site, and [ID] is stated
  hint: holdpoint artifacts 2.7.0 COMPONENT=FILE…   with the files that are out

"#]]);
    let sandbox = Sandbox::published();
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 1
-- stderr
error: 2.7.0 is published on `downloads` already
  hint: holdpoint check 2.7.0

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = live();
    sandbox.as_person("dana", &["record", "2.7.0", "--yes", "--reason", "x"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  --adopt

Usage: holdpoint record --adopt --yes --reason <TEXT> --as <EMAIL> --key <FILE> <VERSION>

For more information, try '--help'.

"#]]);
    sandbox.as_person("dana", &ADOPT[..4]).shows(str![[r#"
exit 2
-- stderr
error: this needs a reason
  hint: add --reason "…"

"#]]);
    sandbox.as_person("dana", &[&ADOPT[..], &["--site", "download"]].concat()).shows(str![[r#"
exit 2
-- stderr
error: there is no site `download`
  hint: did you mean `downloads`?

"#]]);
    sandbox.as_person("dana", &["record", "2.7.0", "--adopt", "--reason", "x"]).shows(str![[r#"
exit 2
-- stderr
error: there is no terminal to ask on
  hint: read it first, then add --yes

"#]]);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::ready();
    fs::remove_dir(sandbox.path("site")).unwrap();
    fs::write(sandbox.path("site"), "a file").unwrap();
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 4
-- stderr
error: the site `[SANDBOX]/site` is not a folder
  site-unreachable  [SANDBOX]/site: the site could not be read or written
  hint: move that away, and put the folder of the site there

"#]]);
    let sandbox = live();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("planned", "planed"));
    sandbox.as_person("dana", &ADOPT).shows(str![[r#"
exit 4
-- stderr
error: the record of 2.7.0 cannot be relied on
  bad-record  the key `planned` is missing
     --> releases/2.7.0/release.toml:1:1
      |
    1 | schema = 1
      | ^ add `planned = …`
  bad-record  unknown key `planed`
     --> releases/2.7.0/release.toml:6:1
      |
    6 | planed = 2026-11-20
      | ^^^^^^ did you mean `planned`?
  hint: holdpoint check 2.7.0

"#]]);
}
