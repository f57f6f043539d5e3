//! What other releases have published of the files of one: looked up, not compared pair by pair.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::name::{ComponentName, Version};
use holdpoint_core::policy::Chain;
use holdpoint_core::release::{Fingerprints, Matches};

use super::Record;
use super::others::Neighbour;
use crate::failure::Failure;

/// Where the published files and versions stand among all releases.
pub(super) struct Index {
    by_digest: HashMap<Digest, Vec<usize>>,
    by_number: HashMap<(ComponentName, Version), Vec<usize>>,
}

impl Index {
    /// Of what is published without any doubt; nothing is claimed about the others.
    fn of(releases: &[Neighbour]) -> Self {
        let mut index = Self { by_digest: HashMap::new(), by_number: HashMap::new() };
        for (at, release) in releases.iter().enumerate() {
            let Some(files) = release.published_files() else { continue };
            for file in files {
                index.by_digest.entry(file.sha256).or_default().push(at);
            }
            for component in release.components() {
                for number in [&component.version, release.version()] {
                    index.by_number.entry((component.name.clone(), number.clone())).or_default().push(at);
                }
            }
        }
        index
    }
}

impl Record<'_> {
    /// What other releases have published of the files of this one.
    pub(super) fn matches(&self, evidence: &Evidence) -> Result<Matches, Failure> {
        self.matches_of(&evidence.facts().chain, &evidence.facts().version, &evidence.fingerprints())
    }

    /// What releases other than `own` have published of what is sought.
    pub(crate) fn matches_of(
        &self,
        chain: &Arc<Chain>,
        own: &Version,
        sought: &Fingerprints,
    ) -> Result<Matches, Failure> {
        if sought.is_empty() {
            return Ok(Matches::default());
        }
        if let Some(matches) = self.remembered(chain)?.and_then(|known| known.matches(own, sought)) {
            return Ok(matches);
        }
        let releases = self.neighbours(chain)?;
        let index = self.published_files.get_or_init(|| Index::of(releases));
        let by_digest = sought.digests().iter().filter_map(|digest| index.by_digest.get(digest));
        let by_number = sought.numbers().iter().filter_map(|number| index.by_number.get(number));
        let found: BTreeSet<usize> = by_digest.chain(by_number).flatten().copied().collect();
        let mut matches = Matches::default();
        for release in found.into_iter().filter_map(|at| releases.get(at)).filter(|it| it.version() != own) {
            let files = release.published_files().unwrap_or_default();
            matches.take(sought, release.version(), release.components(), files);
        }
        Ok(matches)
    }
}
