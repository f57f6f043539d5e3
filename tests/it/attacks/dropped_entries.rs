//! A hold that is made to disappear (rows 11 and 15): whatever merges, renames and types do, the proof over history finds it,
//! and restoring the file repairs it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::{Answer, Sandbox};

/// A release that is signed off and held by somebody; and the two files of the hold, from the top of the repository.
fn held() -> (Sandbox, [String; 2]) {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes on start", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    let files = ["toml", "toml.sig"].map(|it| format!("releases/2.7.0/ledger/{id}.{it}"));
    (sandbox, files)
}

fn remove(sandbox: &Sandbox, files: &[String]) {
    let mut arguments = vec!["rm", "-q", "--"];
    arguments.extend(files.iter().map(String::as_str));
    sandbox.git(&arguments);
}

/// It is found by the gate and by the lint; and once the files are as they were, the hold holds.
#[track_caller]
fn is_found_and_repaired(sandbox: &Sandbox, files: &[String]) {
    let answer = sandbox.check("2.7.0").finds(4, "history-rewritten");
    assert!(answer.stdout.contains("the `hold` by eve@example.com"), "{answer:#?}");
    sandbox.holdpoint(&["lint"]).finds(4, "history-rewritten");
    let cure = answer.stdout.lines().find_map(|it| it.trim().strip_prefix("next: git checkout ")).unwrap();
    let commit = cure.split_whitespace().next().unwrap();
    let mut arguments = vec!["checkout", commit, "--"];
    arguments.extend(files.iter().map(String::as_str));
    sandbox.git(&arguments);
    sandbox.commit_all("Restore it");
    sandbox.check("2.7.0").finds(1, "held").lacks("history-rewritten");
    sandbox.holdpoint(&["lint"]).exits(0);
}

#[test]
fn in_a_commit() {
    let (sandbox, files) = held();
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    is_found_and_repaired(&sandbox, &files);
}

#[test]
fn inside_a_merge_commit() {
    let (sandbox, files) = held();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.write("notes.txt", "side");
    sandbox.commit_all("Side");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.write("more.txt", "main");
    sandbox.commit_all("Main");
    sandbox.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    remove(&sandbox, &files);
    sandbox.git(&["commit", "-q", "-m", "Merge"]);
    is_found_and_repaired(&sandbox, &files);
}

#[test]
fn by_a_merge_that_keeps_our_side() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "-s", "ours", "--no-edit", "side"]);
    is_found_and_repaired(&sandbox, &["toml", "toml.sig"].map(|it| format!("releases/2.7.0/ledger/{id}.{it}")));
}

#[test]
fn by_a_rename() {
    let (sandbox, files) = held();
    for (from, to) in files.iter().zip(["notes.toml", "notes.toml.sig"]) {
        sandbox.git(&["mv", from, to]);
    }
    sandbox.commit_all("Move the notes");
    is_found_and_repaired(&sandbox, &files);
}

#[test]
fn into_another_release() {
    let (sandbox, files) = held();
    for from in &files {
        let to = from.replace("2.7.0", "2.8.0");
        fs::create_dir_all(sandbox.path("repo").join(Path::new(&to).parent().unwrap())).unwrap();
        sandbox.git(&["mv", from, &to]);
    }
    sandbox.commit_all("It was about 2.8.0");
    let answer = sandbox.check("2.7.0").finds(4, "history-rewritten");
    assert!(answer.stdout.contains("the `hold` by eve@example.com"), "{answer:#?}");
}

