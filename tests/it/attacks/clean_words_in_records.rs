//! Bidirectional or control characters in a reason, a name, a title (row 34): refused when written, escaped when shown.

use crate::sandbox::Sandbox;

#[test]
fn a_reason_that_deceives_is_refused_when_it_is_written() {
    let sandbox = Sandbox::ready();
    for reason in
        ["fine \u{202e}enif", "two\nlines", "bell \u{7}", "\u{1b}[2Jgone", "zero\u{200b}width", "tag\u{e0041}"]
    {
        sandbox.as_person("maria", &["hold", "2.7.0", "--yes", "--reason", reason]).exits(2);
    }
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn a_title_that_deceives_is_refused_and_shown_harmlessly() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("title = \"Webinar", "title = \"\u{202e}Webinar"));
    let answer = sandbox.check("2.7.0").finds(4, "bad-record");
    assert!(!answer.stdout.contains('\u{202e}'), "{answer:#?}");
}

#[test]
fn a_file_name_that_deceives_is_shown_harmlessly() {
    let sandbox = Sandbox::signed();
    sandbox.write("releases/2.7.0/ledger/a\u{202e}b\u{1b}[2J.toml", "x\n");
    sandbox.commit_all("Add an odd name");
    for format in ["human", "github", "markdown"] {
        let answer = sandbox.holdpoint(&["check", "2.7.0", "--format", format]).finds(4, "bad-entry");
        assert!(!answer.stdout.contains('\u{202e}') && !answer.stdout.contains('\u{1b}'), "{answer:#?}");
    }
}
