//! A decision as an answer: first the verdict and what was counted, then each requirement, then the reasons.

use holdpoint_core::decide::{Decision, Outlet, Standing};
use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::listed;
use holdpoint_core::sight::Visibility;
use jiff::Timestamp;

use super::json::{CheckJson, PolicyJson, value};
use super::{ago, day, findings, github, markdown, next_steps, paint, wrap};
use crate::outcome::View;

/// A decision about one release, ready to be shown.
pub(crate) struct DecisionView {
    /// The release.
    pub(crate) release: String,
    /// The full id of the commit.
    pub(crate) commit: String,
    /// The number of the policy and its digest, if it can be relied on.
    pub(crate) policy: Option<(u64, String)>,
    /// The decision.
    pub(crate) decision: Decision,
    /// The time to which "ago" relates.
    pub(crate) now: Timestamp,
}

impl DecisionView {
    /// The first line without colour: the answer, and what was counted.
    fn headline(&self, verdict: &str) -> String {
        let decision = &self.decision;
        let out = self.whereabouts().map(|it| format!("{it}; ")).unwrap_or_default();
        let policy = self.policy.as_ref().map_or_else(|| "no policy".to_owned(), |it| format!("policy {}", it.0));
        let commit: String = self.commit.chars().take(7).collect();
        let what_if = if decision.hypothetical { "; HYPOTHETICAL: another commit or time than now" } else { "" };
        let counted = decision.checked.words();
        let fresh = if decision.fresh.is_none() && !decision.hypothetical { "; freshness not known" } else { "" };
        let unseen = match decision.unseen.is_empty() || decision.hypothetical {
            true => String::new(),
            false => format!("; {} not seen from here", listed(&decision.unseen, "and")),
        };
        let origin = decision.origin.as_ref().map(|(branch, address)| format!("; {branch} of {address}"));
        let origin = origin.unwrap_or_default();
        let aside = if decision.pending.is_none() && self.policy.is_some() && !decision.hypothetical {
            "; holds on branches: not looked at"
        } else {
            ""
        };
        format!(
            "{}: {verdict}  ({out}{counted}; commit {commit}, {policy}{origin}{fresh}{aside}{unseen}{what_if})",
            self.release
        )
    }

    /// Where the version is out, or on its way. Of several places that where customers get it is named.
    fn whereabouts(&self) -> Option<String> {
        let decision = &self.decision;
        let out = decision.publications.iter().min_by_key(|it| decision.visibility(it))?;
        let how = if out.outlet == Outlet::Adopted { ", outside the gate" } else { "" };
        match decision.visibility(out) {
            Visibility::Unlisted => Some(format!("being published on {}", out.site)),
            Visibility::Listed | Visibility::Unseen if decision.verdict().word() == "clear" => {
                Some(format!("published {} on {}{how}", day(out.at), out.site))
            }
            Visibility::Listed | Visibility::Unseen => None,
        }
    }

    fn requirement(&self, it: &Standing, states: usize, names: usize) -> String {
        let state = paint::state(it.state, states);
        let name = format!("{:names$}", it.name);
        let words = match (&it.finding, it.since) {
            // The state says already that it is waived.
            (Some(finding), _) => {
                let message = holdpoint_core::name::escaped(&finding.message);
                message.strip_prefix("WAIVED ").map(str::to_owned).unwrap_or(message)
            }
            (None, Some(since)) => format!("{}, {}", listed(&it.by, "and"), ago(since, self.now)),
            (None, None) => listed(&it.by, "and"),
        };
        format!("  {state}  {name}  {}\n", wrap::hanging(&words, states + names + 6))
    }

    /// The findings that no line of a requirement has told already.
    fn untold(&self) -> Vec<Finding> {
        let told = |it: &&Finding| {
            self.decision
                .requirements
                .iter()
                .filter_map(|it| it.finding.as_ref())
                .any(|own| own.code == it.code && own.about == it.about)
        };
        self.decision.findings.iter().filter(|it| !told(it)).cloned().collect()
    }
}

impl View for DecisionView {
    fn human(&self) -> String {
        let decision = &self.decision;
        let mut out = wrap::hanging(&self.headline(&paint::verdict(decision.verdict())), 2);
        out.push('\n');
        let states = decision.requirements.iter().map(|it| it.state.word().len()).max().unwrap_or_default();
        let names = decision.requirements.iter().map(|it| it.name.as_str().len()).max().unwrap_or_default();
        out.extend(decision.requirements.iter().map(|it| self.requirement(it, states, names)));
        let untold = self.untold();
        if !untold.is_empty() && !decision.requirements.is_empty() {
            out.push('\n');
        }
        out.push_str(&findings(&untold));
        out.push_str(&next_steps(&decision.findings));
        out
    }

    fn json(&self) -> serde_json::Value {
        let policy =
            self.policy.as_ref().map(|(number, sha256)| PolicyJson { number: *number, sha256: sha256.clone() });
        value(&CheckJson::of(&self.decision, &self.release, &self.commit, policy))
    }

    fn github(&self) -> Option<String> {
        let headline = self.headline(&self.decision.verdict().word().to_uppercase());
        let worst = self.decision.findings.iter().map(|it| it.severity).max().unwrap_or(Severity::Warning);
        let level = if worst > Severity::Waiting { "error" } else { "notice" };
        let title = format!("::{level} title=holdpoint::{}\n", headline.replace('%', "%25"));
        Some(format!("{title}{}", github::annotations(&self.decision.findings)))
    }

    fn markdown(&self) -> Option<String> {
        let headline = self.headline(&self.decision.verdict().word().to_uppercase());
        Some(markdown::decision(&self.decision, &headline))
    }
}
