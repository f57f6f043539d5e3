//! Properties of the derivation, against a naive model that looks at every pair by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Order, Pair, PairVerdict, Route, Shipped, Step, TestResult, overview};
use crate::name::FormatName;
use crate::policy::Policy;
use crate::release::Component;
use crate::rule::scene::{REC, Scene, component, converts, policy, shipped_until, test};

/// The components of recordings.
const NAMES: [&str; 3] = ["recorder", "editor", "player"];

static RECORDINGS: LazyLock<[Policy; 2]> =
    LazyLock::new(|| [policy(REC), policy(&REC.replace("\"all\"", "\"in-support\""))]);

/// What one component declares: a bit for each of four formats.
#[derive(Debug, Clone, Copy)]
struct Says {
    writes: Option<u8>,
    asked: u8,
    reads: Option<u8>,
    loses: u8,
}

/// A writer and a reader, each a component of a release, and how it went.
type Trial = ((usize, usize), (usize, usize), usize);

/// A release: what its recorder, editor and player declare, where it has them.
#[derive(Debug, Clone)]
struct Made {
    says: [Option<Says>; 3],
    tests: Vec<Trial>,
    /// From, to, and whether something is lost.
    converts: Vec<(u8, u8, bool)>,
    is_proven: bool,
    is_supported: bool,
}

/// Several releases, of which the last is the one that is asked about.
#[derive(Debug, Clone)]
struct Worlds {
    all: Vec<Made>,
    narrow: bool,
}

fn says() -> impl Strategy<Value = Says> {
    let list = || prop_oneof![1 => Just(None), 6 => (0_u8..16).prop_map(Some)];
    (list(), 0_u8..16, list(), 0_u8..16).prop_map(|(writes, asked, reads, loses)| Says {
        asked: asked & !writes.unwrap_or_default(),
        loses: loses & reads.unwrap_or_default(),
        writes,
        reads,
    })
}

fn made() -> impl Strategy<Value = Made> {
    let says = proptest::array::uniform3(proptest::option::of(says()));
    let tests = vec(((0_usize..2, 0_usize..6), (1_usize..3, 0_usize..6), 0_usize..3), 0..3);
    let converts = vec((0_u8..4, 0_u8..4, any::<bool>()), 0..3);
    (says, tests, converts, any::<bool>(), any::<bool>()).prop_map(
        |(says, tests, converts, is_proven, is_supported)| {
            let converts = converts.into_iter().filter(|it| it.0 != it.1).collect();
            Made { says, tests, converts, is_proven, is_supported }
        },
    )
}

fn worlds() -> impl Strategy<Value = Worlds> {
    (vec(made(), 1..6), any::<bool>()).prop_map(|(all, narrow)| Worlds { all, narrow })
}

/// The version of a release by its place.
fn version(at: usize) -> String {
    format!("1.{at}.0")
}

fn listed(mask: u8) -> String {
    (0..4).filter(|bit| mask & (1 << bit) != 0).map(|bit| bit.to_string()).collect::<Vec<_>>().join(",")
}

impl Made {
    fn lines(&self, at: usize) -> Vec<String> {
        let line = |(name, says): (&str, &Option<Says>)| {
            let says = (*says)?;
            let mut line = format!("{name}@{}", version(at));
            for (key, list) in [("writes", says.writes), ("reads", says.reads)] {
                line += &list.map(|it| format!(" {key}:{}", listed(it))).unwrap_or_default();
            }
            for (key, list) in [("asked", says.asked), ("loses", says.loses)] {
                line += &if list == 0 { String::new() } else { format!(" {key}:{}", listed(list)) };
            }
            Some(line)
        };
        let lines = NAMES.into_iter().zip(&self.says).filter_map(line);
        lines.chain([format!("converter@{}", version(at))]).collect()
    }

