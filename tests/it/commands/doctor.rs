//! `holdpoint doctor`: what it says of a clone that is well, and of each thing that can be wrong with one. That a gate which
//! says yes is noticed stands beside the drill itself.

use std::fs;
use std::process::Command;

use serde_json::Value;
use snapbox::str;

use crate::sandbox::{Answer, Sandbox, keys};

/// A clone of a project with a remote, whose user has a key of the ring.
fn well() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["fetch", "-q"]);
    sandbox.git(&["config", "user.signingkey", keys().join("maria").to_str().unwrap()]);
    sandbox
}

fn examined(sandbox: &Sandbox) -> Answer {
    sandbox.holdpoint(&["doctor", "--format", "json"])
}

/// The state and the message of what was found under a name, where it is there once.
#[track_caller]
fn check(answer: &Answer, name: &str) -> (String, String, String) {
    let json = answer.json();
    let found: Vec<&Value> = json["checks"].as_array().unwrap().iter().filter(|it| it["name"] == name).collect();
    assert_eq!(found.len(), 1, "{name} in {json:#}");
    let text = |key: &str| found[0][key].as_str().unwrap_or_default().to_owned();
    (text("state"), text("message"), text("next"))
}

/// Holds the state of one thing, the exit code and the next command against what they should be.
#[track_caller]
fn finds(sandbox: &Sandbox, code: i32, name: &str, state: &str, next: &str) {
    let answer = examined(sandbox).exits(code);
    let (found, _, command) = check(&answer, name);
    assert_eq!(found, state, "{answer:#?}");
    assert!(command.contains(next), "`{next}` is not in `{command}`");
}

