//! What each entry of a ledger does now: whether it counts, and if not, why. For people who read the ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::publication;
use super::view::{View, Worth};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::ledger::Entry;
use crate::name::{Person, SubjectPath, listed};
use crate::statement::{Act, SignOff};

/// What an entry does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It counts.
    Counts,
    /// It covers other bytes than are there now: of these files.
    Stale(Vec<SubjectPath>),
    /// It was taken back by this entry.
    Revoked(Digest),
    /// It counted under an earlier policy, and why it does not under this one.
    Lapsed(String),
    /// It was a no, and has been answered: a hold that is lifted, a decline that is taken back or overcome.
    Settled,
    /// It does nothing, and why.
    Nothing(String),
}

impl Effect {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Stale(_) => "stale",
            Self::Revoked(_) => "revoked",
            Self::Lapsed(_) => "lapsed",
            Self::Settled => "settled",
            Self::Nothing(_) => "no-effect",
        }
    }

    /// Why it does not count; nothing where the word says it all.
    pub fn why(&self) -> Option<String> {
        match self {
            Self::Counts | Self::Settled => None,
            Self::Stale(paths) => Some(format!("{} changed after it", listed(paths.iter().map(quoted), "and"))),
            Self::Revoked(by) => Some(format!("taken back by {}", by.short())),
            Self::Lapsed(why) | Self::Nothing(why) => Some(why.clone()),
        }
    }
}

fn quoted(path: &SubjectPath) -> String {
    format!("`{path}`")
}

/// What each valid entry of the ledger does now, by its id.
pub fn effects(evidence: &Evidence, now: Timestamp) -> BTreeMap<Digest, Effect> {
    let judge = Judge::of(evidence, now);
    evidence.ledger.entries().map(|it| (it.id, judge.effect(it))).collect()
}

struct Judge<'a> {
    evidence: &'a Evidence,
    view: View<'a>,
    standing: BTreeSet<Digest>,
    published: BTreeSet<Digest>,
    unproven: BTreeMap<String, String>,
    seatless: BTreeMap<&'a Person, String>,
}

impl<'a> Judge<'a> {
    fn of(evidence: &'a Evidence, now: Timestamp) -> Self {
        let view = View::of_now(evidence, now);
        let (publications, faults) = publication::all(evidence);
        let holds = view.holds();
        let declines: Vec<Digest> = view.standings().into_iter().flat_map(|it| it.declines).collect();
        let orphaned = view.orphaned_declines().into_iter().map(|it| it.0);
        let standing = holds.iter().filter_map(|it| it.about.parse().ok()).chain(declines).chain(orphaned).collect();
        let unproven = faults.into_iter().map(|it| (it.about, it.message)).collect();
        let seatless = view.seatless();
        let published = publications.iter().map(|it| it.id).collect();
        let mut judge = Self { evidence, view, standing, published, unproven, seatless };
        judge.join_adoptions();
        judge
    }

    /// An adoption is signed by several owners; each of their entries counts where one does.
    fn join_adoptions(&mut self) {
        let said = |entry: &Entry| match &entry.statement.act {
            Act::Adopt { site, artifacts, .. } => {
                Some((site.clone(), artifacts.iter().cloned().collect::<BTreeSet<_>>()))
            }
            _ => None,
        };
        let ledger = &self.evidence.ledger;
        let counted: Vec<_> = self.published.iter().filter_map(|id| ledger.get(id)).filter_map(said).collect();
        let others = ledger.entries().filter(|it| said(it).is_some_and(|it| counted.contains(&it)));
        self.published.extend(others.map(|it| it.id));
    }

    fn effect(&self, entry: &Entry) -> Effect {
        let nothing = || self.view.idle(entry).map(Effect::Nothing);
        match &entry.statement.act {
            Act::Approve(it) | Act::NotApplicable(it) => self.yes(entry, it),
            Act::Hold | Act::Decline(_) if self.standing.contains(&entry.id) => Effect::Counts,
            Act::Hold | Act::Decline(_) => nothing().unwrap_or(Effect::Settled),
            Act::Publish { .. } | Act::Adopt { .. } if self.published.contains(&entry.id) => Effect::Counts,
            Act::Publish { .. } | Act::Adopt { .. } => {
                let why = self.unproven.get(&entry.id.to_string()).cloned();
                Effect::Nothing(why.unwrap_or_else(|| "not enough owners have signed the same".to_owned()))
            }
            Act::Waive { .. } => match self.view.revoked(entry) {
                Some(by) => Effect::Revoked(by),
                None => nothing().unwrap_or(Effect::Counts),
            },
            Act::Revoke { .. } | Act::Lift { .. } => nothing().unwrap_or(Effect::Counts),
        }
    }

    fn yes(&self, entry: &Entry, sign_off: &SignOff) -> Effect {
        let Some(requirement) = self.view.policy.requirement(&sign_off.requirement) else {
            return Effect::Nothing(format!("the policy has no requirement `{}`", sign_off.requirement));
        };
        match self.view.worth(entry, sign_off, requirement) {
            Worth::Live => match self.seatless.get(&entry.statement.by) {
                Some(seats) => Effect::Nothing(format!("its signer fills two seats: {seats}")),
                None => Effect::Counts,
            },
            Worth::Stale(subjects) => Effect::Stale(subjects.into_iter().map(|it| it.path).collect()),
            Worth::Revoked(by) => Effect::Revoked(by),
            Worth::Lapsed(why) => Effect::Lapsed(why),
            Worth::Void(why) => Effect::Nothing(why),
        }
    }
}

#[cfg(test)]
mod tests;
