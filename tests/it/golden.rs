//! The golden files: records as an earlier build wrote them, which every later one must read in the same way.

use std::fs;
use std::path::{Path, PathBuf};

use holdpoint_core::digest::Digest;
use snapbox::{Data, assert_data_eq};

use crate::sandbox::Sandbox;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A repository that holds the golden record, with its root pinned.
fn repository() -> Sandbox {
    let sandbox = Sandbox::empty();
    copy(&golden().join("root"), &sandbox.path("repo"));
    sandbox.commit_all("The golden record");
    let policy = fs::read(golden().join("root/policy/0001/policy.toml")).unwrap();
    sandbox.git(&["config", "holdpoint.root", &format!("sha256:{}", Digest::of(&policy))]);
    sandbox
}

#[test]
fn every_verdict_is_what_it_was() {
    let sandbox = repository();
    let commit = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    for (version, exit) in [("2.4.0", 0), ("2.5.0", 0), ("2.6.0", 1), ("2.7.0", 3), ("2.8.0", 4)] {
        let answer = sandbox.check_json(version).exits(exit);
        let expected = Data::read_from(&golden().join(format!("expected/{version}.json")), None);
        assert_data_eq!(answer.stdout.replace(&commit, "[COMMIT]"), expected.raw());
    }
}

#[test]
fn every_statement_verifies_with_stock_openssh() {
    let sandbox = repository();
    let damaged = sandbox.entry("2.8.0", "kind = \"hold\"");
    for version in ["2.4.0", "2.5.0", "2.6.0", "2.7.0", "2.8.0"] {
        for (path, text) in sandbox.entries(version).into_iter().filter(|it| it.0 != damaged) {
            crate::signing::verify_with_stock_tools(&sandbox, &path, &text);
        }
    }
}