    fn more(&self) -> String {
        let side = |(name, at): (usize, usize)| format!("{}@{}", NAMES[name], version(at));
        let tests = self.tests.iter().map(|(writer, reader, result)| {
            test(&format!("{} {} {}", side(*writer), side(*reader), ["works", "degraded", "fails"][*result]))
        });
        let steps = self.converts.iter().map(|(from, to, loses)| {
            converts(&format!("converter {from} {to}{}", if *loses { " chapters" } else { "" }))
        });
        tests.chain(steps).collect()
    }

    fn shipped(&self, at: usize) -> Shipped {
        let lines = self.lines(at);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let until = if self.is_supported { "2028-01-01" } else { "2020-01-01" };
        let mut shipped = shipped_until(&version(at), until, &lines, &self.more());
        shipped.outings[0].is_proven = self.is_proven;
        shipped
    }
}

impl Worlds {
    fn scene(&self) -> Scene {
        let (own, others) = self.all.split_last().unwrap();
        let mut scene = Scene::of(RECORDINGS[usize::from(self.narrow)].clone());
        scene.shipped = others.iter().enumerate().map(|(at, it)| it.shipped(at)).collect();
        let lines = own.lines(self.own());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        scene.own_as(&version(self.own()), &lines, &own.more())
    }

    fn own(&self) -> usize {
        self.all.len() - 1
    }

    fn is_asset(&self, at: usize) -> bool {
        at == self.own() || self.all[at].is_proven
    }

    /// Each version of a component that declares something, by name and release.
    fn sides(&self, names: std::ops::Range<usize>) -> Vec<(usize, usize, Says)> {
        let of = |at: usize| {
            names.clone().filter_map(move |name| Some((name, at, self.all[at].says[name]?))).collect::<Vec<_>>()
        };
        (0..self.all.len()).flat_map(of).collect()
    }

    /// Every required pair and what happens, one by one.
    fn naive(&self) -> BTreeMap<(Component, Component), PairVerdict> {
        let mut pairs = BTreeMap::new();
        let counts = |at: usize| at == self.own() || !self.narrow || self.all[at].is_supported;
        for (writer, wrote, one) in self.sides(0..2) {
            for (reader, read, other) in self.sides(1..3) {
                let is_asked = (wrote == self.own() || read == self.own()) && counts(wrote) && counts(read);
                if is_asked && one.writes != Some(0) {
                    let verdict = self.judge((writer, wrote, one), (reader, read, other));
                    pairs.insert((named(writer, wrote), named(reader, read)), verdict);
                }
            }
        }
        pairs
    }

    fn judge(&self, writer: (usize, usize, Says), reader: (usize, usize, Says)) -> PairVerdict {
        let declared = verdict_of(writer.2, reader.2, false);
        let sides = ((writer.0, writer.1), (reader.0, reader.1));
        let said: Vec<(PairVerdict, bool)> = (0..self.all.len())
            .flat_map(|at| self.all[at].tests.iter().map(move |it| (at, it)))
            .filter(|(_, it)| (it.0, it.1) == sides)
            .map(|(at, it)| ([PairVerdict::Works, PairVerdict::Degraded, PairVerdict::Fails][it.2], self.is_asset(at)))
            .collect();
        let worst = said.iter().map(|it| it.0).max();
        match (declared, worst) {
            (PairVerdict::Unknown, Some(worst)) if said.iter().any(|it| it.1) => worst,
            (PairVerdict::Unknown, _) | (_, None) => declared,
            (_, Some(worst)) => declared.max(worst),
        }
    }

