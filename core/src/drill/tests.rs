//! The drill itself: the gate passes it, and a gate that errs in any way does not.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::*;
use crate::content::Content;
use crate::evidence::ReleaseFiles;
use crate::policy::PolicyFiles;

#[test]
fn the_gate_passes_it() {
    let drill = run(Stage::ask);
    let failed: Vec<&Trial> = drill.trials().iter().filter(|it| it.answer != Answer::No).collect();
    assert!(failed.is_empty() && drill.good_passed() && drill.is_passed(), "{failed:#?}");
    assert!(drill.refused() >= 12);
}

#[test]
fn a_candidate_is_spoiled_in_one_way_alone() {
    // What was put in the place of a sign-off leaves the requirement without one.
    // And of a pair that nobody is told of, both documents say so.
    let companions = [Code::Missing, Code::KbPairs, Code::NoticePairs];
    let mut wrong = Vec::new();
    for trial in run(Stage::ask).trials() {
        let name = trial.candidate.name;
        // What is no plain file is not what was signed, either.
        let follows = |it: &Code| companions.contains(it) || (name == "executable" && *it == Code::Stale);
        let others = trial.codes.iter().filter(|it| **it != trial.candidate.code && !follows(it));
        wrong.extend(others.map(|it| (name, *it)));
    }
    assert_eq!(wrong, Vec::new());
}

#[test]
fn each_candidate_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = CANDIDATES.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), CANDIDATES.len());
}

#[test]
fn what_is_spoiled_was_good_before() {
    for prepare in [spoil::waived, spoil::published, around::adopted] {
        let mut stage = good::good().unwrap();
        prepare(&mut stage).unwrap();
        assert!(is_yes(&stage.ask()), "{:#?}", stage.ask().findings);
    }
}

#[test]
fn the_good_one_has_let_a_person_and_a_key_go() {
    let stage = good::good().unwrap();
    let chain = stage.chain().unwrap();
    let (ada, ci) = (stage::person("ada").unwrap(), stage::person("ci").unwrap());
    let rings: Vec<_> = chain.policies().iter().map(crate::policy::Policy::ring).collect();
    assert_eq!(rings.iter().map(|it| it.has(&ada)).collect::<Vec<_>>(), [true, false, false]);
    let keys: Vec<_> =
        rings.iter().map(|it| it.keys_of(&ci).iter().map(crate::key::RingKey::key).collect::<Vec<_>>()).collect();
    assert!(keys.iter().all(|it| it.len() == 1) && keys[0] != keys[1] && keys[1] == keys[2]);
}

#[test]
fn a_retired_key_signs_under_the_policy_that_had_it() {
    let good = good::good().unwrap();
    let first = good.chain().unwrap().of_number(1).unwrap().digest();
    let says = |stage: &Stage| stage.evidence().unwrap().ledger().entries().any(|it| it.statement.policy == first);
    assert!(!says(&good));
    for name in ["retired", "unsealed"] {
        let candidate = CANDIDATES.iter().find(|it| it.name == name).unwrap();
        assert!(says(&candidate.planted(&good).unwrap()), "{name}");
    }
}

#[test]
fn a_gate_that_says_yes_to_everything_is_noticed() {
    let yes = OnceCell::new();
    let drill = run(|stage| yes.get_or_init(|| stage.ask()).clone());
    assert!(drill.good_passed() && !drill.is_passed());
    assert_eq!(drill.refused(), 0);
    assert!(drill.trials().iter().all(|it| it.answer == Answer::Yes));
}

#[test]
fn one_wrong_yes_is_noticed() {
    for name in ["unsigned", "held", "unsealed"] {
        let yes = OnceCell::new();
        let spoiled = CANDIDATES.iter().find(|it| it.name == name).unwrap();
        let files = spoiled.planted(&good::good().unwrap()).unwrap().facts.release_files;
        let drill = run(|stage| {
            let first = yes.get_or_init(|| stage.ask());
            if stage.facts.release_files == files { first.clone() } else { stage.ask() }
        });
        let wrong: Vec<_> = drill.trials().iter().filter(|it| it.answer != Answer::No).collect();
        assert_eq!(wrong.iter().map(|it| (it.candidate.name, it.answer)).collect::<Vec<_>>(), [(name, Answer::Yes)]);
        assert!(!drill.is_passed());
    }
}

#[test]
fn a_gate_that_says_no_to_everything_proves_nothing() {
    let drill = run(|stage| {
        let mut held = stage.clone();
        held.say(crate::statement::Act::Hold, None, "mallory").map_or_else(|| stage.ask(), |_| held.ask())
    });
    assert!(!drill.good_passed() && !drill.is_passed());
}

#[test]
fn a_no_for_another_reason_proves_nothing() {
    let drill = run(|stage| Decision::unreadable(Vec::new(), stage.facts.hypothetical));
    let trial = drill.trials().iter().find(|it| it.candidate.name == "stale").unwrap();
    assert_eq!(trial.answer, Answer::AnotherNo);
    assert!(!drill.is_passed());
}

#[test]
fn a_what_if_is_a_yes_that_must_not_be() {
    let drill = run(|stage| {
        let mut good = good::good().unwrap();
        good.facts.hypothetical = stage.facts.release_files != ReleaseFiles::default();
        good.ask()
    });
    assert!(drill.trials().iter().all(|it| it.answer == Answer::Yes));
}

#[test]
fn what_cannot_be_planted_proves_nothing() {
    let candidate = &CANDIDATES[0];
    let mut bare = good::good().unwrap();
    bare.facts.release_files = ReleaseFiles::default();
    let planted = candidate.planted(&bare);
    let trial = Trial::of(candidate, planted.map(|it| it.ask()).as_ref());
    assert_eq!((trial.answer, trial.verdict), (Answer::NotAsked, None));
    let drill = Drill { good_passed: true, trials: vec![trial] };
    assert!(!drill.is_passed());
    assert!(!Drill { good_passed: true, trials: Vec::new() }.is_passed(), "a drill without candidates");
}

#[test]
fn every_run_plants_the_same() {
    let planted = || -> Vec<(PolicyFiles, Vec<(String, Content)>)> {
        let good = good::good().unwrap();
        let stages = CANDIDATES.iter().filter_map(|it| it.planted(&good));
        stages
            .map(|it| {
                (
                    it.policy_files,
                    it.facts.release_files.iter().map(|(path, content)| (path.clone(), content.clone())).collect(),
                )
            })
            .collect()
    };
    assert_eq!(planted(), planted());
}
