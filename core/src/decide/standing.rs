//! How a requirement stands: one state, who brought it there, and what is wanting.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::view::{View, Worth};
use crate::digest::Digest;
use crate::evidence::Change;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::{Person, RequirementName, RoleName, Text, counted, listed};
use crate::policy::Requirement;
use crate::statement::{Act, Subject};

/// The state of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody who answers for it said no.
    Declined,
    /// What is wanting was waived.
    Waived,
    /// It is signed off.
    Approved,
    /// It does not apply.
    NotApplicable,
    /// What was signed is not what is there now.
    Stale,
    /// Its signers fill another seat.
    SeatTaken,
    /// Some have signed, and not enough.
    Short,
    /// It was signed off under an earlier policy, in a way that does not count under this one.
    Lapsed,
    /// A sign-off was taken back.
    Revoked,
    /// Nobody has signed.
    Missing,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Waived => "waived",
            Self::Approved => "approved",
            Self::NotApplicable => "not-applicable",
            Self::Stale => "stale",
            Self::SeatTaken => "seat-taken",
            Self::Short => "short",
            Self::Lapsed => "lapsed",
            Self::Revoked => "revoked",
            Self::Missing => "missing",
        }
    }
}

/// How one requirement stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub name: RequirementName,
    /// Its title.
    pub title: Text,
    /// Its state.
    pub state: State,
    /// The roles that must sign.
    pub roles: Vec<RoleName>,
    /// How many people have signed in a way that counts.
    pub approvals: usize,
    /// How many are needed.
    pub needed: usize,
    /// Whose sign-off made the state what it is.
    pub by: Vec<Person>,
    /// Since when, as the last of them claims.
    pub since: Option<Timestamp>,
    /// What is wanting, where something is.
    pub finding: Option<Finding>,
    /// The entries that it rests on, where it is satisfied.
    pub relied: Vec<Digest>,
    /// The declines that stand.
    pub declines: Vec<Digest>,
}

impl Standing {
    /// Whether nothing is wanting.
    pub fn is_satisfied(&self) -> bool {
        matches!(self.state, State::Approved | State::NotApplicable | State::Waived)
    }
}

/// A seat of a release: a role of a requirement; or that of one who waives a requirement.
pub(super) type Seat<'a> = Option<(&'a RequirementName, &'a RoleName)>;

impl<'a> View<'a> {
    /// How each requirement stands, in the order of the policy.
    pub(super) fn standings(&self) -> Vec<Standing> {
        let blocked = self.seatless();
        self.policy.requirements().iter().map(|it| self.standing(it, &blocked)).collect()
    }

    /// The seats that each person fills with what counts.
    pub(super) fn seats(&self) -> BTreeMap<&'a Person, BTreeSet<Seat<'a>>> {
        let mut seats: BTreeMap<&'a Person, BTreeSet<Seat<'a>>> = BTreeMap::new();
        for requirement in self.policy.requirements() {
            for (yes, _, worth) in self.weighed(requirement).iter() {
                if *worth == Worth::Live
                    && let Some(role) = &yes.statement.role
                {
                    seats.entry(&yes.statement.by).or_default().insert(Some((&requirement.name, role)));
                }
            }
        }
        for waive in self.live_waives().filter(|it| waives_requirement(&it.statement.act)) {
            seats.entry(&waive.statement.by).or_default().insert(None);
        }
        seats
    }