    /// Whether one format can be turned into another by one step that can be had.
    fn has_step(&self, step: &Step) -> bool {
        let (from, to): (u8, u8) = (step.from.as_str().parse().unwrap(), step.to.as_str().parse().unwrap());
        let at = (0..self.all.len()).find(|it| version(*it) == step.by.version.to_string()).unwrap();
        let is_lossy = step.loses.is_some();
        if !step.is_saved {
            return self.is_asset(at) && self.all[at].converts.contains(&(from, to, is_lossy));
        }
        let editor = self.all[at].says[1].unwrap();
        let writes = (editor.writes.unwrap_or_default() | editor.asked) & (1 << to) != 0;
        let reads = editor.reads.unwrap_or_default() & (1 << from) != 0;
        self.is_asset(at) && writes && reads && is_lossy == (editor.loses & (1 << from) != 0)
    }

    fn says_of(&self, component: &Component) -> Says {
        let name = NAMES.iter().position(|it| *it == component.name.as_str()).unwrap();
        let at = (0..self.all.len()).find(|it| version(*it) == component.version.to_string()).unwrap();
        self.all[at].says[name].unwrap()
    }
}

fn named(name: usize, at: usize) -> Component {
    component(&format!("{}@{}", NAMES[name], version(at)))
}

/// What two declare, format by format: of a file all must be read, of two that talk one.
fn verdict_of(writer: Says, reader: Says, is_live: bool) -> PairVerdict {
    let (Some(written), Some(read)) = (writer.writes, reader.reads) else { return PairVerdict::Unknown };
    let each = (0..4).filter(|bit| written & (1 << bit) != 0).map(|bit| {
        match (read & (1 << bit) != 0, reader.loses & (1 << bit) != 0) {
            (false, _) => PairVerdict::Fails,
            (true, true) => PairVerdict::Degraded,
            (true, false) => PairVerdict::Works,
        }
    });
    let found = if is_live { each.min() } else { each.max() };
    found.unwrap_or(PairVerdict::Unknown)
}

/// The formats that can be reached from one by these steps, the least number of losses on the way.
fn reached(from: &FormatName, steps: &[Step]) -> BTreeMap<FormatName, usize> {
    let mut known = BTreeMap::from([(from.clone(), 0)]);
    for _ in 0..=steps.len() * 2 {
        for step in steps {
            if let Some(losses) = known.get(&step.from).copied() {
                let losses = losses + usize::from(step.loses.is_some());
                let there = known.entry(step.to.clone()).or_insert(losses);
                *there = losses.min(*there);
            }
        }
    }
    known
}

/// Follows a route that leads through other formats: each step can be had, and each format in trouble ends at one that is read;
/// one that is read with a loss already ends at one that is read without.
fn follow(worlds: &Worlds, troubled: &[FormatName], steps: &[Step], reader: Says) {
    for step in steps {
        assert!(worlds.has_step(step), "{step:?} cannot be had");
    }
    for format in troubled {
        let bit = |it: &FormatName| 1 << it.as_str().parse::<u8>().unwrap();
        let is_lossy = reader.loses & bit(format) != 0;
        let ends = reached(format, steps).into_iter().filter(|(it, _)| it != format).any(|(it, losses)| {
            let is_read = reader.reads.unwrap_or_default() & bit(&it) != 0;
            is_read && (!is_lossy || (losses == 0 && reader.loses & bit(&it) == 0))
        });
        assert!(ends, "{format} stays in trouble with {steps:?}");
    }
}

