//! `holdpoint publish`: puts a release on a site, if the gate says so.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::check::exit_of;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::publish::{Aim, Ended, Order, Source, publish};
use crate::shell::{Shell, Signing, Summary};

/// Put a release on a site, if the gate says so
///
/// Decides first; what is not clear is shown as `holdpoint check` shows it, and nothing is touched. Then the files are put
/// where they stay for ever, read back and compared; the publication is signed, committed and pushed; and only then does
/// the site's index list the version. Killed at any point, the same command finishes.
///
/// `--from DIR` finds each file as COMPONENT/VERSION/FILE, COMPONENT/FILE or FILE: the digest decides. With `-- CMD…` an
/// uploader of your own does the upload, with `HOLDPOINT_VERSION` and `HOLDPOINT_SITE` in its environment; it runs only when
/// the gate is clear, and the site is read back before anything is recorded.
///
/// Exit codes: 0 published, 1 blocked or refused by a rule, 2 bad usage, 3 waiting, 4 could not, 5 a what-if that would be
/// clear.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args(["from", "command"]))]
pub(crate) struct Options {
    /// The version
    version: String,
    /// The site [default: the only one of the policy]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// The folder that holds the files
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Begin the site anew: make its folder, if the folder above it is there, and take a missing `releases.json` for that of a site
    /// that lists nothing. What was published there before has to be published again
    #[arg(long)]
    new_site: bool,
    /// Print what would be done, and do nothing
    #[arg(long, conflicts_with = "prepare")]
    plan: bool,
    /// Put the files and sign, and leave the statement on a branch for a pull request
    #[arg(long)]
    prepare: bool,
    #[command(flatten)]
    signing: Signing,
    #[command(flatten)]
    pub(crate) summary: Summary,
    /// An uploader of your own
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

/// Publishes.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    if options.signing.no_commit {
        return Err(Failure::usage("a publication takes effect by its commit, so it is always committed")
            .hint("use --prepare to leave it on a branch"));
    }
    let source = match &options.from {
        Some(folder) if folder.is_dir() => Source::Folder(folder),
        Some(folder) => {
            return Err(Failure::usage(format!("there is no folder `{}`", folder.display()))
                .hint("name the folder that holds the files: --from DIR"));
        }
        None => Source::Command(&options.command),
    };
    let aim = match (options.plan, options.prepare) {
        (true, _) => Aim::Plan,
        (_, true) => Aim::Prepare,
        _ => Aim::Publish,
    };
    let site = options.site.as_deref();
    let (version, new_site, signing) = (&options.version, options.new_site, &options.signing);
    let order = Order { version, site, source, aim, new_site, signing };
    let repo = shell.repo()?;
    Ok(match publish(shell, &repo, &order)? {
        Ended::NotClear(view) => Outcome::new(exit_of(&view.decision), *view),
        Ended::Planned(view) => Outcome::new(Exit::Done, view),
        Ended::Prepared(view) => Outcome::deed(Exit::Done, view),
        Ended::Published(view) => Outcome::deed(Exit::Done, view),
    })
}
