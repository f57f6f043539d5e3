//! So many branches that are not merged, each with an entry that the record lacks, as anybody can push them who may push.

use std::fmt::Write;

use holdpoint_core::digest::Digest;

use crate::sandbox::Sandbox;

/// Makes `count` remote-tracking branches, each with two files in a ledger that look like an entry.
pub(crate) fn many_branches(sandbox: &Sandbox, count: usize) {
    let mut stream = String::new();
    for at in 0..count {
        let text = format!("no statement {at}\n");
        let path = format!("releases/0.0.1/ledger/{}.toml", Digest::of(text.as_bytes()));
        writeln!(stream, "commit refs/remotes/origin/holdpoint/b{at}").unwrap();
        writeln!(stream, "committer Mallory <mallory@example.com> 1700000000 +0000\ndata 0\nfrom refs/heads/main")
            .unwrap();
        writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
        writeln!(stream, "M 100644 inline {path}.sig\ndata 2\nx\n").unwrap();
    }
    sandbox.git_fed(&["fast-import", "--quiet", "--force"], &stream);
}
