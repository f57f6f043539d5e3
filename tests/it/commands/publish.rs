//! `holdpoint publish`: the plan, the deed, and every way in which nothing is published.

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};

mod refused;

fn publish(sandbox: &Sandbox, more: &[&str]) -> Answer {
    let from = ["publish", "2.7.0", "--site", "downloads", "--from", "../dist", "--yes"];
    sandbox.as_person("ci", &[&from[..], more].concat())
}

#[test]
fn planned() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &["--plan"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PLAN for downloads  (7 steps, 1 artifact, 15 bytes; commit [COMMIT7]); nothing is changed
  1. put recorder/2.7.0/recorder-2.7.0.bin  (15 bytes, sha256 [ID])
  2. read recorder/2.7.0/recorder-2.7.0.bin back and compare it
  3. write recorder/2.7.0/SHA256SUMS
  4. store all of it for good
  5. sign the publication, commit it and share it
  6. list it in releases.json: customers see it
  7. write index.html

"#]]);
    publish(&sandbox, &["--plan", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "artifacts": [
    {
      "component": "recorder",
      "file": "recorder-2.7.0.bin",
      "path": "recorder/2.7.0/recorder-2.7.0.bin",
      "sha256": "[ID]",
      "size": 15,
      "version": "2.7.0"
    }
  ],
  "commit": "[COMMIT]",
  "exit_code": 0,
  "release": "2.7.0",
  "schema": 1,
  "site": "downloads",
  "steps": [
    {
      "step": "put",
      "subject": "recorder/2.7.0/recorder-2.7.0.bin",
      "words": "put recorder/2.7.0/recorder-2.7.0.bin  (15 bytes, sha256 [ID])"
    },
    {
      "step": "read-back",
      "subject": "recorder/2.7.0/recorder-2.7.0.bin",
      "words": "read recorder/2.7.0/recorder-2.7.0.bin back and compare it"
    },
    {
      "step": "checksums",
      "subject": "recorder/2.7.0/SHA256SUMS",
      "words": "write recorder/2.7.0/SHA256SUMS"
    },
    {
      "step": "settle",
      "subject": "files",
      "words": "store all of it for good"
    },
    {
      "step": "record",
      "subject": "publish",
      "words": "sign the publication, commit it and share it"
    },
    {
      "step": "flip",
      "subject": "releases.json",
      "words": "list it in releases.json: customers see it"
    },
    {
      "step": "page",
      "subject": "index.html",
      "words": "write index.html"
    }
  ]
}

"#]]);
    assert_eq!(std::fs::read_dir(sandbox.path("site")).unwrap().count(), 0);
}

#[test]
fn published() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
saved here (this repository has no remote)
-- stderr
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
  recorded  [ID8] in commit [COMMIT7], by ci@example.com
  live  releases.json

"#]]);
    publish(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (already published; 1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
saved here (this repository has no remote)

"#]]);
    publish(&sandbox, &["--plan"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PLAN for downloads  (6 steps, 1 artifact, 15 bytes; commit [COMMIT7]); nothing is changed
  1. put recorder/2.7.0/recorder-2.7.0.bin  (15 bytes, sha256 [ID])
  2. read recorder/2.7.0/recorder-2.7.0.bin back and compare it
  3. write recorder/2.7.0/SHA256SUMS
  4. store all of it for good
  5. list it in releases.json: customers see it
  6. write index.html

"#]]);
}

#[test]
fn published_and_shared() {
    let sandbox = Sandbox::with_remote();
    publish(&sandbox, &["--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "address": "file://[SANDBOX]/site",
  "already": false,
  "artifacts": [
    {
      "component": "recorder",
      "file": "recorder-2.7.0.bin",
      "path": "recorder/2.7.0/recorder-2.7.0.bin",
      "sha256": "[ID]",
      "size": 15,
      "version": "2.7.0"
    }
  ],
  "commit": "[COMMIT]",
  "exit_code": 0,
  "message": "pushed to main of [SANDBOX]/origin.git",
  "outside_the_gate": false,
  "release": "2.7.0",
  "schema": 1,
  "shared": true,
  "site": "downloads",
  "statement": "[ID]"
}
-- stderr
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
  recorded  [ID8] in commit [COMMIT7], by ci@example.com
  live  releases.json

"#]]);
}

#[test]
fn prepared_for_a_pull_request() {
    let sandbox = Sandbox::with_remote();
    publish(&sandbox, &["--prepare"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PREPARED for downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7]); the files are there, and not listed: being published on downloads

next: open a pull request for the branch holdpoint/publish-2.7.0-[ID8]
      holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key [KEYS]/ci --yes   (when it is merged)

pushed to holdpoint/publish-2.7.0-[ID8]: takes effect when merged
-- stderr
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)

"#]]);
    assert!(!sandbox.path("site/releases.json").exists());
    let branch = sandbox.git_in("origin.git", &["branch", "--list", "holdpoint/*", "--format=%(refname:short)"]);
    sandbox.git_in("origin.git", &["branch", "-f", "main", branch.trim()]);
    publish(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
pushed to main of [SANDBOX]/origin.git
-- stderr
HEAD is behind `main` of `origin`; deciding on its tip [COMMIT7]
  live  releases.json

"#]]);
}

#[test]
fn prepared_without_a_remote_as_json() {
    publish(&Sandbox::signed(), &["--prepare", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "artifacts": [
    {
      "component": "recorder",
      "file": "recorder-2.7.0.bin",
      "path": "recorder/2.7.0/recorder-2.7.0.bin",
      "sha256": "[ID]",
      "size": 15,
      "version": "2.7.0"
    }
  ],
  "branch": "holdpoint/publish-2.7.0-[ID8]",
  "commit": "[COMMIT]",
  "exit_code": 0,
  "link": null,
  "next": "holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key [KEYS]/ci --yes",
  "release": "2.7.0",
  "schema": 1,
  "site": "downloads",
  "statement": "[ID]"
}
-- stderr
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)

"#]]);
}

#[test]
fn by_an_uploader_of_ones_own() {
    let sandbox = Sandbox::signed();
    let upload =
        "mkdir -p ../site/recorder/2.7.0 && cp ../dist/recorder-$HOLDPOINT_VERSION.bin ../site/recorder/2.7.0/";
    let command = ["publish", "2.7.0", "--yes", "--", "sh", "-c", upload];
    sandbox.as_person("ci", &command).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
saved here (this repository has no remote)
-- stderr
  run  sh -c 'mkdir -p ../site/recorder/2.7.0 && cp ../dist/recorder-$HOLDPOINT_VERSION.bin ../site/recorder/2.7.0/'
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
  recorded  [ID8] in commit [COMMIT7], by ci@example.com
  live  releases.json

"#]]);
}

#[test]
fn decides_on_the_tip_of_the_branch_of_record_and_not_on_a_branch() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nNot merged.\n");
    publish(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
pushed to main of [SANDBOX]/origin.git
-- stderr
warning: HEAD has commits that `main` of `origin` has not; deciding on its tip [COMMIT7] without them (they count when they are on it: git push origin HEAD:main)
  put  recorder/2.7.0/recorder-2.7.0.bin  (15 bytes)
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
  recorded  [ID8] in commit [COMMIT7], by ci@example.com
  live  releases.json

"#]]);
    assert!(!sandbox.git(&["log", "--format=%s", "origin/main"]).contains("Edit releases/2.7.0/kb.md"));
}
