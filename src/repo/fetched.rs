//! Whether branches were fetched along with another one, as far as git's own notes tell: the settings say what a fetch would bring,
//! the log of a reference which command moved it, and `FETCH_HEAD` what the last fetch was.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use super::Repo;
use crate::failure::Failure;

/// What a fetch brings, and to where.
struct Refspec<'t> {
    from: &'t str,
    to: &'t str,
}

impl<'t> Refspec<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (from, to) = text.strip_prefix('+').unwrap_or(text).split_once(':')?;
        Some(Self { from, to })
    }

    /// Whether it brings a branch to where branches are looked for: below a remote's name, or as one of this clone.
    fn brings(&self, branch: &str) -> bool {
        let name = format!("refs/heads/{branch}");
        let Some(found) = matched(self.from, &name) else { return false };
        let to = self.to.replacen('*', found, 1);
        to == name || to.strip_prefix("refs/remotes/").is_some_and(|it| it.ends_with(&format!("/{branch}")))
    }
}

/// What the `*` of a pattern stands for in a name; nothing if the name does not match.
fn matched<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.split_once('*') {
        Some((head, tail)) => name.strip_prefix(head)?.strip_suffix(tail).filter(|it| !it.is_empty()),
        None => (pattern == name).then_some(""),
    }
}

/// Whether these refspecs bring every one of the branches.
fn bring(refspecs: &[&str], branches: &[String]) -> bool {
    branches.iter().all(|branch| {
        let is_left_out =
            |it: &&str| it.strip_prefix('^').is_some_and(|it| matched(it, &format!("refs/heads/{branch}")).is_some());
        !refspecs.iter().any(is_left_out)
            && refspecs.iter().filter_map(|it| Refspec::parse(it)).any(|it| it.brings(branch))
    })
}

/// Whether the line of a log says that a fetch from `remote` brought these branches, too. Nothing of what is no fetch.
fn brought(message: &str, remote: &str, branches: &[String]) -> Option<bool> {
    let action = message.rsplit_once(": ").map_or(message, |it| it.0);
    let mut words = action.split_whitespace();
    if action == "update by push" || message == "update by push" {
        return None;
    }
    let is_fetch = matches!(words.next(), Some("fetch" | "pull"));
    let named: Vec<&str> = words.filter(|it| !it.starts_with('-')).collect();
    // Without a refspec it is what the settings say.
    let is_plain = named.is_empty() || named == [remote];
    Some(is_fetch && (is_plain || bring(&named, branches)))
}

impl Repo {
    /// Whether branches of such names were fetched from `remote` when `branch` was, or later. Where nothing tells, they were not.
    pub(crate) fn fetched_along(&self, remote: &str, branch: &str, others: &[String]) -> Result<bool, Failure> {
        let settings = self.config_all(&format!("remote.{remote}.fetch"))?;
        if !bring(&settings.iter().map(String::as_str).collect::<Vec<_>>(), others) {
            return Ok(false);
        }
        let top = self.git.commondir();
        let log = top.join("logs/refs/remotes").join(remote).join(branch);
        let last = messages(&log).iter().rev().find_map(|it| brought(it, remote, others));
        match last {
            Some(true) => Ok(true),
            // It is the last fetch that counts, and it may have found the branch where it was.
            Some(false) => Ok(self.last_was_plain(remote, written(&log))?),
            None => {
                let heads = [top.join("logs/HEAD"), top.join("logs/refs/remotes").join(remote).join("HEAD")];
                let is_clone = heads.iter().any(|it| messages(it).iter().any(|it| it.starts_with("clone: from ")));
                Ok(is_clone || self.last_was_plain(remote, None)?)
            }
        }
    }

    /// Whether the last fetch was one of `remote` by its settings, and no earlier than this. A fetch of named branches is one to merge
    /// them all.
    fn last_was_plain(&self, remote: &str, earliest: Option<SystemTime>) -> Result<bool, Failure> {
        let places = [self.git.path(), self.git.commondir()].map(|it| it.join("FETCH_HEAD"));
        let addresses: Vec<String> = self.addresses(remote, false)?.iter().map(|it| shown(it)).collect();
        Ok(places.iter().any(|place| {
            let is_late = earliest.is_none_or(|it| written(place).is_some_and(|place| place >= it));
            let text = fs::read(place).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let is_plain = |line: &str| {
                let rest = line.split_once("\tnot-for-merge\tbranch '").map(|it| it.1);
                let from = rest.and_then(|it| it.rsplit_once("' of ")).map(|it| shown(it.1));
                from.is_some_and(|it| addresses.contains(&it))
            };
            is_late && text.lines().any(is_plain)
        }))
    }
}

/// An address as git writes it into `FETCH_HEAD`.
fn shown(address: &str) -> String {
    let address = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{scheme}://{}{path}", place.rsplit_once('@').map_or(place, |it| it.1))
        }
        None => address.to_owned(),
    };
    let address = address.trim_end_matches('/');
    address.strip_suffix(".git").unwrap_or(address).to_owned()
}

/// What each line of a log of references says, the newest last.
fn messages(log: &Path) -> Vec<String> {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.lines().filter_map(|it| it.split_once('\t')).map(|it| it.1.to_owned()).collect()
}

fn written(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|it| it.modified()).ok()
}

#[cfg(test)]
mod tests;
