//! `holdpoint check`: the gate.

use clap::Args;
use holdpoint_core::decide::{Decision, Question, Verdict, decide};
use holdpoint_core::name::Version;

use crate::repo::Care;
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::render::decision::DecisionView;
use crate::shell::{Reading, Shell, Summary};
use crate::sight::{self, Reach};

/// Ask the gate: may this release go out?
///
/// Reads one commit, HEAD unless `--at` names another, and nothing of the work tree. The first line says the verdict and
/// what was counted.
///
/// Exit codes: 0 clear, 1 blocked, 2 bad usage, 3 waiting, 4 unverifiable, 5 a what-if that would be clear.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    pub(crate) version: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) summary: Summary,
}

/// Asks the gate.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?.compared()?;
    let version = record.one(&options.version)?;
    warn_of_uncommitted(shell, &record, &version)?;
    ask(shell, &record, &version)
}

/// Decides about one release, and dresses the decision for showing.
pub(crate) fn ask(shell: &Shell, record: &Record<'_>, version: &Version) -> Result<Outcome, Failure> {
    let now = shell.now();
    let (decision, policy) = match record.evidence(version)? {
        Ok(mut evidence) => {
            sight::show(shell, record, &mut evidence, Reach::Public)?;
            let policy = evidence.policy();
            (decide(&evidence, &Question::Check, now), Some((policy.number(), policy.digest().to_string())))
        }
        Err(findings) => (Decision::unreadable(findings, record.is_hypothetical()), None),
    };
    // A chain that was never doubted, on the branch of record: from here on an older one does not suffice.
    if !matches!(decision.verdict(), Verdict::Unverifiable)
        && !record.is_hypothetical()
        && let Ok(chain) = record.chain()?
        && !Shell::older_pins(record.repo, &chain).is_empty()
        && record.is_on_the_branch(chain.current().branch())?
    {
        shell.move_pin(record.repo, &chain);
    }
    let exit = exit_of(&decision);
    let view = DecisionView { release: version.to_string(), commit: record.snapshot.commit_id(), policy, decision, now };
    Ok(Outcome::new(exit, view))
}

/// The exit code of a decision: a function of the verdict alone.
pub(crate) fn exit_of(decision: &Decision) -> Exit {
    match decision.verdict().exit_code() {
        0 => Exit::Done,
        1 => Exit::Refused,
        3 => Exit::Waiting,
        5 => Exit::Hypothetical,
        _ => Exit::Unable,
    }
}

/// What is not committed does not count; somebody who waits for it should know.
fn warn_of_uncommitted(shell: &Shell, record: &Record<'_>, version: &Version) -> Result<(), Failure> {
    if record.is_hypothetical() {
        return Ok(());
    }
    let folder = format!("releases/{version}");
    let uncommitted = record.repo.uncommitted(&record.snapshot, &["policy", &folder], Care::Courtesy)?;
    shell.warn_each(&uncommitted.paths, |path| {
        format!("`{path}` is not committed as it is here; only what HEAD holds counts")
    });
    if let Some(why) = uncommitted.index_unread {
        shell.warn(&format!("the index cannot be read ({why}), so what is staged was not looked at"));
    }
    Ok(())
}
