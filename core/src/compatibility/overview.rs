//! Many versions against many: what opens what, grouped by what the versions declare.
//!
//! A table of a thousand versions against a thousand has a million cells, and nobody reads them. Versions that declare the same
//! stand in one row; a test that says something else than the declarations is a row of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::declared::Formats;
use super::exchange::{Exchange, Side, judged, position};
use super::field::Member;
use super::matrix::{Row, declared, rows, runs};
use super::pair::{Basis, Pair, PairVerdict};
use super::route::Route;
use crate::name::{ComponentName, Text, Version, counted, listed};
use crate::release::Component;

/// Pairs of which the same is to be said, but for some that a test says something else of; those stand in blocks of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is to be said, and of which versions: each of the writers with each of the readers.
    pub row: Row,
    /// The pairs among them of which something else is to be said, by writer and reader.
    pub except: BTreeSet<(Version, Version)>,
}

impl From<Row> for Block {
    fn from(row: Row) -> Self {
        Self { row, except: BTreeSet::new() }
    }
}

impl Block {
    /// How many pairs it stands for.
    pub fn count(&self) -> usize {
        self.row.count() - self.except.len()
    }

    /// What is left out, in words; empty where nothing is.
    pub fn exception(&self) -> String {
        const SHOWN: usize = 4;
        let Row { writer, reader, .. } = &self.row;
        let one = |(from, to): &(Version, Version)| format!("{writer} {from} with {reader} {to}");
        match self.except.len() {
            0 => String::new(),
            1..=SHOWN => format!("not {}", listed(self.except.iter().map(one), "and")),
            many => format!("not {}, each in a row of its own", counted(many, "pair")),
        }
    }

    /// The row, with what is left out said beside the readers: as a line of a table has it.
    pub fn line(&self) -> Row {
        let mut row = self.row.clone();
        if !self.except.is_empty() {
            row.readers_text = format!("{} ({})", row.readers_text, self.exception());
        }
        row
    }
}

/// The positions of the versions that are alike: of one component, declaring the same, in support or not. A version of which
/// something is said by name stands alone.
type Group = Vec<usize>;

/// What opens what among the writers and the readers that are wanted, the worst first.
pub fn overview(
    exchange: &Exchange<'_>,
    writer: &dyn Fn(&Member) -> bool,
    reader: &dyn Fn(&Member) -> bool,
) -> Vec<Block> {
    let alone = alone(exchange);
    let from = groups(exchange.writers(), &alone, &|it| it.writes_by_itself() && writer(it.member));
    let to = groups(exchange.readers(), &alone, &|it| reader(it.member));
    let tests = tests(exchange, &from, &to);
    let mut look = Look { exchange, blocks: Vec::new(), odd: Vec::new() };
    for (at, writers) in from.iter().enumerate() {
        for (by, readers) in to.iter().enumerate() {
            look.take(writers, readers, tests.get(&(at, by)).map(Vec::as_slice).unwrap_or_default());
        }
    }
    look.finish()
}

/// What the versions declare that take part, in sentences; those that declare the same are one.
pub fn declarations(exchange: &Exchange<'_>) -> Vec<String> {
    let mut all: BTreeMap<(&ComponentName, usize), (&Formats, BTreeSet<Version>)> = BTreeMap::new();
    let mut known: BTreeMap<&ComponentName, BTreeSet<Version>> = BTreeMap::new();
    for side in exchange.sides() {
        let Component { name, version } = &side.member.component;
        all.entry((name, side.class)).or_insert((side.formats, BTreeSet::new())).1.insert(version.clone());
        known.entry(name).or_default().insert(version.clone());
    }
    let versions = |it: &BTreeSet<Version>| it.iter().cloned().collect::<Vec<_>>();
    let mut groups: Vec<_> =
        all.into_iter().map(|((name, _), (formats, own))| (name, versions(&own), formats)).collect();
    groups.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let one = |(name, own, formats): &(&ComponentName, Vec<Version>, &Formats)| {
        let all = known.get(name).map(versions).unwrap_or_default();
        format!("{name} {}: {}", listed(runs(own, &all), "and"), declared(formats))
    };
    groups.iter().map(one).collect()
}

/// The versions of which something is said by name that does not follow from what they declare.
fn alone<'a>(exchange: &Exchange<'a>) -> HashSet<&'a Component> {
    let side = |sides: &[Side<'a>], it: &Component| position(sides, it).and_then(|at| sides.get(at).copied());
    let is_odd = |(writer, reader): &(&'a Component, &'a Component)| {
        let sides = side(exchange.writers(), writer).zip(side(exchange.readers(), reader));
        sides.is_some_and(|(one, other)| {
            let declared = exchange.given(&one, &other).verdict;
            judged(declared, exchange.said(&one, &other)).0 != declared
        })
    };
    let odd = exchange.tested_pairs().filter(is_odd).flat_map(|(writer, reader)| [writer, reader]);
    odd.chain(exchange.accepted_by_version()).collect()
}

