//! The index that is live on the site: whether it fits the record, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdpoint_core::catalog::{Catalog, Kind, LARGEST_CATALOG, Listed, Listing, PolicyMark, checksums};
use holdpoint_core::compatibility::{Outing, Shipped};
use holdpoint_core::decide::{Outlet, Publication, Publicity, publications};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::Version;
use holdpoint_core::plan::listing;
use holdpoint_core::policy::{Chain, Policy, SiteRule};
use holdpoint_core::release::Release;
use holdpoint_core::sight::Visibility;
use holdpoint_core::statement::{Act, Statement};
use jiff::Timestamp;

use super::store::Burned;
use super::{Order, Stand};
use crate::failure::Failure;
use crate::gather::Record;
use crate::sight::{self, PUT_BACK};
use crate::site::{CHECKSUMS, INDEX, Site};

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
            let next = sight::unreadable_index(rule);
            Failure::new(format!("what is out on `{}` cannot be told", rule.name))
                .findings(vec![Finding::new(Code::SiteUnreachable, INDEX, message).next(next.clone())])
                .hint(next)
        })?;
        Ok(Self { digest: Some(Digest::of(&bytes)), catalog: Some(catalog) })
    }

    /// The versions that it lists, with the statements that put them there.
    pub(super) fn listed(&self) -> BTreeSet<(Version, Digest)> {
        let all = self.catalog.iter().flat_map(|it| it.releases().values());
        all.map(|it| (it.version.clone(), it.statement)).collect()
    }

    /// Refuses a site without an index, where the record has publications that it may have listed: it is not mounted, or another
    /// folder, or the index is gone, and what customers see cannot be told. Unless it shall be a new site: then nothing is there.
    pub(super) fn is_in_place(
        &self,
        record: &Record<'_>,
        site: &dyn Site,
        rule: &SiteRule,
        order: &Order<'_>,
        own: &Version,
    ) -> Result<(), Failure> {
        if self.catalog.is_some() || order.new_site {
            return Ok(());
        }
        let Some(lost) = sight::lost(record, site, rule, Some(own))? else { return Ok(()) };
        let message = format!("the record lists publications on `{}`, and at {}: {}", rule.name, rule.url, lost.why);
        let next = lost.next(rule, &order.again(rule, " --new-site"), &order.signing.typed());
        Err(Failure::new(lost.in_short(rule))
            .untouched()
            .findings(vec![Finding::new(Code::SiteUnreachable, rule.name.as_str(), message).next(next.clone())])
            .hint(next))
    }

    /// Refuses a site that is ahead of the record.
    pub(super) fn agrees(&self, record: &Record<'_>, chain: &Arc<Chain>, rule: &SiteRule) -> Result<(), Failure> {
        let findings = self.faults(record, chain, rule)?;
        let Some(worst) = findings.iter().max_by_key(|it| it.severity) else { return Ok(()) };
        let message = format!("the site `{}` is ahead of this record", rule.name);
        let failure =
            if worst.severity == Severity::Unverifiable { Failure::new(message) } else { Failure::refused(message) };
        let hint = format!("{}   (holdpoint audit says what else may be wrong)", worst.next);
        Err(failure.untouched().hint(hint).findings(findings))
    }

    /// What the index knows and the record does not.
    pub(super) fn faults(
        &self,
        record: &Record<'_>,
        chain: &Arc<Chain>,
        rule: &SiteRule,
    ) -> Result<Vec<Finding>, Failure> {
        let Some(catalog) = &self.catalog else { return Ok(Vec::new()) };
        let mut findings = Vec::new();
        let policy = chain.current();
        if catalog.project != *policy.project() {
            let message = format!("`{INDEX}` is of the project {}, and this is {}", catalog.project, policy.project());
            findings.push(Finding::new(Code::PolicyRollback, INDEX, message).next("publish to a site of one's own"));
        } else if chain.of_digest(&catalog.policy.sha256).is_none() {
            let PolicyMark { number, sha256 } = catalog.policy;
            let message = format!("`{INDEX}` was written under policy {number}, sha256:{sha256}, which is not here");
            let next = format!(
                "git pull REPOSITORY {}   (where that policy is); if somebody wrote it into `{INDEX}` by hand, {PUT_BACK}",
                policy.branch()
            );
            findings.push(Finding::new(Code::PolicyRollback, INDEX, message).next(next));
        }
        let shipped = record.shipped(chain)?;
        let mut decided_on: BTreeMap<String, &Listing> = BTreeMap::new();
        for it in catalog.releases().values() {
            match sight::statement_at(record, &it.version, &it.statement)? {
                None => findings.push(sight::not_held(it, policy)),
                Some(by) if !counts(record, shipped, it, rule)? => findings.push(ahead(it, &by, rule, policy)),
                Some(Statement { act: Act::Publish { commit, .. }, .. }) => {
                    decided_on.entry(commit).or_insert(it);
                }
                Some(_) => {}
            }
        }
        let tip = record.snapshot.commit_id();
        // One that is not in this clone is not behind it either.
        let commits: Vec<&str> = decided_on.keys().map(String::as_str).collect();
        let behind = record.repo.behind(&tip, &commits)?;
        let lost = decided_on.iter().filter(|(commit, _)| !behind.contains(commit.as_str()));
        findings.extend(lost.map(|(commit, it)| sight::set_back(&it.version, &it.statement, commit, policy)));
        Ok(findings)
    }

    /// The index with `own` in it. What the record knows of the others is written anew, so that an index that was edited
    /// is put right.
    pub(super) fn next(&self, stand: &Stand<'_>, own: Listing) -> Result<Catalog, Failure> {
        let policy = stand.evidence.policy();
        let mark = PolicyMark { number: policy.number(), sha256: policy.digest() };
        let mut next = Catalog::new(policy.project().clone(), mark);
        for it in self.catalog.iter().flat_map(|it| it.releases().values()) {
            next = next.with(recorded(stand, it)?);
        }
        for adopted in self.adopted(stand)? {
            next = next.with(adopted);
        }
        Ok(next.with(own))
    }

    /// What was adopted on the site and is not in the index yet: the owners say that it is there, and no audit says otherwise.
    fn adopted(&self, stand: &Stand<'_>) -> Result<Vec<Listing>, Failure> {
        let (facts, site) = (stand.evidence.facts(), stand.plan.site());
        let is_listed = |it: &Version| self.catalog.as_ref().is_some_and(|own| own.releases().contains_key(it));
        let mut adopted = Vec::new();
        for shipped in stand.record.shipped(&facts.chain)?.iter().filter(|it| !is_listed(&it.release)) {
            let is_there = |it: &&Outing| {
                let seen = facts.sights.visibility(&it.site, &shipped.release, &it.id, true);
                it.is_adopted && it.is_proven && it.site == *site && seen == Visibility::Listed
            };
            let Some(outing) = shipped.outings.iter().find(is_there) else { continue };
            // What went out through the gate, too, is listed by that.
            if shipped.outings.iter().any(|it| it.site == *site && !it.is_adopted) {
                continue;
            }
            adopted.push(recorded_by(stand, &shipped.release, &outing.id)?);
        }
        Ok(adopted)
    }

    /// An index of the size that it will have with this release in it. A release whose files it has no room for is refused, before
    /// anything of it is recorded.
    pub(super) fn with_room(&self, stand: &Stand<'_>, now: Timestamp) -> Result<Catalog, Failure> {
        let release = stand.plan.approval().release();
        // Every digest and every time takes as much room as any other.
        let own = Listing {
            version: release.version.clone(),
            title: release.title.clone(),
            statement: stand.plan.approval().policy(),
            kind: Kind::Published,
            at: now,
            artifacts: stand.plan.files().to_vec(),
        };
        let next = self.next(stand, own)?;
        let size = next.to_bytes().len();
        if size <= LARGEST_CATALOG {
            return Ok(next);
        }
        let message = format!("`{INDEX}` would have {size} bytes, and {LARGEST_CATALOG} are the most");
        Err(Failure::refused(message).untouched().hint("put the files into archives, or publish to another site"))
    }

    /// Whether the index lists the version with this statement.
    pub(super) fn lists(&self, statement: &Statement) -> bool {
        let listed = self.catalog.as_ref().and_then(|it| it.releases().get(&statement.release));
        listed.is_some_and(|it| it.statement == statement.id())
    }

    /// The paths that are burned, with the digests that they are burned for: each file that a recorded statement names. What the
    /// index says of them is not signed, and burns nothing.
    pub(super) fn burned(&self, stand: &Stand<'_>) -> Result<Burned, Failure> {
        let live = self.catalog.iter().flat_map(|it| it.releases().values());
        let mut all = live.map(|it| recorded(stand, it)).collect::<Result<Vec<Listing>, Failure>>()?;
        let release = stand.plan.approval().release();
        all.extend(stated(&stand.evidence, release));
        all.extend(stated_by_others(stand, release)?);
        let mut burned = Burned::new();
        for listing in &all {
            for file in &listing.artifacts {
                burned.entry(file.path()).or_default().insert(file.sha256);
            }
            burn_checksums(&mut burned, listing);
        }
        Ok(burned)
    }
}

