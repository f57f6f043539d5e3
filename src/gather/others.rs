//! The other releases, as one of them has to know them: what they list, and how they are out.
//!
//! Each answer needs something of every release folder. What is found out about a folder is remembered, unless it is doubtful.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdpoint_core::compatibility::Shipped;
use holdpoint_core::decide::{Publicity, Published};
use holdpoint_core::evidence::Facts;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::Version;
use holdpoint_core::policy::Chain;
use holdpoint_core::record::LARGEST_FILE;
use holdpoint_core::release::{Component, Release};
use holdpoint_core::statement::Artifact;

use super::outcomes::{Outcome, Outcomes, Remembered};
use super::{Record, is_folder};
use crate::failure::Failure;
use crate::repo::{Blob, Item};

/// What others have to know of one release.
#[derive(Debug, Clone)]
pub(super) enum Neighbour {
    /// Its folder holds the records that went out, or those of a draft.
    Known(Outcome),
    /// It is out, or may be, and its folder does not say with what.
    Looked(Shipped),
}

impl Neighbour {
    pub(super) fn version(&self) -> &Version {
        match self {
            Self::Known(outcome) => &outcome.version,
            Self::Looked(shipped) => &shipped.release,
        }
    }

    pub(super) fn components(&self) -> &[Component] {
        match self {
            Self::Known(outcome) => &outcome.components,
            Self::Looked(shipped) => &shipped.components,
        }
    }

    /// The files with which it went out, if that is proven and there is no doubt.
    pub(super) fn published_files(&self) -> Option<&[Artifact]> {
        match self {
            Self::Known(outcome) => outcome.published_files(),
            Self::Looked(shipped) => {
                let is_proven = shipped.outings.iter().any(|outing| outing.is_proven);
                (is_proven && shipped.doubts.is_empty()).then_some(shipped.files.as_slice())
            }
        }
    }

    /// Whether it is in doubt, and something says that it is out.
    fn is_alleged(&self) -> bool {
        matches!(self, Self::Looked(shipped) if !shipped.outings.is_empty())
    }

    fn doubts(&self) -> &[Finding] {
        match self {
            Self::Known(_) => &[],
            Self::Looked(shipped) => &shipped.doubts,
        }
    }
}

/// The other releases that list a component of one, and why some of them cannot be told.
type Others = (BTreeMap<Version, Vec<Component>>, Vec<Finding>);

