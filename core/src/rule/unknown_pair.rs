//! `unknown-pair`: no pair that customers can have is left open.

use super::Compared;
use crate::compatibility::{PairVerdict, Row};
use crate::finding::{Code, Finding};

/// Each required pair has a verdict. Where the release itself says nothing, `undeclared` says so once.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    compared.matrix.rows().filter(|it| it.verdict == PairVerdict::Unknown).map(|it| finding(compared, it)).collect()
}

fn finding(compared: &Compared<'_>, row: &Row) -> Finding {
    let message = format!("nobody has said whether {} work together", row.words());
    Finding::new(Code::UnknownPair, row.about(), message)
        .next(format!("test them, and put the result into `[[tested]]` of `{}`", compared.record()))
}
