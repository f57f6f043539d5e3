//! The web server reads by an entry in the access list of the site's folder: what is put without it answers 403, and the modes look as
//! they should.
//!
//! Guard: the rights on the site's folder are those of its list, for what is put, and for the audit.

use std::path::Path;
use std::process::Command;

use crate::sandbox::Sandbox;

/// Changes the access list of a file or folder.
fn set(sandbox: &Sandbox, change: &[&str], path: &Path) {
    sandbox.run(".", Command::new("setfacl").args(change).arg(path));
}

/// The access list of a file or folder.
fn list(sandbox: &Sandbox, path: &Path) -> String {
    sandbox.run(".", Command::new("getfacl").args(["-cnp", "--omit-header"]).arg(path))
}

/// 2.7.0 is signed off, and two whom nobody else lets in may read the site.
fn read_by_list() -> Sandbox {
    let sandbox = Sandbox::signed();
    let site = sandbox.path("site");
    sandbox.run(".", Command::new("chmod").arg("0700").arg(&site));
    set(&sandbox, &["-m", "u:33033:r-x,g:44044:r-x"], &site);
    sandbox
}

const FILES: [&str; 4] =
    ["releases.json", "index.html", "recorder/2.7.0/SHA256SUMS", "recorder/2.7.0/recorder-2.7.0.bin"];

#[test]
fn whoever_reads_the_folder_by_its_list_reads_what_is_put() {
    let sandbox = read_by_list();
    sandbox.publish("2.7.0").exits(0);
    for path in FILES.iter().chain(&["recorder", "recorder/2.7.0"]) {
        let place = sandbox.path("site").join(path);
        let (found, rights) = (list(&sandbox, &place), if place.is_dir() { "r-x" } else { "r--" });
        for wanted in [format!("user:33033:{rights}"), format!("group:44044:{rights}")] {
            assert!(found.contains(&wanted) && !found.contains("effective"), "{path} is not readable: {found}");
        }
        assert!(found.contains("group::---") && found.contains("other::---"), "{path} is open to others: {found}");
    }
    sandbox.holdpoint(&["audit"]).exits(0);
    let lock = list(&sandbox, &sandbox.path("site/.holdpoint/lock"));
    assert!(!lock.contains("33033:r"), "who reads the site cannot hold its lock: {lock}");
}

#[test]
fn what_the_list_leaves_out_is_told_and_put_right_by_the_next_run() {
    let sandbox = read_by_list();
    sandbox.publish("2.7.0").exits(0);
    for path in FILES.iter().chain(&["recorder", "recorder/2.7.0"]) {
        for change in [&["-x", "u:33033"][..], &["-m", "m::---"], &["-b"]] {
            set(&sandbox, change, &sandbox.path("site").join(path));
            sandbox.holdpoint(&["audit"]).finds(1, "not-readable");
            sandbox.publish("2.7.0").exits(0);
            sandbox.holdpoint(&["audit"]).exits(0);
        }
    }
}

#[test]
fn a_folder_with_a_list_for_what_is_born_in_it_keeps_to_that() {
    let sandbox = read_by_list();
    let site = sandbox.path("site");
    set(&sandbox, &["-d", "-m", "u::rwx,u:33033:r-x,g::---,o::---"], &site);
    sandbox.publish("2.7.0").exits(0);
    let found = list(&sandbox, &site.join("recorder/2.7.0/recorder-2.7.0.bin"));
    assert!(found.contains("user:33033:r-x") && found.contains("mask::r--"), "{found}");
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_group_to_which_the_list_gives_nothing_is_not_the_one_that_reads() {
    use std::os::unix::fs::MetadataExt;

    let sandbox = read_by_list();
    let site = sandbox.path("site");
    // Only root may give a folder to a group that it is not in.
    if !Command::new("chgrp").arg("54321").arg(&site).status().unwrap().success() {
        return;
    }
    set(&sandbox, &["-d", "-m", "u::rwx,u:33033:r-x,g::---,o::---"], &site);
    sandbox.publish("2.7.0").exits(0);
    for path in FILES {
        assert_ne!(std::fs::metadata(site.join(path)).unwrap().gid(), 54321, "{path}");
    }
    sandbox.holdpoint(&["audit"]).exits(0);
}
