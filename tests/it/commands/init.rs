//! `holdpoint init`: the first policy.

use snapbox::str;

use crate::sandbox::{Answer, Sandbox, email, keys};

mod refused;

const PROJECT: [&str; 3] = ["init", "--project", "https://downloads.example.com/webinar"];

fn init(sandbox: &Sandbox, more: &[&str]) -> Answer {
    sandbox.as_person("dana", &[&PROJECT[..], more].concat())
}

/// `--person EMAIL=KEY.pub` for somebody.
fn person(name: &str) -> String {
    format!("{}={}.pub", email(name), keys().join(name).display())
}

#[test]
fn founded_by_many() {
    let sandbox = Sandbox::empty();
    sandbox.found().shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, committed and pinned here

  owners          dana@example.com and sam@example.com
  support         eve@example.com and maria@example.com
  compatibility   ada@example.com and ned@example.com
  communications  kim@example.com and lee@example.com
  duty            dana@example.com and sam@example.com
  release         ci@example.com and dana@example.com
  seats           one person, one seat per release
  branch          main
  site downloads  file://[SANDBOX]/site

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: holdpoint new VERSION --component NAME --owner dana@example.com --deputy ada@example.com --planned DATE --support-until DATE

saved here (this repository has no remote)
-- stderr
warning: the role `release` hangs on dana@example.com alone

"#]]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn founded_by_one() {
    init(&Sandbox::empty(), &[]).shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, committed and pinned here

  owners          dana@example.com
  support         dana@example.com
  compatibility   dana@example.com
  communications  dana@example.com
  duty            dana@example.com
  release         dana@example.com
  seats           one person may fill several
  branch          main

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: holdpoint new VERSION --component NAME --owner dana@example.com --deputy EMAIL --planned DATE --support-until DATE

saved here (this repository has no remote)
-- stderr
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone
warning: dana@example.com is the only person of the ring, and each release needs an owner and another person as deputy: before anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else

"#]]);
}

#[test]
fn on_another_branch_than_the_one_of_record() {
    let sandbox = Sandbox::empty_with(&["init", "-q", "-b", "trunk"]);
    init(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, committed and pinned here

  owners          dana@example.com
  support         dana@example.com
  compatibility   dana@example.com
  communications  dana@example.com
  duty            dana@example.com
  release         dana@example.com
  seats           one person may fill several
  branch          trunk

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: holdpoint new VERSION --component NAME --owner dana@example.com --deputy EMAIL --planned DATE --support-until DATE

saved here (this repository has no remote)
-- stderr
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone
warning: dana@example.com is the only person of the ring, and each release needs an owner and another person as deputy: before anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else
warning: the branch of record is `trunk`, because you are on it; another one is named with --branch

"#]]);
    let sandbox = Sandbox::empty_with(&["init", "-q", "-b", "feature"]);
    init(&sandbox, &["--branch", "main"]).shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, committed and pinned here

  owners          dana@example.com
  support         dana@example.com
  compatibility   dana@example.com
  communications  dana@example.com
  duty            dana@example.com
  release         dana@example.com
  seats           one person may fill several
  branch          main

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: holdpoint new VERSION --component NAME --owner dana@example.com --deputy EMAIL --planned DATE --support-until DATE

saved here on feature (this repository has no remote): takes effect when merged into main
-- stderr
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone
warning: dana@example.com is the only person of the ring, and each release needs an owner and another person as deputy: before anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else
warning: this commit is on `feature`; it takes effect when it is merged into `main`

"#]]);
}

#[test]
fn a_role_without_a_task_and_a_machine_without_a_role_are_told() {
    let sandbox = Sandbox::empty();
    let ci = person("ci");
    let roles = ["--role", "legal=dana@example.com", "--role", "release=dana@example.com"];
    init(&sandbox, &[&["--person", &ci, "--machine", "ci@example.com"], &roles[..]].concat()).shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, committed and pinned here

  owners          dana@example.com
  support         dana@example.com
  compatibility   dana@example.com
  communications  dana@example.com
  duty            dana@example.com
  release         dana@example.com
  legal           dana@example.com
  seats           one person may fill several
  branch          main

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: holdpoint new VERSION --component NAME --owner dana@example.com --deputy EMAIL --planned DATE --support-until DATE

saved here (this repository has no remote)
-- stderr
warning: the role `legal` has no task in this policy
warning: the machine ci@example.com is not in the role `release`, and so may do nothing
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone
warning: dana@example.com is the only person of the ring, and each release needs an owner and another person as deputy: before anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else

"#]]);
}

#[test]
fn only_written() {
    init(&Sandbox::empty(), &["--no-commit"]).shows(str![[r#"
exit 0
-- stdout
policy 0001 of https://downloads.example.com/webinar is signed, and pinned here

  owners          dana@example.com
  support         dana@example.com
  compatibility   dana@example.com
  communications  dana@example.com
  duty            dana@example.com
  release         dana@example.com
  seats           one person may fill several
  branch          main

root: sha256:[ID]
  for CI, in its protected settings:   HOLDPOINT_ROOT=sha256:[ID]
  for colleagues, once in each clone:  holdpoint trust sha256:[ID]

next: git add policy/0001/policy.toml policy/0001/signers policy/0001/dana@example.com.sig .gitattributes && git commit -m "Set up Holdpoint"
      holdpoint new VERSION --component NAME --owner dana@example.com --deputy EMAIL --planned DATE --support-until DATE

not committed: the files are written; commit and push them
-- stderr
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone
warning: dana@example.com is the only person of the ring, and each release needs an owner and another person as deputy: before anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else

"#]]);
}

#[test]
fn as_json() {
    let sandbox = Sandbox::empty();
    init(&sandbox, &["--person", &person("sam"), "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "branch": "main",
  "distinct": false,
  "exit_code": 0,
  "files": [
    "policy/0001/policy.toml",
    "policy/0001/signers",
    "policy/0001/dana@example.com.sig",
    ".gitattributes"
  ],
  "machines": [],
  "message": "saved here (this repository has no remote)",
  "owners": [
    "dana@example.com"
  ],
  "path": "",
  "policy": {
    "number": 1,
    "sha256": "[ID]"
  },
  "project": "https://downloads.example.com/webinar",
  "roles": {
    "communications": [
      "dana@example.com"
    ],
    "compatibility": [
      "dana@example.com"
    ],
    "duty": [
      "dana@example.com"
    ],
    "release": [
      "dana@example.com"
    ],
    "support": [
      "dana@example.com"
    ]
  },
  "root": "sha256:[ID]",
  "schema": 1,
  "shared": false,
  "warnings": [
    "dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root",
    "the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone"
  ]
}
-- stderr
warning: dana@example.com is the only owner: if that key is lost, nobody can change this policy, and everybody has to pin a new root
warning: the roles `support`, `compatibility`, `communications`, `duty` and `release` hang on dana@example.com alone

"#]]);
}
