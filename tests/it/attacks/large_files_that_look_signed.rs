//! Files of four mebibytes that begin like publications and cost nothing to make are pushed into ledgers: reading them must not take
//! the memory of a machine, and what is too much of them has an end that is one for the whole run.
//!
//! Guards: what nobody known has signed is dropped before it is read as a statement; the whole run has one budget.

use std::fmt::Write;
use std::fs::File;
use std::process::{Command, Stdio};

use holdpoint_core::digest::Digest;

use crate::sandbox::Sandbox;

/// So many such files beside this signature, spread over the ledgers of `versions`.
fn push(sandbox: &Sandbox, kind: &str, versions: &[&str], count: usize, signature: &str) {
    let mut stream = format!("blob\nmark :1\ndata {}\n{signature}\n", signature.len());
    let mut add = String::new();
    for at in 0..count {
        let version = versions[at % versions.len()];
        let head = format!("holdpoint = 1\nkind = \"{kind}\"\nproject = \"p\"\nrelease = \"{version}\"\n");
        let text = format!("{head}{at:04}{}", "x = 1\n".repeat(((4 << 20) - head.len() - 4) / 6));
        let (mark, path) = (at + 2, format!("releases/{version}/ledger/{}.toml", Digest::of(text.as_bytes())));
        write!(stream, "blob\nmark :{mark}\ndata {}\n{text}\n", text.len()).unwrap();
        write!(add, "M 100644 :{mark} {path}\nM 100644 :1 {path}.sig\n").unwrap();
    }
    let from = sandbox.git(&["rev-parse", "HEAD"]);
    let committer = "committer Test <test@example.com> 1790000000 +0000\ndata 0\n";
    write!(stream, "commit refs/heads/main\n{committer}from {}\n{add}\n", from.trim()).unwrap();
    let file = sandbox.path("stream");
    std::fs::write(&file, stream).unwrap();
    let mut import = Command::new("git");
    import.args(["fast-import", "--quiet", "--force"]).current_dir(sandbox.path("repo"));
    assert!(import.stdin(Stdio::from(File::open(&file).unwrap())).status().unwrap().success());
    sandbox.git(&["reset", "-q", "--hard"]);
}

/// A signature that somebody known made over something else.
fn copied_signature(sandbox: &Sandbox) -> String {
    let (path, _) = sandbox.entries("2.7.0").into_iter().next().unwrap();
    std::fs::read_to_string(format!("{}.sig", path.display())).unwrap()
}

/// What was pushed is taken out again, as the finding says.
fn remove_large(sandbox: &Sandbox) {
    sandbox
        .shell("repo", "for it in $(find releases -name '*.toml' -size +1M); do git rm -q $it $it.sig; done")
        .exits(0);
    sandbox.commit_all("Remove what is no entry");
}

#[test]
fn what_nobody_signed_costs_no_memory() {
    let sandbox = Sandbox::signed();
    let signature = copied_signature(&sandbox);
    push(&sandbox, "publish", &["2.7.0"], 40, &signature);
    let answer = sandbox.shell("repo", "ulimit -v 150000 && exec holdpoint check 2.7.0").finds(4, "bad-entry");
    assert!(answer.stdout.contains("nobody has signed them whose key is in a ring"), "{answer:#?}");
    remove_large(&sandbox);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn all_ledgers_have_one_budget() {
    let sandbox = Sandbox::signed();
    let signature = copied_signature(&sandbox);
    push(&sandbox, "approve", &["2.7.0", "2.6.0", "2.5.0"], 132, &signature);
    let answer = sandbox.check("2.7.0").finds(4, "history-too-large");
    assert!(answer.stdout.contains("holdpoint policy propose --checkpoint"), "{answer:#?}");
    sandbox.publish("2.7.0").finds(4, "history-too-large");
    remove_large(&sandbox);
    sandbox.check("2.7.0").finds(4, "history-too-large");
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    for who in ["dana", "sam"] {
        sandbox.sign_policy(who).exits(0);
    }
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
}
