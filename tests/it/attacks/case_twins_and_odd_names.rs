//! Symlinks, submodules, executable bits, `..`, twins, device names, reserved names, in trees made with `git mktree` (row 31).

use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

/// HEAD with the tree of the release 2.7.0 replaced: its entries as `git ls-tree` shows them, edited.
fn with_release_tree(sandbox: &Sandbox, edit: impl FnOnce(String) -> String) {
    with_tree(sandbox, "releases/2.7.0", edit);
}

fn with_tree(sandbox: &Sandbox, folder: &str, edit: impl FnOnce(String) -> String) {
    let mut listing = edit(sandbox.git(&["ls-tree", &format!("HEAD:{folder}")]));
    let mut path = folder;
    loop {
        let tree = mktree(sandbox, &listing);
        let Some((above, name)) = path.rsplit_once('/').or_else(|| (!path.is_empty()).then_some(("", path))) else {
            let commit = sandbox.git(&["commit-tree", &tree, "-p", "HEAD", "-m", "Make an odd tree"]);
            sandbox.git(&["update-ref", "HEAD", commit.trim()]);
            return;
        };
        let old = sandbox.git(&["ls-tree", &format!("HEAD:{above}")]);
        listing = old
            .lines()
            .map(|it| {
                if it.ends_with(&format!("\t{name}")) {
                    format!("040000 tree {tree}\t{name}\n")
                } else {
                    format!("{it}\n")
                }
            })
            .collect();
        path = above;
    }
}

fn mktree(sandbox: &Sandbox, listing: &str) -> String {
    let file = sandbox.path("listing");
    std::fs::write(&file, listing).unwrap();
    let input = std::fs::File::open(file).unwrap();
    let mut command = Command::new("git");
    command.args(["mktree", "--missing"]).current_dir(sandbox.path("repo")).stdin(Stdio::from(input));
    String::from_utf8(command.output().unwrap().stdout).unwrap().trim().to_owned()
}

fn blob(sandbox: &Sandbox, path: &str) -> String {
    sandbox.git(&["rev-parse", &format!("HEAD:{path}")]).trim().to_owned()
}

#[test]
fn a_document_that_is_no_plain_file_is_refused() {
    for mode in ["100755", "120000"] {
        let sandbox = Sandbox::signed();
        let id = blob(&sandbox, "releases/2.7.0/kb.md");
        with_release_tree(&sandbox, |it| {
            it.replace(&format!("100644 blob {id}\tkb.md"), &format!("{mode} blob {id}\tkb.md"))
        });
        sandbox.check("2.7.0").finds(4, "bad-record");
    }
    let sandbox = Sandbox::signed();
    let commit = sandbox.git(&["rev-parse", "HEAD"]);
    with_release_tree(&sandbox, |it| it + &format!("160000 commit {}\tmodule\n", commit.trim()));
    sandbox.check("2.7.0").finds(4, "bad-record");
}

#[test]
fn an_entry_that_is_no_plain_file_is_refused() {
    for mode in ["100755", "120000"] {
        let sandbox = Sandbox::signed();
        with_tree(&sandbox, "releases/2.7.0/ledger", |it| it.replacen("100644", mode, 1));
        sandbox.check("2.7.0").finds(4, "bad-entry");
    }
}

#[test]
fn a_name_that_is_another_file_elsewhere_is_refused() {
    for name in ["KB.md", "nul", "con.md", "a:b", "kb.md.", "\u{e4}.md", "a\u{308}.md", "..", ".", ".git", "x y"] {
        let sandbox = Sandbox::signed();
        let id = blob(&sandbox, "releases/2.7.0/kb.md");
        with_release_tree(&sandbox, |it| format!("{it}100644 blob {id}\t{name}\n"));
        sandbox.check("2.7.0").finds(4, "bad-record");
    }
}

#[test]
fn a_hold_in_a_folder_that_is_the_ledger_elsewhere_is_not_overlooked() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("lee", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    with_release_tree(&sandbox, |it| {
        let ledger = sandbox.git(&["ls-tree", "HEAD:releases/2.7.0/ledger"]);
        let (own, others): (Vec<&str>, Vec<&str>) = ledger.lines().partition(|it| it.contains(&hold));
        let tree = |lines: Vec<&str>| mktree(&sandbox, &(lines.join("\n") + "\n"));
        let (own, others) = (tree(own), tree(others));
        let rest: String = it.lines().filter(|it| !it.ends_with("\tledger")).map(|it| format!("{it}\n")).collect();
        format!("{rest}040000 tree {own}\tLedger\n040000 tree {others}\tledger\n")
    });
    sandbox.check("2.7.0").finds(4, "one file on many systems");
}

