//! The upgrade order: in which order the components of a release are upgraded, one by one, so that whatever talks to each other
//! keeps talking.

use std::collections::{BTreeMap, BTreeSet};

use super::exchange::Exchange;
use super::pair::{Pair, PairVerdict};
use crate::name::ComponentName;
use crate::policy::Lockstep;
use crate::release::Component;

/// What is upgraded at once: one component, or a group that goes together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The components, sorted.
    pub components: Vec<ComponentName>,
    /// Why it does not come earlier: the pairs that would break.
    pub because: Vec<Pair>,
}

/// In which order the components of a release are upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// One after the other. Empty where nothing talks to anything.
    Stages(Vec<Stage>),
    /// There is no such order: each of these would have to come before another of them.
    Knot(Vec<Stage>),
}

/// Who has to be upgraded before whom, and the pairs because of which.
type Before = BTreeMap<(usize, usize), Vec<Pair>>;

/// The order in which the release's components on live interfaces are upgraded: every version of them that is in support and not
/// upgraded yet must keep working with what is.
pub fn upgrade_order(exchanges: &[Exchange<'_>], lockstep: &[Lockstep]) -> Order {
    let live: Vec<&Exchange<'_>> = exchanges.iter().filter(|it| it.interface().kind.is_live()).collect();
    let sides = live.iter().flat_map(|it| it.writers().iter().chain(it.readers()));
    let own: BTreeSet<ComponentName> =
        sides.filter(|it| it.member.is_own).map(|it| it.member.component.name.clone()).collect();
    let mut groups: Vec<BTreeSet<ComponentName>> = Vec::new();
    for name in &own {
        if groups.iter().any(|it| it.contains(name)) {
            continue;
        }
        let together = lockstep.iter().find(|it| it.components.contains(name));
        groups.push(
            together.map_or_else(
                || BTreeSet::from([name.clone()]),
                |it| it.components.intersection(&own).cloned().collect(),
            ),
        );
    }
    let group_of = |name: &ComponentName| groups.iter().position(|it| it.contains(name));
    let mut before = Before::new();
    for exchange in live {
        for pair in broken(exchange) {
            let is_own = |it| exchange.is_own(it);
            // What is not upgraded yet breaks what is: it goes first.
            let (late, first) =
                if is_own(&pair.writer) { (&pair.writer, &pair.reader) } else { (&pair.reader, &pair.writer) };
            if let (Some(first), Some(late)) = (group_of(&first.name), group_of(&late.name))
                && first != late
            {
                before.entry((first, late)).or_default().push(pair);
            }
        }
    }
    sorted(&groups, before)
}

/// The pairs of something new and something in support that has a newer version in this release too, and that fail.
fn broken(exchange: &Exchange<'_>) -> Vec<Pair> {
    let own: BTreeSet<&Component> =
        exchange.sides().filter(|it| it.member.is_own).map(|it| &it.member.component).collect();
    // What is newer than this release already is not upgraded to it.
    let is_replaced = |it: &Component| own.iter().any(|own| own.name == it.name && own.version > it.version);
    let is_old_of_both = |it: &Pair| match (exchange.is_own(&it.writer), exchange.is_own(&it.reader)) {
        (true, false) => is_replaced(&it.reader),
        (false, true) => is_replaced(&it.writer),
        _ => false,
    };
    let fails = |it: &Pair| matches!(it.verdict, PairVerdict::Fails | PairVerdict::Unknown);
    exchange.required().into_iter().filter(|it| is_old_of_both(it) && fails(it)).collect()
}

/// The groups, each after all that must come before it; of several that could be next, the first by name.
fn sorted(groups: &[BTreeSet<ComponentName>], mut before: Before) -> Order {
    let stage = |at: usize, because: Vec<Pair>| Stage {
        components: groups.get(at).into_iter().flatten().cloned().collect(),
        because,
    };
    let mut left: BTreeSet<usize> = (0..groups.len()).collect();
    let mut stages = Vec::new();
    while !left.is_empty() {
        let is_free = |it: &&usize| !before.keys().any(|(first, late)| late == *it && left.contains(first));
        let Some(next) = left.iter().find(is_free).copied() else {
            // What only comes after the knot is no part of it.
            let leads_on = |it: &usize, left: &BTreeSet<usize>| {
                before.keys().any(|(first, late)| first == it && left.contains(late))
            };
            while let Some(end) = left.iter().find(|it| !leads_on(it, &left)).copied() {
                left.remove(&end);
            }
            let knot = left.iter().map(|late| {
                let because = before.iter().filter(|((first, it), _)| it == late && left.contains(first));
                stage(*late, because.flat_map(|it| it.1.clone()).collect())
            });
            return Order::Knot(knot.collect());
        };
        left.remove(&next);
        let keys: Vec<(usize, usize)> = before.keys().filter(|it| it.1 == next).copied().collect();
        let because = keys.iter().filter_map(|it| before.remove(it)).flatten().collect();
        stages.push(stage(next, because));
    }
    Order::Stages(stages)
}