proptest! {
    #[test]
    fn every_pair_is_what_the_naive_model_says(worlds in worlds()) {
        let pairs = worlds.scene().pairs();
        let derived: BTreeMap<_, _> =
            pairs.iter().map(|it| ((it.writer.clone(), it.reader.clone()), it.verdict)).collect();
        prop_assert_eq!(derived.len(), pairs.len());
        prop_assert_eq!(derived, worlds.naive());
    }

    #[test]
    fn the_overview_says_of_each_pair_once_what_it_is(worlds in worlds()) {
        let all = worlds.scene().look(|it| {
            let exchange = &it.derived.exchanges()[0];
            let blocks = overview(exchange, &|_| true, &|_| true);
            let told = |pair: &Pair| -> Vec<(PairVerdict, Vec<Route>)> {
                let (from, to) = (&pair.writer, &pair.reader);
                let own = blocks.iter().filter(|it| it.row.writer == from.name && it.row.reader == to.name);
                let own = own.filter(|it| it.row.writers.contains(&from.version) && it.row.readers.contains(&to.version));
                let own = own.filter(|it| !it.except.contains(&(from.version.clone(), to.version.clone())));
                own.map(|it| (it.row.verdict, it.row.routes.clone())).collect()
            };
            let sides = exchange.writers().iter().filter(|it| it.writes_by_itself());
            let pairs = sides.flat_map(|from| exchange.readers().iter().filter_map(|to| {
                exchange.pair_of(&from.member.component, &to.member.component)
            }));
            pairs.map(|it| (told(&it), vec![(it.verdict, it.routes)])).collect::<Vec<_>>()
        });
        for (told, pair) in all {
            prop_assert_eq!(told, pair);
        }
    }

    #[test]
    fn another_version_that_is_out_takes_no_pair_away(worlds in worlds(), more in made(), at in 0_usize..6) {
        let keys = |it: &Worlds| -> BTreeSet<_> {
            it.scene().pairs().into_iter().map(|it| (it.writer, it.reader)).collect()
        };
        let mut scene = worlds.scene();
        scene.shipped.insert(at.min(scene.shipped.len()), more.shipped(9));
        let after: BTreeSet<_> = scene.pairs().into_iter().map(|it| (it.writer, it.reader)).collect();
        prop_assert!(keys(&worlds).is_subset(&after));
    }

    #[test]
    fn a_route_ends_at_something_that_works(worlds in worlds()) {
        for pair in worlds.scene().pairs() {
            prop_assert!(pair.routes.is_empty() || pair.needs_route());
            let (writer, reader) = (worlds.says_of(&pair.writer), worlds.says_of(&pair.reader));
            for route in &pair.routes {
                match route {
                    Route::Upgrade { to, losses } => {
                        let at = (0..worlds.all.len()).find(|it| version(*it) == to.version.to_string()).unwrap();
                        prop_assert!(worlds.is_asset(at));
                        prop_assert!(to.name == pair.reader.name && to.version > pair.reader.version);
                        let place = |it: &Component| {
                            let name = NAMES.iter().position(|name| *name == it.name.as_str()).unwrap();
                            let at = (0..worlds.all.len()).find(|at| version(*at) == it.version.to_string()).unwrap();
                            (name, at, worlds.says_of(it))
                        };
                        let then = worlds.judge(place(&pair.writer), place(to));
                        prop_assert!(then < pair.verdict, "{then:?}");
                        prop_assert_eq!(then == PairVerdict::Works, losses.is_empty());
                    }
                    Route::WriteOlder { format, loses, .. } => {
                        let bit = 1 << format.as_str().parse::<u8>().unwrap();
                        prop_assert!(writer.asked & bit != 0 && reader.reads.unwrap() & bit != 0);
                        prop_assert_eq!(loses.is_some(), reader.loses & bit != 0);
                        prop_assert!(loses.is_none() || pair.verdict == PairVerdict::Fails);
                    }
                    Route::Convert(steps) => {
                        prop_assert!(steps.iter().all(|it| !it.is_saved));
                        follow(&worlds, &pair.troubled, steps, reader);
                    }
                    Route::StepThrough(steps) => {
                        prop_assert!(steps.iter().any(|it| it.is_saved));
                        follow(&worlds, &pair.troubled, steps, reader);
                    }
                    Route::Accepted(_) => prop_assert!(false, "nobody accepted anything"),
                }
            }
        }
    }

    #[test]
    fn no_converter_that_would_do_is_overlooked(worlds in worlds()) {
        let all: Vec<Step> = (0..worlds.all.len())
            .filter(|at| worlds.is_asset(*at))
            .flat_map(|at| worlds.all[at].converts.iter().map(move |it| (at, it)))
            .map(|(at, (from, to, loses))| Step {
                by: component(&format!("converter@{}", version(at))),
                from: from.to_string().parse().unwrap(),
                to: to.to_string().parse().unwrap(),
                loses: loses.then(|| "chapters".parse().unwrap()),
                is_saved: false,
            })
            .collect();
        for pair in worlds.scene().pairs().into_iter().filter(|it| it.needs_route() && !it.troubled.is_empty()) {
            let reader = worlds.says_of(&pair.reader);
            let bit = |it: &FormatName| 1 << it.as_str().parse::<u8>().unwrap();
            let can = pair.troubled.iter().all(|format| {
                let is_lossy = reader.loses & bit(format) != 0;
                reached(format, &all).into_iter().filter(|(it, _)| it != format).any(|(it, losses)| {
                    let is_read = reader.reads.unwrap() & bit(&it) != 0;
                    is_read && (!is_lossy || (losses == 0 && reader.loses & bit(&it) == 0))
                })
            });
            prop_assert_eq!(can, pair.routes.iter().any(|it| matches!(it, Route::Convert(_))), "{:?}", pair);
        }
    }

    #[test]
    fn the_matrix_does_not_depend_on_any_order(worlds in worlds(), shuffled in Just(()).prop_perturb(|(), rng| rng)) {
        let scene = worlds.scene();
        let mut other = scene.clone();
        let mut random = shuffled;
        for at in (1..other.shipped.len()).rev() {
            other.shipped.swap(at, usize::try_from(random.next_u32()).unwrap() % (at + 1));
        }
        for it in &mut other.shipped {
            it.declared.tested.reverse();
            it.declared.converts.reverse();
        }
        other.change_own(|it| {
            it.tested.reverse();
            it.converts.reverse();
        });
        prop_assert_eq!(scene.matrix(), other.matrix());
    }

    #[test]
    fn the_rows_stand_for_each_pair_once(worlds in worlds()) {
        worlds.scene().look(|it| {
            let mut seen = BTreeSet::new();
            for row in it.matrix.rows() {
                for (writer, reader) in row.writers.iter().flat_map(|it| row.readers.iter().map(move |other| (it, other))) {
                    let pair = (row.writer.clone(), writer.clone(), row.reader.clone(), reader.clone());
                    assert!(seen.insert(pair), "{row:?}");
                }
            }
            let pairs = it.derived.pairs().iter();
            let pairs: BTreeSet<_> = pairs
                .map(|it| (it.writer.name.clone(), it.writer.version.clone(), it.reader.name.clone(), it.reader.version.clone()))
                .collect();
            assert_eq!(seen, pairs);
            let about: BTreeSet<String> = it.matrix.rows().map(super::Row::about).collect();
            assert_eq!(about.len(), it.matrix.rows().count(), "each row has a name of its own");
        });
    }

    #[test]
    fn what_is_found_out_later_makes_nothing_better(worlds in worlds(), later in made()) {
        let before = worlds.scene();
        let mut after = before.clone();
        after.shipped.push(Made { says: [None; 3], converts: Vec::new(), ..later }.shipped(9));
        let verdicts = |it: &Scene| -> BTreeMap<_, _> {
            it.pairs().into_iter().map(|it| ((it.writer, it.reader), it.verdict)).collect()
        };
        let (before, after) = (verdicts(&before), verdicts(&after));
        for (pair, verdict) in before.into_iter().filter(|it| it.1 != PairVerdict::Unknown) {
            prop_assert!(after[&pair] >= verdict, "{pair:?}");
        }
    }
}

