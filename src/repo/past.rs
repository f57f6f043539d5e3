//! The past: what stood in any commit behind HEAD, and stands in HEAD no longer or not as it was.
//!
//! Two sets are compared, without the edges between commits: what a merge, a rename or a strategy did in between makes no
//! difference, and restoring a file repairs it.

use std::collections::{BTreeMap, HashSet};

use git2::Oid;
use holdpoint_core::digest::Digest;

use super::{Blob, Repo, Snapshot};
use crate::failure::Failure;

mod bulk;
mod graph;
mod look;
mod lookout;
mod lost;
mod objects;
mod walk;

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
    /// So many commits were looked at, and this is gone.
    Looked {
        /// How many.
        commits: usize,
        /// Entries first, by release and name; then policies, by number.
        gone: Vec<Gone>,
    },
    /// This clone lacks what has to be looked at: a sentence.
    Unavailable(String),
    /// The checkpoint is not HEAD and does not lie behind it.
    CheckpointLost,
}

/// Something that stood in an older commit, and stands in HEAD no longer, or not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gone {
    /// What may be an entry: a file named by its digest, and what stood beside it as its signature.
    Entry {
        /// The release folder.
        version: String,
        /// What its name says, and its bytes are.
        id: Digest,
        /// A commit where it stood.
        commit: String,
        /// Its bytes.
        statement: Vec<u8>,
        /// Everything that ever stood beside it as its signature and does not do so now, as long as a signature may be.
        signatures: Vec<Vec<u8>>,
    },
    /// A numbered policy folder, whose `policy.toml` is not in HEAD's folder of that number.
    Policy {
        /// The number, four digits.
        folder: String,
        /// A commit where it stood.
        commit: String,
        /// Its files in that commit.
        files: BTreeMap<String, Blob>,
    },
}

impl Repo {
    /// Looks at every commit of `span` behind `head`, and at `head`.
    pub(crate) fn past(&self, head: &Snapshot<'_>, span: &Span<'_>) -> Result<Survey, Failure> {
        if self.is_shallow() {
            return Ok(Survey::Unavailable("this is a shallow clone, which lacks older commits".to_owned()));
        }
        let Ok(checkpoint) = span.checkpoint.map(|it| self.parse_id(it)).transpose() else {
            return Ok(Survey::CheckpointLost);
        };
        match self.survey(head, span, checkpoint) {
            Ok(survey) => Ok(survey),
            Err(Stop::Unavailable(why)) => Ok(Survey::Unavailable(why)),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn survey(&self, head: &Snapshot<'_>, span: &Span<'_>, checkpoint: Option<Oid>) -> Result<Survey, Stop> {
        let proved = span.proved.iter().filter_map(|it| self.parse_id(it).ok());
        let boundary: HashSet<Oid> = proved.chain(checkpoint).collect();
        let objects = Objects::of(&self.git)?;
        let tree = objects.commit(head.commit_oid())?.tree;
        let roots = std::iter::once(head.prefix()).chain(span.roots.iter().map(String::as_str)).collect();
        let lookout = Lookout { git: self.git.path(), tree, own: head.prefix(), roots };
        let folder = self.private_folder().join("objects");
        let mut walk = Walk::new(&objects, folder, head.commit_oid(), boundary)?;
        let (commits, lost) = bulk::reading(|| lookout.follow(&mut walk))?;
        if checkpoint.is_some() && !walk.met_boundary() {
            return Ok(Survey::CheckpointLost);
        }
        Ok(Survey::Looked { commits, gone: lost::read(head, &objects, lost?)? })
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
