use super::*;
use crate::repo::sandbox::{Sandbox, ada, file};

const MAIN: &str = "refs/heads/main";

fn shared() -> (Sandbox, std::path::PathBuf) {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    let server = sandbox.bare_clone();
    (sandbox, server)
}

fn next(repo: &Repo, parent: &str, path: &str) -> String {
    repo.commit_object(parent, "", &[file(path, "1")], &[], "Sign", &ada()).unwrap()
}

#[test]
fn pushes_a_fast_forward_and_nothing_else() {
    let (sandbox, server) = shared();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    let commit = next(&repo, &head, "policy/b");
    assert_eq!(repo.push("origin", &commit, MAIN).unwrap(), Pushed::Done);
    assert_eq!(repo.push("origin", &commit, MAIN).unwrap(), Pushed::Done);
    assert_eq!(repo.push("origin", &commit, "refs/heads/holdpoint/2.7.0-kb").unwrap(), Pushed::Done);
    let server = Repo::open(&server).unwrap();
    assert_eq!(server.tip_of(MAIN).unwrap(), Some(commit));
    assert_eq!(repo.head().unwrap().commit_id(), Some(head));
}

#[test]
fn somebody_elses_push_is_never_overwritten() {
    let (sandbox, server) = shared();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    let (mine, theirs) = (next(&repo, &head, "policy/mine"), next(&repo, &head, "policy/theirs"));
    assert_eq!(repo.push("origin", &theirs, MAIN).unwrap(), Pushed::Done);
    assert!(matches!(repo.push("origin", &mine, MAIN).unwrap(), Pushed::NotFastForward(_)));
    let tip = repo.fetch("origin", "main").unwrap();
    assert_eq!(tip, theirs);
    let again = next(&repo, &tip, "policy/mine");
    assert_eq!(repo.push("origin", &again, MAIN).unwrap(), Pushed::Done);
    let server = Repo::open(&server).unwrap();
    assert!(server.contains(&again, &theirs).unwrap());
}

#[test]
fn a_push_from_elsewhere_is_not_a_fast_forward_either() {
    let (sandbox, _) = shared();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    sandbox.git(&["clone", "-q", "../server.git", "../other"]);
    let other = Repo::open(&sandbox.dir().join("../other")).unwrap();
    assert_eq!(other.push("origin", &next(&other, &head, "policy/theirs"), MAIN).unwrap(), Pushed::Done);
    let mine = next(&repo, &head, "policy/mine");
    assert!(matches!(repo.push("origin", &mine, MAIN).unwrap(), Pushed::NotFastForward(_)));
}

#[cfg(unix)]
#[test]
fn a_refusal_is_told_in_the_servers_words() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, server) = shared();
    let hook = server.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho 'main is protected' >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    let Pushed::Rejected(text) = repo.push("origin", &next(&repo, &head, "policy/b"), MAIN).unwrap() else { panic!() };
    assert!(text.starts_with("main is protected\n"), "{text}");
    assert!(text.contains("pre-receive hook declined"), "{text}");
}

#[test]
fn a_remote_that_cannot_be_reached_is_a_failure() {
    let (sandbox, server) = shared();
    std::fs::remove_dir_all(server).unwrap();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    assert!(repo.push("origin", &head, MAIN).unwrap_err().cause().is_some());
    assert!(repo.fetch("origin", "main").unwrap_err().hint_text().unwrap().contains("git fetch origin main"));
    assert!(repo.remote_branches("origin", "*").is_err());
}

#[test]
fn lists_the_branches_that_stop_a_release() {
    let (sandbox, _) = shared();
    let repo = sandbox.repo();
    let head = repo.head().unwrap().commit_id().unwrap();
    for branch in ["holdpoint/hold-2.7.0-lee", "holdpoint/hold-2.8.0-lee", "deep/holdpoint/hold-2.7.0"] {
        assert_eq!(repo.push("origin", &head, &format!("refs/heads/{branch}")).unwrap(), Pushed::Done);
    }
    assert_eq!(repo.remote_branches("origin", "holdpoint/hold-2.7.0*").unwrap(), ["holdpoint/hold-2.7.0-lee"]);
    assert_eq!(repo.remote_branches("origin", "nothing").unwrap(), Vec::<String>::new());
}

#[test]
fn knows_the_remote_of_a_branch() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.repo().remote_for("main").unwrap(), None);
    sandbox.git(&["remote", "add", "up", "../up.git"]);
    assert_eq!(sandbox.repo().remote_for("main").unwrap().as_deref(), Some("up"));
    sandbox.git(&["remote", "add", "down", "../down.git"]);
    assert_eq!(sandbox.repo().remote_for("main").unwrap(), None);
    sandbox.git(&["remote", "add", "origin", "../origin.git"]);
    assert_eq!(sandbox.repo().remote_for("main").unwrap().as_deref(), Some("origin"));
    sandbox.git(&["config", "branch.main.remote", "down"]);
    assert_eq!(sandbox.repo().remote_for("main").unwrap().as_deref(), Some("down"));
    assert_eq!(sandbox.repo().remote_url("up").unwrap().as_deref(), Some("../up.git"));
}

#[test]
fn a_lost_race_for_the_lock_of_a_branch_is_not_a_refusal() {
    let line =
        "!\tabc:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)\n";
    let answer = Answer { worked: false, text: line.to_owned(), bytes: Vec::new(), errors: String::new() };
    assert!(matches!(pushed(&answer, MAIN), Some(Pushed::NotFastForward(_))));
    assert_eq!(pushed(&answer, "refs/heads/other"), None);
}
