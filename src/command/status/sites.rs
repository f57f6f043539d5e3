//! What the sites show, as far as they can be looked at from here. A site that cannot be seen is unknown, never empty.

use std::collections::BTreeMap;

use holdpoint_core::catalog::Catalog;
use holdpoint_core::decide::{Outlet, Publication};
use holdpoint_core::name::{SiteName, Version};
use holdpoint_core::policy::{Policy, SiteRule};

use crate::site::Location;

/// What one site shows.
pub(in crate::command) enum Look {
    /// Its index.
    Index(Catalog),
    /// It holds files and has no index: a publish was begun there, and never finished.
    Begun,
    /// It could not be seen, and why.
    Unseen(String),
}

/// Whether a site shows a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Shown {
    /// Its index lists it.
    Listed,
    /// Its index does not list it, or there is no index yet.
    NotYet,
    /// Its index does not list it, and need not: it went there outside the gate.
    Beside,
    /// Nobody can tell from here, and why.
    Unknown(String),
}

/// Looks at every site of the policy.
pub(in crate::command) fn look(policy: &Policy) -> BTreeMap<SiteName, Look> {
    policy.sites().iter().map(|it| (it.name.clone(), look_at(it, policy))).collect()
}

fn look_at(rule: &SiteRule, policy: &Policy) -> Look {
    let site = match Location::site(rule) {
        Ok(site) => site,
        Err(failure) => return Look::Unseen(failure.message().to_owned()),
    };
    match site.index() {
        Ok(Some(bytes)) => match Catalog::parse(&bytes) {
            Ok(catalog) if catalog.project == *policy.project() => Look::Index(catalog),
            Ok(catalog) => Look::Unseen(format!("what is there is the site of {}", catalog.project)),
            Err(why) => Look::Unseen(format!("its `releases.json` {why}")),
        },
        // An empty folder on this machine says nothing about the site that customers see.
        Ok(None) => match site.list() {
            Ok(files) if !files.is_empty() => Look::Begun,
            Ok(_) => Look::Unseen("there is nothing at its address on this machine".to_owned()),
            Err(failure) => Look::Unseen(failure.message().to_owned()),
        },
        Err(failure) => Look::Unseen(failure.message().to_owned()),
    }
}

/// Whether the site of `publication` shows it.
pub(in crate::command) fn shown(looks: &BTreeMap<SiteName, Look>, version: &Version, publication: &Publication) -> Shown {
    let unlisted = match publication.outlet {
        Outlet::Published => Shown::NotYet,
        Outlet::Adopted => Shown::Beside,
    };
    match looks.get(&publication.site) {
        None => Shown::Unknown(format!("the policy has no site `{}` any more", publication.site)),
        Some(Look::Unseen(why)) => Shown::Unknown(why.clone()),
        Some(Look::Begun) => unlisted,
        Some(Look::Index(catalog)) => match catalog.releases().get(version) {
            None => unlisted,
            Some(listing) if listing.statement == publication.id => Shown::Listed,
            Some(_) => Shown::Unknown("its index lists the version under another statement".to_owned()),
        },
    }
}

/// The sites whose index lists a version that means `asked`.
pub(super) fn listing(looks: &BTreeMap<SiteName, Look>, means: impl Fn(&Version) -> bool) -> Vec<SiteName> {
    let lists = |look: &Look| match look {
        Look::Index(catalog) => catalog.releases().keys().any(&means),
        Look::Begun | Look::Unseen(_) => false,
    };
    looks.iter().filter(|(_, look)| lists(look)).map(|(name, _)| name.clone()).collect()
}
