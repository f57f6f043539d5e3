//! The branches that this clone knows of, and the commits that they name. One that is there and cannot be read is told: what it
//! leads to may be a hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use holdpoint_core::name::quoted;

use super::{Repo, reason};
use crate::failure::Failure;

/// A branch, and the commit that it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tip {
    /// The branch as git calls it: `origin/main`, `main`.
    pub(crate) branch: String,
    /// The full id of its commit.
    pub(crate) commit: String,
}

/// Branches of a clone.
#[derive(Debug, Default)]
pub(crate) struct Tips {
    /// Those whose commit is known, sorted.
    pub(crate) known: Vec<Tip>,
    /// Those that are there and name nothing that can be read, by their full names (`refs/remotes/origin/main`), and why.
    pub(crate) broken: BTreeMap<String, String>,
}

const REMOTE: &str = "refs/remotes/";
const LOCAL: &str = "refs/heads/";

impl Repo {
    /// The branches of which `wanted` says that they matter by their short name (`main`, `holdpoint/x`): every
    /// remote-tracking one, with the name of its remote in front, and where `local` says so those of this clone.
    pub(crate) fn tips(&self, local: bool, wanted: &dyn Fn(&str) -> bool) -> Result<Tips, Failure> {
        let (mut known, mut broken) = (BTreeMap::new(), BTreeMap::new());
        let (mut seen, remotes) = (BTreeSet::new(), self.remotes()?);
        for reference in self.git.references().map_err(|it| unlisted(reason(&it)))? {
            let reference = reference.map_err(|it| unlisted(reason(&it)))?;
            let bytes = reference.name_bytes().to_vec();
            seen.insert(bytes.clone());
            // A name that is no UTF-8 is only less easy to show; what it leads to counts as that of any other.
            let name = String::from_utf8_lossy(&bytes).into_owned();
            let Some(branch) = branch(&name, local, &remotes, wanted).map(str::to_owned) else { continue };
            match reference.peel_to_commit() {
                Ok(commit) => drop(known.insert(bytes, Tip { branch, commit: commit.id().to_string() })),
                Err(error) => drop(broken.insert(name, reason(&error))),
            }
        }
        // The listing leaves out a file that it cannot read, or gives what the branch was when references were packed.
        for bytes in self.loose()? {
            let name = String::from_utf8_lossy(&bytes).into_owned();
            if branch(&name, local, &remotes, wanted).is_none() {
                continue;
            }
            let is_read = match std::str::from_utf8(&bytes) {
                Ok(name) => self.git.find_reference(name).is_ok(),
                Err(_) => seen.contains(&bytes),
            };
            if !is_read {
                known.remove(&bytes);
                broken.insert(name, "its file names no commit".to_owned());
            }
        }
        let mut known: Vec<Tip> = known.into_values().collect();
        known.sort();
        Ok(Tips { known, broken })
    }

    /// How a branch is typed for git, by its full name: as it is shown, and whole where a tag or another branch answers to that, too.
    pub(crate) fn typed(&self, full: &str) -> String {
        let shown = [REMOTE, LOCAL].iter().find_map(|it| full.strip_prefix(it)).unwrap_or(full);
        let others = ["refs/", "refs/tags/", LOCAL, REMOTE].map(|it| format!("{it}{shown}"));
        let is_taken = others.iter().any(|it| it != full && self.git.find_reference(it).is_ok());
        if is_taken { full.to_owned() } else { shown.to_owned() }
    }

    /// The names of all branches that have a file of their own.
    fn loose(&self) -> Result<Vec<Vec<u8>>, Failure> {
        let top = self.git.commondir();
        let mut names = Vec::new();
        let mut open: Vec<PathBuf> = [REMOTE, LOCAL].map(|it| top.join(it)).into();
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(why) if why.kind() == ErrorKind::NotFound => continue,
                Err(why) => return Err(unlisted(why)),
            };
            for entry in entries {
                let path = entry.map_err(unlisted)?.path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_none_or(|it| it != "lock") {
                    let parts = path.strip_prefix(top).unwrap_or(&path).components();
                    let parts: Vec<&[u8]> = parts.map(|it| it.as_os_str().as_encoded_bytes()).collect();
                    names.push(parts.join(&b'/'));
                }
            }
        }
        Ok(names)
    }
}

/// The command that brings a remote-tracking branch again, whatever is wrong with it here.
pub(crate) fn fetch_again(reference: &str) -> String {
    let name = quoted(reference);
    format!("rm -f \"$(git rev-parse --git-path {name})\"; git update-ref -d {name}; git fetch --refetch --no-filter")
}

fn unlisted(why: impl Display) -> Failure {
    Failure::new("the branches cannot be listed")
        .because(why)
        .hint("git for-each-ref   (it says what is wrong with them)")
}

/// What git calls a wanted branch, by the full name of its reference.
fn branch<'n>(name: &'n str, local: bool, remotes: &[String], wanted: &dyn Fn(&str) -> bool) -> Option<&'n str> {
    if let Some(path) = name.strip_prefix(REMOTE) {
        // Names of remotes and of branches may have slashes in them: `x/main` of `origin` is not `main` of `origin/x`.
        let own = |remote: &String| path.strip_prefix(remote.as_str())?.strip_prefix('/');
        let known: Vec<&str> = remotes.iter().filter_map(own).collect();
        let is_wanted = if known.is_empty() {
            // It is of a remote that is not there any more, whatever that was called.
            path.match_indices('/').filter_map(|(at, _)| path.get(at + 1..)).any(wanted)
        } else {
            known.into_iter().any(wanted)
        };
        return is_wanted.then_some(path);
    }
    name.strip_prefix(LOCAL).filter(|it| local && wanted(it))
}

#[cfg(test)]
mod tests;
