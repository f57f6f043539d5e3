//! A site without an index: whether nothing was listed there yet, or what was listed cannot be seen any more.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::catalog::Listing;
use holdpoint_core::decide::{Outlet, Publicity};
use holdpoint_core::digest::Digest;
use holdpoint_core::name::{SiteName, Version, listed};
use holdpoint_core::plan::listing;
use holdpoint_core::policy::SiteRule;

use crate::failure::Failure;
use crate::gather::Record;
use crate::site::{INDEX, Site, StoredKind, is_ours};

/// What the statements on record say of a site. A version of which that cannot be told is doubted, and never left out.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// What went out through the gate, by its version: the statement that was signed last.
    published: BTreeMap<Version, Listing>,
    /// What was adopted there.
    adopted: Vec<Listing>,
    /// What may be out there, and nobody can say with what.
    doubted: BTreeSet<Version>,
}

/// Why a site without an index is not seen.
#[derive(Debug)]
pub(crate) struct Lost {
    /// The reason, as the end of a sentence.
    pub(crate) why: String,
    /// The one publication that was begun there, and has to be finished first.
    begun: Option<Version>,
}

/// What to do about an index that is gone, or not ours any more.
pub(crate) const PUT_BACK: &str = "put `releases.json` back from a backup";

/// What to do about an index that cannot be read.
pub(crate) fn unreadable_index(rule: &SiteRule) -> String {
    let again = format!("holdpoint publish VERSION --site {} --from DIR --new-site", rule.name);
    format!("{PUT_BACK}; if there is none, take it off the site, then put every version there again: {again}")
}

impl Recorded {
    /// What is recorded for the site `name`.
    pub(crate) fn read(record: &Record<'_>, name: &SiteName) -> Result<Self, Failure> {
        let mut recorded = Self::default();
        for version in record.versions()? {
            // Most folders of a draft end here.
            if record.ledger_names(&version)?.is_empty() {
                continue;
            }
            match record.evidence_alone(&version)? {
                Ok(evidence) => {
                    let publicity = record.publicity(&evidence)?;
                    recorded.take(&version, name, &publicity, |id: &Digest| {
                        listing(&evidence.ledger().get(id)?.statement, publicity.published()?.release())
                    });
                }
                Err(_) => drop(recorded.doubted.insert(version)),
            }
        }
        Ok(recorded)
    }

    fn take(
        &mut self,
        version: &Version,
        name: &SiteName,
        publicity: &Publicity,
        as_listed: impl Fn(&Digest) -> Option<Listing>,
    ) {
        let published = match publicity {
            Publicity::Draft(_) => return,
            Publicity::Doubted(_) => {
                self.doubted.insert(version.clone());
                return;
            }
            Publicity::Published(published) => published,
        };
        for publication in published.publications().iter().filter(|it| it.site == *name) {
            match (as_listed(&publication.id), publication.outlet) {
                (None, _) => drop(self.doubted.insert(version.clone())),
                (Some(listing), Outlet::Published) => drop(self.published.insert(version.clone(), listing)),
                (Some(listing), Outlet::Adopted) => self.adopted.push(listing),
            }
        }
        // Who may not have been allowed to publish may have done so all the same.
        if published.alleged_on(name) && !self.published.contains_key(version) {
            self.doubted.insert(version.clone());
        }
    }

    /// Whether nothing is recorded for the site.
    fn is_empty(&self) -> bool {
        self.published.is_empty() && self.adopted.is_empty() && self.doubted.is_empty()
    }

    /// Every version that customers may have got from its index.
    fn versions(&self) -> BTreeSet<&Version> {
        self.published.keys().chain(&self.doubted).collect()
    }
}

impl Lost {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), begun: None }
    }

    /// Where the site should be there is nothing.
    pub(crate) fn nothing_there() -> Self {
        Self::new("there is nothing at its address on this machine")
    }

    /// The same in a few words.
    pub(crate) fn in_short(&self, rule: &SiteRule) -> String {
        match &self.begun {
            Some(version) => format!("the publication of {version} was begun on `{}`, and not finished", rule.name),
            None => format!("`{}` is not the site that it was", rule.name),
        }
    }

    /// What to do about it. `again` puts a version on a site that is lost; `signing` are the options about who signs.
    pub(crate) fn next(&self, rule: &SiteRule, again: &str, signing: &str) -> String {
        let first = match &self.begun {
            Some(version) => {
                format!("finish it first: holdpoint publish {version} --site {} --from DIR{signing}", rule.name)
            }
            None => format!("mount the site at {}, or {PUT_BACK}", rule.url),
        };
        format!("{first}; if what was there is lost, put every version there again: {again}")
    }
}

/// Why a site without an index does not count as seen, if so. It does where nothing is recorded for it, or one publication through
/// the gate, which was broken off: a publication is recorded after its files were put and before it is listed. Where more is
/// recorded, or a page is there, which is written after the index, there was one; and an empty folder says nothing about what
/// customers see. `own` is what is to be published there.
pub(crate) fn lost(
    record: &Record<'_>,
    site: &dyn Site,
    rule: &SiteRule,
    own: Option<&Version>,
) -> Result<Option<Lost>, Failure> {
    let recorded = Recorded::read(record, &rule.name)?;
    let stored = match site.list() {
        Ok(stored) => stored,
        Err(_) if recorded.is_empty() && own.is_some() => return Ok(None),
        Err(failure) => return Ok(Some(Lost::new(failure.message()))),
    };
    if stored.is_empty() {
        let is_new = recorded.is_empty() && own.is_some();
        return Ok((!is_new).then(Lost::nothing_there));
    }
    if let Some(version) = recorded.doubted.first() {
        let why = format!("it has no `{INDEX}`, and what was published there of {version} cannot be determined");
        return Ok(Some(Lost::new(why)));
    }
    let there: BTreeSet<(&str, u64)> =
        stored.iter().filter(|it| it.kind == StoredKind::File).map(|it| (it.path.as_str(), it.size)).collect();
    let holds = |it: &&Listing| it.artifacts.iter().all(|file| there.contains(&(file.path().as_str(), file.size)));
    let mut listings = recorded.published.values().chain(&recorded.adopted);
    if let Some(missing) = listings.find(|it| !holds(it)) {
        let why = format!("it has no `{INDEX}`, and not the files of {}, which is recorded for it", missing.version);
        return Ok(Some(Lost::new(why)));
    }
    let versions = recorded.versions();
    if versions.len() > 1 {
        let all = listed(versions, "and");
        return Ok(Some(Lost::new(format!("it has no `{INDEX}`, and {all} are recorded for it"))));
    }
    // Where something else lies there, it says nothing about an index.
    let is_file = |page: &&String| stored.iter().any(|it| it.path == **page && it.kind == StoredKind::File);
    match rule.page.as_ref().filter(is_file).map(|page| site.beginning(page)).transpose() {
        Ok(Some(Some(page))) if is_ours(&page) => {
            let why = format!("it has no `{INDEX}`, and the page for people, which is written after that, is there");
            return Ok(Some(Lost::new(why)));
        }
        Ok(_) => {}
        Err(failure) => return Ok(Some(Lost::new(failure.message()))),
    }
    let other = versions.into_iter().next().filter(|it| own.is_some_and(|own| own != *it));
    Ok(other.map(|it| Lost {
        why: format!("it has no `{INDEX}`, and the publication of {it} was begun there"),
        begun: Some(it.clone()),
    }))
}
