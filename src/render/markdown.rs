//! A job summary in Markdown.

use holdpoint_core::decide::Decision;
use holdpoint_core::finding::Finding;
use holdpoint_core::name::{escaped, listed};

use super::place::{self, Reader};
use super::{first_of_each, people};
use crate::failure::Failure;

/// Text that Markdown and HTML leave alone.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in escaped(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '*' | '_' | '[' | ']' | '\\' => out.extend(['\\', c]),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// An answer that is put into words already: its first line as the heading, the others as they are.
pub(crate) fn told(human: &str) -> String {
    let human = anstream::adapter::strip_str(human).to_string();
    let mut lines = human.lines().filter(|it| !it.trim().is_empty());
    let heading = lines.next().unwrap_or_default();
    let rest: String = lines.map(|it| format!("- {}\n", plain(it.trim()))).collect();
    format!("## {}\n\n{rest}", plain(heading))
}

/// Why there is no answer.
pub(crate) fn failure(failure: &Failure) -> String {
    let mut out = format!("## error: {}\n\n", plain(failure.message()));
    if let Some(cause) = failure.cause() {
        out.push_str(&format!("because: {}\n\n", plain(cause)));
    }
    out.push_str(&findings(failure.found()));
    if let Some(hint) = failure.hint_text() {
        out.push_str(&format!("\nhint: {}\n", plain(&place::cure(hint, Reader::Top))));
    }
    out
}

/// A decision, with its requirements and findings.
pub(crate) fn decision(decision: &Decision, headline: &str) -> String {
    let mut out = format!("## {}\n\n", plain(headline));
    if !decision.requirements.is_empty() {
        out.push_str("| Requirement | State | By |\n| --- | --- | --- |\n");
        for it in &decision.requirements {
            let by = listed(&it.by, "and");
            out.push_str(&format!("| {} | {} | {} |\n", plain(it.title.as_str()), it.state.word(), plain(&by)));
        }
        out.push('\n');
    }
    out.push_str(&findings(&decision.findings));
    out
}

/// Findings as a table; nothing for none.
pub(crate) fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut out = "| Finding | Subject | What is the case | Next | Who |\n| --- | --- | --- | --- | --- |\n".to_owned();
    let (shown, left) = first_of_each(findings);
    for it in shown {
        let place = it
            .place
            .as_ref()
            .map(|it| format!(" ({}:{})", place::path(&it.path, Reader::Top), it.line))
            .unwrap_or_default();
        let (about, message) = (plain(&it.about), plain(&format!("{}{place}", it.message)));
        let row = format!(
            "| `{}` | {about} | {message} | {} | {} |\n",
            it.code,
            plain(&place::cure(&it.next, Reader::Top)),
            plain(&people(&it.who))
        );
        out.push_str(&row);
    }
    for (last, more) in left {
        out.push_str(&format!("| `{}` | | and {more} more (all of them: `--format json`) | | |\n", last.code));
    }
    out
}
