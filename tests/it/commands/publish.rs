//! `holdpoint publish`: the plan, the deed, and every way in which nothing is published.

use std::fs;

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};

fn publish(sandbox: &Sandbox, more: &[&str]) -> Answer {
    let from = ["publish", "2.7.0", "--site", "downloads", "--from", "../dist", "--yes"];
    sandbox.as_person("ci", &[&from[..], more].concat())
}

/// Nothing was recorded, and nothing can be seen.
fn is_untouched(sandbox: &Sandbox) {
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\"")));
}

#[test]
fn planned() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &["--plan"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PLAN for downloads  (6 steps, 1 artifact, 15 bytes; commit [COMMIT7]); nothing is changed
  1. put recorder/2.7.0/recorder-2.7.0.bin  (15 bytes, sha256 [ID])
  2. read recorder/2.7.0/recorder-2.7.0.bin back and compare it
  3. write recorder/2.7.0/SHA256SUMS
  4. sign the publication, commit it and share it
  5. list it in releases.json: customers see it
  6. write index.html

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
    assert!(!sandbox.path("site").exists());
}

#[test]
fn published() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &[]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PUBLISHED on downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7])
file://[SANDBOX]/site
NOT SHARED YET: this repository has no remote; it is its own record
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
NOT SHARED YET: this repository has no remote; it is its own record

