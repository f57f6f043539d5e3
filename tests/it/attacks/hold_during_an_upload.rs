//! A hold arrives, or the time for it passes, while a large file is on its way to the site.
//!
//! Guard: whatever takes its time comes first, and everything is decided once more right before the signature and the flip.

use crate::sandbox::{Answer, Sandbox, email, keys};

/// A script for an uploader: it puts the file where it belongs, and somebody else's command runs meanwhile.
fn uploader(sandbox: &Sandbox, meanwhile: &str) -> String {
    let (dist, site) = (sandbox.path("dist"), sandbox.path("site/recorder/2.7.0"));
    format!(
        "mkdir -p {site} && cp {dist}/recorder-2.7.0.bin {site}/ && {meanwhile}",
        dist = dist.display(),
        site = site.display()
    )
}

/// What `maria` types in her own clone.
fn maria(sandbox: &Sandbox, command: &str) -> String {
    sandbox.git_in(".", &["clone", "-q", "origin.git", "maria"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("maria", &["config", "holdpoint.root", &root]);
    let (tool, folder) = (env!("CARGO_BIN_EXE_holdpoint"), sandbox.path("maria"));
    let (who, key) = (email("maria"), keys().join("maria"));
    format!("{tool} --repo {} {command} --as {who} --key {} --yes >&2", folder.display(), key.display())
}

fn publish(sandbox: &Sandbox, script: &str) -> Answer {
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--", "sh", "-ec", script])
}

/// Nothing is recorded and nothing is listed.
fn nothing_happened(sandbox: &Sandbox) {
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.git_in("origin.git", &["log", "--format=%s", "main"]).contains("Publish 2.7.0"));
}

#[test]
fn a_hold_that_arrives_meanwhile_wins() {
    let sandbox = Sandbox::with_remote();
    let hold = maria(&sandbox, "hold 2.7.0 --reason crashes --push");
    publish(&sandbox, &uploader(&sandbox, &hold)).finds(1, "held").finds(1, "2.7.0 is not published on `downloads`");
    nothing_happened(&sandbox);
}

#[test]
fn a_hold_that_arrives_while_a_recorded_publication_is_finished_wins_too() {
    let sandbox = Sandbox::with_remote();
    let dist = sandbox.path("dist").display().to_string();
    let prepared =
        sandbox.as_person("ci", &["publish", "2.7.0", "--from", &dist, "--prepare", "--yes", "--format", "json"]);
    let branch = prepared.exits(0).json()["branch"].as_str().unwrap().to_owned();
    sandbox.git(&["fetch", "-q"]);
    sandbox.git(&["merge", "-q", "--ff-only", &format!("origin/{branch}")]);
    sandbox.git(&["push", "-q"]);
    // The file is gone from the site, so that it is brought once more.
    std::fs::remove_file(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap();
    std::fs::write(sandbox.path("site/robots.txt"), "").unwrap();
    let hold = maria(&sandbox, "hold 2.7.0 --reason crashes --push");
    let answer = publish(&sandbox, &uploader(&sandbox, &hold));
    assert_ne!(answer.code, 0, "{answer:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn a_decline_that_arrives_meanwhile_wins() {
    let sandbox = Sandbox::with_remote();
    let no = maria(&sandbox, "decline 2.7.0 kb --reason wrong --push");
    publish(&sandbox, &uploader(&sandbox, &no)).finds(1, "declined");
    nothing_happened(&sandbox);
}

#[test]
fn a_waiver_that_expires_meanwhile_does_not_count_any_more() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    let seconds = |it: i64| jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(it)).unwrap();
    let until = seconds(8).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let waive = ["waive", "2.7.0", "missing:notice", "--until", &until, "--yes", "--reason", "a security fix"];
    sandbox.as_person("dana", &waive).exits(0);
    sandbox.as_person("sam", &["waive", "2.7.0", "--yes", "--reason", "a security fix"]).exits(0);
    publish(&sandbox, &uploader(&sandbox, "sleep 9")).finds(3, "missing");
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.git(&["log", "--format=%s"]).contains("Publish 2.7.0"));
}
