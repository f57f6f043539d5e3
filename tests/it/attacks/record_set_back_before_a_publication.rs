//! The branch of record is force-pushed back past a hold that is older than the last publication, and the publication is put on top
//! again: every listed statement is there, and a fresh clone cannot see that anything is missing.
//!
//! Guard: the commit that each listed publication was decided on is behind the tip.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn what_a_listed_publication_was_decided_on_is_still_there() {
    let sandbox = Sandbox::with_remote();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    let before = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.as_person("maria", &["hold", "2.8.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q"]);
    sandbox.publish("2.7.0").exits(0);
    let published = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.git(&["reset", "-q", "--hard", &before]);
    sandbox.git(&["cherry-pick", &published]);
    sandbox.git(&["push", "-q", "--force", "origin", "main"]);
    sandbox.git_in(".", &["clone", "-q", "origin.git", "fresh"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("fresh", &["config", "holdpoint.root", &root]);
    // From the repository alone nobody can tell.
    sandbox.holdpoint_in("fresh", &["check", "2.8.0"]).exits(0);
    let index = fs::read(sandbox.path("site/releases.json")).unwrap();
    let dist = sandbox.path("dist").display().to_string();
    let key = crate::sandbox::keys().join("ci").display().to_string();
    let publish = ["publish", "2.8.0", "--from", &dist, "--yes", "--as", "ci@example.com", "--key", &key];
    let tip = sandbox.git_in("origin.git", &["rev-parse", "main"]);
    let answer = sandbox.holdpoint_in("fresh", &publish).finds(4, "record-behind-site");
    // Whoever asks for what is listed, or audits, is told as well.
    sandbox.holdpoint_in("fresh", &["check", "2.7.0"]).finds(4, "record-behind-site");
    sandbox.holdpoint_in("fresh", &["audit"]).finds(4, "record-behind-site");
    assert_eq!(fs::read(sandbox.path("site/releases.json")).unwrap(), index);
    assert_eq!(sandbox.git_in("origin.git", &["rev-parse", "main"]), tip);
    // The cure, in a clone that still has it.
    let cure = answer.stderr.split("git merge ").nth(1).unwrap()[..40].to_owned();
    sandbox.git(&["merge", "-q", "-m", "Bring it back", &cure]);
    sandbox.git(&["push", "-q"]);
    sandbox.holdpoint_in("fresh", &publish).finds(1, "held");
}