impl Record<'_> {
    /// The other releases that list a component of this one: those that are out as they were published, drafts as they stand. A
    /// record that cannot be read names none here; its own check says so.
    pub(super) fn others(&self, chain: &Arc<Chain>, version: &Version, own: &[Component]) -> Result<Others, Failure> {
        if let Some(others) = self.remembered(chain)?.and_then(|known| known.others(version, own)) {
            return Ok((others, Vec::new()));
        }
        let others = self.neighbours(chain)?.iter().filter(|it| it.version() != version);
        let (mut taken, mut doubts) = (BTreeMap::new(), Vec::new());
        for it in others {
            let shared: Vec<Component> = it.components().iter().filter(|it| own.contains(it)).cloned().collect();
            if !shared.is_empty() {
                taken.insert(it.version().clone(), shared);
            }
            // A file that never was an entry in any commit cannot be a publication that is lost: the proof of the past knows those.
            // Where something says that the release is out, the doubt takes its components away, and so it stays.
            let is_alleged = it.is_alleged();
            doubts.extend(it.doubts().iter().filter(|doubt| is_alleged || doubt.code != Code::BadEntry).cloned());
        }
        // What stopped the reading is told once, and not of each release behind it.
        let mut told = BTreeSet::new();
        doubts.retain(|it| it.code != Code::HistoryTooLarge || told.insert(it.message.clone()));
        Ok((taken, doubts))
    }

    /// What this clone remembers of all releases, if that is certain and they were not looked at in this run before.
    pub(super) fn remembered(&self, chain: &Arc<Chain>) -> Result<Option<&Remembered>, Failure> {
        if let Some(known) = self.remembered.get() {
            return Ok(known.as_ref());
        }
        if self.neighbours.get().is_some() || !self.past(chain)?.is_proved() {
            return Ok(None);
        }
        let releases = self.releases_tree()?;
        let git = self.repo.private_folder();
        let known = releases.and_then(|tree| Remembered::load(git, &chain.current().digest(), &tree));
        Ok(self.remembered.get_or_init(|| known).as_ref())
    }

    /// The id of the tree `releases`.
    fn releases_tree(&self) -> Result<Option<String>, Failure> {
        let top = self.snapshot.list("")?.unwrap_or_default();
        Ok(top.iter().find(|it| it.name == "releases").map(|it| it.id.to_string()))
    }

    /// The components of each release: as they were published, or as they are drafted. A release that is in doubt has none.
    pub(crate) fn components(&self) -> Result<&BTreeMap<Version, Vec<Component>>, Failure> {
        if let Some(known) = self.components.get() {
            return Ok(known);
        }
        let all = match self.chain()? {
            Ok(chain) => {
                let all = self.neighbours(&chain)?.iter();
                all.map(|it| (it.version().clone(), it.components().to_vec())).collect()
            }
            // Nothing is out under a policy that cannot be read.
            Err(_) => {
                let items = self.folders()?.into_iter();
                let drafts =
                    items.map(|(version, _)| Ok((version.clone(), self.drafted(&version)?.unwrap_or_default())));
                drafts.collect::<Result<_, Failure>>()?
            }
        };
        Ok(self.components.get_or_init(|| all))
    }

    /// The releases of which it cannot be told whether they are out, or with what.
    pub(crate) fn doubted(&self) -> Result<Vec<Version>, Failure> {
        let Ok(chain) = self.chain()? else { return Ok(Vec::new()) };
        let all = self.neighbours(&chain)?.iter().filter(|it| !it.doubts().is_empty());
        Ok(all.map(|it| it.version().clone()).collect())
    }

    /// Every release that anything says is out, or that may be.
    pub(crate) fn shipped(&self, chain: &Arc<Chain>) -> Result<&Arc<Vec<Shipped>>, Failure> {
        if let Some(known) = self.shipped.get() {
            return Ok(known);
        }
        let all = match &self.on_disk {
            None => self.shipped_in_commit(chain)?,
            Some(_) => {
                let known = self.versions()?.into_iter().map(|it| self.looked_at_if_shipped(chain, &it));
                known.filter_map(Result::transpose).collect::<Result<_, Failure>>()?
            }
        };
        Ok(self.shipped.get_or_init(|| Arc::new(all)))
    }

    fn shipped_in_commit(&self, chain: &Arc<Chain>) -> Result<Vec<Shipped>, Failure> {
        let mut all = Vec::new();
        for it in self.neighbours(chain)? {
            match it {
                Neighbour::Looked(shipped) => all.push(shipped.clone()),
                Neighbour::Known(outcome) if outcome.is_out() => {
                    let path = format!("releases/{}/compatibility.toml", outcome.version);
                    // It is the one that went out, or the folder would have been looked at.
                    let known = match self.snapshot.file(&path, LARGEST_FILE)? {
                        Blob::Bytes(bytes) => outcome.shipped(&path, &bytes),
                        _ => None,
                    };
                    match known {
                        Some(shipped) => all.push(shipped),
                        None => all.extend(self.looked_at_if_shipped(chain, &outcome.version)?),
                    }
                }
                Neighbour::Known(_) => {}
            }
        }
        Ok(all)
    }

    /// Every release of the commit, as others have to know it.
    pub(super) fn neighbours(&self, chain: &Arc<Chain>) -> Result<&[Neighbour], Failure> {
        if let Some(known) = self.neighbours.get() {
            return Ok(known);
        }
        let git = self.repo.private_folder();
        let past = self.past(chain)?;
        // Where a publication is gone, its folder is not all that there is to know.
        let robbed: BTreeSet<Version> = past.findings().iter().filter_map(|it| release_of(&it.about)).collect();
        let mut outcomes = Outcomes::load(git, &chain.current().digest());
        let (mut all, mut is_whole) = (Vec::new(), true);
        for (version, item) in self.folders()? {
            let tree = item.id.to_string();
            let known = if robbed.contains(&version) { None } else { outcomes.get(&tree, &version) };
            // What a branch says against it, no folder here says.
            let is_spoken_of = |it: &Outcome| Ok::<_, Failure>(it.is_out() && self.is_spoken_of_aside(&version)?);
            let neighbour = match known {
                Some(outcome) if is_spoken_of(&outcome)? => {
                    self.looked_at_if_shipped(chain, &version)?.map_or(Neighbour::Known(outcome), Neighbour::Looked)
                }
                Some(outcome) => Neighbour::Known(outcome),
                None => {
                    let (neighbour, is_sure) = self.neighbour(chain, &version)?;
                    match &neighbour {
                        Neighbour::Known(outcome) if is_sure => outcomes.take(&tree, outcome),
                        _ => is_whole = false,
                    }
                    neighbour
                }
            };
            all.push(neighbour);
        }
        let gone = robbed.into_iter().filter(|it| !all.iter().any(|known| known.version() == it));
        let gone: Vec<Version> = gone.collect();
        for version in gone {
            all.extend(self.looked_at_if_shipped(chain, &version)?.map(Neighbour::Looked));
        }
        // A push on its way in may yet be refused.
        if !self.repo.is_receiving() {
            let releases = self.releases_tree()?.filter(|_| is_whole);
            outcomes.store(git, releases.as_deref());
        }
        Ok(self.neighbours.get_or_init(|| all))
    }

    /// One release, and whether all of that follows from its folder and the policy alone.
    fn neighbour(&self, chain: &Arc<Chain>, version: &Version) -> Result<(Neighbour, bool), Failure> {
        let publicity = self.looked_at(chain, version)?;
        let is_past = |it: &Published| self.clock.is_some_and(|now| it.is_past(now));
        let is_lasting = |it: &Published| it.is_unchanged() && is_past(it);
        let is_lasting = publicity.as_ref().and_then(Publicity::published).is_some_and(is_lasting);
        // What cannot be read in history now may be there later.
        let is_doubted = publicity.as_ref().is_some_and(|it| !it.doubts().is_empty());
        let Some(shipped) = publicity.and_then(|it| it.shipped()) else {
            let drafted = self.drafted(version)?;
            let is_sure = drafted.is_some() && !is_doubted;
            return Ok((Neighbour::Known(Outcome::of_draft(version, &drafted.unwrap_or_default())), is_sure));
        };
        let is_whole = is_lasting && !self.is_spoken_of_aside(version)?;
        Ok(match Outcome::of_shipped(version, &shipped).filter(|_| is_whole) {
            Some(outcome) => (Neighbour::Known(outcome), true),
            None => (Neighbour::Looked(shipped), false),
        })
    }

    /// What a release is; nothing where no statement of any kind lies in its ledger, so that it is a draft.
    fn looked_at(&self, chain: &Arc<Chain>, version: &Version) -> Result<Option<Publicity>, Failure> {
        let is_robbed = || {
            self.past(chain).map(|it| it.findings().iter().any(|it| release_of(&it.about).as_ref() == Some(version)))
        };
        // Without a statement nothing says so: most folders of a draft end here.
        if self.ledger_names(version)?.is_empty() && !is_robbed()? {
            return Ok(None);
        }
        let pending = Some(Arc::new(self.aside_of(version)?));
        let facts = Facts { pending, ..self.facts_alone(chain, version)? };
        Ok(Some(self.publicity(&self.read(facts)?)?))
    }

    /// What others have to know of a release, if it is not just a draft.
    fn looked_at_if_shipped(&self, chain: &Arc<Chain>, version: &Version) -> Result<Option<Shipped>, Failure> {
        Ok(self.looked_at(chain, version)?.and_then(|publicity| publicity.shipped()))
    }

    /// The components that a draft lists; nothing of one that cannot be read.
    fn drafted(&self, version: &Version) -> Result<Option<Vec<Component>>, Failure> {
        let path = format!("releases/{version}/release.toml");
        match self.snapshot.file(&path, LARGEST_FILE)? {
            Blob::Bytes(bytes) => Ok(components(&bytes, version)),
            // It may list any component, so nothing is decided without it.
            Blob::Gone => Err(Failure::new(format!("`{path}` is not in this clone"))
                .because("whether it lists the same components cannot be told")
                .hint("fetch what a partial clone left out: git fetch --refetch --no-filter")),
            _ => Ok(None),
        }
    }

    /// Every folder that is named like a version.
    fn folders(&self) -> Result<Vec<(Version, Item)>, Failure> {
        let items = self.snapshot.list("releases")?.unwrap_or_default().into_iter();
        let folders = items.filter(|it| is_folder(it.kind));
        Ok(folders.filter_map(|it| Some((it.name.parse::<Version>().ok()?, it))).collect())
    }
}

/// The components that a `release.toml` names, if it can be read.
fn components(bytes: &[u8], version: &Version) -> Option<Vec<Component>> {
    Release::read("release.toml", bytes, version, None).ok().map(|it| it.components)
}

/// The release in whose ledger something stands, or stood.
fn release_of(path: &str) -> Option<Version> {
    let (version, rest) = path.strip_prefix("releases/")?.split_once('/')?;
    rest.starts_with("ledger/").then(|| version.parse().ok()).flatten()
}
