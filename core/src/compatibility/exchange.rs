//! One interface, and every version of a component that writes or reads it.
//!
//! Versions that declare the same are one class: what happens between two of them is found out once. So the work grows with the
//! versions and the formats, and not with the pairs.

mod opening;
mod way_out;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::declared::{Formats, Named, TestResult};
use super::field::{Field, Member, Said};
use super::pair::{Basis, Given, Pair, PairVerdict, given};
use super::route::Ways;
use crate::name::{ComponentName, FormatName, Text, Version};
use crate::policy::{Interface, KeepReadable};
use crate::release::Component;

pub use opening::Opening;
use way_out::{Found, Newest, Sought, saves};

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

impl Side<'_> {
    /// Whether it writes anything without being asked; one that says nothing may.
    pub fn writes_by_itself(&self) -> bool {
        self.formats.writes.as_ref().is_none_or(|it| !it.is_empty())
    }
}

/// What symptoms are known of one side, with the name of the other component, how it went and the formats in trouble.
type Symptoms<'a> = HashMap<(&'a Component, &'a ComponentName, PairVerdict, Vec<FormatName>), &'a Text>;

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
    ways: [Ways; 3],
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
        let (mut saving, mut all) = (Ways::default(), converters.clone());
        // Not every program that reads and writes can open and save: one that says what it converts, converts that and no more.
        let converting: HashSet<&Component> =
            field.converters(&interface.name).iter().map(|it| &it.component).collect();
        for side in readers
            .iter()
            .filter(|it| it.member.is_asset && interface.writers.contains(&it.member.component.name))
            .filter(|it| !converting.contains(&it.member.component))
        {
            for step in saves(side) {
                saving.take(step.clone());
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
            ways: [converters, saving, all],
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
        for (at, writer) in self.writers.iter().enumerate().filter(|it| it.1.writes_by_itself()) {
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
        let of_another = || self.symptom(writer, reader, verdict, &given.troubled);
        let symptom = decisive().find_map(|it| it.symptom.as_ref()).or_else(of_another);
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

    /// The versions that something is accepted of by name.
    pub(super) fn accepted_by_version(&self) -> impl Iterator<Item = &'a Component> {
        let own = self.field.accepted().iter().filter(|it| it.interface == self.interface.name);
        own.flat_map(|it| [&it.writer, &it.reader]).filter_map(|it| match it {
            Named::One(component) => Some(component),
            Named::Every(_) => None,
        })
    }

    fn verdict(&self, writer: &Side<'a>, reader: &Side<'a>) -> PairVerdict {
        judged(self.given(writer, reader).verdict, self.said(writer, reader)).0
    }

    /// What is lost between two that work with a loss: what is declared, or else what a test saw.
    fn losses(&self, writer: &Side<'a>, reader: &Side<'a>) -> Vec<Text> {
        let declared = self.given(writer, reader).losses.clone();
        if !declared.is_empty() {
            return declared;
        }
        let seen = self.said(writer, reader).iter().filter(|it| it.result == TestResult::Degraded);
        let seen: Vec<Text> = seen.filter_map(|it| it.symptom.clone()).collect();
        // Nothing says what; that something is lost must be said all the same.
        if seen.is_empty() { "something".parse().into_iter().collect() } else { seen }
    }

    /// What customers see where one version of a component was tried with another, it went the same way, and the same formats are
    /// in trouble.
    fn symptoms(&self) -> Symptoms<'a> {
        let mut all = Symptoms::new();
        for ((writer, reader), said) in self.field.tests(&self.interface.name).into_iter().flatten() {
            let find = |sides: &[Side<'a>], it: &Component| position(sides, it).and_then(|at| sides.get(at).copied());
            let (Some(one), Some(other)) = (find(&self.writers, writer), find(&self.readers, reader)) else { continue };
            let troubled = self.given(&one, &other).troubled.clone();
            for it in said.iter().filter(|it| it.result != TestResult::Works) {
                let Some(symptom) = &it.symptom else { continue };
                let verdict = it.result.into();
                all.entry((writer, &reader.name, verdict, troubled.clone())).or_insert(symptom);
                all.entry((reader, &writer.name, verdict, troubled.clone())).or_insert(symptom);
            }
        }
        all
    }

    fn symptom(
        &self,
        writer: &Side<'a>,
        reader: &Side<'a>,
        verdict: PairVerdict,
        troubled: &[FormatName],
    ) -> Option<&'a Text> {
        if self.symptoms.is_empty() || troubled.is_empty() {
            return None;
        }
        let (writer, reader) = (&writer.member.component, &reader.member.component);
        let of = |one, other| self.symptoms.get(&(one, other, verdict, troubled.to_vec())).copied();
        of(writer, &reader.name).or_else(|| of(reader, &writer.name))
    }
}

