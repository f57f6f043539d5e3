//! `notice-version`: a customer reads about this version, not about the one whose notice was copied.

use std::collections::HashSet;

use super::mention::{Spelling, versions};
use super::{Dossier, first, quoted};
use crate::document::Notice;
use crate::finding::{Code, Finding};

/// The front matter has exactly this version, the text names it, and no title names only others.
///
/// A title is the one of the front matter, or a level-1 heading. Other versions beside the right one ("replaces 2.6") are
/// fine, and so are those of the components.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(notice) = dossier.notice else { return Vec::new() };
    let (plain, version) = (notice.plain(), dossier.version);
    let spelling = Spelling::of(version);
    let mut findings = Vec::new();
    let mut say = |message: String, next: String, span| {
        findings.push(Finding::new(Code::NoticeVersion, plain.path(), message).next(next).at(plain.place(span)));
    };
    let front = notice.version();
    if front.value != *version {
        say(
            format!("the front matter says {}, and this is {version}", front.value),
            format!("write `version = \"{version}\"` in `{}`", plain.path()),
            front.span.clone(),
        );
    }
    let title = notice.title();
    if !spelling.is_in(plain.shown()) && !spelling.is_in(title.value.as_str()) {
        say(
            format!("the text does not name {version}"),
            format!("name {version} in the title or in the text of `{}`", plain.path()),
            title.span.clone(),
        );
    }
    findings.extend(misnamed(dossier, notice, &spelling));
    findings
}

/// The titles that name a version, and not this one.
fn misnamed(dossier: &Dossier<'_>, notice: &Notice, spelling: &Spelling) -> Vec<Finding> {
    let (plain, version) = (notice.plain(), dossier.version);
    let own: HashSet<String> = dossier
        .components
        .iter()
        .map(|(_, version)| Spelling::of(version))
        .flat_map(|it| [Some(it.full), it.short].into_iter().flatten())
        .collect();
    let front = (notice.title().value.as_str(), &notice.title().span);
    let headings = plain.headings().iter().filter(|it| it.level == 1).map(|it| (it.text.as_str(), &it.span));
    let wrong = std::iter::once(front).chain(headings).filter_map(|(text, span)| {
        let other = versions(text).find(|it| !own.contains(*it)).filter(|_| !spelling.is_in(text))?;
        Some((other, span))
    });
    first(wrong, |(other, span)| {
        let message = format!("the title names {} and not {version}", quoted(other));
        Finding::new(Code::NoticeVersion, plain.path(), message)
            .next(format!("name {version} in the title in `{}`", plain.path()))
            .at(plain.place(span.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{NOTICE, Sample};

    fn found(from: &str, to: &str) -> Vec<String> {
        Sample::new().notice(&NOTICE.replace(from, to)).of("notice-version")
    }

    #[test]
    fn the_front_matter_has_exactly_this_version() {
        assert_eq!(
            found("version = \"2.7.0\"", "version = \"2.7.1\""),
            ["4:the front matter says 2.7.1, and this is 2.7.0"]
        );
    }

    #[test]
    fn a_title_names_no_other_version_as_the_new_one() {
        assert_eq!(found("\"Webinar 2.7.0\"", "\"Webinar 2.6\""), ["3:the title names `2.6` and not 2.7.0"]);
        assert_eq!(found("# Webinar 2.7", "# Webinar 2.6.0"), ["9:the title names `2.6.0` and not 2.7.0"]);
        for fine in ["\"Webinar\"", "\"2.7 replaces 2.6\"", "\"News of 20.11.2026\""] {
            assert_eq!(found("\"Webinar 2.7.0\"", fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn a_title_may_name_the_version_of_a_component() {
        let notice = NOTICE.replace("\"Webinar 2.7.0\"", "\"Recorder 3.1\"");
        let sample = Sample::new().components(&[("recorder", "3.1.0")]).notice(&notice);
        assert_eq!(sample.of("notice-version"), [""; 0]);
    }

    #[test]
    fn the_text_names_the_version_where_it_is_seen() {
        let notice = NOTICE
            .replace("Webinar 2.7.0", "Webinar")
            .replace("# Webinar 2.7", "<!-- 2.7.0 -->")
            .replace("Recorder 2.7.0", "It");
        assert_eq!(Sample::new().notice(&notice).of("notice-version"), ["3:the text does not name 2.7.0"]);
    }
}
