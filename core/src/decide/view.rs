//! What the ledger says from one point of view: everything that is there now, or only what a publication had seen.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;

use super::entitled::{foreign_key, may_revoke, same_thing, void};
use crate::digest::Digest;
use crate::evidence::{Change, Evidence};
use crate::finding::{Code, Finding};
use crate::ledger::{Entry, Ledger};
use crate::name::{Person, RequirementName, SubjectPath, Version, counted, escaped};
use crate::policy::{Chain, Policy, Quorum, Requirement};
use crate::statement::{Act, SignOff, Statement, Subject};

mod lost;

/// A point of view on one ledger.
pub(super) struct View<'a> {
    /// The policy that says who counts: the one in force, or the one that a publication names.
    pub(super) policy: &'a Policy,
    /// All policies: what speaks against a release counts under any of them.
    pub(super) chain: &'a Chain,
    pub(super) ledger: &'a Ledger,
    pub(super) version: &'a Version,
    /// The bytes that are judged, by file.
    pub(super) digests: BTreeMap<SubjectPath, Digest>,
    pub(super) changes: &'a BTreeMap<(SubjectPath, Digest), Change>,
    /// The publication from which one looks back, with the entries that it relied on.
    horizon: Option<(Digest, BTreeSet<Digest>)>,
    /// Whether what branches hold is left out.
    only_recorded: bool,
    /// The time at which waivers are judged. A publication is judged at its own, and not by the clock of another day.
    pub(super) now: Timestamp,
    pub(super) commit_time: Timestamp,
    // What each yes is worth, which every decline and every seat asks again.
    weighed: RefCell<BTreeMap<RequirementName, Weighed<'a>>>,
}

/// The yeses of a requirement, each with what it is worth.
pub(super) type Weighed<'a> = Rc<Vec<(&'a Entry, &'a SignOff, Worth)>>;

/// What a yes is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Worth {
    /// It counts.
    Live,
    /// It covers other bytes: of these files.
    Stale(Vec<Subject>),
    /// It was taken back by this entry.
    Revoked(Digest),
    /// It counted under an earlier policy, and why it does not under this one.
    Lapsed(String),
    /// It never counted, and why.
    Void(String),
}

impl<'a> View<'a> {
    /// All that is there, now.
    pub(super) fn of_now(evidence: &'a Evidence, now: Timestamp) -> Self {
        Self {
            policy: evidence.policy(),
            chain: evidence.chain(),
            ledger: &evidence.ledger,
            version: &evidence.facts.version,
            digests: evidence.digests.clone(),
            changes: &evidence.changes,
            horizon: None,
            only_recorded: false,
            now,
            commit_time: evidence.facts.commit_time,
            weighed: RefCell::default(),
        }
    }

    /// All that is there, now, about the bytes that `subjects` name.
    pub(super) fn of_bytes(evidence: &'a Evidence, subjects: &[Subject], now: Timestamp) -> Self {
        let digests = subjects.iter().map(|it| (it.path.clone(), it.sha256)).collect();
        Self { digests, ..Self::of_now(evidence, now) }
    }

    /// Only what the publication `entry` had seen, for the bytes that it names, and of every yes only those it relied on; under
    /// the policy that it names, and at the time that it claims.
    pub(super) fn of_publication(
        evidence: &'a Evidence,
        policy: &'a Policy,
        entry: &Entry,
        subjects: &[Subject],
        relied: &[Digest],
    ) -> Self {
        Self {
            policy,
            digests: subjects.iter().map(|it| (it.path.clone(), it.sha256)).collect(),
            horizon: Some((entry.id, relied.iter().copied().collect())),
            ..Self::of_now(evidence, entry.statement.at)
        }
    }

    /// Whether one looks back from a publication.
    pub(super) fn looks_back(&self) -> bool {
        self.horizon.is_some()
    }

