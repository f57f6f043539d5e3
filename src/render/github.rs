//! Annotations in the form that GitHub's log understands.

use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::escaped;

use super::first_of_each;
use super::place::{self, Reader};
use crate::failure::Failure;

/// The first line as an annotation, and all of it for whoever opens the log.
pub(crate) fn told(human: &str) -> String {
    let human = anstream::adapter::strip_str(human).to_string();
    let first = human.lines().next().unwrap_or_default();
    format!("::notice title=holdpoint::{}\n{human}", data(&escaped(first)))
}

/// One annotation per finding; of very many of one code, the first.
pub(crate) fn annotations(findings: &[Finding]) -> String {
    let (shown, left) = first_of_each(findings);
    let mut out: String = shown.into_iter().map(annotation).collect();
    for (last, more) in left {
        out.push_str(&format!(
            "::notice title=holdpoint {}::and {more} more (all of them: --format json)\n",
            last.code
        ));
    }
    out
}

/// A failure as one annotation: what failed, why, and what to do.
pub(crate) fn failure(failure: &Failure) -> String {
    let cause = failure.cause().map(|it| format!(" | because: {it}")).unwrap_or_default();
    let next = failure.hint_text().map(|it| format!(" | next: {}", place::cure(it, Reader::Top))).unwrap_or_default();
    let message = data(&escaped(&format!("{}{cause}{next}", failure.message())));
    format!("::error title=holdpoint::{message}\n")
}

fn annotation(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Warning => "warning",
        Severity::Waiting => "notice",
        Severity::Blocked | Severity::Unverifiable => "error",
    };
    let place = finding.place.as_ref().map(|it| {
        let file = property(&place::path(&it.path, Reader::Top));
        let (line, column) = (it.line, it.column);
        format!("file={file},line={line},col={column},")
    });
    let place = place.unwrap_or_default();
    let title = property(&format!("{} {}", finding.code, escaped(&finding.about)));
    let next = if finding.next.is_empty() {
        String::new()
    } else {
        format!(" | next: {}", place::cure(&finding.next, Reader::Top))
    };
    let message = data(&escaped(&format!("{}{next}", finding.message)));
    format!("::{level} {place}title={title}::{message}\n")
}

/// The escapes that a workflow command needs in its data: nothing in a record can begin a command of its own.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use holdpoint_core::finding::Code;

    use super::*;

    #[test]
    fn nothing_in_a_record_begins_a_command_of_its_own() {
        let finding = Finding::new(Code::Held, "a,b:c", "x\n::set-output name=y::z");
        let shown = annotations(&[finding]);
        assert_eq!(shown.lines().count(), 1);
        assert!(shown.starts_with("::error title=held a%2Cb%3Ac::x"), "{shown}");
    }
}
