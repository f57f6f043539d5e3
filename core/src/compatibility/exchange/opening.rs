//! What becomes of a file that a customer has: its format is known, and what wrote it is not.

use std::collections::{BTreeMap, BTreeSet};

use super::way_out::Means;
use super::{Exchange, Side, position};
use crate::compatibility::declared::TestResult;
use crate::compatibility::pair::PairVerdict;
use crate::compatibility::route::Route;
use crate::name::{FormatName, Text};
use crate::release::Component;

/// What one version does with a file in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// What reads.
    pub reader: Component,
    /// What happens, going by what it declares.
    pub verdict: PairVerdict,
    /// What is lost.
    pub loss: Option<Text>,
    /// What wrote files in this format that it failed with in a test, sorted: then it depends on what wrote the file.
    pub failed_with: BTreeSet<Component>,
    /// What a customer can do, in the order in which to offer it.
    pub routes: Vec<Route>,
    /// Whether it is in support on the day that counts.
    pub is_supported: bool,
}

impl Opening {
    /// Whether it opens the file, with a loss or without, whatever wrote it.
    pub fn is_yes(&self) -> bool {
        self.verdict <= PairVerdict::Degraded && self.failed_with.is_empty()
    }
}

impl<'a> Exchange<'a> {
    /// What `reader` does with a file in `format`; nothing if it does not take part.
    pub fn opening(&self, format: &FormatName, reader: &Component) -> Option<Opening> {
        let side = self.readers.get(position(&self.readers, reader)?)?;
        let verdict = reads(side, format);
        let failed_with = self.failed_with(format, side);
        let mut routes = Vec::new();
        if verdict == PairVerdict::Fails || !failed_with.is_empty() {
            routes.extend(self.newer(format, side));
            routes.extend(self.converted(format, side));
        }
        Some(Opening {
            reader: reader.clone(),
            verdict,
            loss: side.formats.degraded.get(format).cloned(),
            failed_with,
            routes,
            is_supported: side.member.is_supported,
        })
    }

    /// The writers of `format` that `reader` was tested with and failed.
    fn failed_with(&self, format: &FormatName, reader: &Side<'a>) -> BTreeSet<Component> {
        if !self.tested.contains(&reader.member.component) {
            return BTreeSet::new();
        }
        let makes_it = |it: &&Side<'a>| it.formats.writes.as_ref().is_some_and(|it| it.contains(format));
        let fails = |it: &&Side<'a>| self.said(it, reader).iter().any(|it| it.result == TestResult::Fails);
        let writers = self.writers.iter().filter(makes_it).filter(fails);
        writers.map(|it| it.member.component.clone()).collect()
    }

    /// The newest version that can be had and reads it, if it is newer than this one: without a loss, or else with one.
    fn newer(&self, format: &FormatName, now: &Side<'a>) -> Option<Route> {
        let (name, version) = (&now.member.component.name, &now.member.component.version);
        let newer = || {
            let own = self.readers.iter().rev().filter(|it| it.member.component.name == *name && it.member.is_asset);
            own.filter(|it| it.member.component.version > *version).filter(|it| self.failed_with(format, it).is_empty())
        };
        let of = |verdict: PairVerdict| newer().find(|it| reads(it, format) == verdict);
        let to = of(PairVerdict::Works).or_else(|| of(PairVerdict::Degraded))?;
        let losses = to.formats.degraded.get(format).cloned().into_iter().collect();
        Some(Route::Upgrade { to: to.member.component.clone(), losses })
    }

    /// The ways from `format` to one that is read.
    fn converted(&self, format: &FormatName, reader: &Side<'a>) -> Vec<Route> {
        let goals: BTreeMap<&FormatName, usize> =
            reader.formats.read().map(|it| (it, usize::from(reader.formats.degraded.contains_key(it)))).collect();
        let way = |means: Means| self.ways.get(means as usize).and_then(|it| it.way(format, &goals));
        let converted = way(Means::Converters).filter(|it| !it.is_empty());
        let both = || way(Means::Both).filter(|_| converted.is_none());
        let stepped = way(Means::Saving).or_else(both).filter(|it| !it.is_empty());
        converted.map(Route::Convert).into_iter().chain(stepped.map(Route::StepThrough)).collect()
    }
}

/// What a version does with a format, going by what it declares.
fn reads(side: &Side<'_>, format: &FormatName) -> PairVerdict {
    match &side.formats.reads {
        None => PairVerdict::Unknown,
        Some(read) if !read.contains(format) => PairVerdict::Fails,
        Some(_) if side.formats.degraded.contains_key(format) => PairVerdict::Degraded,
        Some(_) => PairVerdict::Works,
    }
}
