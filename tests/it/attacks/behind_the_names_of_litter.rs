//! A file to download is put where audits do not look, because systems leave files there.
//!
//! Guards: litter is known by what such a file is, and not by its folder; what has the bytes or the name of something of ours is told
//! wherever it lies.

use std::fs;

use crate::sandbox::{RECORDER, Sandbox};

fn put(sandbox: &Sandbox, path: &str, bytes: &[u8]) {
    let place = sandbox.path("site").join(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, bytes).unwrap();
}

/// Puts a file there, and expects the audit to tell it.
fn is_told(paths: &[&str], bytes: &[u8]) {
    let sandbox = Sandbox::published();
    for path in paths {
        put(&sandbox, path, bytes);
        sandbox.holdpoint(&["audit"]).finds(1, "live-unrecorded").finds(1, path);
        fs::remove_file(sandbox.path("site").join(path)).unwrap();
        sandbox.holdpoint(&["audit"]).exits(0);
    }
}

#[test]
fn what_is_no_litter_is_told_in_any_folder() {
    let paths = [
        ".well-known/setup.exe",
        ".well-known/a/b/setup.msi",
        "lost+found/setup",
        "@eaDir/setup.exe",
        "recorder/2.7.0/@eaDir/setup.exe",
        ".snapshot/setup.exe",
        ".zfs/snapshot/setup.exe",
        "System Volume Information/setup.exe",
        ".DS_Store/setup.exe",
    ];
    is_told(&paths, b"something else");
}

#[test]
fn what_is_called_like_a_download_is_told_in_any_folder() {
    is_told(
        &[".well-known/recorder", ".well-known/Recorder-2.9.0.txt", ".well-known/recorder/2.9.0"],
        b"something else",
    );
}

#[test]
fn what_has_the_bytes_of_a_recorded_file_is_told_under_any_name() {
    is_told(&[".well-known/security.txt", "lost+found/#12", "@eaDir/x@SynoEAStream", "recorder/.DS_Store"], RECORDER);
}

#[test]
fn what_is_too_large_for_a_text_is_told_at_a_well_known_place() {
    is_told(&[".well-known/acme-challenge/token"], &vec![0; 1 << 20]);
}

#[test]
fn real_litter_is_no_drift() {
    let sandbox = Sandbox::published();
    for path in [
        ".well-known/security.txt",
        ".well-known/acme-challenge/Kx3_-0",
        "lost+found/#12",
        "@eaDir/recorder-2.7.0.bin@SynoEAStream",
        "recorder/Thumbs.db",
        ".DS_Store",
        ".nfs000000000001",
    ] {
        put(&sandbox, path, b"x");
    }
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
}
