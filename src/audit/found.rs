//! What lies on a site, as far as the record has something to say about it.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::finding::Code;

use super::recorded::{Out, files_of, folders_of};
use crate::failure::Failure;
use crate::shell::Gauge;
use crate::site::{CHECKSUMS, Content, PAGE, Site, Stored, StoredKind};

/// What was found.
pub(super) struct Found {
    /// Everything on the site.
    pub(super) stored: Vec<Stored>,
    /// The bytes of the index, if there is one.
    pub(super) index: Option<Vec<u8>>,
    contents: BTreeMap<String, Content>,
}

impl Found {
    /// Lists the site, and hashes what the record knows of. The code says whether it was the listing that failed.
    pub(super) fn read(site: &dyn Site, outs: &[Out], gauge: &Gauge) -> Result<Self, (Code, Failure)> {
        let unreachable = |it| (Code::SiteUnreachable, it);
        let index = site.index().map_err(unreachable)?;
        let stored = site.list().map_err(|it| (Code::ListingUnavailable, it))?;
        let there: BTreeSet<&str> =
            stored.iter().filter(|it| it.kind == StoredKind::File).map(|it| it.path.as_str()).collect();
        let sums = folders_of(outs).into_keys().map(|it| format!("{it}/{CHECKSUMS}"));
        let known: BTreeSet<String> = files_of(outs).into_keys().chain(sums).chain([PAGE.to_owned()]).collect();
        let mut contents = BTreeMap::new();
        for path in known.into_iter().filter(|it| there.contains(it.as_str())) {
            if let Some(content) = site.digest_of(&path).map_err(unreachable)? {
                gauge.passed(content.size);
                contents.insert(path, content);
            }
        }
        Ok(Self { stored, index, contents })
    }

    /// The content of a file that the record knows of, if it is a file and is there.
    pub(super) fn content(&self, path: &str) -> Option<Content> {
        self.contents.get(path).copied()
    }

    /// What lies under a path and is no file: a link, a device.
    pub(super) fn oddity(&self, path: &str) -> Option<StoredKind> {
        self.stored.iter().find(|it| it.path == path && it.kind != StoredKind::File).map(|it| it.kind)
    }

    /// Whether nothing is there at all.
    pub(super) fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }
}
