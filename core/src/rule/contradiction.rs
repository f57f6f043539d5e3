//! `contradiction`: tests and declarations say the same.

use std::collections::HashMap;

use super::Compared;
use crate::compatibility::{Exchange, PairVerdict, Tested};
use crate::finding::{Code, Finding};
use crate::name::InterfaceName;
use crate::release::Component;

/// No test of the release says something else than another of the same versions, or something better than what is declared. Something
/// worse is a contradiction where both sides are of this release and could be corrected; of a version that is out already it is
/// what was found out later, and counts. Nor does it say something better than a test that is out already.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let tests = &compared.declared.tested;
    let mut findings: Vec<Finding> = tests.iter().filter_map(|it| against_declared(compared, it)).collect();
    let mut own: HashMap<Subject<'_>, &Tested> = HashMap::new();
    for test in tests {
        let other = *own.entry(subject(test)).or_insert(test);
        if other.result != test.result {
            findings.push(against_another(compared, test, other, "one test"));
        }
    }
    for shipped in compared.shipped.iter().filter(|it| it.release != compared.release.version) {
        for other in &shipped.declared.tested {
            if let Some(test) = own.get(&subject(other)).filter(|it| it.result < other.result) {
                findings.push(against_another(compared, test, other, &format!("a test of {}", shipped.release)));
            }
        }
    }
    findings
}

/// What a test is about.
type Subject<'t> = (&'t InterfaceName, &'t Component, &'t Component);

fn subject(test: &Tested) -> Subject<'_> {
    (&test.interface, &test.writer, &test.reader)
}

fn against_declared(compared: &Compared<'_>, test: &Tested) -> Option<Finding> {
    let exchange = exchange(compared, test)?;
    let declared = exchange.pair_of(&test.writer, &test.reader)?.declared;
    let result = PairVerdict::from(test.result);
    if declared == PairVerdict::Unknown || declared == result {
        return None;
    }
    let both = |own: &dyn Fn(&Component) -> bool| own(&test.writer) && own(&test.reader);
    let is_later = result > declared && !both(&|it| exchange.is_own(it));
    let message = format!(
        "{} and {}: a test says that the pair {}, and going by the declarations it {}",
        test.writer,
        test.reader,
        said(result),
        said(declared)
    );
    let finding = told(compared, test, message);
    Some(if is_later { finding.as_warning() } else { finding })
}

fn against_another(compared: &Compared<'_>, test: &Tested, other: &Tested, whose: &str) -> Finding {
    let (one, two) = (said(other.result.into()), said(test.result.into()));
    let message =
        format!("{} and {}: {whose} says that the pair {one}, another that it {two}", test.writer, test.reader);
    told(compared, test, message)
}

fn exchange<'c, 'a>(compared: &'c Compared<'a>, test: &Tested) -> Option<&'c Exchange<'a>> {
    compared.derived.exchanges().iter().find(|it| it.interface().name == test.interface)
}

fn said(verdict: PairVerdict) -> &'static str {
    match verdict {
        PairVerdict::Works => "works",
        PairVerdict::Degraded => "works with a loss",
        PairVerdict::Fails => "fails",
        PairVerdict::Unknown => "is unknown",
    }
}

fn told(compared: &Compared<'_>, test: &Tested, message: String) -> Finding {
    let place = compared.declared.place(&test.span);
    Finding::new(Code::Contradiction, format!("{}:{}/{}", test.interface, test.writer, test.reader), message)
        .next(format!("find out which is true, and correct the other in `{}`, line {}", compared.record(), place.line))
        .at(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::rule::scene::{Scene, test};

    const BOTH: [&str; 2] = ["recorder@2.7.0 writes:3", "player@2.7.0 reads:3"];

    fn weights(scene: &Scene) -> Vec<(Severity, String)> {
        scene.look(|it| check(it).into_iter().map(|it| (it.severity, it.message)).collect())
    }

    #[test]
    fn a_test_and_the_declarations_of_one_release_agree() {
        assert_eq!(weights(&Scene::new().own(&BOTH, &test("recorder@2.7.0 player@2.7.0 works"))), []);
        let found = weights(&Scene::new().own(&BOTH, &test("recorder@2.7.0 player@2.7.0 fails")));
        let message =
            "recorder@2.7.0 and player@2.7.0: a test says that the pair fails, and going by the declarations it works";
        assert_eq!(found, [(Severity::Blocked, message.to_owned())]);
    }

    #[test]
    fn what_is_found_out_about_what_is_out_counts_and_is_said() {
        let old = Scene::new().out("2.4.0", &["player@2.4.0 reads:3"]);
        let scene = old.own(&BOTH[..1], &test("recorder@2.7.0 player@2.4.0 fails No picture"));
        assert_eq!(weights(&scene)[0].0, Severity::Warning);
        let pair = scene.pair("recorder@2.7.0", "player@2.4.0");
        assert_eq!((pair.verdict, pair.symptom.unwrap().as_str()), (PairVerdict::Fails, "No picture"));
    }

    #[test]
    fn nothing_is_better_than_it_is_declared() {
        let old = Scene::new().out("2.4.0", &["player@2.4.0 reads:1"]);
        let scene = old.own(&BOTH[..1], &test("recorder@2.7.0 player@2.4.0 works"));
        assert_eq!(weights(&scene)[0].0, Severity::Blocked);
        assert_eq!(scene.pair("recorder@2.7.0", "player@2.4.0").verdict, PairVerdict::Fails);
    }

    #[test]
    fn two_tests_of_one_pair_agree() {
        let old = || Scene::new().out("2.4.0", &["player@2.4.0"]);
        let two = |one: &str, other: &str| {
            test(&format!("recorder@2.7.0 player@2.4.0 {one}")) + &test(&format!("recorder@2.7.0 player@2.4.0 {other}"))
        };
        assert_eq!(weights(&old().own(&BOTH[..1], &two("fails", "fails"))), []);
        let found = weights(&old().own(&BOTH[..1], &two("works", "fails")));
        let message = "recorder@2.7.0 and player@2.4.0: one test says that the pair works, another that it fails";
        assert_eq!(found, [(Severity::Blocked, message.to_owned())]);
    }

    #[test]
    fn nothing_is_better_than_a_test_that_is_out_says() {
        let out = |result: &str| {
            let more = test(&format!("recorder@2.6.0 player@2.4.0 {result}"));
            Scene::new().out("2.4.0", &["player@2.4.0"]).out_with("2.6.0", &["recorder@2.6.0 writes:2"], &more)
        };
        let own = |it: Scene, result: &str| it.own(&BOTH, &test(&format!("recorder@2.6.0 player@2.4.0 {result}")));
        let found = weights(&own(out("fails"), "works"));
        let message =
            "recorder@2.6.0 and player@2.4.0: a test of 2.6.0 says that the pair fails, another that it works";
        assert_eq!(found, [(Severity::Blocked, message.to_owned())]);
        assert_eq!(weights(&own(out("works"), "fails")), [], "worse is what was found out later");
        assert_eq!(weights(&own(out("fails"), "fails")), []);
    }

    #[test]
    fn the_line_of_the_test_is_shown() {
        let scene = Scene::new().own(&BOTH, &test("recorder@2.7.0 player@2.7.0 fails"));
        let found = scene.look(check);
        let place = found[0].place.as_ref().unwrap();
        assert_eq!(
            (place.path.as_str(), place.text.as_str()),
            ("releases/2.7.0/compatibility.toml", "result = \"fails\"")
        );
    }
}
