//! `hook install`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use snapbox::str;

use crate::sandbox::Sandbox;
use crate::server::push;

fn root(sandbox: &Sandbox) -> String {
    sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned()
}

/// The answer, without where this program lies.
fn program(text: &str) -> String {
    text.replace(env!("CARGO_BIN_EXE_holdpoint"), "/opt/holdpoint")
}

#[test]
fn set_up() {
    let sandbox = Sandbox::with_remote();
    sandbox.holdpoint_in("origin.git", &["hook", "install"]).shows(str![[r#"
exit 0
-- stdout
the hook is set up: [SANDBOX]/origin.git/hooks/pre-receive
  guards `main` (policy 1)
  no root is pinned here, so no release can be tagged, and whoever pushes first founds the record

next: holdpoint hook install --root sha256:[ID]   (ask an owner whether that is the root)

to try it, from a clone: git push origin HEAD:refs/tags/v0.0.0   (refused: no such release)
to take it out: rm [SANDBOX]/origin.git/hooks/pre-receive

"#]]);
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &root(&sandbox)]).shows(str![[r#"
exit 0
-- stdout
the hook is there already: [SANDBOX]/origin.git/hooks/pre-receive
  guards `main` (policy 1)
  pinned: sha256:[ID]

to try it, from a clone: git push origin HEAD:refs/tags/v0.0.0   (refused: no such release)
to take it out: rm [SANDBOX]/origin.git/hooks/pre-receive

"#]]);
    let hook = sandbox.path("origin.git/hooks/pre-receive");
    assert_eq!(program(&fs::read_to_string(&hook).unwrap()), "#!/bin/sh\nexec /opt/holdpoint hook pre-receive\n");
    assert_eq!(hook.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    assert_eq!(sandbox.git_in("origin.git", &["config", "--get-all", "holdpoint.root"]).trim(), root(&sandbox));
    // What it says to try is refused, and what it says takes it out does.
    push(&sandbox, &["HEAD:refs/tags/v0.0.0"]).finds(1, "there is no release `0.0.0`");
    fs::remove_file(&hook).unwrap();
    push(&sandbox, &["HEAD:refs/tags/v0.0.0"]).exits(0);
}

#[test]
fn as_json() {
    let sandbox = Sandbox::with_remote();
    let install = ["hook", "install", "--root", &root(&sandbox), "--format", "json"];
    sandbox.holdpoint_in("origin.git", &install).shows(str![[r#"
exit 0
-- stdout
{
  "already": false,
  "branch": "main",
  "exit_code": 0,
  "path": "[SANDBOX]/origin.git/hooks/pre-receive",
  "roots": [
    "sha256:[ID]"
  ],
  "schema": 1
}

"#]]);
}

#[test]
fn before_there_is_a_policy() {
    let sandbox = Sandbox::signed();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    sandbox.holdpoint(&["hook", "install", "--repo", "../origin.git"]).shows(str![[r#"
exit 0
-- stdout
the hook is set up: [SANDBOX]/origin.git/hooks/pre-receive
  guards `main` from its first policy on: HEAD names it
  no root is pinned here, so no release can be tagged, and whoever pushes first founds the record

next: holdpoint hook install --root sha256:…   (ask an owner whether that is the root)

to try it, from a clone: git push origin HEAD:refs/tags/v0.0.0   (refused: no such release)
to take it out: rm [SANDBOX]/origin.git/hooks/pre-receive

"#]]);
}

#[test]
fn another_hook_stays_as_it_is() {
    let sandbox = Sandbox::with_remote();
    let hook = sandbox.path("origin.git/hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let foreign = "#!/bin/sh\nread old new ref\ntest \"$ref\" != refs/heads/closed\n";
    fs::write(&hook, foreign).unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let mut answer = sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &root(&sandbox)]);
    let advice = answer.stderr.clone();
    answer.stderr = program(&answer.stderr);
    answer.shows(str![[r#"
exit 1
-- stderr
error: another hook is there, and stays as it is: `[SANDBOX]/origin.git/hooks/pre-receive`
  hint: have it call this one, with the same standard input; right at its beginning:
    pushed=$(cat)
    printf '%s\n' "$pushed" | /opt/holdpoint hook pre-receive || exit 1
  and read from "$pushed" after that

"#]]);
    assert_eq!(fs::read_to_string(&hook).unwrap(), foreign);
    // Nothing is pinned where nothing is set up; and what it says to add works.
    sandbox.holdpoint_in("origin.git", &["trust", &root(&sandbox)]).exits(0);
    let lines: String = advice.lines().filter_map(|it| Some(it.strip_prefix("    ")?.to_owned() + "\n")).collect();
    fs::write(&hook, format!("#!/bin/sh\n{lines}exit 0\n")).unwrap();
    push(&sandbox, &["HEAD:refs/tags/v0.0.0"]).finds(1, "there is no release `0.0.0`");
    push(&sandbox, &["HEAD:refs/tags/v2.7.0"]).exits(0);
}

#[test]
fn where_core_hooks_path_says() {
    let sandbox = Sandbox::with_remote();
    let shared = sandbox.path("hooks");
    sandbox.git_in("origin.git", &["config", "core.hooksPath", shared.to_str().unwrap()]);
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &root(&sandbox)]).shows(str![[r#"
exit 0
-- stdout
the hook is set up: [SANDBOX]/hooks/pre-receive
  core.hooksPath says so; every other repository with that setting runs it too
  guards `main` (policy 1)
  pinned: sha256:[ID]

to try it, from a clone: git push origin HEAD:refs/tags/v0.0.0   (refused: no such release)
to take it out: rm [SANDBOX]/hooks/pre-receive

"#]]);
    push(&sandbox, &["HEAD:refs/tags/v0.0.0"]).finds(1, "there is no release `0.0.0`");
    sandbox.git_in("origin.git", &["config", "core.hooksPath", "own hooks"]);
    sandbox.holdpoint_in("origin.git", &["hook", "install"]).exits(0);
    assert!(sandbox.path("origin.git/own hooks/pre-receive").is_file());
    fs::remove_dir_all(shared).unwrap();
    push(&sandbox, &["HEAD:refs/tags/v0.0.0"]).finds(1, "there is no release `0.0.0`");
}

#[test]
fn refusals() {
    let sandbox = Sandbox::with_remote();
    sandbox.holdpoint(&["hook", "install"]).shows(str![[r#"
exit 1
-- stderr
error: this is a clone with a work tree, and nobody pushes to it; the hook belongs on the server
  hint: there: holdpoint hook install --repo /srv/git/NAME.git   (a hosting service runs no hooks: let it protect the branch, and let CI run `holdpoint lint`)

"#]]);
    let other = format!("sha256:{}", "0".repeat(64));
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", &other]).shows(str![[r#"
exit 1
-- stderr
error: the policy in HEAD is another one; nothing is set up
  because: you gave  sha256:[ID]
           HEAD has  sha256:[ID]
  hint: ask an owner which one is right; `git log -- policy` says who changed it here

"#]]);
    sandbox.holdpoint_in("origin.git", &["hook", "install", "--root", "main"]).finds(2, "which is no root");
    assert!(!sandbox.path("origin.git/hooks/pre-receive").exists());
    sandbox.holdpoint_in("home", &["hook", "install"]).exits(4);
}

#[test]
fn in_a_work_tree_that_is_pushed_to() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "live"]);
    sandbox.git_in("live", &["config", "receive.denyCurrentBranch", "updateInstead"]);
    sandbox.holdpoint_in("live", &["hook", "install", "--root", &root(&sandbox)]).exits(0);
    let live = sandbox.path("live");
    sandbox.git(&["remote", "set-url", "origin", live.to_str().unwrap()]);
    sandbox.write("notes.txt", "x\n");
    sandbox.commit_all("Notes");
    push(&sandbox, &["main"]).exits(0);
    assert!(live.join("notes.txt").is_file());
    sandbox.git(&["rm", "-rq", "releases/2.7.0/ledger"]);
    sandbox.commit_all("Tidy up");
    push(&sandbox, &["main"]).finds(1, "history-rewritten");
}
