//! Artifact bytes change between check and upload; the site changes a file after upload; a rebuild after a crash (row 41).

use std::fs;

use crate::sandbox::{RECORDER, Sandbox};

const ON_SITE: &str = "site/recorder/2.7.0/recorder-2.7.0.bin";

#[test]
fn other_bytes_than_were_signed_are_never_put() {
    let sandbox = Sandbox::signed();
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), "recorder 2.7.0, patched\n").unwrap();
    sandbox.publish("2.7.0").finds(1, "bytes-differ");
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.path(ON_SITE).exists());
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), RECORDER).unwrap();
    sandbox.publish("2.7.0").exits(0);
}

#[test]
fn other_bytes_of_the_same_size_are_never_put() {
    let sandbox = Sandbox::signed();
    let other = b"recorder 2.7.1\n";
    assert_eq!(other.len(), RECORDER.len());
    fs::write(sandbox.path("dist/recorder-2.7.0.bin"), other).unwrap();
    sandbox.publish("2.7.0").finds(1, "bytes-differ");
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.path(ON_SITE).exists());
}

#[test]
fn what_the_site_changed_after_the_upload_is_not_recorded() {
    let sandbox = Sandbox::signed();
    let to = sandbox.path(ON_SITE);
    let script = format!("mkdir -p {} && echo 'recorder 2.7.1' > {}", to.parent().unwrap().display(), to.display());
    let publish = ["publish", "2.7.0", "--site", "downloads", "--yes", "--", "sh", "-c", &script];
    sandbox.as_person("ci", &publish).finds(1, "bytes-differ");
    assert!(!sandbox.path("site/releases.json").exists());
    assert!(!sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\"")));
}

#[test]
fn a_leftover_that_no_statement_names_is_replaced() {
    let sandbox = Sandbox::signed();
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::write(sandbox.path(ON_SITE), "an older build").unwrap();
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(fs::read(sandbox.path(ON_SITE)).unwrap(), RECORDER);
}

#[test]
fn a_published_path_is_burned() {
    let sandbox = Sandbox::published();
    fs::write(sandbox.path(ON_SITE), "other bytes").unwrap();
    let answer = sandbox.publish("2.7.0");
    assert_eq!(answer.code, 1, "{answer:#?}");
    let told = answer.stdout.clone() + &answer.stderr;
    assert!(told.contains("burned") || told.contains("bytes-differ"), "{answer:#?}");
    assert_eq!(fs::read(sandbox.path(ON_SITE)).unwrap(), b"other bytes");
    sandbox.holdpoint(&["audit"]).finds(1, "bytes-differ");
}

#[test]
fn an_uploader_that_uploads_nothing_publishes_nothing() {
    let sandbox = Sandbox::signed();
    let answer = sandbox.as_person("ci", &["publish", "2.7.0", "--site", "downloads", "--yes", "--", "true"]);
    assert!([1, 4].contains(&answer.code), "{answer:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
    let is_recorded = sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\""));
    assert!(!is_recorded, "its publication is recorded: {answer:#?}");
}

#[test]
fn an_uploader_of_ones_own_is_read_back_and_recorded() {
    let sandbox = Sandbox::signed();
    let (from, to) = (sandbox.path("dist/recorder-2.7.0.bin"), sandbox.path(ON_SITE));
    let script = format!("mkdir -p {} && cp {} {}", to.parent().unwrap().display(), from.display(), to.display());
    sandbox.as_person("ci", &["publish", "2.7.0", "--site", "downloads", "--yes", "--", "sh", "-c", &script]).exits(0);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn an_uploader_is_not_run_while_the_gate_is_closed() {
    let sandbox = Sandbox::ready();
    let trap = sandbox.path("ran").display().to_string();
    sandbox
        .as_person("ci", &["publish", "2.7.0", "--site", "downloads", "--yes", "--", "touch", &trap])
        .finds(3, "missing");
    assert!(!sandbox.path("ran").exists());
}
