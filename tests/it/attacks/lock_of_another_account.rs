//! Two accounts may write to one site: the lock that the first one leaves keeps the second one out for ever, or they publish at once.
//!
//! Guard: the lock is shared by whoever may write to the site's folder.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Command, Stdio};

use crate::sandbox::{Answer, Sandbox, email, keys};

/// The group of those who may write to the site, and two accounts that every system has: a key is used by nobody without a name.
const GROUP: &str = "54321";
const FIRST: &str = "1";
const SECOND: &str = "2";

fn mode(sandbox: &Sandbox, path: &str) -> u32 {
    fs::metadata(sandbox.path(path)).unwrap().permissions().mode() & 0o777
}

/// A command of an account. The tests run as an account that can be others, or they could not tell.
fn of(account: &str, inner: &Command) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", account, "--regid", account, "--groups", GROUP]).arg(inner.get_program());
    command.args(inner.get_args()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = inner.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

/// Publishes 2.7.0 from an account that has the clone for itself.
fn publish(sandbox: &Sandbox, account: &str) -> Answer {
    for own in ["repo", "home", "dist"] {
        sandbox.run(".", Command::new("chown").args(["-R", account]).arg(sandbox.path(own)));
    }
    let key = sandbox.path("home/ci");
    fs::copy(keys().join("ci"), &key).unwrap();
    sandbox.run(".", Command::new("chown").arg(account).arg(&key));
    let (key, dist) = (key.display().to_string(), sandbox.path("dist").display().to_string());
    let ci = email("ci");
    let publish =
        ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes", "--as", &ci, "--key", key.as_str()];
    let output = of(account, &sandbox.command("repo", &publish)).stdin(Stdio::null()).output().unwrap();
    sandbox.answer(&output)
}

/// A site that a group may write to.
fn shared() -> Sandbox {
    let sandbox = Sandbox::signed();
    let top = sandbox.path("site").parent().unwrap().to_owned();
    sandbox.run(".", Command::new("chmod").arg("0711").arg(top));
    sandbox.run(".", Command::new("chgrp").arg(GROUP).arg(sandbox.path("site")));
    sandbox.run(".", Command::new("chmod").arg("0775").arg(sandbox.path("site")));
    sandbox
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

#[test]
fn the_lock_is_open_to_those_who_may_write_and_to_nobody_else() {
    for (site, folder, lock) in [(0o755, 0o700, 0o600), (0o775, 0o770, 0o660), (0o777, 0o777, 0o666)] {
        let sandbox = Sandbox::signed();
        fs::set_permissions(sandbox.path("site"), PermissionsExt::from_mode(site)).unwrap();
        sandbox.publish("2.7.0").exits(0);
        assert_eq!(mode(&sandbox, "site/.holdpoint"), folder, "{site:o}");
        assert_eq!(mode(&sandbox, "site/.holdpoint/lock"), lock, "{site:o}");
    }
}

#[test]
fn each_of_two_accounts_goes_on_where_the_other_one_ended() {
    if !is_root() {
        // Nobody else can be somebody else; the modes above say the same.
        return;
    }
    let sandbox = shared();
    publish(&sandbox, FIRST).exits(0);
    assert_eq!(fs::metadata(sandbox.path("site/.holdpoint/lock")).unwrap().uid().to_string(), FIRST);
    publish(&sandbox, SECOND).finds(0, "already published");
    // The second one may even put what the first one put and somebody took away.
    fs::remove_file(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap();
    publish(&sandbox, SECOND).exits(0);
    publish(&sandbox, FIRST).exits(0);
}

#[test]
fn they_never_publish_at_once_and_a_holder_who_is_gone_is_none() {
    if !is_root() {
        return;
    }
    let sandbox = shared();
    publish(&sandbox, FIRST).exits(0);
    let lock = sandbox.path("site/.holdpoint/lock").display().to_string();
    let mut holding = Command::new("flock");
    // It waits for its input to end, and so never longer than this test.
    holding.args(["-x", &lock, "cat"]).env("PATH", std::env::var_os("PATH").unwrap());
    let mut holder = of(FIRST, &holding).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let is_held = || !Command::new("flock").args(["-n", &lock, "true"]).status().unwrap().success();
    let begun = std::time::Instant::now();
    while !is_held() {
        assert!(begun.elapsed().as_secs() < 20, "nobody took the lock");
    }
    publish(&sandbox, SECOND).finds(4, "under way");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    publish(&sandbox, SECOND).exits(0);
    // Whoever may merely read the site cannot hold it.
    let stranger = Command::new("setpriv")
        .args(["--reuid", "3", "--regid", "3", "--clear-groups", "flock", "-n", &lock, "true"])
        .output();
    assert!(!stranger.unwrap().status.success());
}
