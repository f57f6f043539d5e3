//! The commands that stand in a printed cure, and how their blanks are filled in.

use crate::sandbox::{Sandbox, email, keys};

/// What ends a command in a sentence.
const ENDS: &[&str] =
    &["   ", "`", " (", "; ", ", ", ")", "\n", " shows ", " says ", " to find it", " begins the text"];

/// What begins one.
const PROGRAMS: &[&str] = &[
    "holdpoint ",
    "git ",
    "apt-get ",
    "chmod ",
    "cp ",
    "export ",
    "ls -",
    "mkdir -",
    "mv ",
    "openssl ",
    "rm ",
    "ssh-add ",
    "ssh-keygen -",
];

/// The commands of a cure, in their order.
pub(super) fn commands(next: &str) -> Vec<String> {
    if next.starts_with("for ") {
        return vec![next.to_owned()]; // one line of a shell
    }
    let mut found = Vec::new();
    let mut rest = next;
    while let Some(at) = PROGRAMS.iter().filter_map(|it| start(rest, it)).min() {
        let command = &rest[at..];
        let end = ENDS.iter().filter_map(|it| command.find(it)).min().unwrap_or(command.len());
        found.push(command[..end].trim().to_owned());
        rest = &command[end..];
    }
    found
}

/// Where a program's name begins a word.
fn start(text: &str, name: &str) -> Option<usize> {
    let is_said = |at: usize| {
        let after = text[at + name.len()..].split(' ').next().unwrap_or_default();
        name == "git " && super::source::VERBS_OF_A_SENTENCE.contains(&after)
    };
    let begins = |at: &usize| (*at == 0 || text[..*at].ends_with([' ', '`', '('])) && !is_said(*at);
    text.match_indices(name).map(|it| it.0).find(begins)
}

/// A command as somebody types it: what is left open is filled in, and what a terminal would ask is answered.
pub(super) fn filled(command: &str, sandbox: &Sandbox) -> String {
    /// They ask before they write, where there is a terminal.
    const ASK: &[&str] =
        &["sign", "adopt", "hold", "lift", "revoke", "decline", "waive", "not-applicable", "publish", "record"];
    let else_who = if command.contains(" notice ") { "lee" } else { "eve" };
    let else_key = keys().join(else_who).display().to_string();
    let line = command.replace("SOMEBODY-ELSE", &format!("{} --key {else_key}", email(else_who)));
    let line = line.replace("--project URL", "--project https://downloads.example.com/webinar");
    let dist = sandbox.path("dist").display().to_string();
    let mut line = line.replace("\"…\"", "\"as tested\"").replace("--from DIR", &format!("--from {dist}"));
    line = line.replace("--from …", &format!("--from {dist}"));
    line = line.replace("=FILE", &format!("={dist}/recorder-2.7.0.bin"));
    if line.contains("sha256:…") {
        line = line.replace("sha256:…", &sandbox.root(1));
    }
    line = line.replace(" VERSION", " 2.7.0");
    let verb = line
        .rsplit_once("holdpoint ")
        .map(|it| it.1)
        .map(|rest| rest.strip_prefix("policy ").unwrap_or(rest))
        .and_then(|it| it.split(' ').next())
        .unwrap_or_default();
    if ASK.contains(&verb) && !line.contains("--yes") {
        line.push_str(" --yes");
    }
    line
}

#[test]
fn commands_are_taken_out_of_a_sentence() {
    for (next, wanted) in [
        ("holdpoint sign 2.7.0 kb   (shows the changed lines)", &["holdpoint sign 2.7.0 kb"][..]),
        ("git log -- a/b   then restore it, or if it was never valid: git rm a/b", &["git log -- a/b", "git rm a/b"]),
        ("put it back with `git mv a b`", &["git mv a b"]),
        ("merge `x`; if it is no hold: git push origin --delete x", &["git push origin --delete x"]),
        ("write what belongs there in `releases/2.7.0/kb.md`, line 3", &[]),
    ] {
        assert_eq!(commands(next), wanted, "{next}");
    }
}
