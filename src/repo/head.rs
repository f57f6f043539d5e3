//! HEAD, as it was read: what a commit is made on, and what must not have moved meanwhile.

use git2::{ErrorCode, Oid};

use super::{Repo, Snapshot, reason};
use crate::failure::Failure;

/// HEAD: a branch, perhaps without a commit yet, or a commit alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    reference: String,
    commit: Option<Oid>,
    prefix: Option<String>,
}

impl Repo {
    /// HEAD as it is now.
    pub(crate) fn head(&self) -> Result<Head, Failure> {
        let failed = |it: &git2::Error| Failure::new("HEAD cannot be read").because(reason(it));
        let head = self.git.find_reference("HEAD").map_err(|it| failed(&it))?;
        let reference = match head.symbolic_target().map_err(|it| failed(&it))? {
            Some(branch) => branch.to_owned(),
            None => "HEAD".to_owned(),
        };
        let commit = match head.peel_to_commit() {
            Ok(commit) => Some(commit.id()),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch) => None,
            Err(error) => return Err(failed(&error)),
        };
        Ok(Head { reference, commit, prefix: None })
    }
}

impl Head {
    /// The branch that HEAD is on, if it is on one.
    pub(crate) fn branch(&self) -> Option<&str> {
        self.reference.strip_prefix("refs/heads/")
    }

    /// Its commit, if there is one yet.
    pub(crate) fn commit_id(&self) -> Option<String> {
        self.commit.map(|it| it.to_string())
    }

    /// The same HEAD, with paths relative to the folder `prefix`: for a coordination root that no commit holds yet.
    #[must_use]
    pub(crate) fn rooted_at(mut self, prefix: &str) -> Self {
        self.prefix = Some(prefix.to_owned());
        self
    }

    pub(super) fn id(&self) -> Option<Oid> {
        self.commit
    }

    pub(super) fn reference(&self) -> &str {
        &self.reference
    }

    /// What paths are relative to: the chosen folder, or the coordination root, or where the user stands.
    pub(super) fn prefix(&self, repo: &Repo) -> Result<String, Failure> {
        match (&self.prefix, self.commit) {
            (Some(prefix), _) => Ok(prefix.clone()),
            (None, Some(commit)) => Ok(Snapshot::of(repo, commit, true)?.prefix().to_owned()),
            (None, None) => Ok(repo.folder().to_owned()),
        }
    }
}
