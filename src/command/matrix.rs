//! `holdpoint matrix`: what opens what, derived from what the releases declare.

use clap::Args;
use holdpoint_core::compatibility::{Matrix, declarations, overview};
use holdpoint_core::decide::{self, Publicity};
use holdpoint_core::evidence::Evidence;

use crate::answer::{Known, Source};
use crate::failure::{Exit, Failure};
use crate::gather::{Record, undoubted};
use crate::outcome::Outcome;
use crate::repo::Repo;
use crate::shell::{Reading, Shell};
use crate::sight::{self, Reach};

mod csv;
mod html;
mod json;
mod sheet;
mod write;

pub(crate) use json::MatrixJson;
pub(crate) use write::MatrixWrittenJson;

use sheet::Sheet;
use write::{refused, write};

/// Print the compatibility matrix, or write `matrix.md`
///
/// The matrix is derived from the `compatibility.toml` of the releases and from the interfaces of the policy; nobody types it.
/// With a version: that release against everything that customers have, from the files in front of you unless `--at` names a
/// commit; `--write` puts it into `releases/VERSION/matrix.md` of the work tree and commits nothing. Without one: everything
/// that is out against everything that is out. `--format markdown|html|csv|json` for pages, spreadsheets and programs.
///
/// Exit codes: 0 printed or written, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7 [default: everything that is out]
    version: Option<String>,
    /// Write it to `releases/VERSION/matrix.md`
    #[arg(long, conflicts_with = "at", requires = "version")]
    write: bool,
    #[command(flatten)]
    reading: Reading,
}

/// Prints or writes it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    match options.version {
        Some(asked) => {
            let record = if options.reading.at.is_some() { record } else { record.into_written()? };
            of_release(shell, &repo, &record, &asked, options.write)
        }
        None => of_everything(shell, &record, &options.reading),
    }
}

fn of_release(shell: &Shell, repo: &Repo, record: &Record<'_>, asked: &str, writes: bool) -> Result<Outcome, Failure> {
    Known::comparable(&record.policy_or_fail()?)?;
    let version = record.one(asked)?;
    let evidence = record.plain_evidence(&version)?;
    let mut evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
    sight::show_or_fail(shell, record, &mut evidence, Reach::Public)?;
    let publicity = record.publicity(&evidence)?;
    let is_draft = publicity.is_draft();
    if writes && !is_draft {
        return Err(refused(&version));
    }
    let publicity = undoubted(&version, publicity)?;
    let matrix = derived(shell, &evidence, &publicity)?;
    if writes {
        return write(repo, record, &evidence, &matrix);
    }
    if !is_draft {
        shell.note(&format!(
            "{version} is out: this is what follows today; what was signed is `releases/{version}/matrix.md`"
        ));
    }
    Ok(Outcome::new(Exit::Done, Sheet::of_release(matrix)))
}

fn of_everything(shell: &Shell, record: &Record<'_>, reading: &Reading) -> Result<Outcome, Failure> {
    let (source, policy) = Source::reliable(shell, record, reading)?;
    Known::comparable(&policy)?;
    let known = Known::of(shell, record, &policy, source.today(), false)?;
    for doubt in known.doubts() {
        shell.warn(&format!("{doubt}; nothing that it says helps anybody"));
    }
    let one = |it: &holdpoint_core::compatibility::Exchange<'_>| {
        (it.interface().clone(), declarations(it), overview(it, &|_| true, &|_| true))
    };
    let parts = known.exchanges().iter().map(one).collect();
    let exit = if known.doubts().is_empty() { Exit::Done } else { Exit::Unable };
    let source = source.without_sight_of(known.unseen());
    Ok(Outcome::new(exit, Sheet::of_everything(source, parts)))
}

/// The matrix of a release whose records can be read.
fn derived(shell: &Shell, evidence: &Evidence, publicity: &Publicity) -> Result<Matrix, Failure> {
    for doubt in evidence.facts().shipped.iter().flat_map(|it| &it.doubts) {
        shell.warn(&format!("{}; nothing that it says helps anybody", doubt.message));
    }
    publicity.records().map(|records| decide::matrix(evidence, records)).ok_or_else(|| {
        let folder = format!("releases/{}", evidence.facts().version);
        let of_records = ["release.toml", "compatibility.toml"];
        let faults = evidence.faults().iter().filter(|it| {
            let path = it.place.as_ref().map_or(it.about.as_str(), |it| it.path.as_str());
            of_records.iter().any(|name| path.ends_with(name))
        });
        Failure::new(format!("`{folder}/release.toml` and `compatibility.toml` cannot both be read"))
            .findings(faults.cloned().collect())
            .hint("mend them and run the same command again")
    })
}
