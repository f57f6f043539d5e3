//! `kb-status`: on the day of the release the article is there for the agents who need it.

use super::{Dossier, Drafts};
use crate::document::Status;
use crate::finding::{Code, Finding};

/// The readers who must be among those of the article.
const SUPPORT: &str = "support";

/// The article is published, and support is among its readers.
///
/// While texts are being written a draft is what it ought to be: with `Drafts::Warn` it is only said. Case makes no
/// difference to `support`; other words are other readers.
pub(super) fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let Some(article) = dossier.article else { return Vec::new() };
    let plain = article.plain();
    let mut findings = Vec::new();
    let status = article.status();
    if status.value == Status::Draft {
        let finding = Finding::new(Code::KbStatus, plain.path(), "the article is a draft")
            .next(format!("finish it, and write `status = \"published\"` in `{}`", plain.path()))
            .at(plain.place(status.span.clone()));
        findings.push(if dossier.drafts == Drafts::Warn { finding.as_warning() } else { finding });
    }
    let audience = article.audience();
    if !audience.value.iter().any(|it| it.as_str().trim().eq_ignore_ascii_case(SUPPORT)) {
        findings.push(
            Finding::new(Code::KbStatus, plain.path(), format!("the article is not for `{SUPPORT}`"))
                .next(format!("add \"{SUPPORT}\" to `audience` in `{}`", plain.path()))
                .at(plain.place(audience.span.clone())),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Drafts;
    use super::super::sample::{KB, Sample};
    use crate::finding::Severity;

    fn with(from: &str, to: &str) -> Sample {
        assert!(KB.contains(from), "{from}");
        Sample::new().kb(&KB.replace(from, to))
    }

    #[test]
    fn a_draft_blocks_the_release_and_only_warns_its_authors() {
        let sample = with("\"published\"", "\"draft\"");
        assert_eq!(sample.of("kb-status"), ["4:the article is a draft"]);
        assert_eq!(sample.worst(), Some(Severity::Blocked));
        assert_eq!(sample.drafts(Drafts::Warn).worst(), Some(Severity::Warning));
    }

    #[test]
    fn support_is_among_the_readers() {
        for fine in ["[\"Support\"]", "\"support\"", "[\"customers\", \"support\"]"] {
            assert_eq!(with("[\"support\"]", fine).all(), [""; 0], "{fine}");
        }
        for other in ["[\"customers\"]", "\"supporters\"", "[\"nobody in support\"]"] {
            let sample = with("[\"support\"]", other).drafts(Drafts::Warn);
            assert_eq!(sample.of("kb-status"), ["5:the article is not for `support`"], "{other}");
            assert_eq!(sample.worst(), Some(Severity::Blocked), "{other}");
        }
    }
}
