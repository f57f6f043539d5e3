//! The ways out of a pair that fails: what a customer can do, found once for each class of versions.

use std::collections::{BTreeMap, HashMap};

use super::{Exchange, Side};
use crate::compatibility::pair::PairVerdict;
use crate::compatibility::route::{Route, Step};
use crate::name::{ComponentName, FormatName, Text};

/// Whom the newest working version was looked for: one version that was tested, or a class of versions that were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sought {
    One(usize),
    Class(usize),
}

/// The newest version that works with something, and the newest that works with a loss.
pub(super) type Newest = (Option<usize>, Option<usize>);

/// The steps from what a class of writers writes to what a class of readers reads.
pub(super) type Found = HashMap<(usize, usize, Means), Option<Vec<Step>>>;

/// By what one format is turned into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Means {
    /// By converters alone.
    Converters = 0,
    /// By what opens and saves again.
    Saving = 1,
    /// By either.
    Both = 2,
}

impl<'a> Exchange<'a> {
    /// What a customer can do, in the order in which to offer it.
    pub(in crate::compatibility) fn routes(&self, at: usize, to: usize, verdict: PairVerdict) -> Vec<Route> {
        let (Some(writer), Some(reader)) = (self.writers.get(at), self.readers.get(to)) else { return Vec::new() };
        let mut routes = Vec::new();
        routes.extend(self.upgrade_reader(at, reader, verdict));
        if self.interface.kind.is_live() {
            routes.extend(self.upgrade_writer(to, writer, verdict));
        }
        routes.extend(older(writer, reader, verdict));
        if !self.interface.kind.is_live() {
            let converted = self.steps(writer, reader, Means::Converters);
            let both = || self.steps(writer, reader, Means::Both).filter(|_| converted.is_none());
            let stepped = self.steps(writer, reader, Means::Saving).or_else(both);
            routes.extend(converted.map(Route::Convert));
            routes.extend(stepped.map(Route::StepThrough));
        }
        let (one, other) = (&writer.member.component, &reader.member.component);
        let accepted = self
            .field
            .accepted()
            .iter()
            .filter(|it| it.interface == self.interface.name && it.writer.means(one) && it.reader.means(other));
        routes.extend(accepted.map(|it| Route::Accepted(it.text.clone())));
        routes
    }

    /// The newest reader that can be had, if it is newer than this one and does better.
    fn upgrade_reader(&self, at: usize, reader: &Side<'a>, verdict: PairVerdict) -> Option<Route> {
        let writer = self.writers.get(at)?;
        let key = (self.sought(at, writer), &reader.member.component.name);
        let known = self.newest_reader.borrow().get(&key).copied();
        let newest = known.unwrap_or_else(|| {
            let found = newest(&self.readers, key.1, |it| self.verdict(writer, it));
            self.newest_reader.borrow_mut().insert(key, found);
            found
        });
        let loss = |it: &Side<'a>| self.losses(writer, it);
        upgrade(&self.readers, newest, reader, verdict, &loss)
    }

    /// The newest writer that can be had, if it is newer than this one and does better.
    fn upgrade_writer(&self, to: usize, writer: &Side<'a>, verdict: PairVerdict) -> Option<Route> {
        let reader = self.readers.get(to)?;
        let key = (self.sought(to, reader), &writer.member.component.name);
        let known = self.newest_writer.borrow().get(&key).copied();
        let newest = known.unwrap_or_else(|| {
            let found = newest(&self.writers, key.1, |it| self.verdict(it, reader));
            self.newest_writer.borrow_mut().insert(key, found);
            found
        });
        let loss = |it: &Side<'a>| self.losses(it, reader);
        upgrade(&self.writers, newest, writer, verdict, &loss)
    }

    fn sought(&self, at: usize, side: &Side<'a>) -> Sought {
        if self.tested.contains(&side.member.component) { Sought::One(at) } else { Sought::Class(side.class) }
    }

