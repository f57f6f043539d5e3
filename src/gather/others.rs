//! The other releases, as one of them has to know them: what they list, and how they are out.
//!
//! Each answer needs something of every release folder. What is found out about a folder is remembered under the id of its tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use holdpoint_core::compatibility::Shipped;
use holdpoint_core::content::Content;
use holdpoint_core::decide;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::name::Version;
use holdpoint_core::policy::Chain;
use holdpoint_core::record::LARGEST_FILE;
use holdpoint_core::release::{Component, Release};

use super::outcomes::Outcomes;
use super::remembered::{self, FolderRead, Remembered};
use super::{Record, is_folder};
use crate::failure::Failure;
use crate::repo::Blob;

impl Record<'_> {
    /// The other releases that list a component of this one. A record that cannot be read names none here; its own check
    /// says so.
    pub(super) fn others(
        &self,
        version: &Version,
        release_toml: Option<&Content>,
    ) -> Result<BTreeMap<Version, Vec<Component>>, Failure> {
        let own = release_toml.and_then(Content::bytes).and_then(|it| components(it, version)).unwrap_or_default();
        if self.components.get().is_none()
            && let Some(releases) = self.releases_tree()?
            && let Some(others) = remembered::at_once(self.repo.private_folder(), &releases, version, &own)
        {
            return Ok(others);
        }
        let shared = |(other, theirs): (&Version, &Vec<Component>)| {
            let shared: Vec<Component> = theirs.iter().filter(|it| own.contains(it)).cloned().collect();
            (other != version && !shared.is_empty()).then(|| (other.clone(), shared))
        };
        Ok(self.components()?.iter().filter_map(shared).collect())
    }

    /// The id of the tree `releases`.
    fn releases_tree(&self) -> Result<Option<String>, Failure> {
        let top = self.snapshot.list("")?.unwrap_or_default();
        Ok(top.iter().find(|it| it.name == "releases").map(|it| it.id.to_string()))
    }

    /// The components of each release.
    pub(crate) fn components(&self) -> Result<&BTreeMap<Version, Vec<Component>>, Failure> {
        if let Some(known) = self.components.get() {
            return Ok(known);
        }
        let git = self.repo.private_folder();
        let before = Remembered::load(git);
        let mut all = Vec::new();
        for item in self.snapshot.list("releases")?.unwrap_or_default() {
            let Ok(version) = item.name.parse::<Version>() else { continue };
            let tree = item.id.to_string();
            let components = match before.get(&tree) {
                Some(components) => components,
                None => match self.snapshot.file(&format!("releases/{version}/release.toml"), LARGEST_FILE)? {
                    Blob::Bytes(bytes) => components(&bytes, &version).unwrap_or_default(),
                    // It may list any component, so nothing is decided without it, and nothing is remembered of it.
                    Blob::Gone => {
                        let path = format!("releases/{version}/release.toml");
                        return Err(Failure::new(format!("`{path}` is not in this clone"))
                            .because("whether it lists the same components cannot be told")
                            .hint("fetch what a partial clone left out: git fetch --refetch --no-filter"));
                    }
                    _ => Vec::new(),
                },
            };
            all.push(FolderRead { tree, version, components });
        }
        // A push on its way in may yet be refused.
        if let Some(releases) = self.releases_tree()?.filter(|_| !self.repo.is_receiving()) {
            remembered::store(git, &releases, &all);
        }
        let all = all.into_iter().map(|it| (it.version, it.components)).collect();
        Ok(self.components.get_or_init(|| all))
    }

    /// Every release that anything says is out.
    pub(crate) fn shipped(&self, chain: &Arc<Chain>) -> Result<&Arc<Vec<Shipped>>, Failure> {
        if let Some(known) = self.shipped.get() {
            return Ok(known);
        }
        let all = match &self.on_disk {
            None => self.shipped_in_commit(chain)?,
            Some(_) => {
                let known = self.versions()?.into_iter().map(|it| self.shipped_one(chain, &it));
                known.filter_map(Result::transpose).collect::<Result<_, _>>()?
            }
        };
        Ok(self.shipped.get_or_init(|| Arc::new(all)))
    }

    /// The same of a commit, whose folders have ids by which a clone remembers what it found out.
    fn shipped_in_commit(&self, chain: &Arc<Chain>) -> Result<Vec<Shipped>, Failure> {
        let git = self.repo.private_folder();
        let mut outcomes = Outcomes::load(git, &chain.current().digest());
        let mut all = Vec::new();
        let items = self.snapshot.list("releases")?.unwrap_or_default();
        for item in items.iter().filter(|it| is_folder(it.kind)) {
            let Ok(version) = item.name.parse::<Version>() else { continue };
            let tree = item.id.to_string();
            let path = format!("releases/{version}/compatibility.toml");
            let known = match outcomes.get(&tree, &version) {
                Some(outcome) if outcome.is_out() => match self.snapshot.file(&path, LARGEST_FILE)? {
                    Blob::Bytes(bytes) => outcome.shipped(&path, &bytes).map(Some),
                    _ => None,
                },
                other => other.map(|_| None),
            };
            let shipped = match known {
                Some(shipped) => shipped,
                None => {
                    let shipped = self.shipped_one(chain, &version)?;
                    outcomes.take(&tree, &version, shipped.as_ref());
                    shipped
                }
            };
            all.extend(shipped);
        }
        // A push on its way in may yet be refused.
        if !self.repo.is_receiving() {
            outcomes.store(git);
        }
        Ok(all)
    }

    /// A release as others see it, if anything says that it is out.
    fn shipped_one(&self, chain: &Arc<Chain>, version: &Version) -> Result<Option<Shipped>, Failure> {
        // Without a statement nothing says so: most folders of a draft end here.
        if self.ledger_names(version)?.is_empty() {
            return Ok(None);
        }
        Ok(decide::shipped(&Evidence::read(self.facts_alone(chain, version)?)))
    }
}

/// The components that a `release.toml` names, if it can be read.
fn components(bytes: &[u8], version: &Version) -> Option<Vec<Component>> {
    Release::read("release.toml", bytes, version, None).ok().map(|it| it.components)
}
