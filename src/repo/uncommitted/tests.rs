use super::*;
use crate::repo::sandbox::Sandbox;

fn dirty(sandbox: &Sandbox) -> Vec<String> {
    let repo = sandbox.repo();
    let found = repo.uncommitted(&repo.snapshot(None).unwrap(), &["policy", "releases"], Care::All).unwrap();
    assert_eq!(found.index_unread, None);
    found.paths
}

fn clean() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "x\n"), ("releases/1.0.0/kb.md", "kb\n"), ("src/main.rs", "code")]);
    sandbox
}

#[test]
fn a_clean_work_tree_has_nothing_to_say() {
    let sandbox = clean();
    sandbox.write("src/main.rs", "edited elsewhere");
    assert_eq!(dirty(&sandbox), Vec::<String>::new());
}

#[test]
fn sees_what_is_edited_deleted_untracked_and_ignored() {
    let sandbox = clean();
    sandbox.write("releases/1.0.0/kb.md", "KB\n");
    sandbox.write("releases/.gitignore", "*.toml\n");
    sandbox.write("releases/1.0.0/ledger/x.toml", "hidden");
    fs::remove_file(sandbox.dir().join("policy/a")).unwrap();
    let expected = ["policy/a", "releases/.gitignore", "releases/1.0.0/kb.md", "releases/1.0.0/ledger/x.toml"];
    assert_eq!(dirty(&sandbox), expected);
}

#[test]
fn sees_what_is_only_staged() {
    let sandbox = clean();
    sandbox.write("releases/1.0.0/kb.md", "KB\n");
    sandbox.git(&["add", "."]);
    sandbox.write("releases/1.0.0/kb.md", "kb\n");
    sandbox.git(&["rm", "-q", "--cached", "policy/a"]);
    assert_eq!(dirty(&sandbox), ["policy/a", "releases/1.0.0/kb.md"]);
}

#[test]
fn a_converted_work_tree_is_equal() {
    let sandbox = clean();
    sandbox.write("releases/1.0.0/kb.md", "kb\r\n");
    assert_eq!(dirty(&sandbox), Vec::<String>::new());
}

#[test]
fn a_link_in_place_of_a_file_is_a_change() {
    let sandbox = clean();
    let path = sandbox.dir().join("releases/1.0.0/kb.md");
    sandbox.write("kept", "kb\n");
    fs::remove_file(&path).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../kept", &path).unwrap();
    assert_eq!(dirty(&sandbox), ["releases/1.0.0/kb.md"]);
}

#[test]
fn runs_no_filter_and_no_monitor() {
    let sandbox = clean();
    sandbox.write(".gitattributes", "* filter=trap\n");
    for key in ["filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "core.fsmonitor"] {
        sandbox.git(&["config", key, "touch trapped"]);
    }
    sandbox.write("releases/1.0.0/kb.md", "KB\n");
    assert_eq!(dirty(&sandbox), ["releases/1.0.0/kb.md"]);
    assert!(!sandbox.dir().join("trapped").exists());
}

fn uncommitted(sandbox: &Sandbox) -> Uncommitted {
    let repo = sandbox.repo();
    repo.uncommitted(&repo.snapshot(None).unwrap(), &["policy", "releases"], Care::All).unwrap()
}

#[test]
fn an_index_that_cannot_be_read_is_told_apart() {
    let sandbox = clean();
    sandbox.write(".git/index", "DIRC of something else");
    sandbox.write("releases/1.0.0/kb.md", "KB\n");
    let found = uncommitted(&sandbox);
    assert!(found.index_unread.is_some());
    assert_eq!(found.paths, ["releases/1.0.0/kb.md"]);
}

#[test]
fn a_split_index_is_read() {
    let sandbox = clean();
    sandbox.git(&["update-index", "--split-index"]);
    assert_eq!(uncommitted(&sandbox), Uncommitted { paths: Vec::new(), index_unread: None });
    sandbox.write("releases/1.0.0/kb.md", "KB\n");
    sandbox.git(&["add", "releases"]);
    sandbox.write("releases/1.0.0/kb.md", "kb\n");
    assert_eq!(uncommitted(&sandbox).paths, ["releases/1.0.0/kb.md"]);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_deleted() {
    let sandbox = clean();
    sandbox.git(&["sparse-checkout", "set", "--no-cone", "/src/", "/policy/"]);
    assert!(!sandbox.dir().join("releases").exists());
    assert_eq!(dirty(&sandbox), Vec::<String>::new());
}

#[test]
fn paths_are_those_of_the_coordination_root() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("team/policy/a", "x"), ("policy.md", "x")]);
    sandbox.write("team/releases/new", "x");
    let repo = Repo::open(&sandbox.dir().join("team")).unwrap();
    let found = repo.uncommitted(&repo.snapshot(None).unwrap(), &["policy", "releases"], Care::All).unwrap();
    assert_eq!(found.paths, ["releases/new"]);
}

#[test]
fn a_bare_repository_has_nothing_uncommitted() {
    let sandbox = clean();
    let repo = Repo::open(&sandbox.bare_clone()).unwrap();
    let found = repo.uncommitted(&repo.snapshot(None).unwrap(), &["policy"], Care::All).unwrap();
    assert_eq!(found, Uncommitted { paths: Vec::new(), index_unread: None });
}

#[test]
fn an_edit_of_the_same_size_is_seen_at_once() {
    let sandbox = clean();
    for text in ["ab\n", "cd\n", "ef\n"] {
        sandbox.write("releases/1.0.0/kb.md", text);
        assert_eq!(dirty(&sandbox), ["releases/1.0.0/kb.md"], "{text}");
    }
}
