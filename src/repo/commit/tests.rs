use super::*;
use crate::repo::Care;
use crate::repo::sandbox::{Sandbox, ada, file};

fn commit(repo: &Repo, files: &[(String, Vec<u8>)]) -> Result<Committed, Failure> {
    repo.commit(&repo.head().unwrap(), files, &[], "Sign kb\n", &ada())
}

#[test]
fn commits_exactly_the_files_named() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "x"), ("code", "1"), ("other", "1")]);
    sandbox.write("code", "2");
    sandbox.git(&["add", "code"]);
    sandbox.write("other", "2");
    let done = commit(&sandbox.repo(), &[file("releases/1.0.0/ledger/a.toml", "entry")]).unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "main"]), done.id);
    assert_eq!(
        sandbox.git(&["show", "--name-status", "--format=%an %s", "HEAD"]),
        "ada@example.com Sign kb\n\nA\treleases/1.0.0/ledger/a.toml"
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  code\n M other");
    assert_eq!(sandbox.read("releases/1.0.0/ledger/a.toml"), "entry");
}

#[test]
fn makes_the_first_commit() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let head = repo.head().unwrap();
    assert_eq!((head.branch(), head.commit_id()), (Some("main"), None));
    let done = commit(&repo, &[file("policy/0001/policy.toml", "x")]).unwrap();
    assert_eq!(sandbox.git(&["rev-list", "main"]), done.id);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(repo.commit(&head, &[file("b", "x")], &[], "late", &ada()).is_err());
}

#[test]
fn commits_in_a_sha_256_repository() {
    let sandbox = Sandbox::with_format("sha256");
    commit(&sandbox.repo(), &[file("policy/a", "x")]).unwrap();
    let done = commit(&sandbox.repo(), &[file("policy/b", "x")]).unwrap();
    assert_eq!(done.id.len(), 64);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn refuses_when_the_branch_has_moved() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    let head = repo.head().unwrap();
    let moved = sandbox.commit_files(&[("policy/a", "2")]);
    let failure = repo.commit(&head, &[file("policy/b", "x")], &[], "late", &ada()).unwrap_err();
    assert!(failure.message().contains("`main` has moved meanwhile"), "{failure:?}");
    assert_eq!(sandbox.git(&["rev-parse", "main"]), moved);
    assert!(!sandbox.dir().join("policy/b").exists());
}

#[test]
fn overwrites_nothing_that_is_not_committed() {
    let sandbox = Sandbox::new();
    let before = sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    sandbox.write("policy/a", "mine");
    assert!(commit(&repo, &[file("policy/a", "2")]).unwrap_err().message().contains("not committed"));
    sandbox.git(&["add", "policy/a"]);
    sandbox.write("policy/a", "1");
    assert!(commit(&repo, &[file("policy/a", "2")]).unwrap_err().message().contains("staged"));
    assert_eq!(sandbox.git(&["rev-parse", "main"]), before);
    sandbox.write("policy/new", "same");
    commit(&repo, &[file("policy/new", "same")]).unwrap();
}

#[test]
fn writes_through_no_link() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("/tmp", sandbox.dir().join("releases")).unwrap();
    assert!(commit(&sandbox.repo(), &[file("releases/x", "2")]).is_err());
    assert!(commit(&sandbox.repo(), &[file("../x", "2")]).is_err());
    assert!(commit(&sandbox.repo(), &[file(".git/config", "2")]).is_err());
}

#[test]
fn removes_a_file_and_the_folder_that_it_leaves_empty() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1"), ("policy/proposed/policy.toml", "x")]);
    let repo = sandbox.repo();
    let removed = ["policy/proposed/policy.toml".to_owned()];
    let files = [file("policy/0002/policy.toml", "x")];
    repo.commit(&repo.head().unwrap(), &files, &removed, "Adopt", &ada()).unwrap();
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "policy/0002/policy.toml\npolicy/a");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(!sandbox.dir().join("policy/proposed").exists());
}

#[test]
fn paths_are_those_of_the_coordination_root() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("team/policy/a", "1")]);
    let repo = Repo::open(&sandbox.dir().join("team/policy")).unwrap();
    commit(&repo, &[file("releases/x", "2")]).unwrap();
    assert_eq!(sandbox.read("team/releases/x"), "2");
    let head = repo.head().unwrap().rooted_at("other");
    repo.commit(&head, &[file("policy/a", "2")], &[], "init", &ada()).unwrap();
    assert_eq!(sandbox.read("other/policy/a"), "2");
}

#[test]
fn commits_what_is_there_already_only_once() {
    let sandbox = Sandbox::new();
    let before = sandbox.commit_files(&[("policy/a", "1")]);
    assert_eq!(commit(&sandbox.repo(), &[file("policy/a", "1")]).unwrap().id, before);
}

