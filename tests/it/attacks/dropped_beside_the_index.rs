//! A file dropped beside `releases.json`; `releases.json` edited by hand (row 43).

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn a_file_that_nobody_recorded_is_the_loudest_finding() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["audit"]).exits(0);
    fs::write(sandbox.path("site/recorder-2.8.0.exe"), "x").unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded");
    fs::remove_file(sandbox.path("site/recorder-2.8.0.exe")).unwrap();
    fs::write(sandbox.path("site/recorder/2.7.0/extra.dll"), "x").unwrap();
    sandbox.holdpoint(&["audit", "downloads"]).finds(1, "live-unrecorded");
}

#[test]
fn an_index_edited_by_hand_is_found() {
    let sandbox = Sandbox::published();
    let path = sandbox.path("site/releases.json");
    let index = fs::read_to_string(&path).unwrap();
    for edited in [
        index.replace("2.7.0", "2.8.0"),
        index.replacen("\"size\": 15", "\"size\": 16", 1),
        format!("{index}\n"),
        "{}".to_owned(),
    ] {
        assert_ne!(edited, index);
        fs::write(&path, edited).unwrap();
        sandbox.holdpoint(&["audit"]).finds(1, "index-ahead");
    }
    fs::remove_file(&path).unwrap();
    sandbox.holdpoint(&["audit"]).finds(4, "site-unreachable");
    fs::write(&path, &index).unwrap();
    sandbox.empty_the_index();
    sandbox.holdpoint(&["audit"]).finds(1, "index-behind");
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), index);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn what_is_recorded_and_gone_or_other_is_found() {
    let sandbox = Sandbox::published();
    let file = sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, "other").unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "bytes-differ");
    fs::remove_file(&file).unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "recorded-missing");
    fs::write(&file, bytes).unwrap();
    let sums = sandbox.path("site/recorder/2.7.0/SHA256SUMS");
    fs::write(&sums, "x\n").unwrap();
    sandbox.holdpoint(&["audit"]).finds(1, "checksum-file-wrong");
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_site_that_is_not_there_is_never_no_drift() {
    let sandbox = Sandbox::published();
    fs::rename(sandbox.path("site"), sandbox.path("moved")).unwrap();
    fs::write(sandbox.path("site"), "a file").unwrap();
    sandbox.holdpoint(&["audit"]).exits(4);
}
