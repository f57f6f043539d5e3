//! What it costs to compare a release with everything that customers have, as ratios measured in one run: among 100 and among
//! 1,000 versions on each side of an interface. No time is ever asserted; docs/performance.md says how to read the table.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise"
)]

mod field;
#[expect(dead_code, clippy::panic, clippy::indexing_slicing, reason = "the tests use the rest of it")]
#[path = "../../tests/it/sandbox.rs"]
mod sandbox;
#[path = "../gate/table.rs"]
mod table;

use std::hint::black_box;
use std::time::Duration;

use field::{Versions, policy};
use table::{Row, duel, row, timed};

/// So many versions on each side.
const SIZES: [usize; 2] = [100, 1_000];

fn main() {
    // `cargo test --benches` runs this too; the table is for `cargo bench` alone.
    if !std::env::args().any(|it| it == "--bench") {
        return;
    }
    let policy = policy();
    let [few, many] = SIZES.map(Versions::new);
    Row::heading();
    let pairs = many.check(&policy);
    let check = |it: &Versions| timed(|| drop(black_box(it.check(&policy))));
    let what = |what: &str| format!("{what}, {} by {} versions", SIZES[1], SIZES[1]);
    compare(&what(&format!("a check's share: {pairs} pairs, all rules")), 21, &|| check(&many), &|| check(&few))
        .print();
    let whole = |it: &Versions| timed(|| drop(black_box(it.matrix(&policy))));
    let (rows, bytes) = many.matrix(&policy);
    let all = format!("the matrix of everything: {} pairs, {rows} rows, {bytes} bytes", SIZES[1] * SIZES[1]);
    compare(&what(&all), 5, &|| whole(&many), &|| whole(&few)).print();
}

fn compare(what: &str, runs: usize, many: &dyn Fn() -> Duration, few: &dyn Fn() -> Duration) -> Row {
    let (own, against) = duel(runs, many, few);
    row(what, own, against, &format!("among {}", SIZES[0]))
}
