//! What levels do to the findings of all rules together.

use proptest::prelude::*;

use super::sample::{KB, NOTICE, Sample};
use super::scene::Scene;
use super::{Drafts, check_files, check_lockstep, check_pairs};
use crate::digest::Digest;
use crate::finding::{Code, Finding, Severity};
use crate::name::Version;
use crate::policy::{Level, Levels, SETTABLE};
use crate::release::{Component, Fingerprints, Matches, Release};
use crate::statement::Artifact;

/// A release with everything wrong that the rules look for.
fn spoiled() -> Sample {
    let kb = KB.replace("published", "draft").replace("\"Lee\"", "\"none\"").replace("## Issue", "## Isue");
    let notice = NOTICE.replace("20 November 2026", "TODO: soon").replace("## What to do", "## Else");
    let notice = notice.replace("2.7.0", "2.6.0").replace("# Webinar 2.7", "# Webinar");
    Sample::new().kb(&format!("{kb}\n[a](b.md)\n")).notice(&notice).components(&[("player", "3.0.0")])
}

/// The findings, by code and words, with their weights.
fn found(levels: Levels, drafts: Drafts) -> Vec<((String, String), Severity)> {
    let old = old_build(&levels).into_iter().map(|it| ((it.code.to_string(), it.message), it.severity));
    let findings = spoiled().levels(levels).drafts(drafts).findings();
    findings.into_iter().map(|(code, weight, message)| ((code, message), weight)).chain(old).collect()
}

/// What is said of a file that is published as another version already.
fn old_build(levels: &Levels) -> Vec<Finding> {
    let text = "schema = 1\nversion = \"2.7.0\"\ntitle = \"T\"\nplanned = 2026-11-20\nsupport_until = 2027-11-20\n\
        [[component]]\nname = \"recorder\"\n";
    let release = Release::read("release.toml", text.as_bytes(), &"2.7.0".parse().unwrap(), None).unwrap();
    let (component, file) = ("recorder".parse().unwrap(), "r.exe".parse().unwrap());
    let files = [Artifact { component, file, size: 1, sha256: Digest::of(b"x") }];
    let earlier: Version = "2.6.0".parse().unwrap();
    let published = [Component { name: "recorder".parse().unwrap(), version: earlier.clone() }];
    let mut matches = Matches::default();
    matches.take(&Fingerprints::of(&release, &files), &earlier, &published, &files);
    check_files(&release, &files, &matches, levels)
}

fn any_level() -> impl Strategy<Value = Option<Level>> {
    prop_oneof![Just(None), Just(Some(Level::Off)), Just(Some(Level::Warning)), Just(Some(Level::Error))]
}

fn set(given: &[Option<Level>]) -> Vec<(Code, Level)> {
    SETTABLE.into_iter().zip(given).filter_map(|(code, level)| Some((code, (*level)?))).collect()
}

#[test]
fn the_spoiled_release_breaks_every_rule() {
    let codes: Vec<String> = found(Levels::default(), Drafts::Count).into_iter().map(|it| it.0.0).collect();
    for code in SETTABLE.into_iter().chain([Code::KbVersion, Code::NoticeVersion]) {
        assert!(codes.contains(&code.to_string()), "{code}");
    }
}

#[test]
fn what_is_off_is_not_said_and_a_warning_can_be_made_to_block() {
    let weights = |code: Code, level| -> Vec<Severity> {
        let all = found(Levels::new([(code, level)]), Drafts::Count).into_iter();
        all.filter(|it| it.0.0 == code.to_string()).map(|it| it.1).collect()
    };
    for code in SETTABLE {
        assert_eq!(weights(code, Level::Off), []);
        assert!(weights(code, Level::Warning).into_iter().all(|it| it == Severity::Warning), "{code}");
        let blocking = weights(code, Level::Error);
        assert!(!blocking.is_empty() && blocking.into_iter().all(|it| it == Severity::Blocked), "{code}");
    }
}

proptest! {
    #[test]
    fn a_lower_level_adds_nothing_and_a_higher_one_removes_nothing(
        given in proptest::collection::vec(any_level(), SETTABLE.len()),
        at in 0..SETTABLE.len(),
        levels in (any_level(), any_level()),
        is_draft in any::<bool>(),
    ) {
        let drafts = if is_draft { Drafts::Warn } else { Drafts::Count };
        let weight = |level: Option<Level>| match level {
            Some(level) => level.severity(),
            None => Some(SETTABLE[at].meaning().severity),
        };
        let (mut low, mut high) = (given.clone(), given);
        let (one, other) = if weight(levels.0) <= weight(levels.1) { levels } else { (levels.1, levels.0) };
        (low[at], high[at]) = (one, other);
        let (low, high) = (found(Levels::new(set(&low)), drafts), found(Levels::new(set(&high)), drafts));
        for (what, weight) in &low {
            let same = high.iter().find(|it| it.0 == *what);
            prop_assert!(same.is_some_and(|it| it.1 >= *weight), "{what:?}");
        }
    }

    #[test]
    fn no_level_touches_what_is_fixed(given in proptest::collection::vec(any_level(), SETTABLE.len())) {
        let fixed = |levels: Levels| {
            let mut all = found(levels, Drafts::Count);
            all.retain(|it| ["kb-version", "notice-version"].contains(&it.0.0.as_str()));
            all
        };
        prop_assert_eq!(fixed(Levels::new(set(&given))), fixed(Levels::default()));
    }
}

#[test]
fn what_is_to_be_mended_is_named_with_its_file() {
    let findings = Scene::new().own(&["recorder@2.7.0 writes:3"], "").look(check_pairs);
    let orphan = findings.iter().find(|it| it.code == Code::OrphanFormat).unwrap();
    assert!(orphan.next.ends_with("or leave the format out of `releases/2.7.0/compatibility.toml`"), "{}", orphan.next);
}

#[test]
fn what_goes_together_is_asked_for_where_nothing_is_compared() {
    let group = "[[lockstep]]\nname = \"core\"\ncomponents = [\"agent\", \"server\"]\n";
    let asked = |own: &[&str]| Scene::under(group).own(own, "").look(|it| check_lockstep(it.policy, it.release).len());
    assert_eq!(asked(&["agent@2.7.0"]), 1);
    assert_eq!(asked(&["agent@2.7.0", "server@2.7.0"]), 0);
}
