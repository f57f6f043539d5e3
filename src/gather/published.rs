//! What went out: the pinned bytes of a publication, fetched from the folder or from history.

use holdpoint_core::decide::{Earlier, Publicity, Published, Texts, Wanted};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::name::Version;

use super::Record;
use crate::failure::Failure;

impl Record<'_> {
    /// Whether a release is out, and what is known of it then. Nothing else says so.
    pub(crate) fn publicity(&self, evidence: &Evidence) -> Result<Publicity, Failure> {
        let earlier = self.earlier(&evidence.facts().version, &Publicity::wanted(evidence))?;
        Ok(Publicity::of(evidence, &earlier))
    }

    /// The same evidence with the records of the release as it was published, if it is out; for answers, never for a decision.
    pub(crate) fn as_published(&self, evidence: Evidence) -> Result<Evidence, Failure> {
        let version = &evidence.facts().version;
        match self.publicity(&evidence)? {
            Publicity::NotOut => Ok(evidence),
            Publicity::Out(published) => Ok(published.in_place_of_draft(&evidence)),
            publicity @ Publicity::Doubted(_) => {
                let next = publicity.doubts().iter().map(|it| it.next.clone()).find(|it| !it.is_empty());
                Err(Failure::new(format!("it cannot be told with what {version} went out"))
                    .findings(publicity.doubts().to_vec())
                    .hint(next.unwrap_or_else(|| format!("holdpoint check {version}"))))
            }
        }
    }

    /// The texts that may be shown of a release that is out.
    pub(crate) fn texts(&self, evidence: &Evidence, published: &Published) -> Result<Texts, Failure> {
        let earlier = self.earlier(&evidence.facts().version, &published.texts_wanted(evidence))?;
        Ok(published.texts(evidence, &earlier))
    }

    /// What history holds of these contents. What it does not hold is missing from the answer.
    fn earlier(&self, version: &Version, wanted: &Wanted) -> Result<Earlier, Failure> {
        let mut earlier = Earlier::new();
        for (path, digests) in wanted {
            let place = format!("releases/{version}/{path}");
            earlier.extend(self.repo.earlier_bytes(&self.snapshot, &place, digests)?);
        }
        Ok(earlier)
    }
}