#[test]
fn commits_to_a_bare_repository_and_a_detached_head() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    let bare = Repo::open(&sandbox.bare_clone()).unwrap();
    let done = commit(&bare, &[file("policy/b", "1")]).unwrap();
    assert_eq!(bare.tip_of("refs/heads/main").unwrap(), Some(done.id));
    assert!(bare.write_only(&bare.head().unwrap(), &[file("c", "1")], &[]).is_err());
    sandbox.git(&["checkout", "-q", "--detach"]);
    let done = commit(&sandbox.repo(), &[file("policy/b", "1")]).unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), done.id);
    assert_ne!(sandbox.git(&["rev-parse", "main"]), done.id);
    assert_eq!(sandbox.repo().head().unwrap().branch(), None);
}

#[test]
fn commits_to_the_branch_of_a_linked_work_tree() {
    let sandbox = Sandbox::new();
    let before = sandbox.commit_files(&[("policy/a", "1")]);
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "other"]);
    let repo = Repo::open(&sandbox.dir().join("../linked")).unwrap();
    let done = commit(&repo, &[file("policy/b", "1")]).unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "other"]), done.id);
    assert_eq!(sandbox.git(&["rev-parse", "main"]), before);
    assert_eq!(sandbox.git(&["-C", "../linked", "status", "--porcelain"]), "");
}

/// Everything that a refused commit must leave as it was.
fn state(sandbox: &Sandbox) -> (String, Vec<u8>, String) {
    let index = std::fs::read(sandbox.dir().join(".git/index")).unwrap();
    (sandbox.git(&["rev-parse", "HEAD"]), index, sandbox.git(&["ls-files", "--others"]))
}

#[test]
fn a_locked_index_refuses_and_nothing_is_changed() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    let to = repo.commit_object(&from, "", &[file("policy/c", "2")], &[], "Publish", &ada()).unwrap();
    sandbox.write(".git/index.lock", "");
    let before = state(&sandbox);
    let failure = commit(&repo, &[file("policy/b", "1")]).unwrap_err();
    assert!(failure.hint_text().unwrap().contains("rm "), "{failure:?}");
    assert!(
        matches!(repo.advance("main", &from, &to).unwrap(), Advanced::Behind(behind) if behind.why().contains("rm "))
    );
    assert_eq!(state(&sandbox), before);
    assert!(sandbox.dir().join(".git/index.lock").exists());
}

#[test]
fn a_file_that_cannot_be_written_leaves_everything_as_it_was() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    let to = repo.commit_object(&from, "", &[file("policy/c", "2")], &[], "Publish", &ada()).unwrap();
    let before = state(&sandbox);
    // A name that fits into a tree and onto no disk.
    let files = [file("policy/b", "1"), file(&format!("policy/{}", "x".repeat(300)), "1")];
    assert!(commit(&repo, &files).is_err());
    assert_eq!(state(&sandbox), before);
    let long = repo.commit_object(&to, "", &files, &[], "Publish", &ada()).unwrap();
    assert!(matches!(repo.advance("main", &from, &long).unwrap(), Advanced::Behind(_)));
    assert_eq!(state(&sandbox), before);
    sandbox.write(".git/index", "DIRC of something else");
    let failure = commit(&repo, &[file("policy/b", "1")]).unwrap_err();
    assert!(failure.message().contains("the index cannot be read"), "{failure:?}");
    assert_eq!((sandbox.git(&["rev-parse", "HEAD"]), sandbox.dir().join("policy/b").exists()), (from, false));
    assert!(!sandbox.dir().join(".git/index.lock").exists());
}

/// Brings the index into a form that not every tool reads or keeps.
type Odd = fn(&Sandbox);

const ODD: [(&str, Odd); 8] = [
    ("split", |it| drop(it.git(&["update-index", "--split-index"]))),
    ("sparse", |it| {
        it.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "policy"]);
    }),
    ("sparse with all of the record", |it| {
        it.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "policy", "releases"]);
    }),
    ("without some files", |it| drop(it.git(&["sparse-checkout", "set", "--no-cone", "/policy/"]))),
    ("untracked cache", |it| drop(it.git(&["update-index", "--untracked-cache"]))),
    ("version 4", |it| drop(it.git(&["update-index", "--index-version", "4"]))),
    ("with a monitor", |it| {
        it.git(&["config", "core.fsmonitor", "true"]);
        it.git(&["update-index", "--fsmonitor"]);
        it.git(&["config", "core.fsmonitor", "false"]);
    }),
    ("taken for unchanged", |it| drop(it.git(&["update-index", "--assume-unchanged", "policy/a"]))),
];

