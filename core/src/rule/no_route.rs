//! `no-route`: whoever has a file that does not open can do something about it.

use super::Compared;
use crate::compatibility::{PairVerdict, Row};
use crate::finding::{Code, Finding};

/// Each pair that fails, or loses something, has a route through what is out or in this release.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let is_dead_end =
        |it: &&Row| matches!(it.verdict, PairVerdict::Fails | PairVerdict::Degraded) && it.routes.is_empty();
    compared.matrix.rows().filter(is_dead_end).map(|it| finding(compared, it)).collect()
}

fn finding(compared: &Compared<'_>, row: &Row) -> Finding {
    let what = match row.verdict {
        PairVerdict::Degraded => "lose something",
        _ => "do not work together",
    };
    let message = format!("{} {what}, and there is no way out", row.words());
    Finding::new(Code::NoRoute, row.about(), message).next(format!(
        "add a reader, an older format on request or a converter to {}, or `[[accepted]]` to `{}`",
        compared.release.version,
        compared.record()
    ))
}
