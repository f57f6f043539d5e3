//! `contradiction`: tests and declarations say the same.

use super::Compared;
use crate::compatibility::{Exchange, PairVerdict, Tested};
use crate::finding::{Code, Finding};
use crate::release::Component;

/// No test of the release says something else than another of the same versions, or something better than what is declared. Something
/// worse is a contradiction where both sides are of this release and could be corrected; of a version that is out already it is
/// what was found out later, and counts.
pub(super) fn check(compared: &Compared<'_>) -> Vec<Finding> {
    let tests = &compared.declared.tested;
    let mut findings: Vec<Finding> = tests.iter().filter_map(|it| against_declared(compared, it)).collect();
    findings.extend(tests.iter().enumerate().filter_map(|(at, it)| against_earlier(compared, tests.get(..at)?, it)));
    findings
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

fn against_earlier(compared: &Compared<'_>, earlier: &[Tested], test: &Tested) -> Option<Finding> {
    let is_same =
        |it: &&Tested| (&it.writer, &it.reader, &it.interface) == (&test.writer, &test.reader, &test.interface);
    let other = earlier.iter().find(|it| is_same(it) && it.result != test.result)?;
    let (one, two) = (said(other.result.into()), said(test.result.into()));
    Some(told(
        compared,
        test,
        format!("{} and {}: one test says that the pair {one}, another that it {two}", test.writer, test.reader),
    ))
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
    Finding::new(Code::Contradiction, format!("{}/{}", test.writer, test.reader), message)
        .next(format!("find out which is true, and correct the other in `{}`, line {}", compared.record(), place.line))
        .at(place)
}
