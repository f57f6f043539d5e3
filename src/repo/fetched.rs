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

    /// Whether it brings every branch whose name begins so to where branches are looked for: below the remote's name, or as one of
    /// this clone.
    fn brings(&self, remote: &str, prefix: &str) -> bool {
        let name = format!("refs/heads/{prefix}");
        let (Some(from), Some(to)) = (self.from.strip_suffix('*'), self.to.strip_suffix('*')) else { return false };
        let to = name.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        to.is_some_and(|it| it == name || it == format!("refs/remotes/{remote}/{prefix}"))
    }

    /// Whether it is about a branch, or some, and not about all that there are.
    fn is_narrow(&self) -> bool {
        self.from.starts_with("refs/heads/") && self.from != "refs/heads/*"
    }
}

/// Whether a pattern leaves out some branch whose name begins so.
fn leaves_out(pattern: &str, prefix: &str) -> bool {
    let name = format!("refs/heads/{prefix}");
    let head = pattern.split_once('*').map_or(pattern, |it| it.0);
    name.starts_with(head) || head.starts_with(&name)
}

/// Whether these refspecs bring all branches whose names begin so.
fn bring(refspecs: &[&str], remote: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().all(|prefix| {
        let is_left_out = |it: &&str| it.strip_prefix('^').is_some_and(|it| leaves_out(it, prefix));
        !refspecs.iter().any(is_left_out)
            && refspecs.iter().filter_map(|it| Refspec::parse(it)).any(|it| it.brings(remote, prefix))
    })
}

/// Whether the line of a log says that a fetch from `remote` brought these branches, too. Nothing of what is no fetch.
fn brought(message: &str, remote: &str, prefixes: &[&str]) -> Option<bool> {
    let action = message.rsplit_once(": ").map_or(message, |it| it.0);
    let mut words = action.split_whitespace();
    if action == "update by push" || message == "update by push" {
        return None;
    }
    let is_fetch = matches!(words.next(), Some("fetch" | "pull"));
    let (options, named): (Vec<&str>, Vec<&str>) = words.partition(|it| it.starts_with('-'));
    // Without a refspec it is what the settings say, unless an option says otherwise.
    let is_odd = options.iter().any(|it| it.starts_with("--stdin") || it.starts_with("--refmap"));
    let is_plain = named.is_empty() || named == [remote];
    Some(is_fetch && !is_odd && (is_plain || bring(&named, remote, prefixes)))
}

impl Repo {
    /// Whether all branches whose names begin so were fetched from `remote` when `branch` was, or later. Where nothing tells, they
    /// were not.
    pub(crate) fn fetched_along(&self, remote: &str, branch: &str, prefixes: &[&str]) -> Result<bool, Failure> {
        let settings = self.config_all(&format!("remote.{remote}.fetch"))?;
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        if !bring(&settings, remote, prefixes) || self.is_in_the_way(remote, prefixes)? {
            return Ok(false);
        }
        let top = self.git.commondir();
        let refspecs: Vec<Refspec<'_>> = settings.iter().filter_map(|it| Refspec::parse(it)).collect();
        // Settings that were about less once say what a fetch brought only since they were changed: nobody names a branch beside all.
        let is_narrow = refspecs.iter().any(Refspec::is_narrow);
        let is_widened = is_narrow && !refspecs.iter().all(Refspec::is_narrow);
        let changed = written(&top.join("config")).filter(|_| is_widened);
        let log = top.join("logs/refs/remotes").join(remote).join(branch);
        let last = messages(&log).iter().rev().find_map(|it| brought(it, remote, prefixes));
        match last {
            Some(true) if written(&log) >= changed => Ok(true),
            // It is the last fetch that counts, and it may have found the branch where it was.
            Some(_) => Ok(self.last_was_plain(remote, written(&log).max(changed))?),
            None => {
                let heads = [top.join("logs/HEAD"), top.join("logs/refs/remotes").join(remote).join("HEAD")];
                let is_clone = heads.iter().any(|it| messages(it).iter().any(|it| it.starts_with("clone: from ")));
                // A fetch that found nothing new is noted in `FETCH_HEAD` alone, and a narrow clone brought less.
                let fetched = written(&self.git.path().join("FETCH_HEAD"));
                let is_of_now = !is_narrow || (fetched.is_some() && fetched >= changed);
                Ok((is_clone && is_of_now) || self.last_was_plain(remote, changed)?)
            }
        }
    }

    /// Whether a branch is here that is called like the folder of such branches, `origin/holdpoint`: git cannot put any beside it.
    fn is_in_the_way(&self, remote: &str, prefixes: &[&str]) -> Result<bool, Failure> {
        let folders = prefixes.iter().filter_map(|it| it.strip_suffix('/'));
        let names = folders.map(|it| format!("refs/remotes/{remote}/{it}"));
        let tips = names.map(|it| self.tip_of(&it)).collect::<Result<Vec<_>, _>>()?;
        Ok(tips.iter().any(Option::is_some))
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