    /// The steps from each format in trouble to one that is read.
    fn steps(&self, writer: &Side<'a>, reader: &Side<'a>, means: Means) -> Option<Vec<Step>> {
        let key = (writer.class, reader.class, means);
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        let found = self.search(writer, reader, means);
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    fn search(&self, writer: &Side<'a>, reader: &Side<'a>, means: Means) -> Option<Vec<Step>> {
        let ways = self.ways.get(means as usize)?;
        let goals: BTreeMap<&FormatName, usize> =
            reader.formats.read().map(|it| (it, usize::from(reader.formats.degraded.contains_key(it)))).collect();
        let given = self.given(writer, reader);
        // Where a test fails although everything is read, nothing says which format would do.
        let mut steps: Vec<Step> = Vec::new();
        for format in &given.troubled {
            let way = ways.way(format, &goals)?;
            // What is read with a loss already is not converted into what loses as much.
            let last = way.last().and_then(|it| goals.get(&it.to)).copied().unwrap_or_default();
            let loses = last + way.iter().filter(|it| it.loses.is_some()).count();
            if reader.formats.degraded.contains_key(format) && loses > 0 {
                return None;
            }
            for step in way {
                if !steps.contains(&step) {
                    steps.push(step);
                }
            }
        }
        Some(steps).filter(|it| !it.is_empty())
    }
}

/// The newest of `sides` that works, if it is newer than what is there now; or else one that works with a loss.
fn upgrade<'a>(
    sides: &[Side<'a>],
    (works, lossy): Newest,
    now: &Side<'a>,
    verdict: PairVerdict,
    losses: &dyn Fn(&Side<'a>) -> Vec<Text>,
) -> Option<Route> {
    let newer = |at: Option<usize>| {
        at.and_then(|it| sides.get(it)).filter(|it| it.member.component.version > now.member.component.version)
    };
    let lossy = lossy.filter(|_| verdict > PairVerdict::Degraded);
    let (to, losses) = match (newer(works), newer(lossy)) {
        (Some(to), _) => (to, Vec::new()),
        (None, Some(to)) => (to, losses(to)),
        (None, None) => return None,
    };
    Some(Route::Upgrade { to: to.member.component.clone(), losses })
}

/// What opens and saves again: every format that it reads into every one that it writes.
pub(super) fn saves(side: &Side<'_>) -> Vec<Step> {
    let mut all = Vec::new();
    for from in side.formats.read() {
        for to in side.formats.written().filter(|it| *it != from) {
            let loses = side.formats.degraded.get(from).cloned();
            let (from, to) = (from.clone(), to.clone());
            all.push(Step { by: side.member.component.clone(), from, to, loses, is_saved: true });
        }
    }
    all
}

/// A format that the writer writes when asked to, and that the reader reads: without a loss, or else with one.
fn older(writer: &Side<'_>, reader: &Side<'_>, verdict: PairVerdict) -> Option<Route> {
    let readable =
        || writer.formats.writes_on_request.iter().rev().filter(|it| reader.formats.read().any(|own| own == *it));
    let loss = |it: &FormatName| reader.formats.degraded.get(it);
    let whole = readable().find(|it| loss(it).is_none());
    let lossy = || readable().find(|_| verdict > PairVerdict::Degraded);
    let format = whole.or_else(lossy)?;
    Some(Route::WriteOlder {
        writer: writer.member.component.name.clone(),
        format: format.clone(),
        loses: loss(format).cloned(),
    })
}

/// The newest version of `name` that can be had and works, and the newest that works with a loss.
fn newest<'a>(sides: &[Side<'a>], name: &ComponentName, verdict: impl Fn(&Side<'a>) -> PairVerdict) -> Newest {
    let mut found = (None, None);
    for (at, side) in sides.iter().enumerate().rev() {
        if side.member.component.name != *name || !side.member.is_asset {
            continue;
        }
        match verdict(side) {
            PairVerdict::Works => return (Some(at), found.1),
            PairVerdict::Degraded if found.1.is_none() => found.1 = Some(at),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rule::scene::{Scene, WIRE};

    /// What can be done about player 2.4.0, which reads this, and the recorder, which writes this.
    fn routes(writes: &str, reads: &str, newer: &[&str]) -> Vec<String> {
        let mut scene = Scene::new().out("2.4.0", &[&format!("player@2.4.0 {reads}")]);
        for (at, reads) in (5..).zip(newer) {
            scene = scene.out(&format!("2.{at}.0"), &[&format!("player@2.{at}.0 {reads}")]);
        }
        scene.own(&[&format!("recorder@2.7.0 {writes}")], "").routes("recorder@2.7.0", "player@2.4.0")
    }

    #[test]
    fn of_two_that_talk_the_writer_can_be_upgraded_too() {
        let scene = Scene::under(WIRE)
            .out("1.0.0", &["agent@1.0.0 link/writes:1"])
            .own(&["agent@2.7.0 link/writes:2", "server@2.7.0 link/reads:2"], "");
        assert_eq!(scene.routes("agent@1.0.0", "server@2.7.0"), ["upgrade agent to 2.7.0"]);
    }

    #[test]
    fn an_upgrade_that_loses_something_helps_what_fails_and_the_newest_is_named() {
        let lossy = ["reads:3 loses:3", "reads:3 loses:3"];
        assert_eq!(routes("writes:3", "reads:1", &lossy), ["upgrade player to 2.6.0 (with a loss: captions)"]);
        assert_eq!(routes("writes:3", "reads:3 loses:3", &lossy), [""; 0], "and not what loses as much already");
    }

    #[test]
    fn an_older_format_that_is_read_with_a_loss_helps_what_fails() {
        assert_eq!(
            routes("writes:3 asked:2", "reads:2 loses:2", &[]),
            ["have recorder write format 2 (with a loss: captions)"]
        );
        assert_eq!(
            routes("writes:3 asked:2", "reads:2,3 loses:2,3", &[]),
            [""; 0],
            "and not what loses as much already"
        );
    }
}
