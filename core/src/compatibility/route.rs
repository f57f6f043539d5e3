//! Routes: what a customer can do about a pair that fails, and how a chain of converters is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::field::Converter;
use crate::name::{ComponentName, FormatName, Text, listed};
use crate::release::Component;

/// One thing that a customer can do about a pair that fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// Get a newer version of one side.
    Upgrade {
        /// Which.
        to: Component,
        /// What is lost all the same.
        losses: Vec<Text>,
    },
    /// Have the writer write another format.
    WriteOlder {
        /// The writer, in the version that it has.
        writer: ComponentName,
        /// The format that the reader reads.
        format: FormatName,
        /// What is lost.
        loses: Option<Text>,
    },
    /// Convert what was written; at least one step.
    Convert(Vec<Step>),
    /// Open it with something in between, and save it from there; at least one step, of which one opens and saves.
    StepThrough(Vec<Step>),
    /// Nothing; and this is what customers are told.
    Accepted(Text),
}

/// One step from a format to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step {
    /// What does it.
    pub by: Component,
    /// From this format.
    pub from: FormatName,
    /// To this one.
    pub to: FormatName,
    /// What is lost.
    pub loses: Option<Text>,
    /// Whether it is opened and saved, where it is not converted.
    pub is_saved: bool,
}

impl Route {
    /// What is lost on the way.
    pub fn losses(&self) -> Vec<&Text> {
        match self {
            Self::Upgrade { losses, .. } => losses.iter().collect(),
            Self::WriteOlder { loses, .. } => loses.iter().collect(),
            Self::Convert(steps) | Self::StepThrough(steps) => {
                steps.iter().filter_map(|it| it.loses.as_ref()).collect()
            }
            Self::Accepted(_) => Vec::new(),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upgrade { to, .. } => write!(f, "upgrade {} to {}", to.name, to.version)?,
            Self::WriteOlder { writer, format, .. } => {
                write!(f, "have {writer} write format {format}")?;
            }
            Self::Convert(steps) | Self::StepThrough(steps) => {
                f.write_str(&listed(steps.iter().map(ToString::to_string), "then"))?;
            }
            Self::Accepted(text) => write!(f, "{text}")?,
        }
        let losses: BTreeSet<&Text> = self.losses().into_iter().collect();
        // A converter says what it loses; a reader, how it reads.
        let verb = if matches!(self, Self::Convert(_)) { "loses" } else { "with a loss:" };
        if losses.is_empty() { Ok(()) } else { write!(f, " ({verb} {})", listed(losses, "and")) }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by, from, to, .. } = self;
        if self.is_saved {
            write!(f, "open it with {} {} and save it as format {to}", by.name, by.version)
        } else {
            write!(f, "convert format {from} to {to} with {} {}", by.name, by.version)
        }
    }
}

/// What leads from one format to others.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    steps: BTreeMap<FormatName, Vec<Step>>,
}

impl Ways {
    /// The converters; several versions of one that do the same are one, the newest.
    pub(super) fn of_converters(converters: &[Converter]) -> Self {
        let mut ways = Self::default();
        for it in converters {
            let (from, to, loses) = (it.from.clone(), it.to.clone(), it.loses.clone());
            ways.take(Step { by: it.component.clone(), from, to, loses, is_saved: false });
        }
        ways
    }

    /// Takes in one more step, unless a newer version of the same component takes it, with the same loss.
    pub(super) fn take(&mut self, step: Step) {
        let known = self.steps.entry(step.from.clone()).or_default();
        let same = |it: &&mut Step| {
            it.by.name == step.by.name && it.to == step.to && it.loses == step.loses && it.is_saved == step.is_saved
        };
        match known.iter_mut().find(same) {
            Some(twin) if twin.by.version >= step.by.version => {}
            Some(twin) => *twin = step,
            None => known.push(step),
        }
        known.sort();
    }

    /// The way from `from` to one of `goals` that loses least, and has the fewest steps among those; none if there is none.
    /// A goal that is read with a loss costs one more. Each format is left once, so circles of converters end.
    pub(super) fn way(&self, from: &FormatName, goals: &BTreeMap<&FormatName, usize>) -> Option<Vec<Step>> {
        let mut open: BTreeSet<Way<'_>> = BTreeSet::from([Way::default()]);
        let mut seen: BTreeSet<&FormatName> = BTreeSet::new();
        while let Some(way) = open.pop_first() {
            if way.has_arrived {
                return Some(way.steps.into_iter().cloned().collect());
            }
            let here = way.steps.last().map_or(from, |it| &it.to);
            if !seen.insert(here) {
                continue;
            }
            if let Some(loss) = goals.get(here).filter(|_| !way.steps.is_empty()) {
                open.insert(Way { losses: way.losses + loss, has_arrived: true, ..way.clone() });
            }
            for step in self.steps.get(here).into_iter().flatten() {
                let losses = way.losses + usize::from(step.loses.is_some());
                let steps = way.steps.iter().copied().chain([step]).collect();
                open.insert(Way { losses, count: way.count + 1, has_arrived: false, steps });
            }
        }
        None
    }
}

