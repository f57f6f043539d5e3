//! Colour: it adds nothing that the words do not say. `anstream` takes it away where nobody wants it.

use anstyle::{AnsiColor, Style};
use holdpoint_core::decide::{State, Verdict};
use holdpoint_core::finding::{Finding, Severity};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WAITING: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Text that stands out.
pub(crate) fn bold(text: &str) -> String {
    styled(BOLD, text)
}

/// Text that stands back.
pub(crate) fn dim(text: &str) -> String {
    styled(DIM, text)
}

/// Good news.
pub(crate) fn good(text: &str) -> String {
    styled(GOOD, text)
}

/// Bad news.
pub(crate) fn bad(text: &str) -> String {
    styled(BAD, text)
}

/// A verdict, in capitals.
pub(crate) fn verdict(verdict: &Verdict) -> String {
    let word = verdict.word().to_uppercase();
    match verdict {
        Verdict::Clear(_) => styled(GOOD, &word),
        Verdict::Hypothetical => styled(WAITING, "HYPOTHETICALLY CLEAR"),
        Verdict::Waiting => styled(WAITING, &word),
        Verdict::Blocked | Verdict::Unverifiable => styled(BAD, &word),
    }
}

/// A finding's code, padded to `width`.
pub(crate) fn code(finding: &Finding, width: usize) -> String {
    let style = match finding.severity {
        Severity::Warning => DIM,
        Severity::Waiting => WAITING,
        Severity::Blocked | Severity::Unverifiable => BAD,
    };
    styled(style, &format!("{:width$}", finding.code))
}

/// Where a release stands, padded to `width`.
pub(crate) fn position(word: &str, width: usize) -> String {
    let style = match word {
        "published" | "adopted" => GOOD,
        "clear" | "waiting" | "publishing" => WAITING,
        "cancelled" => DIM,
        _ => BAD,
    };
    styled(style, &format!("{word:width$}"))
}

/// What an entry does, padded to `width`.
pub(crate) fn effect(word: &str, width: usize) -> String {
    let style = if word == "counts" { GOOD } else { DIM };
    styled(style, &format!("{word:width$}"))
}

/// The state of a requirement, padded to `width`.
pub(crate) fn state(state: State, width: usize) -> String {
    let style = match state {
        State::Approved | State::NotApplicable => GOOD,
        State::Declined => BAD,
        _ => WAITING,
    };
    let word = if state == State::Waived { "WAIVED" } else { state.word() };
    styled(style, &format!("{word:width$}"))
}
