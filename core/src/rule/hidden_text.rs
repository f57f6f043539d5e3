//! `hidden-text`: whoever signs a document has seen all that is in it.

use super::{Dossier, first};
use crate::finding::{Code, Finding};
use crate::name::hidden;

/// No document holds a character that a reader cannot see, or that turns the order of what stands there.
///
/// - Counted are controls other than line breaks and tabs, zero-width and bidirectional characters, fillers and tags, in the whole
///   file: prose, code, comments and front matter.
/// - A joiner or non-joiner between letters of a script that needs it (Persian, Hindi, …) is a part of the word, and one between two
///   pictures a part of an emoji; so are the variation selectors of emoji and of Chinese characters.
/// - The level cannot be set: what is signed unseen is not signed off, in no team.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    dossier
        .texts
        .values()
        .flat_map(|plain| {
            first(hidden(plain.text()), |(at, c)| {
                let place = plain.place(at..at + c.len_utf8());
                let message = format!("the character {} cannot be seen", c.escape_unicode());
                let next = format!("take it out of `{}`, line {}, column {}", plain.path(), place.line, place.column);
                Finding::new(Code::HiddenText, plain.path(), message).next(next).at(place)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{KB, NOTICE, Sample};
    use crate::finding::Severity;

    #[test]
    fn a_hidden_character_is_told_with_its_line() {
        for (text, found) in [
            ("a\nb\u{200b}c", "2:the character \\u{200b} cannot be seen"),
            ("`a\u{202e}b`", "1:the character \\u{202e} cannot be seen"),
            ("<!-- \u{7} -->", "1:the character \\u{7} cannot be seen"),
        ] {
            assert_eq!(Sample::new().matrix(text).of("hidden-text"), [found], "{text:?}");
        }
        for (kb, notice) in [
            (KB.replace("## Issue", "## Is\u{200d}sue"), NOTICE.to_owned()),
            (KB.to_owned(), format!("{NOTICE}\nLe\u{2066}e\n")),
        ] {
            let sample = Sample::new().kb(&kb).notice(&notice);
            assert_eq!(sample.of("hidden-text").len(), 1);
            assert_eq!(sample.worst(), Some(Severity::Blocked));
        }
    }

    #[test]
    fn a_script_that_needs_a_joiner_has_it() {
        assert_eq!(Sample::new().matrix("می\u{200c}خواهم, 👩\u{200d}💻").of("hidden-text"), [""; 0]);
    }

    #[test]
    fn a_hundred_thousand_are_told_shortly() {
        let found = Sample::new().matrix(&"a\u{200b}".repeat(100_000)).of("hidden-text");
        assert_eq!(found.len(), 25);
        assert!(found.iter().any(|it| it.contains("99975 more")));
    }
}
