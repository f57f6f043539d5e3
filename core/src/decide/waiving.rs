//! Waivers: enough people of `[waiver]` set one finding aside, for these very bytes and for a time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::entitled::foreign_key;
use super::standing::{Standing, State};
use super::view::View;
use crate::digest::Digest;
use crate::finding::{Code, Finding, Severity};
use crate::ledger::Entry;
use crate::name::{Person, SubjectPath, listed};
use crate::statement::Act;

/// How far the clocks of two machines may differ before an expiry cannot be judged.
pub(super) const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

impl<'a> View<'a> {
    /// The waives that count as one voice each.
    pub(super) fn live_waives(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries().filter(|it| matches!(it.statement.act, Act::Waive { .. }) && self.waive_void(it).is_none())
    }

    /// Why a waive is none.
    pub(super) fn waive_void(&self, entry: &Entry) -> Option<String> {
        let Act::Waive { subjects, until, .. } = &entry.statement.act else { return Some("it is no waive".to_owned()) };
        if !self.usable(&entry.id) {
            return Some("it was not relied on".to_owned());
        }
        let Some(rule) = self.policy.waiver() else { return Some("the policy lets nothing be waived".to_owned()) };
        let by = &entry.statement.by;
        if !entry.is_valid_under(self.policy) {
            return Some(foreign_key(self.policy, by));
        }
        if entry.statement.role != rule.quorum.role || self.policy.voices(&rule.quorum, [by]).is_empty() {
            return Some(format!("{by} may not waive"));
        }
        if self.revoked(entry).is_some() {
            return Some("it was revoked".to_owned());
        }
        let covered: BTreeSet<&SubjectPath> = subjects.iter().map(|it| &it.path).collect();
        if covered != self.policy.all_subjects().into_iter().collect() {
            return Some("it covers other files than the release has".to_owned());
        }
        if let Some(changed) = self.changed(subjects).first() {
            return Some(format!("`{}` changed after it", changed.path));
        }
        let now = self.now;
        if *until <= now {
            return Some(format!("it expired at {until}"));
        }
        let longest =
            i64::try_from(rule.max_hours).map(SignedDuration::from_hours).ok().and_then(|it| now.checked_add(it).ok());
        match longest {
            Some(longest) if *until <= longest => None,
            _ => Some(format!("it would last longer than {} hours", rule.max_hours)),
        }
    }

    /// Sets aside every finding that enough people waive, and says so. Returns the waives that were relied on.
    pub(super) fn set_aside(&self, findings: &mut Vec<Finding>, requirements: &mut [Standing]) -> BTreeSet<Digest> {
        let mut relied = BTreeSet::new();
        let mut doubts = Vec::new();
        for finding in findings.iter_mut().filter(|it| it.severity > Severity::Warning && it.code.meaning().waivable) {
            let (waives, enough) = self.waives_of(finding);
            let by: BTreeSet<Person> = waives.iter().map(|it| it.statement.by.clone()).collect();
            let Some(until) = enough else {
                self.tell_begun(finding, &by, requirements);
                continue;
            };
            doubts.extend(waives.iter().filter_map(|it| self.clock_doubt(it)));
            relied.extend(waives.iter().map(|it| it.id));
            finding.message = format!("WAIVED until {until} by {}: {}", listed(&by, "and"), finding.message);
            finding.severity = Severity::Warning;
            let of_requirement = finding.code.meaning().about == "requirement";
            for standing in requirements.iter_mut().filter(|it| of_requirement && it.name.as_str() == finding.about) {
                standing.state = State::Waived;
                standing.by = by.iter().cloned().collect();
                standing.finding = Some(finding.clone());
            }
        }
        findings.extend(doubts);
        relied
    }

    /// Says of a finding that some, and not enough, have begun to waive it, and who can confirm.
    fn tell_begun(&self, finding: &mut Finding, by: &BTreeSet<Person>, requirements: &mut [Standing]) {
        let Some(rule) = self.policy.waiver().filter(|_| !by.is_empty()) else { return };
        let others = rule.quorum.members.iter().filter(|it| !by.contains(it) && !finding.who.contains(it)).cloned();
        let others: Vec<Person> = others.collect();
        finding.who.extend(others);
        let confirm = format!("holdpoint waive {} --reason \"…\"", self.version);
        let (had, needed) = (by.len(), rule.quorum.needed);
        finding.message =
            format!("{} (waived by {}, {had} of {needed}; to confirm: {confirm})", finding.message, listed(by, "and"));
        for standing in requirements.iter_mut().filter(|it| it.name.as_str() == finding.about) {
            if standing.finding.as_ref().is_some_and(|it| it.code == finding.code) {
                standing.finding = Some(finding.clone());
            }
        }
    }

    /// The waives for this finding, and the earliest expiry if enough different people have signed them.
    fn waives_of(&self, finding: &Finding) -> (Vec<&'a Entry>, Option<Timestamp>) {
        let fits = |it: &&Entry| {
            matches!(&it.statement.act, Act::Waive { finding: code, about, .. }
                if *code == finding.code && about.as_str() == finding.about)
        };
        let waives: Vec<&Entry> = self.live_waives().filter(fits).collect();
        let enough = self.policy.waiver().is_some_and(|rule| {
            self.policy.voices(&rule.quorum, waives.iter().map(|it| &it.statement.by)).len() >= rule.quorum.needed
        });
        let until = waives.iter().filter_map(|it| match it.statement.act {
            Act::Waive { until, .. } => Some(until),
            _ => None,
        });
        let until = until.min().filter(|_| enough);
        (waives, until)
    }

    /// The first entry that `publication` relied on, and that claims to be signed after it, if a waiver is among them: a publication
    /// that was signed before what it rests on says nothing true about when its waivers counted.
    pub(super) fn premature(&self, publication: &Entry, relied: &[Digest]) -> Option<&'a Entry> {
        let latest = publication.statement.at.checked_add(CLOCK_SLACK).ok()?;
        let entries: Vec<&Entry> = relied.iter().filter_map(|it| self.ledger.get(it)).collect();
        let waives = entries.iter().any(|it| matches!(it.statement.act, Act::Waive { .. }));
        entries.into_iter().find(|it| waives && it.statement.at > latest)
    }

    /// Whether this clock is behind a time that was written down already, so that an expiry cannot be judged by it.
    fn clock_doubt(&self, waive: &Entry) -> Option<Finding> {
        // What a publication relied on is compared with the time that it claims (`premature`).
        let now = Some(self.now).filter(|_| !self.looks_back())?;
        let latest = now.checked_add(CLOCK_SLACK).ok()?;
        let behind = self.commit_time.max(waive.statement.at);
        (behind > latest).then(|| {
            let message = format!(
                "this clock says {now}, and a record was written at {behind}: the waiver's expiry cannot be judged"
            );
            Finding::new(Code::ClockBehind, waive.id.to_string(), message).next("set the clock of this machine")
        })
    }
}

#[cfg(test)]
mod tests;
