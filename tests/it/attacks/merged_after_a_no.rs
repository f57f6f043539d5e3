//! A publication that was prepared, and is merged after somebody said no to the same bytes: it has not seen that no.

use crate::sandbox::{Answer, Sandbox};

/// Prepares the publication, and gives the branch that waits to be merged.
fn prepared(sandbox: &Sandbox) -> String {
    publish(sandbox, &["--prepare"]).exits(0);
    sandbox.git(&["fetch", "-q"]);
    let branches = sandbox.git(&["branch", "-r", "--format=%(refname:short)"]);
    branches.lines().find(|it| it.contains("holdpoint/publish-")).unwrap().to_owned()
}

fn publish(sandbox: &Sandbox, more: &[&str]) -> Answer {
    let dist = sandbox.path("dist").display().to_string();
    let mut arguments = vec!["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes"];
    arguments.extend(more);
    sandbox.as_person("ci", &arguments)
}

#[test]
fn a_decline_that_came_first_stops_it() {
    let sandbox = Sandbox::with_remote();
    let branch = prepared(&sandbox);
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "wrong steps", "--yes", "--push"]).exits(0);
    sandbox.git(&["merge", "-q", "--no-edit", &branch]);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.check("2.7.0").finds(1, "declined");
    publish(&sandbox, &[]).finds(1, "declined");
    assert!(!sandbox.path("site/releases.json").exists());
    // Taken back, it goes out.
    let decline = sandbox.id("2.7.0", "kind = \"decline\"");
    sandbox.as_person("eve", &["revoke", "2.7.0", &decline, "--reason", "they are right", "--yes", "--push"]).exits(0);
    publish(&sandbox, &[]).exits(0);
    sandbox.check("2.7.0").finds(0, "published");
}

#[test]
fn a_sign_off_that_was_taken_back_first_stops_it() {
    let sandbox = Sandbox::with_remote();
    let branch = prepared(&sandbox);
    let yes = sandbox.id("2.7.0", "requirement = \"kb\"");
    sandbox.as_person("maria", &["revoke", "2.7.0", &yes, "--reason", "wrong steps", "--yes", "--push"]).exits(0);
    sandbox.git(&["merge", "-q", "--no-edit", &branch]);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.check("2.7.0").finds(3, "revoked");
    publish(&sandbox, &[]).finds(3, "revoked");
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn merged_here_and_not_pushed_it_is_not_recorded() {
    let sandbox = Sandbox::with_remote();
    let branch = prepared(&sandbox);
    sandbox.git(&["merge", "-q", "--ff-only", &branch]);
    publish(&sandbox, &[]).finds(4, "git push origin HEAD:main");
    assert!(!sandbox.path("site/releases.json").exists());
    sandbox.git(&["push", "-q", "origin", "HEAD:main"]);
    publish(&sandbox, &[]).exits(0);
}
