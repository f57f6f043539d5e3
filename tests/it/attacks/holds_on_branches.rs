//! A no that lies on a branch: it counts wherever one asks, whatever the branch is called, and nothing else on a branch does.

use crate::sandbox::{Answer, Sandbox, email, keys};

/// A sandbox in which maria's hold lies on a branch of the remote alone.
fn with_hold_on(branch: &str) -> Sandbox {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", &format!("aside:refs/heads/{branch}")]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox
}

fn publish(sandbox: &Sandbox, folder: &str) -> Answer {
    let (dist, key) = (sandbox.path("dist").display().to_string(), keys().join("ci").display().to_string());
    let publish =
        ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--as", &email("ci"), "--key", &key, "--yes"];
    sandbox.holdpoint_in(folder, &publish)
}

fn id_on(sandbox: &Sandbox, branch: &str) -> String {
    let names = sandbox.git(&["ls-tree", "--name-only", &format!("origin/{branch}"), "releases/2.7.0/ledger/"]);
    let here = sandbox.git(&["ls-tree", "--name-only", "HEAD", "releases/2.7.0/ledger/"]);
    let new = names.lines().find(|it| !here.contains(it)).unwrap().to_owned();
    new.split('/').next_back().unwrap().replace(".toml", "").replace(".sig", "")
}

#[test]
fn a_hold_on_a_branch_stops_every_command_that_decides_or_answers() {
    for branch in ["holdpoint/hold-2.7.0-1a2b3c4d", "holdpoint/anything-at-all", "release-2.7.0"] {
        let sandbox = with_hold_on(branch);
        sandbox.git(&["fetch", "-q"]);
        let check = sandbox.check("2.7.0").finds(1, "held");
        assert!(check.stdout.contains(&format!("origin/{branch}")), "{check:#?}");
        assert_eq!(sandbox.check_json("2.7.0").json()["pending"], 1);
        sandbox.holdpoint(&["wait", "2.7.0", "--for", "1s"]).finds(1, "held");
        let index = sandbox.git(&["rev-parse", "HEAD"]);
        publish(&sandbox, "repo").finds(1, "held");
        assert!(sandbox.site_is_empty());
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), index);
        for question in [&["who", "2.7.0"][..], &["status", "2.7.0"], &["log", "2.7.0"]] {
            let answer = sandbox.holdpoint(question);
            assert!(answer.stdout.contains("crashes") || answer.stdout.contains("held"), "{question:?} {answer:#?}");
        }
    }
}

