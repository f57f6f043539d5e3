//! `holdpoint who`: who answers for a release, who has signed, and who must act now.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn names_the_owner_the_signers_and_who_must_act() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let answer = sandbox.holdpoint(&["who", "2.7"]).exits(0);
    let first = answer.stdout.lines().next().unwrap();
    assert_eq!(first, "dana@example.com answers for 2.7.0; the deputy is sam@example.com.");
    assert!(answer.stdout.contains("approved by maria@example.com"), "{answer:#?}");
    assert!(
        answer
            .stdout
            .contains("  kim@example.com or lee@example.com\n    missing notice: holdpoint sign 2.7.0 notice\n"),
        "{answer:#?}"
    );
    assert!(answer.stdout.contains("ci@example.com (a machine)"), "{answer:#?}");
    let json = sandbox.holdpoint(&["who", "2.7.0", "--format", "json"]).exits(0).json();
    assert_eq!(json["releases"][0]["duties"].as_array().unwrap().len(), 2);
    assert_eq!(json["releases"][0]["requirements"][0]["can_sign"][1], "maria@example.com");
}

#[test]
fn once_all_is_signed_the_publishers_must_act_and_once_it_is_out_nobody() {
    let sandbox = Sandbox::signed();
    let answer = sandbox.holdpoint(&["who", "2.7.0"]).exits(0);
    assert!(answer.stdout.contains("publish it: holdpoint publish 2.7.0 --site downloads --from DIR"), "{answer:#?}");
    sandbox.publish("2.7.0").exits(0);
    assert!(sandbox.holdpoint(&["who", "2.7.0"]).exits(0).stdout.contains("Nobody must act now."));
}

#[test]
fn what_nobody_in_particular_can_do_falls_to_the_owner() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("## Resolution", "## Else"));
    let json = sandbox.holdpoint(&["who", "2.7.0", "--format", "json"]).exits(0).json();
    let duties = json["releases"][0]["duties"].as_array().unwrap().clone();
    let mend = duties.iter().find(|it| it["what"].as_str().unwrap().starts_with("kb-sections ")).unwrap();
    assert!(!mend["who"].as_array().unwrap().is_empty(), "{mend}");
}

