//! A release that a proposed policy turns for the worse: it could go out now, or nearly, and could not with that policy.

use holdpoint_core::decide::{Question, decide};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::Version;
use holdpoint_core::policy::Proposal;

use crate::render::sentence;
use crate::shell::Shell;

/// The verdicts on a release that is not out yet, under the policy in force and under the proposed one.
pub(super) struct Turn {
    /// The release.
    pub(super) release: Version,
    /// The verdict under the policy in force.
    pub(super) before: &'static str,
    /// The one under the proposed policy.
    pub(super) after: &'static str,
    /// What speaks against the release under the proposed policy alone.
    pub(super) findings: Vec<Finding>,
}

impl Turn {
    /// The turn that `proposal` gives a release; nothing where it is none for the worse.
    pub(super) fn of(shell: &Shell, before: &Evidence, proposal: &Proposal) -> Option<Self> {
        let asked = |evidence: &Evidence| decide(evidence, &Question::Check, shell.now());
        let (now, then) = (asked(before), asked(&before.if_adopted(proposal)));
        let worst = |it: &[Finding]| it.iter().map(|it| it.severity).max().unwrap_or(Severity::Warning);
        if worst(&then.findings) <= worst(&now.findings) {
            return None;
        }
        let is_known = |it: &Finding| now.findings.iter().any(|old| same_reason(old, it));
        let is_new = |it: &Finding| it.severity > Severity::Warning && !is_known(it);
        Some(Self {
            release: before.facts().version.clone(),
            before: now.verdict().word(),
            after: then.verdict().word(),
            findings: then.findings.into_iter().filter(is_new).collect(),
        })
    }

    /// As long as the policy is proposed: "2.8.0 is clear now, and would be blocked: held …".
    pub(super) fn expected(&self) -> String {
        let Self { release, before, after, .. } = self;
        format!("{release} is {before} now, and would be {after}: {}", self.reasons())
    }

    /// Once it is adopted: "2.8.0 was clear, and is blocked: held …".
    pub(super) fn happened(&self) -> String {
        let Self { release, before, after, .. } = self;
        format!("{release} was {before}, and is {after}: {}", self.reasons())
    }

    fn reasons(&self) -> String {
        let told = self.findings.iter().map(|it| format!("{} ({})", it.code, sentence(it)));
        told.collect::<Vec<_>>().join(", ")
    }
}

fn same_reason(a: &Finding, b: &Finding) -> bool {
    (a.code, &a.about, a.severity) == (b.code, &b.about, b.severity)
}
