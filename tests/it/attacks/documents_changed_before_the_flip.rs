//! A publication is prepared, the documents change on the branch of record, and then the pull request is merged: what is recorded is
//! not yet what customers see.
//!
//! Guards: what is recorded and not listed is judged like a candidate; where nobody sees the site, every document is as it was
//! published or is signed again.

use std::fs;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Answer, RECORDER, Sandbox};

/// 2.7.0 is prepared, both documents say something else by now, and the statement is merged.
fn merged() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    let dist = sandbox.path("dist").display().to_string();
    let prepare = ["publish", "2.7.0", "--from", &dist, "--prepare", "--yes", "--format", "json"];
    let prepared = sandbox.as_person("ci", &prepare).exits(0).json();
    for file in ["kb.md", "notice.md"] {
        sandbox
            .edit(&format!("releases/2.7.0/{file}"), |it| it.replace("Install the newest player", "Do not install it"));
    }
    sandbox.git(&["fetch", "-q"]);
    let branch = format!("origin/{}", prepared["branch"].as_str().unwrap());
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge it", &branch]);
    sandbox.git(&["push", "-q"]);
    sandbox
}

/// The answer of `publish`, which must leave the site and the record as they were.
fn refused(sandbox: &Sandbox) -> Answer {
    let state = || (sandbox.git_in("origin.git", &["rev-parse", "main"]), sandbox.git(&["status", "--porcelain"]));
    let before = state();
    let answer = sandbox.publish("2.7.0");
    assert_eq!(state(), before);
    assert!(!sandbox.path("site/releases.json").exists());
    answer
}

#[test]
fn what_was_merged_meanwhile_is_not_shown() {
    let sandbox = merged();
    sandbox.check("2.7.0").finds(3, "stale").finds(3, "being published on downloads");
    refused(&sandbox).finds(3, "stale");
    // Signed again it goes out, as what it says by now.
    let first = sandbox.id("2.7.0", "kind = \"publish\"");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.git(&["push", "-q"]);
    sandbox.publish("2.7.0").exits(0);
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    assert!(!index.contains(&first), "{index}");
    assert_eq!(sandbox.entries("2.7.0").iter().filter(|it| it.1.contains("kind = \"publish\"")).count(), 2);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox.holdpoint(&["audit"]).exits(0);
    sandbox.publish("2.7.0").finds(0, "already published");
}

#[test]
fn where_nobody_sees_the_site_it_waits_as_well() {
    let sandbox = merged();
    fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    sandbox.check("2.7.0").finds(3, "stale").finds(3, "downloads not seen from here");
}

#[test]
fn other_files_are_burned_though_they_are_signed() {
    let sandbox = merged();
    let bytes: &[u8] = b"recorder 2.7.1\n";
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), bytes).unwrap();
    // The command that lists files refuses it already.
    let given = format!("recorder={}", sandbox.path("dist/recorder-2.7.0.bin").display());
    sandbox.holdpoint(&["artifacts", "2.7.0", &given]).exits(1);
    let (old, new) = (Digest::of(RECORDER).to_string(), Digest::of(bytes).to_string());
    assert_eq!(RECORDER.len(), bytes.len());
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| it.replace(&old, &new));
    sandbox.sign_all("2.7.0");
    sandbox.git(&["push", "-q"]);
    sandbox.check("2.7.0").finds(1, "burned");
    refused(&sandbox).finds(1, "burned");
}
