//! What a command answered, and how it is held against what it should have.

use std::fmt;

use snapbox::{IntoData, assert_data_eq};

use super::Sandbox;

/// What was asked, so that it can be asked again. The sandbox lasts as long as this.
pub(crate) struct Asked {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: String,
    pub(crate) arguments: Vec<String>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holdpoint {}", self.arguments.join(" "))
    }
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) asked: Option<Asked>,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(super) redactions: Vec<(String, &'static str)>,
}

impl Answer {
    /// The answer with the exit code that is wanted, or a panic that shows all of it.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// The answer, refused with this exit code and this finding code in it.
    #[track_caller]
    pub(crate) fn finds(self, code: i32, finding: &str) -> Self {
        let answer = self.exits(code);
        let found = answer.stdout.contains(finding) || answer.stderr.contains(finding);
        assert!(found, "`{finding}` is not in {answer:#?}");
        answer
    }

    /// The answer, which must not speak of this.
    #[track_caller]
    pub(crate) fn lacks(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "`{text}` is in {self:#?}");
        self
    }

    /// The answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("{why}: {self:#?}"))
    }

    /// The codes of the findings in a JSON answer, with what they are about.
    #[track_caller]
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        let json = self.json();
        let text = |it: &serde_json::Value| it.as_str().unwrap().to_owned();
        json["findings"].as_array().unwrap().iter().map(|it| (text(&it["code"]), text(&it["subject"]))).collect()
    }

    /// Holds exit code, stdout and stderr against a snapshot. `SNAPSHOTS=overwrite cargo test --test it` writes it anew.
    #[track_caller]
    pub(crate) fn shows(&self, expected: impl IntoData) {
        assert_data_eq!(self.shown(), expected.raw());
    }

    /// Exit code, stdout and stderr together, with everything that changes from run to run left out.
    pub(crate) fn shown(&self) -> String {
        let mut text = format!("exit {}\n", self.code);
        if !self.stdout.is_empty() {
            text.push_str(&format!("-- stdout\n{}", self.stdout));
        }
        if !self.stderr.is_empty() {
            text.push_str(&format!("-- stderr\n{}", self.stderr));
        }
        for (from, to) in &self.redactions {
            text = text.replace(from, to);
        }
        redact(&text)
    }
}

/// Ids, commits, times and the day of today, replaced by what they are.
fn redact(text: &str) -> String {
    let today = jiff::Timestamp::now();
    let days = ["%Y-%m-%d", "%-d %B %Y"].map(|it| today.strftime(it).to_string());
    days.iter().fold(timeless(text), |text, day| text.replace(day, "[TODAY]"))
}

fn timeless(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hex = rest.chars().take_while(|c| c.is_ascii_digit() || ('a'..='f').contains(c)).count();
        let boundary = out.chars().last().is_none_or(|c| !c.is_ascii_alphanumeric());
        let ends = rest[hex..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric());
        let word = match hex {
            64 => "[ID]",
            40 => "[COMMIT]",
            8 => "[ID8]",
            7 if !rest.starts_with("ed25519") => "[COMMIT7]",
            _ => "",
        };
        if boundary && ends && !word.is_empty() {
            out.push_str(word);
            rest = &rest[hex..];
        } else if let Some(length) = time_at(rest) {
            out.push_str("[TIME]");
            rest = &rest[length..];
        } else if let Some(fingerprint) = rest.strip_prefix("SHA256:").and_then(|it| it.get(..43)) {
            out.push_str("SHA256:[KEY]");
            rest = &rest["SHA256:".len() + fingerprint.len()..];
        } else if let Some(length) = age_at(rest).filter(|_| boundary) {
            out.push_str("[AGO]");
            rest = &rest[length..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// The length of a time such as 2026-11-21T10:00:00Z or 2026-11-21 10:00 at the start of `text`, if there is one.
fn time_at(text: &str) -> Option<usize> {
    let fits = |(it, want): (char, char)| if want == 'd' { it.is_ascii_digit() } else { it == want };
    let is = |shape: &&str| text.len() >= shape.len() && text.chars().zip(shape.chars()).all(fits);
    ["dddd-dd-ddTdd:dd:ddZ", "dddd-dd-dd dd:dd"].iter().find(|it| is(it)).map(|it| it.len())
}

/// The length of an age such as `just now` or `6 seconds ago` at the start of `text`, if there is one: which of them it is
/// depends on how busy the machine is.
fn age_at(text: &str) -> Option<usize> {
    let mut words = text.splitn(3, ' ');
    let (first, second) = (words.next()?, words.next()?);
    if text.starts_with("just now") {
        return Some("just now".len());
    }
    let counts = first.parse::<u64>().is_ok() && words.next()?.starts_with("ago");
    let units = ["second", "minute", "hour", "day", "week"];
    (counts && units.contains(&second.trim_end_matches('s')))
        .then(|| first.len() + second.len() + " ".len() + " ago".len())
}
