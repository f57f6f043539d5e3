//! Commits: exactly the files named, on exactly the commit that was read.

use git2::{ErrorCode, Oid, Signature};

use super::git::Git;
use super::occupied::{Occupant, occupied};
use super::worktree::WorkTree;
use super::{Head, Identity, Repo, reason};
use crate::failure::Failure;

/// A commit that was made on HEAD.
#[derive(Debug)]
pub(crate) struct Committed {
    /// The commit: the old one, if nothing was left to change.
    pub(crate) id: String,
}

/// What became of a local branch that was to follow the remote one.
#[derive(Debug)]
pub(crate) enum Advanced {
    /// It is there, and so are the files.
    Done,
    /// It stays where it was.
    Behind(Behind),
}

/// A local branch that could not follow; what it was to follow is where it is all the same.
#[derive(Debug)]
pub(crate) struct Behind {
    why: String,
    checked_out: CheckedOut,
}

/// Where a local branch is checked out.
#[derive(Debug)]
enum CheckedOut {
    Here,
    Nowhere,
    There(Occupant),
    /// Here, and in another work tree.
    Twice(Occupant),
}

impl Behind {
    /// Why it stays where it was.
    pub(crate) fn why(&self) -> &str {
        &self.why
    }

    /// The command that brings `branch` to where it is on `remote`.
    pub(crate) fn cure(&self, remote: &str, branch: &str) -> String {
        let pull = format!("git pull --rebase {remote} {branch}");
        match &self.checked_out {
            CheckedOut::Here => pull,
            CheckedOut::Nowhere => format!("git switch {branch} && {pull}"),
            CheckedOut::There(occupant) => occupant.pull(remote, branch),
            CheckedOut::Twice(occupant) => format!("{} && {pull}", occupant.release()),
        }
    }

    /// The failure that this is where the branch is the record itself.
    pub(crate) fn failure(&self, branch: &str) -> Failure {
        match &self.checked_out {
            CheckedOut::There(occupant) | CheckedOut::Twice(occupant) => occupied(branch, occupant),
            CheckedOut::Here | CheckedOut::Nowhere => {
                Failure::new("the publication cannot be recorded").because(&self.why)
            }
        }
    }
}

impl Repo {
    /// Commits `files` (and the removal of `removed`) on `on`, moves HEAD's branch there if it has not moved meanwhile,
    /// and brings work tree and index along: all of that, or nothing. What is staged or changed otherwise is not touched.
    pub(crate) fn commit(
        &self,
        on: &Head,
        files: &[(String, Vec<u8>)],
        removed: &[String],
        message: &str,
        author: &Identity,
    ) -> Result<Committed, Failure> {
        let base = on.id().map(|it| self.tree_of(it)).transpose()?;
        let changes = self.changes(base, &on.prefix(self)?, files, removed)?;
        let bringing = WorkTree::of(self).map(|it| it.begin(&changes)).transpose()?;
        let tree = self.changed_tree(base, &changes)?;
        let id = match on.id() {
            Some(parent) if base == Some(tree) => parent,
            parent => self.make_commit(tree, parent, message, author)?,
        };
        let moved = || match on.id() {
            Some(old) if old == id => Ok(()),
            old => self.move_reference(on.reference(), old, id, message),
        };
        match bringing {
            Some(bringing) => bringing.and_then(moved)?,
            None => moved()?,
        }
        Ok(Committed { id: id.to_string() })
    }

    /// Only writes `files` to the work tree, and removes `removed` there, under the same conditions.
    pub(crate) fn write_only(&self, on: &Head, files: &[(String, Vec<u8>)], removed: &[String]) -> Result<(), Failure> {
        let Some(work_tree) = WorkTree::of(self) else {
            return Err(Failure::new("a bare repository has no files to write").hint("leave `--no-commit` out"));
        };
        let base = on.id().map(|it| self.tree_of(it)).transpose()?;
        let changes = self.changes(base, &on.prefix(self)?, files, removed)?;
        work_tree.check_disk(&changes)?;
        work_tree.write(&changes)
    }

    /// Makes a commit of `files`, and of the removal of `removed`, on the commit `parent`, which no branch names yet. Paths
    /// are relative to `prefix`.
    pub(crate) fn commit_object(
        &self,
        parent: &str,
        prefix: &str,
        files: &[(String, Vec<u8>)],
        removed: &[String],
        message: &str,
        author: &Identity,
    ) -> Result<String, Failure> {
        let parent = self.parse_id(parent)?;
        let base = Some(self.tree_of(parent)?);
        let changes = self.changes(base, prefix, files, removed)?;
        let tree = self.changed_tree(base, &changes)?;
        Ok(self.make_commit(tree, Some(parent), message, author)?.to_string())
    }

    /// Makes a local branch at `commit`. One of that name must not be there yet, unless it is at that very commit.
    pub(crate) fn new_branch(&self, branch: &str, commit: &str) -> Result<(), Failure> {
        let reference = format!("refs/heads/{branch}");
        match self.tip_of(&reference)? {
            Some(tip) if tip == commit => Ok(()),
            _ => self.move_reference(&reference, None, self.parse_id(commit)?, "branch"),
        }
    }

