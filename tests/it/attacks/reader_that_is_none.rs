//! A retired key signs a publication that never happened, to make a reader seem released (row 20); a beta, an unproven or another
//! site's reader (row 39): no reader for `orphan-format`, and a liability all the same.
//!
//! Guards: what helps must be proven to be out, on this site, and no pre-release; what speaks against counts at once.

use super::forge_publication;
use crate::sandbox::webinar::REC;
use crate::sandbox::{Sandbox, public_key, same};

const PLAYER: &str = "schema = 1\n[component.player]\nreads.rec = [\"3\"]\n";
const RECORDER: &str = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n";

/// A recorder 2.9.0 with everything in order but what it writes: matrix and documents are as the tool wants them, and signed off.
fn recorder(sandbox: &Sandbox) {
    sandbox.declare("2.9.0", &["recorder"], RECORDER);
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
}

fn is_refused(sandbox: &Sandbox) {
    let answer = sandbox.check("2.9.0").finds(1, "orphan-format");
    assert!(answer.stdout.contains("1 pair,"), "whoever has it is counted: {answer:#?}");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    assert!(!sandbox.path("site/recorder/2.9.0").exists());
}

#[test]
fn a_reader_that_is_out_is_one() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.6.0", &["player"], PLAYER);
    sandbox.exchange(REC);
    recorder(&sandbox);
    sandbox.check("2.9.0").exits(0);
    sandbox.publish("2.9.0").exits(0);
}

#[test]
fn a_retired_key_makes_no_reader() {
    let sandbox = Sandbox::published();
    sandbox.declare("2.8.0", &["player"], PLAYER);
    sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("ci"), &public_key("mallory")));
    sandbox.exchange(REC);
    forge_publication(&sandbox, 1, "ci");
    recorder(&sandbox);
    sandbox.check("2.8.0").finds(4, "unsealed");
    let answer = sandbox.check("2.9.0").finds(1, "orphan-format");
    assert!(answer.stdout.contains("`player` 2.8.0 would, and it is not proven"), "{answer:#?}");
    is_refused(&sandbox);
}

#[test]
fn a_publication_without_sign_offs_makes_no_reader() {
    let sandbox = Sandbox::published();
    sandbox.declare("2.8.0", &["player"], PLAYER);
    sandbox.exchange(REC);
    forge_publication(&sandbox, 2, "ci");
    recorder(&sandbox);
    sandbox.check("2.8.0").finds(4, "unproven");
    is_refused(&sandbox);
}

#[test]
fn a_retired_key_makes_no_route() {
    let sandbox = Sandbox::published();
    sandbox.ship("2.4.0", &["player"], &PLAYER.replace("\"3\"", "\"2\""));
    sandbox.declare("2.8.0", &["player"], PLAYER);
    sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("ci"), &public_key("mallory")));
    sandbox.exchange(&REC.replace("[\"player\"]", "[\"player\", \"viewer\"]"));
    forge_publication(&sandbox, 1, "ci");
    let viewer = RECORDER.to_owned() + "[component.viewer]\nreads.rec = [\"3\"]\n";
    sandbox.declare("2.9.0", &["recorder", "viewer"], &viewer);
    let answer = sandbox.check("2.9.0").finds(1, "no-route").lacks("orphan-format");
    assert!(answer.stdout.contains("recorder 2.9.0 and player 2.4.0 do not work together"), "{answer:#?}");
}

#[test]
fn what_is_not_proven_is_a_liability_all_the_same() {
    let sandbox = Sandbox::published();
    sandbox.declare("2.8.0", &["player"], &PLAYER.replace("\"3\"", "\"2\""));
    sandbox.exchange(REC);
    forge_publication(&sandbox, 2, "ci");
    sandbox.declare(
        "2.9.0",
        &["player", "recorder"],
        &format!("{RECORDER}[component.player]\nreads.rec = [\"2\", \"3\"]\n"),
    );
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    let answer = sandbox.check("2.9.0").finds(1, "obligation");
    assert!(answer.stdout.contains("recorder 2.9.0 and player 2.8.0 do not work together"), "{answer:#?}");
}

