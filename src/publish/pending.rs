//! Holds on their way: a branch of the remote that is named after a hold stops a publish by its name alone.

use std::collections::BTreeSet;

use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{Version, escaped};
use holdpoint_core::statement::Act;

use super::branch::Branch;
use crate::failure::Failure;
use crate::gather::Record;

/// How the name of such a branch begins.
const PREFIX: &str = "holdpoint/hold-";

/// The holds on this release that are on a branch of the remote, and not in the record.
pub(super) fn holds(branch: &Branch<'_>, record: &Record<'_>, evidence: &Evidence) -> Result<Vec<Finding>, Failure> {
    let Some(remote) = branch.remote() else { return Ok(Vec::new()) };
    let version = &evidence.facts().version;
    let versions = record.versions()?;
    let recorded: BTreeSet<String> = evidence
        .ledger()
        .entries()
        .filter(|it| matches!(it.statement.act, Act::Hold))
        .map(|it| it.id.short())
        .collect();
    let names = branch.repo().remote_branches(remote, &format!("{PREFIX}*"))?;
    let pending = names.iter().filter(|it| pending_id(it, version, &versions).is_some_and(|id| !recorded.contains(id)));
    let lifters = &evidence.policy().lifters().members;
    let told = |name: &String| {
        let name = escaped(name);
        let message = format!("the branch `{name}` of `{remote}` holds {version}, and is not merged");
        Finding::new(Code::HoldPending, name.clone(), message)
            .who(lifters.iter().filter(|it| !evidence.policy().is_machine(it)).cloned())
            .next(format!("merge `{name}`; if it is no hold: git push {remote} --delete {name}"))
    };
    Ok(pending.map(told).collect())
}

/// What follows the version in the name of a hold's branch, if it is this version that it is about and not another one
/// that begins like it.
fn pending_id<'n>(name: &'n str, version: &Version, versions: &BTreeSet<Version>) -> Option<&'n str> {
    let about = name.strip_prefix(PREFIX)?;
    let rest = |version: &Version| {
        let rest = about.strip_prefix(&version.to_string())?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('-') }
    };
    let own = rest(version)?;
    let other = versions.iter().filter_map(rest).any(|it| it.len() < own.len());
    (!other).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_about_the_longest_version_that_its_name_begins_with() {
        let all: BTreeSet<Version> = ["2.7.0", "2.7.0-rc.1", "2.7.1"].iter().map(|it| it.parse().unwrap()).collect();
        let id = |name, version: &str| pending_id(name, &version.parse().unwrap(), &all);
        assert_eq!(id("holdpoint/hold-2.7.0-1a2b3c4d", "2.7.0"), Some("1a2b3c4d"));
        assert_eq!(id("holdpoint/hold-2.7.0", "2.7.0"), Some(""));
        assert_eq!(id("holdpoint/hold-2.7.0-rc.1-1a2b3c4d", "2.7.0-rc.1"), Some("1a2b3c4d"));
        assert_eq!(id("holdpoint/hold-2.7.0-rc.1-1a2b3c4d", "2.7.0"), None);
        assert_eq!(id("holdpoint/hold-2.7.0-rc.2-1a2b3c4d", "2.7.0"), Some("rc.2-1a2b3c4d"));
        assert_eq!(id("holdpoint/hold-2.7.01-x", "2.7.0"), None);
        assert_eq!(id("holdpoint/publish-2.7.0-x", "2.7.0"), None);
    }
}
