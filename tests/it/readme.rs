//! The README tells the truth: the check that it shows is one that the tool printed, and its tour can be walked.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::sandbox::webinar::{OLD, REC};
use crate::sandbox::{Sandbox, keys};

/// The fenced block after the line `<!-- NAME -->`.
fn block(name: &str) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut lines = text.lines().skip_while(|it| *it != format!("<!-- {name} -->"));
    assert!(lines.next().is_some(), "no block `{name}`");
    let fenced = lines.skip_while(|it| !it.starts_with("```")).skip(1).take_while(|it| *it != "```");
    fenced.flat_map(|it| [it, "\n"]).collect()
}

/// The text with `2 days ago`, `just now` and the commit of the first line as what they are.
fn timeless(text: &str) -> String {
    let line = |line: &str| {
        let line = match line.split_once("; commit ") {
            Some((before, after)) => format!("{before}; commit …{}", &after[after.find(',').unwrap()..]),
            None => line.to_owned(),
        };
        match line.rsplit_once(", ") {
            Some((before, after)) if after == "just now" || after.ends_with(" ago") => format!("{before}, … ago\n"),
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

#[test]
fn shows_what_a_check_prints() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |text| {
        text.replace("Install the newest player.", "1. Install player 2.7.\n2. Open the recording again.")
    });
    let shown = block("check");
    let (prompt, answer) = shown.split_once('\n').unwrap();
    assert_eq!(prompt, "$ holdpoint check 2.7.0");
    let printed = sandbox.check("2.7.0").exits(3).stdout;
    assert_eq!(timeless(&printed), timeless(answer), "\n{printed}");
}

/// Stands in for a person who writes the documents: takes those of the release that all tests use.
const EDITOR: &str = "#!/bin/sh\nfor file in \"$@\"; do cp \"$DOCUMENTS/$(basename \"$file\")\" \"$file\"; done\n";

/// Runs the tool; of all commands only a check may say that it waits.
const RUN: &str = "holdpoint() { command holdpoint \"$@\" || [ \"$1 $?\" = 'check 3' ]; }\n";

#[test]
#[cfg(unix)]
fn the_tour_can_be_walked() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Sandbox::ready();
    let editor = sandbox.path("editor");
    fs::write(&editor, EDITOR).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let tour = block("tour");
    let programs = Path::new(env!("CARGO_BIN_EXE_holdpoint")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let documents = sandbox.path("repo/releases/2.7.0");
    let script = format!(
        "set -euo pipefail\nexport PATH='{path}' EDITOR='{}' DOCUMENTS='{}'\n{RUN}{tour}",
        editor.display(),
        documents.display()
    );
    fs::create_dir(sandbox.path("tour")).unwrap();
    let said = sandbox.run("tour", Command::new("bash").arg("-c").arg(&script));
    assert!(said.contains("2.7.0: CLEAR"), "{said}");
    assert!(!said.contains(keys().to_str().unwrap()), "the tour makes keys of its own");
}

#[test]
fn shows_what_is_said_of_a_recorder_without_a_player() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(REC);
    sandbox.declare("2.7.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
    sandbox.holdpoint(&["matrix", "2.7.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.7.0");
    let shown = block("orphan");
    let (prompt, answer) = shown.split_once('\n').unwrap();
    assert_eq!(prompt, "$ holdpoint check 2.7.0");
    let printed = sandbox.check("2.7.0").exits(1).stdout;
    assert!(timeless(&printed).starts_with(timeless(answer).trim_end_matches("…\n")), "\n{printed}");
}
