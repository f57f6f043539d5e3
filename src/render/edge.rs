//! The edge: all output goes through here, so that nothing in it is a command of a CI system's log, a terminal or a page.
//!
//! GitHub obeys `::command::` at the beginning of a line and `##[command]` anywhere, Azure `##[…]` and `##vso[…]`,
//! `TeamCity` `##teamcity[…]`, GitLab `section_start:…`, Buildkite `--- ` and `+++ ` at the beginning of a line. Text of others
//! stands in findings, articles, names and reasons; here it does not matter in which.

use holdpoint_core::name::is_deceptive;

/// The words of GitHub's commands. In the middle of a line `::` is broken before one of them alone, so that `a::b` stays.
const COMMANDS: [&str; 18] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "restore-state",
    "save-state",
    "set-env",
    "set-output",
    "set-state",
    "stop-commands",
    "warning",
];

/// How a line begins that Buildkite takes for the head of a group.
const GROUPS: [&str; 4] = ["---", "+++", "~~~", "^^^"];

/// How a character of a marker is written so that the marker is none.
type Escape = fn(char) -> String;

fn shown(c: char) -> String {
    c.escape_unicode().to_string()
}

/// Output for people, or a table: a marker has one character written as `\u{…}`.
pub(crate) fn plain(text: &str) -> String {
    lines(text, |line| one_line(line, shown, true))
}

/// Output with workflow commands of this tool's own, one to a line: they stay, and nothing else is one.
pub(crate) fn workflow(text: &str) -> String {
    lines(text, |line| match own_command(line) {
        Some((word, place, data)) => {
            format!("::{word} {}::{}", one_line(place, shown, false), one_line(data, shown, false))
        }
        None => one_line(line, shown, true),
    })
}

/// JSON: the same object, with a character of each marker written as `\u00…`. Outside of strings there is no marker.
pub(crate) fn json(text: &str) -> String {
    lines(text, |line| {
        let escape = |c| format!("\\u{:04x}", u32::from(c));
        let broken = broken(line, escape, false);
        // In a string every `::` can be written so: a program sees no difference.
        let mut out = String::with_capacity(broken.len());
        for c in broken.chars() {
            if c == ':' && out.ends_with(':') {
                out.push_str(&escape(c));
            } else if is_deceptive(c) {
                let mut units = [0; 2];
                out.extend(c.encode_utf16(&mut units).iter().map(|it| format!("\\u{it:04x}")));
            } else {
                out.push(c);
            }
        }
        out
    })
}

/// A page for browsers, which a job may print.
pub(crate) fn page(text: &str) -> String {
    lines(text, |line| broken(line, |c| format!("&#{};", u32::from(c)), true))
}

fn lines(text: &str, one: impl Fn(&str) -> String) -> String {
    text.split_inclusive('\n')
        .map(|line| match (line.strip_suffix("\r\n"), line.strip_suffix('\n')) {
            // A table for programs ends its lines so.
            (Some(line), _) => one(line) + "\r\n",
            (None, Some(line)) => one(line) + "\n",
            (None, None) => one(line),
        })
        .collect()
}

/// One line without control characters but a tab and colours, and without markers.
fn one_line(line: &str, escape: Escape, at_start: bool) -> String {
    let mut safe = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(colour) = colour(rest) {
            safe.push_str(colour);
            rest = rest.get(colour.len()..).unwrap_or_default();
            continue;
        }
        if is_deceptive(c) && c != '\t' {
            safe.push_str(&escape(c));
        } else {
            safe.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    broken(&safe, escape, at_start)
}

/// The colour that a text begins with, if it does: `ESC [ 1;31 m`. No other sequence for a terminal is let through.
fn colour(text: &str) -> Option<&str> {
    let body = text.strip_prefix("\u{1b}[")?;
    let length = body.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    body.get(length..)?.starts_with('m').then(|| text.get(..length + 3)).flatten()
}

/// One line without markers. `at_start`: whether it is the beginning of a line, where more of them are obeyed.
fn broken(line: &str, escape: impl Fn(char) -> String, at_start: bool) -> String {
    let letters = Letters::of(line);
    let mut escaped = Vec::new();
    let (mut before_text, mut at) = (at_start, 0);
    while let Some((start, c)) = letters.plain.get(at).copied() {
        let marker = letters.text.get(start..).and_then(|it| marker(it, before_text));
        before_text = before_text && c.is_whitespace();
        if let Some(offset) = marker {
            at += offset;
            escaped.push(at);
        }
        at += 1;
    }
    let mut out = String::with_capacity(line.len());
    if at_start && GROUPS.iter().any(|it| letters.text.starts_with(it)) {
        // Such a head is one in the first column alone.
        out.push(' ');
    }
    for (at, ((_, c), colours)) in letters.plain.iter().zip(&letters.colours).enumerate() {
        out.push_str(colours);
        if escaped.contains(&at) { out.push_str(&escape(*c)) } else { out.push(*c) }
    }
    out + &letters.last
}

/// A line without its colours, which a log may drop, and where they stand.
#[derive(Default)]
struct Letters {
    text: String,
    /// Each character, and where it begins in the text.
    plain: Vec<(usize, char)>,
    /// The colours before each character.
    colours: Vec<String>,
    /// Those after the last one.
    last: String,
}

impl Letters {
    fn of(line: &str) -> Self {
        let mut letters = Self::default();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let length = if let Some(colour) = colour(rest) {
                letters.last.push_str(colour);
                colour.len()
            } else {
                letters.plain.push((letters.text.len(), c));
                letters.text.push(c);
                letters.colours.push(std::mem::take(&mut letters.last));
                c.len_utf8()
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        letters
    }
}

/// If a marker begins here: the number of the character to escape.
fn marker(text: &str, before_text: bool) -> Option<usize> {
    if let Some(rest) = text.strip_prefix("##") {
        let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c));
        return word.starts_with('[').then_some(1);
    }
    if let Some(rest) = text.strip_prefix("::") {
        let is_command = before_text || COMMANDS.iter().any(|it| begins_with(rest, it));
        return is_command.then_some(1);
    }
    let escaped_end = ["%0a", "%0d"].iter().any(|it| begins_with(text, it));
    let section = ["section_start:", "section_end:"].iter().any(|it| begins_with(text, it));
    match (escaped_end, section) {
        (true, _) => Some(0),
        (_, true) => Some("section".len()),
        _ => None,
    }
}

fn begins_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
}

/// A command as `github` writes it: its word, what stands before its data, and that.
fn own_command(line: &str) -> Option<(&str, &str, &str)> {
    let (word, rest) = line.strip_prefix("::")?.split_once(' ')?;
    // In what this tool writes every `:` before the data is escaped.
    let (place, data) = rest.split_once("::")?;
    ["error", "warning", "notice"].contains(&word).then_some((word, place, data))
}

#[cfg(test)]
mod tests;
