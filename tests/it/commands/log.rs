//! `holdpoint log`: what was said about a release, in order.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn a_ledger_is_read_in_the_order_in_which_it_was_seen() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "case 5531", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("eve", &["lift", "2.7.0", &hold, "--reason", "solved", "--yes"]).exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "More.\n");
    let answer = sandbox.holdpoint(&["log", "2.7.0"]).exits(0);
    assert!(answer.stdout.starts_with("2.7.0: 5 entries, 3 count, 1 stale, 1 settled.\n"), "{answer:#?}");
    assert!(
        answer.stdout.contains("\"case 5531\"") && answer.stdout.contains("`kb.md` changed after it"),
        "{answer:#?}"
    );
    let json = sandbox.holdpoint(&["log", "2.7.0", "--format", "json"]).exits(0).json();
    let entries = json["releases"][0]["entries"].as_array().unwrap().clone();
    let kinds: Vec<&str> = entries.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["approve", "approve", "approve", "hold", "lift"]);
    let effects: Vec<&str> = entries.iter().map(|it| it["effect"].as_str().unwrap()).collect();
    assert_eq!(effects, ["stale", "counts", "counts", "settled", "counts"]);
    assert_eq!(entries[4]["target"], hold.as_str());
}

#[test]
fn what_is_no_entry_is_listed_too() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "x");
    sandbox.commit_all("Junk");
    let answer = sandbox.holdpoint(&["log", "2.7.0"]).finds(0, "bad-entry");
    assert!(answer.stdout.starts_with("2.7.0: 0 entries, 1 fault in the ledger.\n"), "{answer:#?}");
}

#[test]
fn a_release_that_nobody_recorded_has_no_ledger() {
    let answer = Sandbox::ready().holdpoint(&["log", "2.8"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded 2.8.\n"), "{answer:#?}");
}

/// A release about which much was said, one after the other.
fn much_said() -> Sandbox {
    let sandbox = Sandbox::ready();
    let say = |who: &str, words: &[&str]| {
        sandbox.as_person(who, &[words, &["--yes"]].concat()).exits(0);
    };
    say("maria", &["sign", "2.7.0", "kb"]);
    say("eve", &["decline", "2.7.0", "kb", "--reason", "step 2 does not work"]);
    let decline = sandbox.id("2.7.0", "kind = \"decline\"");
    say("eve", &["revoke", "2.7.0", &decline, "--reason", "it does, on version 10"]);
    say("ned", &["sign", "2.7.0", "compatibility"]);
    say("ned", &["hold", "2.7.0", "--reason", "customers report crashes"]);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    say("ned", &["lift", "2.7.0", &hold, "--reason", "it was the network"]);
    say("lee", &["sign", "2.7.0", "notice"]);
    sandbox.edit("releases/2.7.0/notice.md", |it| it.replace("Everybody", "All"));
    sandbox
}

#[test]
fn of_much() {
    let sandbox = much_said();
    sandbox.holdpoint(&["log", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: 7 entries, 4 count, 1 stale, 2 settled.

  [TIME]  [ID8]  counts     approve kb by maria@example.com (support)
  [TIME]  [ID8]  settled    decline kb by eve@example.com (support)
                                         "step 2 does not work"
  [TIME]  [ID8]  counts     revoke [ID8] by eve@example.com (support)
                                         "it does, on version 10"
  [TIME]  [ID8]  counts     approve compatibility by ned@example.com (compatibility)
  [TIME]  [ID8]  settled    hold by ned@example.com
                                         "customers report crashes"
  [TIME]  [ID8]  counts     lift [ID8] by ned@example.com
                                         "it was the network"
  [TIME]  [ID8]  stale      approve notice by lee@example.com (communications)
                                         `notice.md` changed after it

from commit [COMMIT7] of [TODAY], policy 1; times in UTC, as the signers claim

"#]]);
}

#[test]
fn of_a_publication() {
    Sandbox::published().holdpoint(&["log", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: 4 entries, 4 count.

  [TIME]  [ID8]  counts     approve kb by maria@example.com (support)
  [TIME]  [ID8]  counts     approve compatibility by ned@example.com (compatibility)
  [TIME]  [ID8]  counts     approve notice by lee@example.com (communications)
  [TIME]  [ID8]  counts     publish on downloads by ci@example.com (release)

from commit [COMMIT7] of [TODAY], policy 1; times in UTC, as the signers claim

"#]]);
}

#[test]
fn of_nothing() {
    Sandbox::ready().holdpoint(&["log", "2.7"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: 0 entries.

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn as_json() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["log", "2.7.0", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "answer": "2.7.0: 1 entry, 1 counts.",
  "exit_code": 0,
  "releases": [
    {
      "entries": [
        {
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
        }
      ],
      "findings": [],
      "release": "2.7.0"
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
fn what_is_no_entry_is_listed_too_shown() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.write("releases/2.7.0/ledger/notes.txt", "remember the milk\n");
    sandbox.commit_all("Leave a note");
    sandbox.holdpoint(&["log", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
2.7.0: 1 entry, 1 counts, 1 fault in the ledger.

  [TIME]  [ID8]  counts     approve kb by maria@example.com (support)

  bad-entry  notes.txt: this file is not named by the SHA-256 of a statement

next: holdpoint show notes.txt   (what it is, and what to do about it)

from commit [COMMIT7] of [TODAY], policy 1; times in UTC, as the signers claim

"#]]);
}

#[test]
fn of_one_that_nobody_recorded() {
    Sandbox::ready().holdpoint(&["log", "2.9.0"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded 2.9.0.

next: holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}
