//! `[levels]` of the policy: what the rules for documents weigh, as scripts and people see it.

use crate::attacks::{founded_with, waive};
use crate::sandbox::{RECORDER, Sandbox, same};

const KB: &str = "releases/2.7.0/kb.md";
const NOTICE: &str = "releases/2.7.0/notice.md";

/// A release that nobody is named in to ask, that has a dead link, and whose notice says no day.
fn under(levels: &str) -> Sandbox {
    let sandbox = founded_with(|it| format!("{it}\n[levels]\n{levels}"));
    sandbox.release("2.7.0", RECORDER);
    sandbox.edit(KB, |it| it.replace("contact = \"duty desk\"\n", "") + "\nSee [there](there.md).\n");
    sandbox.edit(NOTICE, |it| it.replace("20 November 2026", "In autumn"));
    sandbox.sign_all("2.7.0");
    sandbox
}

/// The codes of the documents' findings with their weights.
fn weights(sandbox: &Sandbox) -> Vec<(String, String)> {
    let json = sandbox.check_json("2.7.0").json();
    let findings = json["findings"].as_array().unwrap().iter();
    let word = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap().to_owned();
    findings.map(|it| (word(it, "code"), word(it, "severity"))).collect()
}

#[test]
fn what_blocks_is_said_by_the_policy() {
    let found = |levels: &str| -> Vec<String> {
        let sandbox = under(levels);
        weights(&sandbox).into_iter().map(|(code, weight)| format!("{code} {weight}")).collect()
    };
    assert_eq!(found(""), ["notice-date blocked", "kb-contact warning", "dead-link warning"]);
    assert_eq!(
        found("kb-contact = \"error\"\ndead-link = \"off\"\nnotice-date = \"warning\"\n"),
        ["kb-contact blocked", "notice-date warning"]
    );
}

#[test]
fn a_rule_that_was_raised_can_be_waived_and_is_owed_afterwards() {
    let sandbox = under("dead-link = \"error\"\nnotice-date = \"off\"\n");
    sandbox.check("2.7.0").finds(1, "dead-link");
    waive(&sandbox, "dead-link:releases/2.7.0/kb.md");
    let answer = sandbox.check("2.7.0").finds(0, "WAIVED");
    assert!(answer.stdout.contains("dead-link"), "{answer:#?}");
    let debts = sandbox.holdpoint(&["status", "2.7.0"]).exits(0);
    assert!(debts.stdout.contains("`dead-link` of `releases/2.7.0/kb.md` was waived by"), "{debts:#?}");
}

#[test]
fn what_the_policy_lowered_is_nobodys_waiver() {
    let sandbox = under("notice-date = \"warning\"\n");
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["status", "2.7.0"]).exits(0).lacks("waived");
}

#[test]
fn what_is_fixed_cannot_be_lowered() {
    for code in ["kb-version", "notice-pairs", "obligation", "held"] {
        let sandbox = founded_with(|it| format!("{it}\n[levels]\n{code} = \"warning\"\n"));
        sandbox.release("2.7.0", RECORDER);
        let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
        assert!(answer.stdout.contains(&format!("{code} = \"warning\"")), "{answer:#?}");
    }
}

#[test]
fn the_policy_shows_them_and_a_proposal_what_it_changes() {
    let sandbox = under("kb-contact = \"off\"\nnotice-date = \"warning\"\n");
    let shown = sandbox.holdpoint(&["policy", "show"]).exits(0);
    assert!(shown.stdout.contains("  levels          notice-date warning and kb-contact off\n"), "{shown:#?}");
    let json = sandbox.holdpoint(&["policy", "show", "--format", "json"]).exits(0).json();
    assert_eq!(json["levels"], serde_json::json!({ "kb-contact": "off", "notice-date": "warning" }));
    let changed = |it: String| it.replace("kb-contact = \"off\"", "dead-link = \"error\"");
    sandbox.propose(changed, same);
    let check = sandbox.holdpoint(&["policy", "check"]).exits(3);
    for told in [
        "  weighs  `kb-contact` is a warning instead of off\n",
        "  weighs  `dead-link` is an error instead of a warning\n",
        "2.7.0 is clear now, and would be blocked: dead-link",
    ] {
        assert!(check.stdout.replace("\n          ", " ").contains(told), "{told}: {check:#?}");
    }
    let json = sandbox.holdpoint(&["policy", "check", "--format", "json"]).exits(3).json();
    assert_eq!(json["proposed"]["consequences"]["levels"].as_array().unwrap().len(), 2, "{json:#}");
}

#[test]
fn each_rule_says_whether_its_level_can_be_set() {
    let sandbox = Sandbox::empty();
    let told = "A policy can weigh it otherwise";
    assert!(sandbox.holdpoint(&["explain", "kb-contact"]).exits(0).stdout.contains(told));
    sandbox.holdpoint(&["explain", "kb-version"]).exits(0).lacks(told);
}
