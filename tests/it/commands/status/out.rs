//! How the answer about a version looks that is out, or that a site shows.

use std::fs;

use snapbox::str;

use crate::attacks::waive;
use crate::commands::record;
use crate::sandbox::Sandbox;

#[test]
fn every_release() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox.sign("2.8.0", "kb", "maria").exits(0);
    sandbox.as_person("ned", &["hold", "2.9.0", "--reason", "customers report crashes", "--yes"]).exits(0);
    sandbox.holdpoint(&["status"]).shows(str![[r#"
exit 0
-- stdout
3 releases: 1 published, 1 waiting, 1 blocked.

  2.9.0  blocked    was planned for 20 November 2026; held: ned@example.com holds it: customers report crashes
  2.8.0  waiting    was planned for 20 November 2026; owed: Compatibility matrix (ada@example.com or ned@example.com) and Customer notice (kim@example.com or lee@example.com)
  2.7.0  published  since [TODAY] (downloads)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["status", "--customer"]).shows(str![[r#"
exit 0
-- stdout
1 version is out.

  2.7.0  published  since [TODAY] (downloads)

"#]]);
    sandbox.holdpoint(&["status", "recorder"]).shows(str![[r#"
exit 0
-- stdout
The newest recorder that is out is 2.7.0, since [TODAY] (downloads).

  2.9.0  blocked    was planned for 20 November 2026; held: ned@example.com holds it: customers report crashes
  2.8.0  waiting    was planned for 20 November 2026; owed: Compatibility matrix (ada@example.com or ned@example.com) and Customer notice (kim@example.com or lee@example.com)
  2.7.0  published  since [TODAY] (downloads)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_is_out() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["status", "2.7"]).shows(str![[r#"
exit 0
-- stdout
Yes, 2.7.0 is out since [TODAY] (downloads).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  site        downloads lists it; recorded by ci@example.com on [TODAY]
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["status", "recorder@2.7", "--customer"]).shows(str![[r#"
exit 0
-- stdout
Yes, recorder 2.7.0 is out since [TODAY] (downloads).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  notice      Recorder 2.7.0

"#]]);
    sandbox.holdpoint(&["status", "2.7.0", "--customer", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "answer": "Yes, 2.7.0 is out since [TODAY] (downloads).",
  "asked": "2.7.0",
  "exit_code": 0,
  "findings": [],
  "releases": [
    {
      "answer": "Yes, 2.7.0 is out since [TODAY] (downloads).",
      "article": null,
      "artifacts": [
        {
          "component": "recorder",
          "file": "recorder-2.7.0.bin",
          "sha256": "[ID]",
          "size": 15
        }
      ],
      "components": [
        {
          "name": "recorder",
          "version": "2.7.0"
        }
      ],
      "notice": {
        "title": "Recorder 2.7.0"
      },
      "out": true,
      "release": "2.7.0",
      "sites": [
        {
          "listed": true,
          "outside_the_gate": false,
          "since": "[TIME]",
          "site": "downloads"
        }
      ],
      "state": "published",
      "support_until": "2098-11-20",
      "title": "Webinar 2.7.0"
    }
  ],
  "schema": 1,
  "who_can_find_out": []
}

"#]]);
}

#[test]
fn one_that_is_held() {
    let sandbox = Sandbox::published();
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "customers report crashes", "--yes"]).exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
Yes, 2.7.0 is out since [TODAY] (downloads).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  site        downloads lists it; recorded by ci@example.com on [TODAY]
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

  held  [ID8]: ned@example.com holds it: customers report crashes

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: ned@example.com, dana@example.com or sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_was_begun_and_not_finished() {
    let sandbox = Sandbox::begun();
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
No, not yet: 2.7.0 is being published on downloads since [TODAY]; it is recorded, and not listed yet.

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  site        downloads does not list it yet; recorded by ci@example.com on [TODAY]
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

next: holdpoint publish 2.7.0 --site downloads --from DIR   (the same again; it finishes what was begun)
        who: ci@example.com or dana@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn one_that_is_live_and_not_recorded() {
    let sandbox = Sandbox::published();
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    fs::write(sandbox.path("site/releases.json"), index.replace("2.7.0", "2.8.0")).unwrap();
    sandbox.holdpoint(&["status", "2.8.0"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded 2.8.0, and downloads lists it all the same.

  did you mean 2.7.0?

  who can find out: dana@example.com or sam@example.com

next: holdpoint audit    (whether it is on a site without a record)
      holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn a_component_that_is_not_in_a_listed_release_is_not_said_to_be_listed() {
    let sandbox = Sandbox::published();
    sandbox.declare("2.4.0", &["player"], "schema = 1\n");
    let answer = sandbox.holdpoint(&["status", "player@2.7"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded player 2.7.\n"), "{answer:#?}");
}

#[test]
fn debts_are_shown() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    waive(&sandbox, "missing:notice");
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
Yes, 2.7.0 is out since [TODAY] (downloads).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  site        downloads lists it; recorded by ci@example.com on [TODAY]
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com
  WAIVED      `missing` of `notice` was waived by dana@example.com and sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn what_went_out_outside_the_gate_says_so() {
    let sandbox = record::live();
    sandbox.as_person("dana", &record::ADOPT).exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
Yes, 2.7.0 is out (downloads; on record since [TODAY]).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  site        downloads (it went out outside the gate) holds it, and its index does not list it; recorded by dana@example.com on [TODAY]
  support     until 20 November 2098
  article     Recordings of 2.7.0
  notice      Recorder 2.7.0
  owner       dana@example.com, deputy sam@example.com

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    sandbox.holdpoint(&["status", "2.7.0", "--customer"]).shows(str![[r#"
exit 0
-- stdout
Yes, 2.7.0 is out (downloads; on record since [TODAY]).

  title       Webinar 2.7.0
  components  recorder 2.7.0
  file        recorder-2.7.0.bin, 15 bytes, sha256 [ID8]…
  support     until 20 November 2098
  notice      Recorder 2.7.0

"#]]);
}