/// What others have published of the components of a release. A component version belongs to one release; where two claim it, neither
/// may overwrite the other.
fn stated_by_others(stand: &Stand<'_>, release: &Release) -> Result<Vec<Listing>, Failure> {
    let mut all = Vec::new();
    let others = stand.evidence.facts().others.iter();
    for (version, _) in others.filter(|(_, it)| it.iter().any(|it| release.components.contains(it))) {
        let Ok(evidence) = stand.record.evidence_alone(version)? else { continue };
        match stand.record.publicity(&evidence)? {
            Publicity::Draft(_) => {}
            Publicity::Published(published) => all.extend(stated(&evidence, published.release())),
            // With what it went out cannot be told. Of what it shares with this release its statements name the files.
            Publicity::Doubted(_) => {
                all.extend(
                    burning(&evidence).filter_map(|it| listing(&of_components(&it.statement, release), release)),
                );
            }
        }
    }
    Ok(all)
}

/// A statement with those of its files alone that belong to components of this release.
fn of_components(statement: &Statement, release: &Release) -> Statement {
    let mut statement = statement.clone();
    if let Act::Publish { artifacts, .. } | Act::Adopt { artifacts, .. } = &mut statement.act {
        artifacts.retain(|file| release.components.iter().any(|it| it.name == file.component));
    }
    statement
}

