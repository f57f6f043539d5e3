//! `holdpoint can`: does this open that.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::{OLD, REC};

fn first_line(sandbox: &Sandbox, arguments: &[&str], exit: i32) -> String {
    let answer = sandbox.holdpoint(&[&["can"], arguments].concat()).exits(exit);
    answer.stdout.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn of_a_pair_that_fails() {
    Sandbox::webinar_out().holdpoint(&["can", "player@2.4", "open", "recorder@2.7"]).shows(str![[r#"
exit 1
-- stdout
No. player 2.4.0 cannot open files of recorder 2.7.0.

  they see    No picture, no sound
  what to do  1. Upgrade player to 2.7.0
              2. Have recorder write format 2
              3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)
  basis       tested: ci/run/8812; Recording file (.rec)

next: holdpoint why recorder@2.7.0 player@2.4.0   (what decides)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn for_a_customer() {
    let sandbox = Sandbox::webinar_out();
    sandbox.holdpoint(&["can", "player@2.4", "open", "recorder@2.7", "--customer"]).shows(str![[r#"
exit 1
-- stdout
No. player 2.4.0 cannot open files of recorder 2.7.0.

  they see    No picture, no sound
  what to do  1. Upgrade player to 2.7.0
              2. Have recorder write format 2
              3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)

"#]]);
    let json =
        sandbox.holdpoint(&["can", "player@2.4", "recorder@2.7", "--customer", "--format", "json"]).exits(1).json();
    let text = json.to_string();
    assert!(!text.contains("8812") && json.get("source").is_none() && !text.contains("basis"), "{json:#}");
}

#[test]
fn the_order_and_the_verb_do_not_matter_where_one_reading_makes_sense() {
    let sandbox = Sandbox::webinar_out();
    let no = "No. player 2.4.0 cannot open files of recorder 2.7.0.";
    for words in [["player@2.4", "recorder@2.7"], ["recorder@v2.7.0", "player@2.4.0"]] {
        assert_eq!(first_line(&sandbox, &words, 1), no);
    }
    assert_eq!(first_line(&sandbox, &["recorder@2.7", "open", "player@2.4"], 1), no);
    assert_eq!(
        first_line(&sandbox, &["player@2.7", "recorder@2.4"], 0),
        "Yes. player 2.7.0 opens files of recorder 2.4.0."
    );
}

#[test]
fn without_a_version_the_answer_is_for_all_in_support() {
    let sandbox = Sandbox::webinar_out();
    sandbox.holdpoint(&["can", "player@2.4", "open", "recorder"]).shows(str![[r#"
exit 1
-- stdout
It depends on the version: yes for recorder 2.4.0 and no for recorder 2.7.0.

  No. player 2.4.0 cannot open files of recorder 2.7.0.
  they see    No picture, no sound
  what to do  1. Upgrade player to 2.7.0
              2. Have recorder write format 2
              3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)
  basis       tested: ci/run/8812; Recording file (.rec)

  Yes. player 2.4.0 opens files of recorder 2.4.0.
  basis       declared; Recording file (.rec)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    let yes = "Yes. player 2.7.0 opens files of every recorder in support.";
    assert_eq!(first_line(&sandbox, &["player@2.7", "recorder"], 0), yes);
    let mixed = "It depends on the version: yes for 3 pairs and no for 1 pair.";
    assert_eq!(first_line(&sandbox, &["player", "recorder"], 1), mixed);
    assert_eq!(
        first_line(&sandbox, &["player@2", "recorder@2.4"], 0),
        "Yes. player 2.4.0 and 2.7.0 open files of recorder 2.4.0."
    );
}

#[test]
fn a_version_that_nobody_recorded_is_answered_for_all_in_support() {
    let sandbox = Sandbox::webinar_out();
    sandbox.holdpoint(&["can", "player@2.4", "open", "recorder@2.8"]).shows(str![[r#"
exit 4
-- stdout
Nobody has recorded recorder 2.8; what follows is for all that is in support. It depends on the version: yes for recorder 2.4.0 and no for recorder 2.7.0.

  No. player 2.4.0 cannot open files of recorder 2.7.0.
  they see    No picture, no sound
  what to do  1. Upgrade player to 2.7.0
              2. Have recorder write format 2
              3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)
  basis       tested: ci/run/8812; Recording file (.rec)

  Yes. player 2.4.0 opens files of recorder 2.4.0.
  basis       declared; Recording file (.rec)

next: holdpoint audit   (whether it is on a site without a record)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    let json = sandbox.holdpoint(&["can", "player@2.4", "recorder@2.8", "--format", "json"]).exits(4).json();
    assert_eq!(json["asked"][1]["found"], "unrecorded");
    assert_eq!(json["asked"][1]["versions"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_not_out_is_not_yet_a_yes() {
    let sandbox = Sandbox::webinar();
    sandbox.holdpoint(&["can", "player@2.7", "open", "recorder@2.4"]).shows(str![[r#"
exit 1
-- stdout
Not yet: player 2.7.0 is not out.

  As it is drafted: Yes. player 2.7.0 opens files of recorder 2.4.0.

  basis       declared; Recording file (.rec)

next: holdpoint status 2.7.0   (when it may be out, and what is owed)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    let answer = sandbox.holdpoint(&["can", "player@2.7", "open", "recorder@2.4", "--customer"]).exits(1);
    assert_eq!(answer.stdout, "Not yet: player 2.7.0 is not out.\n");
    // What is drafted is no way out for what customers have.
    let other = sandbox.holdpoint(&["can", "player@2.4", "open", "recorder@2.4"]).exits(0);
    assert!(!other.stdout.contains("2.7"), "{other:#?}");
}

#[test]
fn one_side_alone_asks_what_goes_with_it() {
    Sandbox::webinar_out().holdpoint(&["can", "recorder@2.7"]).shows(str![[r#"
exit 1
-- stdout
It depends on the version: yes for player 2.7.0 and no for player 2.4.0.

  No. player 2.4.0 cannot open files of recorder 2.7.0.
  they see    No picture, no sound
  what to do  1. Upgrade player to 2.7.0
              2. Have recorder write format 2
              3. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)
  basis       tested: ci/run/8812; Recording file (.rec)

  Yes. player 2.7.0 opens files of recorder 2.7.0.
  basis       declared; Recording file (.rec)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
}

#[test]
fn of_a_file() {
    let sandbox = Sandbox::webinar_out();
    fs::write(sandbox.path("repo/meeting.rec"), b"REC3 and so on").unwrap();
    fs::write(sandbox.path("repo/old.rec"), b"REC2 and so on").unwrap();
    sandbox.holdpoint(&["can", "player@2.4", "open", "./meeting.rec"]).shows(str![[r#"
exit 1
-- stdout
No. player 2.4.0 cannot open it. ./meeting.rec: Recording file (.rec), format 3.

  what to do  1. Upgrade player to 2.7.0
              2. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    sandbox.holdpoint(&["can", "meeting.rec"]).shows(str![[r#"
exit 0
-- stdout
Yes: player 2.7.0 opens it. meeting.rec: Recording file (.rec), format 3.

  player 2.7.0 opens format 3

  player 2.4.0 cannot open format 3
  what to do  1. Upgrade player to 2.7.0
              2. Convert format 3 to 2 with converter 2.7.0 (loses chapter marks)

from commit [COMMIT7] of [TODAY], policy 2

"#]]);
    assert_eq!(
        first_line(&sandbox, &["player@2.4", "open", "old.rec"], 0),
        "Yes. player 2.4.0 opens it. old.rec: Recording file (.rec), format 2."
    );
    let json = sandbox.holdpoint(&["can", "meeting.rec", "--format", "json"]).exits(0).json();
    assert_eq!(json["file"]["formats"][0]["format"], "3");
}

#[test]
fn a_file_of_no_known_format_is_not_told_about() {
    let sandbox = Sandbox::webinar_out();
    fs::write(sandbox.path("repo/odd.rec"), b"something else").unwrap();
    assert!(first_line(&sandbox, &["odd.rec"], 4).starts_with("It cannot be told: odd.rec looks like no format"));
    sandbox.holdpoint(&["can", "gone.rec"]).finds(2, "there is no file `gone.rec`");
    sandbox.holdpoint(&["can", "recorder@2.7", "open", "./odd.rec"]).exits(4);
    fs::write(sandbox.path("repo/meeting.rec"), b"REC3 and so on").unwrap();
    sandbox.holdpoint(&["can", "recorder@2.7", "open", "./meeting.rec"]).finds(2, "which recorder does not read");
}

#[test]
fn a_reader_that_failed_with_one_writer_is_no_plain_yes_for_its_files() {
    let sandbox = Sandbox::founded();
    let tested = "\n[[tested]]\nwriter = \"recorder@2.4.0\"\nreader = \"player@2.4.0\"\ninterface = \"rec\"\nresult = \"fails\"\n";
    sandbox.ship("2.4.0", &["player", "recorder"], &format!("{OLD}{tested}"));
    sandbox.exchange(REC);
    fs::write(sandbox.path("repo/old.rec"), b"REC2").unwrap();
    let line = first_line(&sandbox, &["player@2.4", "open", "old.rec"], 1);
    assert!(
        line.starts_with(
            "It depends on what wrote it: player 2.4.0 opens it, but failed with files of recorder 2.4.0."
        ),
        "{line}"
    );
}

#[test]
fn a_name_that_does_not_exist_is_bad_usage() {
    let sandbox = Sandbox::webinar_out();
    sandbox.holdpoint(&["can", "plaier@2.4", "open", "recorder@2.7"]).finds(2, "did you mean `player`?");
    sandbox.holdpoint(&["can", "player@new", "open", "recorder@2.7"]).finds(2, "`new` is not one version");
    for range in ["2.4..2.7", "2.x", "2.*", "2.4,2.5", ">=2.4"] {
        let asked = format!("player@{range}");
        sandbox.holdpoint(&["can", &asked, "open", "recorder@2.7"]).finds(2, &format!("`{range}` is not one version"));
    }
    sandbox
        .holdpoint(&["can", "converter@2.7", "open", "recorder@2.7"])
        .finds(2, "exchange nothing that the policy knows of");
    sandbox.holdpoint(&["can", "player", "recorder", "converter"]).finds(2, "more than two things");
}

#[test]
fn nothing_is_answered_without_an_interface() {
    Sandbox::ready()
        .holdpoint(&["can", "player@2.4", "open", "recorder@2.7"])
        .finds(4, "the policy names no interface");
}