#[test]
fn a_name_that_stands_twice_in_a_tree_is_refused() {
    let sandbox = Sandbox::signed();
    let tree = |rev: &str| sandbox.git(&["rev-parse", rev]).trim().to_owned();
    let signed = tree("HEAD:releases/2.7.0/ledger");
    sandbox.as_person("lee", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let held = tree("HEAD:releases/2.7.0/ledger");
    for (first, second) in [(&held, &signed), (&signed, &held)] {
        with_release_tree(&sandbox, |it| {
            let rest: String = it.lines().filter(|it| !it.ends_with("\tledger")).map(|it| format!("{it}\n")).collect();
            format!("{rest}040000 tree {first}\tledger\n040000 tree {second}\tledger\n")
        });
        sandbox.check("2.7.0").finds(4, "twice or out of order");
        sandbox.git(&["update-ref", "HEAD", "HEAD~1"]);
    }
}

#[test]
fn a_policy_that_is_no_plain_file_is_refused() {
    let sandbox = Sandbox::signed();
    with_tree(&sandbox, "policy/0001", |it| it.replacen("100644", "120000", 1));
    sandbox.check("2.7.0").finds(4, "policy-broken");
}

#[test]
fn reserved_names_are_no_artifacts() {
    for name in ["releases.json", "SHA256SUMS", "index.html", "sha256sums", "../x", "a/b"] {
        let sandbox = Sandbox::ready();
        sandbox.edit("releases/2.7.0/artifacts.toml", |it| it.replace("recorder-2.7.0.bin", name));
        sandbox.sign_all("2.7.0");
        sandbox.check("2.7.0").finds(4, "bad-record");
    }
}

/// The next step of a finding about a file of this name in the release folder.
fn next_for(sandbox: &Sandbox, name: &str) -> String {
    let path = format!("repo/releases/2.7.0/{name}");
    std::fs::write(sandbox.path(&path), "x").unwrap();
    sandbox.commit_all("Add an odd file");
    let json = sandbox.check_json("2.7.0").finds(4, "bad-record").json();
    let findings = json["findings"].as_array().unwrap();
    findings.iter().find(|it| it["code"] == "bad-record").unwrap()["next"].as_str().unwrap().to_owned()
}

#[test]
fn the_printed_command_removes_that_file_and_runs_nothing_else() {
    for name in ["x'; touch PWN; '", "$(touch PWN)", "`touch PWN`", "-rf *", "x*", "a [b]", "a\\b", "#x"] {
        let sandbox = Sandbox::signed();
        sandbox.write("xy", "another file");
        let next = next_for(&sandbox, name);
        let command = &next[next.find("git rm").unwrap()..];
        sandbox.run("repo", Command::new("sh").args(["-c", command]));
        assert!(!sandbox.path("repo/PWN").exists(), "{next}");
        let left = sandbox.git(&["diff", "--cached", "--name-only", "--diff-filter=D"]);
        assert_eq!(left.lines().count(), 1, "{next}: {left}");
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").exits(0);
    }
}

#[test]
fn a_name_that_cannot_be_typed_is_found_by_its_beginning() {
    for name in ["x\u{1b}[31m'y", "x\ny", "x\u{202e}y"] {
        let sandbox = Sandbox::signed();
        let next = next_for(&sandbox, name);
        assert!(next.contains("git rm -n -- 'releases/2.7.0/x*'   ("), "{next}");
        sandbox.run("repo", Command::new("sh").args(["-c", "git rm -q -- 'releases/2.7.0/x*'"]));
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").exits(0);
    }
}

#[test]
fn the_printed_command_does_not_remove_the_hold_that_a_twin_of_its_folder_names() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.write(&format!("releases/2.7.0/LEDGER/{hold}.toml"), "Remove me.\n");
    sandbox.commit_all("Lay a twin beside it");
    let answer = sandbox.check("2.7.0").finds(4, "one file on many systems");
    assert!(!answer.stdout.contains("git rm -- releases/2.7.0/ledger/"), "{answer:#?}");
    assert!(answer.stdout.contains(&format!("git rm -- releases/2.7.0/LEDGER/{hold}.toml")), "{answer:#?}");
    sandbox.git(&["rm", "-rq", "releases/2.7.0/LEDGER"]);
    sandbox.commit_all("Remove it");
    sandbox.check("2.7.0").finds(1, "held");
}
