//! The runner dies, or the push is refused, between upload and flip; two runners publish at once (row 40).

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::sandbox::Sandbox;

/// How many times a publish is killed: a few in every run, hundreds in a long one.
fn kills() -> u64 {
    if std::env::var_os("HOLDPOINT_LONG").is_some() { 300 } else { 12 }
}

fn publish_arguments(sandbox: &Sandbox) -> Vec<String> {
    let key = crate::sandbox::keys().join("ci").display().to_string();
    let dist = sandbox.path("dist").display().to_string();
    ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--yes", "--as", "ci@example.com", "--key", &key]
        .map(str::to_owned)
        .into()
}

/// A kill may leave git's own locks, which everybody removes by hand as git says; all else the next run puts right.
fn unlock(sandbox: &Sandbox) {
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        let _ = fs::remove_file(sandbox.path("repo/.git").join(lock));
    }
}

#[test]
fn killed_at_any_point_the_same_command_finishes() {
    let recorder: Vec<u8> = (0..24_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let fresh = || {
        let sandbox = Sandbox::founded();
        sandbox.release("2.7.0", &recorder);
        sandbox.sign_all("2.7.0");
        sandbox
    };
    let mut sandbox = fresh();
    for kill in 0..kills() {
        let arguments = publish_arguments(&sandbox);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = sandbox
            .command("repo", &arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(4 + kill * 37 % 400));
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever is listed is whole.
        if let Ok(index) = fs::read_to_string(sandbox.path("site/releases.json"))
            && index.contains("2.7.0")
        {
            assert_eq!(fs::read(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap(), recorder);
            let ledger = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "releases/2.7.0/ledger"]);
            assert_eq!(ledger.lines().count(), 8, "three sign-offs and the publication are recorded before the flip");
            unlock(&sandbox);
            sandbox.publish("2.7.0").exits(0);
            sandbox.holdpoint(&["audit"]).exits(0);
            sandbox = fresh();
        }
        unlock(&sandbox);
    }
    sandbox.publish("2.7.0").exits(0);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_refused_push_leaves_nothing_visible() {
    let sandbox = Sandbox::with_remote();
    let hook = sandbox.path("origin.git/hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho no >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let answer = sandbox.publish("2.7.0");
    assert_eq!(answer.code, 4, "{answer:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
    fs::remove_file(hook).unwrap();
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_hold_that_arrived_meanwhile_wins() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "colleague"]);
    let key = crate::sandbox::keys().join("maria").display().to_string();
    let hold = ["hold", "2.7.0", "--reason", "crashes", "--yes", "--push", "--as", "maria@example.com", "--key", &key];
    let answer = sandbox.holdpoint_in("colleague", &hold).exits(0);
    assert!(answer.stdout.lines().last().unwrap().starts_with("pushed to main of "), "{answer:#?}");
    sandbox.publish("2.7.0").finds(1, "held");
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn two_runners_at_once_end_in_one_publication() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "other"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git_in("other", &["config", "holdpoint.root", &root]);
    let arguments = publish_arguments(&sandbox);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let spawn = |folder: &str| {
        sandbox
            .command(folder, &arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let (one, two) = (spawn("repo"), spawn("other"));
    let answers = [one, two].map(|it| sandbox.answer(&it.wait_with_output().unwrap()));
    assert!(answers.iter().any(|it| it.code == 0), "{answers:#?}");
    for answer in &answers {
        let told = answer.stderr.contains("another publish") || answer.stdout.contains("already");
        assert!(answer.code == 0 || told, "{answers:#?}");
    }
    sandbox.git(&["pull", "-q", "--rebase"]);
    let publications = sandbox.entries("2.7.0").into_iter().filter(|it| it.1.contains("kind = \"publish\"")).count();
    assert_eq!(publications, 1);
    sandbox.holdpoint(&["audit"]).exits(0);
}
