//! `untested`: where the policy asks for tests, what goes out together was tried together.

use super::Compared;
use crate::compatibility::Pair;
use crate::finding::{Code, Finding};
use crate::policy::Evidenced;

/// Each pair inside this release has a test with evidence, where the interface asks for it.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exchange in compared.derived.exchanges().iter().filter(|it| it.interface().evidence == Evidenced::Tested) {
        let is_inside = |it: &&Pair| {
            it.interface == exchange.interface().name && exchange.is_own(&it.writer) && exchange.is_own(&it.reader)
        };
        for pair in compared.derived.pairs().iter().filter(is_inside) {
            let is_tested = compared.declared.tested.iter().any(|it| {
                (&it.writer, &it.reader, &it.interface) == (&pair.writer, &pair.reader, &pair.interface)
                    && it.evidence.is_some()
            });
            if !is_tested {
                let message =
                    format!("{} and {} were not tested with each other, or without evidence", pair.writer, pair.reader);
                findings.push(Finding::new(Code::Untested, pair.about(), message).next(format!(
                    "test them, and put the result with `evidence` into `[[tested]]` of `{}`",
                    compared.record()
                )));
            }
        }
    }
    findings
}