/// Five components that talk to each other.
const PEERS: [&str; 5] = ["a", "b", "c", "d", "e"];

static TALKING: LazyLock<Policy> = LazyLock::new(|| {
    let all = PEERS.map(|it| format!("\"{it}\"")).join(", ");
    policy(&format!(
        "[[interface]]\nname = \"rec\"\ntitle = \"Link\"\nkind = \"wire\"\nwriters = [{all}]\nreaders = [{all}]\n\
         keep_readable = \"in-support\"\nevidence = \"declared\"\n"
    ))
});

/// What each component declares, in what is out and in the release.
type Fleet = Vec<(Says, Says)>;

fn fleet() -> impl Strategy<Value = Fleet> {
    // Old and new know the formats around them, so that there is an order more often than not.
    let old = (1_u8..4, 1_u8..4).prop_map(|(writes, reads)| (writes, reads));
    let new = (1_u8..8, 1_u8..8).prop_map(|(writes, reads)| (writes, reads));
    let says = |(writes, reads)| Says { writes: Some(writes), asked: 0, reads: Some(reads), loses: 0 };
    vec((old.prop_map(says), new.prop_map(says)), 2..6)
}

/// Whether two work together, each in the version that it has, once these are upgraded.
fn talks(fleet: &Fleet, upgraded: &BTreeSet<usize>) -> bool {
    let says = |at: usize| if upgraded.contains(&at) { fleet[at].1 } else { fleet[at].0 };
    let is_mixed = |one: usize, other: usize| upgraded.contains(&one) != upgraded.contains(&other);
    let all = 0..fleet.len();
    all.clone()
        .flat_map(|one| all.clone().map(move |other| (one, other)))
        .all(|(one, other)| !is_mixed(one, other) || verdict_of(says(one), says(other), true) <= PairVerdict::Degraded)
}

