//! Two fully signed successors of one policy; a half-signed policy in the place of an adopted one (row 3).
//!
//! Guards: `previous` names one policy and is signed; an adopted policy has both thresholds; what is only proposed decides nothing.

use crate::sandbox::{Sandbox, same};

#[test]
fn a_second_successor_is_a_fork() {
    let sandbox = Sandbox::signed();
    // The owners signed one successor on a branch, and another one on the branch of record.
    sandbox.forge_policy("0003", |it| it.replace("version = 2", "version = 3"), same, &["dana"]);
    sandbox.commit_all("Keep the other one");
    sandbox.git(&["mv", "policy/0003", "other"]);
    sandbox.commit_all("Put it aside");
    sandbox.adopt_policy(&["sam"], |it| it.replace("max_hours = 72", "max_hours = 24"), same);
    sandbox.check("2.7.0").exits(0);
    let text = sandbox.read("other/policy.toml").replace("version = 2\n", "version = 3\n");
    sandbox.write("other/policy.toml", &text);
    sandbox.git(&["mv", "other", "policy/0003"]);
    sandbox.resign_policy("0003", &["dana"]);
    sandbox.commit_all("Bring the other one");
    let answer = sandbox.check_json("2.7.0").exits(4);
    assert!(answer.findings().iter().any(|it| it.0 == "policy-fork"), "{answer:#?}");
    sandbox.publish("2.7.0").finds(4, "policy-fork");
    sandbox.holdpoint(&["policy", "check"]).finds(4, "policy-fork").finds(4, "holdpoint policy propose");
}

#[test]
fn a_half_signed_policy_in_the_place_of_an_adopted_one_is_refused() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2"), same);
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().finds(1, "1 of 2 owners of policy 2 still to sign: sam@example.com");
    sandbox.git(&["mv", "policy/proposed", "policy/0002"]);
    sandbox.commit_all("Adopt it by hand");
    sandbox.check("2.7.0").finds(4, "policy-threshold");
}

#[test]
fn a_proposal_harms_nothing() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2"), same);
    sandbox.sign_policy("dana").exits(0);
    sandbox.check("2.7.0").exits(0);
    for (name, junk) in [("policy.toml", "junk\n"), ("signers", "junk\n"), ("notes/more.txt", "x\n")] {
        sandbox.write(&format!("policy/proposed/{name}"), junk);
    }
    sandbox.commit_all("Break the proposal");
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["policy", "check"]).finds(4, "policy-broken");
    sandbox.publish("2.7.0").exits(0);
}
