//! `holdpoint audit`: the site held against the record.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn no_drift() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 0
-- stdout
downloads: NO DRIFT  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7])

"#]]);
    sandbox.holdpoint(&["audit", "downloads", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "commit": "[COMMIT]",
  "exit_code": 0,
  "findings": [],
  "hypothetical": false,
  "policy": {
    "number": 1,
    "sha256": "[ID]"
  },
  "schema": 1,
  "sites": [
    {
      "bytes": 15,
      "files": 1,
      "site": "downloads",
      "verdict": "no-drift",
      "versions": 1
    }
  ],
  "verdict": "no-drift"
}

"#]]);
}

#[test]
fn nothing_to_compare() {
    Sandbox::signed().holdpoint(&["audit"]).shows(str![[r#"
exit 0
-- stdout
downloads: NO DRIFT  (nothing is recorded, and nothing is there; commit [COMMIT7])

"#]]);
}

/// A site on which everything is wrong.
fn drifted() -> Sandbox {
    let sandbox = Sandbox::published();
    let site = |it: &str| sandbox.path("site").join(it);
    fs::write(site("recorder-2.8.0.exe"), "x").unwrap();
    fs::write(site("recorder/2.7.0/extra.dll"), "x").unwrap();
    fs::write(site("recorder/2.7.0/recorder-2.7.0.bin"), "other bytes").unwrap();
    fs::write(site("recorder/2.7.0/SHA256SUMS"), "x\n").unwrap();
    sandbox.empty_the_index();
    sandbox
}

#[test]
fn drift() {
    let sandbox = drifted();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 1
-- stdout
downloads: DRIFT  (1 version, 1 file, 11 bytes hashed; commit [COMMIT7])
  live-unrecorded      `recorder-2.8.0.exe` is on the site, and no recorded publication names it (customers can download it)
  live-unrecorded      `recorder/2.7.0/extra.dll` is on the site, and no recorded publication names it (customers can download it)
  bytes-differ         `recorder/2.7.0/recorder-2.7.0.bin` has the SHA-256 [ID], and [ID] is recorded
  index-behind         2.7.0 is recorded as published, and `releases.json` does not list it
  checksum-file-wrong  `recorder/2.7.0/SHA256SUMS` is not what the record gives

next: take off the site what no publication names; if it went out as a release, write its folder, then: holdpoint record VERSION --site downloads --adopt --reason "…"
        who: dana@example.com or sam@example.com
      take off the site what no publication names
        who: dana@example.com or sam@example.com
      find out who wrote other bytes there; take them off the site, then: holdpoint publish 2.7.0 --site downloads --from DIR
        who: ci@example.com or dana@example.com
      holdpoint publish 2.7.0 --site downloads --from DIR
        who: ci@example.com or dana@example.com

"#]]);
}

#[test]
fn drift_as_annotations_for_github() {
    drifted().holdpoint(&["audit", "--format", "github"]).shows(str![[r#"
exit 1
-- stdout
::error title=holdpoint::downloads: DRIFT  (1 version, 1 file, 11 bytes hashed; commit [COMMIT7])
::error title=live-unrecorded recorder-2.8.0.exe::`recorder-2.8.0.exe` is on the site, and no recorded publication names it (customers can download it) | next: take off the site what no publication names; if it went out as a release, write its folder, then: holdpoint record VERSION --site downloads --adopt --reason "…"
::error title=live-unrecorded recorder/2.7.0/extra.dll::`recorder/2.7.0/extra.dll` is on the site, and no recorded publication names it (customers can download it) | next: take off the site what no publication names
::error title=bytes-differ recorder/2.7.0/recorder-2.7.0.bin::`recorder/2.7.0/recorder-2.7.0.bin` has the SHA-256 [ID], and [ID] is recorded | next: find out who wrote other bytes there; take them off the site, then: holdpoint publish 2.7.0 --site downloads --from DIR
::error title=index-behind releases.json::2.7.0 is recorded as published, and `releases.json` does not list it | next: holdpoint publish 2.7.0 --site downloads --from DIR
::error title=checksum-file-wrong recorder/2.7.0/SHA256SUMS::`recorder/2.7.0/SHA256SUMS` is not what the record gives | next: holdpoint publish 2.7.0 --site downloads --from DIR

"#]]);
}

#[test]
fn drift_as_a_job_summary() {
    drifted().holdpoint(&["audit", "--format", "markdown"]).shows(str![[r#"
exit 1
-- stdout
## downloads: DRIFT  (1 version, 1 file, 11 bytes hashed; commit [COMMIT7])

| Finding | Subject | What is the case | Next | Who |
| --- | --- | --- | --- | --- |
| `live-unrecorded` | recorder-2.8.0.exe | `recorder-2.8.0.exe` is on the site, and no recorded publication names it (customers can download it) | take off the site what no publication names; if it went out as a release, write its folder, then: holdpoint record VERSION --site downloads --adopt --reason "…" | dana@example.com or sam@example.com |
| `live-unrecorded` | recorder/2.7.0/extra.dll | `recorder/2.7.0/extra.dll` is on the site, and no recorded publication names it (customers can download it) | take off the site what no publication names | dana@example.com or sam@example.com |
| `bytes-differ` | recorder/2.7.0/recorder-2.7.0.bin | `recorder/2.7.0/recorder-2.7.0.bin` has the SHA-256 [ID], and [ID] is recorded | find out who wrote other bytes there; take them off the site, then: holdpoint publish 2.7.0 --site downloads --from DIR | ci@example.com or dana@example.com |
| `index-behind` | releases.json | 2.7.0 is recorded as published, and `releases.json` does not list it | holdpoint publish 2.7.0 --site downloads --from DIR | ci@example.com or dana@example.com |
| `checksum-file-wrong` | recorder/2.7.0/SHA256SUMS | `recorder/2.7.0/SHA256SUMS` is not what the record gives | holdpoint publish 2.7.0 --site downloads --from DIR | ci@example.com or dana@example.com |

-- stderr
downloads: DRIFT  (1 version, 1 file, 11 bytes hashed; commit [COMMIT7])

"#]]);
}

#[test]
fn what_lies_beside_the_lock_is_a_stranger_too() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
    fs::create_dir(sandbox.path("site/.holdpoint/get")).unwrap();
    fs::write(sandbox.path("site/.holdpoint/get/recorder-2.8.0.exe"), "x").unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "`.holdpoint/get/recorder-2.8.0.exe` is on the site");
}

#[test]
fn an_index_edited_by_hand() {
    let sandbox = Sandbox::published();
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    fs::write(sandbox.path("site/releases.json"), index.replace("2.7.0", "2.8.0")).unwrap();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 1
-- stdout
downloads: DRIFT  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7])
  index-ahead   `releases.json` lists 2.8.0, by a statement that counts for nothing in this record
  index-behind  releases.json: 2.7.0 is being published on downloads: prepared, not listed yet

next: git pull REPOSITORY main   (it may be recorded there); if somebody wrote it into `releases.json` by hand, take it out again
        who: ci@example.com or dana@example.com

"#]]);
    fs::write(sandbox.path("site/releases.json"), "{}").unwrap();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 1
-- stdout
downloads: DRIFT  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7])
  index-ahead  `releases.json` is not an index of releases: missing field `schema` at line 1 column 2

next: find out who wrote it; put `releases.json` back from a backup; if there is none, take it off the site, then put every version there again: holdpoint publish VERSION --site downloads --from DIR --new-site
        who: ci@example.com or dana@example.com

"#]]);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::published();
    fs::rename(sandbox.path("site"), sandbox.path("moved")).unwrap();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 4
-- stdout
downloads: UNVERIFIABLE  (1 version, 0 files, 0 bytes hashed; commit [COMMIT7])
  site-unreachable  the record lists publications on `downloads`, and at file://[SANDBOX]/site: there is nothing at its address on this machine

next: mount the site at file://[SANDBOX]/site, or put `releases.json` back from a backup; if what was there is lost, put every version there again: holdpoint publish VERSION --site downloads --from DIR --new-site
        who: ci@example.com or dana@example.com

"#]]);
    fs::write(sandbox.path("site"), "a file").unwrap();
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 4
-- stdout
downloads: UNVERIFIABLE  (1 version, 0 files, 0 bytes hashed; commit [COMMIT7])
  site-unreachable  downloads: the site `[SANDBOX]/site` is not a folder

next: move that away, and put the folder of the site there
        who: ci@example.com or dana@example.com

"#]]);
    sandbox.holdpoint(&["audit", "--format", "json"]).shows(str![[r#"
exit 4
-- stdout
{
  "commit": "[COMMIT]",
  "exit_code": 4,
  "findings": [
    {
      "code": "site-unreachable",
      "message": "the site `[SANDBOX]/site` is not a folder",
      "next": "move that away, and put the folder of the site there",
      "severity": "unverifiable",
      "since": null,
      "site": "downloads",
      "subject": "downloads",
      "who": [
        "ci@example.com",
        "dana@example.com"
      ]
    }
  ],
  "hypothetical": false,
  "policy": {
    "number": 1,
    "sha256": "[ID]"
  },
  "schema": 1,
  "sites": [
    {
      "bytes": 0,
      "files": 0,
      "site": "downloads",
      "verdict": "unverifiable",
      "versions": 1
    }
  ],
  "verdict": "unverifiable"
}

"#]]);
    fs::remove_file(sandbox.path("site")).unwrap();
    fs::rename(sandbox.path("moved"), sandbox.path("site")).unwrap();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 4
-- stdout
downloads: UNVERIFIABLE  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7])

The record at commit [COMMIT7] cannot be relied on:
  root-unpinned  no pinned root says that this is the right policy

next: holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)

"#]]);
}

#[test]
fn a_site_that_is_not_mounted_is_not_an_empty_one() {
    let sandbox = Sandbox::published();
    fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    let answer = sandbox.holdpoint(&["audit"]).finds(4, "site-unreachable");
    assert!(answer.stdout.contains("next: mount the site at file://"), "{answer:#?}");
    fs::create_dir(sandbox.path("site")).unwrap();
    sandbox.holdpoint(&["audit"]).finds(4, "site-unreachable");
    fs::remove_dir(sandbox.path("site")).unwrap();
    fs::rename(sandbox.path("elsewhere"), sandbox.path("site")).unwrap();
    sandbox.holdpoint(&["audit"]).exits(0);
}

/// Runs the command that an audit names for this file, and gives what the audit then finds of it.
#[track_caller]
fn mended(sandbox: &Sandbox, file: &str) {
    let next = |answer: &crate::sandbox::Answer| -> Option<String> {
        let json: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let all = json["findings"].as_array().unwrap().clone();
        let own = all.iter().find(|it| it["subject"] == file)?;
        Some(own["next"].as_str().unwrap().to_owned())
    };
    let audit = || sandbox.holdpoint(&["audit", "--format", "json"]);
    let cure = next(&audit().exits(1)).unwrap();
    crate::cures::stand_as(sandbox, "repo", "ci");
    crate::cures::carry_out(sandbox, "repo", &cure, 0);
    assert_eq!(next(&audit()), None, "after {cure}");
}

#[test]
fn what_is_not_readable_is_mended_by_the_command_for_that_version() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    for file in ["recorder/2.7.0/recorder-2.7.0.bin", "recorder/2.7.0/SHA256SUMS", "recorder/2.8.0", "releases.json"] {
        sandbox.shell("site", &format!("chmod go-rwx {file}")).exits(0);
        mended(&sandbox, file);
    }
}

#[test]
fn a_record_that_cannot_be_relied_on() {
    let sandbox = Sandbox::published();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "remember the milk\n");
    sandbox.commit_all("Leave a note");
    sandbox.holdpoint(&["audit"]).shows(str![[r#"
exit 4
-- stdout
downloads: UNVERIFIABLE  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7])

The record at commit [COMMIT7] cannot be relied on:
  bad-entry  releases/2.7.0/ledger/notes.txt: this file is not named by the SHA-256 of a statement

next: git log -- releases/2.7.0/ledger/notes.txt   then restore it, or if it was never valid: git rm -- releases/2.7.0/ledger/notes.txt
        who: dana@example.com or sam@example.com

"#]]);
}

#[test]
fn a_what_if() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["audit", "--at", "HEAD~1"]).shows(str![[r#"
exit 1
-- stdout
downloads: DRIFT  (0 versions, 0 files, 0 bytes hashed; commit [COMMIT7]; HYPOTHETICAL: another commit or time than now)
  live-unrecorded  `recorder/2.7.0/SHA256SUMS` is on the site, and no recorded publication names it (customers can download it)
  live-unrecorded  `recorder/2.7.0/recorder-2.7.0.bin` is on the site, and no recorded publication names it (customers can download it)
  index-ahead      `releases.json` lists 2.7.0, by a statement that counts for nothing in this record

next: take off the site what no publication names; if a publish was begun: holdpoint publish 2.7.0 --site downloads --from DIR; if it went out: holdpoint record 2.7.0 --site downloads --adopt --reason "…"
        who: dana@example.com or sam@example.com
      git pull REPOSITORY main   (it may be recorded there); if somebody wrote it into `releases.json` by hand, take it out again
        who: ci@example.com or dana@example.com

"#]]);
    sandbox.holdpoint(&["audit", "--now", "2030-01-01T00:00:00Z"]).shows(str![[r#"
exit 5
-- stdout
downloads: NO DRIFT  (1 version, 1 file, 15 bytes hashed; commit [COMMIT7]; HYPOTHETICAL: another commit or time than now)

"#]]);
}

#[test]
fn bad_usage() {
    Sandbox::signed().holdpoint(&["audit", "download"]).shows(str![[r#"
exit 2
-- stderr
error: there is no site `download`
  hint: did you mean `downloads`?

"#]]);
}