/// Whether the statement under which a site lists a version is a publication that counts, of this version and on this site.
fn counts(record: &Record<'_>, shipped: &[Shipped], live: &Listing, rule: &SiteRule) -> Result<bool, Failure> {
    let outings = shipped.iter().filter(|it| it.release == live.version).flat_map(|it| &it.outings);
    let mut own = outings.filter(|it| it.site == rule.name && it.is_proven);
    if own.any(|it| it.id == live.statement) {
        return Ok(true);
    }
    if live.kind != Kind::Adopted {
        return Ok(false);
    }
    // One adoption may have several statements, by different owners, that say the same.
    let Ok(evidence) = record.evidence_alone(&live.version)? else { return Ok(false) };
    let Some(entry) = evidence.ledger().get(&live.statement) else { return Ok(false) };
    let (counted, _) = publications(&evidence);
    let adopted = counted.iter().filter(|it| it.outlet == Outlet::Adopted && it.site == rule.name);
    let says_so = |it: &Publication| match &entry.statement.act {
        Act::Adopt { site, artifacts, .. } => {
            *site == it.site && it.by.contains(&entry.statement.by) && *artifacts == it.artifacts
        }
        _ => false,
    };
    Ok(adopted.into_iter().any(says_so))
}

fn ahead(live: &Listing, by: &Statement, rule: &SiteRule, policy: &Policy) -> Finding {
    let message = format!(
        "the site lists {}, by a statement that is no publication of it on `{}` that counts",
        live.version, rule.name
    );
    let take_out = format!("take {} out of `{INDEX}`, then run the same command again", live.version);
    // A site is known by its name: what went out on it stays under the name that it had.
    let next = match &by.act {
        Act::Publish { site, .. } | Act::Adopt { site, .. } if !policy.sites().iter().any(|it| it.name == *site) => {
            format!(
                "holdpoint policy propose   (where this site was called `{site}` before: give it that name back in the proposal; \
             else find out who wrote it, and {take_out})"
            )
        }
        _ => format!("find out who wrote it; {take_out}"),
    };
    Finding::new(Code::IndexAhead, live.statement.to_string(), message).who(policy.publishers()).next(next)
}

