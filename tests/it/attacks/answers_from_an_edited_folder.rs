//! Somebody who may push edits a file of a version that is out, and every command that answers about versions is asked: it says what
//! it said before, or that what was published has changed, and never what was written since (row 10).
//!
//! Guards: what is out is read from the bytes that its publication pins; outside the core nothing else can be read of it.

use std::fs;

use crate::sandbox::{Answer, Sandbox};

/// Words that only the edits have.
const EDITED: [&str; 3] = ["zanzibar", "2097", "8812-b"];

/// What is asked; the versions 2.4.0 and 2.7.0 are out.
const QUESTIONS: [&[&str]; 19] = [
    &["status"],
    &["status", "2.7.0"],
    &["status", "recorder@2.7"],
    &["status", "2.7.0", "--customer"],
    &["status", "2.7.0", "--customer", "--format", "json"],
    &["can", "player@2.4", "open", "recorder@2.7"],
    &["can", "player@2.7", "open", "recorder@2.4"],
    &["why", "player@2.4", "recorder@2.7"],
    &["who", "2.7.0"],
    &["matrix"],
    &["matrix", "2.7.0", "--at", "HEAD"],
    &["order", "2.7.0"],
    &["stack", "recorder@2.7"],
    &["stack", "--with", "player@2.4"],
    &["identify", "recorder-2.7.0.bin"],
    &["identify", "../dist/recorder-2.7.0.bin"],
    &["identify", "zanzibar.bin"],
    &["log", "2.7.0"],
    &["audit"],
];

/// What somebody writes into a file.
type Edit = fn(String) -> String;

/// Each file, and a way to say something else with it that reads well.
const EDITS: [(&str, Edit); 6] = [
    ("release.toml", |it| it.replace("Webinar 2.7.0", "Call Zanzibar").replace("2098-11-20", "2097-11-20")),
    ("artifacts.toml", |it| it.replace("recorder-2.7.0.bin", "zanzibar.bin")),
    ("compatibility.toml", |it| {
        let it = it.replace("No picture, no sound", "Zanzibar sings").replace("chapter marks", "zanzibar marks");
        it.replace("ci/run/8812", "ci/run/8812-b").replace("writes.rec = [\"3\"]", "writes.rec = [\"1\"]")
    }),
    ("matrix.md", |it| it + "\nAsk in Zanzibar.\n"),
    ("kb.md", |it| it.replace("title = \"Recordings", "title = \"Zanzibar")),
    ("notice.md", |it| it.replace("title = \"Recorder", "title = \"Zanzibar")),
];

/// What is done with a file.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Edited,
    Deleted,
    Spoiled,
}

fn done(sandbox: &Sandbox, deed: Deed, file: &str, edit: Edit) {
    let path = format!("releases/2.7.0/{file}");
    let before = sandbox.read(&path);
    match deed {
        Deed::Edited => {
            let after = edit(before.clone());
            assert_ne!(after, before, "{file}");
            sandbox.write(&path, &after);
        }
        Deed::Deleted => drop(sandbox.git(&["rm", "-q", &path])),
        Deed::Spoiled => sandbox.write(&path, "[[[ zanzibar\n"),
    }
    sandbox.commit_all(&format!("{file} is {deed:?}"));
}

/// An answer without the commit that it is about.
fn said(sandbox: &Sandbox, answer: &Answer) -> String {
    let commit = sandbox.git(&["rev-parse", "HEAD"]);
    let commit = commit.trim();
    let all = format!("exit {}\n{}{}", answer.code, answer.stdout, answer.stderr);
    all.replace(commit, "[COMMIT]").replace(&commit[..12], "[COMMIT]").replace(&commit[..7], "[COMMIT]")
}

fn asked(sandbox: &Sandbox, question: &[&str]) -> String {
    said(sandbox, &sandbox.holdpoint(&[question, &["--now", "2090-01-01T00:00:00Z"]].concat()))
}

