//! `kb-sections`: an agent finds what the matter is, whether it applies, and what to do.

use super::{Dossier, section};
use crate::document::SectionName;
use crate::finding::{Code, Finding};

/// The sections that every article has.
pub(super) const NEEDED: [SectionName; 3] = [SectionName::Issue, SectionName::Environment, SectionName::Resolution];

/// Issue, Environment and Resolution are there and filled; no section is there twice.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(article) = dossier.article else { return Vec::new() };
    section::check(Code::KbSections, article.plain(), dossier.words, &SectionName::ARTICLE, &NEEDED)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{KB, Sample};

    #[test]
    fn a_whole_article_passes() {
        assert_eq!(Sample::new().all(), [""; 0]);
    }

    #[test]
    fn a_missing_section_is_found_and_a_slip_recognised() {
        for (change, found) in [
            ("## Enviroment", "12:the section `Environment` is missing: is it `Enviroment`?"),
            ("### Environment", "12:the section `Environment` is missing: the heading is of another level"),
            ("> ## Environment", "12:the section `Environment` is missing: the heading is inside a list or quotation"),
            ("## Environment at hand", "1:the section `Environment` is missing"),
            ("## Environments A", "12:the section `Environment` is missing: is it `Environments A`?"),
            ("Environment:", "1:the section `Environment` is missing"),
        ] {
            assert_eq!(Sample::new().kb(&KB.replace("## Environment", change)).of("kb-sections"), [found], "{change}");
        }
    }

    #[test]
    fn a_section_that_says_nothing_is_found() {
        let sample = Sample::new().kb(&KB.replace("Wait for it.", "<!-- Wait for it. -->\n\n### Steps"));
        assert_eq!(sample.of("kb-sections"), ["16:the section `Resolution` is empty"]);
    }

    #[test]
    fn a_section_that_is_there_twice_is_found_once() {
        let sample = Sample::new().kb(&format!("{KB}\n## CAUSE\na\n## Cause:\nb\n## cause\nc\n"));
        assert_eq!(sample.of("kb-sections"), ["21:the section `Cause` is there more than once"]);
    }
}
