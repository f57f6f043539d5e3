//! One interface, and every version of a component that writes or reads it.
//!
//! Versions that declare the same are one class: what happens between two of them is found out once. So the work grows with the
//! versions and the formats, and not with the pairs.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::declared::{Formats, TestResult};
use super::field::{Field, Member, Said};
use super::pair::{Basis, Given, Pair, PairVerdict, given};
use super::route::{Route, Step, Ways};
use crate::name::{ComponentName, FormatName, Text, Version};
use crate::policy::{Interface, KeepReadable};
use crate::release::Component;

/// What a component declares that says nothing.
static NOTHING: Formats =
    Formats { writes: None, writes_on_request: Vec::new(), reads: None, degraded: BTreeMap::new() };

/// A version on one side of an interface.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The version.
    pub member: &'a Member,
    /// What it declares.
    pub formats: &'a Formats,
    pub(super) class: usize,
}

/// Whom the newest working version was looked for: one version that was tested, or a class of versions that were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sought {
    One(usize),
    Class(usize),
}

/// The newest version that works with something, and the newest that works with a loss.
type Newest = (Option<usize>, Option<usize>);

/// What symptoms are known of one side, with the name of the other component and the formats in trouble.
type Symptoms<'a> = HashMap<(&'a Component, &'a ComponentName, Vec<FormatName>), &'a Text>;

/// The steps from what a class of writers writes to what a class of readers reads, by converters alone (0) or by anything (1).
type Found = HashMap<(usize, usize, usize), Option<Vec<Step>>>;

