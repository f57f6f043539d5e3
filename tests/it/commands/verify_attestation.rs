//! `holdpoint verify-attestation`: whether an attestation is genuine, is about these files, and still holds.

use std::fs;

use serde_json::Value;
use snapbox::str;

use super::attest::{attest, attested, founded, published};
use crate::attacks::robots::founded_with;
use crate::sandbox::{Answer, Sandbox};

/// Verifies an attestation of the recorder as it lies on the site.
fn verify(sandbox: &Sandbox, file: &str, more: &[&str]) -> Answer {
    let recorder = sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin");
    sandbox.holdpoint(&[&["verify-attestation", file, "--artifact", recorder.to_str().unwrap()], more].concat())
}

/// The attestation, changed.
fn changed(file: &str, change: impl FnOnce(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    change(&mut json);
    fs::write(file, json.to_string()).unwrap();
}

#[test]
fn a_colleague_with_a_pinned_root_verifies_what_was_attested() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in(".", &["clone", "-q", "repo", "colleague"]);
    let recorder = sandbox.path("dist/recorder-2.7.0.bin");
    let verify = ["verify-attestation", &file, "--artifact", recorder.to_str().unwrap()];
    let verify = |more: &[&str]| sandbox.holdpoint_in("colleague", &[&verify[..], more].concat());
    verify(&[]).finds(4, "root-unpinned").lacks("VERIFIED");
    assert!(verify(&["--root", &root]).exits(0).stdout.starts_with("2.7.0: VERIFIED on downloads  (1 artifact; key "));
    verify(&["--root", &format!("sha256:{}", "0".repeat(64))]).finds(4, "root-mismatch").lacks("VERIFIED");
    let json = verify(&["--root", &root, "--format", "json"]).exits(0).json();
    assert_eq!((&json["verdict"], &json["exit_code"]), (&"verified".into(), &0.into()));
    assert_eq!(json["says"]["artifacts"][0]["names"][0], "recorder/2.7.0/recorder-2.7.0.bin");
    // The site is not needed to verify.
    fs::remove_dir_all(sandbox.path("site")).unwrap();
    verify(&["--root", &root]).exits(0);
}

#[test]
fn a_file_that_is_not_named_is_refused_whatever_the_others_are() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    let other = sandbox.path("dist/other.bin");
    fs::write(&other, "other").unwrap();
    let other = other.to_str().unwrap();
    verify(&sandbox, &file, &["--artifact", other]).finds(1, "does not name 1 artifact").lacks("VERIFIED");
    verify(&sandbox, &file, &[other]).finds(1, "does not name 1 artifact");
    verify(&sandbox, &file, &["--artifact", "gone.bin"]).finds(2, "there is no file `gone.bin`");
    verify(&sandbox, &file, &["--artifact", "."]).finds(4, "cannot be read");
    sandbox.holdpoint(&["verify-attestation", &file]).finds(2, "--artifact");
    verify(&sandbox, "gone.json", &[]).finds(2, "there is no file `gone.json`");
    verify(&sandbox, &file, &["--now", "2026-01-01T00:00:00Z"]).finds(2, "leave `--now` out");
}

#[test]
fn a_changed_attestation_is_refused_and_what_is_none_cannot_be_told() {
    let sandbox = published();
    let fresh = || attested(&sandbox, "a.json");
    let file = fresh();
    let payload = |it: &Value| it["payload"].as_str().unwrap().to_owned();
    changed(&file, |it| it["payload"] = payload(it).replacen('a', "b", 1).into());
    verify(&sandbox, &file, &[]).finds(1, "REFUSED").finds(1, "its bytes were changed");
    fs::remove_file(&file).unwrap();
    changed(&fresh(), |it| it["payloadType"] = "text/plain".into());
    verify(&sandbox, &file, &[]).finds(1, "carries a payload of the type `text/plain`");
    for junk in ["", "{}", "hello \u{1b}[31m"] {
        fs::write(&file, junk).unwrap();
        verify(&sandbox, &file, &[]).finds(4, "UNVERIFIABLE").lacks("\u{1b}");
    }
}

#[test]
fn a_key_that_the_policy_does_not_list_counts_for_nothing() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    let line = fs::read_to_string(super::attest::seals().join("foreign.pub")).unwrap().trim().to_owned();
    let other = founded_with(|it| format!("{it}\n[attest]\nkeys = [\"{line}\"]\n"));
    let recorder = sandbox.path("dist/recorder-2.7.0.bin");
    let verify = ["verify-attestation", &file, "--artifact", recorder.to_str().unwrap()];
    other.holdpoint(&verify).finds(1, "which the policy does not list in `[attest] keys`");
    Sandbox::founded().holdpoint(&verify).finds(1, "the policy lists no key for attestations");
    // The same keys in another policy: another chain.
    founded().holdpoint(&verify).finds(1, "was made under policy 1, sha256:");
}