/// Whether nothing breaks on the way, one after the other.
fn holds(fleet: &Fleet, order: &[usize]) -> bool {
    (0..=order.len()).all(|count| talks(fleet, &order[..count].iter().copied().collect()))
}

fn is_possible(fleet: &Fleet, begun: &mut Vec<usize>) -> bool {
    if !holds(fleet, begun) {
        return false;
    }
    begun.len() == fleet.len()
        || (0..fleet.len()).any(|next| {
            if begun.contains(&next) {
                return false;
            }
            begun.push(next);
            let found = is_possible(fleet, begun);
            begun.pop();
            found
        })
}

proptest! {
    #[test]
    fn an_order_is_found_where_there_is_one_and_breaks_nothing(fleet in fleet()) {
        let line = |name: &str, version: &str, says: Says| {
            format!("{name}@{version} writes:{} reads:{}", listed(says.writes.unwrap()), listed(says.reads.unwrap()))
        };
        let named = || PEERS.into_iter().zip(&fleet);
        let old: Vec<String> = named().map(|(name, it)| line(name, "1.0.0", it.0)).collect();
        let new: Vec<String> = named().map(|(name, it)| line(name, "2.7.0", it.1)).collect();
        let lines = |it: &'_ [String]| it.iter().map(String::as_str).collect::<Vec<&str>>().join("\n");
        let (old, new) = (lines(&old), lines(&new));
        let scene = Scene::of(TALKING.clone()).out("1.0.0", &old.lines().collect::<Vec<_>>());
        let order = scene.own(&new.lines().collect::<Vec<_>>(), "").look(|it| it.derived.order().clone());
        let place = |name: &str| PEERS.iter().position(|it| *it == name).unwrap();
        match order {
            Order::Stages(stages) => {
                let order: Vec<usize> = stages.iter().flat_map(|it| &it.components).map(|it| place(it.as_str())).collect();
                prop_assert_eq!(order.len(), fleet.len());
                prop_assert!(holds(&fleet, &order), "{order:?}");
            }
            Order::Knot(_) => prop_assert!(!is_possible(&fleet, &mut Vec::new())),
        }
    }
}

#[test]
fn the_worst_result_of_a_test_is_that_it_fails() {
    assert!(TestResult::Works < TestResult::Degraded && TestResult::Degraded < TestResult::Fails);
}
