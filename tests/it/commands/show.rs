//! `holdpoint show`: one statement, and how to verify it with stock tools.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn a_valid_entry() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    sandbox.holdpoint(&["show", &id[..8]]).shows(str![[r#"
exit 0
-- stdout
[ID8]: approve kb for 2.7.0, validly signed by maria@example.com.

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

  key SHA256:[KEY], of policy 1
  counts

verify it yourself:
  sha256sum releases/2.7.0/ledger/[ID].toml
  ssh-keygen -Y verify -f policy/0001/signers -I maria@example.com -n holdpoint/approve@v1 -s releases/2.7.0/ledger/[ID].toml.sig < releases/2.7.0/ledger/[ID].toml

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["show", &id, "2.7.0", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "found": [
    {
      "answer": "[ID8]: approve kb for 2.7.0, validly signed by maria@example.com.",
      "entry": {
        "after": [],
        "at": "[TIME]",
        "by": "maria@example.com",
        "effect": "counts",
        "id": "[ID]",
        "kind": "approve",
        "path": "releases/2.7.0/ledger/[ID].toml",
        "reason": null,
        "requirement": "kb",
        "role": "support",
        "why": null
      },
      "findings": [],
      "key": "SHA256:[KEY]",
      "release": "2.7.0",
      "text": "holdpoint = 1\nkind = \"approve\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\nrequirement = \"kb\"\nsubjects = [{ path = \"kb.md\", sha256 = \"[ID]\" }]\nrole = \"support\"\nby = \"maria@example.com\"\npolicy = \"[ID]\"\nafter = []\nat = [TIME]\n",
      "valid": true,
      "verify": [
        "sha256sum releases/2.7.0/ledger/[ID].toml",
        "ssh-keygen -Y verify -f policy/0001/signers -I maria@example.com -n holdpoint/approve@v1 -s releases/2.7.0/ledger/[ID].toml.sig < releases/2.7.0/ledger/[ID].toml"
      ]
    }
  ],
  "schema": 1,
  "source": {
    "commit": "[COMMIT]",
    "committed": "[TIME]",
    "pinned": true,
    "policy": {
      "number": 1,
      "sha256": "[ID]"
    },
    "stale_since": null
  }
}

"#]]);
}

#[test]
fn a_damaged_entry() {
    let sandbox = Sandbox::signed();
    let path = sandbox.entry("2.7.0", "requirement = \"kb\"");
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    fs::write(format!("{}.sig", path.display()), "no signature\n").unwrap();
    sandbox.commit_all("Damage a signature");
    sandbox.holdpoint(&["show", &id[..8]]).shows(str![[r#"
exit 4
-- stdout
[ID8] in 2.7.0 is NOT VALID: the signature of this statement is not a signature file as `ssh-keygen -Y sign` writes it: it does not begin with the line `-----BEGIN SSH SIGNATURE-----`.

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

verify it yourself:
  sha256sum releases/2.7.0/ledger/[ID].toml
  ssh-keygen -Y verify -f policy/0001/signers -I maria@example.com -n holdpoint/approve@v1 -s releases/2.7.0/ledger/[ID].toml.sig < releases/2.7.0/ledger/[ID].toml

next: git log -- 'releases/2.7.0/ledger/[ID].toml'   then restore it, or if it was never valid: git rm 'releases/2.7.0/ledger/[ID].toml'

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["show", "kb"]).shows(str![[r#"
exit 2
-- stderr
error: `kb` is too short to mean one entry
  hint: write at least 4 digits; see the ids with `holdpoint log VERSION`

"#]]);
    sandbox.holdpoint(&["show", "notes.txt"]).shows(str![[r#"
exit 2
-- stderr
error: no ledger has an entry `notes.txt`
  hint: see the ids with `holdpoint log VERSION`

"#]]);
    sandbox.holdpoint(&["show", "0000", "2.9.0"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.9.0`
  hint: did you mean `2.7.0`?

"#]]);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    sandbox.holdpoint(&["show", &id[..8]]).shows(str![[r#"
exit 4
-- stderr
error: the policy cannot be relied on
  root-mismatch  git config holdpoint.root pins sha256:[ID], and the policy here is sha256:[ID]
  hint: holdpoint lint

"#]]);
}