#[test]
fn by_another_type() {
    let (sandbox, files) = held();
    let path: PathBuf = sandbox.path("repo").join(&files[0]);
    fs::rename(&path, sandbox.path("repo/hold.toml")).unwrap();
    std::os::unix::fs::symlink("../../../hold.toml", &path).unwrap();
    sandbox.commit_all("Link it");
    sandbox.check("2.7.0").finds(4, "bad-entry").finds(4, "history-rewritten");
    // Another release is told as well: whatever is gone anywhere may have been a no to this one's reader.
    fs::remove_file(&path).unwrap();
    fs::rename(sandbox.path("repo/hold.toml"), &path).unwrap();
    sandbox.commit_all("Put it back");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn with_the_whole_release_folder() {
    let (sandbox, _) = held();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.check("2.8.0").exits(0);
    sandbox.git(&["rm", "-rq", "releases/2.7.0"]);
    sandbox.commit_all("2.7.0 never was");
    let answer = sandbox.check("2.8.0").finds(4, "history-rewritten");
    assert!(answer.stdout.contains("releases/2.7.0/ledger/"), "{answer:#?}");
}

#[test]
fn many_commits_ago_and_in_a_clone_that_had_proved_more() {
    let (sandbox, files) = held();
    sandbox.check("2.7.0").finds(1, "held"); // this clone has proved it by now
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    for number in 0..5 {
        sandbox.write("notes.txt", &number.to_string());
        sandbox.commit_all("More");
        sandbox.check("2.7.0").finds(4, "history-rewritten");
    }
    sandbox.git_in(".", &["clone", "-q", "repo", "fresh"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("fresh", &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in("fresh", &["check", "2.7.0"]).finds(4, "history-rewritten");
    is_found_and_repaired(&sandbox, &files);
}

#[test]
fn what_a_clone_remembers_of_its_proofs_can_be_thrown_away_and_damaged() {
    let (sandbox, files) = held();
    let remembered = sandbox.path("repo/.git/holdpoint/proved");
    assert!(remembered.is_file());
    remove(&sandbox, &files);
    sandbox.commit_all("Tidy up");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    for text in [String::new(), "holdpoint proved 1\n".to_owned(), head, "\u{0}".repeat(99)] {
        fs::write(&remembered, text).unwrap();
        sandbox.check("2.7.0").finds(4, "history-rewritten");
    }
    fs::remove_file(&remembered).unwrap();
    sandbox.check("2.7.0").finds(4, "history-rewritten");
}

#[test]
fn junk_that_never_was_an_entry_may_go() {
    let sandbox = Sandbox::signed();
    let name = "0".repeat(64);
    sandbox.write(&format!("releases/2.7.0/ledger/{name}.toml"), "junk");
    sandbox.write(&format!("releases/2.7.0/ledger/{name}.toml.sig"), "junk");
    sandbox.commit_all("Junk");
    sandbox.check("2.7.0").finds(4, "bad-entry");
    remove(&sandbox, &["toml", "toml.sig"].map(|it| format!("releases/2.7.0/ledger/{name}.{it}")));
    sandbox.commit_all("Take it out");
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_copied_ledger_may_go_again() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let copy = sandbox.path("repo/releases/2.8.0/ledger");
    fs::create_dir_all(&copy).unwrap();
    for (path, text) in sandbox.entries("2.7.0") {
        let to = copy.join(path.file_name().unwrap());
        fs::write(&to, text).unwrap();
        fs::copy(format!("{}.sig", path.display()), format!("{}.sig", to.display())).unwrap();
    }
    sandbox.commit_all("Copy the ledger");
    sandbox.check("2.8.0").finds(4, "wrong-release");
    sandbox.git(&["rm", "-rq", "releases/2.8.0/ledger"]);
    sandbox.commit_all("Take it out");
    sandbox.sign_all("2.8.0");
    sandbox.check("2.8.0").exits(0);
}

#[test]
fn an_entry_that_another_one_names_is_missed_and_can_be_lifted_by_two_on_duty() {
    let sandbox = Sandbox::signed();
    // It was made on a branch whose commits are lost; what was signed after it is here.
    sandbox.git(&["checkout", "-q", "-b", "lost"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("maria", &["sign", "2.7.0", "kb", "--yes"]);
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "also slow", "--yes"]).exits(0);
    let second = sandbox.entry("2.7.0", "also slow");
    let kept = fs::read(&second).unwrap();
    let signature = fs::read(format!("{}.sig", second.display())).unwrap();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-qD", "lost"]);
    fs::write(&second, kept).unwrap();
    fs::write(format!("{}.sig", second.display()), signature).unwrap();
    sandbox.commit_all("The second hold alone");
    sandbox.check("2.7.0").finds(4, "entry-missing");
    let lift = |who: &str, id: &str| -> Answer {
        sandbox.as_person(who, &["lift", "2.7.0", id, "--reason", "looked into it", "--yes"]).exits(0)
    };
    lift("dana", &hold);
    sandbox.check("2.7.0").finds(4, "entry-missing");
    lift("sam", &hold);
    sandbox.check("2.7.0").finds(1, "held").lacks("entry-missing");
    lift("ned", &sandbox.id("2.7.0", "also slow"));
    sandbox.check("2.7.0").exits(0);
}

/// A release that is signed off but for `kb`; and a sign-off of that by maria, who had seen a hold that is lost. With the two
/// files of the hold, and their bytes.
fn seen_and_lost() -> (Sandbox, Vec<(PathBuf, Vec<u8>)>) {
    let sandbox = Sandbox::ready();
    sandbox.git(&["checkout", "-q", "-b", "lost"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let both = |it: PathBuf| {
        [it.clone(), format!("{}.sig", it.display()).into()].map(|it| (it.clone(), fs::read(it).unwrap()))
    };
    let hold = both(sandbox.entry("2.7.0", "kind = \"hold\"")).to_vec();
    let kept = both(sandbox.entry("2.7.0", "requirement = \"kb\""));
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["branch", "-qD", "lost"]);
    put(&kept);
    sandbox.commit_all("The sign-off alone");
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    (sandbox, hold)
}

fn put(files: &[(PathBuf, Vec<u8>)]) {
    for (path, bytes) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_hold_that_a_sign_off_had_seen_is_missed_from_the_tree_alone() {
    let (sandbox, hold) = seen_and_lost();
    sandbox.check("2.7.0").finds(4, "entry-missing").lacks("history-rewritten");
    sandbox.publish("2.7.0").finds(4, "entry-missing");
    put(&hold);
    sandbox.commit_all("Restore it");
    sandbox.check("2.7.0").finds(1, "held").lacks("entry-missing");
}

#[test]
fn what_is_missing_is_lifted_by_as_many_as_a_hold() {
    let (sandbox, hold) = seen_and_lost();
    let id = hold[0].0.file_stem().unwrap().to_str().unwrap();
    let lift =
        |who: &str| sandbox.as_person(who, &["lift", "2.7.0", id, "--reason", "looked into it", "--yes"]).exits(0);
    lift("dana");
    sandbox.check("2.7.0").finds(4, "entry-missing");
    lift("sam");
    sandbox.check("2.7.0").exits(0);
}