/// Two versions are out, and every commit from here on is of one day.
fn out() -> Sandbox {
    let mut sandbox = Sandbox::webinar_out();
    for name in ["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"] {
        sandbox.set(name, "2089-12-31T00:00:00Z");
    }
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "As it went out"]);
    sandbox
}

/// How an answer says that the folder does not hold any more what went out.
const DOUBTS: [&str; 6] = [
    "is not what was published",
    "published-changed",
    "changed after the publication",
    "changed after it",
    "signed before it changed",
    "the record of 2.7.0 has faults",
];

/// The answers are those of before, or say that what was published has changed.
fn are_as_before(sandbox: &Sandbox, before: &[String], what: &str) {
    let mut wrong = String::new();
    for (question, before) in QUESTIONS.iter().zip(before) {
        let after = asked(sandbox, question);
        // A word that is asked for stands in the answer.
        let own = after.replace(question[question.len() - 1], "[ASKED]").to_lowercase();
        if let Some(leaked) = EDITED.into_iter().find(|it| own.contains(it)) {
            wrong += &format!("{what}: {question:?} tells `{leaked}`:\n{after}\n");
        }
        if after != *before && !DOUBTS.iter().any(|it| after.contains(it)) {
            wrong += &format!("{what}: {question:?}, before:\n{before}\nafter:\n{after}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_edit_of_a_file_reaches_an_answer() {
    let sandbox = out();
    let base = sandbox.git(&["rev-parse", "HEAD"]);
    let before: Vec<String> = QUESTIONS.iter().map(|it| asked(&sandbox, it)).collect();
    for (file, edit) in EDITS {
        sandbox.git(&["reset", "-q", "--hard", base.trim()]);
        done(&sandbox, Deed::Edited, file, edit);
        are_as_before(&sandbox, &before, file);
    }
}

#[test]
fn no_file_that_is_gone_or_spoiled_changes_an_answer() {
    let sandbox = out();
    let base = sandbox.git(&["rev-parse", "HEAD"]);
    let before: Vec<String> = QUESTIONS.iter().map(|it| asked(&sandbox, it)).collect();
    for deed in [Deed::Deleted, Deed::Spoiled] {
        sandbox.git(&["reset", "-q", "--hard", base.trim()]);
        for (file, edit) in EDITS {
            done(&sandbox, deed, file, edit);
        }
        are_as_before(&sandbox, &before, &format!("{deed:?}"));
    }
}

#[test]
fn nobody_else_has_to_act_for_it() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("\"dana@", "\"kim@").replace("\"sam@", "\"ned@"));
    let found = sandbox.check_json("2.7.0").exits(4).json()["findings"].as_array().unwrap().clone();
    let own = found.iter().find(|it| it["code"] == "published-changed").unwrap();
    assert_eq!(own["who"], serde_json::json!(["dana@example.com", "sam@example.com"]));
    let who = sandbox.holdpoint(&["who", "2.7.0"]).exits(0);
    assert!(who.stdout.starts_with("dana@example.com answers for 2.7.0; the deputy is sam@example.com"), "{who:#?}");
}

#[test]
fn nothing_of_its_edited_files_reaches_the_index() {
    let sandbox = Sandbox::published();
    let own = |sandbox: &Sandbox| {
        let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
        let index: serde_json::Value = serde_json::from_str(&index).unwrap();
        let all = index["releases"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["version"] == "2.7.0").unwrap()
    };
    let before = own(&sandbox);
    for (file, edit) in EDITS.into_iter().filter(|it| it.0 != "compatibility.toml") {
        done(&sandbox, Deed::Edited, file, edit);
    }
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    assert_eq!(own(&sandbox), before);
    let page = fs::read_to_string(sandbox.path("site/index.html")).unwrap();
    assert!(page.contains("Webinar 2.7.0") && page.contains("recorder-2.7.0.bin") && page.contains("2.8.0"), "{page}");
    assert!(!page.to_lowercase().contains("zanzibar"), "{page}");
    assert!(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin").exists());
}
