//! One person with two keys; one key under two names; two principals that differ in case (row 23), by a change of the policy.
//!
//! Guards: people are counted and not keys; a ring in which somebody stands twice is refused.

use crate::sandbox::{Sandbox, ring_line, same};

#[test]
fn one_person_with_two_keys_is_one_voice() {
    let sandbox = Sandbox::ready();
    let two = |it: String| it.replacen("approvals = 1", "approvals = 2", 1);
    sandbox.adopt_policy(&["dana"], two, |it| it + &ring_line("maria", "mallory"));
    let sign = ["sign", "2.7.0", "kb", "--yes"];
    sandbox.with_key("maria", "maria", &sign).exits(0);
    sandbox.with_key("maria", "mallory", &sign).finds(1, "approved `kb` already");
    // On two branches, where neither knows of the other.
    sandbox.git(&["checkout", "-q", "-b", "other", "HEAD~1"]);
    sandbox.with_key("maria", "mallory", &[&sign[..], &["--reason", "once more"]].concat()).exits(0);
    sandbox.git(&["merge", "-q", "--no-edit", "main"]);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-edit", "other"]);
    sandbox.check("2.7.0").finds(3, "short");
    sandbox.sign("2.7.0", "kb", "eve").exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn one_owner_with_two_keys_is_one_voice() {
    let sandbox = Sandbox::ready();
    sandbox.adopt_policy(
        &["dana", "sam"],
        |it| it.replace("threshold = 1", "threshold = 2"),
        |it| it + &ring_line("dana", "mallory"),
    );
    sandbox.propose(same, same);
    sandbox.with_key("dana", "dana", &["policy", "sign", "--yes"]).exits(0);
    sandbox.with_key("dana", "mallory", &["policy", "sign", "--yes"]).finds(1, "has signed policy 3 already");
    // Under another name it is nobody's.
    let path = sandbox.path("repo/policy/proposed/policy.toml");
    let signature = sandbox.ssh_sign("mallory", "holdpoint/policy@v1", &path);
    std::fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.write("policy/proposed/sam@example.com.sig", &signature);
    sandbox.commit_all("Sign for sam");
    sandbox.adopt().finds(1, "still to sign: sam@example.com");
}

#[test]
fn a_ring_in_which_somebody_stands_twice_is_refused() {
    for twin in [ring_line("kim2", "maria"), ring_line("Maria", "mallory")] {
        let sandbox = Sandbox::ready();
        let answer = sandbox.propose(same, |it| it + &twin);
        assert!(answer.stdout.contains("policy-broken"), "{answer:#?}");
        sandbox.sign_policy("dana").finds(4, "policy-broken");
        sandbox.holdpoint(&["policy", "check"]).finds(4, "policy/proposed/signers");
    }
}
