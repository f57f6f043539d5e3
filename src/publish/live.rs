//! The index that is live on the site: whether it fits the record, and what comes next.

use std::collections::BTreeSet;

use holdpoint_core::catalog::{Catalog, Kind, LARGEST_CATALOG, Listing, PolicyMark};
use holdpoint_core::decide::publications;
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::Version;
use holdpoint_core::plan::listing;
use holdpoint_core::policy::{Chain, SiteRule};
use holdpoint_core::release::Release;
use holdpoint_core::statement::{Act, Statement};
use jiff::Timestamp;

use super::Stand;
use super::store::Burned;
use crate::desk::entry_path;
use crate::failure::Failure;
use crate::gather::Record;
use crate::site::{INDEX, Site};

/// The index as it was read.
pub(super) struct Live {
    /// The digest of its bytes, if there is one.
    pub(super) digest: Option<Digest>,
    catalog: Option<Catalog>,
}

impl Live {
    /// Reads the index of a site. One that cannot be read as such is a failure: nobody knows what is out.
    pub(super) fn read(site: &dyn Site, rule: &SiteRule) -> Result<Self, Failure> {
        let Some(bytes) = site.index()? else { return Ok(Self { digest: None, catalog: None }) };
        let catalog = Catalog::parse(&bytes).map_err(|why| {
            let message = format!("the `{INDEX}` of {} {why}", rule.name);
            let next = format!("take `{INDEX}` off the site, then publish every version again   (holdpoint audit)");
            Failure::new(format!("what is out on `{}` cannot be told", rule.name))
                .findings(vec![Finding::new(Code::SiteUnreachable, INDEX, message).next(next.clone())])
                .hint(next)
        })?;
        Ok(Self { digest: Some(Digest::of(&bytes)), catalog: Some(catalog) })
    }

    /// The statements that it lists.
    pub(super) fn listed(&self) -> BTreeSet<Digest> {
        self.catalog.iter().flat_map(|it| it.releases().values()).map(|it| it.statement).collect()
    }