    /// The people whose sign-offs count for nothing: they fill two seats where one is allowed, or have waived a requirement.
    pub(super) fn seatless(&self) -> BTreeMap<&'a Person, String> {
        let mut seatless = self.seated_twice();
        if self.ledger.count_pending() > 0 {
            // Whoever takes a yes back on a branch frees nobody: nothing there helps a release.
            seatless.extend(self.of_what_is_recorded().seated_twice());
        }
        seatless
    }

    fn seated_twice(&self) -> BTreeMap<&'a Person, String> {
        let named = |seat: &Seat<'_>| seat.map_or_else(|| "a waiver".to_owned(), |it| format!("`{}`", it.0));
        self.seats()
            .into_iter()
            .filter(|(_, seats)| seats.len() > 1 && (self.policy.distinct() || seats.contains(&None)))
            .map(|(person, seats)| (person, listed(seats.iter().map(named), "and")))
            .collect()
    }

    fn standing(&self, requirement: &Requirement, seatless: &BTreeMap<&Person, String>) -> Standing {
        let weighed = self.weighed(requirement);
        let live: Vec<&Entry> = weighed.iter().filter(|it| it.2 == Worth::Live).map(|it| it.0).collect();
        let seated: Vec<&Entry> = live.iter().copied().filter(|it| !seatless.contains_key(&it.statement.by)).collect();
        let of_kind = |approve: bool| -> Vec<&Entry> {
            seated.iter().copied().filter(|it| matches!(it.statement.act, Act::Approve(_)) == approve).collect()
        };
        let (approvals, skips) = (of_kind(true), of_kind(false));
        let declines = self.declines(requirement, &approvals);
        let standing_declines = declines.iter().map(|it| it.id).collect();
        let approved = self.fills_all_seats(requirement, approvals.iter().copied());
        let skipped = self.fills_all_seats(requirement, skips.iter().copied());
        let (state, basis): (State, Vec<&Entry>) = if !declines.is_empty() {
            (State::Declined, declines)
        } else if approved {
            (State::Approved, approvals.clone())
        } else if skipped {
            (State::NotApplicable, skips)
        } else {
            let is_live = |person: &Person| live.iter().any(|it| it.statement.by == *person);
            let stale = weighed.iter().filter(|it| matches!(it.2, Worth::Stale(_)) && !is_live(&it.0.statement.by));
            let revoked = weighed.iter().filter(|it| matches!(it.2, Worth::Revoked(_)) && !is_live(&it.0.statement.by));
            let lapsed = weighed.iter().filter(|it| matches!(it.2, Worth::Lapsed(_)) && !is_live(&it.0.statement.by));
            let unseated = live.iter().copied().filter(|it| seatless.contains_key(&it.statement.by));
            let choices = [
                (State::Stale, stale.map(|it| it.0).collect::<Vec<_>>()),
                (State::SeatTaken, unseated.collect()),
                (State::Short, seated.clone()),
                (State::Lapsed, lapsed.map(|it| it.0).collect()),
                (State::Revoked, revoked.map(|it| it.0).collect()),
            ];
            choices.into_iter().find(|it| !it.1.is_empty()).unwrap_or((State::Missing, Vec::new()))
        };
        let by: BTreeSet<&Person> = basis.iter().map(|it| &it.statement.by).collect();
        let counted_people: BTreeSet<&Person> = seated.iter().map(|it| &it.statement.by).collect();
        let mut standing = Standing {
            name: requirement.name.clone(),
            title: requirement.title.clone(),
            state,
            roles: requirement.roles.clone(),
            approvals: counted_people.len(),
            needed: requirement.approvals * requirement.roles.len(),
            by: by.into_iter().cloned().collect(),
            since: basis.iter().map(|it| self.moment(state, it)).max(),
            finding: None,
            relied: Vec::new(),
            declines: standing_declines,
        };
        if standing.is_satisfied() {
            standing.relied = basis.iter().map(|it| it.id).collect();
        } else {
            standing.finding = Some(self.wanting(requirement, &standing, &basis, seatless));
        }
        standing
    }

    /// The finding for a requirement that is not satisfied.
    fn wanting(
        &self,
        requirement: &Requirement,
        standing: &Standing,
        basis: &[&Entry],
        seatless: &BTreeMap<&Person, String>,
    ) -> Finding {
        let (version, name) = (self.version, &requirement.name);
        let has_signed = |person: &Person| standing.state == State::Short && standing.by.contains(person);
        let able =
            self.policy.signers_of(requirement).into_iter().filter(|it| !has_signed(it) && !seatless.contains_key(it));
        let able: BTreeSet<Person> = able.collect();
        let sign = format!("holdpoint sign {version} {name}");
        let signers = listed(&standing.by, "and");
        let first = basis.first();
        let (code, message, next) = match standing.state {
            State::Declined => {
                let why =
                    first.and_then(|it| it.statement.reason.as_ref()).map(ToString::to_string).unwrap_or_default();
                let id = first.map(|it| it.id.short()).unwrap_or_default();
                let next =
                    format!("mend the document, then {sign}; or: holdpoint revoke {version} {id} --reason \"…\"");
                let place = first.map(|it| self.place(&it.id)).unwrap_or_default();
                (Code::Declined, format!("{signers} said no: {why}{place}"), next)
            }
            State::Stale => {
                let changes: BTreeSet<String> =
                    basis.iter().flat_map(|it| self.told_changes(it.statement.act.subjects())).collect();
                let message = format!("{signers} signed other bytes: {}", listed(changes, "and"));
                (Code::Stale, message, format!("{sign}   (shows what changed)"))
            }
            State::SeatTaken => {
                let seats = standing.by.iter().filter_map(|it| Some(format!("{it} has signed {}", seatless.get(it)?)));
                let message = format!("{}; one person fills one seat", listed(seats, "and"));
                (Code::SeatTaken, message, format!("{sign} --as SOMEBODY-ELSE   (or revoke one of the two)"))
            }
            State::Short => {
                let message = format!("{} of {} have signed: {signers}", standing.approvals, standing.needed);
                (Code::Short, message, sign)
            }
            State::Lapsed => {
                let message =
                    format!("{signers} signed under an earlier policy: {}", self.told_lapses(requirement, basis));
                (Code::Lapsed, message, sign)
            }
            State::Revoked => (Code::Revoked, self.told_revocations(basis), sign),
            _ => (Code::Missing, format!("nobody has signed; {} can", listed(&able, "or")), sign),
        };
        let who = if standing.state == State::Declined { self.policy.signers_of(requirement) } else { able };
        let finding = Finding::new(code, name.as_str(), message).who(who).next(next);
        match standing.since {
            Some(since) => finding.since(since),
            None => finding,
        }
    }

    /// When an entry made the state what it is, as its signer claims; of one that was taken back, when that was.
    fn moment(&self, state: State, entry: &Entry) -> Timestamp {
        let revoke = if state == State::Revoked { self.revoked(entry) } else { None };
        revoke.and_then(|it| self.ledger.get(&it)).unwrap_or(entry).statement.at
    }

    /// Who took these sign-offs back, and why.
    fn told_revocations(&self, basis: &[&Entry]) -> String {
        let told = |it: &&Entry| {
            let id = self.revoked(it)?;
            let (revoke, place) = (&self.ledger.get(&id)?.statement, self.place(&id));
            let why = revoke.reason.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
            let whose = if revoke.by == it.statement.by {
                "their sign-off".to_owned()
            } else {
                format!("the sign-off of {}", it.statement.by)
            };
            Some(format!("{} took back {whose}{why}{place}", revoke.by))
        };
        let told: BTreeSet<String> = basis.iter().filter_map(told).collect();
        listed(told, "and")
    }

    /// Why these sign-offs do not count any more.
    fn told_lapses(&self, requirement: &Requirement, basis: &[&Entry]) -> String {
        let told = |it: &&Entry| match self.worth(it, it.statement.act.sign_off()?, requirement) {
            Worth::Lapsed(why) => Some(why),
            _ => None,
        };
        let told: BTreeSet<String> = basis.iter().filter_map(told).collect();
        listed(told, "and")
    }

    /// What changed since these subjects were signed: "`kb.md` changed 3 lines".
    fn told_changes(&self, subjects: &[Subject]) -> Vec<String> {
        let told = |it: Subject| {
            if !self.digests.contains_key(&it.path) {
                return format!("`{}` is gone", it.path);
            }
            match self.changes.get(&(it.path.clone(), it.sha256)) {
                Some(Change::Lines { added, removed }) => {
                    format!("`{}` changed {}", it.path, counted(*added.max(removed), "line"))
                }
                Some(Change::Lost) => {
                    format!("`{}` changed (what was signed is not in this history any more)", it.path)
                }
                None => format!("`{}` changed", it.path),
            }
        };
        self.changed(subjects).into_iter().map(told).collect()
    }
}

/// Whether a waive sets aside the sign-off of a requirement, not a rule or a day.
fn waives_requirement(act: &Act) -> bool {
    matches!(act, Act::Waive { finding, .. } if finding.meaning().about == "requirement")
}
