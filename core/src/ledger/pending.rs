//! Entries on their way: what was signed, and lies on a branch that is not merged yet.
//!
//! What speaks against a release counts from the moment it can be seen, so that nobody has to wait for a merge to say no:
//! holds, declines, and revocations of a yes. Nothing else on such a branch counts, and its name means nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Ledger, belongs};
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::name::Version;
use crate::policy::Chain;
use crate::statement::Act;

/// A statement and a signature that lie side by side in a ledger on a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The branch as git calls it: `origin/holdpoint/hold-2.7.0-1a2b3c4d`.
    pub branch: String,
    /// The bytes of the statement.
    pub statement: Vec<u8>,
    /// The bytes of its signature.
    pub signature: Vec<u8>,
}

/// What branches that are not merged add to the ledger of one release.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    /// Every statement that the record does not hold, with each signature that lies beside it somewhere.
    pub found: Vec<Found>,
    /// Why not all of it could be read.
    pub findings: Vec<Finding>,
    /// Whether this clone fetches such branches; where it does not, there may be more than is known here.
    pub is_fetched: bool,
}

impl Pending {
    /// What to say where there is more on branches than one run reads.
    pub fn too_many(branches: usize, commits: usize, next: &str) -> Finding {
        let message = format!(
            "{branches} branches that are not merged, with {commits} commits, hold signed entries that the record lacks: that \
             is more than is read ({MOST_BRANCHES} branches, {MOST_COMMITS} commits), and a hold may be among them"
        );
        Finding::new(Code::TooManyBranches, "branches", message).next(next)
    }
}

/// The most branches with entries that the record lacks.
pub const MOST_BRANCHES: usize = 1_000;
/// The most commits on them.
pub const MOST_COMMITS: usize = 10_000;

/// A valid entry of a branch.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    entry: Entry,
    found: Found,
    /// Whether its policy is one of the chain: another one cannot be an entry of the record yet.
    is_of_the_chain: bool,
}

impl Carried {
    /// The entry that was found, if it is one of this release, by the keys of this chain. A policy that the branch alone has may
    /// be named by it: whoever says no under the next policy says no.
    fn read(found: &Found, chain: &Chain, version: &Version) -> Option<Self> {
        let entry = Entry::signed(&found.statement, &found.signature, chain).ok()?;
        let belongs = belongs(&entry.statement, chain, version);
        let is_of_the_chain = belongs.is_ok();
        let is_for_this = entry.statement.project == *chain.current().project() && entry.statement.release == *version;
        let may_count = is_of_the_chain || (is_for_this && chain.of_digest(&entry.statement.policy).is_none());
        may_count.then(|| Self { entry, found: found.clone(), is_of_the_chain })
    }
}

impl Ledger {
    /// The same ledger, with what speaks against the release on branches that are not merged.
    #[must_use]
    pub fn with_pending(self, pending: &Pending, chain: &Chain, version: &Version) -> Self {
        let mut carried: BTreeMap<Digest, Carried> = BTreeMap::new();
        for found in &pending.found {
            if let Some(it) = Carried::read(found, chain, version).filter(|it| !self.entries.contains_key(&it.entry.id))
            {
                carried.entry(it.entry.id).or_insert(it);
            }
        }
        if carried.is_empty() {
            return self;
        }
        let acts = |id: &Digest| {
            let entry = self.entries.get(id).or_else(|| carried.get(id).map(|it| &it.entry));
            entry.map(|it| &it.statement.act)
        };
        let speaks_against = |it: &&Carried| match &it.entry.statement.act {
            Act::Hold | Act::Decline(_) => true,
            Act::Revoke { target } => {
                matches!(acts(target), Some(Act::Approve(_) | Act::NotApplicable(_) | Act::Waive { .. }))
            }
            _ => false,
        };
        let liabilities = carried.values().filter(speaks_against).map(|it| (it.entry.id, it.entry.clone()));
        let liabilities: BTreeMap<Digest, Entry> = liabilities.collect();
        let Self { mut entries, missing, doubts, is_damaged, .. } = self;
        entries.extend(liabilities);
        // What the record lacks, and what of it is in doubt, is so all the same: nothing on a branch helps.
        Self { missing, doubts, is_damaged, carried, ..Self::of(entries) }
    }

    /// The branch on which an entry lies, if the record does not hold it.
    pub fn branch_of(&self, id: &Digest) -> Option<&str> {
        self.carried.get(id).map(|it| it.found.branch.as_str())
    }

    /// How many entries count that lie on a branch alone.
    pub fn count_pending(&self) -> usize {
        self.entries.keys().filter(|it| self.carried.contains_key(it)).count()
    }

    /// The entry of that id, also where it lies on a branch alone and counts for nothing: what a revocation is about.
    pub(crate) fn get_anywhere(&self, id: &Digest) -> Option<&Entry> {
        self.entries.get(id).or_else(|| self.carried.get(id).map(|it| &it.entry))
    }

    /// The entries that `ids` name and that branches alone hold, with all that these name: whoever records a statement that
    /// names them has to record them too, so that nothing in the record names what it lacks.
    pub fn to_carry(&self, ids: impl IntoIterator<Item = Digest>) -> BTreeMap<Digest, &Found> {
        let mut along = BTreeMap::new();
        for id in ids {
            if let Some(whole) = self.closure(id) {
                along.extend(whole.into_iter().filter_map(|id| Some((id, &self.carried.get(&id)?.found))));
            }
        }
        along
    }

    /// Whether a statement may name this entry, and be recorded without naming what is not there.
    pub(super) fn can_be_named(&self, id: &Digest) -> bool {
        self.closure(*id).is_some()
    }

    /// The entries that are on branches alone and have to go along with this one; nothing, where one of them cannot be had.
    fn closure(&self, id: Digest) -> Option<BTreeSet<Digest>> {
        let (mut open, mut closure) = (vec![id], BTreeSet::new());
        while let Some(id) = open.pop() {
            match self.carried.get(&id) {
                Some(it) if !it.is_of_the_chain => return None,
                Some(it) => {
                    if closure.insert(id) {
                        open.extend(it.entry.statement.names());
                    }
                }
                None if self.entries.contains_key(&id) => {}
                None => return None,
            }
        }
        Some(closure)
    }
}

#[cfg(test)]
mod tests;
