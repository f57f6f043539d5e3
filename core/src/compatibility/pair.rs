//! A pair: one version of a writer, one of a reader, and what happens between them.

use super::declared::{Formats, TestResult};
use super::route::Route;
use crate::name::{FormatName, InterfaceName, Text};
use crate::policy::InterfaceKind;
use crate::release::Component;

/// What happens between a writer and a reader, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairVerdict {
    /// All of it works.
    Works,
    /// It works with a loss.
    Degraded,
    /// It does not work.
    Fails,
    /// Nobody has said.
    Unknown,
}

impl PairVerdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Degraded => "degraded",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }
}

impl From<TestResult> for PairVerdict {
    fn from(result: TestResult) -> Self {
        match result {
            TestResult::Works => Self::Works,
            TestResult::Degraded => Self::Degraded,
            TestResult::Fails => Self::Fails,
        }
    }
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A test that one of the two sides brought along.
    Tested,
    /// What both sides declare.
    Declared,
    /// Something that was found out later, when both were out.
    Reported,
}

impl Basis {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tested => "tested",
            Self::Declared => "declared",
            Self::Reported => "reported",
        }
    }
}

/// A writer and a reader of an interface, and what is known about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The interface.
    pub interface: InterfaceName,
    /// What writes.
    pub writer: Component,
    /// What reads.
    pub reader: Component,
    /// What happens.
    pub verdict: PairVerdict,
    /// What that rests on.
    pub basis: Basis,
    /// What happens going by the declarations alone.
    pub declared: PairVerdict,
    /// The formats that are in trouble: not read, or with a loss.
    pub troubled: Vec<FormatName>,
    /// What is lost.
    pub losses: Vec<Text>,
    /// What a customer sees.
    pub symptom: Option<Text>,
    /// Where the evidence is.
    pub evidence: Vec<Text>,
    /// What a customer can do, in the order in which to offer it; empty where nothing needs to be done.
    pub routes: Vec<Route>,
    /// Whether the writer is in support on the day that counts.
    pub writer_supported: bool,
    /// Whether the reader is.
    pub reader_supported: bool,
}

impl Pair {
    /// Whether a customer needs a way out.
    pub fn needs_route(&self) -> bool {
        matches!(self.verdict, PairVerdict::Degraded | PairVerdict::Fails)
    }

    /// The pair in a word that can be typed: `rec:recorder@2.7.0/player@2.4.0`.
    pub fn about(&self) -> String {
        format!("{}:{}/{}", self.interface, self.writer, self.reader)
    }
}

/// What the declarations of two sides give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) verdict: PairVerdict,
    pub(super) troubled: Vec<FormatName>,
    pub(super) losses: Vec<Text>,
}

/// What happens going by what both sides declare. A file is written in any of the writer's formats, so all of them must be
/// read; two programs that talk to each other agree on the best format that both know.
pub(super) fn given(kind: InterfaceKind, writer: &Formats, reader: &Formats) -> Given {
    let unknown = Given { verdict: PairVerdict::Unknown, troubled: Vec::new(), losses: Vec::new() };
    let (Some(written), Some(read)) = (&writer.writes, &reader.reads) else { return unknown };
    if written.is_empty() {
        return unknown;
    }
    let unread: Vec<FormatName> = written.iter().filter(|it| !read.contains(it)).cloned().collect();
    let lossy: Vec<FormatName> = written.iter().filter(|it| reader.degraded.contains_key(it)).cloned().collect();
    let agrees = kind.is_live() && written.iter().any(|it| read.contains(it) && !reader.degraded.contains_key(it));
    let losses = |formats: &[FormatName]| formats.iter().filter_map(|it| reader.degraded.get(it)).cloned().collect();
    if agrees || (unread.is_empty() && lossy.is_empty()) {
        return Given { verdict: PairVerdict::Works, troubled: Vec::new(), losses: Vec::new() };
    }
    let is_read = if kind.is_live() { !lossy.is_empty() } else { unread.is_empty() };
    if is_read {
        return Given { verdict: PairVerdict::Degraded, losses: losses(&lossy), troubled: lossy };
    }
    let mut troubled = unread;
    let lost = losses(&lossy);
    troubled.extend(lossy);
    troubled.sort();
    Given { verdict: PairVerdict::Fails, troubled, losses: lost }
}

#[cfg(test)]
mod tests {
    use crate::rule::scene::{Scene, test};

    #[test]
    fn a_pair_says_what_its_verdict_rests_on() {
        let basis = |scene: &Scene| scene.pair("recorder@2.7.0", "player@2.4.0").basis.word();
        let out = |more: &str| Scene::new().out_with("2.4.0", &["player@2.4.0 reads:3"], more);
        let (own, tried) = (["recorder@2.7.0 writes:3"], test("recorder@2.7.0 player@2.4.0 works"));
        assert_eq!(basis(&out("").own(&own, "")), "declared");
        assert_eq!(basis(&out("").own(&own, &tried)), "tested", "by the release of the writer");
        assert_eq!(basis(&out(&tried).own(&own, "")), "tested", "by the release of the reader");
        let found_later = |result: &str| test(&format!("recorder@2.7.0 player@2.4.0 {result}"));
        let third = |result: &str| out("").out_with("2.5.0", &["editor@2.5.0"], &found_later(result));
        assert_eq!(basis(&third("works").own(&own, "")), "reported", "by a release with neither side");
        assert_eq!(basis(&third("fails").own(&own, &tried)), "reported", "what counts is the worst");
        assert_eq!(basis(&third("works").own(&own, &found_later("fails"))), "tested", "and it alone");
    }
}
