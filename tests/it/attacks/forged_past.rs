//! A retired release key signs a publication that never happened; a stolen CI key publishes naming an old, weaker policy
//! (row 20).
//!
//! Guards: a publication counts under the policy in force, its predecessor, or where the owners sealed it.

use std::fs;

use crate::sandbox::{Sandbox, public_key, same};

/// A release that is out under policy 1, whose CI key is retired by policy 2; policy 3 is in force.
fn rotated() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("ci"), &public_key("mallory")));
    sandbox.adopt_policy(&["dana"], |it| it.replacen("approvals = 1", "approvals = 2", 1), same);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox
}

/// The publication of 2.7.0, as if 2.8.0 had gone out in the same way.
pub(crate) fn forge_publication(sandbox: &Sandbox, policy: u64, key: &str) {
    let text = fs::read_to_string(sandbox.entry("2.7.0", "kind = \"publish\"")).unwrap();
    let relied = text.lines().find(|it| it.starts_with("relied = ")).unwrap();
    let after = text.lines().find(|it| it.starts_with("after = ")).unwrap();
    let named = text.lines().find(|it| it.starts_with("policy = ")).unwrap();
    let root = sandbox.root(policy).replace("sha256:", "");
    let forged = text.replace("2.7.0", "2.8.0").replace(relied, "relied = []").replace(after, "after = []");
    let forged = forged.replace(named, &format!("policy = \"{root}\""));
    sandbox.forge("2.8.0", &forged, key, "holdpoint/publish@v1");
    sandbox.commit_all("It went out, did it not");
}

#[test]
fn a_retired_key_makes_nothing_published() {
    let sandbox = rotated();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    forge_publication(&sandbox, 1, "ci");
    sandbox.check("2.8.0").finds(4, "unsealed").lacks("clear (published");
    let status = sandbox.holdpoint(&["status", "2.8.0"]);
    assert!(!status.stdout.lines().next().unwrap().starts_with("Yes"), "{status:#?}");
    sandbox.publish("2.8.0");
    assert!(!sandbox.path("site/recorder/2.8.0").exists());
    // Nor does a later policy take it in: `propose` seals what counts, and nothing else.
    let answer = sandbox.holdpoint(&["policy", "propose"]).finds(0, "something that is not sealed");
    assert!(answer.stdout.contains("everything that went out: 1 entry, 0 of it new"), "{answer:#?}");
}

#[test]
fn a_stolen_key_cannot_choose_an_old_policy() {
    let sandbox = rotated();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    // `mallory` is the file of the key that CI has now.
    forge_publication(&sandbox, 1, "mallory");
    sandbox.check("2.8.0").finds(4, "unsealed");
}

#[test]
fn a_forged_publication_cannot_be_sealed_by_hand() {
    let sandbox = rotated();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    forge_publication(&sandbox, 1, "ci");
    sandbox.propose(same, same);
    let id = sandbox.id("2.8.0", "kind = \"publish\"");
    let mut sealed: Vec<String> = sandbox.read("policy/proposed/sealed").lines().map(str::to_owned).collect();
    sealed.push(id);
    sealed.sort();
    crate::policies::seal(&sandbox, &(sealed.join("\n") + "\n"));
    sandbox.sign_policy("dana").finds(1, "it is no publication that counts under policy 3");
    sandbox.holdpoint(&["policy", "check"]).finds(4, "unsealed");
}
