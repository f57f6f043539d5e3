//! `holdpoint add`: takes in what was signed with nothing but `ssh-keygen`.

use std::fs;

use snapbox::str;

use crate::sandbox::{Sandbox, email};

/// A request to maria, written to `request.toml`.
fn requested() -> Sandbox {
    let sandbox = Sandbox::ready();
    let file = sandbox.path("repo/request.toml");
    let request = ["sign", "2.7.0", "kb", "--as", &email("maria"), "--request", file.to_str().unwrap()];
    sandbox.holdpoint(&request).exits(0);
    sandbox
}

const ADD: [&str; 4] = ["add", "request.toml", "request.toml.sig", "--yes"];

#[test]
fn taken_in() {
    let sandbox = requested();
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &sandbox.path("repo/request.toml"));
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 0
-- stdout
approve kb for 2.7.0 by maria@example.com: [ID8]
saved here (this repository has no remote)

"#]]);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: this approval is in the ledger of 2.7.0 already: [ID8]
  hint: holdpoint show [ID8]

"#]]);
}

#[test]
fn a_signature_whose_line_ends_were_changed_is_taken_in_as_it_was_made() {
    for spoil in [|it: &str| it.replace('\n', "\r\n"), |it: &str| it.trim_end().to_owned()] {
        let sandbox = requested();
        let armor = sandbox.ssh_sign("maria", "holdpoint/approve@v1", &sandbox.path("repo/request.toml"));
        fs::write(sandbox.path("repo/request.toml.sig"), spoil(&armor)).unwrap();
        sandbox.holdpoint(&ADD).exits(0);
        let (path, _) = sandbox.entries("2.7.0").remove(0);
        assert_eq!(fs::read_to_string(format!("{}.sig", path.display())).unwrap(), armor);
    }
}

#[test]
fn as_json() {
    let sandbox = requested();
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &sandbox.path("repo/request.toml"));
    sandbox.holdpoint(&[&ADD[..], &["--format", "json"]].concat()).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "message": "saved here (this repository has no remote)",
  "schema": 1,
  "shared": false,
  "statements": [
    {
      "by": "maria@example.com",
      "finding": null,
      "id": "[ID]",
      "kind": "approve",
      "path": "releases/2.7.0/ledger/[ID].toml",
      "release": "2.7.0",
      "requirement": "kb",
      "target": null,
      "until": null
    }
  ]
}

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = requested();
    let file = sandbox.path("repo/request.toml");
    sandbox.ssh_sign("eve", "holdpoint/approve@v1", &file);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml.sig`: the signature was made by a key that is not maria@example.com's in the ring (SHA256:[KEY])
  hint: ssh-keygen -Y sign -f KEY -n holdpoint/approve@v1 request.toml

"#]]);
    sandbox.ssh_sign("maria", "file", &file);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml.sig`: the signature was made for `file`, not `holdpoint/approve@v1`
  hint: ssh-keygen -Y sign -f KEY -n holdpoint/approve@v1 request.toml

"#]]);
    fs::write(sandbox.path("repo/request.toml.sig"), "no signature").unwrap();
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml.sig`: the signature is not a signature file as `ssh-keygen -Y sign` writes it: it does not begin with the line `-----BEGIN SSH SIGNATURE-----`
  hint: ssh-keygen -Y sign -f KEY -n holdpoint/approve@v1 request.toml

"#]]);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("/webinar", "/player")).unwrap();
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &file);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml` was written for another project or policy
  hint: write it anew with `holdpoint sign … --request`

"#]]);
    fs::write(&file, text.replace("after = []", &format!("after = [\"{}\"]", "0".repeat(64)))).unwrap();
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &file);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml` names [ID8], which the ledger of 2.7.0 does not have
  hint: git pull REPOSITORY main   (then add it again)

"#]]);
    fs::write(&file, text.replace("kind = ", "kind: ")).unwrap();
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 1
-- stderr
error: `request.toml` is no statement (line 2: invalid unquoted key, expected letters, numbers, `-`, `_`; line 2: key with no value, expected `=`)
  hint: write it with `holdpoint sign VERSION REQUIREMENT --request FILE`

"#]]);
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn bad_usage() {
    let sandbox = requested();
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 2
-- stderr
error: `request.toml.sig` cannot be read
  because: No such file or directory (os error 2)
  hint: ssh-keygen -Y sign -f KEY -n holdpoint/approve@v1 request.toml

"#]]);
    sandbox.holdpoint(&["add", "request.toml"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <SIGNATURE>

Usage: holdpoint add <FILE> <SIGNATURE>

For more information, try '--help'.

"#]]);
}

#[test]
fn could_not() {
    let sandbox = requested();
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &sandbox.path("repo/request.toml"));
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
    sandbox.holdpoint(&ADD).shows(str![[r#"
exit 4
-- stderr
error: the policy is not the one that is pinned
  root-mismatch  git config holdpoint.root pins sha256:[ID], and the policy here is sha256:[ID]

next: git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who changed it? ask the owners for the root)

"#]]);
}
