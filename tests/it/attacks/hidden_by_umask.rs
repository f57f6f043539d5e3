//! A run with `umask 077` publishes what no web server can read; somebody closes a file or a folder afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Publishes with a umask that lets nobody else read.
fn publish_closed(sandbox: &Sandbox) -> i32 {
    let key = crate::sandbox::keys().join("ci").display().to_string();
    let dist = sandbox.path("dist").display().to_string();
    let publish =
        ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes", "--as", "ci@example.com", "--key", &key];
    let inner = sandbox.command("repo", &publish);
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec \"$0\" \"$@\""]).arg(inner.get_program()).args(inner.get_args());
    command.current_dir(sandbox.path("repo")).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null()).output().unwrap().status.code().unwrap()
}

#[test]
fn whatever_the_umask_customers_can_read_it() {
    let sandbox = Sandbox::signed();
    set(&sandbox.path("site"), 0o755);
    assert_eq!(publish_closed(&sandbox), 0);
    for file in ["releases.json", "index.html", "recorder/2.7.0/SHA256SUMS", "recorder/2.7.0/recorder-2.7.0.bin"] {
        assert_eq!(mode(&sandbox.path("site").join(file)), 0o644, "{file}");
    }
    for folder in ["recorder", "recorder/2.7.0"] {
        assert_eq!(mode(&sandbox.path("site").join(folder)), 0o755, "{folder}");
    }
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn what_was_closed_is_told_and_put_right_by_the_next_run() {
    let sandbox = Sandbox::signed();
    set(&sandbox.path("site"), 0o755);
    sandbox.publish("2.7.0").exits(0);
    for path in
        ["releases.json", "index.html", "recorder", "recorder/2.7.0/SHA256SUMS", "recorder/2.7.0/recorder-2.7.0.bin"]
    {
        let path = sandbox.path("site").join(path);
        set(&path, if path.is_dir() { 0o700 } else { 0o600 });
        sandbox.holdpoint(&["audit"]).finds(1, "not-readable");
        sandbox.publish("2.7.0").exits(0);
        sandbox.holdpoint(&["audit"]).exits(0);
    }
}
