//! Where the record is read from: a work tree, a bare repository, a linked work tree, a sub-folder of a larger repository.

use std::fs;

use crate::sandbox::{RECORDER, Sandbox};

#[test]
fn a_bare_repository_is_read_and_signed_in() {
    let sandbox = Sandbox::signed();
    sandbox.git_in(".", &["clone", "-q", "--bare", "repo", "bare.git"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("bare.git", &["config", "holdpoint.root", &root]);
    sandbox.git_in("bare.git", &["remote", "remove", "origin"]);
    sandbox.holdpoint_in("bare.git", &["check", "2.7.0"]).exits(0);
    sandbox.holdpoint_in(".", &["check", "2.7.0", "--repo", "bare.git"]).exits(0);
    let key = crate::sandbox::keys().join("maria").display().to_string();
    sandbox
        .holdpoint_in(
            "bare.git",
            &["hold", "2.7.0", "--reason", "x", "--yes", "--as", "maria@example.com", "--key", &key],
        )
        .exits(0);
    sandbox.holdpoint_in("bare.git", &["check", "2.7.0"]).finds(1, "held");
}

#[test]
fn a_linked_work_tree_is_read() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    sandbox.holdpoint_in("linked", &["check", "2.7.0"]).exits(0);
    sandbox.holdpoint_in("linked/releases/2.7.0", &["check", "2.7.0"]).exits(0);
}

#[test]
fn a_sub_folder_of_a_larger_repository_is_a_root_of_its_own() {
    let sandbox = Sandbox::empty();
    sandbox.write("src/main.c", "int main(void) { return 0; }\n");
    sandbox.commit_all("A larger repository");
    fs::create_dir_all(sandbox.path("repo/ops/release")).unwrap();
    let key = crate::sandbox::keys().join("dana").display().to_string();
    let init = ["init", "--project", "https://x.example.com", "--as", "dana@example.com", "--key", &key];
    sandbox.holdpoint_in("repo/ops/release", &init).exits(0);
    assert!(sandbox.read("ops/release/policy/0001/policy.toml").contains("path = \"ops/release\""));
    sandbox.release("2.7.0", RECORDER);
    fs::create_dir_all(sandbox.path("repo/ops/release/releases")).unwrap();
    fs::rename(sandbox.path("repo/releases/2.7.0"), sandbox.path("repo/ops/release/releases/2.7.0")).unwrap();
    let release = "ops/release/releases/2.7.0/release.toml";
    sandbox.write(release, &sandbox.read(release).replace("deputy = \"sam@example.com\"\n", ""));
    sandbox.commit_all("Move it below");
    let answer = sandbox.holdpoint_in("repo/ops/release/releases", &["check", "2.7.0"]);
    assert!([1, 3].contains(&answer.code), "{answer:#?}");
    sandbox.holdpoint_in("repo/ops/release", &["sign", "2.7.0", "kb", "--yes", "--key", &key]).exits(0);
    let git = sandbox.git(&["ls-files", "ops/release/releases/2.7.0/ledger"]);
    assert_eq!(git.lines().count(), 2);
    // A copy of the folder decides nothing.
    sandbox.git(&["mv", "ops", "moved"]);
    sandbox.commit_all("Move the root");
    sandbox.holdpoint_in("repo/moved/release", &["check", "2.7.0"]).finds(4, "root-moved");
    sandbox.holdpoint_in("repo/src", &["check", "2.7.0"]).finds(4, "there is no folder `policy/`");
}

#[test]
fn outside_of_a_repository_it_says_so() {
    let sandbox = Sandbox::signed();
    let answer = sandbox.holdpoint_in("home", &["check", "2.7.0"]).exits(4);
    assert!(answer.stderr.contains("hint:"), "{answer:#?}");
}

#[test]
fn a_clone_with_the_blobs_that_it_needs_passes() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in("origin.git", &["config", "uploadpack.allowFilter", "true"]);
    let origin = format!("file://{}", sandbox.path("origin.git").display());
    sandbox.git_in(".", &["clone", "-q", "--filter=blob:none", &origin, "partial"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("partial", &["config", "holdpoint.root", &root]);
    sandbox.holdpoint_in("partial", &["check", "2.7.0"]).exits(0);
}
