//! The past: what stood in any commit behind HEAD, and stands in HEAD no longer or not as it was.
//!
//! Two sets are compared, without the edges between commits: what a merge, a rename or a strategy did in between makes no
//! difference, and restoring a file repairs it.

use std::collections::HashSet;

use git2::Oid;
use holdpoint_core::past::Gone;

use super::{Repo, Snapshot};
use crate::failure::Failure;

mod bulk;
mod ceiling;
mod look;
mod lookout;
mod lost;
mod objects;
mod walk;

pub(super) use walk::Walked;

use ceiling::Ceiling;
use lookout::Lookout;
use objects::{Objects, Stop};
use walk::Walk;

/// From where to where the past is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    /// The commit where it begins, in full, itself included; none: with the first commit.
    pub(crate) checkpoint: Option<&'a str>,
    /// Every folder at which a policy of the chain says that the coordination root lies; "" is the top.
    pub(crate) roots: &'a [String],
    /// Commits behind which the checkpoint lies, and whose past since then is known to stand in them.
    pub(crate) proved: &'a [String],
}

/// What looking at the past gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Survey {
    /// So many commits were looked at.
    Looked(usize),
    /// This clone lacks what has to be looked at: a sentence.
    Unavailable(String),
    /// An object of an older commit is not as git writes it, or damaged: a sentence, with its id.
    Unreadable(String),
    /// Older commits hold more than is looked at: a sentence.
    TooLarge(String),
    /// The checkpoint is not HEAD and does not lie behind it.
    CheckpointLost,
}

impl Repo {
    /// Looks at every commit of `span` behind `head`, and at `head`. What is gone goes to `judge`, entries first, by release and
    /// name; then policies, by number. Nothing of it is kept here: anybody can write and remove any number of files.
    pub(crate) fn past(
        &self,
        head: &Snapshot<'_>,
        span: &Span<'_>,
        judge: &mut dyn FnMut(Gone),
    ) -> Result<Survey, Failure> {
        if self.is_shallow() {
            return Ok(Survey::Unavailable("this is a shallow clone, which lacks older commits".to_owned()));
        }
        let Ok(checkpoint) = span.checkpoint.map(|it| self.parse_id(it)).transpose() else {
            return Ok(Survey::CheckpointLost);
        };
        let before = self.budget.so_far();
        match self.survey(head, span, checkpoint, judge) {
            Ok(survey) => Ok(survey),
            Err(Stop::Unavailable(why)) => Ok(Survey::Unavailable(why)),
            Err(Stop::Unreadable(why)) => Ok(Survey::Unreadable(why)),
            Err(Stop::TooLarge(why)) => {
                // A proof that begins later is not held back by one that was given up.
                self.budget.back_to(before);
                Ok(Survey::TooLarge(why))
            }
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn survey(
        &self,
        head: &Snapshot<'_>,
        span: &Span<'_>,
        checkpoint: Option<Oid>,
        judge: &mut dyn FnMut(Gone),
    ) -> Result<Survey, Stop> {
        let proved = span.proved.iter().filter_map(|it| self.parse_id(it).ok());
        let boundary: HashSet<Oid> = proved.chain(checkpoint).collect();
        let objects = Objects::of(&self.git)?;
        let tree = objects.commit(head.commit_oid())?.tree;
        let roots = std::iter::once(head.prefix()).chain(span.roots.iter().map(String::as_str)).collect();
        let ceiling = Ceiling::under(&self.budget);
        let (git, incoming) = (self.git.path(), self.incoming.as_ref());
        let lookout = Lookout { git, incoming, ceiling: &ceiling, tree, own: head.prefix(), roots };
        let mut walk = Walk::new(&objects, head.commit_oid(), boundary)?;
        let (commits, lost) = bulk::reading(|| lookout.follow(&mut walk))?;
        let has_met_boundary = walk.met_boundary();
        *self.walked.borrow_mut() = Some(walk.into_walked());
        if checkpoint.is_some() && !has_met_boundary {
            return Ok(Survey::CheckpointLost);
        }
        lost::read(&objects, &ceiling, lost?, judge)?;
        Ok(Survey::Looked(commits))
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
