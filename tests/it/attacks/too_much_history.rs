//! More history than is looked at: the gate is closed with a sentence of its own, and the owners can open it again.

use std::fmt::Write;
use std::fs::File;
use std::process::{Command, Stdio};

use holdpoint_core::digest::Digest;

use crate::sandbox::{Answer, Sandbox};

/// Statements of four mebibytes each, together more than is read, are committed and removed.
pub(crate) fn too_much() -> Sandbox {
    let sandbox = Sandbox::signed();
    let mut stream = String::from("blob\nmark :1\ndata 7\nnothing\n");
    let (mut add, mut remove) = (String::new(), String::new());
    for at in 0..132_usize {
        let head = "holdpoint = 1\nkind = \"publish\"\nproject = \"p\"\nrelease = \"2.7.0\"\n";
        let text = format!("{head}{at:04}{}", "x".repeat((4 << 20) - head.len() - 4));
        let (mark, path) = (at + 2, format!("releases/2.7.0/ledger/{}.toml", Digest::of(text.as_bytes())));
        write!(stream, "blob\nmark :{mark}\ndata {}\n{text}\n", text.len()).unwrap();
        write!(add, "M 100644 :{mark} {path}\nM 100644 :1 {path}.sig\n").unwrap();
        write!(remove, "D {path}\nD {path}.sig\n").unwrap();
    }
    let committer = "committer Test <test@example.com> 1790000000 +0000\ndata 0\n";
    let from = sandbox.git(&["rev-parse", "HEAD"]);
    write!(stream, "commit refs/heads/main\n{committer}from {}\n{add}\n", from.trim()).unwrap();
    write!(stream, "commit refs/heads/main\n{committer}\n{remove}\n").unwrap();
    let file = sandbox.path("stream");
    std::fs::write(&file, stream).unwrap();
    let mut import = Command::new("git");
    import.args(["fast-import", "--quiet", "--force"]).current_dir(sandbox.path("repo"));
    assert!(import.stdin(Stdio::from(File::open(&file).unwrap())).status().unwrap().success());
    sandbox
}

/// What the gate says then.
pub(crate) fn checked() -> Answer {
    too_much().check_json("2.7.0")
}

#[test]
fn the_owners_begin_the_proof_behind_it() {
    let sandbox = too_much();
    let answer = sandbox.check("2.7.0").finds(4, "history-too-large");
    assert!(answer.stdout.contains("next: holdpoint policy propose --checkpoint"), "{answer:#?}");
    sandbox.publish("2.7.0").finds(4, "history-too-large");
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    for who in ["dana", "sam"] {
        sandbox.sign_policy(who).exits(0);
    }
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
}
