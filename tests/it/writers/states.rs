//! The states in which git's own files may be when a command comes to write.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::sandbox::Sandbox;

/// One of them.
pub(super) struct State {
    pub(super) name: &'static str,
    /// Where the command is run.
    pub(super) folder: &'static str,
    pub(super) arrange: fn(&Sandbox),
    /// Whether nothing can be committed here until the lock is gone.
    pub(super) stops: bool,
}

const fn here(name: &'static str, arrange: fn(&Sandbox)) -> State {
    State { name, folder: "repo", arrange, stops: false }
}

const fn stopped(name: &'static str, arrange: fn(&Sandbox)) -> State {
    State { name, folder: "repo", arrange, stops: true }
}

const LOCKS: [&str; 4] = ["index.lock", "HEAD.lock", "refs/heads/main.lock", "config.lock"];

/// The locks that a git which died has left.
pub(super) fn locks(sandbox: &Sandbox) -> Vec<PathBuf> {
    let private = sandbox.path("repo/.git");
    let linked = fs::read_dir(private.join("worktrees")).into_iter().flatten().map(|it| it.unwrap().path());
    let folders: Vec<PathBuf> = linked.chain([private]).collect();
    folders.iter().flat_map(|folder| LOCKS.map(|it| folder.join(it))).filter(|it| it.exists()).collect()
}

fn lock(sandbox: &Sandbox, name: &str) {
    fs::write(sandbox.path("repo/.git").join(name), "").unwrap();
}

/// Leaves all but these folders out of a sparse index.
fn sparse(sandbox: &Sandbox, kept: &[&str]) {
    sandbox.git(&[&["sparse-checkout", "set", "--cone", "--sparse-index"], kept].concat());
}

/// Sets a bit on each file of the record that the index has.
fn mark(sandbox: &Sandbox, bit: &str) {
    sandbox.shell("repo", &format!("git ls-files -z policy releases | git update-index {bit} -z --stdin")).exits(0);
}

/// Checks `main` out in a linked work tree, which the repository's own leaves to it.
fn link(sandbox: &Sandbox) {
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.git(&["worktree", "add", "-q", "../linked", "main"]);
    // What is not committed comes along.
    sandbox.shell("repo", "git ls-files -o -m -z | xargs -0r cp --parents -t ../linked").exits(0);
}

pub(super) const STATES: &[State] = &[
    here("as usual", |_| ()),
    stopped("a locked index", |it| lock(it, "index.lock")),
    here("a locked HEAD", |it| lock(it, "HEAD.lock")),
    stopped("a locked branch", |it| lock(it, "refs/heads/main.lock")),
    here("a locked configuration", |it| lock(it, "config.lock")),
    here("a sparse index without the record", |it| sparse(it, &["elsewhere"])),
    here("a sparse index with the record", |it| sparse(it, &["policy", "releases"])),
    here("a split index", |it| drop(it.git(&["update-index", "--split-index"]))),
    here("a monitor of the files, and a cache of what is not tracked", |it| {
        let monitor = it.path("repo/.git/monitor");
        fs::write(&monitor, "#!/bin/sh\nprintf 'token\\0/\\0'\n").unwrap();
        fs::set_permissions(&monitor, PermissionsExt::from_mode(0o755)).unwrap();
        it.git(&["config", "core.fsmonitor", ".git/monitor"]);
        it.git(&["config", "core.untrackedCache", "true"]);
        it.git(&["update-index", "--fsmonitor", "--untracked-cache"]);
        it.git(&["status"]);
    }),
    here("files taken for unchanged", |it| mark(it, "--assume-unchanged")),
    here("files that git is told to leave alone", |it| mark(it, "--skip-worktree")),
    State { name: "a linked work tree", folder: "linked", arrange: link, stops: false },
    State {
        name: "a linked work tree with a locked index",
        folder: "linked",
        stops: true,
        arrange: |it| {
            link(it);
            let private = it.git_in("linked", &["rev-parse", "--absolute-git-dir"]);
            fs::write(PathBuf::from(private.trim()).join("index.lock"), "").unwrap();
        },
    },
];
