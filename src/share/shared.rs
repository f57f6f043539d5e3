//! Where something is that was signed, and how it counts there: the last line of every command that signs.

use crate::failure::Failure;
use crate::repo::Repo;

/// Where it is. Scripts rely on how the sentences begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shared {
    /// On the branch of record of a remote, as was read back from there.
    Yes(String),
    /// Anywhere else, and what is still to be done.
    NotYet(String),
}

impl Shared {
    /// It was pushed to `branch` of `remote`, and was read back from there. Only what is on the branch of record of the remote that
    /// has the record takes effect.
    pub(crate) fn pushed(repo: &Repo, record: &str, remote: &str, branch: &str) -> Result<Self, Failure> {
        let of_record = repo.remote_for(record)?.filter(|it| it != remote);
        let Some(of_record) = of_record else {
            return Ok(if branch == record {
                Self::Yes(format!("pushed to {branch} of {}", repo.address(remote)?))
            } else {
                Self::NotYet(format!("pushed to {branch}: takes effect when merged into {record}"))
            });
        };
        let (there, record_there) = (repo.address(remote)?, repo.address(&of_record)?);
        Ok(Self::NotYet(format!(
            "pushed to {branch} of {there}: takes effect when merged into {record} of {record_there}"
        )))
    }

    /// It is committed in a repository that has no remote, on this branch.
    pub(crate) fn saved(record: &str, branch: &str) -> Self {
        if branch == record {
            return Self::NotYet("saved here (this repository has no remote)".to_owned());
        }
        Self::NotYet(format!(
            "saved here on {branch} (this repository has no remote): takes effect when merged into {record}"
        ))
    }

    /// It is committed here, on this branch, and nowhere else.
    pub(crate) fn not_pushed(record: &str, remote: &str, branch: &str) -> Self {
        let later = if branch == record {
            String::new()
        } else {
            format!("   (it takes effect when {branch} is merged into {record})")
        };
        Self::NotYet(format!("not pushed: git push {remote} HEAD:{branch}{later}"))
    }

    /// Its files are written, and that is all.
    pub(crate) fn written() -> Self {
        Self::NotYet("not committed: the files are written; commit and push them".to_owned())
    }

    /// The line.
    pub(crate) fn line(&self) -> String {
        let (Self::Yes(line) | Self::NotYet(line)) = self;
        line.clone()
    }

    /// Whether it is on the branch of record of a remote.
    pub(crate) fn is_yes(&self) -> bool {
        matches!(self, Self::Yes(_))
    }
}