/// One interface with all its versions.
pub struct Exchange<'a> {
    interface: &'a Interface,
    field: &'a Field,
    writers: Vec<Side<'a>>,
    readers: Vec<Side<'a>>,
    tested: HashSet<&'a Component>,
    symptoms: Symptoms<'a>,
    given: RefCell<HashMap<(usize, usize), Rc<Given>>>,
    newest_reader: RefCell<HashMap<(Sought, &'a ComponentName), Newest>>,
    newest_writer: RefCell<HashMap<(Sought, &'a ComponentName), Newest>>,
    ways: [Ways; 2],
    found: RefCell<Found>,
}

impl<'a> Exchange<'a> {
    /// The versions of `field` that take part in `interface`.
    pub fn new(interface: &'a Interface, field: &'a Field) -> Self {
        let mut classes: HashMap<&Formats, usize> = HashMap::new();
        let (mut writers, mut readers) = (Vec::new(), Vec::new());
        for member in field.members() {
            let formats = member.declared.get(&interface.name).unwrap_or(&NOTHING);
            let next = classes.len();
            let class = *classes.entry(formats).or_insert(next);
            let side = Side { member, formats, class };
            if interface.writers.contains(&member.component.name) {
                writers.push(side);
            }
            if interface.readers.contains(&member.component.name) {
                readers.push(side);
            }
        }
        let tests = field.tests(&interface.name);
        let tested = tests.iter().flat_map(|it| it.keys()).flat_map(|(writer, reader)| [writer, reader]).collect();
        let converters = Ways::of_converters(field.converters(&interface.name));
        let mut all = Ways::of_converters(field.converters(&interface.name));
        for side in
            readers.iter().filter(|it| it.member.is_asset && interface.writers.contains(&it.member.component.name))
        {
            for step in saves(side) {
                all.take(step);
            }
        }
        let mut exchange = Self {
            interface,
            field,
            writers,
            readers,
            tested,
            symptoms: HashMap::new(),
            given: RefCell::default(),
            newest_reader: RefCell::default(),
            newest_writer: RefCell::default(),
            ways: [converters, all],
            found: RefCell::default(),
        };
        exchange.symptoms = exchange.symptoms();
        exchange
    }

    /// The interface.
    pub fn interface(&self) -> &'a Interface {
        self.interface
    }

    /// The versions that write, sorted by component and version.
    pub fn writers(&self) -> &[Side<'a>] {
        &self.writers
    }

    /// The versions that read, sorted by component and version.
    pub fn readers(&self) -> &[Side<'a>] {
        &self.readers
    }

    /// The versions of both sides.
    pub fn sides(&self) -> impl Iterator<Item = &Side<'a>> {
        self.writers.iter().chain(&self.readers)
    }

    /// Whether this version is of the release that is asked about.
    pub fn is_own(&self, component: &Component) -> bool {
        self.field.member(component).is_some_and(|it| it.is_own)
    }

    /// The versions of `name` on one side, sorted.
    pub fn versions_of(&self, is_writer: bool, name: &ComponentName) -> Vec<Version> {
        let sides = if is_writer { &self.writers } else { &self.readers };
        let own = sides.iter().filter(|it| it.member.component.name == *name);
        own.map(|it| it.member.component.version.clone()).collect()
    }

    /// Every pair that must have a verdict: one side is of the release that is asked about, and the other one too, or in the
    /// field.
    pub fn required(&self) -> Vec<Pair> {
        let own_readers: Vec<usize> =
            self.readers.iter().enumerate().filter(|it| it.1.member.is_own).map(|it| it.0).collect();
        let mut pairs = Vec::new();
        for (at, writer) in self.writers.iter().enumerate().filter(|it| writes(it.1)) {
            if writer.member.is_own {
                let counts = |it: &(usize, &Side<'_>)| it.1.member.is_own || self.counts(it.1.member);
                pairs.extend(self.readers.iter().enumerate().filter(counts).filter_map(|it| self.pair(at, it.0)));
            } else if self.counts(writer.member) {
                pairs.extend(own_readers.iter().filter_map(|to| self.pair(at, *to)));
            }
        }
        pairs
    }

    /// Whether something in the field must still work with this release.
    pub fn counts(&self, member: &Member) -> bool {
        let all = self.interface.keep_readable == KeepReadable::All && !self.interface.kind.is_live();
        all || member.is_supported
    }

    /// The pair of these two versions, if both take part.
    pub fn pair_of(&self, writer: &Component, reader: &Component) -> Option<Pair> {
        self.pair(position(&self.writers, writer)?, position(&self.readers, reader)?)
    }

    pub(super) fn pair(&self, at: usize, to: usize) -> Option<Pair> {
        let (writer, reader) = (self.writers.get(at)?, self.readers.get(to)?);
        let given = self.given(writer, reader);
        let said = self.said(writer, reader);
        let (verdict, basis) = judged(given.verdict, said);
        let decisive = || said.iter().filter(|it| PairVerdict::from(it.result) == verdict);
        let symptom = decisive().find_map(|it| it.symptom.as_ref()).or_else(|| self.symptom(writer, reader, &given));
        let mut pair = Pair {
            interface: self.interface.name.clone(),
            writer: writer.member.component.clone(),
            reader: reader.member.component.clone(),
            verdict,
            basis,
            declared: given.verdict,
            troubled: given.troubled.clone(),
            losses: given.losses.clone(),
            symptom: symptom.filter(|_| verdict > PairVerdict::Works).cloned(),
            evidence: decisive().filter_map(|it| it.evidence.clone()).collect(),
            routes: Vec::new(),
            writer_supported: writer.member.is_supported,
            reader_supported: reader.member.is_supported,
        };
        if pair.needs_route() {
            pair.routes = self.routes(at, to, verdict);
        }
        Some(pair)
    }

    pub(super) fn given(&self, writer: &Side<'a>, reader: &Side<'a>) -> Rc<Given> {
        let mut known = self.given.borrow_mut();
        let found = known.entry((writer.class, reader.class));
        Rc::clone(found.or_insert_with(|| Rc::new(given(self.interface.kind, writer.formats, reader.formats))))
    }

    pub(super) fn said(&self, writer: &Side<'a>, reader: &Side<'a>) -> &'a [Said] {
        let (writer, reader) = (&writer.member.component, &reader.member.component);
        if !(self.tested.contains(writer) && self.tested.contains(reader)) {
            return &[];
        }
        let tests = self.field.tests(&self.interface.name);
        tests.and_then(|it| it.get(&(writer.clone(), reader.clone()))).map(Vec::as_slice).unwrap_or_default()
    }

    /// The pairs that were tested, by writer and reader; they may be of versions that nobody has.
    pub(super) fn tested_pairs(&self) -> impl Iterator<Item = (&'a Component, &'a Component)> {
        self.field
            .tests(&self.interface.name)
            .into_iter()
            .flat_map(|it| it.keys())
            .map(|(writer, reader)| (writer, reader))
    }

    fn verdict(&self, writer: &Side<'a>, reader: &Side<'a>) -> PairVerdict {
        judged(self.given(writer, reader).verdict, self.said(writer, reader)).0
    }

    /// What customers see where one version of a component was tried with another, and the same formats are in trouble.
    fn symptoms(&self) -> Symptoms<'a> {
        let mut all = Symptoms::new();
        for ((writer, reader), said) in self.field.tests(&self.interface.name).into_iter().flatten() {
            let Some(symptom) =
                said.iter().filter(|it| it.result != TestResult::Works).find_map(|it| it.symptom.as_ref())
            else {
                continue;
            };
            let find = |sides: &[Side<'a>], it: &Component| position(sides, it).and_then(|at| sides.get(at).copied());
            let (Some(one), Some(other)) = (find(&self.writers, writer), find(&self.readers, reader)) else { continue };
            let troubled = self.given(&one, &other).troubled.clone();
            all.entry((writer, &reader.name, troubled.clone())).or_insert(symptom);
            all.entry((reader, &writer.name, troubled)).or_insert(symptom);
        }
        all
    }

    fn symptom(&self, writer: &Side<'a>, reader: &Side<'a>, given: &Given) -> Option<&'a Text> {
        if self.symptoms.is_empty() || given.troubled.is_empty() {
            return None;
        }
        let (writer, reader) = (&writer.member.component, &reader.member.component);
        let of = |one, other| self.symptoms.get(&(one, other, given.troubled.clone())).copied();
        of(writer, &reader.name).or_else(|| of(reader, &writer.name))
    }

    /// What a customer can do, in the order in which to offer it.
    pub(super) fn routes(&self, at: usize, to: usize, verdict: PairVerdict) -> Vec<Route> {
        let (Some(writer), Some(reader)) = (self.writers.get(at), self.readers.get(to)) else { return Vec::new() };
        let mut routes = Vec::new();
        routes.extend(self.upgrade_reader(at, reader, verdict));
        if self.interface.kind.is_live() {
            routes.extend(self.upgrade_writer(to, writer, verdict));
        }
        routes.extend(older(writer, reader, verdict));
        if !self.interface.kind.is_live() {
            let converted = self.steps(writer, reader, 0);
            let is_new = |it: &Vec<Step>| it.iter().any(|it| it.is_saved);
            let stepped = self.steps(writer, reader, 1).filter(is_new);
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
        let loss = |it: &Side<'a>| self.given(writer, it).losses.clone();
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
        let loss = |it: &Side<'a>| self.given(it, reader).losses.clone();
        upgrade(&self.writers, newest, writer, verdict, &loss)
    }

    fn sought(&self, at: usize, side: &Side<'a>) -> Sought {
        if self.tested.contains(&side.member.component) { Sought::One(at) } else { Sought::Class(side.class) }
    }

    /// The steps from each format in trouble to one that is read, by converters alone or by anything.
    fn steps(&self, writer: &Side<'a>, reader: &Side<'a>, which: usize) -> Option<Vec<Step>> {
        let key = (writer.class, reader.class, which);
        if let Some(known) = self.found.borrow().get(&key) {
            return known.clone();
        }
        let found = self.search(writer, reader, which);
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    fn search(&self, writer: &Side<'a>, reader: &Side<'a>, which: usize) -> Option<Vec<Step>> {
        let ways = self.ways.get(which)?;
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

/// Where a version stands among sides, which are sorted.
pub(super) fn position(sides: &[Side<'_>], component: &Component) -> Option<usize> {
    sides.binary_search_by(|it| it.member.component.cmp(component)).ok()
}

/// Whether it writes anything without being asked; one that says nothing may.
pub(super) fn writes(side: &Side<'_>) -> bool {
    side.formats.writes.as_ref().is_none_or(|it| !it.is_empty())
}

/// What opens and saves again: every format that it reads into every one that it writes.
fn saves(side: &Side<'_>) -> Vec<Step> {
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

/// What the declarations and the tests give together. A test can make a pair worse than it is declared, never better; where nobody
/// has declared anything, tests alone say what is the case, the worst of them.
pub(super) fn judged(declared: PairVerdict, said: &[Said]) -> (PairVerdict, Basis) {
    let counts = |it: &&Said| {
        let result = PairVerdict::from(it.result);
        if declared == PairVerdict::Unknown { it.is_asset || result > PairVerdict::Works } else { result >= declared }
    };
    let Some(worst) = said.iter().filter(counts).map(|it| it.result).max() else { return (declared, Basis::Declared) };
    let is_later = said.iter().filter(counts).filter(|it| it.result == worst).all(|it| it.is_later);
    (worst.into(), if is_later { Basis::Reported } else { Basis::Tested })
}
