//! `holdpoint audit`: compares what lies on a site with the record.

use clap::Args;

use crate::audit::audit;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::publish::site_rule;
use crate::shell::{Reading, Shell, Summary};

/// Compare a site with the record
///
/// Lists the site, hashes every recorded file, and writes the index, the page and the checksums again to compare them. A
/// file that no recorded publication names is the loudest finding. A site that cannot be listed or reached is never "no
/// drift". Reads the record at HEAD: run it on the branch of record.
///
/// Exit codes: 0 no drift, 1 drift, 2 bad usage, 4 it could not be told, 5 a what-if without drift.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The site [default: all of them]
    site: Option<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) summary: Summary,
}

/// Audits.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let policy = record.policy_or_fail()?;
    let sites = match &options.site {
        Some(site) => vec![site_rule(&policy, Some(site))?],
        None => policy.sites().to_vec(),
    };
    if sites.is_empty() {
        return Err(Failure::new("the policy names no site, so there is nothing to audit")
            .hint("add a `[[site]]` to the policy"));
    }
    let audit = audit(shell, &record, &policy, &sites)?;
    Ok(Outcome::new(audit.exit(), audit))
}
