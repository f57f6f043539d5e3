//! `obligation`: whoever has something that does not work is told, and so is support.

use super::Compared;
use super::coverage::{Coverage, failing};
use crate::finding::{Code, Finding};
use crate::name::listed;

/// Each pair that fails is covered by the article, and named in the notice. What exactly is wanting, `kb-pairs` and `notice-pairs` say.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let texts = [
        ("kb.md", compared.article.map(|it| Coverage::of(compared, it.plain())), true),
        ("notice.md", compared.notice.map(|it| Coverage::of(compared, it.plain())), false),
    ];
    let mut findings = Vec::new();
    for row in failing(compared) {
        let silent = texts
            .iter()
            .filter(|(_, text, with_symptom)| text.as_ref().is_none_or(|it| !it.lacks(row, *with_symptom).is_empty()));
        let silent: Vec<String> = silent.map(|it| format!("`{}`", it.0)).collect();
        if silent.is_empty() {
            continue;
        }
        let verb = if silent.len() == 1 { "does" } else { "do" };
        let message =
            format!("{} do not work together, and {} {verb} not cover it", row.words(), listed(silent, "and"));
        findings.push(
            Finding::new(Code::Obligation, row.about(), message)
                .next(format!("holdpoint lint {} --fix   (begins the text; complete it)", compared.release.version)),
        );
    }
    findings
}
