//! `refs/replace`, grafts, alternates, `GIT_*` variables, a hostile `.git/config` (row 28): objects are read as they are,
//! and nothing is run.

use std::fs;

use crate::sandbox::Sandbox;

fn held() -> Sandbox {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    sandbox
}

#[test]
fn a_replaced_commit_is_read_as_it_is() {
    let sandbox = held();
    sandbox.git(&["replace", "HEAD", "HEAD~1"]);
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn a_graft_hides_nothing() {
    let sandbox = held();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.write(".git/info/grafts", &head);
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn variables_of_git_point_nowhere_else() {
    let mut sandbox = held();
    let other = Sandbox::signed();
    let git = other.path("repo/.git").display().to_string();
    for (name, value) in [
        ("GIT_DIR", git.as_str()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_OBJECT_DIRECTORY", &format!("{git}/objects")),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_CEILING_DIRECTORIES", "/"),
    ] {
        sandbox.set(name, value);
    }
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn nothing_in_a_hostile_configuration_is_run() {
    let sandbox = held();
    let trap = sandbox.path("ran");
    let run = format!("touch {}", trap.display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "filter.evil.smudge",
        "filter.evil.clean",
        "diff.external",
        "credential.helper",
        "core.askPass",
        "alias.status",
    ] {
        sandbox.git(&["config", key, &format!("!{run}; {run} #")]);
    }
    sandbox.git(&["config", "core.hooksPath", sandbox.path("hooks").to_str().unwrap()]);
    fs::create_dir(sandbox.path("hooks")).unwrap();
    for hook in ["post-checkout", "post-index-change", "reference-transaction", "pre-commit"] {
        let path = sandbox.path("hooks").join(hook);
        fs::write(&path, format!("#!/bin/sh\n{run}\n")).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    sandbox.write(".gitattributes", "* filter=evil\n");
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.holdpoint(&["status"]).exits(0);
    sandbox.holdpoint(&["log", "2.7.0"]).exits(0);
    assert!(!trap.exists(), "something was run");
}
