//! An older, validly signed policy is restored; a number is removed, copied or renumbered (row 1).
//!
//! Guards: `previous` in each policy, the number in its text, and the pin, which has moved forward.

use std::fs;

use crate::sandbox::{Sandbox, same};

/// A signed-off release under the third of three policies.
fn thrice() -> Sandbox {
    let sandbox = Sandbox::signed();
    for hours in ["71", "70"] {
        let older = if hours == "71" { "max_hours = 72" } else { "max_hours = 71" };
        sandbox.adopt_policy(&["dana"], |it| it.replace(older, &format!("max_hours = {hours}")), same);
    }
    sandbox.check("2.7.0").exits(0);
    sandbox
}

/// What a check says after something was done to the folders of the policies.
fn after(sandbox: &Sandbox, commands: &[&[&str]]) {
    for command in commands {
        sandbox.git(command);
    }
    sandbox.commit_all("Change the policies");
}

#[test]
fn an_older_policy_in_the_newest_place_is_refused() {
    let sandbox = thrice();
    for name in ["policy.toml", "signers", "dana@example.com.sig"] {
        let older = sandbox.read(&format!("policy/0001/{name}"));
        sandbox.write(&format!("policy/0003/{name}"), &older);
    }
    sandbox.commit_all("Restore policy 1");
    sandbox.check("2.7.0").finds(4, "policy-broken");
}

#[test]
fn a_number_that_is_removed_is_missed() {
    let sandbox = thrice();
    after(&sandbox, &[&["rm", "-q", "-r", "policy/0002"]]);
    sandbox.check("2.7.0").finds(4, "policy 2 is missing");
}

#[test]
fn the_newest_number_cannot_be_dropped_behind_the_pin() {
    let sandbox = thrice();
    assert_eq!(sandbox.pins(), [sandbox.root(3)]);
    after(&sandbox, &[&["rm", "-q", "-r", "policy/0003"]]);
    sandbox.check("2.7.0").finds(4, "root-mismatch");
    sandbox.publish("2.7.0").finds(4, "root-mismatch");
}

#[test]
fn a_policy_copied_to_the_next_number_is_refused() {
    let sandbox = thrice();
    fs::create_dir(sandbox.path("repo/policy/0004")).unwrap();
    for name in ["policy.toml", "signers", "sealed", "dana@example.com.sig"] {
        sandbox.write(&format!("policy/0004/{name}"), &sandbox.read(&format!("policy/0002/{name}")));
    }
    sandbox.commit_all("Copy policy 2");
    sandbox.check("2.7.0").finds(4, "policy-broken").lacks("policy-fork");
}

#[test]
fn policies_that_change_places_are_refused() {
    let sandbox = thrice();
    after(
        &sandbox,
        &[
            &["mv", "policy/0002", "policy/0009"],
            &["mv", "policy/0003", "policy/0002"],
            &["mv", "policy/0009", "policy/0003"],
        ],
    );
    sandbox.check("2.7.0").finds(4, "policy-broken");
    sandbox.publish("2.7.0").finds(4, "policy-broken");
}
