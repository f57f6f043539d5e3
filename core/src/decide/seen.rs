//! What a signer lists as seen: few entries, and first those that their statement has to have seen to count.
//!
//! Order comes from these lists, so a yes beats only the no that stands, directly or not, in its own. An entry that somebody
//! wrote to fill the list must not push out the one that matters: what speaks against is named itself, wherever it stands.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::entitled::same_thing;
use super::view::View;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::ledger::{Entry, Ledger};
use crate::name::Person;
use crate::statement::{Act, MOST_SEEN};

/// So many places are for the signer's own entries: the rest is left for what speaks against.
const MOST_OWN: usize = 16;

/// What somebody lists as seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The entries: at most [`MOST_SEEN`].
    pub after: BTreeSet<Digest>,
    /// How many entries speak against it that had no room: the same statement, signed once more, sees the next of them.
    pub left: usize,
}

/// What `person` lists as seen who says this about a release now: their own entries, then what stands against it, then holds, then
/// the newest that have an effect, then the newest of the others. What an entry of the list has seen is not listed.
pub fn seen(evidence: &Evidence, now: Timestamp, person: &Person, act: &Act) -> Seen {
    let view = View::of_now(evidence, now);
    let ledger = evidence.ledger();
    let newest: Vec<&Entry> = ledger.in_order().into_iter().rev().collect();
    let mut list = List { ledger, ids: Vec::new() };
    let own = newest.iter().filter(|it| it.statement.by == *person);
    own.take_while(|it| list.take(it.id) && list.ids.len() < MOST_OWN).count();
    let blockers = blockers(&view, person, act);
    let left = blockers.iter().filter(|id| !list.take(**id)).count();
    for hold in newest.iter().filter(|it| it.statement.act == Act::Hold) {
        list.take(hold.id);
    }
    // Whether an entry has an effect costs more than whether it is seen already.
    let (mut idle, mut at) = (Vec::new(), newest.iter());
    while let Some(entry) = at.next().filter(|_| list.ids.len() < MOST_SEEN) {
        if !list.has_seen(&entry.id) {
            if view.idle(entry).is_some() {
                idle.push(entry.id);
            } else {
                list.take(entry.id);
            }
        }
    }
    for id in idle.into_iter().take(MOST_SEEN) {
        list.take(id);
    }
    Seen { after: list.ids.into_iter().collect(), left }
}

/// What a yes has to have seen to count: the declines of its requirement that stand, and the revocations that would take it back;
/// and what any answer is about.
fn blockers(view: &View<'_>, person: &Person, act: &Act) -> Vec<Digest> {
    let mut all: Vec<Digest> = act.target().filter(|it| view.ledger.get(it).is_some()).into_iter().collect();
    if let Some(requirement) = act.sign_off().and_then(|it| view.policy.requirement(&it.requirement))
        && !matches!(act, Act::Decline(_))
    {
        let standing = view.standings().into_iter().find(|it| it.name == requirement.name);
        all.extend(standing.into_iter().flat_map(|it| it.declines));
    }
    let takes_back = |revoke: &&Entry| {
        let target = revoke.statement.act.target().and_then(|it| view.ledger.get(&it));
        target.is_some_and(|it| it.statement.by == *person && same_thing(&it.statement.act, act))
    };
    all.extend(view.ledger.revocations().filter(takes_back).map(|it| it.id));
    all
}

/// A list that is being filled.
struct List<'a> {
    ledger: &'a Ledger,
    ids: Vec<Digest>,
}

impl List<'_> {
    fn has_seen(&self, id: &Digest) -> bool {
        self.ids.iter().any(|it| it == id || self.ledger.has_seen(it, id))
    }

    /// Lists an entry, and says whether it is seen now: it stands in the list, or one of the list has seen it.
    fn take(&mut self, id: Digest) -> bool {
        if self.has_seen(&id) {
            return true;
        }
        let ledger = self.ledger;
        self.ids.retain(|it| !ledger.has_seen(&id, it));
        if self.ids.len() < MOST_SEEN {
            self.ids.push(id);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests;
