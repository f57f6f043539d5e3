//! A version that went out through the gate, and that its site does not list any more: the owners may take it in as what it was.
//!
//! What was recorded and never listed looks the same, and nothing that is signed tells them apart. So no run decides it alone: the
//! owners say so by their threshold, and only of what its publication still stands for.

use holdpoint_core::decide::{Question, decide};
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::policy::SiteRule;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::publish::lists;
use crate::shell::Shell;
use crate::site::Location;

/// Refuses what the site lists: customers have it already. And refuses what its publication does not stand for any more, in the
/// judgement of a place that cannot see the site: a no that it has not seen, or something in it that changed and is not signed
/// again.
pub(super) fn may_be_taken_in(shell: &Shell, desk: &Desk<'_>, rule: &SiteRule) -> Result<(), Failure> {
    let version = &desk.version;
    if lists(Location::site(rule)?.as_ref(), rule, version)? {
        let message = format!("{version} is published on `{}` already", rule.name);
        return Err(Failure::refused(message).hint(format!("holdpoint check {version}")));
    }
    // Nothing was looked at for this evidence, so what is recorded is held against what it pins.
    let decision = decide(&desk.evidence, &Question::Publish(rule.name.clone()), shell.now());
    let weighs = |it: &&Finding| it.severity > Severity::Warning && it.code != Code::RootUnpinned;
    let against: Vec<Finding> = decision.findings.iter().filter(weighs).cloned().collect();
    let Some(worst) = against.first() else { return Ok(()) };
    let message = format!("{version} cannot come back as what was published on `{}`", rule.name);
    let failure =
        if worst.severity == Severity::Unverifiable { Failure::new(message) } else { Failure::refused(message) };
    let next = against.iter().map(|it| it.next.clone()).find(|it| !it.is_empty());
    Err(failure.untouched().hint(next.unwrap_or_else(|| format!("holdpoint check {version}"))).findings(against))
}
