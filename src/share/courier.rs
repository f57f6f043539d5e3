//! Bringing a parcel to a branch of a remote, and reading back whether it is there.

use super::Parcel;
use crate::failure::Failure;
use crate::repo::{Advanced, Pushed, Repo, web_link};
use crate::shell::Shell;

use super::{Shared, TRIES};

/// What became of a parcel.
pub(super) enum Sent {
    /// It is on the branch, in this commit.
    There(String),
    /// The server does not want it there.
    Refused(String),
    /// Others changed what this rests on.
    Outdated(String),
    /// The push was accepted, and the branch does not hold it: what to do about it.
    Vanished(String),
}

pub(super) struct Courier<'a> {
    pub(super) shell: &'a Shell,
    pub(super) repo: &'a Repo,
    pub(super) prefix: &'a str,
    pub(super) parcel: &'a Parcel,
    pub(super) remote: &'a str,
    pub(super) record: &'a str,
}

impl Courier<'_> {
    /// Pushes a commit of the parcel on `parent`; where others were faster, puts the new files on their tip instead,
    /// which never conflicts.
    pub(super) fn push(&self, parent: &str, branch: &str) -> Result<Sent, Failure> {
        let target = format!("refs/heads/{branch}");
        let mut parent = parent.to_owned();
        for _ in 0..TRIES {
            let commit = self.commit_on(&parent)?;
            match self.repo.push(self.remote, &commit, &target)? {
                Pushed::Done => {
                    return Ok(match read_back(self.repo, self.remote, branch, &commit)? {
                        None => Sent::There(commit),
                        Some(cure) => Sent::Vanished(cure),
                    });
                }
                Pushed::Rejected(why) => return Ok(Sent::Refused(why)),
                Pushed::NotFastForward(_) => {
                    let tip = self.repo.fetch(self.remote, branch)?;
                    if let Some(path) = self.changed_since(&parent, &tip)? {
                        return Ok(Sent::Outdated(path));
                    }
                    parent = tip;
                }
            }
        }
        Err(Failure::new(format!("others push to `{branch}` all the time: {TRIES} tries were not enough"))
            .hint(format!("git pull --rebase {0} {branch} && git push {0} HEAD:{branch}", self.remote)))
    }

    /// A commit of the parcel on another one, which no branch names yet.
    pub(super) fn commit_on(&self, parent: &str) -> Result<String, Failure> {
        let files = self.parcel.files_on(self.repo, parent, self.prefix)?;
        let Parcel { removed, message, author, .. } = self.parcel;
        self.repo.commit_object(parent, self.prefix, &files, removed, message, author)
    }

    /// What this rests on, and is another thing at `later` than at `earlier`.
    pub(super) fn changed_since(&self, earlier: &str, later: &str) -> Result<Option<String>, Failure> {
        for path in &self.parcel.rests_on {
            let placed = placed(self.prefix, path);
            if self.repo.object_at(earlier, &placed)? != self.repo.object_at(later, &placed)? {
                return Ok(Some(path.clone()));
            }
        }
        Ok(None)
    }

    /// Brings the local branch to what was pushed. What keeps it back is said, and keeps nothing else back.
    pub(super) fn follow(&self, branch: &str, from: &str, to: &str) {
        match self.repo.advance(branch, from, to) {
            Ok(Advanced::Done) => {}
            Ok(Advanced::Behind(behind)) => {
                let cure = behind.cure(self.remote, branch);
                self.shell.warn(&format!("your `{branch}` stays where it was: {}; {cure}", behind.why()));
            }
            Err(failure) => self.shell.warn_all(&[failure]),
        }
    }

    /// Pushes to a branch of its own, for a pull request. `kept` says where it is if that fails, too.
    pub(super) fn aside(&self, commit: &str, kept: &str) -> Result<Shared, Failure> {
        let branch = &self.parcel.branch;
        match self.repo.push(self.remote, commit, &format!("refs/heads/{branch}"))? {
            Pushed::Done => {
                if let Some(cure) = read_back(self.repo, self.remote, branch, commit)? {
                    return Ok(Shared::NotYet(format!("not pushed: {cure}")));
                }
                let link = self.repo.remote_url(self.remote)?.and_then(|it| web_link(&it, branch));
                let link = link.map(|it| format!(": {it}")).unwrap_or_default();
                let counts = if self.parcel.no_about.is_some() {
                    "counts from now on; "
                } else {
                    "takes effect when merged into "
                };
                let merge = if self.parcel.no_about.is_some() {
                    format!("merge it into {}", self.record)
                } else {
                    self.record.to_owned()
                };
                Ok(Shared::NotYet(format!("pushed to {branch}: {counts}{merge}; open a pull request{link}")))
            }
            Pushed::Rejected(why) | Pushed::NotFastForward(why) => {
                self.shell.note(why.trim());
                Ok(Shared::NotYet(format!("not pushed: git push {} {kept}:refs/heads/{branch}", self.remote)))
            }
        }
    }
}

/// `path` below the coordination root.
pub(super) fn placed(prefix: &str, path: &str) -> String {
    if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") }
}

/// Fetches `branch` again after a push that was accepted. What to do, if it does not hold the commit: a push may go elsewhere than
/// a fetch comes from, and a server may drop what it took.
pub(crate) fn read_back(repo: &Repo, remote: &str, branch: &str, commit: &str) -> Result<Option<String>, Failure> {
    let tip = repo.fetch(remote, branch);
    if let Ok(tip) = &tip
        && repo.contains(tip, commit)?
    {
        return Ok(None);
    }
    let (from, to) = (repo.addresses(remote, false)?, repo.addresses(remote, true)?);
    Ok(Some(if to.iter().all(|it| from.contains(it)) {
        format!(
            "{remote} took it, and its {branch} does not hold it; ask who runs it, then: git push {remote} {commit}:refs/heads/{branch}"
        )
    } else {
        format!(
            "{remote} is fetched from one address and pushed to another; git config --unset-all remote.{remote}.pushurl"
        )
    }))
}
