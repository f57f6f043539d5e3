//! What the rules for sections have in common: each there, once, and filled.

use super::quoted;
use crate::document::{Heading, Plain, Section, SectionName, Words};
use crate::finding::{Code, Finding};
use crate::name::nearest;

/// Checks that `plain` has each section of `known` at most once, and that those of `needed` are there and say something.
pub(super) fn check(
    code: Code,
    plain: &Plain,
    words: &Words,
    known: &[SectionName],
    needed: &[SectionName],
) -> Vec<Finding> {
    let finding = |message: String| Finding::new(code, plain.path(), message);
    let mut findings = Vec::new();
    for name in known {
        let heading = words.heading(*name);
        let mut found = plain.named(words, *name);
        match found.next() {
            None if needed.contains(name) => findings.push(missing(code, plain, words, known, *name)),
            Some(section) if needed.contains(name) && section.is_empty() => findings.push(
                finding(format!("the section {} is empty", quoted(heading)))
                    .next(format!("write the text below `## {heading}` in `{}`", plain.path()))
                    .at(plain.place(section.span.clone())),
            ),
            _ => {}
        }
        findings.extend(found.next().map(|again| {
            finding(format!("the section {} is there more than once", quoted(heading)))
                .next(format!("join the sections `## {heading}` of `{}` to one", plain.path()))
                .at(plain.place(again.span.clone()))
        }));
    }
    findings
}

/// Says that a section is missing; and, where a heading could be meant for it, which.
fn missing(code: Code, plain: &Plain, words: &Words, known: &[SectionName], name: SectionName) -> Finding {
    let heading = words.heading(name);
    let message = format!("the section {} is missing", quoted(heading));
    let add = format!("add `## {heading}` and its text to `{}`", plain.path());
    let (message, next, span) = match meant(plain, words, known, name) {
        Some(Meant::Elsewhere(other)) => {
            let why = if other.nested { "inside a list or quotation" } else { "of another level" };
            (format!("{message}: the heading is {why}"), format!("write `## {heading}` there"), other.span.clone())
        }
        Some(Meant::Slip(slip)) => {
            let message = format!("{message}: is it {}?", quoted(&slip.heading));
            (message, format!("write `## {heading}` there, or {add}"), slip.span.clone())
        }
        None => (message, add, 0..0),
    };
    Finding::new(code, plain.path(), message).next(next).at(plain.place(span))
}

/// A heading that could be meant for a section that is missing.
pub(super) enum Meant<'p> {
    /// One of the right words, where it opens no section.
    Elsewhere(&'p Heading),
    /// One of almost the right words.
    Slip(&'p Section),
}

/// The heading of `plain` that could be meant for the section `name`, which is missing.
pub(super) fn meant<'p>(
    plain: &'p Plain,
    words: &Words,
    known: &[SectionName],
    name: SectionName,
) -> Option<Meant<'p>> {
    let mut headings = plain.headings().iter();
    if let Some(other) = headings.find(|it| (it.nested || it.level != 2) && words.mean(name, &it.text)) {
        return Some(Meant::Elsewhere(other));
    }
    let heading = words.heading(name);
    // A slip is short; a long heading is not compared.
    let slips = plain.sections().iter().filter(|it| it.heading.len() <= 2 * heading.len());
    slips
        .filter(|it| !known.iter().any(|known| words.mean(*known, &it.heading)))
        .find(|it| nearest(&it.heading.to_lowercase(), [heading.to_lowercase().as_str()]).is_some())
        .map(Meant::Slip)
}