fn groups(sides: &[Side<'_>], alone: &HashSet<&Component>, wanted: &dyn Fn(&Side<'_>) -> bool) -> Vec<Group> {
    let mut all: BTreeMap<(&ComponentName, usize, bool, Option<usize>), Group> = BTreeMap::new();
    for (at, side) in sides.iter().enumerate().filter(|it| wanted(it.1)) {
        let member = side.member;
        let own = alone.contains(&member.component).then_some(at);
        all.entry((&member.component.name, side.class, member.is_supported, own)).or_default().push(at);
    }
    all.into_values().collect()
}

/// The pairs that were tested, by the groups of their writer and reader.
fn tests(exchange: &Exchange<'_>, from: &[Group], to: &[Group]) -> HashMap<(usize, usize), Vec<(usize, usize)>> {
    let group_of = |groups: &[Group]| -> HashMap<usize, usize> {
        groups.iter().enumerate().flat_map(|(group, all)| all.iter().map(move |it| (*it, group))).collect()
    };
    let (of_writer, of_reader) = (group_of(from), group_of(to));
    let mut all: HashMap<(usize, usize), Vec<(usize, usize)>> = HashMap::new();
    for (writer, reader) in exchange.tested_pairs() {
        let at = position(exchange.writers(), writer).and_then(|it| Some((it, *of_writer.get(&it)?)));
        let by = position(exchange.readers(), reader).and_then(|it| Some((it, *of_reader.get(&it)?)));
        if let (Some((at, one)), Some((by, other))) = (at, by) {
            all.entry((one, other)).or_default().push((at, by));
        }
    }
    all
}

/// What has been found so far.
struct Look<'e, 'a> {
    exchange: &'e Exchange<'a>,
    blocks: Vec<Block>,
    /// The pairs that a test says something else of than the declarations.
    odd: Vec<Pair>,
}

