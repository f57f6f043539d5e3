//! The ledgers of a push: what it would add to them that is no valid entry, or can never be taken out again.

use std::collections::BTreeSet;

use holdpoint_core::decide;
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::Version;

use crate::failure::Failure;
use crate::gather::Record;

/// What is wrong with the ledgers now that was not wrong before. What was there already holds nobody up: whoever takes it
/// out, or pushes something else, is not to blame for it.
pub(super) fn added<'r>(now: &Record<'r>, before: Option<&Record<'r>>) -> Result<Vec<Finding>, Failure> {
    let key = |it: &Finding| (it.code, it.about.clone());
    let mut added = Vec::new();
    for version in now.changed_releases(before)? {
        let known = before.map(|it| faults(it, &version)).transpose()?.unwrap_or_default();
        let known: BTreeSet<_> = known.iter().map(key).collect();
        added.extend(faults(now, &version)?.into_iter().filter(|it| !known.contains(&key(it))));
    }
    Ok(added)
}

/// What is wrong with one ledger, and with what it says was published.
///
/// An entry that names one which is not there is none of it: it may be a hold whose signer had seen more, and what speaks
/// against a release counts at once.
fn faults(record: &Record<'_>, version: &Version) -> Result<Vec<Finding>, Failure> {
    let evidence = match record.evidence_alone(version)? {
        Ok(evidence) => evidence,
        Err(findings) => return Ok(findings),
    };
    let ledger = format!("releases/{version}/ledger");
    let in_ledger = |it: &&Finding| match it.code {
        Code::BadEntry | Code::WrongRelease | Code::WrongProject => true,
        // A folder `Ledger` is the ledger on many systems.
        Code::BadRecord => it.about.to_lowercase().starts_with(&ledger),
        _ => false,
    };
    let of_publication = |it: &Finding| {
        matches!(it.code, Code::Unproven | Code::Unsealed)
            || it.code == Code::PublishedChanged && it.severity > Severity::Warning
    };
    let mut found: Vec<Finding> = evidence.faults().iter().filter(in_ledger).cloned().collect();
    let (_, published) = decide::publications(&evidence);
    found.extend(published.into_iter().filter(of_publication));
    Ok(found)
}
