//! Junk files in a ledger as a way to block for ever (row 14).

use crate::sandbox::Sandbox;

#[test]
fn junk_blocks_until_anybody_removes_it() {
    let sandbox = Sandbox::signed();
    for junk in ["README.md", "x.toml", &format!("{}.toml", "0".repeat(64)), "a.sig", "folder/file"] {
        let path = format!("releases/2.7.0/ledger/{junk}");
        sandbox.write(&path, "junk\n");
        sandbox.commit_all("Add junk");
        let answer = sandbox.check("2.7.0").finds(4, "bad-entry");
        assert!(answer.stdout.contains("git rm"), "{answer:#?}");
        sandbox.git(&["rm", "-q", "-f", &path]);
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").exits(0);
    }
}