    /// Moves the local branch `branch` forward from the commit `from` to `to`, if it is still there. If HEAD is on it
    /// the new files are brought to work tree and index, unless that would need more than writing plain files. Where
    /// another work tree stands on it, it stays: nothing is brought there from here.
    pub(crate) fn advance(&self, branch: &str, from: &str, to: &str) -> Result<Advanced, Failure> {
        let (from, to) = (self.parse_id(from)?, self.parse_id(to)?);
        let reference = format!("refs/heads/{branch}");
        let here = self.head()?.reference() == reference;
        let behind = |why: String| {
            let checked_out = if here { CheckedOut::Here } else { CheckedOut::Nowhere };
            Ok(Advanced::Behind(Behind { why, checked_out }))
        };
        if let Some(occupant) = self.occupant(&reference)? {
            let why = occupant.reason();
            let checked_out = if here { CheckedOut::Twice(occupant) } else { CheckedOut::There(occupant) };
            return Ok(Advanced::Behind(Behind { why, checked_out }));
        }
        if self.tip_of(&reference)? != Some(from.to_string()) {
            return behind(format!("`{branch}` has moved meanwhile"));
        }
        if !self.contains(&to.to_string(), &from.to_string())? {
            return behind(format!("`{branch}` has commits that are not in {to}"));
        }
        let refused = |refusal: &Failure| {
            let hint = refusal.hint_text().map(|it| format!(" ({it})")).unwrap_or_default();
            behind(format!("{}{hint}", refusal.message()))
        };
        let move_it = || self.move_reference(&reference, Some(from), to, "fast-forward");
        let Some(work_tree) = WorkTree::of(self).filter(|_| here) else {
            return move_it().map_or_else(|it| refused(&it), |()| Ok(Advanced::Done));
        };
        let changes = match self.plain_changes(from, to)? {
            Ok(changes) => changes,
            Err(path) => return behind(format!("`{path}` is not a plain file")),
        };
        let moved = work_tree.begin(&changes).and_then(|it| it.and_then(move_it));
        moved.map_or_else(|it| refused(&it), |()| Ok(Advanced::Done))
    }

    fn tree_of(&self, commit: Oid) -> Result<Oid, Failure> {
        let found = self.git.find_commit(commit).map(|it| it.tree_id());
        found.map_err(|it| Failure::new(format!("commit {commit} cannot be read")).because(reason(&it)))
    }

    fn make_commit(&self, tree: Oid, parent: Option<Oid>, message: &str, author: &Identity) -> Result<Oid, Failure> {
        if self.signs_commits() {
            return self.make_signed_commit(tree, parent, message, author);
        }
        let failed = |it: git2::Error| Failure::new("the commit cannot be made").because(reason(&it));
        let signature = Signature::now(&author.name, &author.email).map_err(failed)?;
        let parents = parent.map(|it| self.git.find_commit(it)).transpose().map_err(failed)?;
        let parents: Vec<_> = parents.iter().collect();
        let tree = self.tree(tree)?;
        self.git.commit(None, &signature, &signature, message, &tree, &parents).map_err(failed)
    }

    /// With `commit.gpgsign` git itself makes the commit, so that it signs as it always does.
    fn make_signed_commit(
        &self,
        tree: Oid,
        parent: Option<Oid>,
        message: &str,
        author: &Identity,
    ) -> Result<Oid, Failure> {
        let mut git = Git::new(self, "commit-tree").arg("-S").arg(tree.to_string());
        if let Some(parent) = parent {
            git = git.arg("-p").arg(parent.to_string());
        }
        for who in ["AUTHOR", "COMMITTER"] {
            git = git.env(&format!("GIT_{who}_NAME"), &author.name).env(&format!("GIT_{who}_EMAIL"), &author.email);
        }
        let output = git.arg("-F").arg("-").input(message).run()?;
        if !output.worked {
            return Err(Failure::new("git cannot sign the commit").because(output.errors.trim_end()).hint(
                "look at `git config --get-regexp gpg` and `user.signingkey`, or leave signed commits out here: \
                       git config commit.gpgsign false",
            ));
        }
        self.parse_id(output.text.trim())
    }

    /// Moves a reference from `old` to `new`, or does nothing at all. No branch is moved under another work tree.
    fn move_reference(&self, name: &str, old: Option<Oid>, new: Oid, message: &str) -> Result<(), Failure> {
        let short = name.strip_prefix("refs/heads/").unwrap_or(name);
        self.refuse_occupied(name)?;
        let subject = message.lines().next().unwrap_or_default();
        let log = format!("holdpoint: {subject}");
        let moved = match old {
            Some(old) => self.git.reference_matching(name, new, true, old, &log),
            None => self.git.reference(name, new, false, &log),
        };
        match moved {
            Ok(_) => Ok(()),
            Err(error) if matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists) => {
                Err(Failure::new(format!("`{short}` has moved meanwhile; nothing is committed"))
                    .hint("run the same command again"))
            }
            // Whoever is killed here leaves a lock behind, and git does not say so any better.
            Err(error) if error.code() == ErrorCode::Locked => Err(self.locked_reference(name)),
            Err(error) => {
                Err(Failure::new(format!("`{short}` cannot be moved; nothing is committed")).because(reason(&error)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
