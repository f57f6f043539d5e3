//! `holdpoint init`: the first policy.

use std::fs;

use snapbox::str;

use crate::sandbox::{Answer, Sandbox, email, keys};

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

NOT SHARED YET: this repository has no remote; it is its own record
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

NOT SHARED YET: this repository has no remote; it is its own record
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

NOT SHARED YET: this repository has no remote; it is its own record
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

NOT SHARED YET: this repository has no remote; it is its own record
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

NOT SHARED YET: this repository has no remote; it is its own record
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

NOT SHARED YET: the files are written; commit and push them
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
  "message": "NOT SHARED YET: this repository has no remote; it is its own record",
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

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::founded();
    init(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: there is a folder `policy/` already
  hint: run `holdpoint status` to read it, or begin in another folder

"#]]);
    let sandbox = Sandbox::empty();
    init(&sandbox, &["--no-commit"]).exits(0);
    init(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: there is a folder `policy/` already
  hint: commit it if `holdpoint init --no-commit` wrote it, or move it away

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::empty();
    let dana = keys().join("dana").display().to_string();
    sandbox.as_person("dana", &["init"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  --project <URL>

Usage: holdpoint init --project <URL> --as <EMAIL> --key <FILE>

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&[&PROJECT[..], &["--key", &dana]].concat()).shows(str![[r#"
exit 2
-- stderr
error: git does not know who you are
  hint: say who you are: --as EMAIL

"#]]);
    sandbox.holdpoint(&[&PROJECT[..], &["--as", &email("dana")]].concat()).shows(str![[r#"
exit 2
-- stderr
error: no SSH key was found
  hint: make one with `ssh-keygen -t ed25519`, or name one: --key FILE

"#]]);
    init(&sandbox, &["--owner", "sam@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: sam@example.com, named as an owner, has no key here
  hint: give it: --person sam@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--role", "support=maria@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: maria@example.com, named for the role `support`, has no key here
  hint: give it: --person maria@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--role", "suport=dana@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: the role `suport` has no task
  hint: did you mean `support`?

"#]]);
    init(&sandbox, &["--machine", "ci@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: ci@example.com, named as a machine, has no key here
  hint: give it: --person ci@example.com=KEY.pub

"#]]);
    init(&sandbox, &["--machine", "dana@example.com"]).shows(str![[r#"
exit 2
-- stderr
error: dana@example.com is a machine, and a machine signs no policy
  hint: sign as an owner: --as EMAIL --key FILE

"#]]);
    init(&sandbox, &["--site", "downloads=https://downloads.example.com"]).shows(str![[r#"
exit 2
-- stderr
error: the site `downloads`: `https://downloads.example.com` is no address of a site
  because: this build knows only file://, not `https`
  hint: write it like `--site downloads=file:///srv/downloads`, or give the path of a folder

"#]]);
    init(&sandbox, &["--site", "downloads"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'downloads' for '--site <NAME=URL>': write it like downloads=file:///srv/downloads

For more information, try '--help'.

"#]]);
    init(&sandbox, &["--person", "sam@example.com=nowhere.pub"]).shows(str![[r#"
exit 2
-- stderr
error: the key of sam@example.com cannot be read from `nowhere.pub`
  because: No such file or directory (os error 2)
  hint: name the file that `ssh-keygen` made, with `.pub` at its end

"#]]);
    let twice = ["--person", &format!("sam@example.com={dana}.pub")];
    init(&sandbox, &twice).shows(str![[r#"
exit 2
-- stderr
error: sam@example.com and dana@example.com have the same key
  because: SHA256:[KEY]
  hint: a key belongs to one person: name another file for one of them

"#]]);
    sandbox.as_person("dana", &["init", "--project", "webinar"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'webinar' for '--project <URL>': is not an address such as https://downloads.example.com/webinar

For more information, try '--help'.

"#]]);
    assert!(!sandbox.path("repo/policy").exists());
}

#[test]
fn could_not() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint_in("home", &[&PROJECT[..], &["--as", &email("dana")]].concat()).shows(str![[r#"
exit 4
-- stderr
error: `.` is not in a git repository
  hint: `cd` into one, name it with `--repo DIR`, or start one with `git init`

"#]]);
    let public = sandbox.path("dana.pub");
    fs::copy(keys().join("dana.pub"), &public).unwrap();
    let alone = ["--as", &email("dana"), "--key", public.to_str().unwrap()];
    sandbox.holdpoint(&[&PROJECT[..], &alone].concat()).shows(str![[r#"
exit 4
-- stderr
error: `ssh-keygen` cannot sign with `[SANDBOX]/dana.pub`
  because: No private key found for public key "[SANDBOX]/dana.pub"
  hint: a public key needs an agent that holds its private half: ssh-add, or name the private key instead of [SANDBOX]/dana.pub

"#]]);
}
