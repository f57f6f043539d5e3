//! Every way in which nothing is published.

use std::fs;

use snapbox::str;

use super::publish;
use crate::sandbox::Sandbox;

/// Nothing was recorded, and nothing can be seen.
fn is_untouched(sandbox: &Sandbox) {
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\"")));
}

#[test]
fn an_uploader_that_does_not_upload() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "true"]).shows(str![[r#"
exit 1
-- stderr
  run  true
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 0 of 1 file, 0 of 1 checksum file
  because: the files cannot be published on `downloads` as they are
  no-artifact  `recorder/2.7.0/recorder-2.7.0.bin` is not on the site after the upload
  hint: have the uploader put each file under COMPONENT/VERSION/FILE, with the signed bytes, then: holdpoint publish 2.7.0 --site downloads --as ci@example.com --key [KEYS]/ci --yes -- true

"#]]);
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "false"]).shows(str![[r#"
exit 4
-- stderr
  run  false
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 0 of 1 file, 0 of 1 checksum file
  because: `false` ended with exit status: 1
  hint: fix the upload, then: holdpoint publish 2.7.0 --site downloads --as ci@example.com --key [KEYS]/ci --yes -- false

"#]]);
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "no-such-program"]).shows(str![[r#"
exit 4
-- stderr
  run  no-such-program
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 0 of 1 file, 0 of 1 checksum file
  because: `no-such-program` cannot be run: No such file or directory (os error 2)
  hint: name a program that is there: holdpoint publish 2.7.0 --site downloads -- CMD…

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn not_clear() {
    let sandbox = Sandbox::ready();
    publish(&sandbox, &[]).shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 0 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1)
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
    assert_eq!(std::fs::read_dir(sandbox.path("site")).unwrap().count(), 0);
}

#[test]
fn a_hold_that_is_not_merged_yet() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", "HEAD:refs/heads/holdpoint/hold-2.7.0-01234567"]);
    sandbox.git(&["switch", "-q", "main"]);
    publish(&sandbox, &[]).shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; main of [SANDBOX]/origin.git)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: maria@example.com holds it: it crashes (on the branch `origin/holdpoint/hold-2.7.0-[ID8]`, and not in this commit)

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: maria@example.com, dana@example.com or sam@example.com

"#]]);
    is_untouched(&sandbox);
}

#[test]
fn a_what_if_is_never_published() {
    let sandbox = Sandbox::signed();
    publish(&sandbox, &["--now", "2030-01-01T00:00:00Z"]).shows(str![[r#"
exit 5
-- stdout
2.7.0: HYPOTHETICALLY CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; HYPOTHETICAL: another commit or time than now)
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
error: 2.7.0 is not published on `downloads`: the index does not list it; its publication is not recorded; on the site: 0 of 1 file, 0 of 1 checksum file
  because: the files cannot be published on `downloads` as they are
  bytes-differ  there are other bytes than were signed for `recorder/2.7.0/recorder-2.7.0.bin`: `../dist/recorder-2.7.0.bin`: it has 15 bytes with the SHA-256 [ID]; expected were 15 bytes with the SHA-256 [ID]
  hint: build or copy the signed files again; other bytes need new sign-offs: holdpoint artifacts …

"#]]);
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), "recorder 2.7.0, patched\n").unwrap();
    publish(&sandbox, &[]).shows(str![[r#"
exit 1
-- stderr
error: the files cannot be published on `downloads` as they are
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
error: the files cannot be published on `downloads` as they are
  burned  `recorder/2.7.0/recorder-2.7.0.bin` holds other bytes than were published there: it has the SHA-256 [ID]
  hint: find out who wrote them; take the file off the site, then: holdpoint publish 2.7.0 --site downloads --from ../dist --as ci@example.com --key [KEYS]/ci --yes

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
error: files that were signed are missing
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
      "next": "git add -- releases/2.7.0/kb.md && git commit   (or put it aside: git stash -u)",
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
