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

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::rule::scene::{REC, Scene, test};

    const BOTH: [&str; 2] = ["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"];

    fn untested(more: &str) -> Vec<String> {
        Scene::under(&REC.replace("\"declared\"", "\"tested\""))
            .out("2.6.0", &["player@2.6.0 reads:3"])
            .own(&BOTH, more)
            .about(Code::Untested)
    }

    #[test]
    fn what_goes_out_together_was_tried_together() {
        assert_eq!(untested(""), ["rec:recorder@2.7.0/player@2.7.0"], "and what is out already is not asked for");
        let evidence = "evidence = \"ci/run/1\"\n";
        let tried = test("recorder@2.7.0 player@2.7.0 works");
        assert_eq!(untested(&format!("{tried}{evidence}")), [""; 0]);
        assert_eq!(untested(&tried).len(), 1, "a word is no evidence");
        assert_eq!(untested(&format!("{}{evidence}", test("recorder@2.7.0 player@2.6.0 works"))).len(), 1);
    }

    #[test]
    fn nothing_is_asked_where_declarations_are_enough() {
        assert_eq!(Scene::new().own(&BOTH, "").about(Code::Untested), [""; 0]);
    }
}
