//! Which branches are listed, and which of them cannot be read.

use std::fs;

use super::*;
use crate::repo::sandbox::Sandbox;

fn tips(sandbox: &Sandbox) -> Tips {
    sandbox.repo().tips(true, &|it| it.starts_with("holdpoint/")).unwrap()
}

fn reference(sandbox: &Sandbox, name: &[u8], text: &str) {
    use std::os::unix::ffi::OsStrExt;
    let path = sandbox.dir().join(".git").join(std::ffi::OsStr::from_bytes(name));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_branch_that_names_nothing_readable_is_told_and_never_left_out() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_files(&[("a", "1")]);
    let blob = sandbox.object("blob", b"x");
    let name = "refs/remotes/origin/holdpoint/x";
    for text in ["", "junk\n", &format!("{}\n", "1".repeat(40)), &format!("{blob}\n"), "ref: refs/heads/nothing\n"] {
        for is_packed in [false, true] {
            if is_packed {
                reference(&sandbox, name.as_bytes(), &format!("{commit}\n"));
                sandbox.git(&["pack-refs", "--all"]);
            }
            reference(&sandbox, name.as_bytes(), text);
            let found = tips(&sandbox);
            assert!(found.known.is_empty(), "{text:?} {is_packed}: {found:?}");
            assert_eq!(found.broken.keys().collect::<Vec<_>>(), [name], "{text:?} {is_packed}");
            fs::remove_file(sandbox.dir().join(".git").join(name)).unwrap();
            let _ = fs::remove_file(sandbox.dir().join(".git/packed-refs"));
        }
    }
}

#[test]
fn a_name_that_is_no_utf_8_hides_nothing() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_files(&[("a", "1")]);
    reference(&sandbox, b"refs/remotes/origin/holdpoint/\xff", &format!("{commit}\n"));
    reference(&sandbox, b"refs/remotes/origin/holdpoint/\xfe", "junk\n");
    let found = tips(&sandbox);
    assert_eq!(found.known.iter().map(|it| &it.commit).collect::<Vec<_>>(), [&commit]);
    assert_eq!(found.broken.len(), 1);
}

#[test]
fn a_lock_and_other_branches_are_no_such_branches() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit_files(&[("a", "1")]);
    reference(&sandbox, b"refs/remotes/origin/holdpoint/x.lock", "");
    reference(&sandbox, b"refs/remotes/origin/feature", "junk\n");
    sandbox.git(&["branch", "holdpoint/x"]);
    let found = tips(&sandbox);
    assert_eq!(found.known, [Tip { branch: "holdpoint/x".to_owned(), commit }]);
    assert!(found.broken.is_empty());
}
