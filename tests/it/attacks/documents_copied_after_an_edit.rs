//! Somebody edits the texts of a version that is out, and waits until the next one is begun with them: `new --like` copies what was
//! signed off, and says so where that is gone (row 10).
//!
//! Guards: what is out is read from the bytes that its publication pins.

use std::fs;

use crate::sandbox::{Answer, Sandbox};

const FILES: [&str; 3] = ["kb.md", "matrix.md", "compatibility.toml"];

fn like(sandbox: &Sandbox) -> Answer {
    let people = ["--owner", "dana@example.com", "--deputy", "sam@example.com", "--planned", "2026-12-20"];
    let rest = ["--support-until", "2098-11-20", "--component", "recorder", "--like", "2.7.0"];
    sandbox.holdpoint(&[&["new", "2.8.0"], &people[..], &rest].concat())
}

/// A version that is out, and whose files tell to call somebody.
fn edited() -> (Sandbox, Vec<String>) {
    let sandbox = Sandbox::published();
    let signed = FILES.map(|it| sandbox.read(&format!("releases/2.7.0/{it}"))).to_vec();
    for file in ["kb.md", "notice.md", "matrix.md"] {
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| it + "\nCall this number.\n");
    }
    sandbox.edit("releases/2.7.0/compatibility.toml", |it| it.replace("[\"3\"]", "[\"2\"]"));
    (sandbox, signed)
}

#[test]
fn the_texts_of_a_new_version_are_those_that_were_signed() {
    let (sandbox, signed) = edited();
    like(&sandbox).exits(0);
    for (file, signed) in FILES.iter().zip(&signed) {
        assert_eq!(sandbox.read(&format!("releases/2.8.0/{file}")), *signed, "{file}");
    }
    let notice = sandbox.read("releases/2.8.0/notice.md");
    assert!(notice.contains("version = \"2.8.0\"") && notice.contains("Everybody who records"), "{notice}");
    assert!(!notice.contains("Call this number"), "{notice}");
}

#[test]
fn a_correction_is_copied_once_it_is_signed() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install the newest", "Install any"));
    let corrected = sandbox.read("releases/2.7.0/kb.md");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nCall this number.\n");
    like(&sandbox).exits(0);
    assert_eq!(sandbox.read("releases/2.8.0/kb.md"), corrected);
}

/// The same repository without its history.
fn forget_history(sandbox: &Sandbox) {
    let address = format!("file://{}", sandbox.path("repo").display());
    sandbox.git_in(".", &["clone", "-q", "--depth", "1", &address, "shallow"]);
    fs::rename(sandbox.path("repo"), sandbox.path("whole")).unwrap();
    fs::rename(sandbox.path("shallow"), sandbox.path("repo")).unwrap();
}

#[test]
fn a_text_that_was_signed_and_is_gone_is_to_be_filled_in() {
    let sandbox = Sandbox::published();
    for file in ["kb.md", "notice.md"] {
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| it + "\nCall this number.\n");
    }
    forget_history(&sandbox);
    let answer = like(&sandbox).exits(0);
    for file in ["kb.md", "notice.md"] {
        let said = format!(
            "`releases/2.7.0/{file}` as it was signed for 2.7.0 is not in this clone any more; `{file}` is to be filled in"
        );
        assert!(answer.stderr.contains(&said), "{answer:#?}");
        let text = sandbox.read(&format!("releases/2.8.0/{file}"));
        assert!(text.contains("TODO") && !text.contains("Call this number"), "{text}");
    }
    assert_eq!(sandbox.read("releases/2.8.0/matrix.md"), sandbox.read("releases/2.7.0/matrix.md"));
}

#[test]
fn nothing_is_begun_with_what_is_in_doubt() {
    let (sandbox, _) = edited();
    forget_history(&sandbox);
    let answer = like(&sandbox).exits(4);
    assert!(answer.stderr.contains("what was published of 2.7.0 cannot be determined"), "{answer:#?}");
    assert!(!sandbox.path("repo/releases/2.8.0").exists());
}

#[test]
fn a_draft_is_copied_as_it_is() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install the newest", "Install any"));
    like(&sandbox).exits(0);
    assert_eq!(sandbox.read("releases/2.8.0/kb.md"), sandbox.read("releases/2.7.0/kb.md"));
}

#[test]
fn a_component_that_is_out_is_taken_whatever_its_record_says_now() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("name = \"recorder\"", "name = \"taper\""));
    let people = ["--owner", "dana@example.com", "--deputy", "sam@example.com", "--planned", "2026-12-20"];
    let rest = ["--support-until", "2098-11-20", "--component", "recorder@2.7.0"];
    let answer = sandbox.holdpoint(&[&["new", "2.8.0"], &people[..], &rest].concat());
    assert_eq!(answer.code, 1, "{answer:#?}");
    assert!(answer.stderr.contains("recorder 2.7.0 belongs to release 2.7.0"), "{answer:#?}");
}
