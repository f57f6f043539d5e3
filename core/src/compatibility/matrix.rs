//! The matrix of a release: its required pairs in rows that people read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;

use super::declared::Formats;
use super::derived::Derived;
use super::exchange::{Exchange, Side};
use super::order::Order;
use super::pair::{Basis, Pair, PairVerdict};
use super::route::Route;
use crate::name::{ComponentName, InterfaceName, Text, Version, listed};
use crate::policy::Interface;
use crate::release::{Component, Release};

/// What opens what in one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The release.
    pub release: Version,
    /// What goes out.
    pub components: Vec<Component>,
    /// The day on which support is judged.
    pub day: Date,
    /// One part for each interface that the release takes part in, in the order of the policy.
    pub parts: Vec<Part>,
    /// In which order to upgrade what talks to each other.
    pub order: Order,
}

/// One interface of a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The interface.
    pub interface: Interface,
    /// What each component of the release writes and reads, in words.
    pub formats: Vec<String>,
    /// The pairs, those that alike go together.
    pub rows: Vec<Row>,
}

/// Pairs of two components of which the same is to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The interface.
    pub interface: InterfaceName,
    /// What writes.
    pub writer: ComponentName,
    /// In these versions, sorted.
    pub writers: Vec<Version>,
    /// Those that follow each other, each from the first to the last.
    pub writer_runs: Vec<Run>,
    /// The versions as people write them: `2.4.0 to 2.6.1`.
    pub writers_text: String,
    /// What reads.
    pub reader: ComponentName,
    /// In these versions, sorted.
    pub readers: Vec<Version>,
    /// Those that follow each other, each from the first to the last.
    pub reader_runs: Vec<Run>,
    /// The versions as people write them.
    pub readers_text: String,
    /// What happens.
    pub verdict: PairVerdict,
    /// What that rests on.
    pub basis: Basis,
    /// What is lost.
    pub losses: Vec<Text>,
    /// What a customer sees.
    pub symptom: Option<Text>,
    /// Where the evidence is, sorted.
    pub evidence: BTreeSet<Text>,
    /// What a customer can do, in the order in which to offer it.
    pub routes: Vec<Route>,
    /// Whether the writer is in support.
    pub writer_supported: bool,
    /// Whether the reader is.
    pub reader_supported: bool,
}

impl Row {
    /// How many pairs it stands for.
    pub fn count(&self) -> usize {
        self.writers.len() * self.readers.len()
    }

    /// The pairs in a word that can be typed: `rec:recorder@2.7.0/player@2.4.0`, or `…/player@2.4.0..2.6.1` from the first of several
    /// to the last. No other row of the matrix has the same: what is waived for one of them is waived for no other.
    pub fn about(&self) -> String {
        let side = |name: &ComponentName, versions: &[Version]| match versions {
            [first, .., last] => format!("{name}@{first}..{last}"),
            [one] => format!("{name}@{one}"),
            [] => name.to_string(),
        };
        format!("{}:{}/{}", self.interface, side(&self.writer, &self.writers), side(&self.reader, &self.readers))
    }

    /// The pairs in words: "recorder 2.7.0 and player 2.4.0 to 2.6.1".
    pub fn words(&self) -> String {
        format!("{} {} and {} {}", self.writer, self.writers_text, self.reader, self.readers_text)
    }

    /// What a customer sees or loses.
    pub fn sees(&self) -> String {
        let losses = listed(&self.losses, "and");
        match (&self.symptom, losses.is_empty()) {
            (Some(symptom), _) => symptom.to_string(),
            (None, false) if self.verdict == PairVerdict::Degraded => losses,
            _ => String::new(),
        }
    }

    /// What the verdict rests on, with the evidence; nothing where there is no verdict.
    pub fn grounds(&self) -> String {
        let word = self.basis.word();
        match listed(&self.evidence, "and") {
            _ if self.verdict == PairVerdict::Unknown => String::new(),
            evidence if evidence.is_empty() => word.to_owned(),
            evidence => format!("{word} ({evidence})"),
        }
    }

    /// What a customer can do, as sentences in the order in which to offer it. That nothing would help is said too: a reader of an
    /// empty field would take it for an omission.
    pub fn advice(&self) -> Vec<String> {
        if self.routes.is_empty() && self.verdict == PairVerdict::Fails {
            return vec!["Nothing is known that would help".to_owned()];
        }
        self.routes.iter().map(|it| sentence(&it.to_string())).collect()
    }
}

impl Matrix {
    /// The matrix of what was derived for `release`.
    pub fn of(derived: &Derived<'_>, release: &Release) -> Self {
        let taking_part = derived.exchanges().iter().filter(|it| it.sides().any(|side| side.member.is_own));
        Self {
            release: release.version.clone(),
            components: release.components.clone(),
            day: release.planned,
            parts: taking_part.map(|it| part(it, derived)).collect(),
            order: derived.order().clone(),
        }
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.parts.iter().flat_map(|it| &it.rows)
    }
}

fn part(exchange: &Exchange<'_>, derived: &Derived<'_>) -> Part {
    let interface = exchange.interface().clone();
    let own: BTreeMap<&Component, &Side<'_>> =
        exchange.sides().filter(|it| it.member.is_own).map(|it| (&it.member.component, it)).collect();
    let rows = rows(exchange, derived.pairs().iter().filter(|it| it.interface == interface.name));
    Part { formats: own.values().map(|it| declares(it)).collect(), interface, rows }
}

