//! A published release's files are edited or deleted to make a pair of another one vanish (row 10).
//!
//! Guards: what is out is read from the bytes that its publication pins; a folder that is gone is history rewritten.

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::{OLD, REC};

const NEW: &str =
    "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n[component.player]\nreads.rec = [\"1\", \"2\", \"3\"]\n";

/// A recorder 2.7.0 whose files the player 2.4.0 does not open, after somebody did something to the record of 2.4.0, and with all
/// texts as they have to be then.
fn after(change: impl FnOnce(&Sandbox)) -> Sandbox {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    change(&sandbox);
    sandbox.commit_all("Change what is out");
    sandbox.declare("2.7.0", &["player", "recorder"], NEW);
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.7.0");
    sandbox
}

fn is_refused(sandbox: &Sandbox, finding: &str) {
    sandbox.check("2.7.0").finds(4, finding);
    assert_ne!(sandbox.publish("2.7.0").code, 0);
    assert!(!sandbox.path("site/recorder/2.7.0").exists());
}

/// Whatever the files of 2.4.0 say now, customers have what went out.
fn the_pair_is_still_there(sandbox: &Sandbox) {
    let answer = sandbox.check("2.7.0").exits(1);
    assert!(answer.stdout.contains("recorder 2.7.0 and player 2.4.0"), "{answer:#?}");
    sandbox.publish("2.7.0").exits(1);
    assert!(!sandbox.path("site/recorder/2.7.0").exists());
}

#[test]
fn the_pair_is_there() {
    the_pair_is_still_there(&after(|_| ()));
}

#[test]
fn what_it_reads_cannot_be_changed() {
    let sandbox = after(|it| {
        it.edit("releases/2.4.0/compatibility.toml", |it| it.replace("\"1\", \"2\"]", "\"1\", \"2\", \"3\"]"));
    });
    the_pair_is_still_there(&sandbox);
    sandbox.check("2.4.0").finds(4, "published-changed");
}

#[test]
fn it_cannot_leave_the_list() {
    let sandbox = after(|it| {
        it.edit("releases/2.4.0/release.toml", |it| it.replace("\n[[component]]\nname = \"player\"\n", ""));
        it.edit("releases/2.4.0/compatibility.toml", |it| it[..it.find("[component.player]").unwrap()].to_owned());
    });
    the_pair_is_still_there(&sandbox);
    sandbox.check("2.4.0").finds(4, "published-changed");
}

#[test]
fn its_support_cannot_be_ended_afterwards() {
    let sandbox = after(|it| it.edit("releases/2.4.0/release.toml", |it| it.replace("2098-11-20", "2026-11-20")));
    the_pair_is_still_there(&sandbox);
    sandbox.check("2.4.0").finds(4, "published-changed");
}

#[test]
fn its_record_cannot_be_made_unreadable() {
    let sandbox = after(|it| it.edit("releases/2.4.0/compatibility.toml", |it| it + "[[[\n"));
    the_pair_is_still_there(&sandbox);
    sandbox.check("2.4.0").finds(4, "published-changed");
}

#[test]
fn it_cannot_be_deleted() {
    let ledger = after(|it| drop(it.git(&["rm", "-q", "-r", "releases/2.4.0/ledger"])));
    is_refused(&ledger, "history-rewritten");
    let all = after(|it| drop(it.git(&["rm", "-q", "-r", "releases/2.4.0"])));
    is_refused(&all, "history-rewritten");
}

#[test]
fn a_matrix_is_not_written_by_hand() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    sandbox.declare("2.7.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"2\"]\n");
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").exits(0);
    sandbox.edit("releases/2.7.0/matrix.md", |it| it.replace("2.4.0", "2.3.0"));
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.check("2.7.0").finds(1, "matrix-out-of-date");
    sandbox.publish("2.7.0").finds(1, "matrix-out-of-date");
}

#[test]
fn what_was_written_since_is_no_yes_to_a_customer() {
    let sandbox = Sandbox::webinar_out();
    std::fs::write(sandbox.path("repo/meeting.rec"), b"REC3 and so on").unwrap();
    let questions: [&[&str]; 3] = [
        &["can", "player@2.4", "open", "recorder@2.7"],
        &["can", "player@2.4", "open", "recorder@2.7", "--customer"],
        &["can", "player@2.4", "open", "meeting.rec"],
    ];
    sandbox.edit("releases/2.4.0/compatibility.toml", |it| it.replace("\"1\", \"2\"]", "\"1\", \"2\", \"3\"]"));
    for question in questions {
        let answer = sandbox.holdpoint(question);
        assert!([1, 4].contains(&answer.code) && !answer.stdout.contains("Yes"), "{answer:#?}");
    }
    let answer = sandbox.holdpoint(&["why", "recorder@2.7", "player@2.4"]);
    assert!(!answer.stdout.contains("works"), "{answer:#?}");
    let answer = sandbox.holdpoint(&["stack", "--with", "player@2.4"]);
    assert!(!answer.stdout.lines().next().unwrap().contains("recorder 2.7.0"), "{answer:#?}");
}

#[test]
fn what_was_taken_out_since_is_answered_as_it_went_out() {
    let sandbox = Sandbox::webinar_out();
    let questions: [&[&str]; 3] = [
        &["can", "player@2.7", "open", "recorder@2.7"],
        &["can", "player@2.4", "open", "recorder@2.7"],
        &["can", "player", "open", "recorder@2.7"],
    ];
    let ask =
        || questions.map(|it| sandbox.holdpoint(it)).map(|it| (it.code, it.stdout.lines().next().unwrap().to_owned()));
    let before = ask();
    sandbox.edit("releases/2.4.0/compatibility.toml", |it| it + "[[[\n");
    assert_eq!(ask(), before);
}

#[test]
fn it_cannot_be_renamed_to_something_that_nobody_asks_about() {
    let sandbox = after(|it| {
        for file in ["release.toml", "compatibility.toml", "artifacts.toml"] {
            let renamed =
                |it: &str| it.replace("\"player\"", "\"viewer\"").replace("component.player", "component.viewer");
            let renamed = |it: &str| renamed(it).replace("\"recorder\"", "\"taper\"").replace(".recorder", ".taper");
            it.edit(&format!("releases/2.4.0/{file}"), |it| renamed(&it));
        }
    });
    the_pair_is_still_there(&sandbox);
    sandbox.check("2.4.0").finds(4, "published-changed");
}
