//! What the sites show, as far as they can be looked at from here. A site that cannot be seen is unknown, never empty.

use std::collections::BTreeMap;
use std::rc::Rc;

use holdpoint_core::catalog::Listing;
use holdpoint_core::decide::{Outlet, Publication};
use holdpoint_core::name::{SiteName, Version};

use crate::failure::Failure;
use crate::gather::{SiteLook, Record};
use crate::shell::Shell;
use crate::sight;

/// Whether a site shows a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Shown {
    /// Its index lists it.
    Listed,
    /// Its index does not list it, or there is no index yet.
    NotYet,
    /// Its index does not list it, and need not: it went there outside the gate.
    Beside,
    /// The policy has no such site any more, so nobody looks there.
    Dropped,
    /// Nobody can tell from here, and why.
    Unknown(String),
}

/// What the sites show, by their names.
pub(in crate::command) type Looks = BTreeMap<SiteName, Rc<SiteLook>>;

/// Looks at every site of the policy. At another commit than that of now, what a site shows today says nothing.
pub(in crate::command) fn look(shell: &Shell, record: &Record<'_>) -> Result<Looks, Failure> {
    let chain = record.chain_or_fail()?;
    if record.is_of_another_day() {
        let unseen = || Rc::new(SiteLook::Unseen("another commit than that of now was asked for".to_owned()));
        return Ok(chain.current().sites().iter().map(|it| (it.name.clone(), unseen())).collect());
    }
    sight::look(shell, record, &chain)
}

/// Whether the site of `publication` shows it.
pub(in crate::command) fn shown(looks: &Looks, version: &Version, publication: &Publication) -> Shown {
    let unlisted = match publication.outlet {
        Outlet::Published => Shown::NotYet,
        Outlet::Adopted => Shown::Beside,
    };
    match looks.get(&publication.site).map(AsRef::as_ref) {
        None => Shown::Dropped,
        Some(SiteLook::Unseen(why)) => Shown::Unknown(why.clone()),
        Some(SiteLook::Begun) => unlisted,
        Some(SiteLook::Index(catalog)) => match catalog.releases().get(version) {
            None => unlisted,
            Some(listing) if listing.statement == publication.id => Shown::Listed,
            Some(_) => Shown::Unknown("its index lists the version under another statement".to_owned()),
        },
    }
}

/// The sites whose index lists what is asked about.
pub(super) fn listing(looks: &Looks, is_asked: impl Fn(&Listing) -> bool) -> Vec<SiteName> {
    let lists = |look: &SiteLook| match look {
        SiteLook::Index(catalog) => catalog.releases().values().any(&is_asked),
        SiteLook::Begun | SiteLook::Unseen(_) => false,
    };
    looks.iter().filter(|(_, look)| lists(look.as_ref())).map(|(name, _)| name.clone()).collect()
}
