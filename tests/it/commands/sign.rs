//! `holdpoint sign`: a yes, a request for one, and what waits for somebody.

use snapbox::str;

use crate::sandbox::{Sandbox, email};

#[test]
fn signed() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").shows(str![[r#"
exit 0
-- stdout
approve kb for 2.7.0 by maria@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    let sign = ["sign", "2.7.0", "notice", "--yes", "--format", "json"];
    sandbox.as_person("lee", &sign).shows(str![[r#"
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
      "kind": "approve",
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
fn signed_and_pushed() {
    let sandbox = Sandbox::with_remote();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install", "Download"));
    sandbox.git(&["push", "-q"]);
    sandbox.as_person("maria", &["sign", "2.7.0", "kb", "--yes", "--push"]).shows(str![[r#"
exit 0
-- stdout
approve kb for 2.7.0 by maria@example.com: [ID8]
pushed to main of [SANDBOX]/origin.git

"#]]);
}

#[test]
fn only_written() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("maria", &["sign", "2.7.0", "kb", "--yes", "--no-commit"]).shows(str![[r#"
exit 0
-- stdout
approve kb for 2.7.0 by maria@example.com: [ID8]
not committed: the files are written; commit and push them

"#]]);
}

#[test]
fn a_request_for_somebody_elsewhere() {
    let sandbox = Sandbox::ready();
    let file = sandbox.path("request.toml").display().to_string();
    let request = ["sign", "2.7.0", "kb", "--as", &email("maria"), "--request", &file];
    sandbox.holdpoint(&request).shows(str![[r#"
exit 0
-- stdout
wrote [SANDBOX]/request.toml: the statement to sign, byte for byte

next: ssh-keygen -Y sign -f KEY -n holdpoint/approve@v1 [SANDBOX]/request.toml
      holdpoint add [SANDBOX]/request.toml [SANDBOX]/request.toml.sig

"#]]);
    let request = ["sign", "2.7.0", "kb", "--request", &file];
    sandbox.holdpoint(&request).shows(str![[r#"
exit 2
-- stderr
error: a request needs somebody to sign it
  hint: name the person: --as EMAIL

"#]]);
}

#[test]
fn what_waits_for_me() {
    let sandbox = Sandbox::ready();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.as_person("maria", &["sign"]).shows(str![[r#"
exit 0
-- stdout
1 thing waits for maria@example.com:
  2.8.0  missing  nobody has signed; eve@example.com or maria@example.com can
      holdpoint sign 2.8.0 kb

"#]]);
    sandbox.as_person("lee", &["sign", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "person": "lee@example.com",
  "policy": null,
  "schema": 1,
  "waiting": [
    {
      "finding": {
        "code": "missing",
        "message": "nobody has signed; kim@example.com or lee@example.com can",
        "next": "holdpoint sign 2.7.0 notice",
        "severity": "waiting",
        "since": null,
        "subject": "notice",
        "who": [
          "kim@example.com",
          "lee@example.com"
        ]
      },
      "release": "2.7.0"
    },
    {
      "finding": {
        "code": "missing",
        "message": "nobody has signed; kim@example.com or lee@example.com can",
        "next": "holdpoint sign 2.8.0 notice",
        "severity": "waiting",
        "since": null,
        "subject": "notice",
        "who": [
          "kim@example.com",
          "lee@example.com"
        ]
      },
      "release": "2.8.0"
    }
  ]
}

"#]]);
    sandbox.sign("2.8.0", "kb", "maria").exits(0);
    sandbox.as_person("maria", &["sign"]).shows(str![[r#"
exit 0
-- stdout
Nothing waits for maria@example.com.

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "lee").shows(str![[r#"
exit 1
-- stderr
error: lee@example.com cannot sign `kb`: not in the role
  because: the role is support
  hint: ask eve@example.com or maria@example.com

"#]]);
    sandbox.sign("2.7.0", "kb", "ci").shows(str![[r#"
exit 1
-- stderr
error: ci@example.com cannot sign `kb`: a machine signs nothing off
  because: the role is support
  hint: ask eve@example.com or maria@example.com

"#]]);
    let maria = crate::sandbox::keys().join("maria").display().to_string();
    let as_eve = ["sign", "2.7.0", "kb", "--yes", "--as", &email("eve"), "--key", &maria];
    sandbox.holdpoint(&as_eve).shows(str![[r#"
exit 1
-- stderr
error: the key `[KEYS]/maria` is not one of eve@example.com's in the ring
  because: SHA256:[KEY]
  hint: sign with the person's own key, or leave --as out

"#]]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "kb", "maria").shows(str![[r#"
exit 1
-- stderr
error: maria@example.com has approved `kb` already, for these very bytes
  hint: to say something else, take it back first: holdpoint revoke 2.7.0 [ID8] --reason "…"

"#]]);
    sandbox.write("releases/2.7.0/notice.md", "Not committed.\n");
    sandbox.sign("2.7.0", "notice", "lee").shows(str![[r#"
exit 1
-- stderr
error: `releases/2.7.0/notice.md` is not committed as it is here
  hint: what is signed is what HEAD holds: git add 'releases/2.7.0/notice.md' && git commit

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kbb", "maria").shows(str![[r#"
exit 2
-- stderr
error: there is no requirement `kbb`
  hint: did you mean `kb`?

"#]]);
    sandbox.sign("2.7.0", "docs", "maria").shows(str![[r#"
exit 2
-- stderr
error: there is no requirement `docs`
  hint: the policy has kb, compatibility and notice

"#]]);
    sandbox.as_person("maria", &["sign", "2.7.0"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <REQUIREMENT>

Usage: holdpoint sign --as <EMAIL> --key <FILE> <VERSION> <REQUIREMENT>

For more information, try '--help'.

"#]]);
    sandbox.as_person("maria", &["sign", "2.7.0", "kb"]).shows(str![[r#"
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
    sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: no key that is in the ring was found
  hint: name it: --key FILE   (a private key, or a public one whose private half an agent holds)

"#]]);
    let nobody = ["sign", "2.7.0", "kb", "--yes", "--as", "mria@example.com"];
    sandbox.holdpoint(&nobody).shows(str![[r#"
exit 2
-- stderr
error: `mria@example.com` is not in the key ring
  hint: did you mean `maria@example.com`?

"#]]);
    let mallory = crate::sandbox::keys().join("mallory").display().to_string();
    let stranger = ["sign", "2.7.0", "kb", "--yes", "--key", &mallory];
    sandbox.holdpoint(&stranger).shows(str![[r#"
exit 1
-- stderr
error: the key `[KEYS]/mallory` is nobody's in the ring
  because: SHA256:[KEY]
  hint: sign with the key that is in the ring, or have the owners add yours

"#]]);
    let no_key = ["sign", "2.7.0", "kb", "--yes", "--key", "nowhere.key"];
    sandbox.holdpoint(&no_key).shows(str![[r#"
exit 2
-- stderr
error: the key `nowhere.key` cannot be read
  because: No such file or directory (os error 2)
  hint: name an SSH key: --key FILE

"#]]);
}

#[test]
fn a_form_that_it_does_not_have_is_refused_before_anything_is_signed() {
    let sandbox = Sandbox::ready();
    let sign = ["sign", "2.7.0", "kb", "--yes", "--format", "github"];
    sandbox.as_person("maria", &sign).shows(str![[r#"
exit 2
-- stdout
::error title=holdpoint::this command has no answer in the form `github` | next: `check`, `wait`, `lint`, `audit` and `publish` have it
-- stderr
error: this command has no answer in the form `github`
  hint: `check`, `wait`, `lint`, `audit` and `publish` have it

"#]]);
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn could_not() {
    let mut sandbox = Sandbox::ready();
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
    sandbox.sign("2.7.0", "kb", "maria").shows(str![[r#"
exit 4
-- stderr
error: the policy is not the one that is pinned
  root-mismatch  git config holdpoint.root pins sha256:[ID], and the policy here is sha256:[ID]

next: git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who changed it? ask the owners for the root)

"#]]);
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.sign("2.7.0", "kb", "maria").shows(str![[r#"
exit 0
-- stdout
approve kb for 2.7.0 by maria@example.com: [ID8]
saved here (this repository has no remote)
-- stderr
warning: no pinned root says that this is the right policy; ask a colleague for it, then `holdpoint trust sha256:…`

"#]]);
    sandbox.set("PATH", "/nowhere");
    sandbox.sign("2.7.0", "notice", "lee").shows(str![[r#"
exit 4
-- stderr
warning: no pinned root says that this is the right policy; ask a colleague for it, then `holdpoint trust sha256:…`
error: `ssh-keygen` cannot be run
  because: No such file or directory (os error 2)
  hint: install OpenSSH's client tools (Debian: apt-get install openssh-client)

"#]]);
}
