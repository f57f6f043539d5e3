use super::*;
use crate::failure::Exit;
use crate::repo::sandbox::Sandbox;

#[test]
fn reads_the_commit_and_never_the_work_tree() {
    let sandbox = Sandbox::new();
    let id = sandbox.commit_files(&[("policy/a", "x"), ("releases/1.0.0/kb.md", "committed")]);
    sandbox.write("releases/1.0.0/kb.md", "edited");
    sandbox.write("releases/1.0.0/new.md", "untracked");
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap();
    assert_eq!((snapshot.commit_id(), snapshot.is_head()), (id, true));
    assert_eq!(snapshot.file("releases/1.0.0/kb.md", 100).unwrap(), Blob::Bytes(b"committed".to_vec()));
    assert_eq!(snapshot.file("releases/1.0.0/new.md", 100).unwrap(), Blob::Absent);
    assert_eq!(snapshot.file("releases/9/kb.md", 100).unwrap(), Blob::Absent);
    assert_eq!(snapshot.file("releases/1.0.0", 100).unwrap(), Blob::NotPlain(Kind::Folder));
    assert_eq!(snapshot.file("releases/1.0.0/kb.md", 3).unwrap(), Blob::TooLarge(9));
    assert_eq!(snapshot.list("nowhere").unwrap(), None);
}

#[test]
fn reads_an_older_commit_and_refuses_an_unknown_one() {
    let sandbox = Sandbox::new();
    let old = sandbox.commit_files(&[("policy/a", "1")]);
    sandbox.commit_files(&[("policy/a", "2")]);
    sandbox.git(&["tag", "-a", "-m", "tag", "v1", &old]);
    let repo = sandbox.repo();
    for rev in ["HEAD~1", "v1", old.as_str()] {
        let snapshot = repo.snapshot(Some(rev)).unwrap();
        assert_eq!((snapshot.commit_id(), snapshot.is_head()), (old.clone(), false), "{rev}");
    }
    assert!(repo.snapshot(Some("main")).unwrap().is_head());
    for rev in ["nowhere", "", "HEAD:policy", "HEAD~9", "a..b"] {
        assert_eq!(repo.snapshot(Some(rev)).err().unwrap().exit(), Exit::Usage, "{rev}");
    }
}

#[test]
fn finds_the_coordination_root_going_up() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("team/policy/a", "x"), ("team/releases/1.0.0/kb.md", "kb"), ("other/b", "x")]);
    let seen_from = |dir: &str| {
        let repo = Repo::open(&sandbox.dir().join(dir)).unwrap();
        let snapshot = repo.snapshot(None).unwrap();
        (snapshot.root().map(str::to_owned), snapshot.prefix().to_owned())
    };
    assert_eq!(seen_from("team/releases/1.0.0"), (Some("team".to_owned()), "team".to_owned()));
    assert_eq!(seen_from("team"), (Some("team".to_owned()), "team".to_owned()));
    assert_eq!(seen_from("other"), (None, "other".to_owned()));
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap().rooted_at("team");
    assert_eq!(snapshot.file("releases/1.0.0/kb.md", 9).unwrap(), Blob::Bytes(b"kb".to_vec()));
}

#[test]
fn a_repository_without_a_commit_says_so() {
    let sandbox = Sandbox::new();
    let failure = sandbox.repo().snapshot(None).err().unwrap();
    assert!(failure.message().contains("no commit yet"));
}

#[test]
fn reads_a_sha_256_repository() {
    let sandbox = Sandbox::with_format("sha256");
    let id = sandbox.commit_files(&[("policy/a", "x")]);
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(Some(&id)).unwrap();
    assert_eq!(snapshot.commit_id().len(), 64);
    assert_eq!(snapshot.file("policy/a", 9).unwrap(), Blob::Bytes(b"x".to_vec()));
}

