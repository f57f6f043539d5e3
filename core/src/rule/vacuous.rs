//! `vacuous`, of a component with an interface: nothing to compare with is never a yes.

use super::Compared;
use crate::compatibility::Exchange;
use crate::finding::{Code, Finding};
use crate::release::Component;

/// Each component of the release that takes part in an interface is in at least one pair of it.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exchange in compared.derived.exchanges() {
        for component in &compared.release.components {
            let takes_part = exchange.sides().any(|it| it.member.component == *component);
            if takes_part && !is_compared(compared, exchange, component) {
                findings.push(finding(compared, exchange, component));
            }
        }
    }
    findings
}

fn is_compared(compared: &Compared<'_>, exchange: &Exchange<'_>, component: &Component) -> bool {
    let pairs = compared.derived.pairs().iter().filter(|it| it.interface == exchange.interface().name);
    pairs.into_iter().any(|it| it.writer == *component || it.reader == *component)
}

fn finding(compared: &Compared<'_>, exchange: &Exchange<'_>, component: &Component) -> Finding {
    let interface = exchange.interface();
    let is_writer = interface.writers.contains(&component.name);
    let others = if is_writer { &interface.readers } else { &interface.writers };
    let others = crate::name::listed(others, "or");
    let message = format!(
        "nothing was checked for `{}` {}: there is no {others} to compare its {} with",
        component.name, component.version, interface.name
    );
    Finding::new(Code::Vacuous, format!("{}:{}", component.name, interface.name), message)
        .next(format!("put {others} into {} too, or publish it first", compared.release.version))
}
