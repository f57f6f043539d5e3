//! `holdpoint status`: whether it is out, in words that can be read to a customer.

use snapbox::str;

use crate::attacks::waive;
use crate::sandbox::{Answer, RECORDER, Sandbox, keys};

mod not_out;
mod out;

/// The first line of an answer.
fn first(answer: &Answer) -> &str {
    answer.stdout.lines().next().unwrap_or_default()
}

#[test]
fn what_is_ready_is_not_out() {
    let sandbox = Sandbox::signed();
    let answer = sandbox.holdpoint(&["status", "2.7.0", "--now", "2026-11-20T12:00:00Z"]).exits(0);
    let wanted = "No, not yet: 2.7.0 may go out, and nobody has published it; it is planned for 20 November 2026.";
    assert!(first(&answer).starts_with(wanted), "{answer:#?}");
}

#[test]
fn what_is_owed_is_said_with_who_can_give_it() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let answer = sandbox.holdpoint(&["status", "2.7"]).exits(0);
    assert!(first(&answer).ends_with("; still owed: Compatibility matrix and Customer notice."), "{answer:#?}");
    let list = sandbox.holdpoint(&["status"]).exits(0);
    assert_eq!(first(&list), "1 release: 1 waiting.");
    assert!(list.stdout.contains("Customer notice (kim@example.com or lee@example.com)"), "{list:#?}");
}

#[test]
fn what_is_out_is_said_with_day_and_place() {
    let sandbox = Sandbox::published();
    for asked in ["2.7.0", "v2.7", "2.7", "recorder@2.7.0"] {
        let answer = sandbox.holdpoint(&["status", asked]).exits(0);
        assert!(first(&answer).starts_with("Yes, ") && first(&answer).ends_with(" (downloads)."), "{answer:#?}");
    }
    let json = sandbox.holdpoint(&["status", "2.7.0", "--format", "json"]).exits(0).json();
    assert_eq!(json["releases"][0]["state"], "published");
    assert_eq!(json["releases"][0]["sites"][0]["listed"], true);
    assert_eq!(json["exit_code"], 0);
}

#[test]
fn a_publication_that_no_customer_sees_yet_is_publishing() {
    let sandbox = Sandbox::begun();
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    assert!(first(&answer).starts_with("No, not yet: 2.7.0 is being published on downloads"), "{answer:#?}");
    // Where there is no such folder, nothing is known of what customers see.
    std::fs::remove_dir_all(sandbox.path("site")).unwrap();
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    assert!(first(&answer).starts_with("Yes, 2.7.0 is out"), "{answer:#?}");
    assert!(answer.stdout.contains("is not known here"), "{answer:#?}");
}

#[test]
fn a_site_that_knows_more_than_the_record_is_said_first() {
    let sandbox = Sandbox::published();
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).exits(4);
    assert!(first(&answer).starts_with("Careful: downloads lists 2.7.0"), "{answer:#?}");
    sandbox.git(&["rm", "-rq", "releases/2.7.0"]);
    sandbox.commit_all("No such release");
    let answer = sandbox.holdpoint(&["status", "2.7"]).exits(4);
    let wanted =
        "It cannot be told whether 2.7 is out: the record of 2.7.0 is in doubt, and downloads lists it all the same.";
    assert_eq!(first(&answer), wanted, "what was signed for it is gone");
}

#[test]
fn what_nobody_recorded_is_an_answer_too() {
    let sandbox = Sandbox::ready();
    sandbox.holdpoint(&["status", "2.8"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded 2.8.

  who can find out: dana@example.com or sam@example.com

next: holdpoint audit    (whether it is on a site without a record)
      holdpoint status   (all that is recorded)

from commit [COMMIT7] of [TODAY], policy 1

"#]]);
    let json = sandbox.holdpoint(&["status", "2.8", "--format", "json"]).exits(4).json();
    assert_eq!(json["answer"], "Nobody has recorded 2.8.");
    assert_eq!(json["who_can_find_out"][0], "dana@example.com");
    sandbox.holdpoint(&["status", "recoder"]).finds(2, "did you mean `recorder`?");
    sandbox.holdpoint(&["status", "recoder@2.7"]).finds(2, "did you mean `recorder`?");
    sandbox.holdpoint(&["status", "editor@1"]).finds(4, "Nobody has recorded editor 1.");
}

#[test]
fn a_newer_patch_does_not_make_the_question_fail() {
    let sandbox = Sandbox::published();
    sandbox.release("2.7.1", RECORDER);
    let answer = sandbox.holdpoint(&["status", "2.7"]).exits(0);
    assert!(first(&answer).starts_with("Yes, 2.7.0 is out"), "{answer:#?}");
    assert!(answer.stdout.contains("\nNo, not yet: 2.7.1"), "{answer:#?}");
    let newest = sandbox.holdpoint(&["status", "recorder"]).exits(0);
    assert!(first(&newest).starts_with("The newest recorder that is out is 2.7.0, since"), "{newest:#?}");
}

#[test]
fn what_was_adopted_is_out_and_went_out_outside_the_gate() {
    let sandbox = Sandbox::ready();
    let folder = sandbox.path("site/recorder/2.7.0");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("recorder-2.7.0.bin"), RECORDER).unwrap();
    sandbox.as_person("dana", &["record", "2.7.0", "--adopt", "--reason", "before the gate", "--yes"]).exits(0);
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    assert!(first(&answer).starts_with("Yes, 2.7.0 is out (downloads; on record since "), "{answer:#?}");
    assert!(answer.stdout.contains("outside the gate"), "{answer:#?}");
    assert!(sandbox.holdpoint(&["status"]).stdout.contains("went out outside the gate"));
    sandbox.holdpoint(&["status", "--customer"]).exits(0).lacks("gate");
}

#[test]
fn a_customer_sees_no_people_no_plans_and_no_ids() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let out = sandbox.holdpoint(&["status", "2.7.0", "--customer"]).exits(0);
    let planned = sandbox.holdpoint(&["status", "2.8.0", "--customer"]).exits(0);
    assert_eq!(planned.stdout, "No, 2.8.0 is not out.\n");
    let list = sandbox.holdpoint(&["status", "--customer"]).exits(0).lacks("2.8.0");
    let json = sandbox.holdpoint(&["status", "--customer", "--format", "json"]).exits(0).lacks("2.8.0");
    let commit = sandbox.git(&["rev-parse", "HEAD"]);
    for answer in [out, list, json] {
        answer.lacks("@example.com").lacks("policy").lacks(&commit[..7]);
    }
}