#[test]
fn a_publish_fetches_what_its_clone_has_never_heard_of() {
    let sandbox = with_hold_on("holdpoint/x");
    sandbox.git_in(".", &["clone", "-q", "--single-branch", "origin.git", "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
    let check = sandbox.holdpoint_in("ci", &["check", "2.7.0"]).exits(0);
    assert!(check.stdout.lines().next().unwrap().contains("holds on branches: not looked at"), "{check:#?}");
    let json = sandbox.holdpoint_in("ci", &["check", "2.7.0", "--format", "json"]).json();
    assert!(json["pending"].is_null(), "{json}");
    publish(&sandbox, "ci").finds(1, "held");
    assert!(sandbox.site_is_empty());
}

#[test]
fn a_hold_that_its_branch_removed_again_counts() {
    let sandbox = with_hold_on("holdpoint/x");
    sandbox.git(&["fetch", "-q"]);
    sandbox.git(&["switch", "-q", "-c", "aside", "origin/holdpoint/x"]);
    sandbox.git(&["rm", "-q", "-r", "releases/2.7.0/ledger"]);
    sandbox.git(&["commit", "-q", "-m", "Remove it"]);
    sandbox.git(&["push", "-q", "origin", "aside:refs/heads/holdpoint/x"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox.check("2.7.0").finds(1, "held");
    publish(&sandbox, "repo").finds(1, "held");
}

#[test]
fn a_branch_that_is_only_called_after_a_hold_stops_nothing() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["push", "-q", "origin", "main:refs/heads/holdpoint/hold-2.7.0-1a2b3c4d"]);
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.write("releases/2.7.0/ledger/junk.toml", "x\n");
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), "kind = \"hold\"\n");
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml.sig", "0".repeat(64)), "x\n");
    sandbox.commit_all("Junk");
    sandbox.git(&["push", "-q", "origin", "aside:refs/heads/holdpoint/hold-2.7.0-4cfa2865"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox.check("2.7.0").exits(0);
    publish(&sandbox, "repo").exits(0);
}

#[test]
fn nothing_on_a_branch_helps() {
    let sandbox = Sandbox::with_remote();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    sandbox.git(&["push", "-q"]);
    sandbox.git(&["switch", "-q", "-c", "release-2.7.0"]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.git(&["push", "-q", "origin", "release-2.7.0"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.check("2.7.0").finds(3, "stale");
    publish(&sandbox, "repo").finds(3, "stale");
}

#[test]
fn a_lift_on_the_branch_of_record_takes_the_hold_of_a_branch_along() {
    let sandbox = with_hold_on("holdpoint/x");
    sandbox.git(&["fetch", "-q"]);
    let id = id_on(&sandbox, "holdpoint/x");
    sandbox.as_person("maria", &["lift", "2.7.0", &id[..8], "--reason", "mended", "--yes", "--push"]).exits(0);
    sandbox.check("2.7.0").exits(0);
    // A clone that has never seen the branch has all that the record names.
    sandbox.git(&["push", "-q", "origin", "--delete", "holdpoint/x"]);
    sandbox.git_in(".", &["clone", "-q", "origin.git", "fresh"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("fresh", &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in("fresh", &["check", "2.7.0"]).exits(0).lacks("entry-missing");
    publish(&sandbox, "fresh").exits(0);
}

#[test]
fn an_approval_that_has_seen_a_decline_on_a_branch_records_it_too() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "unclear", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", "aside:refs/heads/holdpoint/x"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    sandbox.check("2.7.0").finds(1, "declined");
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nClearer.\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.git(&["push", "-q", "origin", "--delete", "holdpoint/x"]);
    sandbox.check("2.7.0").exits(0).lacks("entry-missing");
}

#[test]
fn more_branches_than_are_read_are_a_doubt_and_the_printed_command_ends_it() {
    let sandbox = Sandbox::with_remote();
    super::many_branches(&sandbox, 1_000);
    sandbox.check("2.7.0").lacks("too-many-branches");
    super::many_branches(&sandbox, 1_001);
    let answer = sandbox.check_json("2.7.0").finds(4, "too-many-branches");
    let findings = answer.json()["findings"].clone();
    let next =
        findings.as_array().unwrap().iter().find(|it| it["code"] == "too-many-branches").unwrap()["next"].clone();
    sandbox.shell("repo", next.as_str().unwrap()).exits(0);
    sandbox.check("2.7.0").lacks("too-many-branches");
}

/// How a branch is spoilt in a clone.
type Spoil = fn(&Sandbox);

/// What is wrong with the hold's branch in this clone, and how it comes about.
const SPOILT: [(&str, Spoil); 4] = [
    ("the reference is empty", |it| refer(it, "")),
    ("the reference is junk", |it| refer(it, "junk\n")),
    ("the commit is not here", |it| refer(it, &format!("{}\n", "1".repeat(40)))),
    ("the commit is damaged", |it| {
        let commit = it.git(&["rev-parse", "refs/remotes/origin/holdpoint/x"]);
        let (folder, file) = commit.trim().split_at(2);
        let object = it.path("repo/.git/objects").join(folder).join(file);
        std::fs::remove_file(&object).unwrap();
        std::fs::write(&object, "x").unwrap();
    }),
];

fn refer(sandbox: &Sandbox, text: &str) {
    let file = sandbox.path("repo/.git/refs/remotes/origin/holdpoint/x");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn next(answer: &Answer) -> String {
    let findings = answer.json()["findings"].clone();
    let found = findings.as_array().unwrap().iter().find(|it| it["code"] == "history-unavailable").unwrap().clone();
    found["next"].as_str().unwrap().split("   (").next().unwrap().to_owned()
}

#[test]
fn a_branch_that_cannot_be_read_is_a_doubt_and_the_printed_command_ends_it() {
    for (what, spoil) in SPOILT {
        let sandbox = with_hold_on("holdpoint/x");
        sandbox.git(&["fetch", "-q"]);
        spoil(&sandbox);
        let answer = sandbox.check_json("2.7.0").exits(4);
        assert!(answer.stdout.contains("origin/holdpoint/x"), "{what}: {answer:#?}");
        let next = next(&answer);
        if what != "the commit is damaged" {
            sandbox.shell("repo", &next).exits(0);
            let healed = sandbox.check("2.7.0");
            assert!(healed.code == 1 && healed.stdout.contains("held"), "{what}: {next}: {healed:#?}");
        }
    }
}

#[test]
fn a_branch_that_is_not_here_whole_is_a_doubt() {
    let sandbox = with_hold_on("holdpoint/x");
    sandbox.git(&["switch", "-q", "-c", "aside", "origin/holdpoint/x"]);
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.git(&["push", "-q", "origin", "aside:refs/heads/holdpoint/x"]);
    let from = format!("file://{}", sandbox.path("origin.git").display());
    sandbox.git_in(".", &["clone", "-q", "--single-branch", &from, "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
    sandbox.git_in(
        "ci",
        &["fetch", "-q", "--depth=1", "origin", "+refs/heads/holdpoint/*:refs/remotes/origin/holdpoint/*"],
    );
    let answer = sandbox.holdpoint_in("ci", &["check", "2.7.0", "--format", "json"]).finds(4, "holdpoint/x");
    sandbox.shell("ci", &next(&answer)).exits(0);
    sandbox.holdpoint_in("ci", &["check", "2.7.0"]).finds(1, "held");
}

/// How a clone comes about that has the branch of record and not the hold's.
const NOT_FETCHED: [&[&str]; 3] = [
    &["fetch", "-q", "origin", "+refs/heads/main:refs/remotes/origin/main"],
    &["fetch", "-q", "origin", "main"],
    &["pull", "-q", "origin", "main"],
];

#[test]
fn branches_that_were_not_fetched_are_not_said_to_hold_nothing() {
    for fetch in NOT_FETCHED {
        let sandbox = with_hold_on("holdpoint/x");
        let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
        sandbox.git_in(".", &["init", "-q", "-b", "main", "ci"]);
        sandbox.git_in("ci", &["remote", "add", "origin", "../origin.git"]);
        sandbox.git_in("ci", fetch);
        sandbox.git_in("ci", &["checkout", "-q", "-B", "main", "origin/main"]);
        sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
        let check = |format| sandbox.holdpoint_in("ci", &["check", "2.7.0", "--format", format]).exits(0);
        let pending = check("json").json()["pending"].clone();
        assert!(pending.is_null(), "{fetch:?}: {pending} pending, which is taken for none");
        let said = check("human").stdout;
        assert!(said.lines().next().unwrap().contains("holds on branches: not looked at"), "{fetch:?}: {said}");
        sandbox.git_in("ci", &["fetch", "-q", "origin"]);
        sandbox.holdpoint_in("ci", &["check", "2.7.0"]).finds(1, "held");
    }
}

#[test]
fn a_clone_of_all_branches_is_said_to_have_looked() {
    let sandbox = Sandbox::with_remote();
    sandbox.git_in(".", &["clone", "-q", "origin.git", "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
    let pending =
        || sandbox.holdpoint_in("ci", &["check", "2.7.0", "--format", "json"]).exits(0).json()["pending"].clone();
    assert_eq!(pending(), 0);
    // As it grows older, what moves the branch of record brings the others, too.
    sandbox.write("notes.txt", "x");
    sandbox.commit_all("Note");
    sandbox.git(&["push", "-q"]);
    sandbox.git_in("ci", &["fetch", "-q", "origin", "main"]);
    assert!(pending().is_null());
    sandbox.git_in("ci", &["pull", "-q"]);
    sandbox.write("notes.txt", "y");
    sandbox.commit_all("Note");
    sandbox.git(&["push", "-q"]);
    sandbox.git_in("ci", &["pull", "-q"]);
    assert_eq!(pending(), 0);
}

#[test]
fn who_waits_hears_of_a_hold_that_was_never_fetched() {
    let sandbox = with_hold_on("holdpoint/x");
    sandbox.git_in(".", &["clone", "-q", "--single-branch", "origin.git", "ci"]);
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]);
    sandbox.git_in("ci", &["config", "holdpoint.root", root.trim()]);
    sandbox.holdpoint_in("ci", &["wait", "2.7.0", "--for", "1s"]).finds(1, "held");
}
