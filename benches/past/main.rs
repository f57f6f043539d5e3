//! What the proof that nothing signed was removed costs in a long history, as ratios measured in one run: against `git log`
//! asked for the same thing. No time is ever asserted; docs/performance.md says how to read the table.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first surprise"
)]

mod history;
#[path = "../../src"]
mod src {
    #[allow(dead_code, reason = "the program uses the rest of it")]
    pub(crate) mod child;
    #[allow(dead_code, reason = "the program uses the rest of it")]
    pub(crate) mod failure;
    #[allow(dead_code, unused_imports, reason = "the program uses the rest of it")]
    pub(crate) mod repo;
}
#[path = "../gate/table.rs"]
mod table;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use repo::{Repo, Span, Survey};
// The modules of the program name each other from the top of the crate.
use src::{child, failure, repo};

use history::{generated, git};
use table::{Row, duel, row, timed};

/// So many commits came after the checkpoint, or after the last proof.
const RECENT: usize = 100;

fn main() {
    // `cargo test --benches` runs this too; the table is for `cargo bench` alone.
    if !std::env::args().any(|it| it == "--bench") {
        return;
    }
    let commits: usize = std::env::var("HOLDPOINT_BENCH_COMMITS").ok().map_or(100_000, |it| it.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    generated(dir, commits);
    let recent = [git(dir, &["rev-parse", &format!("HEAD~{RECENT}")])];
    let whole = Span { checkpoint: None, roots: &[], proved: &[] };
    let since = Span { checkpoint: Some(&recent[0]), ..whole };
    let remembered = Span { proved: &recent, ..whole };
    let row_of = |what: &str, span: &Span<'_>, config: &str, how: &str| {
        let (own, other) = duel(11, || proof(dir, span), || log(dir, config));
        row(format!("{what} of {commits} commits"), own, other, how).print();
    };
    Row::heading();
    let graph = "core.commitGraph=true";
    row_of("the whole past", &whole, graph, "for `git log`, with a commit-graph that has changed paths");
    row_of("the past since a checkpoint", &since, graph, "for `git log`, with the same");
    row_of("the past since a remembered proof", &remembered, graph, "for `git log`, with the same");
    git(dir, &["commit-graph", "write", "--reachable", "--no-changed-paths", "--no-progress"]);
    row_of("the whole past", &whole, graph, "for `git log`, with a commit-graph as git writes it");
    row_of("the whole past", &whole, "core.commitGraph=false", "for `git log`, as a fresh clone is");
    for (what, newer, older) in questions(dir) {
        let (own, other) = duel(11, || is_behind(dir, &newer, &older), || merge_base(dir, &newer, &older));
        row(format!("{what} of {commits} commits"), own, other, "for `git merge-base --is-ancestor`").print();
    }
    let [tip, first] =
        [&["rev-parse", "HEAD"][..], &["rev-list", "--max-parents=0", "HEAD"]].map(|args| git(dir, args));
    let half = git(dir, &["rev-parse", &format!("HEAD~{}", middle(dir))]);
    let (own, other) = duel(11, || after_the_past(dir, &tip, &half), || merge_base(dir, &tip, &half));
    let what = format!("the same in a run that has looked at the past of {commits} commits");
    row(what, own, other, "for `git merge-base --is-ancestor`").print();
    // Asked of the commit that was remembered, and of another that came since.
    is_remembered(dir, &recent[0], &first);
    let (own, other) = duel(11, || is_remembered(dir, &tip, &first), || merge_base(dir, &tip, &first));
    let what = format!("is the first commit behind the tip, as remembered {RECENT} commits ago, of {commits} commits");
    row(what, own, other, "for `git merge-base --is-ancestor`").print();
}

/// What is asked about ancestors, and the two commits of each question.
fn questions(dir: &Path) -> [(&'static str, String, String); 4] {
    let commit = |name: &str| git(dir, &["rev-parse", name]);
    let tip = commit("HEAD");
    let aside = commit("HEAD~50");
    let (tree, parent) = (commit("HEAD^{tree}"), ["-p", &aside]);
    let fork = git(
        dir,
        &[
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "commit-tree",
            &tree,
            parent[0],
            parent[1],
            "-m",
            "Fork",
        ],
    );
    [
        ("is a commit 100 back behind the tip", tip.clone(), commit("HEAD~100")),
        ("is the tip behind a commit 100 back", commit("HEAD~100"), tip.clone()),
        ("is a branch of 50 back behind the tip", tip.clone(), fork),
        ("is the commit in the middle behind the tip", tip, commit(&format!("HEAD~{}", middle(dir)))),
    ]
}

/// Half the way from the tip to the first commit.
fn middle(dir: &Path) -> usize {
    git(dir, &["rev-list", "--first-parent", "--count", "HEAD"]).parse::<usize>().unwrap() / 2
}

/// Opening the repository and asking whether `older` lies behind `newer`.
fn is_behind(dir: &Path, newer: &str, older: &str) -> Duration {
    timed(|| assert!(Repo::open(dir).unwrap().contains(newer, older).is_ok()))
}

/// The same in a run that has looked at the past, without the look.
fn after_the_past(dir: &Path, newer: &str, older: &str) -> Duration {
    let repo = Repo::open(dir).unwrap();
    let head = repo.snapshot(None).unwrap();
    let span = Span { checkpoint: None, roots: &[], proved: &[] };
    repo.past(&head, &span, &mut |it| panic!("{it:?} is gone")).unwrap();
    timed(|| assert!(repo.contains(newer, older).unwrap()))
}

/// The same by the question of which commits lie behind, whose answers a clone remembers.
fn is_remembered(dir: &Path, newer: &str, older: &str) -> Duration {
    timed(|| assert_eq!(Repo::open(dir).unwrap().behind(newer, &[older]).unwrap().len(), 1))
}

/// The same question put to git, which reads its commit-graph.
fn merge_base(dir: &Path, newer: &str, older: &str) -> Duration {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(["merge-base", "--is-ancestor", older, newer]);
    timed(|| assert!(command.status().unwrap().code().is_some_and(|code| code < 2)))
}

/// Opening the repository and looking at its past.
fn proof(dir: &Path, span: &Span<'_>) -> Duration {
    timed(|| {
        let repo = Repo::open(dir).unwrap();
        let head = repo.snapshot(None).unwrap();
        let survey = repo.past(&head, span, &mut |it| panic!("{it:?} is gone")).unwrap();
        assert!(matches!(survey, Survey::Looked(_)), "{survey:?}");
    })
}

/// The same question put to git: it prints what was changed or removed, and there is nothing.
fn log(dir: &Path, config: &str) -> Duration {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(["-c", config, "log", "-m", "--full-history", "--no-renames", "--diff-filter=a"]);
    command.args(["--", "releases", "policy"]).stderr(Stdio::inherit());
    timed(|| assert!(command.output().unwrap().stdout.is_empty()))
}
