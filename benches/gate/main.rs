//! What the gate costs, as ratios measured in one run: against the same work by hand with stock tools, and against itself
//! in larger repositories. No time is ever asserted; docs/performance.md says how to read the table.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise"
)]

mod fixtures;
mod published;
#[expect(dead_code, clippy::panic, clippy::indexing_slicing, reason = "the tests use the rest of it")]
#[path = "../../tests/it/sandbox.rs"]
mod sandbox;
mod table;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use divan::{Bencher, black_box};
use holdpoint_core::key::{Namespace, Ring, Signature};
use holdpoint_core::statement::Statement;

use fixtures::{Proof, bare, long_ledger, proofs, verify, with_artifact, with_small_files};
use published::crowded;
use sandbox::Sandbox;
use table::{Row, duel, median, row, timed};

fn main() {
    divan::main();
    // `cargo test --benches` runs this too; the table is for `cargo bench` alone.
    if std::env::args().any(|it| it == "--bench") {
        table();
    }
}

/// Measures, and prints each row as soon as it is known.
fn table() {
    Row::heading();
    let alone = Sandbox::signed();
    against_ssh_keygen(&alone).print();
    for (first, what) in [(true, "with the past proved anew"), (false, "with the past remembered")] {
        against_the_proof_by_hand(&alone, first, what).print();
    }
    one_statement().print();
    whole_ledger().print();
    let crowds = [10, 1_000, 10_000].map(|it| (it, crowded(it)));
    growth(&crowds, "repo", "").iter().for_each(Row::print);
    for (_, sandbox) in &crowds {
        bare(sandbox);
    }
    growth(&crowds, "bare", ", in a bare clone").iter().for_each(Row::print);
    publishing().print();
    publishing_small_files().print();
    println!("\n| size | |\n|---|---|");
    let binary = std::fs::metadata(env!("CARGO_BIN_EXE_holdpoint")).unwrap().len();
    println!("| the program | {:.1} MB |", count(binary) / 1e6);
    let crowds = crowds.iter().map(|(releases, it)| (format!("a check among {releases} releases"), it));
    for (what, sandbox) in std::iter::once(("a check of a release alone".to_owned(), &alone)).chain(crowds) {
        let peak = peak_memory(sandbox).map_or("not measured".to_owned(), |it| format!("{:.1} MB", it / 1e3));
        println!("| peak memory of {what} | {peak} |");
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
fn count(number: u64) -> f64 {
    number as f64
}

fn check(sandbox: &Sandbox, folder: &str) -> Duration {
    let mut command = sandbox.command(folder, &["check", "2.7.0"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    timed(|| assert!(command.status().unwrap().success()))
}

/// (a) A whole check against the signatures alone, verified by hand.
fn against_ssh_keygen(sandbox: &Sandbox) -> Row {
    let proofs = proofs(sandbox);
    let by_hand = || timed(|| proofs.iter().for_each(verify));
    let (own, hand) = duel(41, || check(sandbox, "repo"), by_hand);
    row(
        format!("check of a release with three approvals, {} signatures", proofs.len()),
        own,
        hand,
        &format!("for {} × `ssh-keygen -Y verify`", proofs.len()),
    )
}

/// (a) The same, and the look into history that belongs to it: by hand that is one `git log`.
fn against_the_proof_by_hand(sandbox: &Sandbox, first: bool, what: &str) -> Row {
    let proofs = proofs(sandbox);
    let remembered = sandbox.path("repo/.git/holdpoint/proved");
    let own = || {
        if first {
            let _ = std::fs::remove_file(&remembered);
        }
        check(sandbox, "repo")
    };
    let by_hand = || {
        let mut log = Command::new("git");
        log.arg("-C").arg(sandbox.path("repo")).args([
            "log",
            "-m",
            "--full-history",
            "--no-renames",
            "--diff-filter=a",
        ]);
        log.args(["--", "releases", "policy"]);
        timed(|| {
            proofs.iter().for_each(verify);
            run(&mut log);
        })
    };
    let (own, hand) = duel(41, own, by_hand);
    row(
        format!("the same check, {what}"),
        own,
        hand,
        &format!("for {} × `ssh-keygen -Y verify` and one `git log`", proofs.len()),
    )
}

/// (c) A ledger as large as one may be, read and verified; against the same check without it, for one entry.
fn whole_ledger() -> Row {
    const PAIRS: usize = 4_990;
    let (large, small) = (long_ledger(PAIRS), Sandbox::signed());
    let (own, alone) = duel(5, || check(&large, "repo"), || check(&small, "repo"));
    let entries = 2 * u32::try_from(PAIRS).unwrap() + 3;
    let second = f64::from(entries) / own.saturating_sub(alone).as_secs_f64();
    row(
        format!("check of a release with {entries} entries: {second:.0} of them a second"),
        own,
        alone,
        "with 3 entries",
    )
}

/// (b) The same check in a larger repository.
fn growth(sandboxes: &[(usize, Sandbox)], folder: &str, how: &str) -> Vec<Row> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); sandboxes.len()];
    for _ in 0..15 {
        for ((_, sandbox), times) in sandboxes.iter().zip(&mut times) {
            times.push(check(sandbox, folder));
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let least = medians.first().copied().expect("a smallest one");
    let named = sandboxes.iter().zip(medians);
    named
        .map(|((releases, _), it)| row(format!("check among {releases} releases{how}"), it, least, "among 10"))
        .collect()
}

/// (c) One statement, in this process, against one call of `ssh-keygen`.
fn one_statement() -> Row {
    let own = || timed(|| (0..100).for_each(|_| verify_once(black_box(approval())))) / 100;
    let (own, hand) = duel(41, own, || timed(|| verify(&approval().proof)));
    row("one statement, read and verified in the process", own, hand, "for one `ssh-keygen -Y verify`")
}

/// (d) Publishing a large file against copying it and hashing the copy.
fn publishing() -> Row {
    let mebibytes: usize = std::env::var("HOLDPOINT_BENCH_MIB").ok().map_or(1_024, |it| it.parse().unwrap());
    let sandbox = with_artifact(mebibytes);
    let start = sandbox.git(&["rev-parse", "HEAD"]);
    let (from, to) = (sandbox.path("dist/recorder-2.7.0.bin"), sandbox.path("copy"));
    let publish = || {
        sandbox.git(&["reset", "-q", "--hard", start.trim()]);
        let _ = std::fs::remove_dir_all(sandbox.path("site"));
        std::fs::create_dir(sandbox.path("site")).unwrap();
        timed(|| drop(sandbox.publish("2.7.0").exits(0)))
    };
    let by_hand = || {
        let _ = std::fs::remove_file(&to);
        timed(|| {
            run(Command::new("cp").args([&from, &to]));
            run(Command::new("sha256sum").arg(&to));
        })
    };
    let (own, hand) = duel(5, publish, by_hand);
    row(format!("publish of {mebibytes} MiB to a folder"), own, hand, "for `cp` and `sha256sum` of the copy")
}

/// (d) Publishing many small files against copying them, hashing the copies, and having them stored for good.
fn publishing_small_files() -> Row {
    const FILES: usize = 1_000;
    let sandbox = with_small_files(FILES);
    let start = sandbox.git(&["rev-parse", "HEAD"]);
    let (from, to) = (sandbox.path("dist"), sandbox.path("copy"));
    let publish = || {
        sandbox.git(&["reset", "-q", "--hard", start.trim()]);
        aside(&sandbox.path("site"));
        std::fs::create_dir(sandbox.path("site")).unwrap();
        timed(|| drop(sandbox.publish("2.7.0").exits(0)))
    };
    let by_hand = || {
        aside(&to);
        timed(|| {
            run(Command::new("cp").arg("-r").args([&from, &to]));
            run(Command::new("sh").args(["-c", "sha256sum -- * > SHA256SUMS && sync -f ."]).current_dir(&to));
        })
    };
    let (own, hand) = duel(5, publish, by_hand);
    row(format!("publish of {FILES} small files"), own, hand, "for `cp`, `sha256sum` and `sync`")
}

/// Moves away what an earlier round wrote. Removed, it would be measured: ext4 passes by each inode that was freed in the last
/// minutes whenever it looks for a free one.
fn aside(place: &Path) {
    let free = (0..1_000).map(|it| place.with_extension(format!("{it}"))).find(|it| !it.exists()).unwrap();
    let _ = std::fs::rename(place, free);
}

fn run(command: &mut Command) {
    assert!(command.stdout(Stdio::null()).status().unwrap().success(), "{command:?}");
}

/// (e) The peak memory of a check in kB, where GNU time is there to tell it.
fn peak_memory(sandbox: &Sandbox) -> Option<f64> {
    let (time, report) = (Path::new("/usr/bin/time"), sandbox.path("time"));
    let check = sandbox.command("repo", &["check", "2.7.0"]);
    let mut command = Command::new(time);
    command.args(["-f", "%M", "-o"]).arg(&report).arg(check.get_program()).args(check.get_args());
    command.current_dir(sandbox.path("repo")).env_clear();
    command.envs(check.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if !time.exists() {
        return None;
    }
    run(&mut command);
    std::fs::read_to_string(&report).unwrap().trim().parse().ok()
}

/// A signed approval, and what it takes to verify it.
struct Approval {
    ring: Ring,
    proof: Proof,
    statement: Vec<u8>,
    armor: Vec<u8>,
    ring_bytes: Vec<u8>,
}

fn approval() -> &'static Approval {
    static APPROVAL: OnceLock<Approval> = OnceLock::new();
    APPROVAL.get_or_init(|| {
        let sandbox = Box::leak(Box::new(Sandbox::signed()));
        let proof = proofs(sandbox).into_iter().find(|it| it.namespace.contains("approve")).unwrap();
        let ring_bytes = std::fs::read(&proof.ring).unwrap();
        let ring = Ring::parse("signers", &ring_bytes).unwrap();
        let (statement, armor) = (std::fs::read(&proof.file).unwrap(), std::fs::read(&proof.signature).unwrap());
        Approval { ring, proof, statement, armor, ring_bytes }
    })
}

fn verify_once(approval: &Approval) {
    let statement = Statement::parse(&approval.statement).unwrap();
    let signature = Signature::parse(&approval.armor).unwrap();
    let namespace: Namespace = statement.namespace();
    approval.ring.verify(&statement.by, &namespace, &approval.statement, &signature).unwrap();
}

#[divan::bench]
fn read_and_verify_a_statement(bencher: Bencher) {
    let approval = approval();
    bencher.bench(|| verify_once(black_box(approval)));
}

#[divan::bench]
fn read_a_statement(bencher: Bencher) {
    let approval = approval();
    bencher.bench(|| Statement::parse(black_box(&approval.statement)).unwrap());
}

#[divan::bench]
fn read_a_ring_of_nine_people(bencher: Bencher) {
    let approval = approval();
    bencher.bench(|| Ring::parse("signers", black_box(&approval.ring_bytes)).unwrap());
}
