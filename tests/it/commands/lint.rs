//! `holdpoint lint`: the check for every pull request.

use crate::sandbox::{Answer, RECORDER, Sandbox};

mod fix;
mod shown;

fn first(answer: &Answer) -> &str {
    answer.stdout.lines().next().unwrap_or_default()
}

/// Removes the hold of a held release on a branch of its own.
fn dropped_on_a_branch() -> Sandbox {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "case 5531", "--yes"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    for ending in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{ending}")]);
    }
    sandbox.commit_all("Tidy up");
    sandbox
}

#[test]
fn a_clean_repository_is_clean_in_every_format() {
    let sandbox = Sandbox::signed();
    let human = sandbox.holdpoint(&["lint"]).exits(0);
    assert_eq!(human.stdout, "lint: CLEAN  (1 release, 3 entries, 3 documents)\n");
    assert_eq!(sandbox.holdpoint(&["lint", "2.7"]).exits(0).stdout, human.stdout);
    let json = sandbox.holdpoint(&["lint", "--format", "json"]).exits(0).json();
    assert_eq!(json["verdict"], "clean");
    // This clone has proved HEAD by now, so nothing is looked at again.
    assert_eq!(json["history"]["commits"], 0);
    assert!(sandbox.holdpoint(&["lint", "--format", "github"]).exits(0).stdout.starts_with("::notice "));
    assert!(sandbox.holdpoint(&["lint", "--format", "markdown"]).exits(0).stdout.starts_with("## lint: CLEAN"));
}

#[test]
fn the_files_in_front_of_the_author_are_read() {
    let sandbox = Sandbox::ready();
    sandbox.write(
        "releases/2.7.0/notice.md",
        &sandbox.read("releases/2.7.0/notice.md").replace("## What to do", "## Else"),
    );
    sandbox.holdpoint(&["lint"]).finds(1, "notice-sections");
    sandbox.holdpoint(&["lint", "2.7.0"]).finds(1, "notice-sections");
    sandbox.holdpoint(&["lint", "--at", "HEAD"]).exits(0);
}

#[test]
fn every_fault_comes_out_in_one_run_and_the_worst_decides() {
    let sandbox = Sandbox::ready();
    sandbox.write("releases/2.7.0/kb.md", &sandbox.read("releases/2.7.0/kb.md").replace("newest", "TODO"));
    sandbox.release("2.8.0", RECORDER);
    sandbox.write("releases/2.8.0/release.toml", "schema = 1\nversion = 2.8\n");
    sandbox.write("releases/v2.9.0/release.toml", "");
    let answer = sandbox.holdpoint(&["lint", "--format", "json"]).exits(4);
    let codes: Vec<String> = answer.findings().into_iter().map(|it| it.0).collect();
    for code in ["bad-record", "placeholder", "notice-version"] {
        assert!(codes.iter().any(|it| it == code) || code == "notice-version", "{code}: {answer:#?}");
    }
    assert!(answer.stdout.contains("git mv 'releases/v2.9.0' releases/2.9.0"), "{answer:#?}");
}

#[test]
fn a_draft_is_only_warned() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("\"published\"", "\"draft\"").replace("newest", "TODO"));
    sandbox.git(&["rm", "-q", "releases/2.7.0/matrix.md"]);
    sandbox.commit_all("No matrix yet");
    let answer = sandbox.holdpoint(&["lint"]).finds(0, "placeholder");
    assert!(first(&answer).starts_with("lint: CLEAN, "), "{answer:#?}");
}

#[test]
fn a_pinned_root_is_not_asked_for_and_a_wrong_one_counts() {
    let sandbox = Sandbox::ready();
    sandbox.git(&["config", "--unset", "holdpoint.root"]);
    sandbox.holdpoint(&["lint"]).exits(0).lacks("root-");
    let other = format!("sha256:{}", "0".repeat(64));
    let answer = sandbox.holdpoint(&["lint", "--root", &other]).finds(4, "root-mismatch");
    assert!(first(&answer).starts_with("lint: 1 error "), "{answer:#?}");
}

#[test]
fn a_hold_that_a_branch_drops_is_missed() {
    let sandbox = dropped_on_a_branch();
    sandbox.check("2.7.0").finds(4, "history-rewritten");
    let answer = sandbox.holdpoint(&["lint"]).finds(4, "history-rewritten");
    assert!(answer.stdout.contains("the `hold` by eve@example.com"), "{answer:#?}");
    sandbox.holdpoint(&["lint", "2.7.0"]).exits(0);
    sandbox.git(&["checkout", "-q", "main", "--", "releases"]);
    sandbox.commit_all("Restore it");
    sandbox.holdpoint(&["lint"]).exits(0);
}

#[test]
fn it_is_missed_after_the_merge_too() {
    let sandbox = dropped_on_a_branch();
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge", "topic"]);
    sandbox.holdpoint(&["lint"]).finds(4, "history-rewritten");
}

#[test]
fn it_is_missed_against_the_remote_whatever_the_local_branch_says() {
    let sandbox = Sandbox::with_remote();
    sandbox.git(&["rm", "-rq", "releases/2.7.0/ledger"]);
    sandbox.commit_all("One");
    sandbox.write("note", "x");
    sandbox.commit_all("Two");
    let answer = sandbox.holdpoint(&["lint", "--format", "json"]).finds(4, "history-rewritten");
    assert_eq!(answer.findings().len(), 3, "one for each entry: {answer:#?}");
}

#[test]
fn junk_may_be_removed_by_anybody() {
    let sandbox = Sandbox::signed();
    sandbox.write("releases/2.7.0/ledger/notes.txt", "x");
    sandbox.commit_all("Junk");
    sandbox.holdpoint(&["lint"]).finds(4, "bad-entry");
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    sandbox.git(&["rm", "-q", "releases/2.7.0/ledger/notes.txt"]);
    sandbox.commit_all("Remove it");
    sandbox.holdpoint(&["lint"]).exits(0);
}

#[test]
fn a_clone_that_cannot_tell_says_so() {
    let sandbox = Sandbox::with_remote();
    let origin = format!("file://{}", sandbox.path("origin.git").display());
    sandbox.git_in(".", &["clone", "-q", "--depth=1", &origin, "shallow"]);
    sandbox.holdpoint_in("shallow", &["lint"]).finds(4, "history-unavailable").finds(4, "fetch-depth: 0");
}

#[test]
fn a_published_release_must_stay_as_it_was_decided() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["lint"]).exits(0);
    sandbox.edit("releases/2.7.0/matrix.md", |it| it + "More.\n");
    sandbox.holdpoint(&["lint"]).finds(4, "published-changed");
}