#[test]
fn a_replaced_object_is_read_as_it_was() {
    let sandbox = Sandbox::new();
    let id = sandbox.commit_files(&[("policy/a", "true")]);
    let old_blob = sandbox.git(&["rev-parse", "HEAD:policy/a"]);
    sandbox.git(&["checkout", "-q", "-b", "lie"]);
    let lie = sandbox.commit_files(&[("policy/a", "false")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["replace", &id, &lie]);
    sandbox.git(&["replace", &old_blob, &sandbox.blob("a lie")]);
    assert_eq!(sandbox.git(&["show", &format!("{id}:policy/a")]), "false");
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap();
    assert_eq!(snapshot.commit_id(), id);
    assert_eq!(snapshot.file("policy/a", 9).unwrap(), Blob::Bytes(b"true".to_vec()));
}

#[test]
fn a_graft_changes_nothing_that_is_read() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("policy/a", "1")]);
    let id = sandbox.commit_files(&[("policy/a", "2")]);
    sandbox.write(".git/info/grafts", &format!("{id}\n"));
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap();
    assert_eq!(snapshot.file("policy/a", 9).unwrap(), Blob::Bytes(b"2".to_vec()));
}

#[test]
fn conversions_of_the_work_tree_do_not_reach_what_is_read() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.git(&["config", "filter.lie.smudge", "echo lie"]);
    sandbox.git(&["config", "filter.lie.clean", "cat"]);
    sandbox.commit_files(&[
        (".gitattributes", "b filter=lie ident export-subst\n"),
        ("a", "1\r\n2\r\n"),
        ("b", "$Id$\n"),
    ]);
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap();
    assert_eq!(snapshot.file("a", 9).unwrap(), Blob::Bytes(b"1\n2\n".to_vec()));
    assert_eq!(snapshot.file("b", 9).unwrap(), Blob::Bytes(b"$Id$\n".to_vec()));
}

#[test]
fn only_plain_files_are_read() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_files(&[("x", "x")]);
    let blob = sandbox.blob("bytes");
    let missing = "1".repeat(40);
    sandbox.commit_raw_tree(&format!(
        "100644 blob {blob}\tfile\n100755 blob {blob}\trun\n120000 blob {blob}\tlink\n160000 commit {commit}\tmodule\n\
         100644 blob {missing}\tgone\n100644 blob {blob}\t..\n100644 blob {blob}\tFILE\n"
    ));
    let repo = sandbox.repo();
    let snapshot = repo.snapshot(None).unwrap();
    for (name, expected) in [
        ("file", Blob::Bytes(b"bytes".to_vec())),
        ("run", Blob::NotPlain(Kind::Executable)),
        ("link", Blob::NotPlain(Kind::Symlink)),
        ("module", Blob::NotPlain(Kind::Submodule)),
        ("gone", Blob::Gone),
    ] {
        assert_eq!(snapshot.file(name, 9).unwrap(), expected, "{name}");
    }
    let items = snapshot.list("").unwrap().unwrap();
    let names: Vec<&str> = items.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["..", "FILE", "file", "gone", "link", "module", "run"]);
}

#[test]
fn a_name_that_is_not_text_is_shown_and_marked() {
    let sandbox = Sandbox::new();
    let blob = sandbox.blob("bytes");
    sandbox.commit_raw_tree(&format!("100644 blob {blob}\t\"a\\377\"\n100644 blob {blob}\tb\n"));
    let repo = sandbox.repo();
    let items = repo.snapshot(None).unwrap().list("").unwrap().unwrap();
    let shown: Vec<(&str, bool)> = items.iter().map(|it| (it.name.as_str(), it.exact)).collect();
    assert_eq!(shown, [("a\u{fffd}", false), ("b", true)]);
}

#[test]
fn a_file_that_a_partial_clone_lacks_is_gone() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.commit_files(&[("policy/a", "x")]);
    let from = format!("file://{}", sandbox.dir().display());
    sandbox.git(&["clone", "-q", "--bare", "--filter=blob:none", &from, "../partial.git"]);
    let repo = Repo::open(&sandbox.dir().join("../partial.git")).unwrap();
    let snapshot = repo.snapshot(None).unwrap();
    assert_eq!(snapshot.file("policy/a", 9).unwrap(), Blob::Gone);
}
