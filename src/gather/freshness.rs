//! Freshness: whether a commit holds all that this clone knows of the branch of record.

use holdpoint_core::evidence::Freshness;
use holdpoint_core::policy::Chain;

use super::Record;
use crate::failure::Failure;

impl Record<'_> {
    /// The same record, compared with the branch of record: a decision needs that. Answers say themselves how old they are.
    pub(crate) fn compared(mut self) -> Result<Self, Failure> {
        // Where another commit was asked for it is a what-if anyway.
        if let Ok(chain) = self.chain()?
            && self.snapshot.is_head()
        {
            self.freshness = match self.behind_an_earlier_branch(&chain)? {
                Some(behind) => behind,
                None => self.compared_with(chain.current().branch())?,
            };
        }
        Ok(self)
    }

    /// What that comparison gave.
    pub(crate) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The same record, which was found to hold the tip of the branch of record just now.
    pub(crate) fn found_fresh(mut self) -> Result<Self, Failure> {
        self.freshness = Freshness::Fresh;
        if let Ok(chain) = self.chain()?
            && let Some(behind) = self.behind_an_earlier_branch(&chain)?
        {
            self.freshness = behind;
        }
        Ok(self)
    }

    /// A branch that an earlier policy names as that of record, and that holds more than this commit: whoever brings a chain of
    /// their own with a branch of their own does not leave the holds behind.
    fn behind_an_earlier_branch(&self, chain: &Chain) -> Result<Option<Freshness>, Failure> {
        for branch in chain.earlier_branches() {
            let freshness = self.compared_with(branch)?;
            if matches!(freshness, Freshness::Behind { .. }) {
                return Ok(Some(freshness));
            }
        }
        Ok(None)
    }

    /// Whether this commit holds all that is known of a branch.
    fn compared_with(&self, branch: &str) -> Result<Freshness, Failure> {
        let here = self.snapshot.commit_id();
        let behind = |branch: String, tip: String| Freshness::Behind { branch, tip };
        if let Some(remote) = self.repo.remote_for(branch)?
            && let Some(tip) = self.repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?
        {
            let is_fresh = self.repo.contains(&here, &tip)?;
            return Ok(if is_fresh { Freshness::Fresh } else { behind(format!("{remote}/{branch}"), tip) });
        }
        // Nobody knows what others have; what this clone has on the branch counts all the same.
        match self.repo.tip_of(&format!("refs/heads/{branch}"))? {
            Some(tip) if !self.repo.contains(&here, &tip)? => Ok(behind(branch.to_owned(), tip)),
            _ => Ok(Freshness::Unknown),
        }
    }

    /// Whether the branch of record, as this clone knows it, holds this commit.
    pub(crate) fn is_on_the_branch(&self, branch: &str) -> Result<bool, Failure> {
        let tip = match self.repo.remote_for(branch)? {
            Some(remote) => self.repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?,
            None => self.repo.tip_of(&format!("refs/heads/{branch}"))?,
        };
        tip.map_or(Ok(false), |tip| self.repo.contains(&tip, &self.snapshot.commit_id()))
    }
}
