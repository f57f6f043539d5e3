//! Remotes: fetch and push through the `git` command, so that the user's credentials work. Nothing is ever forced.

use holdpoint_core::name::{escaped, listed};
use jiff::Timestamp;

use super::Repo;
use super::git::{Answer, Git};
use crate::failure::Failure;

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It is there.
    Done,
    /// The branch has commits that are not in what was pushed.
    NotFastForward(String),
    /// The server does not want it: a protected branch, a hook.
    Rejected(String),
}

impl Repo {
    /// The remote that `branch` belongs to: the one it is configured with, else `origin`, else the only one.
    pub(crate) fn remote_for(&self, branch: &str) -> Result<Option<String>, Failure> {
        let configured = self.config_value(&format!("branch.{branch}.remote"))?;
        // "." means a local branch.
        if let Some(remote) = configured.filter(|it| it != "." && !it.is_empty()) {
            return Ok(Some(remote));
        }
        match self.remotes()?.as_slice() {
            [only] => Ok(Some(only.clone())),
            names => Ok(names.iter().find(|it| *it == "origin").cloned()),
        }
    }

    /// The command that brings what others have of `branch` here. Remote and branch are named, so that it works wherever HEAD is and
    /// whatever git's settings say; where there is no remote, it has a blank for the place.
    pub(crate) fn pull(&self, branch: &str) -> String {
        let remote = self.remote_for(branch).ok().flatten();
        format!("git pull {} {branch}", remote.as_deref().unwrap_or("REPOSITORY"))
    }

    /// The remote that `branch` belongs to beyond doubt: the one it is configured with, or else the only one. Where there are
    /// several, a name is no reason to believe that one of them has the record.
    pub(crate) fn certain_remote_for(&self, branch: &str) -> Result<Option<String>, Failure> {
        let remotes = self.remotes()?;
        let configured =
            self.config_value(&format!("branch.{branch}.remote"))?.filter(|it| it != "." && !it.is_empty());
        if configured.is_some() || remotes.len() < 2 {
            return self.remote_for(branch);
        }
        let first = remotes.iter().find(|it| *it == "origin").or(remotes.first()).cloned().unwrap_or_default();
        Err(Failure::new(format!("`{branch}` may be on any of the remotes {}", listed(&remotes, "and")))
            .because("nothing was changed: git's settings do not say which of them has the record")
            .hint(format!("git config branch.{branch}.remote {first}   (or another one of them)")))
    }

    /// The names of the remotes.
    pub(crate) fn remotes(&self) -> Result<Vec<String>, Failure> {
        let names = self.git.remotes();
        let names = names.map_err(|it| Failure::new("the remotes cannot be read").because(super::reason(&it)))?;
        let remotes = names.iter().map(|it| it.ok().flatten().map(str::to_owned));
        // One that is left out might be that of the record, and without any a repository is its own.
        remotes.collect::<Option<_>>().ok_or_else(|| {
            Failure::new("the name of a remote is no UTF-8, and it may be the one that has the record")
                .hint("git remote   (then give it another name: git config --edit)")
        })
    }

    /// Whether there is any remote.
    pub(crate) fn has_remotes(&self) -> Result<bool, Failure> {
        Ok(!self.remotes()?.is_empty())
    }

    /// Fetches `branch` and every branch whose name begins with one of `prefixes`, in one go, and gives the tip of `branch`.
    pub(crate) fn fetch_with(&self, remote: &str, branch: &str, prefixes: &[&str]) -> Result<String, Failure> {
        let also = prefixes.iter().map(|it| format!("+refs/heads/{it}*:refs/remotes/{remote}/{it}*"));
        self.fetch_specs(remote, branch, also.collect())
    }

    /// The address that `remote` is fetched from.
    pub(crate) fn remote_url(&self, remote: &str) -> Result<Option<String>, Failure> {
        Ok(self.config_all(&format!("remote.{remote}.url"))?.into_iter().next())
    }

    /// Every address that `remote` is fetched from, or pushed to, as git really uses them: with `insteadOf` and `pushurl`.
    pub(crate) fn addresses(&self, remote: &str, for_push: bool) -> Result<Vec<String>, Failure> {
        if !self.remotes()?.iter().any(|it| it == remote) {
            return Ok(vec![remote.to_owned()]); // git takes an address in the place of a name
        }
        let git = Git::new(self, "remote").arg("get-url").arg("--all");
        let git = if for_push { git.arg("--push") } else { git };
        let answer = git.arg(remote).run()?;
        if !answer.worked {
            return Err(Failure::new(format!("the address of `{remote}` cannot be told")).because(told(&answer)));
        }
        Ok(answer.text.lines().map(str::to_owned).collect())
    }

    /// The address that `remote` is fetched from, as it may be shown: without credentials.
    pub(crate) fn address(&self, remote: &str) -> Result<String, Failure> {
        let address = self.addresses(remote, false)?.into_iter().next();
        Ok(escaped(&without_credentials(&address.unwrap_or_else(|| remote.to_owned()))))
    }

