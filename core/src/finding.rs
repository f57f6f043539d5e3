//! A finding: one reason, with a code, for or against a release; and what each code means.

use jiff::Timestamp;

use crate::name::Person;

pub use crate::code::{CODES, Code, Meaning};

/// How much a finding weighs. The worst one decides; the order is that of the enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Said, and without weight (exit 0).
    Warning,
    /// Only a sign-off, or the day, is missing (exit 3).
    Waiting,
    /// Somebody said no, or a rule is broken (exit 1).
    Blocked,
    /// It could not be told (exit 4).
    Unverifiable,
}

impl Severity {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Unverifiable => "unverifiable",
        }
    }
}

/// Where in a file a fault lies. Lines and columns count from 1; a column counts characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, from the coordination root.
    pub path: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters are at fault, at least 1.
    pub width: usize,
    /// The text of the line, cut to a sane length.
    pub text: String,
}

impl Place {
    /// The place of the byte range `span` in `text`, the content of `path`.
    pub fn of(path: &str, text: &str, span: std::ops::Range<usize>) -> Self {
        const LONGEST: usize = 400;
        let start = floor(text, span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        let line: String = text
            .get(line_start..)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(LONGEST)
            .collect();
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let marked = text.get(start..floor(text, span.end)).unwrap_or_default();
        let width = marked.lines().next().unwrap_or_default().chars().count();
        let room = line.chars().count().saturating_sub(column).max(1);
        Self {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: column + 1,
            width: width.clamp(1, room),
            text: line,
        }
    }
}

fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

/// One reason, for people and for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// How much it weighs here.
    pub severity: Severity,
    /// What it is about: a requirement, an id, a file, a path of the site.
    pub about: String,
    /// One sentence, without a full stop.
    pub message: String,
    /// Everybody who can act.
    pub who: Vec<Person>,
    /// Since when, where a signer or the record claims a time.
    pub since: Option<Timestamp>,
    /// The exact next command, or the edit to make.
    pub next: String,
    /// Where, if it lies in a file.
    pub place: Option<Place>,
}

impl Finding {
    /// A finding with the weight that its code has.
    pub fn new(code: Code, about: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.meaning().severity,
            about: about.into(),
            message: message.into(),
            who: Vec::new(),
            since: None,
            next: String::new(),
            place: None,
        }
    }

    /// Says what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = next.into();
        self
    }

    /// Says who can act.
    #[must_use]
    pub fn who(mut self, who: impl IntoIterator<Item = Person>) -> Self {
        self.who = who.into_iter().collect();
        self
    }

    /// Says since when.
    #[must_use]
    pub fn since(mut self, since: Timestamp) -> Self {
        self.since = Some(since);
        self
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same reason, only said.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// The findings that somebody must act on. Nobody signs for a release that was cancelled.
pub fn to_act_on(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let is_cancelled = findings.iter().any(|it| it.code == Code::Cancelled);
    let least = if is_cancelled { Severity::Waiting } else { Severity::Warning };
    findings.iter().filter(move |it| it.severity > least)
}

/// Puts findings in the order in which they are shown: worst first, then by code, subject, place and words.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        (b.severity, a.code, &a.about, &a.place, &a.message).cmp(&(a.severity, b.code, &b.about, &b.place, &b.message))
    });
    findings.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_from_one() {
        let text = "a = 1\ntitlé = \"x\"\n";
        let span = text.find("\"x\"").unwrap();
        let place = Place::of("f.toml", text, span..span + 3);
        assert_eq!((place.line, place.column, place.width), (2, 9, 3));
        assert_eq!(place.text, "titlé = \"x\"");
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let place = Place::of("f.toml", "a", 90..99);
        assert_eq!((place.line, place.column, place.width), (1, 2, 1));
    }

    #[test]
    fn each_severity_has_its_word() {
        let all = [Severity::Warning, Severity::Waiting, Severity::Blocked, Severity::Unverifiable];
        assert_eq!(all.map(Severity::word), ["warning", "waiting", "blocked", "unverifiable"]);
    }

    #[test]
    fn nobody_acts_on_a_warning_nor_signs_for_what_was_cancelled() {
        let mut findings = vec![
            Finding::new(Code::Held, "x", "stop"),
            Finding::new(Code::Missing, "kb", "nobody has signed"),
            Finding::new(Code::NotCounted, "y", "it has no effect"),
        ];
        let codes = |findings: &[Finding]| to_act_on(findings).map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(codes(&findings), [Code::Held, Code::Missing]);
        findings.push(Finding::new(Code::Cancelled, "2.7.0", "a flaw"));
        assert_eq!(codes(&findings), [Code::Held, Code::Cancelled]);
    }

    #[test]
    fn the_worst_comes_first() {
        let mut findings = vec![
            Finding::new(Code::Missing, "notice", "nobody has signed"),
            Finding::new(Code::BadEntry, "x", "broken"),
            Finding::new(Code::Held, "y", "stop"),
        ];
        sort(&mut findings);
        let codes: Vec<Code> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::BadEntry, Code::Held, Code::Missing]);
    }
}
