//! `holdpoint who`: who answers for a release, who has signed, and who must act now.

use crate::sandbox::Sandbox;

#[test]
fn names_the_owner_the_signers_and_who_must_act() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let answer = sandbox.holdpoint(&["who", "2.7"]).exits(0);
    let first = answer.stdout.lines().next().unwrap();
    assert_eq!(first, "dana@example.com answers for 2.7.0; the deputy is sam@example.com.");
    assert!(answer.stdout.contains("approved by maria@example.com"), "{answer:#?}");
    assert!(
        answer
            .stdout
            .contains("  kim@example.com or lee@example.com\n    missing notice: holdpoint sign 2.7.0 notice\n"),
        "{answer:#?}"
    );
    assert!(answer.stdout.contains("ci@example.com (a machine)"), "{answer:#?}");
    let json = sandbox.holdpoint(&["who", "2.7.0", "--format", "json"]).exits(0).json();
    assert_eq!(json["releases"][0]["duties"].as_array().unwrap().len(), 2);
    assert_eq!(json["releases"][0]["requirements"][0]["can_sign"][1], "maria@example.com");
}

#[test]
fn once_all_is_signed_the_publishers_must_act_and_once_it_is_out_nobody() {
    let sandbox = Sandbox::signed();
    let answer = sandbox.holdpoint(&["who", "2.7.0"]).exits(0);
    assert!(answer.stdout.contains("publish it: holdpoint publish 2.7.0 --site downloads --from DIR"), "{answer:#?}");
    sandbox.publish("2.7.0").exits(0);
    assert!(sandbox.holdpoint(&["who", "2.7.0"]).exits(0).stdout.contains("Nobody must act now."));
}

#[test]
fn what_nobody_in_particular_can_do_falls_to_the_owner() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("## Resolution", "## Else"));
    let json = sandbox.holdpoint(&["who", "2.7.0", "--format", "json"]).exits(0).json();
    let duties = json["releases"][0]["duties"].as_array().unwrap().clone();
    let mend = duties.iter().find(|it| it["what"].as_str().unwrap().starts_with("kb-sections ")).unwrap();
    assert!(!mend["who"].as_array().unwrap().is_empty(), "{mend}");
}

#[test]
fn a_release_that_nobody_recorded_has_nobody() {
    let sandbox = Sandbox::ready();
    let answer = sandbox.holdpoint(&["who", "2.8"]).exits(4);
    assert!(answer.stdout.starts_with("Nobody has recorded 2.8.\n"), "{answer:#?}");
}
