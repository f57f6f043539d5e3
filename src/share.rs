//! Sharing what was signed: committed here, and pushed so that it takes effect on the branch of record.

use holdpoint_core::policy::Policy;

use crate::failure::Failure;
use crate::repo::{Advanced, Care, Identity, Pushed, Repo, Snapshot, web_link};
use crate::shell::{Shell, Signing};

/// How often a push is tried again when others were faster.
pub(crate) const TRIES: usize = 5;

/// Signed files on their way.
pub(crate) struct Parcel {
    /// The files, by their path from the coordination root.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Files that go with them, by their path from there.
    pub(crate) removed: Vec<String>,
    /// Files and folders, by their path from there, on which it was decided. Where others changed one of them meanwhile, nothing
    /// is put on top of that.
    pub(crate) rests_on: Vec<String>,
    /// The commit message.
    pub(crate) message: String,
    /// Who commits.
    pub(crate) author: Identity,
    /// The branch to push to where the server refuses the usual one.
    pub(crate) branch: String,
}

/// Whether others see what was signed.
pub(crate) enum Shared {
    /// They do.
    Yes,
    /// They do not yet, and what to do about it.
    NotYet(String),
}

impl Shared {
    /// The last line of a command that signs. Scripts rely on how it begins.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Yes => "shared: CI sees it".to_owned(),
            Self::NotYet(what) => format!("NOT SHARED YET: {what}"),
        }
    }

    /// Whether it is shared.
    pub(crate) fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// Commits the parcel, and pushes it if that is wanted. Whatever happens to the push, what was signed is not lost.
pub(crate) fn share(
    shell: &Shell,
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    policy: &Policy,
    signing: &Signing,
    parcel: &Parcel,
) -> Result<Shared, Failure> {
    let head = repo.head()?;
    if signing.no_commit {
        repo.write_only(&head, &parcel.files, &parcel.removed)?;
        return Ok(Shared::NotYet("the files are written; commit and push them".to_owned()));
    }
    let branch = head.branch().unwrap_or(policy.branch()).to_owned();
    let remote = repo.remote_for(&branch)?;
    let Some(remote) = remote else {
        repo.commit(&head, &parcel.files, &parcel.removed, &parcel.message, &parcel.author)?;
        return Ok(Shared::NotYet("this repository has no remote; it is its own record".to_owned()));
    };
    let wants_push = signing.push
        || (!signing.yes && Shell::agrees(&format!("Push it to `{branch}` of `{remote}`, so that CI sees it?")));
    if !wants_push {
        repo.commit(&head, &parcel.files, &parcel.removed, &parcel.message, &parcel.author)?;
        return Ok(Shared::NotYet(format!("git push {remote} HEAD:{branch}")));
    }
    let courier = Courier { shell, repo, prefix: snapshot.prefix(), parcel, remote: &remote };
    match courier.push(&snapshot.commit_id(), &branch) {
        Ok(Sent::There(commit)) => {
            courier.follow(&branch, &snapshot.commit_id(), &commit)?;
            Ok(on_record(policy, &branch))
        }
        Ok(Sent::Refused(why)) => {
            let committed = repo.commit(&head, &parcel.files, &parcel.removed, &parcel.message, &parcel.author)?;
            shell.note(&format!("`{remote}` does not take it on `{branch}`: {}", why.trim()));
            courier.aside(&committed.id)
        }
        Ok(Sent::Outdated(path)) => {
            let failure =
                Failure::new(format!("others changed `{path}` on `{remote}` meanwhile; nothing is committed"));
            let mine = "policy/proposed";
            if repo.uncommitted(snapshot, &[mine], Care::All)?.paths.is_empty() {
                return Err(failure.hint(format!("git pull {remote} {branch}   (then run the same command again)")));
            }
            // Git pulls nothing over files that it would have to overwrite.
            let aside = "proposed.mine";
            Err(failure.hint(format!(
                "mv {mine} {aside} && git pull {remote} {branch}   (then bring what is yours from `{aside}` into `{mine}`, \
                 remove `{aside}`, and: holdpoint policy propose)"
            )))
        }
        Err(failure) => {
            repo.commit(&head, &parcel.files, &parcel.removed, &parcel.message, &parcel.author)?;
            shell.warn_all(std::slice::from_ref(&failure));
            Ok(Shared::NotYet(format!("it is committed here; git push {remote} HEAD:{branch}")))
        }
    }
}

