//! Looking at what has happened of a publication, after something failed: on the site and in the record, as they are then.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::catalog::{Catalog, Listed as File, checksums};
use holdpoint_core::digest::Digest;
use holdpoint_core::name::Version;
use holdpoint_core::policy::{Policy, SiteRule};

use super::Stand;
use super::branch::Branch;
use crate::failure::{Count, Happened, Listed, Page, Recorded};
use crate::site::{CHECKSUMS, Content, Holds, INDEX, Site, StoredKind, index_page, shown_address};

/// What a run set out to publish: what to look for when it fails.
#[derive(Debug, Clone)]
pub(super) struct Target {
    version: Version,
    files: Vec<File>,
    address: String,
}

/// The statement that was signed, and a commit that holds it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) statement: Digest,
    pub(super) commit: String,
}

impl Target {
    /// What this plan is about.
    pub(super) fn of(stand: &Stand<'_>, rule: &SiteRule) -> Self {
        let policy: &Policy = stand.evidence.policy();
        Self {
            version: stand.plan.approval().version().clone(),
            files: stand.plan.files().to_vec(),
            address: shown_address(rule, policy).to_owned(),
        }
    }

    /// What is seen of it now. What cannot be read is said to be so: nothing here is taken from what should have happened.
    pub(super) fn look(
        &self,
        site: &dyn Site,
        rule: &SiteRule,
        recorded: Recorded,
        written: Option<&Written>,
    ) -> Happened {
        let look = Look { site, listing: OnceCell::new() };
        let index = look.index();
        Happened {
            version: self.version.clone(),
            site: rule.name.to_string(),
            listed: self.listed(&index, written),
            page: self.page(&look, &index, rule),
            recorded,
            files: look
                .count(self.files.iter().map(|file| (file.path(), Content { size: file.size, sha256: file.sha256 }))),
            checksums: look.count(self.checksums().into_iter()),
        }
    }

    /// What each checksum file should hold.
    fn checksums(&self) -> BTreeMap<String, Content> {
        let folder = |file: &File| format!("{}/{}", file.component, file.version);
        let folders: BTreeSet<String> = self.files.iter().map(folder).collect();
        let one = |of: String| {
            let bytes = checksums(self.files.iter().filter(|file| folder(file) == of));
            (format!("{of}/{CHECKSUMS}"), Content::of(&bytes))
        };
        folders.into_iter().map(one).collect()
    }

    fn listed(&self, index: &Index, written: Option<&Written>) -> Listed {
        let Ok(catalog) = index else { return Listed::Unknown };
        match catalog.as_ref().and_then(|catalog| catalog.releases().get(&self.version)) {
            None => Listed::No,
            Some(found) if written.is_some_and(|own| own.statement == found.statement) => Listed::Yes,
            Some(_) => Listed::Otherwise,
        }
    }

    /// Whether the page shows what is listed, whatever that is.
    fn page(&self, look: &Look<'_>, index: &Index, rule: &SiteRule) -> Page {
        let Some(path) = rule.page.clone() else { return Page::None };
        let Ok(catalog) = index else { return Page::Unknown(path) };
        let shown = catalog.as_ref().map(|catalog| Content::of(index_page(catalog, &self.address).as_bytes()));
        match look.content(&path, shown.map_or(0, |it| it.size)) {
            Ok(there) if there == shown.map(Holds::Read) => Page::Current(path),
            Ok(_) => Page::Old(path),
            Err(Unseen) => Page::Unknown(path),
        }
    }
}

/// Whether the commit is on the branch of record, as that is found now.
pub(super) fn recorded(branch: &Branch<'_>, written: Option<&Written>) -> Recorded {
    let Some(written) = written else { return Recorded::No };
    match (branch.has(&written.commit), branch.remote()) {
        (Err(_), _) => Recorded::Unknown,
        (Ok(false), _) => Recorded::No,
        (Ok(true), None) => Recorded::Here(branch.name().to_owned()),
        (Ok(true), Some(remote)) => Recorded::Shared { branch: branch.name().to_owned(), remote: remote.to_owned() },
    }
}

/// It cannot be told what is there.
struct Unseen;

/// The index of a site, if it can be read; nothing where there is none.
type Index = Result<Option<Catalog>, Unseen>;

/// A look at a site, on which some things may be unreadable.
struct Look<'s> {
    site: &'s dyn Site,
    /// What lies there, if the site can be listed.
    listing: OnceCell<Option<BTreeMap<String, StoredKind>>>,
}

impl Look<'_> {
    /// The index.
    fn index(&self) -> Index {
        match self.site.index() {
            Ok(Some(bytes)) => Catalog::parse(&bytes).map(Some).map_err(|_| Unseen),
            Ok(None) if self.is_there() => Ok(None),
            Err(_) if self.is_no_file(INDEX) => Ok(None),
            Ok(None) | Err(_) => Err(Unseen),
        }
    }

    /// What a file holds; nothing where there is no such file.
    fn content(&self, path: &str, most: u64) -> Result<Option<Holds>, Unseen> {
        match self.site.digest_of(path, most) {
            Ok(Some(content)) => Ok(Some(content)),
            Ok(None) if self.is_there() => Ok(None),
            Err(_) if self.is_no_file(path) => Ok(None),
            Ok(None) | Err(_) => Err(Unseen),
        }
    }

    /// Whether the site is there at all: where its folder is gone, it may be somewhere else, and full.
    fn is_there(&self) -> bool {
        self.site.is_there().is_ok_and(|is_there| is_there)
    }

    /// Whether something that is no file is at `path`, such as a folder. A link may show customers a file.
    fn is_no_file(&self, path: &str) -> bool {
        let listed = || self.site.list().ok().map(|all| all.into_iter().map(|it| (it.path, it.kind)).collect());
        let Some(all) = self.listing.get_or_init(listed).as_ref().filter(|_| self.is_there()) else { return false };
        let above = path.match_indices('/').filter_map(|(at, _)| all.get(path.get(..at)?));
        !all.contains_key(path) && above.into_iter().all(|kind| *kind == StoredKind::File)
    }

    fn count(&self, wanted: impl Iterator<Item = (String, Content)>) -> Count {
        let (mut there, mut of) = (0, 0);
        for (path, content) in wanted {
            match self.content(&path, content.size) {
                Ok(found) => there += usize::from(found == Some(Holds::Read(content))),
                Err(Unseen) => return Count::Unknown,
            }
            of += 1;
        }
        Count::Known { there, of }
    }
}

#[cfg(test)]
mod tests;
