//! Pushes that add to a ledger what is no valid entry, or change what was published.

use std::fs;
use std::path::Path;

use crate::sandbox::{SIGNERS, Sandbox};
use crate::server::{accepts, guard, guarded, push, refuses, undo};

/// A file in the ledger of 2.7.0 that is no entry.
fn junk(sandbox: &Sandbox, name: &str) -> String {
    let path = format!("releases/2.7.0/ledger/{name}");
    sandbox.write(&path, "junk\n");
    path
}

#[test]
fn junk_is_not_added() {
    let sandbox = guarded();
    for name in [format!("{}.toml", "0".repeat(64)), "notes.txt".to_owned(), "sub/a.toml".to_owned()] {
        junk(&sandbox, &name);
        sandbox.commit_all("Junk");
        refuses(&sandbox, "bad-entry");
        undo(&sandbox);
    }
    sandbox.write("releases/2.7.0/Ledger/a.toml", "junk\n");
    sandbox.commit_all("The ledger on many systems");
    refuses(&sandbox, "bad-record");
    undo(&sandbox);
    std::os::unix::fs::symlink(
        "../kb.md",
        sandbox.path(&format!("repo/releases/2.7.0/ledger/{}.toml", "0".repeat(64))),
    )
    .unwrap();
    sandbox.commit_all("A link");
    refuses(&sandbox, "bad-entry");
}

#[test]
fn junk_that_was_there_holds_nobody_up_and_may_go() {
    let sandbox = Sandbox::with_remote();
    let first = junk(&sandbox, "notes.txt");
    sandbox.commit_all("Junk");
    sandbox.git(&["push", "-q"]);
    guard(&sandbox);
    sandbox.write("src.txt", "x\n");
    sandbox.commit_all("Work elsewhere");
    accepts(&sandbox);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    junk(&sandbox, "more.txt");
    sandbox.commit_all("More junk");
    refuses(&sandbox, "more.txt").lacks("notes.txt");
    undo(&sandbox);
    sandbox.git(&["rm", "-q", &first]);
    sandbox.commit_all("Take it out");
    accepts(&sandbox);
}

#[test]
fn junk_in_the_past_of_a_push_may_be_gone_at_its_end() {
    let sandbox = guarded();
    let path = junk(&sandbox, &format!("{}.toml", "0".repeat(64)));
    sandbox.commit_all("Junk");
    sandbox.git(&["rm", "-q", &path]);
    sandbox.commit_all("Take it out");
    accepts(&sandbox);
}

#[test]
fn a_copied_ledger_is_not_added() {
    let sandbox = guarded();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let copy = sandbox.path("repo/releases/2.8.0/ledger");
    fs::create_dir_all(&copy).unwrap();
    for entry in fs::read_dir(sandbox.path("repo/releases/2.7.0/ledger")).unwrap() {
        let from = entry.unwrap().path();
        fs::copy(&from, copy.join(from.file_name().unwrap())).unwrap();
    }
    sandbox.commit_all("Copy the ledger");
    let answer = refuses(&sandbox, "wrong-release");
    assert_eq!(answer.stderr.matches("wrong-release").count(), SIGNERS.len());
}

#[test]
fn an_entry_of_a_stranger_or_for_another_project_is_not_added() {
    let sandbox = guarded();
    let (_, text) = sandbox.entries("2.7.0").into_iter().find(|it| it.1.contains("maria@")).unwrap();
    sandbox.forge("2.7.0", &text.replace("maria@", "mallory@"), "mallory", "holdpoint/approve@v1");
    sandbox.commit_all("A stranger's");
    refuses(&sandbox, "bad-entry");
    undo(&sandbox);
    let elsewhere = text.replace("https://downloads.example.com/webinar", "https://elsewhere.example.com");
    sandbox.forge("2.7.0", &elsewhere, "maria", "holdpoint/approve@v1");
    sandbox.commit_all("Another project's");
    refuses(&sandbox, "wrong-project");
}

#[test]
fn what_was_published_is_not_changed() {
    let sandbox = guarded();
    sandbox.publish("2.7.0").exits(0);
    sandbox.edit("releases/2.7.0/matrix.md", |it| it + "\nMore.\n");
    refuses(&sandbox, "published-changed");
    undo(&sandbox);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nA better way.\n");
    accepts(&sandbox);
}

#[test]
fn a_publication_that_proves_nothing_is_not_added() {
    let sandbox = guarded();
    sandbox.publish("2.7.0").exits(0);
    let text = fs::read_to_string(sandbox.entry("2.7.0", "kind = \"publish\"")).unwrap();
    // The same without any sign-off, as whoever has the key of CI could write it.
    let relied = text.lines().find(|it| it.starts_with("relied = ")).unwrap();
    let forged = text.replace(relied, "relied = []");
    sandbox.forge("2.7.0", &forged, "ci", "holdpoint/publish@v1");
    sandbox.commit_all("Publish it again");
    refuses(&sandbox, "unproven");
}

#[test]
fn a_hold_whose_signer_had_seen_more_goes_in() {
    let sandbox = guarded();
    sandbox.git(&["checkout", "-q", "-b", "lost"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--no-commit"]).exits(0);
    sandbox.commit_all("A hold that is lost");
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "also slow", "--yes", "--no-commit"]).exits(0);
    let second = sandbox.entry("2.7.0", "also slow");
    let files = [second.clone(), Path::new(&format!("{}.sig", second.display())).to_owned()]
        .map(|it| (it.clone(), fs::read(&it).unwrap()));
    sandbox.git(&["checkout", "-q", "-f", "main"]);
    sandbox.git(&["clean", "-qfd"]);
    for (path, bytes) in files {
        fs::write(path, bytes).unwrap();
    }
    sandbox.commit_all("The second hold alone");
    accepts(&sandbox);
}

#[test]
fn a_branch_of_ones_own_is_free() {
    let sandbox = guarded();
    sandbox.git(&["checkout", "-q", "-b", "draft"]);
    junk(&sandbox, "notes.txt");
    sandbox.commit_all("Junk");
    push(&sandbox, &["draft"]).exits(0);
    sandbox.git(&["commit", "-q", "--amend", "-m", "Again"]);
    push(&sandbox, &["--force", "draft"]).exits(0);
    push(&sandbox, &[":draft"]).exits(0);
}
