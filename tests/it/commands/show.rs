//! `holdpoint show`: one statement, and how to verify it without this tool.

use std::fs;
use std::process::{Command, Stdio};

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn the_stock_commands_that_are_shown_work_as_they_stand() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    for (folder, prefix) in [("repo", ""), ("repo/releases", "cd ")] {
        let answer = sandbox.holdpoint_in(folder, &["show", &id[..8]]).exits(0);
        assert!(answer.stdout.contains("validly signed by maria@example.com"), "{answer:#?}");
        let lines = answer.stdout.lines().skip_while(|it| !it.starts_with("verify it yourself")).skip(1);
        let commands: Vec<&str> = lines.take_while(|it| !it.is_empty()).map(str::trim).collect();
        assert!(commands[0].starts_with(prefix), "{commands:?}");
        let script = commands.join(" && ");
        let said = sandbox.run(folder, Command::new("sh").args(["-c", &script]).stdin(Stdio::null()));
        assert!(said.starts_with(&id) && said.contains("Good \"holdpoint/approve@v1\" signature"), "{said}");
    }
    let json = sandbox.holdpoint(&["show", &id, "--format", "json"]).exits(0).json();
    assert_eq!((&json["found"][0]["valid"], json["found"][0]["verify"].as_array().unwrap().len()), (&true.into(), 2));
}

#[test]
fn a_damaged_statement_says_so() {
    let sandbox = Sandbox::signed();
    let path = sandbox.entry("2.7.0", "requirement = \"kb\"");
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    std::fs::write(path, "damaged\u{1b}[31m\n").unwrap();
    sandbox.commit_all("Damage it");
    let answer = sandbox.holdpoint(&["show", &id[..6]]).finds(4, "other bytes than its name says").lacks("\u{1b}");
    assert!(answer.stdout.contains("NOT VALID"), "{answer:#?}");
}

#[test]
fn a_file_that_is_no_statement_is_shown_as_such() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "x");
    sandbox.commit_all("Junk");
    sandbox.holdpoint(&["show", "notes"]).finds(4, "NOT VALID");
}

#[test]
fn a_copy_in_another_ledger_is_shown_beside_the_original() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    for ending in ["toml", "toml.sig"] {
        let name = format!("ledger/{id}.{ending}");
        sandbox.write(&format!("releases/2.8.0/{name}"), &sandbox.read(&format!("releases/2.7.0/{name}")));
    }
    sandbox.commit_all("Copy it");
    sandbox.holdpoint(&["show", &id]).finds(4, "this statement was signed for 2.7.0");
    sandbox.holdpoint(&["show", &id, "2.7.0"]).exits(0);
}

#[test]
fn an_id_that_means_nothing_or_too_much_is_bad_usage() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["show", "abc"]).finds(2, "too short");
    sandbox.holdpoint(&["show", "zzzz"]).finds(2, "no ledger has an entry");
    sandbox.holdpoint(&["show", "zzzz", "2.9"]).finds(2, "there is no release");
}

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

next: git log -- releases/2.7.0/ledger/[ID].toml   then restore it, or if it was never valid: git rm -- releases/2.7.0/ledger/[ID].toml
      git checkout [COMMIT7] -- 'releases/2.7.0/ledger/[ID].toml*'   and commit it; anybody may
        who: maria@example.com

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

next: git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who changed it? ask the owners for the root)

"#]]);
}
