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
    sandbox.git(&["rm", "-q", "-r", "releases/2.7.0/ledger"]);
    sandbox.git(&["checkout", "-q", "HEAD~1", "--", "releases/2.7.0/ledger"]);
    sandbox.commit_all("Tidy up");
    sandbox.check("2.7.0").finds(4, "history-rewritten");
    fs::remove_dir_all(sandbox.path("repo/.git/holdpoint")).unwrap();
    // As if the hold had never been: the newest commit follows the one before it.
    let (head, before) = (sandbox.git(&["rev-parse", "HEAD"]), sandbox.git(&["rev-parse", "HEAD~2"]));
    sandbox.write(".git/info/grafts", &format!("{} {}\n", head.trim(), before.trim()));
    sandbox.check("2.7.0").finds(4, "history-rewritten");
}

#[test]
fn an_object_of_an_alternate_that_is_not_what_its_name_says_is_refused() {
    let sandbox = Sandbox::signed();
    let ledger = || sandbox.git(&["rev-parse", "HEAD:releases/2.7.0/ledger"]).trim().to_owned();
    let loose = |id: &str| format!("{}/{}", &id[..2], &id[2..]);
    let before = ledger();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let held = ledger();
    // The ledger without the hold, under the name of the one with it.
    let (own, other) = (sandbox.path("repo/.git/objects"), sandbox.path("other"));
    fs::create_dir_all(other.join(&held[..2])).unwrap();
    fs::copy(own.join(loose(&before)), other.join(loose(&held))).unwrap();
    fs::remove_file(own.join(loose(&held))).unwrap();
    sandbox.write(".git/objects/info/alternates", &format!("{}\n", other.display()));
    let answer = sandbox.check("2.7.0").exits(4);
    assert!(answer.stderr.contains("cannot be read"), "{answer:#?}");
}

#[test]
fn variables_of_git_point_nowhere_else() {
    let mut sandbox = held();
    let other = Sandbox::signed();
    let git = other.path("repo/.git").display().to_string();
    let objects = format!("{git}/objects");
    for (name, value) in [("GIT_DIR", git.as_str()), ("GIT_WORK_TREE", "/"), ("GIT_OBJECT_DIRECTORY", &objects)] {
        sandbox.set(name, value);
    }
    sandbox.check("2.7.0").finds(1, "held");
    for (name, value) in [("GIT_INDEX_FILE", "/nowhere"), ("GIT_NAMESPACE", "x"), ("GIT_CEILING_DIRECTORIES", "/")] {
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