/// Pushes what is committed here already, as it is; nothing if there is no remote, or if it is shared.
pub(crate) fn share_again(repo: &Repo, snapshot: &Snapshot<'_>, policy: &Policy) -> Result<Option<Shared>, Failure> {
    let Some((remote, branch)) = unshared(repo, snapshot, policy)? else { return Ok(None) };
    match repo.push(&remote, &snapshot.commit_id(), &format!("refs/heads/{branch}"))? {
        Pushed::Done => Ok(Some(on_record(policy, &branch))),
        Pushed::Rejected(why) | Pushed::NotFastForward(why) => {
            Err(Failure::new(format!("it is committed here, and `{remote}` does not take it on `{branch}`"))
                .because(why.trim())
                .hint(format!("git pull --rebase {remote} {branch} && git push {remote} HEAD:{branch}")))
        }
    }
}

/// The remote and the branch that HEAD is still to be pushed to, as far as this clone knows.
pub(crate) fn unshared(
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    policy: &Policy,
) -> Result<Option<(String, String)>, Failure> {
    let branch = repo.head()?.branch().unwrap_or(policy.branch()).to_owned();
    let Some(remote) = repo.remote_for(&branch)? else { return Ok(None) };
    let tip = repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?;
    let is_there = tip.map_or(Ok(false), |it| repo.contains(&it, &snapshot.commit_id()))?;
    Ok((!is_there).then_some((remote, branch)))
}

/// Only what is on the branch of record takes effect.
pub(crate) fn on_record(policy: &Policy, branch: &str) -> Shared {
    if branch == policy.branch() {
        Shared::Yes
    } else {
        Shared::NotYet(format!("it is pushed to `{branch}`, and counts when that is merged into `{}`", policy.branch()))
    }
}

enum Sent {
    There(String),
    Refused(String),
    /// Others changed what this rests on.
    Outdated(String),
}

struct Courier<'a> {
    shell: &'a Shell,
    repo: &'a Repo,
    prefix: &'a str,
    parcel: &'a Parcel,
    remote: &'a str,
}

impl Courier<'_> {
    /// Pushes a commit of the parcel on `parent`; where others were faster, puts the new files on their tip instead,
    /// which never conflicts.
    fn push(&self, parent: &str, branch: &str) -> Result<Sent, Failure> {
        let target = format!("refs/heads/{branch}");
        let mut parent = parent.to_owned();
        for _ in 0..TRIES {
            let commit = self.repo.commit_object(
                &parent,
                self.prefix,
                &self.parcel.files,
                &self.parcel.removed,
                &self.parcel.message,
                &self.parcel.author,
            )?;
            match self.repo.push(self.remote, &commit, &target)? {
                Pushed::Done => return Ok(Sent::There(commit)),
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
            .hint("run `git pull --rebase` and push again"))
    }

    /// What this rests on, and is another thing at `later` than at `earlier`.
    fn changed_since(&self, earlier: &str, later: &str) -> Result<Option<String>, Failure> {
        for path in &self.parcel.rests_on {
            let placed = if self.prefix.is_empty() { path.clone() } else { format!("{}/{path}", self.prefix) };
            if self.repo.object_at(earlier, &placed)? != self.repo.object_at(later, &placed)? {
                return Ok(Some(path.clone()));
            }
        }
        Ok(None)
    }

    /// Brings the local branch to what was pushed.
    fn follow(&self, branch: &str, from: &str, to: &str) -> Result<(), Failure> {
        match self.repo.advance(branch, from, to)? {
            Advanced::Done => {}
            Advanced::Behind(why) => {
                self.shell.warn(&format!("your `{branch}` stays where it was: {why}; run `git pull --rebase`"));
            }
        }
        Ok(())
    }

    /// Pushes to a branch of its own, for a pull request.
    fn aside(&self, commit: &str) -> Result<Shared, Failure> {
        let branch = &self.parcel.branch;
        match self.repo.push(self.remote, commit, &format!("refs/heads/{branch}"))? {
            Pushed::Done => {
                let link = self.repo.remote_url(self.remote)?.and_then(|it| web_link(&it, branch));
                let link = link.map(|it| format!(": {it}")).unwrap_or_default();
                Ok(Shared::NotYet(format!("it is on the branch `{branch}`; open a pull request{link}")))
            }
            Pushed::Rejected(why) | Pushed::NotFastForward(why) => {
                self.shell.note(why.trim());
                Ok(Shared::NotYet(format!(
                    "it is committed here; push it where you may: git push {} HEAD:{branch}",
                    self.remote
                )))
            }
        }
    }
}
