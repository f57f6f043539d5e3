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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::scene::{Scene, component, converts, test};

    const OWN: [&str; 1] = ["recorder@2.7.0 writes:3"];

    fn opening(scene: &Scene, format: &str, reader: &str) -> Option<Opening> {
        scene.look(|it| it.derived.exchanges()[0].opening(&format.parse().unwrap(), &component(reader)))
    }

    /// What customers can do who have a file in format 3 and player 2.4.0, in words.
    fn routes(scene: &Scene) -> Vec<String> {
        opening(scene, "3", "player@2.4.0").unwrap().routes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_reader_does_with_a_file_what_it_declares() {
        let scene = Scene::new()
            .out("2.4.0", &["player@2.4.0 reads:1,2 loses:1"])
            .out("2.5.0", &["player@2.5.0"])
            .own(&["recorder@2.7.0 writes:3", "player@2.7.0 reads:1,2,3"], "");
        let of = |format: &str, reader: &str| {
            let it = opening(&scene, format, reader).unwrap();
            (it.verdict, it.loss.as_ref().map(Text::to_string), it.is_yes(), it.routes.len())
        };
        assert_eq!(of("2", "player@2.4.0"), (PairVerdict::Works, None, true, 0));
        assert_eq!(of("1", "player@2.4.0"), (PairVerdict::Degraded, Some("captions".to_owned()), true, 0));
        assert_eq!(of("3", "player@2.4.0"), (PairVerdict::Fails, None, false, 1));
        assert_eq!(of("3", "player@2.5.0"), (PairVerdict::Unknown, None, false, 0));
        assert_eq!(opening(&scene, "3", "recorder@2.7.0"), None, "it reads nothing");
    }

    #[test]
    fn what_a_reader_failed_with_in_a_test_makes_the_answer_depend_on_what_wrote_the_file() {
        let tests = ["2.4.0 player@2.4.0 fails", "2.5.0 player@2.4.0 works", "2.6.0 player@2.4.0 fails"];
        let tests: String = tests.iter().map(|it| test(&format!("recorder@{it}"))).collect();
        let scene = Scene::new()
            .out("2.4.0", &["recorder@2.4.0 writes:2", "player@2.4.0 reads:2,3"])
            .out("2.5.0", &["recorder@2.5.0 writes:3"])
            .out_with("2.6.0", &["recorder@2.6.0 writes:3"], &tests)
            .own(&["player@2.7.0 reads:3"], "");
        let found = opening(&scene, "3", "player@2.4.0").unwrap();
        assert_eq!((found.verdict, found.is_yes()), (PairVerdict::Works, false));
        assert_eq!(found.failed_with, BTreeSet::from([component("recorder@2.6.0")]));
        assert_eq!(routes(&scene), ["upgrade player to 2.7.0"]);
        assert!(opening(&scene, "3", "player@2.7.0").unwrap().is_yes());
    }

    #[test]
    fn the_newest_that_can_be_had_is_named_and_rather_one_that_loses_nothing() {
        let lossy =
            Scene::new().out("2.4.0", &["player@2.4.0 reads:1"]).out("2.5.0", &["player@2.5.0 reads:3 loses:3"]);
        assert_eq!(routes(&lossy.clone().own(&OWN, "")), ["upgrade player to 2.5.0 (with a loss: captions)"]);
        let whole = lossy.out("2.6.0", &["player@2.6.0 reads:3"]);
        assert_eq!(routes(&whole.clone().own(&OWN, "")), ["upgrade player to 2.6.0"]);
        let own = ["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"];
        assert_eq!(routes(&whole.own(&own, "").without_artifact("player")), ["upgrade player to 2.6.0"]);
        let back = Scene::new().out("2.3.0", &["player@2.3.0 reads:3"]).out("2.4.0", &["player@2.4.0 reads:1"]);
        assert_eq!(routes(&back.own(&OWN, "")), [""; 0], "back is no way out");
    }

    #[test]
    fn a_file_is_converted_or_opened_and_saved() {
        let with = |more: &[&str], text: &str| {
            let out = Scene::new().out("2.4.0", &["player@2.4.0 reads:2"]);
            routes(&out.own(&[&OWN, more].concat(), text))
        };
        let converted = "convert format 3 to 2 with converter 2.7.0";
        assert_eq!(with(&["converter@2.7.0"], &converts("converter 3 2")), [converted]);
        let editor = "editor@2.7.0 reads:3 writes:2";
        let saved = "open it with editor 2.7.0 and save it as format 2";
        assert_eq!(with(&[editor], ""), [saved]);
        assert_eq!(with(&["converter@2.7.0", editor], &converts("converter 3 2")), [converted, saved]);
        let half = with(&["converter@2.7.0", "editor@2.7.0 reads:4 writes:2"], &converts("converter 3 4"));
        assert_eq!(half.len(), 1, "{half:?}");
        assert!(half[0].starts_with("convert format 3 to 4 with converter 2.7.0 then "), "{half:?}");
    }
}