/// What the statements of a ledger put on sites.
fn stated(evidence: &Evidence, release: &Release) -> Vec<Listing> {
    burning(evidence).filter_map(|it| listing(&it.statement, release)).collect()
}

/// The statements of a ledger that burn what they name.
fn burning(evidence: &Evidence) -> impl Iterator<Item = &Entry> {
    // What nobody could ever take back, an adoption by too few owners or a publish by somebody who may not, says nothing
    // of the site.
    let (counted, _) = publications(evidence);
    let may_publish = move |it: &Entry| {
        evidence.chain().policies().iter().any(|policy| policy.publishers().contains(&it.statement.by))
    };
    let burns = move |it: &&Entry| match it.statement.act {
        Act::Publish { .. } => may_publish(it),
        _ => counted.iter().any(|counted| counted.id == it.id),
    };
    evidence.ledger().entries().filter(burns)
}

/// What the index has to say of a release that it lists: as it was published, whatever its folder or the index says now.
fn recorded(stand: &Stand<'_>, live: &Listing) -> Result<Listing, Failure> {
    recorded_by(stand, &live.version, &live.statement)
}

/// What a statement put on the site. Where that cannot be told the index is not written: what it says now is not signed.
fn recorded_by(stand: &Stand<'_>, version: &Version, id: &Digest) -> Result<Listing, Failure> {
    let findings = match stand.record.evidence_alone(version)? {
        Ok(evidence) => {
            let publicity = stand.record.publicity(&evidence)?;
            let statement = evidence.ledger().get(id).map(|it| &it.statement);
            let found = publicity.published().zip(statement);
            if let Some(listing) = found.and_then(|(it, statement)| listing(statement, it.release())) {
                return Ok(listing);
            }
            publicity.doubts().to_vec()
        }
        Err(findings) => findings,
    };
    let next = findings.iter().map(|it| it.next.clone()).find(|it| !it.is_empty());
    Err(Failure::new(format!("`{INDEX}` lists {version}, and what was published of it cannot be determined"))
        .untouched()
        .hint(next.unwrap_or_else(|| format!("holdpoint check {version}   (it says why)")))
        .findings(findings))
}

/// Burns the checksums beside the files of a version: they say what customers have been given.
fn burn_checksums(burned: &mut Burned, listing: &Listing) {
    let mut folders: BTreeMap<String, Vec<&Listed>> = BTreeMap::new();
    // What went out outside the gate keeps whatever lies beside it.
    for file in listing.artifacts.iter().filter(|_| listing.kind == Kind::Published) {
        folders.entry(format!("{}/{}", file.component, file.version)).or_default().push(file);
    }
    for (folder, files) in folders {
        let digest = Digest::of(&checksums(files));
        burned.entry(format!("{folder}/{CHECKSUMS}")).or_default().insert(digest);
    }
}