impl<'a> Look<'_, 'a> {
    fn sides(&self, at: usize, by: usize) -> Option<(Side<'a>, Side<'a>)> {
        Some((*self.exchange.writers().get(at)?, *self.exchange.readers().get(by)?))
    }

    /// Takes in two groups, and the pairs of them that were tested.
    fn take(&mut self, writers: &[usize], readers: &[usize], tested: &[(usize, usize)]) {
        let (Some(first), Some(last)) = (writers.last(), readers.last()) else { return };
        let Some((writer, reader)) = self.sides(*first, *last) else { return };
        let given = self.exchange.given(&writer, &reader);
        let (mut except, mut agreeing) = (BTreeSet::new(), Vec::new());
        for (at, by) in tested {
            let Some((one, other)) = self.sides(*at, *by) else { continue };
            let said = self.exchange.said(&one, &other);
            let (verdict, basis) = judged(given.verdict, said);
            let pair = (one.member.component.version.clone(), other.member.component.version.clone());
            if verdict != given.verdict {
                self.odd.extend(self.exchange.pair(*at, *by));
                except.insert(pair);
            } else if basis != Basis::Declared {
                let own = said.iter().filter(|it| PairVerdict::from(it.result) == verdict);
                agreeing.push((pair, basis, own.collect::<Vec<_>>()));
            }
        }
        if except.len() == writers.len() * readers.len() {
            return;
        }
        for (routes, writers, readers) in self.parts(writers, readers, given.verdict) {
            let row = self.row((&writers, &readers), (&writer, &reader), given.verdict);
            let is_own = |it: &(Version, Version)| row.writers.contains(&it.0) && row.readers.contains(&it.1);
            let own: Vec<_> = agreeing.iter().filter(|it| is_own(&it.0)).collect();
            let said = || own.iter().flat_map(|it| &it.2);
            let except: BTreeSet<_> = except.iter().filter(|it| is_own(it)).cloned().collect();
            // Only what was tested pair by pair rests on tests.
            let is_tested = !own.is_empty() && own.len() + except.len() == row.count();
            let row = Row {
                losses: given.losses.clone(),
                symptom: said().find_map(|it| it.symptom.clone()).filter(|_| given.verdict > PairVerdict::Works),
                evidence: said().filter_map(|it| it.evidence.clone()).collect(),
                basis: own.first().map(|it| it.1).filter(|_| is_tested).unwrap_or(row.basis),
                routes,
                ..row
            };
            if except.len() < row.count() {
                self.blocks.push(Block { row, except });
            }
        }
    }

    /// The parts of two groups in which customers can do the same: an upgrade is none for those who have a newer version.
    fn parts(&self, writers: &[usize], readers: &[usize], verdict: PairVerdict) -> Vec<(Vec<Route>, Group, Group)> {
        if !matches!(verdict, PairVerdict::Degraded | PairVerdict::Fails) {
            return vec![(Vec::new(), writers.to_vec(), readers.to_vec())];
        }
        let Some(newest) = writers.last() else { return Vec::new() };
        let mut parts = Vec::new();
        for (_, readers) in alike(readers, |by| self.exchange.routes(*newest, *by, verdict)) {
            let Some(by) = readers.last().copied() else { continue };
            for (routes, writers) in alike(writers, |at| self.exchange.routes(*at, by, verdict)) {
                parts.push((routes, writers, readers.clone()));
            }
        }
        parts
    }

    fn row(
        &self,
        (from, to): (&[usize], &[usize]),
        (writer, reader): (&Side<'a>, &Side<'a>),
        verdict: PairVerdict,
    ) -> Row {
        let versions = |sides: &[Side<'_>], all: &[usize]| -> Vec<Version> {
            all.iter().filter_map(|it| sides.get(*it)).map(|it| it.member.component.version.clone()).collect()
        };
        Row {
            interface: self.exchange.interface().name.clone(),
            writer: writer.member.component.name.clone(),
            writers: versions(self.exchange.writers(), from),
            writer_runs: Vec::new(),
            writers_text: String::new(),
            reader: reader.member.component.name.clone(),
            readers: versions(self.exchange.readers(), to),
            reader_runs: Vec::new(),
            readers_text: String::new(),
            verdict,
            basis: Basis::Declared,
            losses: Vec::new(),
            symptom: None,
            evidence: BTreeSet::new(),
            routes: Vec::new(),
            writer_supported: writer.member.is_supported,
            reader_supported: reader.member.is_supported,
        }
    }

    /// The blocks in as few rows as say the same, the worst first.
    fn finish(self) -> Vec<Block> {
        let odd = rows(self.exchange, &self.odd).into_iter().map(Block::from);
        let mut blocks = merged(self.blocks, |it| &it.writers, |it| &mut it.readers);
        blocks = merged(blocks, |it| &it.readers, |it| &mut it.writers);
        blocks.extend(odd);
        for block in &mut blocks {
            let row = &mut block.row;
            row.writer_runs = runs(&row.writers, &self.exchange.versions_of(true, &row.writer));
            row.reader_runs = runs(&row.readers, &self.exchange.versions_of(false, &row.reader));
            row.writers_text = listed(&row.writer_runs, "and");
            row.readers_text = listed(&row.reader_runs, "and");
        }
        blocks.sort_by(|a, b| {
            let key = |it: &Block| {
                let row = &it.row;
                (row.writer.clone(), row.reader.clone(), row.writers.clone(), row.readers.clone())
            };
            b.row.verdict.cmp(&a.row.verdict).then_with(|| key(a).cmp(&key(b)))
        });
        blocks
    }
}

/// The positions by what `of` gives for each, in the order in which they come.
fn alike(all: &[usize], of: impl Fn(&usize) -> Vec<Route>) -> Vec<(Vec<Route>, Group)> {
    let mut parts: Vec<(Vec<Route>, Group)> = Vec::new();
    for at in all {
        let routes = of(at);
        match parts.iter_mut().find(|it| it.0 == routes) {
            Some(part) => part.1.push(*at),
            None => parts.push((routes, vec![*at])),
        }
    }
    parts
}

/// What two rows must have in common to become one, besides one side.
type Alike = (
    (ComponentName, ComponentName),
    (PairVerdict, Basis),
    Vec<Text>,
    Option<Text>,
    BTreeSet<Text>,
    Vec<Route>,
    (bool, bool),
    Vec<Version>,
);

/// The blocks that have one side in common and say the same, as one.
fn merged(
    blocks: Vec<Block>,
    same: impl Fn(&Row) -> &Vec<Version>,
    other: impl Fn(&mut Row) -> &mut Vec<Version>,
) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let mut known: HashMap<Alike, usize> = HashMap::new();
    for mut block in blocks {
        let row = &block.row;
        let key = (
            (row.writer.clone(), row.reader.clone()),
            (row.verdict, row.basis),
            row.losses.clone(),
            row.symptom.clone(),
            row.evidence.clone(),
            row.routes.clone(),
            (row.writer_supported, row.reader_supported),
            same(row).clone(),
        );
        let at = *known.entry(key).or_insert(all.len());
        match all.get_mut(at) {
            Some(twin) => {
                let versions = other(&mut twin.row);
                versions.append(other(&mut block.row));
                versions.sort();
                twin.except.append(&mut block.except);
            }
            None => all.push(block),
        }
    }
    all
}

#[cfg(test)]
mod tests;
