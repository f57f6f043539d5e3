//! `docs/reference.md` and `docs/codes.md`, written by the tool itself. `SNAPSHOTS=overwrite cargo test --test it reference`
//! writes them anew.

use snapbox::{assert_data_eq, file};

use crate::sandbox::Sandbox;

const HEADER: &str = "<!-- Written by tests/it/reference.rs: SNAPSHOTS=overwrite cargo test --test it reference -->";

#[test]
fn the_command_line() {
    let sandbox = Sandbox::empty();
    let help = |arguments: &[&str]| trimmed(&sandbox.holdpoint(arguments).exits(0).stdout);
    let whole = help(&["--help"]);
    let commands: Vec<&str> = commands(&whole).collect();
    assert!(commands.contains(&"check") && commands.contains(&"publish"), "{commands:?}");
    let intro = "`holdpoint COMMAND --help` prints the same, and the options of every command with it. What the finding codes mean\n\
        stands in [codes.md](codes.md).";
    let mut text = format!("# The command line\n\n{HEADER}\n\n{intro}\n\n```text\n{whole}```\n");
    for command in commands {
        let own = help(&[command, "--help"]);
        let (own, _) = own.split_once("\nOptions of every command:\n").unwrap();
        text.extend([format!("\n## holdpoint {command}\n\n```text\n{own}```\n")]);
        for step in self::commands(own) {
            let own = help(&[command, step, "--help"]);
            let (own, _) = own.split_once("\nOptions of every command:\n").unwrap();
            text.extend([format!("\n### holdpoint {command} {step}\n\n```text\n{own}```\n")]);
        }
    }
    assert_data_eq!(text, file!["../../docs/reference.md"].raw());
}

/// Every command there is, with those below it: `check`, `policy sign`. A table over commands that is held against this cannot
/// forget a new one.
pub(crate) fn every_command() -> Vec<String> {
    let sandbox = Sandbox::empty();
    let help = |arguments: &[&str]| sandbox.holdpoint(arguments).exits(0).stdout;
    let whole = help(&["--help"]);
    let mut all = Vec::new();
    for command in commands(&whole) {
        let own = help(&[command, "--help"]);
        let steps: Vec<String> = commands(&own).map(|it| format!("{command} {it}")).collect();
        all.extend(if steps.is_empty() { vec![command.to_owned()] } else { steps });
    }
    all
}

/// The text without blanks at the end of its lines.
fn trimmed(text: &str) -> String {
    text.lines().flat_map(|it| [it.trim_end(), "\n"]).collect()
}

/// The commands that a help text lists. A description that runs over several lines is indented further.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    let list = help.lines().skip_while(|it| *it != "Commands:").skip(1).take_while(|it| !it.is_empty());
    list.filter_map(|it| it.strip_prefix("  ")?.split(' ').next()).filter(|it| !it.is_empty())
}

#[test]
fn the_finding_codes() {
    let json = Sandbox::empty().holdpoint(&["explain", "--format", "json"]).exits(0).json();
    let codes = json["codes"].as_array().unwrap();
    let mut text = format!(
        "# Finding codes\n\n{HEADER}\n\nA check reports every finding, the worst first, and the worst decides the exit code. \
         `holdpoint explain CODE` prints the\nsame. Where a finding says so, it weighs less than here.\n"
    );
    for (severity, exit) in [("unverifiable", 4), ("blocked", 1), ("waiting", 3), ("warning", 0)] {
        let mut own = codes.iter().filter(|it| it["severity"] == severity).peekable();
        assert!(own.peek().is_some(), "{severity}");
        text.extend([format!("\n## {severity} (exit {exit})\n")]);
        for code in own {
            assert_eq!(code["exit"], exit);
            let word = |key: &str| code[key].as_str().unwrap();
            let waivable = if code["waivable"].as_bool().unwrap() { "can be waived" } else { "cannot be waived" };
            let level = if code["settable"].as_bool().unwrap() { "; `[levels]` can set what it weighs" } else { "" };
            text.extend([format!("\n### {}\n\nAbout: {}; {waivable}{level}.\n\n", word("code"), word("about"))]);
            text.extend([format!("{}\n\n{}\n", word("means"), word("cure"))]);
        }
    }
    assert_data_eq!(text, file!["../../docs/codes.md"].raw());
}