    /// The same, without what branches that are not merged hold.
    pub(super) fn of_what_is_recorded(&self) -> Self {
        Self {
            policy: self.policy,
            chain: self.chain,
            ledger: self.ledger,
            version: self.version,
            digests: self.digests.clone(),
            changes: self.changes,
            horizon: self.horizon.clone(),
            only_recorded: true,
            now: self.now,
            commit_time: self.commit_time,
            weighed: RefCell::default(),
        }
    }

    /// The entries that can be seen from here.
    pub(super) fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        self.ledger.entries().filter(|it| self.sees(it))
    }

    /// Whether an entry can be seen from here.
    fn sees(&self, entry: &Entry) -> bool {
        if self.only_recorded && self.ledger.branch_of(&entry.id).is_some() {
            return false;
        }
        self.horizon.as_ref().is_none_or(|(id, _)| self.ledger.has_seen(id, &entry.id))
    }

    /// Whether a yes may be used from here.
    pub(super) fn usable(&self, id: &Digest) -> bool {
        self.horizon.as_ref().is_none_or(|(_, relied)| relied.contains(id))
    }

    /// The approvals and not-applicables of a requirement.
    pub(super) fn yeses(&self, name: &RequirementName) -> Vec<(&'a Entry, &'a SignOff)> {
        let yes = |it: &'a Entry| match &it.statement.act {
            Act::Approve(sign_off) | Act::NotApplicable(sign_off) if sign_off.requirement == *name => {
                Some((it, sign_off))
            }
            _ => None,
        };
        self.entries().filter(|it| self.usable(&it.id)).filter_map(yes).collect()
    }

    /// The yeses of a requirement, each with what it is worth from here.
    pub(super) fn weighed(&self, requirement: &Requirement) -> Weighed<'a> {
        if let Some(known) = self.weighed.borrow().get(&requirement.name) {
            return Rc::clone(known);
        }
        let yeses = self.yeses(&requirement.name).into_iter();
        let weighed = Rc::new(yeses.map(|(entry, it)| (entry, it, self.worth(entry, it, requirement))).collect());
        self.weighed.borrow_mut().insert(requirement.name.clone(), Rc::clone(&weighed));
        weighed
    }

    /// What a yes is worth. A requirement that the policy does not have is worth nothing.
    pub(super) fn worth(&self, entry: &Entry, sign_off: &SignOff, requirement: &Requirement) -> Worth {
        let skips = matches!(entry.statement.act, Act::NotApplicable(_));
        let void = void(self.policy, entry, sign_off, requirement);
        if let Some(why) = void.as_ref().filter(|_| !self.counted_earlier(entry, sign_off)) {
            return Worth::Void(why.clone());
        }
        if skips && !requirement.may_skip {
            return Worth::Void(format!("the policy does not let `{}` be skipped", requirement.name));
        }
        if let Some(revoke) = self.revoked(entry) {
            return Worth::Revoked(revoke);
        }
        if let Some(why) = void {
            return Worth::Lapsed(why);
        }
        let changed = self.changed(&sign_off.subjects);
        if changed.is_empty() { Worth::Live } else { Worth::Stale(changed) }
    }

    /// Whether a sign-off was one under a policy before this one.
    fn counted_earlier(&self, entry: &Entry, sign_off: &SignOff) -> bool {
        self.chain.policies().iter().filter(|it| it.number() < self.policy.number()).any(|policy| {
            let requirement = policy.requirement(&sign_off.requirement);
            requirement.is_some_and(|it| void(policy, entry, sign_off, it).is_none())
        })
    }

    /// The subjects that have other bytes now.
    pub(super) fn changed(&self, subjects: &[Subject]) -> Vec<Subject> {
        subjects.iter().filter(|it| self.digests.get(&it.path) != Some(&it.sha256)).cloned().collect()
    }

    /// The revocation that takes back `entry`, if there is one: it names a yes of the same person for the same thing,
    /// and `entry` had not seen it. It speaks against the release, so it counts under any policy.
    pub(super) fn revoked(&self, entry: &Entry) -> Option<Digest> {
        self.ledger.revocations().filter(|it| self.sees(it)).find_map(|revoke| {
            let Act::Revoke { target } = revoke.statement.act else { return None };
            let target = self.ledger.get_anywhere(&target)?;
            let same =
                target.statement.by == entry.statement.by && same_thing(&target.statement.act, &entry.statement.act);
            let counts = same
                && !self.ledger.has_seen(&entry.id, &revoke.id)
                && self.chain.policies().iter().any(|it| may_revoke(it, revoke, target));
            counts.then_some(revoke.id)
        })
    }

    /// The declines of a requirement that stand. `counted` are the approvals that fill its seats.
    pub(super) fn declines(&self, requirement: &Requirement, counted: &[&Entry]) -> Vec<&'a Entry> {
        let stands = |decline: &&'a Entry| match &decline.statement.act {
            Act::Decline(no) if no.requirement == requirement.name => {
                self.says_no(decline, no)
                    && !self.taken_back(decline)
                    && !self.signer_came_round(decline, no, requirement)
                    && !self.outvoted(decline, no, requirement, counted)
            }
            _ => false,
        };
        self.entries().filter(stands).collect()
    }

    /// Where an entry lies that the record does not hold, as the end of a sentence about it.
    pub(super) fn place(&self, id: &Digest) -> String {
        let branch = self.ledger.branch_of(id);
        branch.map(|it| format!(" (on the branch `{}`, and not in this commit)", escaped(it))).unwrap_or_default()
    }

    /// Whether a decline is one under any policy: a person who left has said no all the same.
    fn says_no(&self, decline: &Entry, no: &SignOff) -> bool {
        self.chain
            .policies()
            .iter()
            .any(|policy| policy.requirement(&no.requirement).is_some_and(|it| void(policy, decline, no, it).is_none()))
    }

    /// The declines of requirements that the policy does not have any more: whoever drops or renames one takes no answer away from
    /// somebody who said no. Its signer, or its role, can revoke it.
    pub(super) fn orphaned_declines(&self) -> Vec<(Digest, Finding)> {
        let orphaned = |entry: &&'a Entry| match &entry.statement.act {
            Act::Decline(no) => {
                self.policy.requirement(&no.requirement).is_none() && self.says_no(entry, no) && !self.taken_back(entry)
            }
            _ => false,
        };
        let told = |entry: &'a Entry| {
            let by = &entry.statement.by;
            let name = entry.statement.act.sign_off().map(|it| it.requirement.to_string()).unwrap_or_default();
            let why = entry.statement.reason.as_ref().map(ToString::to_string).unwrap_or_default();
            let place = self.place(&entry.id);
            let message = format!("{by} said no to `{name}`, which the policy does not ask for any more: {why}{place}");
            let role = entry.statement.role.iter().flat_map(|it| self.policy.people_of(it));
            let who: BTreeSet<Person> = role.chain(self.policy.ring().has(by).then(|| by.clone())).collect();
            let next = format!("holdpoint revoke {} {} --reason \"…\"", self.version, entry.id.short());
            (entry.id, Finding::new(Code::Declined, name, message).who(who).since(entry.statement.at).next(next))
        };
        self.entries().filter(orphaned).map(told).collect()
    }

    /// Whether a decline was revoked by somebody who may, under the policy that says who counts: this helps the release out.
    fn taken_back(&self, decline: &Entry) -> bool {
        let mut answers = self.ledger.answers_to(&decline.id).filter(|it| self.sees(it));
        answers.any(|it| matches!(it.statement.act, Act::Revoke { .. }) && may_revoke(self.policy, it, decline))
    }

    /// Whether its signer approved later, having seen it. For the very bytes that were declined, only an approval of
    /// those bytes will do.
    fn signer_came_round(&self, decline: &Entry, no: &SignOff, requirement: &Requirement) -> bool {
        self.weighed(requirement).iter().any(|(yes, _, worth)| {
            yes.statement.by == decline.statement.by
                && self.ledger.has_seen(&yes.id, &decline.id)
                && match worth {
                    Worth::Live => true,
                    Worth::Stale(_) => !self.changed(&no.subjects).is_empty(),
                    Worth::Revoked(_) | Worth::Lapsed(_) | Worth::Void(_) => false,
                }
        })
    }

    /// Whether the full number of approvals has seen it, and covers other bytes than it names.
    fn outvoted(&self, decline: &Entry, no: &SignOff, requirement: &Requirement, counted: &[&Entry]) -> bool {
        let having_seen = counted.iter().filter(|it| self.ledger.has_seen(&it.id, &decline.id)).copied();
        !self.changed(&no.subjects).is_empty() && self.fills_all_seats(requirement, having_seen)
    }

    /// Whether these sign-offs, each of which counts, fill every seat of the requirement.
    pub(super) fn fills_all_seats<'e>(
        &self,
        requirement: &Requirement,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> bool {
        let entries: Vec<&Entry> = entries.into_iter().collect();
        requirement.roles.iter().all(|role| {
            let quorum = Quorum {
                role: Some(role.clone()),
                members: self.policy.people_of(role),
                needed: requirement.approvals,
            };
            let by = entries.iter().filter(|it| it.statement.role.as_ref() == Some(role)).map(|it| &it.statement.by);
            self.policy.voices(&quorum, by).len() >= quorum.needed
        })
    }

    /// The lifts of `target` that count together, and whether they suffice.
    fn lifts(&self, target: &Digest, author: Option<&Person>) -> (Vec<&'a Entry>, bool) {
        let lifters = self.policy.lifters();
        let answers = self.ledger.answers_to(target).filter(|it| self.sees(it));
        let lifts = answers.filter(|it| matches!(it.statement.act, Act::Lift { .. }));
        // A lift helps the release out, so it counts only under the policy that says who does.
        let lifts: Vec<&Entry> = lifts.filter(|it| it.is_valid_under(self.policy)).collect();
        let own = lifts.iter().any(|it| Some(&it.statement.by) == author);
        let together = lifts.iter().filter(|it| it.statement.role == lifters.role).map(|it| &it.statement.by);
        let voices = self.policy.voices(lifters, together).len();
        (lifts, own || voices >= lifters.needed)
    }

    /// Whether a hold is not lifted, or may be among what entries name and nobody has.
    pub(super) fn is_held(&self) -> bool {
        let mut holds = self.entries().filter(|it| matches!(it.statement.act, Act::Hold));
        holds.any(|it| !self.lifts(&it.id, Some(&it.statement.by)).1) || !self.lost_entries().is_empty()
    }

    /// Every hold that is not lifted.
    pub(super) fn holds(&self) -> Vec<Finding> {
        let lifters = self.policy.lifters();
        self.entries()
            .filter(|it| matches!(it.statement.act, Act::Hold))
            .filter_map(|hold| {
                let by = &hold.statement.by;
                let (lifts, lifted) = self.lifts(&hold.id, Some(by));
                if lifted {
                    return None;
                }
                let why = hold.statement.reason.as_ref().map(ToString::to_string).unwrap_or_default();
                let can_alone = self.policy.ring().has(by);
                let place = self.place(&hold.id);
                let so_far = match lifts.len() {
                    0 if can_alone || lifters.needed == 1 => String::new(),
                    0 => format!(" ({} needed)", counted(lifters.needed, "lift")),
                    n => format!(" ({} so far, {} needed)", counted(n, "lift"), lifters.needed),
                };
                let lifted = |it: &Person| lifts.iter().any(|lift| lift.statement.by == *it);
                let others = lifters.members.iter().filter(|it| *it != by && !lifted(it));
                let who = std::iter::once(by).chain(others).cloned();
                let still_here = |it: &Person| self.policy.ring().has(it) && !self.policy.is_machine(it);
                Some(
                    Finding::new(Code::Held, hold.id.to_string(), format!("{by} holds it: {why}{so_far}{place}"))
                        .who(who.filter(still_here))
                        .since(hold.statement.at)
                        .next(format!("holdpoint lift {} {} --reason \"…\"", self.version, hold.id.short())),
                )
            })
            .collect()
    }

    /// The lifts and revocations that made a yes possible: what a publication rests on besides the sign-offs.
    pub(super) fn answers(&self) -> Vec<Digest> {
        let answer = |it: &&Entry| match &it.statement.act {
            Act::Lift { .. } => true,
            Act::Revoke { target } => {
                self.ledger.get(target).is_some_and(|it| matches!(it.statement.act, Act::Decline(_)))
            }
            _ => false,
        };
        self.entries().filter(answer).map(|it| it.id).collect()
    }

    /// Entries that are validly signed and have no effect: said, so that nobody believes they had.
    pub(super) fn without_effect(&self) -> Vec<Finding> {
        let said = |entry: &Entry, why: String| {
            let Statement { by, at, .. } = &entry.statement;
            let message = format!("the {} of {by} has no effect: {why}", entry.statement.act.noun());
            Finding::new(Code::NotCounted, entry.id.to_string(), message)
                .since(*at)
                .next(format!("holdpoint show {}", entry.id.short()))
        };
        self.entries().filter_map(|it| Some(said(it, self.idle(it)?))).collect()
    }

    /// Why a revocation takes nothing back: of a yes it counts under any policy, of a decline only under this one.
    fn idle_revoke(&self, revoke: &Entry, target: &Entry) -> Option<String> {
        let by = &revoke.statement.by;
        let counts = match &target.statement.act {
            Act::Waive { .. } | Act::Approve(_) | Act::NotApplicable(_) => {
                self.chain.policies().iter().any(|it| may_revoke(it, revoke, target))
            }
            Act::Decline(_) if !revoke.is_valid_under(self.policy) => return Some(foreign_key(self.policy, by)),
            Act::Decline(_) => may_revoke(self.policy, revoke, target),
            act => return Some(format!("{} cannot be revoked", act.a_noun())),
        };
        (!counts).then(|| format!("{by} may not revoke it: only its signer and its role"))
    }

    /// Why an entry has no effect and never had; what was answered, or covers other bytes by now, once had one.
    pub(super) fn idle(&self, entry: &Entry) -> Option<String> {
        let by = &entry.statement.by;
        match &entry.statement.act {
            Act::Approve(it) | Act::NotApplicable(it) | Act::Decline(it) => {
                let Some(requirement) = self.policy.requirement(&it.requirement) else {
                    let stands = matches!(entry.statement.act, Act::Decline(_)) && self.says_no(entry, it);
                    return (!stands).then(|| format!("the policy has no requirement `{}`", it.requirement));
                };
                // A no that was one under an earlier policy has lapsed as a yes would, and is a no all the same.
                match self.worth(entry, it, requirement) {
                    Worth::Void(why) => Some(why),
                    _ => None,
                }
            }
            Act::Revoke { target } => self.idle_revoke(entry, self.ledger.get_anywhere(target)?),
            Act::Lift { target } => match self.ledger.get(target).map(|it| &it.statement.act) {
                Some(Act::Hold) | None => (!entry.is_valid_under(self.policy)).then(|| foreign_key(self.policy, by)),
                Some(other) => Some(format!("only holds are lifted, and {} is {}", target.short(), other.a_noun())),
            },
            Act::Waive { .. } => self.waive_void(entry),
            Act::Hold | Act::Publish { .. } | Act::Adopt { .. } => None,
        }
    }
}
