//! `holdpoint wait`: asks the gate again and again while only sign-offs, or the day, are missing.

use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::SignedDuration;

use super::check;
use crate::failure::{Exit, Failure};
use crate::gather::PREFIXES;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};

/// Ask the gate until the release is not waiting any more
///
/// Asks every few seconds while the answer is `waiting`, and ends with the first other answer, or with `waiting` when the
/// time is over. Where there is a remote, its branch of record is fetched each time, and decided on.
///
/// Exit codes: those of `holdpoint check`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// How long to wait at most, such as 30m or 1h
    #[arg(long = "for", value_name = "TIME", default_value = "30m", value_parser = time)]
    patience: Duration,
    /// How long to pause between two questions
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    every: Duration,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// A time to wait as it is typed.
fn time(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|it| Duration::try_from(it).ok());
    parsed.ok_or_else(|| "write it like 90s, 30m or 1h".to_owned())
}

/// Waits.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    loop {
        let outcome = ask(shell, &options)?;
        let left = options.patience.saturating_sub(begin.elapsed());
        if outcome.exit != Exit::Waiting || left.is_zero() {
            return Ok(outcome);
        }
        shell.note(&format!("{} is waiting; {} s are left", options.version, left.as_secs()));
        sleep(options.every.max(Duration::from_millis(200)).min(left));
    }
}

/// Asks once, at HEAD or at what the branch of record is on the remote by now.
fn ask(shell: &Shell, options: &Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let here = shell.record(&repo, &Reading { at: None, root: options.root.clone() })?;
    let branch = here.policy_or_fail()?.branch().to_owned();
    let Some(remote) = repo.remote_for(&branch)? else {
        let version = here.one(&options.version)?;
        return check::ask(shell, &here.compared()?, &version);
    };
    let tip = repo.fetch_with(&remote, &branch, &PREFIXES)?;
    let record = shell.record_of_tip(&repo, &tip, options.root.as_deref())?;
    let version = record.one(&options.version)?;
    check::ask(shell, &record, &version)
}
