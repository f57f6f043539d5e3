//! `placeholder`: nothing that was to be filled in reaches a reader.

use std::ops::Range;

use super::{Dossier, Drafts, first, quoted};
use crate::document::{Plain, Status};
use crate::finding::{Code, Finding};

/// No document holds TBD, TODO, FIXME, XX, lorem or `{{ }}`.
///
/// - The words are looked for in the whole file: prose, code, comments, links and front matter, for all of it is either
///   read or left over. They are whole words: not `TODOs`, `XXL`, `0xXX` or `MY_TODO`.
/// - TODO and XX count in capitals only ("todo" is Spanish for "all"); the others in any case.
/// - `{{` counts outside code only, where templates are shown to readers who need them. `<VERSION>` is how manuals ask
///   readers to put in a value of their own; it never counts.
/// - While the article is a draft, so is the release: with `Drafts::Warn`, its placeholders only warn, in every document.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let is_draft = dossier.article.is_some_and(|it| it.status().value == Status::Draft);
    let only_warn = is_draft && dossier.drafts == Drafts::Warn;
    dossier
        .texts
        .values()
        .flat_map(|plain| {
            first(placeholders(plain), |at| {
                let (text, span) = (plain.text(), whole(plain.text(), at));
                let word = quoted(text.get(span.clone()).unwrap_or_default());
                let place = plain.place(span);
                let next = format!("write what belongs there in `{}`, line {}", plain.path(), place.line);
                let finding = Finding::new(Code::Placeholder, plain.path(), format!("{word} is a placeholder"));
                let finding = finding.next(next).at(place);
                if only_warn { finding.as_warning() } else { finding }
            })
        })
        .collect()
}

fn placeholders(plain: &Plain) -> Vec<Range<usize>> {
    let mut found = words(plain.text());
    let mut end = 0;
    for (at, braces) in plain.text().match_indices("{{") {
        // A longer run of braces is one placeholder.
        if (at > end || at == 0) && !plain.is_code(at) {
            found.push(at..at + braces.len());
        }
        end = at + braces.len();
    }
    found.sort_by_key(|it| it.start);
    found
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if is_part(c) => start = Some(at),
            Some(from) if !is_part(c) => {
                let token = text.get(from..at).unwrap_or_default();
                // `__TBD__` is TBD in bold.
                let word = token.trim_matches('_');
                if is_placeholder(word) {
                    let from = from + token.len() - token.trim_start_matches('_').len();
                    found.push(from..from + word.len());
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_placeholder(word: &str) -> bool {
    word == "TODO"
        || (word.len() >= 2 && word.bytes().all(|it| it == b'X'))
        || ["TBD", "FIXME", "lorem"].iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// Braces with what they hold, up to the end of the line; a word as it is.
fn whole(text: &str, at: Range<usize>) -> Range<usize> {
    let rest = text.get(at.clone()).filter(|it| it.starts_with('{')).and_then(|_| text.get(at.start..)?.lines().next());
    match rest.and_then(|it| it.find("}}")) {
        Some(end) => at.start..at.start + end + 2,
        None => at,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Drafts;
    use super::super::sample::{KB, NOTICE, Sample};
    use crate::finding::Severity;

    fn found(text: &str) -> Vec<String> {
        Sample::new().matrix(text).of("placeholder")
    }

    #[test]
    fn finds_each_placeholder_as_a_whole_word() {
        for (text, word) in [
            ("a TODO: b", "TODO"),
            ("**tbd**", "tbd"),
            ("__TBD__", "TBD"),
            ("XX.XX", "XX"),
            ("(XXX)", "XXX"),
            ("Lorem ipsum", "Lorem"),
            ("<!-- FIXME -->", "FIXME"),
            ("`TODO`", "TODO"),
            ("[a](https://example.com/XXX)", "XXX"),
            ("{{ name }}", "{{ name }}"),
            ("{{{ name }}}", "{{{ name }}"),
            ("a {{ b", "{{"),
        ] {
            assert_eq!(found(text)[0], format!("1:`{word}` is a placeholder"), "{text}");
        }
        assert_eq!(found("{{{{ a }}}} {{ b }}").len(), 2, "a longer run of braces is one");
    }

    #[test]
    fn leaves_what_only_looks_like_one() {
        for text in [
            "TODOs",
            "XXL",
            "0xXX",
            "MY_TODO_LIST",
            "todo",
            "X",
            "é\u{301}TBDé",
            "`{{ name }}`",
            "```\n{{ a }}\n```",
            "`<VERSION>`",
            "{ {",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn finds_one_in_the_front_matter() {
        assert_eq!(Sample::new().kb(&KB.replace("Lee", "TBD")).of("placeholder"), ["6:`TBD` is a placeholder"]);
    }

    #[test]
    fn a_draft_is_only_warned_and_only_where_drafts_are_allowed() {
        let draft = KB.replace("published", "draft");
        for (kb, drafts, weight) in [
            (draft.as_str(), Drafts::Warn, Severity::Warning),
            (draft.as_str(), Drafts::Count, Severity::Blocked),
            (KB, Drafts::Warn, Severity::Blocked),
        ] {
            let sample = Sample::new().kb(kb).notice(&NOTICE.replace("Lee", "TBD")).drafts(drafts);
            assert_eq!(sample.worst(), Some(weight));
        }
    }

    #[test]
    fn a_hundred_thousand_are_told_shortly() {
        let found = found(&"TODO {{ ".repeat(120_000));
        assert_eq!(found.len(), 25);
        assert!(found.iter().any(|it| it.contains("239975 more")));
    }
}