#[test]
fn all_is_well() {
    let mut answer = well().holdpoint(&["doctor"]);
    answer.stdout = unversioned(&answer.stdout);
    answer.shows(str![[r#"
exit 0
-- stdout
the gate said no to 58 of 58 bad candidates, and yes to the good one
  unsigned, stale, swapped, revoked, declined, held, half-lifted, wrong-role, two-seats, retired, machine, replayed, other-project, tampered, forged, other-bytes, other-kind, damaged-hold, dropped-entry, rewritten-past, shallow, behind, one-waiver, expired-waiver, no-component, no-artifact, taken, cancelled, too-early, placeholder, orphaned, unlisted, dead-end, untold, hand-made, on-a-branch, crowded, elsewhere, copied, executable, hidden-text, junk, swollen, before-flip, unseen-site, shortened, adopted, junk-behind, other-time, unproven, unsealed, changed, unpinned, other-root, moved, asks-nothing, half-signed, forked

in [SANDBOX]/repo:
  ok       root        pinned by git config holdpoint.root, and the policies pass through it
  ok       policy      policy 1 is in force, sha256:[ID]
  ok       attributes  `.gitattributes` keeps git from converting what is signed
  ok       history     nothing that was signed in older commits is lost
  ok       branch      HEAD holds all that `origin/main` was known to hold
  ok       key         you would sign as maria@example.com with SHA256:[KEY]
  ok       signing     `ssh-keygen` (OpenSSH_…) signs, and its signatures are valid
  ok       hook        none is needed in a clone; `holdpoint hook install` belongs on the server

"#]]);
}

/// The text without the version of OpenSSH, which is that of the machine.
fn unversioned(text: &str) -> String {
    let line = |it: &str| match (it.find(" (OpenSSH_"), it.find(") signs")) {
        (Some(from), Some(to)) => format!("{} (OpenSSH_…{}\n", &it[..from], &it[to..]),
        _ => format!("{it}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn outside_a_repository_only_the_drill_is_held() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint_in("home", &["doctor"]).shows(str![[r#"
exit 0
-- stdout
the gate said no to 58 of 58 bad candidates, and yes to the good one
  unsigned, stale, swapped, revoked, declined, held, half-lifted, wrong-role, two-seats, retired, machine, replayed, other-project, tampered, forged, other-bytes, other-kind, damaged-hold, dropped-entry, rewritten-past, shallow, behind, one-waiver, expired-waiver, no-component, no-artifact, taken, cancelled, too-early, placeholder, orphaned, unlisted, dead-end, untold, hand-made, on-a-branch, crowded, elsewhere, copied, executable, hidden-text, junk, swollen, before-flip, unseen-site, shortened, adopted, junk-behind, other-time, unproven, unsealed, changed, unpinned, other-root, moved, asks-nothing, half-signed, forked

there is no repository here; in a clone this command looks at the clone, too

"#]]);
    let json = sandbox.holdpoint_in("home", &["doctor", "--format", "json"]).exits(0).json();
    assert_eq!(json["repository"], Value::Null);
    assert!(json["candidates"].as_array().unwrap().iter().all(|it| it["answer"] == "no" && it["verdict"] != "clear"));
    sandbox.holdpoint_in("home", &["doctor", "--quiet"]).shows("exit 0\n");
    sandbox.holdpoint(&["doctor", "--repo", "nowhere"]).exits(2);
}

#[test]
fn where_a_root_is_pinned_there_must_be_a_project() {
    let mut sandbox = Sandbox::empty();
    sandbox.holdpoint(&["doctor"]).finds(0, "HEAD holds no folder `policy/`");
    sandbox.set("HOLDPOINT_ROOT", &format!("sha256:{}", "0".repeat(64)));
    sandbox.holdpoint(&["doctor"]).finds(1, "a root is pinned, and HEAD holds no folder `policy/`");
    sandbox.holdpoint_in("home", &["doctor"]).finds(1, "a root is pinned, and there is no repository here");
}

#[test]
fn the_root() {
    let mut sandbox = well();
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    finds(&sandbox, 1, "root", "wrong", "holdpoint trust");
    sandbox.holdpoint(&["doctor", "--root", &root]).exits(0);
    sandbox.holdpoint(&["doctor", "--root", &format!("sha256:{}", "0".repeat(64))]).finds(1, "root-mismatch");
    sandbox.holdpoint(&["doctor", "--root", "sha256:12"]).finds(1, "which is no root");
    sandbox.git(&["config", "holdpoint.root", &root]);
    sandbox.set("CI", "true");
    finds(&sandbox, 0, "root", "warning", "HOLDPOINT_ROOT");
    sandbox.set("HOLDPOINT_ROOT", &root);
    finds(&sandbox, 0, "root", "ok", "");
}

#[test]
fn the_policy() {
    let sandbox = well();
    fs::remove_file(sandbox.path("repo/policy/0001/dana@example.com.sig")).unwrap();
    sandbox.commit_all("Lose a signature");
    finds(&sandbox, 1, "policy", "wrong", "git log --format=%h -- policy/0001");
    let alone = Sandbox::empty();
    let key = keys().join("dana");
    let key = key.to_str().unwrap();
    let init = ["init", "--project", "https://example.com/x", "--as", "dana@example.com", "--key", key];
    alone.holdpoint(&init).exits(0);
    let answer = examined(&alone).exits(0);
    let checks = answer.json();
    let brittle = |it: &&Value| it["name"] == "policy" && it["state"] == "warning";
    let count = checks["checks"].as_array().unwrap().iter().filter(brittle).count();
    assert!(count > 0, "{checks:#}");
}

#[test]
fn the_attributes() {
    let sandbox = well();
    sandbox.edit(".gitattributes", |it| it + "* text=auto\n");
    finds(&sandbox, 1, "attributes", "wrong", ">> .gitattributes");
    // What it says to do helps.
    let (_, _, next) = check(&examined(&sandbox), "attributes");
    let (line, _) = next.split_once("   (").unwrap();
    sandbox.run("repo", Command::new("sh").args(["-c", line]));
    sandbox.commit_all("Keep signed bytes as they are");
    finds(&sandbox, 0, "attributes", "ok", "");
}

#[test]
fn the_history() {
    let sandbox = well();
    sandbox.git_in(".", &["clone", "-q", "--depth=1", &from(&sandbox), "shallow"]);
    let trusting = ["--root", sandbox.git(&["config", "--get", "holdpoint.root"]).trim()].map(str::to_owned);
    let doctor =
        |folder: &str| sandbox.holdpoint_in(folder, &["doctor", &trusting[0], &trusting[1], "--format", "json"]);
    let answer = doctor("shallow").exits(1);
    assert_eq!(check(&answer, "history").0, "wrong");
    assert!(check(&answer, "history").2.starts_with("git fetch --unshallow"));
    sandbox.git_in("shallow", &["fetch", "-q", "--unshallow"]);
    assert_eq!(check(&doctor("shallow").exits(0), "history").0, "ok");
    sandbox.git_in("origin.git", &["config", "uploadpack.allowFilter", "true"]);
    for (filter, code, state) in [("blob:none", 0, "warning"), ("tree:0", 1, "wrong")] {
        let folder = filter.replace(':', "-");
        sandbox.git_in(".", &["clone", "-q", &format!("--filter={filter}"), &from(&sandbox), &folder]);
        assert_eq!(check(&doctor(&folder).exits(code), "history").0, state, "{filter}");
    }
}

/// The address of the remote, as git must be given it to make a shallow clone.
fn from(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.path("origin.git").display())
}

#[test]
fn the_branch_of_record() {
    let sandbox = well();
    sandbox.git(&["checkout", "-q", "-b", "aside", "HEAD~1"]);
    finds(&sandbox, 1, "branch", "wrong", "git merge origin/main");
    sandbox.git(&["checkout", "-q", "main"]);
    let later = ["doctor", "--format", "json", "--now", "2098-01-01T00:00:00Z"];
    let answer = sandbox.holdpoint(&later).exits(0);
    assert_eq!(check(&answer, "branch").2, "git fetch origin main");
    sandbox.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    finds(&sandbox, 0, "branch", "warning", "git fetch origin main");
    sandbox.git(&["remote", "remove", "origin"]);
    finds(&sandbox, 0, "branch", "warning", "git remote add origin URL");
}

#[test]
fn the_program_that_signs() {
    let mut sandbox = well();
    sandbox.git(&["config", "gpg.ssh.program", "no-such-program"]);
    finds(&sandbox, 0, "signing", "warning", "install OpenSSH");
    sandbox.git(&["config", "gpg.ssh.program", "/bin/false"]);
    let (state, message, _) = check(&examined(&sandbox).exits(0), "signing");
    assert_eq!((state.as_str(), message.contains("`/bin/false`")), ("ok", true));
    fs::write(sandbox.path("ssh-keygen"), "#!/bin/sh\nexit 1\n").unwrap();
    sandbox.run(".", Command::new("chmod").args(["+x", "ssh-keygen"]));
    sandbox.git(&["config", "gpg.ssh.program", sandbox.path("ssh-keygen").to_str().unwrap()]);
    finds(&sandbox, 1, "signing", "wrong", "--reinstall openssh-client");
    sandbox.git(&["config", "--unset", "gpg.ssh.program"]);
    // Git is still there, and nothing else.
    let git =
        std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|it| it.join("git")).find(|it| it.is_file());
    fs::create_dir(sandbox.path("bin")).unwrap();
    std::os::unix::fs::symlink(git.unwrap(), sandbox.path("bin/git")).unwrap();
    let bin = sandbox.path("bin").display().to_string();
    sandbox.set("PATH", &bin);
    finds(&sandbox, 0, "signing", "warning", "install OpenSSH");
}

#[test]
fn the_key() {
    let sandbox = well();
    let (state, message, _) = check(&examined(&sandbox), "key");
    assert_eq!(state, "ok");
    assert!(message.starts_with("you would sign as maria@example.com with SHA256:"), "{message}");
    sandbox.git(&["config", "user.signingkey", keys().join("mallory").to_str().unwrap()]);
    finds(&sandbox, 0, "key", "warning", "--key FILE");
}

#[test]
fn the_hook() {
    let sandbox = well();
    finds(&sandbox, 0, "hook", "ok", "");
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    let hook = sandbox.path("origin.git/hooks/pre-receive");
    let looked = || {
        let answer = sandbox.holdpoint_in("origin.git", &["doctor", "--root", &root, "--format", "json"]);
        let (state, _, next) = check(&answer, "hook");
        (answer.code, state, next.replace(&*hook.to_string_lossy(), "HOOK"))
    };
    let says = |code: i32, state: &str, next: &str| (code, state.to_owned(), next.to_owned());
    assert_eq!(looked(), says(0, "warning", "holdpoint hook install"));
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\n# holdpoint hook pre-receive\nexit 0\n").unwrap();
    assert_eq!(looked(), says(0, "warning", "add this line: holdpoint hook pre-receive"));
    fs::write(&hook, "#!/bin/sh\nexec holdpoint hook pre-receive\n").unwrap();
    let (code, state, next) = looked();
    assert_eq!((code, state.as_str()), (1, "wrong"));
    assert!(next.starts_with("chmod +x "), "{next}");
    sandbox.run(".", Command::new("chmod").arg("+x").arg(&hook));
    assert_eq!(looked(), says(0, "ok", ""));
    sandbox.git_in("origin.git", &["config", "core.hooksPath", "elsewhere"]);
    assert_eq!(looked(), says(0, "warning", "holdpoint hook install"));
}