#[test]
fn what_nothing_reads_stays_here() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.6.0", &["player"], PLAYER);
    sandbox.exchange(REC);
    sandbox.declare("2.9.0", &["recorder"], &RECORDER.replace("[\"3\"]", "[\"3\"]\nwrites_on_request.rec = [\"4\"]"));
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    is_refused(&sandbox);
}

#[test]
fn a_beta_is_no_reader() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.8.0-beta.1", &["player"], PLAYER);
    sandbox.exchange(REC);
    recorder(&sandbox);
    is_refused(&sandbox);
}

#[test]
fn a_reader_on_another_site_is_none() {
    let sandbox = Sandbox::empty();
    let mirror = format!("mirror=file://{}", sandbox.path("mirror").display());
    sandbox.found_with(&["--site", &mirror]);
    sandbox.declare("2.6.0", &["player"], PLAYER);
    sandbox.sign_all("2.6.0");
    let publish = |version: &str, site: &str| {
        let dist = sandbox.path("dist").display().to_string();
        sandbox.as_person("ci", &["publish", version, "--site", site, "--from", &dist, "--yes"])
    };
    std::fs::create_dir(sandbox.path("mirror")).unwrap();
    publish("2.6.0", "mirror").exits(0);
    sandbox.exchange(REC);
    recorder(&sandbox);
    is_refused(&sandbox);
    publish("2.9.0", "mirror").exits(0);
}

#[test]
fn a_reader_without_an_artifact_is_none() {
    let sandbox = Sandbox::founded();
    sandbox.exchange(REC);
    let both = format!("{RECORDER}[component.player]\nreads.rec = [\"3\"]\n");
    sandbox.declare("2.9.0", &["player", "recorder"], &both);
    sandbox.edit("releases/2.9.0/artifacts.toml", |it| {
        let (head, rest) = it.split_once("\n[[artifact]]").unwrap();
        format!("{head}\n[[artifact]]{}", rest.split_once("\n[[artifact]]").unwrap().1)
    });
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    sandbox.check("2.9.0").finds(1, "no-artifact");
    is_refused(&sandbox);
}

#[test]
fn nobody_is_told_that_it_opens_anything() {
    let sandbox = Sandbox::published();
    sandbox.ship("2.6.0", &["recorder"], RECORDER);
    sandbox.declare("2.8.0", &["player"], PLAYER);
    sandbox.exchange(REC);
    let ask = || sandbox.holdpoint(&["can", "player@2.8", "open", "recorder@2.6"]);
    assert!(ask().exits(1).stdout.starts_with("Not yet"), "a draft is nothing that anybody has");
    forge_publication(&sandbox, 2, "ci");
    let answer = ask().exits(4);
    assert!(answer.stdout.contains("that 2.8.0 is out is not proven"), "{answer:#?}");
}

#[test]
fn what_the_site_does_not_list_yet_is_no_reader() {
    let sandbox = Sandbox::founded();
    sandbox.declare("2.6.0", &["player"], PLAYER);
    sandbox.sign_all("2.6.0");
    let dist = sandbox.path("dist");
    let prepare = ["publish", "2.6.0", "--from", dist.to_str().unwrap(), "--prepare", "--yes"];
    sandbox.as_person("ci", &prepare).exits(0);
    let branch = sandbox.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/holdpoint"]);
    sandbox.git(&["merge", "-q", branch.trim()]);
    sandbox.exchange(REC);
    recorder(&sandbox);
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.publish("2.9.0").finds(4, "finish it first: holdpoint publish 2.6.0");
    // Whoever finishes what was begun makes it one.
    sandbox.publish("2.6.0").exits(0);
    sandbox.publish("2.9.0").exits(0);
}