#[test]
fn what_the_record_says_now_decides() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    verify(&sandbox, &file, &[]).finds(1, "the record speaks against it").finds(1, "held").lacks("VERIFIED");
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    verify(&sandbox, &file, &[]).exits(0);
    // A clone from before the publication.
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    verify(&sandbox, &file, &[]).finds(4, "has no valid entry").finds(4, "git pull");
    sandbox.git(&["rm", "-rq", "releases"]);
    sandbox.git(&["commit", "-qm", "Without releases"]);
    verify(&sandbox, &file, &[]).finds(4, "this record has no 2.7.0");
}

#[test]
fn what_this_clone_knows_of_the_branch_of_record_counts() {
    let sandbox = published();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    sandbox.git(&["remote", "add", "origin", sandbox.path("origin.git").to_str().unwrap()]);
    sandbox.git(&["push", "-q", "-u", "origin", "main"]);
    let file = attested(&sandbox, "a.json");
    assert!(!verify(&sandbox, &file, &[]).exits(0).stdout.contains("freshness"));
    sandbox.git(&["tag", "before"]);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["checkout", "-q", "before"]);
    sandbox.check("2.7.0").finds(4, "stale-checkout");
    let answer = verify(&sandbox, &file, &[]).finds(4, "stale-checkout").lacks("VERIFIED");
    assert!(answer.stdout.contains("git merge origin/main"), "{}", answer.stdout);
    sandbox.git(&["checkout", "-q", "main"]);
    verify(&sandbox, &file, &[]).finds(1, "held");
}

#[test]
fn verified() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    verify(&sandbox, &file, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: VERIFIED on downloads  (1 artifact; key SHA256:[KEY], policy 1; commit [COMMIT7]; freshness not known)
  [SANDBOX]/site/recorder/2.7.0/recorder-2.7.0.bin is recorder/2.7.0/recorder-2.7.0.bin
attested [TIME], statement [ID8]

"#]]);
    verify(&sandbox, &file, &["--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "cause": null,
  "commit": "[COMMIT]",
  "exit_code": 0,
  "file": "[SANDBOX]/a.json",
  "findings": [],
  "hint": null,
  "message": null,
  "says": {
    "artifacts": [
      {
        "names": [
          "recorder/2.7.0/recorder-2.7.0.bin"
        ],
        "path": "[SANDBOX]/site/recorder/2.7.0/recorder-2.7.0.bin",
        "sha256": "[ID]"
      }
    ],
    "attested": "[TIME]",
    "key": "SHA256:[KEY]",
    "policy": {
      "number": 1,
      "sha256": "[ID]"
    },
    "release": "2.7.0",
    "site": "downloads",
    "statement": "[ID]"
  },
  "schema": 1,
  "verdict": "verified"
}

"#]]);
}

#[test]
fn refused() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    let other = sandbox.path("dist/other.bin");
    fs::write(&other, "other").unwrap();
    let other = other.to_str().unwrap();
    verify(&sandbox, &file, &["--artifact", other]).shows(str![[r#"
exit 1
-- stdout
[SANDBOX]/a.json: REFUSED  the attestation, of 2.7.0 on downloads, does not name 1 artifact
  `[SANDBOX]/dist/other.bin` has the SHA-256 [ID]

next: do not use what is not named: fetch it again from the site, or the attestation of its own version

"#]]);
    verify(&sandbox, &file, &["--artifact", other, "--format", "json"]).shows(str![[r#"
exit 1
-- stdout
{
  "cause": "`[SANDBOX]/dist/other.bin` has the SHA-256 [ID]",
  "commit": "[COMMIT]",
  "exit_code": 1,
  "file": "[SANDBOX]/a.json",
  "findings": [],
  "hint": "do not use what is not named: fetch it again from the site, or the attestation of its own version",
  "message": "the attestation, of 2.7.0 on downloads, does not name 1 artifact",
  "says": null,
  "schema": 1,
  "verdict": "refused"
}

"#]]);
}

#[test]
fn could_not() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    verify(&sandbox, &file, &[]).shows(str![[r#"
exit 4
-- stdout
[SANDBOX]/a.json: UNVERIFIABLE  the policy, and so its keys for attestations, cannot be relied on
  root-unpinned  no pinned root says that this is the right policy

next: holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)

"#]]);
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
    fs::write(&file, "hello").unwrap();
    verify(&sandbox, &file, &[]).shows(str![[r#"
exit 4
-- stdout
[SANDBOX]/a.json: UNVERIFIABLE  the policy, and so its keys for attestations, cannot be relied on
  root-mismatch  git config holdpoint.root pins sha256:[ID], and the policy here is sha256:[ID]

next: git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who changed it? ask the owners for the root)

"#]]);
}

#[test]
fn held_since() {
    let sandbox = published();
    let file = attested(&sandbox, "a.json");
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    verify(&sandbox, &file, &[]).shows(str![[r#"
exit 1
-- stdout
[SANDBOX]/a.json: REFUSED  2.7.0 is out on `downloads`, and the record speaks against it
  held  [ID8]: maria@example.com holds it: it crashes

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: maria@example.com, dana@example.com or sam@example.com

"#]]);
    assert_eq!(attest(&sandbox, "good", &[]).code, 1);
}
