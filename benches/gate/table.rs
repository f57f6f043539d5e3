//! The table of a benchmark: ratios of two kinds of work, measured in one run.

use std::time::{Duration, Instant};

/// One row of the table.
pub(crate) struct Row {
    what: String,
    own: String,
    against: String,
    ratio: f64,
}

impl Row {
    /// Prints what the columns are.
    pub(crate) fn heading() {
        println!("\n| what | holdpoint | against | ratio |\n|---|---|---|---|");
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let Self { what, own, against, ratio } = self;
        let digits = if *ratio < 0.1 { 3 } else { 2 };
        println!("| {what} | {own} | {against} | {ratio:.digits$} |");
    }
}

/// The median of several times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().expect("at least one run")
}

/// How long some work takes.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// The medians of two kinds of work, done in turns so that both see the same machine.
pub(crate) fn duel(
    runs: usize,
    mut own: impl FnMut() -> Duration,
    mut other: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    let (mut owns, mut others) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        owns.push(own());
        others.push(other());
    }
    (median(owns), median(others))
}

/// A row of the table; `how` says what the other one is.
pub(crate) fn row(what: impl Into<String>, own: Duration, against: Duration, how: &str) -> Row {
    let ratio = own.as_secs_f64() / against.as_secs_f64();
    Row { what: what.into(), own: shown(own), against: format!("{} {how}", shown(against)), ratio }
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        it if it >= 1.0 => format!("{it:.2} s"),
        it if it >= 0.001 => format!("{:.1} ms", it * 1e3),
        it => format!("{:.0} µs", it * 1e6),
    }
}
