//! `notice-sections`: a customer learns whether, what, when, what to do, and whom to ask.

use super::{Dossier, section};
use crate::document::SectionName;
use crate::finding::{Code, Finding};

/// The five sections of a notice are there, once each, and filled.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(notice) = dossier.notice else { return Vec::new() };
    section::check(Code::NoticeSections, notice.plain(), dossier.words, &SectionName::NOTICE, &SectionName::NOTICE)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOTICE, Sample};

    #[test]
    fn each_of_the_five_sections_must_be_there() {
        for heading in ["Who is affected", "What changes", "From when", "What to do", "Where to get help"] {
            let found = Sample::new().notice(&NOTICE.replace(&format!("## {heading}"), "")).of("notice-sections");
            assert_eq!(found, [format!("1:the section `{heading}` is missing")]);
        }
    }

    #[test]
    fn an_empty_section_is_found() {
        let found = Sample::new().notice(&NOTICE.replace("Nothing to do.", "")).of("notice-sections");
        assert_eq!(found, ["20:the section `What to do` is empty"]);
    }
}
