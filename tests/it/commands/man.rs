//! `holdpoint man`: the manual.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn printed() {
    let answer = Sandbox::empty().holdpoint(&["man"]).exits(0);
    assert!(answer.stdout.contains(".TH holdpoint 1"), "{answer:#?}");
    let json = Sandbox::empty().holdpoint(&["man", "--format", "json"]).exits(0).json();
    assert_eq!(json["page"], answer.stdout);
}

#[test]
fn written() {
    let sandbox = Sandbox::empty();
    let answer = sandbox.holdpoint(&["man", "--out", "man1"]).exits(0);
    let count = fs::read_dir(sandbox.path("repo/man1")).unwrap().count();
    assert_eq!(answer.stdout, format!("wrote {count} pages to `man1`\n"));
    fs::write(sandbox.path("repo/man1/holdpoint-check.1"), "mine\n").unwrap();
    sandbox.holdpoint(&["man", "--out", "man1"]).shows(str![[r#"
exit 1
-- stderr
error: `man1/holdpoint-check.1` is there and is no page of this manual
  hint: name another folder, or move the file away; nothing was written

"#]]);
    sandbox.write("a-file", "x\n");
    sandbox.holdpoint(&["man", "--out", "a-file/man1"]).shows(str![[r#"
exit 4
-- stderr
error: `a-file/man1` cannot be written
  because: Not a directory (os error 20)
  hint: name a folder that can be written to: --out DIR

"#]]);
}
