//! A fault in a file, shown as cargo shows one: file, line, caret, and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use holdpoint_core::finding::Place;
use holdpoint_core::name::escaped;

use super::place::{self, Reader};

/// The line of `fault` with a caret below, and `help` beside it.
pub(crate) fn of(fault: &Place, help: &str) -> String {
    let safe = |text: &str| -> String {
        text.chars().map(|c| if holdpoint_core::name::is_deceptive(c) { '\u{fffd}' } else { c }).collect()
    };
    let text = format!("{}\n", safe(&fault.text));
    let start = byte_of(&text, fault.column.saturating_sub(1));
    let end = byte_of(&text, fault.column.saturating_sub(1) + fault.width).max(start);
    let help = escaped(&place::cure(help, Reader::Here));
    let path = escaped(&place::path(&fault.path, Reader::Here));
    let annotation = AnnotationKind::Primary.span(start..end).label(help.as_str());
    let snippet = Snippet::source(text.as_str()).path(path.as_str()).line_start(fault.line).annotation(annotation);
    let report = [Group::with_level(Level::ERROR).element(snippet)];
    let shown = Renderer::styled().render(&report);
    shown.lines().map(|it| format!("    {it}\n")).collect()
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len().saturating_sub(1), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_the_caret_under_the_fault() {
        let place = Place { path: "r.toml".into(), line: 3, column: 1, width: 5, text: "titel = \"x\"".into() };
        let shown = anstream::adapter::strip_str(&of(&place, "did you mean `title`?")).to_string();
        assert!(shown.contains("r.toml:3:1"), "{shown}");
        assert!(shown.contains("^^^^^ did you mean `title`?"), "{shown}");
    }

    #[test]
    fn a_place_at_the_end_of_a_line_is_shown() {
        let place = Place { path: "r.toml".into(), line: 1, column: 4, width: 1, text: "a =".into() };
        assert!(of(&place, "write a value").contains("r.toml"));
    }
}