    /// When something was last fetched into this clone, as far as can be told.
    pub(crate) fn fetched_at(&self) -> Option<Timestamp> {
        // Git writes this file on every fetch and pull, also when nothing new came. A linked work tree has its own.
        let places = [self.git.path(), self.git.commondir()].map(|it| it.join("FETCH_HEAD"));
        let times = places.iter().filter_map(|it| it.metadata().and_then(|it| it.modified()).ok());
        times.filter_map(|it| Timestamp::try_from(it).ok()).max()
    }

    /// Fetches `branch` and gives its tip.
    pub(crate) fn fetch(&self, remote: &str, branch: &str) -> Result<String, Failure> {
        self.fetch_specs(remote, branch, Vec::new())
    }

    fn fetch_specs(&self, remote: &str, branch: &str, also: Vec<String>) -> Result<String, Failure> {
        let tracking = format!("refs/remotes/{remote}/{branch}");
        let fetch = Git::new(self, "fetch")
            .arg("--quiet")
            .arg("--no-tags")
            .arg("--no-recurse-submodules")
            .arg("--no-write-fetch-head")
            .arg("--no-auto-maintenance")
            .arg("--")
            .arg(remote)
            .arg(format!("+refs/heads/{branch}:{tracking}"));
        let answer = also.into_iter().fold(fetch, Git::arg).run()?;
        let failed = || Failure::new(format!("`{branch}` cannot be fetched from `{remote}`"));
        if !answer.worked {
            return Err(failed().because(told(&answer)).hint(format!("try it by hand: git fetch {remote} {branch}")));
        }
        self.tip_of(&tracking)?.ok_or_else(failed)
    }

    /// Pushes `commit` to `target` (`refs/heads/main`) of `remote`.
    pub(crate) fn push(&self, remote: &str, commit: &str, target: &str) -> Result<Pushed, Failure> {
        let answer = Git::new(self, "push")
            .arg("--porcelain")
            .arg("--no-follow-tags")
            .arg("--recurse-submodules=no")
            .arg("--")
            .arg(remote)
            .arg(format!("{}:{target}", self.parse_id(commit)?))
            .run()?;
        pushed(&answer, target).ok_or_else(|| {
            Failure::new(format!("`{target}` cannot be pushed to `{remote}`"))
                .because(told(&answer))
                .hint(format!("try it by hand: git push {remote} {commit}:{target}"))
        })
    }

    /// The branches of `remote` that match `pattern`, such as `holdpoint/hold-2.7.0*`, as they are there now.
    pub(crate) fn remote_branches(&self, remote: &str, pattern: &str) -> Result<Vec<String>, Failure> {
        let answer = Git::new(self, "ls-remote").arg("--").arg(remote).arg(format!("refs/heads/{pattern}")).run()?;
        if !answer.worked {
            return Err(Failure::new(format!("the branches of `{remote}` cannot be listed"))
                .because(told(&answer))
                .hint(format!("try it by hand: git ls-remote {remote}")));
        }
        let names = answer.text.lines().filter_map(|it| it.split_once('\t'));
        Ok(names.filter_map(|(_, name)| name.strip_prefix("refs/heads/").map(str::to_owned)).collect())
    }
}

/// Reads `git push --porcelain`: a line `FLAG<tab>FROM:TO<tab>SUMMARY (REASON)` for each reference. `None` if it never
/// came so far that the server answered.
fn pushed(answer: &Answer, target: &str) -> Option<Pushed> {
    /// What a server says that lost a race for the branch against somebody else's push.
    const RACES: [&str; 6] = [
        "non-fast-forward",
        "fetch first",
        "failed to update ref",
        "cannot lock ref",
        "incorrect old value",
        "reference already exists",
    ];
    for line in answer.text.lines() {
        let mut columns = line.split('\t');
        let (Some(flag), Some(names), Some(summary)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        if names.rsplit_once(':').is_none_or(|(_, to)| to != target) {
            continue;
        }
        return match flag {
            "!" if RACES.iter().any(|it| summary.contains(it)) => Some(Pushed::NotFastForward(escaped(summary))),
            "!" if summary.contains("rejected]") => Some(Pushed::Rejected(rejection(summary, &answer.errors))),
            " " | "*" | "=" if answer.worked => Some(Pushed::Done),
            _ => None,
        };
    }
    None
}

/// What the server said in its own words, and then git's.
fn rejection(summary: &str, errors: &str) -> String {
    let said = errors.lines().filter_map(|it| it.strip_prefix("remote:"));
    let mut lines: Vec<String> = said.map(|it| escaped(it.trim())).filter(|it| !it.is_empty()).collect();
    lines.push(escaped(summary));
    lines.join("\n")
}

/// An address without the user name and password of a URL. What stands before the host of `git@host:path` is no secret.
pub(crate) fn without_credentials(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = match place.rsplit_once('@') {
        Some((user, host)) if scheme == "ssh" && !user.contains(':') => format!("{user}@{host}"),
        Some((_, host)) => host.to_owned(),
        None => place.to_owned(),
    };
    format!("{scheme}://{host}{path}")
}

fn told(answer: &Answer) -> String {
    let lines: Vec<String> = answer.errors.trim_end().lines().map(|it| escaped(it.trim_end())).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests;