#[test]
fn a_release_that_nobody_recorded_has_nobody() {
    let sandbox = Sandbox::ready();
    let answer = sandbox.holdpoint(&["who", "2.8"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded 2.8.\n"), "{answer:#?}");
}

#[test]
fn of_one_that_waits() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["who", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
dana@example.com answers for 2.7.0; the deputy is sam@example.com.

  kb             approved by maria@example.com, [AGO]
                 eve@example.com or maria@example.com of `support` can sign it
  compatibility  missing
                 ada@example.com or ned@example.com of `compatibility` can sign it
  notice         missing
                 kim@example.com or lee@example.com of `communications` can sign it

must act now:
  ada@example.com or ned@example.com
    missing compatibility: holdpoint sign 2.7.0 compatibility
  kim@example.com or lee@example.com
    missing notice: holdpoint sign 2.7.0 notice

  publishes      ci@example.com (a machine) or dana@example.com
  holds          everybody of the ring
  lifts holds    whoever placed it, or 2 of `duty` together: dana@example.com and sam@example.com
  waives         2 of `duty` together: dana@example.com and sam@example.com, for at most 72 hours

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn of_one_that_is_clear() {
    Sandbox::signed().holdpoint(&["who", "2.7"]).shows(str![[r#"
exit 0
-- stdout
dana@example.com answers for 2.7.0; the deputy is sam@example.com.

  kb             approved by maria@example.com, [AGO]
                 eve@example.com or maria@example.com of `support` can sign it
  compatibility  approved by ned@example.com, [AGO]
                 ada@example.com or ned@example.com of `compatibility` can sign it
  notice         approved by lee@example.com, [AGO]
                 kim@example.com or lee@example.com of `communications` can sign it

must act now:
  ci@example.com or dana@example.com
    publish it: holdpoint publish 2.7.0 --site downloads --from DIR

  publishes      ci@example.com (a machine) or dana@example.com
  holds          everybody of the ring
  lifts holds    whoever placed it, or 2 of `duty` together: dana@example.com and sam@example.com
  waives         2 of `duty` together: dana@example.com and sam@example.com, for at most 72 hours

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn of_one_without_an_owner() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("owner = \"dana@example.com\"\n", ""));
    sandbox.holdpoint(&["who", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
Nobody answers for 2.7.0 but sam@example.com, the deputy.

  kb             missing
                 eve@example.com or maria@example.com of `support` can sign it
  compatibility  missing
                 ada@example.com or ned@example.com of `compatibility` can sign it
  notice         missing
                 kim@example.com or lee@example.com of `communications` can sign it

must act now:
  ada@example.com or ned@example.com
    missing compatibility: holdpoint sign 2.7.0 compatibility
  ada@example.com, dana@example.com, eve@example.com, kim@example.com, lee@example.com, maria@example.com, ned@example.com or sam@example.com
    no-owner 2.7.0: name an owner and a deputy in `releases/2.7.0/release.toml`
  eve@example.com or maria@example.com
    missing kb: holdpoint sign 2.7.0 kb
  kim@example.com or lee@example.com
    missing notice: holdpoint sign 2.7.0 notice

  publishes      ci@example.com (a machine) or dana@example.com
  holds          everybody of the ring
  lifts holds    whoever placed it, or 2 of `duty` together: dana@example.com and sam@example.com
  waives         2 of `duty` together: dana@example.com and sam@example.com, for at most 72 hours

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn as_json() {
    let mut answer = Sandbox::published().holdpoint(&["who", "2.7.0", "--format", "json"]);
    let mut json = answer.json();
    // One requirement is like the other.
    json["releases"][0]["requirements"].as_array_mut().unwrap().truncate(1);
    answer.stdout = format!("{json:#}\n");
    answer.shows(str![[r#"
exit 0
-- stdout
{
  "answer": "dana@example.com answers for 2.7.0; the deputy is sam@example.com.",
  "exit_code": 0,
  "lifters": {
    "members": [
      "dana@example.com",
      "sam@example.com"
    ],
    "needed": 2,
    "role": "duty"
  },
  "machines": [
    "ci@example.com"
  ],
  "publishers": [
    "ci@example.com",
    "dana@example.com"
  ],
  "releases": [
    {
      "deputy": "sam@example.com",
      "duties": [],
      "owner": "dana@example.com",
      "release": "2.7.0",
      "requirements": [
        {
          "can_sign": [
            "eve@example.com",
            "maria@example.com"
          ],
          "requirement": {
            "approvals": 1,
            "by": [
              "maria@example.com"
            ],
            "name": "kb",
            "needed": 1,
            "role": "support",
            "roles": [
              "support"
            ],
            "since": "[TIME]",
            "state": "approved",
            "title": "Support knowledge base"
          }
        }
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
  },
  "waivers": {
    "members": [
      "dana@example.com",
      "sam@example.com"
    ],
    "needed": 2,
    "role": "duty"
  }
}

"#]]);
}

#[test]
fn of_one_that_nobody_recorded() {
    Sandbox::signed().holdpoint(&["who", "2.9.0"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded 2.9.0.

next: holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
}

#[test]
fn refusals() {
    let sandbox = Sandbox::signed();
    sandbox.holdpoint(&["who"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <VERSION>

Usage: holdpoint who <VERSION>

For more information, try '--help'.

"#]]);
    sandbox.edit("policy/0001/policy.toml", |it| it.replace("threshold = 1", "threshold = 9"));
    sandbox.holdpoint(&["who", "2.7.0"]).shows(str![[r#"
exit 4
-- stderr
error: the policy cannot be relied on
  policy-broken  the owners: 9 needed, and 2 can sign `adopt` (machines do not count)
      --> policy/0001/policy.toml:14:13
       |
    14 | threshold = 9
       |             ^ name more people, or ask for fewer

next: git log -- policy   (restore it as its owners signed it)

"#]]);
}
