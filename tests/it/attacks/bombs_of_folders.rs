//! A few trees that stand for billions of empty folders: whoever reads them says so, and soon (row 31).

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

/// The tree that these lines make.
fn tree(sandbox: &Sandbox, lines: &str) -> String {
    let file = sandbox.path("lines");
    std::fs::write(&file, lines).unwrap();
    let input = std::fs::File::open(&file).unwrap();
    let mut command = Command::new("git");
    command.arg("mktree").current_dir(sandbox.path("repo")).stdin(Stdio::from(input));
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
}

/// HEAD with a bomb of 60 to the 7th folders at a path.
fn with_bomb(sandbox: &Sandbox, path: &str) {
    let mut bomb = tree(sandbox, "");
    for _ in 0..7 {
        bomb = tree(sandbox, &(10..70).map(|it| format!("040000 tree {bomb}\t{it}\n")).collect::<String>());
    }
    let mut below = bomb;
    let mut rest = path;
    loop {
        let (above, name) = rest.rsplit_once('/').unwrap_or(("", rest));
        let mut listing = Command::new("git");
        listing.args(["ls-tree", &format!("HEAD:{above}")]).current_dir(sandbox.path("repo"));
        let listing = String::from_utf8(listing.output().unwrap().stdout).unwrap();
        let others: String =
            listing.lines().filter(|it| !it.ends_with(&format!("\t{name}"))).map(|it| format!("{it}\n")).collect();
        below = tree(sandbox, &format!("{others}040000 tree {below}\t{name}\n"));
        if above.is_empty() {
            break;
        }
        rest = above;
    }
    let commit = sandbox.git(&["commit-tree", &below, "-p", "HEAD", "-m", "Add folders"]);
    sandbox.git(&["update-ref", "HEAD", commit.trim()]);
}

#[test]
fn a_bomb_of_folders_is_an_error_and_no_endless_work() {
    for path in ["releases/2.7.0/x", "policy/proposed/x", "policy/x"] {
        let sandbox = Sandbox::signed();
        with_bomb(&sandbox, path);
        let began = Instant::now();
        sandbox.check("2.7.0").finds(4, "files and folders").finds(4, "keep what is not part of the record elsewhere");
        sandbox.publish("2.7.0").finds(4, "files and folders");
        sandbox.holdpoint(&["lint", "--at", "HEAD"]);
        sandbox.holdpoint(&["policy", "check"]);
        sandbox.holdpoint(&["status"]);
        assert!(began.elapsed() < Duration::from_mins(1), "{path}: {:?}", began.elapsed());
    }
}
