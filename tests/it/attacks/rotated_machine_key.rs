//! The CI key is rotated by a new policy; a version goes out while the policy collects signatures (row 19).
//!
//! Guards: a policy seals what counted when it was proposed, and a publication under its predecessor counts.

use crate::sandbox::{Answer, RECORDER, Sandbox, public_key, same};

fn rotated(it: String) -> String {
    let new = it.replace(&public_key("ci"), &public_key("mallory"));
    assert_ne!(new, it);
    new
}

fn publish(sandbox: &Sandbox, version: &str, key: &str) -> Answer {
    let dist = sandbox.path("dist").display().to_string();
    sandbox.with_key("ci", key, &["publish", version, "--site", "downloads", "--from", &dist, "--yes"])
}

#[test]
fn every_publication_still_stands() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let answer = sandbox.propose(same, rotated);
    assert!(answer.stdout.contains("everything that went out: 1 entry"), "{answer:#?}");
    sandbox.sign_policy("dana").finds(0, "seals   publish of 2.7.0 on downloads by ci@example.com");
    publish(&sandbox, "2.8.0", "ci").exits(0);
    sandbox.adopt().exits(0);
    for version in ["2.7.0", "2.8.0"] {
        sandbox.check(version).finds(0, "published");
    }
    sandbox.holdpoint(&["audit"]).exits(0);
    // The old key publishes nothing more, the new one does.
    sandbox.release("2.9.0", RECORDER);
    sandbox.sign_all("2.9.0");
    publish(&sandbox, "2.9.0", "ci").finds(1, "not one of ci@example.com's");
    publish(&sandbox, "2.9.0", "mallory").exits(0);
    // The next policy seals what went out in between; then no key of the past is needed any more.
    let answer = sandbox.adopt_policy(&["sam"], same, same);
    assert!(answer.stdout.contains("policy 3 is in force"), "{answer:#?}");
    assert_eq!(sandbox.read("policy/0003/sealed").lines().count(), 3);
    sandbox.adopt_policy(&["sam"], same, same);
    for version in ["2.7.0", "2.8.0", "2.9.0"] {
        sandbox.check(version).finds(0, "published");
    }
    sandbox.holdpoint(&["audit"]).exits(0);
    sandbox.holdpoint(&["lint"]).exits(0);
}

#[test]
fn nobody_signs_a_proposal_that_forgets_a_publication() {
    let sandbox = Sandbox::published();
    sandbox.adopt_policy(&["dana"], same, rotated);
    sandbox.propose(same, same);
    let id = sandbox.id("2.7.0", "kind = \"publish\"");
    let sealed = sandbox.read("policy/proposed/sealed");
    assert!(sealed.contains(&id));
    // What an earlier policy sealed stays sealed.
    crate::policies::seal(&sandbox, "");
    sandbox.sign_policy("dana").finds(4, "was sealed before, and is not any more");
    sandbox.holdpoint(&["policy", "propose"]).exits(0);
    assert_eq!(sandbox.read("policy/proposed/sealed"), sealed);
}
