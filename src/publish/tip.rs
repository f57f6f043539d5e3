//! The tip of the branch of record, for a command that states what is the case there and changes nothing.

use holdpoint_core::policy::{Policy, SiteRule};
use holdpoint_core::statement::Statement;

use super::branch::Branch;
use super::live::Live;
use super::same_policy;
use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::Repo;
use crate::shell::{Reading, Shell};
use crate::site::{INDEX, Location};

/// The record at the tip of its branch.
pub(crate) struct Tip<'r> {
    /// The record.
    pub(crate) record: Record<'r>,
    /// The policy there.
    pub(crate) policy: Policy,
}

impl<'r> Tip<'r> {
    /// Fetches the branch of record where it is shared, and reads its tip. What is here alone does not count.
    pub(crate) fn read(shell: &Shell, repo: &'r Repo, root: Option<&str>) -> Result<Self, Failure> {
        let head = shell.record(repo, &Reading { at: None, root: root.map(str::to_owned) })?;
        let of_head = head.policy_or_fail()?;
        let branch = Branch::of(repo, of_head.branch())?;
        let record = shell.record_of_tip(repo, &branch.tip()?, root)?;
        let policy = record.policy_or_fail()?;
        same_policy(&policy, &of_head, &branch)?;
        Ok(Self { record, policy })
    }
}

/// Whether customers see what `statement` published. A site that cannot be seen from here is a failure.
pub(crate) fn is_shown(rule: &SiteRule, statement: &Statement) -> Result<bool, Failure> {
    let live = Live::read(Location::site(rule)?.as_ref(), rule)?;
    if live.digest.is_none() {
        return Err(Failure::new(format!("what is out on `{}` cannot be told: there is no `{INDEX}`", rule.name))
            .because(format!("looked at {} on this machine", rule.url))
            .hint("run the same command where the site can be seen"));
    }
    Ok(live.lists(statement))
}
