//! A push that is accepted, and does not arrive where the record is read from: nothing may be shown to customers that the record
//! does not hold.
//!
//! Guard: what was pushed is fetched again before anything is listed.

use crate::sandbox::Sandbox;

/// A release that is signed off, in a clone that is fetched from one repository and pushed to another.
fn pushed_elsewhere() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "--bare", "origin.git", "elsewhere.git"]);
    let elsewhere = sandbox.path("elsewhere.git").display().to_string();
    sandbox.git(&["config", "remote.origin.pushurl", &elsewhere]);
    sandbox
}

#[test]
fn a_publish_lists_nothing_that_the_record_does_not_hold() {
    let sandbox = pushed_elsewhere();
    let before = sandbox.git_in("origin.git", &["rev-parse", "main"]);
    let answer = sandbox.publish("2.7.0").finds(4, "git config --unset-all remote.origin.pushurl");
    assert!(!sandbox.path("site/releases.json").exists(), "{answer:#?}");
    assert_eq!(sandbox.git_in("origin.git", &["rev-parse", "main"]), before);
    sandbox.git(&["config", "--unset-all", "remote.origin.pushurl"]);
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_prepared_publication_that_did_not_arrive_is_not_said_to_wait_for_its_merge() {
    let sandbox = pushed_elsewhere();
    let dist = sandbox.path("dist").display().to_string();
    let prepare = ["publish", "2.7.0", "--from", &dist, "--yes", "--prepare"];
    sandbox.as_person("ci", &prepare).finds(4, "git config --unset-all remote.origin.pushurl");
    sandbox.git(&["config", "--unset-all", "remote.origin.pushurl"]);
    sandbox.as_person("ci", &prepare).exits(0);
}
