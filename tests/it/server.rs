//! A server that people push to: a bare repository with the hook, reached by its path.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use holdpoint_core::digest::Digest;

use crate::sandbox::{Answer, Sandbox};

/// A signed-off release in a clone of a bare repository that is guarded and pinned.
pub(crate) fn guarded() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    guard(&sandbox);
    sandbox
}

/// Has the hook guard the `origin.git` of a sandbox, and pins the root of its clone there.
pub(crate) fn guard(sandbox: &Sandbox) {
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &root]).exits(0);
}

/// Pushes with the user's own git.
pub(crate) fn push(sandbox: &Sandbox, arguments: &[&str]) -> Answer {
    push_with(sandbox, arguments, &[])
}

/// The same, with further variables.
pub(crate) fn push_with(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
    // The tool's command brings the surroundings; the program is another.
    let tool = sandbox.command("repo", &[]);
    let mut git = Command::new("git");
    git.current_dir(tool.get_current_dir().unwrap()).env_clear();
    git.envs(tool.get_envs().filter_map(|(name, value)| Some((name, value?))));
    git.envs(variables.iter().copied()).args(["push", "-q", "origin"]).args(arguments);
    sandbox.answer(&git.stdin(Stdio::null()).output().unwrap())
}

/// What the server's branch is at.
pub(crate) fn tip(sandbox: &Sandbox) -> String {
    sandbox.git_in("origin.git", &["rev-parse", "main"]).trim().to_owned()
}

/// A push of `main` that is refused for this reason, and moves nothing.
#[track_caller]
pub(crate) fn refuses(sandbox: &Sandbox, reason: &str) -> Answer {
    let before = tip(sandbox);
    let answer = push(sandbox, &["--force", "main"]).finds(1, reason).finds(1, "pre-receive hook declined");
    assert_eq!(tip(sandbox), before);
    no_trace(sandbox);
    answer
}

/// A push of `main` that goes in.
#[track_caller]
pub(crate) fn accepts(sandbox: &Sandbox) {
    push(sandbox, &["main"]).exits(0);
    assert_eq!(tip(sandbox), sandbox.git(&["rev-parse", "HEAD"]).trim());
    no_trace(sandbox);
}

/// Takes back what was not pushed.
pub(crate) fn undo(sandbox: &Sandbox) {
    sandbox.git(&["reset", "-q", "--hard", "origin/main"]);
    sandbox.git(&["clean", "-qfd"]);
}

/// The hook has written nothing into the server's repository.
#[track_caller]
fn no_trace(sandbox: &Sandbox) {
    assert!(!sandbox.path("origin.git/holdpoint").exists());
}

/// Writes policy 2, changed by `edit`, as it lies when it was adopted; `owner` signs it.
pub(crate) fn write_second_policy(sandbox: &Sandbox, owner: &str, edit: impl FnOnce(String) -> String) -> PathBuf {
    let first = sandbox.read("policy/0001/policy.toml");
    let previous =
        format!("version = 2\nprevious = \"{}\"\nsealed = \"{}\"", Digest::of(first.as_bytes()), Digest::of(b""));
    let second = edit(first.replace("version = 1\nprevious = \"\"", &previous));
    assert_ne!(first, second);
    sandbox.write("policy/0002/policy.toml", &second);
    sandbox.write("policy/0002/signers", &sandbox.read("policy/0001/signers"));
    sandbox.write("policy/0002/sealed", "");
    let path = sandbox.path("repo/policy/0002/policy.toml");
    let signature = sandbox.ssh_sign(owner, "holdpoint/policy@v1", &path);
    fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.write(&format!("policy/0002/{owner}@example.com.sig"), &signature);
    path
}