/// A way that was looked at. They are sorted by what makes one better than another.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Way<'s> {
    losses: usize,
    count: usize,
    has_arrived: bool,
    steps: Vec<&'s Step>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(by: &str, from: &str, to: &str, loses: Option<&str>) -> Step {
        let (name, version) = by.split_once('@').unwrap();
        let by = Component { name: name.parse().unwrap(), version: version.parse().unwrap() };
        let loses = loses.map(|it| it.parse().unwrap());
        Step { by, from: from.parse().unwrap(), to: to.parse().unwrap(), loses, is_saved: false }
    }

    fn ways(steps: &[Step]) -> Ways {
        let mut ways = Ways::default();
        steps.iter().cloned().for_each(|it| ways.take(it));
        ways
    }

    /// The way from format 1 to format 9, as words; a goal after `~` is read with a loss.
    fn way(steps: &[Step], goals: &[&str]) -> Option<String> {
        let goals: Vec<(FormatName, usize)> = goals
            .iter()
            .map(|it| (it.trim_start_matches('~').parse().unwrap(), usize::from(it.starts_with('~'))))
            .collect();
        let goals = goals.iter().map(|(format, cost)| (format, *cost)).collect();
        let found = ways(steps).way(&"1".parse().unwrap(), &goals)?;
        Some(found.iter().map(|it| format!("{} {}", it.by, it.to)).collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn the_shortest_way_is_taken_among_those_that_lose_nothing() {
        let steps = [
            step("a@1.0.0", "1", "2", None),
            step("b@1.0.0", "2", "9", None),
            step("c@1.0.0", "1", "9", Some("sound")),
            step("d@1.0.0", "2", "3", None),
            step("e@1.0.0", "3", "9", None),
        ];
        assert_eq!(way(&steps, &["9"]).unwrap(), "a@1.0.0 2, b@1.0.0 9");
        assert_eq!(way(&steps[2..], &["9"]).unwrap(), "c@1.0.0 9");
        assert_eq!(way(&steps[3..], &["9"]), None);
    }

    #[test]
    fn the_shortest_way_is_taken_among_those_that_lose_as_much() {
        let steps = [
            step("a@1.0.0", "1", "2", None),
            step("a@1.0.0", "2", "3", None),
            step("a@1.0.0", "3", "4", None),
            step("a@1.0.0", "4", "9", Some("sound")),
            step("b@1.0.0", "1", "5", Some("sound")),
            step("c@1.0.0", "5", "9", None),
        ];
        assert_eq!(way(&steps, &["9"]).unwrap(), "b@1.0.0 5, c@1.0.0 9");
    }

    #[test]
    fn a_circle_of_converters_ends() {
        let steps = [step("a@1.0.0", "1", "2", None), step("b@1.0.0", "2", "3", None), step("c@1.0.0", "3", "1", None)];
        assert_eq!(way(&steps, &["9"]), None);
        assert_eq!(way(&steps, &["1"]), None, "where it began is no way out");
        assert_eq!(way(&steps, &["3"]).unwrap(), "a@1.0.0 2, b@1.0.0 3");
    }

    #[test]
    fn what_is_read_with_a_loss_is_second_choice() {
        let steps = [step("a@1.0.0", "1", "2", None), step("b@1.0.0", "1", "3", None), step("c@1.0.0", "3", "4", None)];
        assert_eq!(way(&steps, &["~2", "4"]).unwrap(), "b@1.0.0 3, c@1.0.0 4");
        assert_eq!(way(&steps, &["~2"]).unwrap(), "a@1.0.0 2");
    }

    #[test]
    fn of_several_versions_that_do_the_same_the_newest_is_named() {
        let steps =
            [step("a@1.10.0", "1", "9", None), step("a@1.9.0", "1", "9", None), step("a@2.0.0", "1", "9", Some("x"))];
        assert_eq!(way(&steps, &["9"]).unwrap(), "a@1.10.0 9");
        assert_eq!(way(&steps[1..], &["9"]).unwrap(), "a@1.9.0 9", "a newer one that loses more does something else");
        let oldest_first = [steps[1].clone(), steps[0].clone()];
        assert_eq!(way(&oldest_first, &["9"]).unwrap(), "a@1.10.0 9");
    }

    #[test]
    fn routes_are_said_in_words_with_what_they_lose() {
        let convert =
            Route::Convert(vec![step("a@1.0.0", "1", "2", Some("sound")), step("b@1.0.0", "2", "9", Some("sound"))]);
        assert_eq!(
            convert.to_string(),
            "convert format 1 to 2 with a 1.0.0 then convert format 2 to 9 with b 1.0.0 (loses sound)"
        );
        let saved = Route::StepThrough(vec![Step { is_saved: true, ..step("e@2.5.0", "3", "2", None) }]);
        assert_eq!(saved.to_string(), "open it with e 2.5.0 and save it as format 2");
    }
}
