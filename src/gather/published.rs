//! What went out: the pinned bytes of a publication, fetched from the folder or from history.

use holdpoint_core::decide::{Earlier, Publicity, Published, Texts, Wanted};
use holdpoint_core::evidence::{Evidence, Facts};
use holdpoint_core::name::Version;

use super::Record;
use crate::failure::Failure;

impl Record<'_> {
    /// What a release is: a draft, out, or in doubt, with what is known of it then. Nothing else says so.
    pub(crate) fn publicity(&self, evidence: &Evidence) -> Result<Publicity, Failure> {
        let earlier = self.earlier(&evidence.facts().version, &Publicity::wanted(evidence))?;
        Ok(Publicity::of(evidence, &earlier))
    }

    /// The evidence of these facts, with what statements pin and history alone holds.
    pub(super) fn read(&self, facts: Facts) -> Result<Evidence, Failure> {
        let mut evidence = Evidence::read(facts);
        let pins = self.earlier(&evidence.facts().version, &evidence.pins_wanted())?;
        evidence.know_pins(pins);
        Ok(evidence)
    }

    /// The texts that may be shown of a release that is out.
    pub(crate) fn texts(&self, evidence: &Evidence, published: &Published) -> Result<Texts, Failure> {
        let earlier = self.earlier(&evidence.facts().version, &published.texts_wanted(evidence))?;
        Ok(published.texts(evidence, &earlier))
    }

    /// What history holds of these files of a release that is out, where its folder does not hold what was signed.
    pub(crate) fn documents(
        &self,
        evidence: &Evidence,
        published: &Published,
        files: &[&str],
    ) -> Result<Earlier, Failure> {
        let wanted = published.documents_wanted(evidence, files.iter().copied());
        self.earlier(&evidence.facts().version, &wanted)
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

/// Refuses to answer about a release of which it cannot be told whether it is out, or with what.
pub(crate) fn undoubted(version: &Version, publicity: Publicity) -> Result<Publicity, Failure> {
    if publicity.doubts().is_empty() {
        return Ok(publicity);
    }
    let next = publicity.doubts().iter().map(|it| it.next.clone()).find(|it| !it.is_empty());
    Err(Failure::new(format!("what was published of {version} cannot be determined"))
        .findings(publicity.doubts().to_vec())
        .hint(next.unwrap_or_else(|| format!("holdpoint check {version}"))))
}
