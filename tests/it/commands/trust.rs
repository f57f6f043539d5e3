//! `holdpoint trust`: pins a root in a clone.

use snapbox::str;

use crate::sandbox::Sandbox;

/// A repository where nothing is pinned, and its root.
fn unpinned() -> (Sandbox, String) {
    let sandbox = Sandbox::founded();
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    (sandbox, root)
}

#[test]
fn pinned() {
    let (sandbox, root) = unpinned();
    sandbox.holdpoint(&["trust", &root]).shows(str![[r#"
exit 0
-- stdout
pinned sha256:[ID] in this clone: it is `policy/0001` in HEAD

"#]]);
    assert_eq!(sandbox.git(&["config", "--get-all", "holdpoint.root"]).trim(), root);
    sandbox.holdpoint(&["trust", &root, "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "matches": true,
  "root": "sha256:[ID]",
  "schema": 1
}

"#]]);
    assert_eq!(sandbox.git(&["config", "--get-all", "holdpoint.root"]).trim(), root);
}

#[test]
fn pinned_before_there_is_a_policy() {
    let (_, root) = unpinned();
    Sandbox::empty().holdpoint(&["trust", &root]).shows(str![[r#"
exit 0
-- stdout
pinned sha256:[ID] in this clone: there is no policy in HEAD yet; once there is, it must come from this one

"#]]);
}

#[test]
fn another_pin_is_told() {
    let (mut sandbox, root) = unpinned();
    let other = format!("sha256:{}", "0".repeat(64));
    sandbox.git(&["config", "holdpoint.root", &other]);
    sandbox.set("HOLDPOINT_ROOT", &other);
    sandbox.holdpoint(&["trust", &root]).shows(str![[r#"
exit 0
-- stdout
pinned sha256:[ID] in this clone: it is `policy/0001` in HEAD
-- stderr
warning: this clone also pins sha256:[ID]; to take it out: git config --unset holdpoint.root sha256:[ID]
warning: HOLDPOINT_ROOT pins sha256:[ID] here, and every pin must hold

"#]]);
}

#[test]
fn refusals() {
    let (sandbox, root) = unpinned();
    sandbox.holdpoint(&["trust", &format!("sha256:{}", "0".repeat(64))]).shows(str![[r#"
exit 1
-- stderr
error: the policy in HEAD is another one; nothing is pinned
  because: you gave  sha256:[ID]
           HEAD has  sha256:[ID]
  hint: ask an owner which one is right; `git log -- policy` says who changed it here

"#]]);
    sandbox.holdpoint(&["trust", root.trim_start_matches("sha256:")]).shows(str![[r#"
exit 2
-- stderr
error: the root is `[ID]`, which is no root
  hint: a root is written sha256: and 64 digits; the owners have it, and `holdpoint init` printed it

"#]]);
    sandbox.holdpoint(&["trust", "sha256:12"]).shows(str![[r#"
exit 2
-- stderr
error: the root is `sha256:12`, which is no root
  hint: a root is written sha256: and 64 digits; the owners have it, and `holdpoint init` printed it

"#]]);
    sandbox.holdpoint(&["trust"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <sha256:…>

Usage: holdpoint trust <sha256:…>

For more information, try '--help'.

"#]]);
    sandbox.holdpoint_in("home", &["trust", &root]).shows(str![[r#"
exit 4
-- stderr
error: `.` is not in a git repository
  hint: `cd` into one, name it with `--repo DIR`, or start one with `git init`

"#]]);
}
