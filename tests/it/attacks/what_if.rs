//! `--at` and `--now` to step around a hold or an expiry (row 38): HYPOTHETICAL, exit 5 at best.

use crate::sandbox::Sandbox;

#[test]
fn another_commit_is_hypothetical() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.holdpoint(&["check", "2.7.0", "--at", "HEAD~1"]).finds(5, "HYPOTHETICAL");
    sandbox.holdpoint(&["check", "2.7.0", "--at=HEAD~1"]).finds(5, "HYPOTHETICAL");
    sandbox.holdpoint(&["check", "2.7.0", "--at", "HEAD"]).finds(1, "held").lacks("HYPOTHETICAL");
    sandbox.holdpoint(&["check", "2.7.0", "--at", "HEAD~9"]).exits(2);
}

#[test]
fn another_time_is_hypothetical() {
    let sandbox = Sandbox::ready();
    sandbox
        .edit("releases/2.7.0/release.toml", |it| it.replace("planned", "not_before = 2099-01-01T00:00:00Z\nplanned"));
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").finds(3, "too-early");
    sandbox.holdpoint(&["check", "2.7.0", "--now", "2099-06-01T00:00:00Z"]).finds(5, "HYPOTHETICAL");
    let dist = sandbox.path("dist");
    let publish = [
        "publish",
        "2.7.0",
        "--site",
        "downloads",
        "--from",
        dist.to_str().unwrap(),
        "--yes",
        "--now",
        "2099-06-01T00:00:00Z",
    ];
    let answer = sandbox.as_person("ci", &publish);
    assert!([2, 3, 4, 5].contains(&answer.code), "{answer:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
}
