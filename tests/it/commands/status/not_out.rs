//! How the answer about a version looks that is not out, or of which nobody can tell.

use snapbox::str;

use crate::sandbox::{Sandbox, email};

#[test]
fn nothing_yet() {
    Sandbox::founded().holdpoint(&["status"]).shows(str![[r#"
exit 0
-- stdout
No release is recorded yet.

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_waits() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
No, not yet: 2.7.0 was planned for 20 November 2026; still owed: Compatibility matrix and Customer notice.

  approved  Support knowledge base  maria@example.com, [AGO]
  missing   Compatibility matrix    nobody has signed; ada@example.com or ned@example.com can
  missing   Customer notice         nobody has signed; kim@example.com or lee@example.com can

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

next: holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["status", "2.7.0", "--customer"]).shows(str![[r#"
exit 0
-- stdout
No, 2.7.0 is not out.

"#]]);
}

#[test]
fn one_that_is_clear() {
    Sandbox::signed().holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
No, not yet: 2.7.0 may go out, and nobody has published it; it was planned for 20 November 2026.

  approved  Support knowledge base  maria@example.com, [AGO]
  approved  Compatibility matrix    ned@example.com, [AGO]
  approved  Customer notice         lee@example.com, [AGO]

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

next: holdpoint publish 2.7.0 --site downloads --from DIR
        who: ci@example.com or dana@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_is_cancelled() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| {
        it.replace("[[component]]", "cancelled = \"superseded by 2.8\"\n\n[[component]]")
    });
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
No: 2.7.0 was cancelled.

  missing  Support knowledge base  nobody has signed; eve@example.com or maria@example.com can
  missing  Compatibility matrix    nobody has signed; ada@example.com or ned@example.com can
  missing  Customer notice         nobody has signed; kim@example.com or lee@example.com can

  title       Webinar 2.7.0
  cancelled   superseded by 2.8
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

  cancelled  2.7.0: the release was cancelled: superseded by 2.8

next: edit `releases/2.7.0/release.toml`, or make a new version: holdpoint new …
        who: dana@example.com or sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_cannot_be_told() {
    let sandbox = Sandbox::signed();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "remember the milk\n");
    sandbox.commit_all("Leave a note");
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 4
-- stdout
It cannot be told whether 2.7.0 is out: its record has 1 fault.

  approved  Support knowledge base  maria@example.com, [AGO]
  approved  Compatibility matrix    ned@example.com, [AGO]
  approved  Customer notice         lee@example.com, [AGO]

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

  bad-entry  releases/2.7.0/ledger/notes.txt: this file is not named by the SHA-256 of a statement

next: git log -- releases/2.7.0/ledger/notes.txt   then restore it, or if it was never valid: git rm -- releases/2.7.0/ledger/notes.txt
        who: dana@example.com or sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_nobody_recorded() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["status", "2.8"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded 2.8.

  who can find out: dana@example.com or sam@example.com

next: holdpoint audit    (whether it is on a site without a record)
      holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["status", "recorder@2.8", "--customer"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded recorder 2.8.

"#]]);
    sandbox.holdpoint(&["status", "2.8.0", "--format", "json"]).shows(str![[r#"
exit 4
-- stdout
{
  "answer": "Nobody has recorded 2.8.0.",
  "asked": "2.8.0",
  "exit_code": 4,
  "findings": [],
  "releases": [],
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
  },
  "who_can_find_out": [
    "dana@example.com",
    "sam@example.com"
  ]
}

"#]]);
}

#[test]
fn what_could_make_it_wrong_stands_in_the_first_line() {
    let sandbox = Sandbox::published();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["status", "2.7.0", "--at", "HEAD~1"]).shows(str![[r#"
exit 0
-- stdout
No, not yet: 2.7.0 may go out, and nobody has published it; it was planned for 20 November 2026. (as of commit [COMMIT7], [AGO]) (unverified: no pinned root)

  approved  Support knowledge base  maria@example.com, [AGO]
  approved  Compatibility matrix    ned@example.com, [AGO]
  approved  Customer notice         lee@example.com, [AGO]

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

next: holdpoint publish 2.7.0 --site downloads --from DIR
        who: ci@example.com or dana@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", "0".repeat(64))]);
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 4
-- stdout
It cannot be told whether 2.7.0 is out: the policy here cannot be relied on.
  root-mismatch  git config holdpoint.root pins sha256:[ID], and the policy here is sha256:[ID]

next: git pull   (the policy here may be older than the pinned one); else: git log -- policy   (who changed it? ask the owners for the root)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["status", "recordr"]).shows(str![[r#"
exit 2
-- stderr
error: there is no component `recordr`
  hint: did you mean `recorder`?

"#]]);
    sandbox.holdpoint(&["status", "recordr@2.7"]).shows(str![[r#"
exit 2
-- stderr
error: there is no component `recordr`
  hint: did you mean `recorder`?

"#]]);
    sandbox.holdpoint(&["status", "recorder@"]).shows(str![[r#"
exit 2
-- stderr
error: that asks for nothing
  hint: ask like this: holdpoint status recorder@2.7

"#]]);
    sandbox.holdpoint(&["status", &email("dana")]).shows(str![[r#"
exit 2
-- stderr
error: `example.com` is no version
  hint: ask like this: holdpoint status recorder@2.7

"#]]);
}
