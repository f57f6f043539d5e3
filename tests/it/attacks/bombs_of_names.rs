//! A few objects of an older commit that stand for millions of names: the proof reads each distinct file once.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use holdpoint_core::digest::Digest;

use crate::sandbox::Sandbox;

/// The tree that these lines make.
fn tree(sandbox: &Sandbox, lines: &str) -> String {
    let file = sandbox.path("lines");
    std::fs::write(&file, lines).unwrap();
    let mut command = Command::new("git");
    command.arg("mktree").current_dir(sandbox.path("repo")).stdin(Stdio::from(std::fs::File::open(&file).unwrap()));
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
}

/// The object that holds this text.
fn blob(sandbox: &Sandbox, text: &str) -> String {
    sandbox.write("scratch", text);
    sandbox.git(&["hash-object", "-w", "scratch"]).trim().to_owned()
}

/// A commit on HEAD that has `below` as its folder `name`, and one on that which has everything as it was.
fn pushed_and_reverted(sandbox: &Sandbox, name: &str, below: &str) {
    let listing = sandbox.git(&["ls-tree", "HEAD"]);
    let others: String =
        listing.lines().filter(|it| !it.ends_with(&format!("\t{name}"))).map(|it| format!("{it}\n")).collect();
    let bomb = tree(sandbox, &format!("{others}040000 tree {below}\t{name}\n"));
    let before = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let first = sandbox.git(&["commit-tree", &bomb, "-p", "HEAD", "-m", "Add them"]);
    let second = sandbox.git(&["commit-tree", before.trim(), "-p", first.trim(), "-m", "Revert"]);
    sandbox.git(&["update-ref", "HEAD", second.trim()]);
}

/// A ledger with so many names of one statement and one signature.
fn ledger(sandbox: &Sandbox, names: usize) -> String {
    let (statement, signature) = (blob(sandbox, "no statement\n"), blob(sandbox, "no signature\n"));
    let mut lines: Vec<String> = Vec::new();
    for at in 0..names {
        let id = Digest::of(&at.to_be_bytes());
        lines.push(format!("100644 blob {statement}\t{id}.toml\n"));
        lines.push(format!("100644 blob {signature}\t{id}.toml.sig\n"));
    }
    tree(sandbox, &lines.concat())
}

#[test]
fn four_thousand_ledgers_of_two_thousand_names_cost_two_files() {
    let sandbox = Sandbox::signed();
    let ledger = ledger(&sandbox, 2_000);
    let release = tree(&sandbox, &format!("040000 tree {ledger}\tledger\n"));
    let releases: String = (0..4_000).map(|it| format!("040000 tree {release}\t{it}.0.0\n")).collect();
    let releases = tree(&sandbox, &releases);
    pushed_and_reverted(&sandbox, "releases", &releases);
    let began = Instant::now();
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn a_policy_under_thousands_of_numbers_is_read_once() {
    let sandbox = Sandbox::signed();
    let text = sandbox.git(&["rev-parse", "HEAD:policy/0001/policy.toml"]);
    let large = blob(&sandbox, &"x".repeat(1 << 20));
    let files: String = (0..2_000).map(|it| format!("100644 blob {large}\tf{it}\n")).collect();
    let folder = tree(&sandbox, &format!("{files}100644 blob {}\tpolicy.toml\n", text.trim()));
    let first = sandbox.git(&["rev-parse", "HEAD:policy/0001"]);
    let numbers: String = (2..6_000).map(|it| format!("040000 tree {folder}\t{it:04}\n")).collect();
    let policies = tree(&sandbox, &format!("040000 tree {}\t0001\n{numbers}", first.trim()));
    pushed_and_reverted(&sandbox, "policy", &policies);
    let began = Instant::now();
    sandbox.check("2.7.0").exits(0);
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

#[test]
fn a_ledger_of_one_file_under_all_names_is_told_and_read_once() {
    let sandbox = Sandbox::signed();
    let ledger = ledger(&sandbox, 4_000);
    let listing = sandbox.git(&["ls-tree", "HEAD:releases/2.7.0"]);
    let others: String = listing.lines().filter(|it| !it.ends_with("\tledger")).map(|it| format!("{it}\n")).collect();
    let release = tree(&sandbox, &format!("{others}040000 tree {ledger}\tledger\n"));
    let releases = tree(&sandbox, &format!("040000 tree {release}\t2.7.0\n"));
    pushed_and_reverted(&sandbox, "releases", &releases);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["update-ref", "HEAD", "HEAD~1"]);
    let answer = sandbox.check("2.7.0").finds(4, "bad-entry").finds(4, "history-rewritten");
    assert!(answer.stdout.contains(" more"), "{}", answer.stdout.len());
    assert!(answer.stdout.len() < 100_000, "{}", answer.stdout.len());
}
