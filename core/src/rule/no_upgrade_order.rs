//! `no-upgrade-order`: what talks to each other can be upgraded one by one.

use super::Compared;
use crate::compatibility::{Order, Pair};
use crate::finding::{Code, Finding};
use crate::name::listed;

/// There is an order in which the components of the release can be upgraded, so that everything in support keeps working in between.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let Order::Knot(stages) = compared.derived.order() else { return Vec::new() };
    let names = listed(stages.iter().flat_map(|it| &it.components), "and");
    let pair =
        |it: &Pair| format!("{} {} with {} {}", it.writer.name, it.writer.version, it.reader.name, it.reader.version);
    let broken = listed(stages.iter().filter_map(|it| it.because.first()).map(pair), "and");
    let message = format!("{names} cannot be upgraded one after the other: in between {broken} would not work");
    let about = stages.iter().flat_map(|it| &it.components).map(ToString::to_string).collect::<Vec<_>>().join("/");
    vec![Finding::new(Code::NoUpgradeOrder, about, message).next(format!(
        "have one of them work with the old version of the other (`{}`), or make them a `[[lockstep]]` group: holdpoint policy propose",
        compared.record()
    ))]
}