#[test]
fn in_every_form_of_the_index_a_commit_is_whole() {
    for (name, bring) in ODD {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[
            ("policy/a", "1"),
            ("releases/1.0.0/kb.md", "kb"),
            ("src/deep/code", "1"),
            ("top", "1"),
        ]);
        bring(&sandbox);
        let repo = sandbox.repo();
        let files = [file("releases/1.0.0/ledger/b.toml", "2"), file("policy/a", "2")];
        commit(&repo, &files).unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{name}");
        let removed = ["releases/1.0.0/ledger/b.toml".to_owned()];
        let head = repo.head().unwrap();
        repo.commit(&head, &[file("releases/1.0.0/c", "3")], &removed, "Next\n", &ada()).unwrap();
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "{name}");
        // A plain commit keeps all of it.
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        sandbox.git(&["commit", "-q", "--allow-empty", "-m", "plain"]);
        assert_eq!(sandbox.git(&["rev-parse", "HEAD^{tree}"]), tree, "{name}");
        let uncommitted = repo.uncommitted(&repo.snapshot(None).unwrap(), &["policy", "releases"], Care::All).unwrap();
        assert_eq!((uncommitted.paths, uncommitted.index_unread), (Vec::new(), None), "{name}");
    }
}

#[test]
fn in_every_form_of_the_index_what_else_is_staged_is_kept() {
    for (name, bring) in ODD {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("policy/a", "1"), ("releases/1.0.0/kb.md", "kb"), ("policy/code", "1")]);
        bring(&sandbox);
        sandbox.write("policy/code", "2");
        sandbox.git(&["add", "policy/code"]);
        let repo = sandbox.repo();
        commit(&repo, &[file("policy/b", "2")]).unwrap_or_else(|it| panic!("{name}: {it:?}"));
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  policy/code", "{name}");
        let failure = commit(&repo, &[file("policy/code", "3")]).unwrap_err();
        assert!(failure.message().contains("staged"), "{name}: {failure:?}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  policy/code", "{name}");
    }
}

#[test]
fn only_writes_when_asked_to() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    repo.write_only(&repo.head().unwrap(), &[file("policy/b", "1")], &[]).unwrap();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? policy/b");
    sandbox.write("policy/b", "mine");
    assert!(repo.write_only(&repo.head().unwrap(), &[file("policy/b", "2")], &[]).is_err());
}

#[cfg(unix)]
#[test]
fn a_new_file_is_as_readable_as_any() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("plain", "x");
    commit(&sandbox.repo(), &[file("policy/a", "1")]).unwrap();
    let mode = |path: &str| std::fs::metadata(sandbox.dir().join(path)).unwrap().permissions().mode();
    assert_eq!(mode("policy/a"), mode("plain"));
}

#[test]
fn signs_the_commit_where_git_would() {
    let sandbox = Sandbox::new();
    let home = sandbox.dir().parent().unwrap();
    let key = home.join("key");
    let made =
        std::process::Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    assert!(made.unwrap().success());
    for (name, value) in [("commit.gpgsign", "true"), ("gpg.format", "ssh"), ("user.signingkey", key.to_str().unwrap())]
    {
        sandbox.git(&["config", name, value]);
    }
    let done = commit(&sandbox.repo(), &[file("policy/a", "1")]).unwrap();
    let text = sandbox.git(&["cat-file", "commit", &done.id]);
    assert!(text.contains("BEGIN SSH SIGNATURE"), "{text}");
    assert!(text.contains("author ada@example.com <ada@example.com>"), "{text}");
    sandbox.git(&["config", "user.signingkey", "/nowhere"]);
    assert!(commit(&sandbox.repo(), &[file("policy/b", "1")]).unwrap_err().cause().is_some());
}

#[test]
fn a_commit_on_the_tip_brings_the_branch_along() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit_files(&[("policy/a", "1"), ("code", "1")]);
    let repo = sandbox.repo();
    let to = repo.commit_object(&from, "", &[file("policy/b", "2")], &[], "Publish", &ada()).unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "main"]), from);
    sandbox.write("code", "edited");
    assert!(matches!(repo.advance("main", &from, &to).unwrap(), Advanced::Done));
    assert_eq!(sandbox.git(&["rev-parse", "main"]), to);
    assert_eq!(sandbox.read("policy/b"), "2");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M code");
}

#[test]
fn a_branch_stays_behind_rather_than_lose_anything() {
    let sandbox = Sandbox::new();
    let from = sandbox.commit_files(&[("policy/a", "1")]);
    let repo = sandbox.repo();
    let to = repo.commit_object(&from, "", &[file("policy/b", "2")], &[], "Publish", &ada()).unwrap();
    sandbox.write("policy/b", "mine");
    assert!(matches!(repo.advance("main", &from, &to).unwrap(), Advanced::Behind(_)));
    assert_eq!(sandbox.git(&["rev-parse", "main"]), from);
    assert!(matches!(repo.advance("main", &to, &to).unwrap(), Advanced::Behind(_)));
    sandbox.git(&["branch", "side"]);
    assert!(matches!(repo.advance("side", &from, &to).unwrap(), Advanced::Done));
    assert!(matches!(repo.advance("side", &to, &from).unwrap(), Advanced::Behind(_)));
    assert_eq!(sandbox.read("policy/b"), "mine");
}
