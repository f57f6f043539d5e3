//! What the proof that nothing signed was removed costs in a long history, against `git log` asked for the same thing.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first surprise"
)]

mod history;
#[path = "../../src"]
mod src {
    #[expect(dead_code, reason = "the program uses the rest of it")]
    pub(crate) mod failure;
    #[expect(dead_code, unused_imports, reason = "the program uses the rest of it")]
    pub(crate) mod repo;
}

use repo::{Repo, Span, Survey};
use src::{failure, repo};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn main() {
    let dir = std::env::var("PAST_DIR").unwrap();
    let dir = Path::new(&dir);
    let cp = std::env::var("PAST_CP").ok();
    if std::env::var("NOSTRICT").is_ok() {
        git2::opts::strict_hash_verification(false);
    }
    if std::env::var("NOCACHE").is_ok() {
        git2::opts::enable_caching(false);
    }
    for _ in 0..5 {
        let b = Instant::now();
        let repo = Repo::open(dir).unwrap();
        let head = repo.snapshot(None).unwrap();
        let s = repo.past(&head, &Span { checkpoint: cp.as_deref(), roots: &[], proved: &[] }).unwrap();
        println!(
            "{:?} {}",
            b.elapsed(),
            match s {
                Survey::Looked { commits, gone } => format!("{commits} {}", gone.len()),
                o => format!("{o:?}"),
            }
        );
    }
}
