//! No pinned root, and pins that disagree (row 5).

use crate::sandbox::{Sandbox, same};

fn unpin(sandbox: &Sandbox) -> String {
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    root
}

#[test]
fn without_a_pinned_root_nothing_goes_out() {
    let sandbox = Sandbox::signed();
    unpin(&sandbox);
    sandbox.check("2.7.0").finds(4, "root-unpinned");
    sandbox.publish("2.7.0").finds(4, "root-unpinned");
    assert!(!sandbox.path("site/releases.json").exists());
    let status = sandbox.holdpoint(&["status", "2.7.0"]);
    assert!(status.stdout.lines().next().unwrap().ends_with("(unverified: no pinned root)"), "{status:#?}");
}

#[test]
fn an_empty_variable_pins_nothing() {
    let mut sandbox = Sandbox::signed();
    unpin(&sandbox);
    sandbox.set("HOLDPOINT_ROOT", "");
    sandbox.check("2.7.0").finds(4, "root-unpinned");
}

#[test]
fn pins_that_disagree_are_no_pin() {
    let mut sandbox = Sandbox::signed();
    let other = format!("sha256:{}", "0".repeat(64));
    sandbox.holdpoint(&["check", "2.7.0", "--root", &other]).finds(4, "root-mismatch");
    sandbox.set("HOLDPOINT_ROOT", &other);
    sandbox.check("2.7.0").finds(4, "root-mismatch");
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.holdpoint(&["check", "2.7.0", "--root", &root]).finds(4, "root-mismatch");
}

/// Row 5. Guard: a chain passes through every pin, or it is another one.
#[test]
fn pins_of_one_chain_agree_and_others_do_not() {
    let mut sandbox = Sandbox::signed();
    sandbox.adopt_policy(&["dana"], same, same);
    let (first, second) = (sandbox.root(1), sandbox.root(2));
    assert_eq!(sandbox.pins(), std::slice::from_ref(&second));
    sandbox.set("HOLDPOINT_ROOT", &first);
    sandbox.holdpoint(&["check", "2.7.0", "--root", &second]).exits(0);
    // A clone that has heard of policy 2 does not go back, whatever the environment says.
    sandbox.git(&["checkout", "-q", "-b", "old", "HEAD~2"]);
    sandbox.check("2.7.0").finds(4, "root-mismatch");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.holdpoint(&["check", "2.7.0", "--root", &format!("sha256:{}", "0".repeat(64))]).finds(4, "root-mismatch");
}

#[test]
fn a_pin_in_the_environment_suffices() {
    let mut sandbox = Sandbox::signed();
    let root = unpin(&sandbox);
    sandbox.set("HOLDPOINT_ROOT", &root);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_pin_that_is_no_digest_is_bad_usage() {
    Sandbox::signed().holdpoint(&["check", "2.7.0", "--root", "latest"]).finds(2, "is no root");
}
