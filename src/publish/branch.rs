//! The branch of record: which commit a publish stands on, and whether it still is the tip.

use crate::failure::Failure;
use crate::gather::{PREFIXES, Record};
use crate::render;
use crate::repo::{Advanced, Repo};
use crate::share::Shared;
use crate::shell::Shell;

use super::dirty::FOLDERS;

/// The branch of record, and the remote where it is shared; without one, the repository is its own record.
pub(super) struct Branch<'r> {
    repo: &'r Repo,
    name: String,
    remote: Option<String>,
}

impl<'r> Branch<'r> {
    /// The branch `name`.
    pub(super) fn of(repo: &'r Repo, name: &str) -> Result<Self, Failure> {
        Ok(Self { repo, name: name.to_owned(), remote: repo.certain_remote_for(name)? })
    }

    /// Refuses where the record is a local branch that could not be moved at the end, before anything is put.
    pub(super) fn may_be_moved(&self) -> Result<(), Failure> {
        if self.remote.is_some() {
            return Ok(());
        }
        self.repo.refuse_occupied(&format!("refs/heads/{}", self.name))
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The remote where it is shared, if there is one.
    pub(super) fn remote(&self) -> Option<&str> {
        self.remote.as_deref()
    }

    /// The repository that it is in.
    pub(super) fn repo(&self) -> &'r Repo {
        self.repo
    }

    /// The record to decide on: the branch's tip, wherever HEAD is. Only if HEAD is ahead of it on the branch itself, by
    /// nothing but the record, it is HEAD: the sign-offs that are here alone then go along.
    pub(super) fn base(&self, shell: &Shell, head: Record<'r>, root: Option<&str>) -> Result<Record<'r>, Failure> {
        let at = head.snapshot.commit_id();
        let tip = self.tip()?;
        self.fetch_earlier(&head)?;
        if tip == at {
            return head.found_fresh();
        }
        let (name, short) = (&self.name, render::short(&tip));
        let Some(remote) = self.remote.as_deref() else {
            return Err(Failure::new(format!("HEAD is not the tip of `{name}`, the branch of record"))
                .because(format!("HEAD is at {}, and `{name}` is at {short}", render::short(&at)))
                .hint(format!("git switch {name}")));
        };
        if self.repo.contains(&tip, &at)? {
            shell.note(&format!("HEAD is behind `{name}` of `{remote}`; deciding on its tip {short}"));
        } else if self.may_go_along(&head, &tip)? {
            shell.note(&format!("sign-offs that are not on `{remote}` yet go along with the record"));
            return head.found_fresh();
        } else {
            shell.warn(&format!(
                "HEAD has commits that `{name}` of `{remote}` has not; deciding on its tip {short} without them \
                 (they count when they are on it: git push {remote} HEAD:{name})"
            ));
        }
        shell.record_of_tip(self.repo, &tip, root)
    }

    /// Fetches what the remote has of the branches that earlier policies name, so that nothing on them is left behind.
    fn fetch_earlier(&self, head: &Record<'_>) -> Result<(), Failure> {
        let (Some(remote), Ok(chain)) = (self.remote.as_deref(), head.chain()?) else { return Ok(()) };
        for branch in chain.earlier_branches() {
            if self.repo.remote_branches(remote, branch)?.iter().any(|it| it == branch) {
                self.repo.fetch(remote, branch)?;
            }
        }
        Ok(())
    }

    /// Whether HEAD is ahead of `tip` on the branch itself, by nothing but the record.
    fn may_go_along(&self, head: &Record<'_>, tip: &str) -> Result<bool, Failure> {
        let at = head.snapshot.commit_id();
        if self.repo.head()?.branch() != Some(&self.name) || !self.repo.contains(&at, tip)? {
            return Ok(false);
        }
        let prefix = head.snapshot.prefix();
        let from_top = |it: &str| if prefix.is_empty() { it.to_owned() } else { format!("{prefix}/{it}") };
        let folders: Vec<String> = FOLDERS.into_iter().map(from_top).collect();
        Ok(self.repo.first_change_outside(tip, &at, &folders)?.is_none())
    }

    /// The branch's tip by now, if it is another one than `base`.
    pub(super) fn moved_from(&self, base: &str) -> Result<Option<String>, Failure> {
        let tip = self.tip()?;
        // Commits that go along are not there yet.
        let moved = tip != base && !self.repo.contains(base, &tip)?;
        Ok(moved.then_some(tip))
    }

    /// Where a publication is that stands on it.
    pub(super) fn shared(&self) -> Result<Shared, Failure> {
        match &self.remote {
            Some(remote) => Shared::pushed(self.repo, &self.name, remote, &self.name),
            None => Ok(Shared::saved(&self.name, &self.name)),
        }
    }

    /// Whether `commit` is on it, on the remote where there is one.
    pub(super) fn has(&self, commit: &str) -> Result<bool, Failure> {
        self.repo.contains(&self.tip()?, commit)
    }

    /// Its tip, fetched from the remote where there is one, together with the branches on which a no may be on its way.
    pub(super) fn tip(&self) -> Result<String, Failure> {
        let name = &self.name;
        let Some(remote) = &self.remote else {
            return self.repo.tip_of(&format!("refs/heads/{name}"))?.ok_or_else(|| {
                Failure::new(format!("there is no `{name}`, which the policy names as the branch of record"))
                    .hint(format!("git switch {name}   (or: git branch {name})"))
            });
        };
        let fetched = self.repo.fetch_with(remote, name, &PREFIXES);
        fetched.map_err(|failure| match self.repo.remote_branches(remote, name) {
            Ok(branches) if !branches.contains(name) => {
                Failure::new(format!("`{remote}` has no `{name}`, which the policy names as the branch of record"))
                    .hint(format!("share it first, then run the same command again: git push {remote} HEAD:{name}"))
            }
            _ => failure,
        })
    }

    /// Brings the local branch to `commit`, which is on the record. What keeps it back is said, and keeps nothing else
    /// back.
    pub(super) fn follow(&self, shell: &Shell, commit: &str) {
        match self.advance(commit) {
            Ok(Some(Advanced::Done) | None) => {}
            Ok(Some(Advanced::Behind(behind))) => {
                let (name, remote) = (&self.name, self.remote.as_deref().unwrap_or("."));
                shell.warn(&format!(
                    "your `{name}` stays where it was: {}; {}",
                    behind.why(),
                    behind.cure(remote, name)
                ));
            }
            Err(failure) => shell.warn_all(&[failure]),
        }
    }

    fn advance(&self, commit: &str) -> Result<Option<Advanced>, Failure> {
        let Some(local) = self.repo.tip_of(&format!("refs/heads/{}", self.name))? else { return Ok(None) };
        if local == commit || self.repo.contains(&local, commit)? {
            return Ok(None);
        }
        self.repo.advance(&self.name, &local, commit).map(Some)
    }
}