#[test]
fn a_hold_after_publication_is_said_and_takes_nothing_back() {
    let sandbox = Sandbox::published();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "case 5531", "--yes"]).exits(0);
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    assert!(first(&answer).starts_with("Yes, 2.7.0 is out"), "{answer:#?}");
    assert!(answer.stdout.contains("eve@example.com holds it: case 5531"), "{answer:#?}");
    assert!(sandbox.holdpoint(&["status"]).stdout.contains("held: eve@example.com holds it"));
}

#[test]
fn a_waiver_stays_a_debt_until_it_is_made_good() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    waive(&sandbox, "missing:notice");
    assert!(
        sandbox
            .holdpoint(&["status"])
            .stdout
            .contains("WAIVED: `missing` of `notice` was waived by dana@example.com and sam@example.com")
    );
    sandbox.publish("2.7.0").exits(0);
    assert!(sandbox.holdpoint(&["status", "2.7.0"]).stdout.contains("WAIVED"));
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).exits(0).lacks("WAIVED");
}

#[test]
fn a_policy_that_cannot_be_relied_on_tells_nothing() {
    let sandbox = Sandbox::published();
    let other = format!("sha256:{}", "0".repeat(64));
    let answer = sandbox.holdpoint(&["status", "2.7.0", "--root", &other]).finds(4, "root-mismatch");
    assert!(first(&answer).contains("It cannot be told whether 2.7.0 is out"), "{answer:#?}");
    sandbox.edit("policy/0001/policy.toml", |it| it.replace("distinct = true", "distinct = false"));
    sandbox.holdpoint(&["status", "--customer"]).exits(4).lacks("2.7.0");
    sandbox.holdpoint(&["status"]).finds(4, "policy-broken");
}

#[test]
fn a_damaged_record_is_not_guessed_at() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/ledger/junk", "x");
    sandbox.commit_all("Junk");
    let answer = sandbox.holdpoint(&["status", "2.7.0"]).finds(4, "bad-entry");
    assert!(
        first(&answer).starts_with("It cannot be told whether 2.7.0 is out: its record has 1 fault."),
        "{answer:#?}"
    );
}

#[test]
fn an_old_record_says_so_in_the_same_line_until_it_is_pulled() {
    let sandbox = Sandbox::with_remote();
    let origin = sandbox.path("origin.git").display().to_string();
    sandbox.git_in(".", &["clone", "-q", &origin, "desk"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("desk", &["config", "holdpoint.root", &root]);
    let fresh = sandbox.holdpoint_in("desk", &["status", "2.7.0"]).exits(0).lacks("git pull");
    assert!(first(&fresh).ends_with('.'), "{fresh:#?}");
    let later = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(22 * 24)).to_string();
    let old = sandbox.holdpoint_in("desk", &["status", "2.7.0", "--now", &later]).exits(0);
    assert!(first(&old).contains("(as of 3 weeks ago: run git pull)"), "{old:#?}");
    // More was fetched than this commit holds.
    let key = keys().join("eve").display().to_string();
    sandbox.holdpoint(&["hold", "2.7.0", "--reason", "x", "--yes", "--push", "--key", &key]).exits(0);
    sandbox.git_in("desk", &["fetch", "-q"]);
    let behind = sandbox.holdpoint_in("desk", &["status", "2.7.0"]).exits(0);
    assert!(first(&behind).contains(": run git pull)"), "{behind:#?}");
    sandbox.git_in("desk", &["pull", "-q"]);
    sandbox.holdpoint_in("desk", &["status", "2.7.0"]).exits(0).lacks("git pull");
}
