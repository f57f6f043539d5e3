//! What lies on a site, as far as the record has something to say about it.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::catalog::{LARGEST_CATALOG, checksums};
use holdpoint_core::finding::Code;
use holdpoint_core::policy::SiteRule;

use super::recorded::{Out, Recorded, files_of, folders_of};
use crate::failure::Failure;
use crate::shell::Gauge;
use crate::site::{CHECKSUMS, Content, Holds, INDEX, Site, Stored, StoredKind, is_ours};

/// The most that is read of a page for people: what is written for the largest index has less.
const LARGEST_PAGE: u64 = 4 * LARGEST_CATALOG as u64;

/// What was found.
pub(super) struct Found {
    /// Everything on the site.
    pub(super) stored: Vec<Stored>,
    /// The bytes of the index, if there is one.
    pub(super) index: Option<Vec<u8>>,
    /// Whether the page for people is one of ours.
    pub(super) has_own_page: bool,
    /// The files and folders that are not as readable as the site.
    pub(super) closed: BTreeSet<String>,
    /// The files that could not be read, and why.
    pub(super) unread: BTreeMap<String, Failure>,
    contents: BTreeMap<String, Holds>,
}

impl Found {
    /// Lists the site, and hashes what the record knows of. The code says whether it was the listing that failed.
    pub(super) fn read(
        site: &dyn Site,
        rule: &SiteRule,
        recorded: &Recorded,
        gauge: &Gauge,
    ) -> Result<Self, (Code, Failure)> {
        let outs = recorded.on(&rule.name);
        let unreachable = |it| (Code::SiteUnreachable, it);
        let index = site.index().map_err(unreachable)?;
        let stored = site.list().map_err(|it| (Code::ListingUnavailable, it))?;
        let there: BTreeSet<&str> =
            stored.iter().filter(|it| it.kind == StoredKind::File).map(|it| it.path.as_str()).collect();
        // No file is read beyond the size that it should have: somebody may have made it of any size.
        let sums = folders_of(outs).into_iter();
        let sums = sums.map(|(folder, (_, _, files))| (format!("{folder}/{CHECKSUMS}"), checksums(files).len() as u64));
        let files = files_of(outs).into_iter().map(|(path, it)| (path, it.size));
        let page = rule.page.clone().map(|it| (it, LARGEST_PAGE));
        let known: BTreeMap<String, u64> = page.into_iter().chain(sums).chain(files).collect();
        let known = known.into_iter().filter(|(it, _)| there.contains(it.as_str()) || rule.is_beside(it));
        let mut found = Self {
            index,
            has_own_page: true,
            closed: BTreeSet::new(),
            unread: BTreeMap::new(),
            contents: BTreeMap::new(),
            stored: Vec::new(),
        };
        if found.index.is_some() {
            found.closed.extend(site.closed_to_others(INDEX).map_err(unreachable)?);
        }
        for (path, most) in known {
            match site.digest_of(&path, most) {
                Ok(Some(content)) => {
                    gauge.passed(content.bytes_read());
                    found.closed.extend(site.closed_to_others(&path).map_err(unreachable)?);
                    found.contents.insert(path, content);
                }
                Ok(None) => {}
                Err(failure) => drop(found.unread.insert(path, failure)),
            }
        }
        if let Some(page) = rule.page.as_ref().filter(|it| found.contents.contains_key(*it)) {
            found.has_own_page = site.beginning(page).map_err(unreachable)?.is_none_or(|it| is_ours(&it));
        }
        found.stored = stored;
        for it in site.litter().map_err(|it| (Code::ListingUnavailable, it))? {
            if recorded.is_like_a_download(&it.path) || has_bytes_of(site, &it, outs).map_err(unreachable)? {
                found.stored.push(it);
            }
        }
        Ok(found)
    }

    /// The content of a file that the record knows of, if it is a file and is there.
    pub(super) fn content(&self, path: &str) -> Option<Holds> {
        self.contents.get(path).copied()
    }

    /// What lies under a path and is no file: a link, a device.
    pub(super) fn oddity(&self, path: &str) -> Option<StoredKind> {
        let odd = |it: &&Stored| it.path == path && !matches!(it.kind, StoredKind::File | StoredKind::Closed);
        self.stored.iter().find(odd).map(|it| it.kind)
    }

    /// The folders that could not be listed.
    pub(super) fn unlisted(&self) -> impl Iterator<Item = &str> {
        self.stored.iter().filter(|it| it.kind == StoredKind::Closed).map(|it| it.path.as_str())
    }

    /// Whether nobody can say what lies at `path`: it could not be read, or lies in a folder that could not be listed.
    pub(super) fn is_unseen(&self, path: &str) -> bool {
        let lies_in = |folder: &str| path.strip_prefix(folder).is_some_and(|it| it.starts_with('/'));
        self.unread.contains_key(path) || self.unlisted().any(lies_in)
    }

    /// Whether nothing is there at all.
    pub(super) fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }
}

/// Whether a file has the bytes of something that is out: whatever it is called, customers can take it for that.
fn has_bytes_of(site: &dyn Site, stored: &Stored, outs: &[Out]) -> Result<bool, Failure> {
    let mut same = outs.iter().flat_map(|it| &it.files).filter(|it| it.size == stored.size).peekable();
    if same.peek().is_none() {
        return Ok(false);
    }
    let found = site.digest_of(&stored.path, stored.size)?;
    Ok(found.is_some_and(|found| same.any(|it| found.is(Content { size: it.size, sha256: it.sha256 }))))
}