/// Where a version stands among sides, which are sorted.
pub(super) fn position(sides: &[Side<'_>], component: &Component) -> Option<usize> {
    sides.binary_search_by(|it| it.member.component.cmp(component)).ok()
}

/// What the declarations and the tests give together. A test can make a pair worse than it is declared, never better; where nobody
/// has declared anything, tests alone say what is the case, the worst of them. What is unknown stays so until something proven
/// says otherwise: nothing is worse than not to know.
pub(super) fn judged(declared: PairVerdict, said: &[Said]) -> (PairVerdict, Basis) {
    let is_told = said.iter().any(|it| it.is_asset);
    let counts = |it: &&Said| {
        if declared == PairVerdict::Unknown { is_told } else { PairVerdict::from(it.result) >= declared }
    };
    let Some(worst) = said.iter().filter(counts).map(|it| it.result).max() else { return (declared, Basis::Declared) };
    let is_later = said.iter().filter(counts).filter(|it| it.result == worst).all(|it| it.is_later);
    (worst.into(), if is_later { Basis::Reported } else { Basis::Tested })
}

#[cfg(test)]
mod tests {
    use crate::name::Text;
    use crate::rule::scene::{Scene, test};

    fn symptom(scene: &Scene, reader: &str) -> Option<String> {
        scene.pair("recorder@2.7.0", reader).symptom.as_ref().map(Text::to_string)
    }

    #[test]
    fn what_works_has_no_symptom() {
        let out = Scene::new().out("2.4.0", &["player@2.4.0 reads:3"]);
        let scene = out.own(&["recorder@2.7.0 writes:3"], &test("recorder@2.7.0 player@2.4.0 works It flickers"));
        assert_eq!(symptom(&scene, "player@2.4.0"), None);
    }

    #[test]
    fn a_symptom_is_of_another_version_only_where_the_same_formats_are_in_trouble() {
        let of = |reads: &str| {
            let (one, other) = (format!("player@2.4.0 reads:{reads}"), format!("player@2.5.0 reads:{reads}"));
            let tests =
                test("recorder@2.7.0 player@2.4.0 fails No picture") + &test("recorder@2.7.0 player@2.5.0 fails");
            let scene = Scene::new().out("2.4.0", &[&one]).out("2.5.0", &[&other]);
            symptom(&scene.own(&["recorder@2.7.0 writes:3"], &tests), "player@2.5.0")
        };
        assert_eq!(of("2").as_deref(), Some("No picture"));
        assert_eq!(of("3"), None, "both read it, and each may fail in its own way");
    }
    #[test]
    fn what_is_seen_where_nothing_opens_is_not_said_of_a_loss() {
        let tests = test("recorder@2.7.0 player@2.4.0 fails No picture");
        let scene = Scene::new()
            .out("2.3.0", &["player@2.3.0 reads:3 loses:3"])
            .out("2.4.0", &["player@2.4.0 reads:1"])
            .out("2.5.0", &["player@2.5.0 reads:2"])
            .own(&["recorder@2.7.0 writes:3"], &tests);
        assert_eq!(symptom(&scene, "player@2.5.0").as_deref(), Some("No picture"), "it does not open it either");
        assert_eq!(symptom(&scene, "player@2.3.0"), None, "it opens it, without captions");
    }
}
