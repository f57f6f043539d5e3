//! `kb-contact`: an agent who is stuck knows whom to ask.

use super::{Dossier, quoted};
use crate::document::{Article, SectionName, Words};
use crate::finding::{Code, Finding};
use crate::name::is_deceptive;

/// Words that fill the place and name nobody.
const NOBODY: [&str; 6] = ["none", "nobody", "n/a", "na", "unknown", "see above"];

/// The front matter names a contact, or the section Contact says something.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(article) = dossier.article.filter(|it| !is_named(it, dossier.words)) else { return Vec::new() };
    let plain = article.plain();
    let (message, span) = match article.contact() {
        Some(it) => (format!("{} is nobody whom an agent can ask", quoted(it.value.as_str())), it.span.clone()),
        None => ("no escalation contact is named".to_owned(), 0..0),
    };
    let next = format!("write `contact = \"…\"`, with a name or a desk, in the front matter of `{}`", plain.path());
    vec![Finding::new(Code::KbContact, plain.path(), message).next(next).at(plain.place(span))]
}

/// Whether `article` says whom an agent asks who is stuck.
pub(super) fn is_named(article: &Article, words: &Words) -> bool {
    let in_front = article.contact().is_some_and(|it| names_somebody(it.value.as_str()));
    in_front || article.plain().named(words, SectionName::Contact).any(|it| !it.is_empty())
}

fn names_somebody(text: &str) -> bool {
    let says = text.chars().any(|it| it.is_alphanumeric() && !is_deceptive(it));
    says && !NOBODY.contains(&text.trim().trim_end_matches('.').to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{KB, Sample};
    use crate::finding::Severity;

    fn with(contact: &str) -> Sample {
        Sample::new().kb(&KB.replace("contact = \"Lee\"\n", contact))
    }

    #[test]
    fn nobody_named_is_only_said() {
        let sample = with("");
        assert_eq!(sample.all(), ["1:no escalation contact is named"]);
        assert_eq!(sample.worst(), Some(Severity::Warning));
    }

    #[test]
    fn a_word_that_fills_the_place_names_nobody() {
        for word in ["-", "N/A", "none.", "Nobody", "…"] {
            let found = with(&format!("contact = \"{word}\"\n")).all();
            assert_eq!(found, [format!("6:`{word}` is nobody whom an agent can ask")], "{word}");
        }
        assert_eq!(with("contact = \"duty desk, 5531\"\n").all(), [""; 0]);
    }

    #[test]
    fn a_section_names_one_too_if_it_says_something() {
        let (filled, empty) = (format!("{KB}\n## Contact\n\nLee\n"), format!("{KB}\n## Contact\n\n<!-- Lee -->\n"));
        let without = |kb: &str| Sample::new().kb(&kb.replace("contact = \"Lee\"\n", "")).of("kb-contact");
        assert_eq!(without(&filled), [""; 0]);
        assert_eq!(without(&empty), ["1:no escalation contact is named"]);
    }
}
