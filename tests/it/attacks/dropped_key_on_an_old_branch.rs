//! A revoked or dropped key signs on an old branch, which is merged with `-s ours` or without (row 18).
//!
//! Guards: a yes counts only under the policy in force; and the policy in force does not go away by a merge.

use crate::sandbox::{Sandbox, public_key, same};

/// Policy 2 gives maria another key. On `old`, which began before it, her old one approves the last requirement.
fn signed_on_an_old_branch() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.git(&["branch", "old"]);
    let first = sandbox.root(1);
    sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("maria"), &public_key("mallory")));
    let newer = sandbox.root(2);
    sandbox.git(&["checkout", "-q", "old"]);
    sandbox.git(&["config", "holdpoint.root", &first]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.git(&["config", "holdpoint.root", &newer]);
    sandbox
}

#[test]
fn merged_it_counts_for_nothing() {
    let sandbox = signed_on_an_old_branch();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-edit", "old"]);
    sandbox.check("2.7.0").finds(3, "lapsed");
    sandbox.publish("2.7.0").finds(3, "lapsed");
    sandbox.with_key("maria", "mallory", &["sign", "2.7.0", "kb", "--yes"]).exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn merged_with_our_side_kept_it_counts_for_nothing() {
    let sandbox = signed_on_an_old_branch();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "old"]);
    // It was a valid entry once, so it is missed.
    sandbox.check("2.7.0").finds(4, "history-rewritten");
}

#[test]
fn a_merge_that_keeps_the_old_branch_brings_the_old_policy_back_for_nobody() {
    let sandbox = signed_on_an_old_branch();
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "main"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--ff-only", "old"]);
    sandbox.check("2.7.0").finds(4, "root-mismatch").finds(4, "history-rewritten");
    // A CI system whose pin was never moved forward sees it too.
    sandbox.git(&["config", "holdpoint.root", &sandbox.root(1)]);
    sandbox.check("2.7.0").finds(4, "history-rewritten").lacks("root-mismatch");
    sandbox.publish("2.7.0").finds(4, "history-rewritten");
}