"#]]);
    publish(&sandbox, &["--plan"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: PLAN for downloads  (5 steps, 1 artifact, 15 bytes; commit [COMMIT7]); nothing is changed
  1. put recorder/2.7.0/recorder-2.7.0.bin  (15 bytes, sha256 [ID])
  2. read recorder/2.7.0/recorder-2.7.0.bin back and compare it
  3. write recorder/2.7.0/SHA256SUMS
  4. list it in releases.json: customers see it
  5. write index.html

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
  "message": "shared: CI sees it",
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
2.7.0: PREPARED for downloads  (1 artifact, 15 bytes; statement [ID8], commit [COMMIT7]); the files are on the site, and not listed

next: open a pull request for the branch holdpoint/publish-2.7.0-[ID8]
      holdpoint publish 2.7.0 --site downloads --from ../dist   (when it is merged)

NOT SHARED YET: it is on the branch `holdpoint/publish-2.7.0-[ID8]`, and takes effect when that is merged
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
shared: CI sees it
-- stderr
HEAD is behind `main` of `origin`; deciding on its tip [COMMIT7]
  live  releases.json

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
NOT SHARED YET: this repository has no remote; it is its own record
-- stderr
  run  sh -c 'mkdir -p ../site/recorder/2.7.0 && cp ../dist/recorder-$HOLDPOINT_VERSION.bin ../site/recorder/2.7.0/'
  read back  recorder/2.7.0/recorder-2.7.0.bin
  put  recorder/2.7.0/SHA256SUMS  (85 bytes)
  recorded  [ID8] in commit [COMMIT7], by ci@example.com
  live  releases.json

"#]]);
}

#[test]
fn an_uploader_that_does_not_upload() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "true"]).shows(str![[r#"
exit 1
-- stderr
  run  true
error: nothing is published on `downloads`
  no-artifact  `recorder/2.7.0/recorder-2.7.0.bin` is not on the site after the upload
  hint: have the uploader put each file under COMPONENT/VERSION/FILE, with the signed bytes

"#]]);
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "false"]).shows(str![[r#"
exit 4
-- stderr
  run  false
error: `false` ended with exit status: 1; nothing is recorded
  hint: mend the upload, then run the same command again

"#]]);
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "no-such-program"]).shows(str![[r#"
exit 4
-- stderr
  run  no-such-program
error: `no-such-program` cannot be run; nothing is recorded
  because: No such file or directory (os error 2)
  hint: name a program that is there after `--`

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn not_clear() {
    let sandbox = Sandbox::ready();
    publish(&sandbox, &[]).shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 0 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not checked)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

next: holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
    assert!(!sandbox.path("site").exists());
}

#[test]
fn a_what_if_is_never_published() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &["--now", "2030-01-01T00:00:00Z"]).shows(str![[r#"
exit 5
-- stdout
2.7.0: HYPOTHETICALLY CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not checked; HYPOTHETICAL: another commit or time than now)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::signed();
    let as_maria = ["publish", "2.7.0", "--site", "downloads", "--from", "../dist", "--yes"];
    sandbox.as_person("maria", &as_maria).shows(str![[r#"
exit 1
-- stderr
error: maria@example.com may not publish: the role `release` may
  hint: ask ci@example.com or dana@example.com

"#]]);
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), "recorder 2.7.1\n").unwrap();
    publish(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: nothing is published on `downloads`
  bytes-differ  there are other bytes than were signed for `recorder/2.7.0/recorder-2.7.0.bin`: `../dist/recorder-2.7.0.bin`: it has 15 bytes with the SHA-256 [ID]; expected were 15 bytes with the SHA-256 [ID]
  hint: build or copy the signed files again; other bytes need new sign-offs: holdpoint artifacts …

"#]]);
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), "recorder 2.7.0, patched\n").unwrap();
    publish(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: nothing is published on `downloads`
  bytes-differ  there are other bytes than were signed for `recorder/2.7.0/recorder-2.7.0.bin`: `../dist/recorder-2.7.0.bin` has 24 bytes, and 15 were signed
  hint: build or copy the signed files again; other bytes need new sign-offs: holdpoint artifacts …

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn a_published_path_is_burned() {
    let sandbox = Sandbox::published();
    fs::write(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"), "other bytes").unwrap();
    publish(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: nothing is published on `downloads`
  burned  `recorder/2.7.0/recorder-2.7.0.bin` holds other bytes than were published there: SHA-256 [ID]
  hint: find out who wrote them; take the file off the site, then: holdpoint publish 2.7.0 --site downloads --from ../dist

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::signed();
    let publish = |more: &[&str]| sandbox.as_person("ci", &[&["publish", "2.7.0"], more].concat());
    publish(&["--yes"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <--from <DIR>|CMD>

Usage: holdpoint publish --yes --as <EMAIL> --key <FILE> <--from <DIR>|CMD> <VERSION>

For more information, try '--help'.

"#]]);
    publish(&["--from", "../dist", "--yes", "--", "true"]).shows(str![[r#"
exit 2
-- stderr
error: the argument '--from <DIR>' cannot be used with '[CMD]...'

Usage: holdpoint publish --yes --as <EMAIL> --key <FILE> <--from <DIR>|CMD> <VERSION>

For more information, try '--help'.

"#]]);
    publish(&["--from", "../nowhere", "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: there is no folder `../nowhere`
  hint: name the folder that holds the files: --from DIR

"#]]);
    publish(&["--from", "../dist", "--site", "download", "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: there is no site `download`
  hint: did you mean `downloads`?

"#]]);
    publish(&["--from", "../dist", "--yes", "--no-commit"]).shows(str![[r#"
exit 2
-- stderr
error: a publication takes effect by its commit, so it is always committed
  hint: use --prepare to leave it on a branch

"#]]);
    publish(&["--from", "../dist", "--plan", "--prepare"]).shows(str![[r#"
exit 2
-- stderr
error: the argument '--plan' cannot be used with '--prepare'

Usage: holdpoint publish --plan --as <EMAIL> --key <FILE> <--from <DIR>|CMD> <VERSION>

For more information, try '--help'.

"#]]);
    sandbox.as_person("ci", &["publish", "2.8.0", "--from", "../dist", "--yes"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.8.0`
  hint: did you mean `2.7.0`?

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::signed();
    fs::remove_file(sandbox.path("dist/recorder-2.7.0.bin")).unwrap();
    publish(&sandbox, &[]).shows(str![[r#"
exit 4
-- stderr
error: files that were signed are missing; nothing is published
  because: `recorder/2.7.0/recorder-2.7.0.bin` is at none of these places: `../dist/recorder/2.7.0/recorder-2.7.0.bin`, `../dist/recorder/recorder-2.7.0.bin`, `../dist/recorder-2.7.0.bin`
  hint: name the folder where they are: --from DIR

"#]]);
    sandbox.write("releases/2.7.0/kb.md", "Not committed.\n");
    publish(&sandbox, &[]).shows(str![[r#"
exit 4
-- stderr
error: the work tree is not what HEAD holds: 1 difference
  dirty  `releases/2.7.0/kb.md` is not committed as it is here
  hint: commit what belongs to the record, or put it aside: git stash -u

"#]]);
    publish(&sandbox, &["--format", "json"]).shows(str![[r#"
exit 4
-- stdout
{
  "error": {
    "hint": "commit what belongs to the record, or put it aside: git stash -u",
    "message": "the work tree is not what HEAD holds: 1 difference"
  },
  "exit_code": 4,
  "findings": [
    {
      "code": "dirty",
      "message": "`releases/2.7.0/kb.md` is not committed as it is here",
      "next": "git add 'releases/2.7.0/kb.md' && git commit   (or put it aside: git stash -u)",
      "severity": "unverifiable",
      "since": null,
      "subject": "releases/2.7.0/kb.md",
      "who": []
    }
  ],
  "schema": 1
}

"#]]);
    sandbox.git(&["checkout", "-q", "--", "."]);
    sandbox.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    publish(&sandbox, &[]).shows(str![[r#"
exit 4
-- stderr
error: HEAD is not the tip of `main`, the branch of record
  because: HEAD is at [COMMIT7], and `main` is at [COMMIT7]
  hint: git switch main

"#]]);
    is_untouched(&sandbox);
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
shared: CI sees it
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