    /// Refuses a site that is ahead of the record.
    pub(super) fn agrees(&self, record: &Record<'_>, chain: &Chain, rule: &SiteRule) -> Result<(), Failure> {
        let findings = self.faults(record, chain)?;
        if findings.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("the site `{}` is ahead of this record", rule.name))
            .because("nothing was changed")
            .hint("fetch the branch of record: git pull   (holdpoint audit says what else may be wrong)")
            .findings(findings))
    }

    /// What the index knows and the record does not.
    pub(super) fn faults(&self, record: &Record<'_>, chain: &Chain) -> Result<Vec<Finding>, Failure> {
        let Some(catalog) = &self.catalog else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        let policy = chain.current();
        if catalog.project != *policy.project() {
            let message = format!("`{INDEX}` is of the project {}, and this is {}", catalog.project, policy.project());
            findings.push(Finding::new(Code::PolicyRollback, INDEX, message).next("publish to a site of one's own"));
        } else if chain.of_digest(&catalog.policy.sha256).is_none() {
            let PolicyMark { number, sha256 } = catalog.policy;
            let message = format!("`{INDEX}` was written under policy {number}, sha256:{sha256}, which is not here");
            findings.push(Finding::new(Code::PolicyRollback, INDEX, message).next("git pull"));
        }
        for it in catalog.releases().values() {
            if statement_at(record, &it.version, &it.statement)?.is_none() {
                let message = format!("the site lists {}, by a statement that this record does not hold", it.version);
                let next = format!("git pull; if somebody wrote it into `{INDEX}` by hand, take it out again");
                findings.push(Finding::new(Code::RecordBehindSite, it.statement.to_string(), message).next(next));
            }
        }
        Ok(findings)
    }

    /// The index with `own` in it. What the record knows of the others is written anew, so that an index that was edited
    /// is put right.
    pub(super) fn next(&self, stand: &Stand<'_>, own: Listing) -> Result<Catalog, Failure> {
        let policy = stand.evidence.policy();
        let mark = PolicyMark { number: policy.number(), sha256: policy.digest() };
        let mut next = Catalog::new(policy.project().clone(), mark);
        for it in self.catalog.iter().flat_map(|it| it.releases().values()) {
            let recorded = recorded(&stand.record, it)?;
            next = next.with(recorded.unwrap_or_else(|| it.clone()));
        }
        Ok(next.with(own))
    }

    /// Refuses a release whose files the index has no room for, before anything of it is recorded.
    pub(super) fn has_room(&self, stand: &Stand<'_>, now: Timestamp) -> Result<(), Failure> {
        let Some(release) = stand.evidence.release() else { return Ok(()) };
        // Every digest and every time takes as much room as any other.
        let own = Listing {
            version: release.version.clone(),
            title: release.title.clone(),
            statement: stand.plan.approval().policy(),
            kind: Kind::Published,
            at: now,
            artifacts: stand.plan.files().to_vec(),
        };
        let size = self.next(stand, own)?.to_bytes().len();
        if size <= LARGEST_CATALOG {
            return Ok(());
        }
        let message = format!("`{INDEX}` would have {size} bytes, and {LARGEST_CATALOG} are the most");
        Err(Failure::refused(message)
            .because("nothing was changed")
            .hint("put the files into archives, or publish to another site"))
    }

    /// Whether the index lists the version with this statement.
    pub(super) fn lists(&self, statement: &Statement) -> bool {
        let listed = self.catalog.as_ref().and_then(|it| it.releases().get(&statement.release));
        listed.is_some_and(|it| it.statement == statement.id())
    }

    /// The paths that are burned, with the digests that they are burned for: each file that a recorded statement or the
    /// index names.
    pub(super) fn burned(&self, stand: &Stand<'_>) -> Result<Burned, Failure> {
        let mut burned = Burned::new();
        let mut burn = |listing: &Listing| {
            for file in &listing.artifacts {
                burned.entry(file.path()).or_default().insert(file.sha256);
            }
        };
        for live in self.catalog.iter().flat_map(|it| it.releases().values()) {
            burn(live);
        }
        let Some(release) = stand.evidence.release() else { return Ok(burned) };
        for own in stated(&stand.evidence, release) {
            burn(&own);
        }
        // A component version belongs to one release; where two claim it, neither may overwrite the other.
        let others = stand.evidence.facts().others.iter();
        for (version, _) in others.filter(|(_, it)| it.iter().any(|it| release.components.contains(it))) {
            if let Ok(evidence) = stand.record.evidence_alone(version)?
                && let Some(release) = evidence.release()
            {
                for other in stated(&evidence, release) {
                    burn(&other);
                }
            }
        }
        Ok(burned)
    }
}

/// What the statements of a ledger put on sites.
fn stated(evidence: &Evidence, release: &Release) -> Vec<Listing> {
    // What nobody could ever take back, an adoption by too few owners or a publish by somebody who may not, says nothing
    // of the site.
    let (counted, _) = publications(evidence);
    let may_publish =
        |it: &Entry| evidence.chain().policies().iter().any(|policy| policy.publishers().contains(&it.statement.by));
    let burns = |it: &&Entry| match it.statement.act {
        Act::Publish { .. } => may_publish(it),
        _ => counted.iter().any(|counted| counted.id == it.id),
    };
    evidence.ledger().entries().filter(burns).filter_map(|it| listing(&it.statement, release)).collect()
}

/// A statement that the record holds, by its id.
fn statement_at(record: &Record<'_>, version: &Version, id: &Digest) -> Result<Option<Statement>, Failure> {
    let bytes = record.file(&entry_path(version, id))?.filter(|it| Digest::of(it) == *id);
    Ok(bytes.and_then(|it| Statement::parse(&it).ok()))
}

/// What the index should say of a release that it lists, if the record has it so.
fn recorded(record: &Record<'_>, live: &Listing) -> Result<Option<Listing>, Failure> {
    let Some(statement) = statement_at(record, &live.version, &live.statement)? else { return Ok(None) };
    let path = format!("releases/{}/release.toml", live.version);
    let release = record.file(&path)?.and_then(|it| Release::read(&path, &it, &live.version, None).ok());
    Ok(release.and_then(|it| listing(&statement, &it)))
}
