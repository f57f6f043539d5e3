//! A weaker policy arrives in the same change as the approvals (row 2).
//!
//! Guard: policy N+1 needs the owners of N as well as its own; whoever it names alone puts nothing in force.

use super::copied_sign_offs::{digits, requested};
use crate::sandbox::{Sandbox, email, ring_line, same};

#[test]
fn a_policy_that_its_own_owners_alone_signed_is_refused() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    let approval = requested(&sandbox, "2.7.0", "kb", "maria");
    let (first, weaker) = (sandbox.root(1), |it: String| {
        it.replace("members = [\"dana@example.com\", \"sam@example.com\"]", "members = [\"mallory@example.com\"]")
            .replace("support = [\"maria@example.com\", \"eve@example.com\"]", "support = [\"mallory@example.com\"]")
            .replace("support = [\"eve@example.com\", \"maria@example.com\"]", "support = [\"mallory@example.com\"]")
    });
    sandbox.forge_policy("0002", weaker, |it| it + &ring_line("mallory", "mallory"), &["mallory"]);
    let approval =
        approval.replace(&email("maria"), &email("mallory")).replace(digits(&first), digits(&sandbox.root(2)));
    sandbox.forge("2.7.0", &approval, "mallory", "holdpoint/approve@v1");
    sandbox.commit_all("Let me sign, and sign");
    sandbox.check("2.7.0").finds(4, "policy-threshold");
    sandbox.publish("2.7.0").finds(4, "policy-threshold");
    sandbox.sign("2.7.0", "kb", "maria").finds(4, "policy-threshold");
    sandbox.holdpoint(&["policy", "check"]).finds(4, "policy-threshold");
}

#[test]
fn new_owners_who_have_not_signed_take_nothing_over() {
    let sandbox = Sandbox::signed();
    let handed = |it: String| {
        it.replace(
            "members = [\"dana@example.com\", \"sam@example.com\"]",
            "members = [\"ned@example.com\", \"ada@example.com\"]",
        )
    };
    sandbox.forge_policy("0002", handed, same, &["dana", "sam"]);
    sandbox.commit_all("Hand over");
    sandbox.check("2.7.0").finds(4, "1 of 1 owner of policy 2 still to sign: ada@example.com, ned@example.com");
}

#[test]
fn an_owner_of_neither_policy_signs_nothing() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("max_hours = 72", "max_hours = 9999999"), same);
    sandbox.sign_policy("dana").finds(4, "policy-broken");
    sandbox.edit("policy/proposed/policy.toml", |it| it.replace("max_hours = 9999999", "max_hours = 99"));
    sandbox.sign_policy("maria").finds(1, "is no owner of policy 1 or of policy 2");
    sandbox.adopt().exits(1);
    sandbox.check("2.7.0").exits(0);
}