/// What one version declares, in words.
fn declares(side: &Side<'_>) -> String {
    format!("{} {} {}", side.member.component.name, side.member.component.version, declared(side.formats))
}

/// What is declared, in words.
pub(super) fn declared(formats: &Formats) -> String {
    let list = |formats: &[crate::name::FormatName]| listed(formats, "and");
    let mut parts = Vec::new();
    match formats.writes.as_deref() {
        Some([]) => parts.push("writes nothing by itself".to_owned()),
        Some(all) => parts.push(format!("writes {}", list(all))),
        None => {}
    }
    if !formats.writes_on_request.is_empty() {
        parts.push(format!("writes {} when asked to", list(&formats.writes_on_request)));
    }
    match formats.reads.as_deref() {
        Some([]) => parts.push("reads nothing".to_owned()),
        Some(all) => parts.push(format!("reads {}", list(all))),
        None => {}
    }
    for (format, loss) in &formats.degraded {
        parts.push(format!("reads {format} with a loss ({loss})"));
    }
    if parts.is_empty() {
        parts.push("says nothing".to_owned());
    }
    parts.join(", ")
}

/// The pairs of one interface in rows: what is to be said of each is the same, and they differ in the version of one side.
pub fn rows<'p>(exchange: &Exchange<'_>, pairs: impl IntoIterator<Item = &'p Pair>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut known: BTreeMap<Alike<'p>, usize> = BTreeMap::new();
    for pair in pairs {
        let fixed = if exchange.is_own(&pair.writer) { (true, &pair.writer) } else { (false, &pair.reader) };
        let both = (exchange.is_own(&pair.writer) && exchange.is_own(&pair.reader)).then_some(&pair.reader);
        let alike = Alike { fixed, both, pair: Said::of(pair) };
        let at = *known.entry(alike).or_insert_with(|| {
            rows.push(row(pair));
            rows.len() - 1
        });
        let Some(row) = rows.get_mut(at) else { continue };
        row.evidence.extend(pair.evidence.iter().cloned());
        for (versions, version) in [(&mut row.writers, &pair.writer.version), (&mut row.readers, &pair.reader.version)]
        {
            // Pairs come sorted, so a version that is there already stands last.
            if versions.last() != Some(version) {
                versions.push(version.clone());
            }
        }
    }
    for row in &mut rows {
        for versions in [&mut row.writers, &mut row.readers] {
            versions.sort();
            versions.dedup();
        }
        row.writer_runs = runs(&row.writers, &exchange.versions_of(true, &row.writer));
        row.reader_runs = runs(&row.readers, &exchange.versions_of(false, &row.reader));
        row.writers_text = listed(&row.writer_runs, "and");
        row.readers_text = listed(&row.reader_runs, "and");
    }
    // The worst first: that is what people have to read.
    rows.sort_by(|a, b| {
        let key = |it: &Row| (it.verdict, it.writer.clone(), it.reader.clone(), it.writers.clone(), it.readers.clone());
        b.verdict.cmp(&a.verdict).then_with(|| key(a).cmp(&key(b)))
    });
    rows
}

/// What makes two pairs one row.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike<'p> {
    fixed: (bool, &'p Component),
    both: Option<&'p Component>,
    pair: Said<'p>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said<'p> {
    components: (&'p ComponentName, &'p ComponentName),
    judged: (PairVerdict, Basis),
    losses: &'p [Text],
    symptom: Option<&'p Text>,
    routes: &'p [Route],
    supported: (bool, bool),
}

impl<'p> Said<'p> {
    fn of(pair: &'p Pair) -> Self {
        Self {
            components: (&pair.writer.name, &pair.reader.name),
            judged: (pair.verdict, pair.basis),
            losses: &pair.losses,
            symptom: pair.symptom.as_ref(),
            routes: &pair.routes,
            supported: (pair.writer_supported, pair.reader_supported),
        }
    }
}

fn row(pair: &Pair) -> Row {
    Row {
        interface: pair.interface.clone(),
        writer: pair.writer.name.clone(),
        writers: Vec::new(),
        writer_runs: Vec::new(),
        writers_text: String::new(),
        reader: pair.reader.name.clone(),
        readers: Vec::new(),
        reader_runs: Vec::new(),
        readers_text: String::new(),
        verdict: pair.verdict,
        basis: pair.basis,
        losses: pair.losses.clone(),
        symptom: pair.symptom.clone(),
        evidence: BTreeSet::new(),
        routes: pair.routes.clone(),
        writer_supported: pair.writer_supported,
        reader_supported: pair.reader_supported,
    }
}

/// Versions of a component that follow each other, from the first to the last: one, two, or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first.
    pub first: Version,
    /// The last; the first again where there is one alone.
    pub last: Version,
    count: usize,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(f, "{}", self.first),
            2 => write!(f, "{} and {}", self.first, self.last),
            _ => write!(f, "{} to {}", self.first, self.last),
        }
    }
}

/// The versions `some` as runs of those that follow each other among `all`. Both are sorted.
pub fn runs(some: &[Version], all: &[Version]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut following: Option<usize> = None;
    for version in some {
        let at = all.binary_search(version).ok();
        match runs.last_mut() {
            Some(run) if at.is_some() && at == following => {
                run.last = version.clone();
                run.count += 1;
            }
            _ => runs.push(Run { first: version.clone(), last: version.clone(), count: 1 }),
        }
        following = at.map(|it| it + 1);
    }
    runs
}

/// `text` with a capital at the front.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|it| it.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
