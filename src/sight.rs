//! Looking at the sites: whether what is recorded is listed there.
//!
//! Seen is, in this order, the site itself, the index at its public address, and what the last audit on record says. Each site
//! is looked at once a run, and only where a recorded publication matters.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use holdpoint_core::catalog::{Catalog, Listing};
use holdpoint_core::compatibility::{Outing, Shipped};
use holdpoint_core::decide::{Outlet, publications, sites_at_stake, sites_of_adoptions};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::name::{SiteName, Version};
use holdpoint_core::past::unavailable;
use holdpoint_core::policy::{Chain, Policy, SiteRule, pinned};
use holdpoint_core::sight::{LARGEST_AUDIT, RecordedAudit, Sight, Sights};
use holdpoint_core::statement::{Act, Statement};

use crate::failure::Failure;
use crate::gather::{Record, SiteLook, UNSHALLOW};
use crate::repo::Blob;
use crate::shell::Shell;
use crate::site::{INDEX, Location};

mod indexless;
mod public;

pub(crate) use indexless::{Lost, PUT_BACK, lost, unreadable_index};

/// How far one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To the public addresses of the sites.
    Public,
    /// To the folders of this machine.
    Folders,
}

/// Takes into the evidence what is seen of the sites that matter for it.
pub(crate) fn show(shell: &Shell, record: &Record<'_>, evidence: &mut Evidence, reach: Reach) -> Result<(), Failure> {
    look_for(shell, record, evidence, reach).map(drop)
}

/// The same, for an answer that no decision stands behind: what cannot be told of the sites is a failure.
pub(crate) fn show_or_fail(
    shell: &Shell,
    record: &Record<'_>,
    evidence: &mut Evidence,
    reach: Reach,
) -> Result<(), Failure> {
    let doubts = look_for(shell, record, evidence, reach)?;
    if doubts.is_empty() {
        return Ok(());
    }
    Err(Failure::new("what customers can get cannot be determined").findings(doubts))
}

/// Takes in what is seen, and gives what cannot be told.
fn look_for(
    shell: &Shell,
    record: &Record<'_>,
    evidence: &mut Evidence,
    reach: Reach,
) -> Result<Vec<Finding>, Failure> {
    let stakes = Stakes::of(evidence);
    let (sights, faults) = sights(shell, record, evidence.chain(), &stakes, reach)?;
    let version = evidence.facts().version.clone();
    let own = publications(evidence).0.into_iter();
    let own = own.map(|it| (version.clone(), it.site, it.id, it.outlet == Outlet::Adopted));
    tell_denied(shell, record, &sights, own.chain(outings(&evidence.facts().shipped)));
    evidence.know_sights(sights);
    let faults: Vec<Finding> = faults.into_iter().map(|it| it.finding).collect();
    evidence.know_faults(faults.iter().cloned());
    Ok(faults)
}

/// Takes into what is out as the record has it what is seen of the sites: what nobody can get helps nobody. Gives the sites on which
/// something is recorded as published and that nobody can see from here.
pub(crate) fn show_shipped(
    shell: &Shell,
    record: &Record<'_>,
    chain: &Chain,
    shipped: &mut [Shipped],
) -> Result<BTreeSet<SiteName>, Failure> {
    let (adopted, published): (Vec<&Outing>, Vec<&Outing>) =
        shipped.iter().flat_map(|it| &it.outings).partition(|it| it.is_adopted);
    let names = |all: Vec<&Outing>| all.into_iter().map(|it| it.site.clone()).collect();
    let stakes = Stakes { listed: names(published), adopted: names(adopted) };
    let (sights, faults) = sights(shell, record, chain, &stakes, Reach::Public)?;
    let is_unseen = |it: &&SiteName| !record.is_of_another_day() && !sights.sees(it);
    let unseen = stakes.listed.iter().filter(is_unseen).cloned().collect();
    tell_denied(shell, record, &sights, outings(shipped));
    let has_site = |name: &SiteName| chain.current().sites().iter().any(|it| it.name == *name);
    for it in shipped.iter_mut() {
        it.look_at(&sights);
        // From a site that the policy does not have any more nobody is sent anything.
        it.outings.iter_mut().for_each(|outing| outing.is_there &= has_site(&outing.site));
        // Whether customers get it there cannot be told.
        let concerns = |fault: &&Fault| it.outings.iter().any(|outing| outing.site == fault.site);
        let doubts = faults.iter().filter(concerns).map(|fault| fault.finding.clone());
        it.doubts.extend(doubts);
    }
    Ok(unseen)
}

/// What says of which version that it is out where, and whether it was adopted.
type Said = (Version, SiteName, Digest, bool);

fn outings(shipped: &[Shipped]) -> impl Iterator<Item = Said> {
    let of = |it: &Shipped| {
        let release = it.release.clone();
        it.outings.clone().into_iter().map(move |it| (release.clone(), it.site, it.id, it.is_adopted))
    };
    shipped.iter().flat_map(of)
}

/// Says what nobody but the last audit on record says, once a run: it is not signed, and whoever wonders has to find it.
fn tell_denied(shell: &Shell, record: &Record<'_>, sights: &Sights, said: impl Iterator<Item = Said>) {
    let denied = said.filter(|(version, site, id, is_adopted)| sights.is_denied(site, version, id, *is_adopted));
    let denied: BTreeSet<(SiteName, Version)> = denied.map(|(version, site, ..)| (site, version)).collect();
    let told = |(site, version): &(SiteName, Version)| {
        format!(
            "`sites/{site}/audit.json`, the last audit on record, says that customers do not get {version} on `{site}`; \
             `holdpoint audit` looks at the site itself"
        )
    };
    let news: Vec<String> = denied.iter().map(told).filter(|it| record.is_news(it)).collect();
    shell.warn_each(&news, str::to_owned);
}

/// The sites that matter for an answer.
pub(crate) struct Stakes {
    /// Those of which one has to know what they list.
    pub(crate) listed: BTreeSet<SiteName>,
    /// Those where something was adopted.
    pub(crate) adopted: BTreeSet<SiteName>,
}

impl Stakes {
    /// Those that matter for the answer about one release.
    pub(crate) fn of(evidence: &Evidence) -> Self {
        Self { listed: sites_at_stake(evidence), adopted: sites_of_adoptions(evidence) }
    }
}

/// Something about a site that cannot be told, or must not be.
pub(crate) struct Fault {
    site: SiteName,
    pub(crate) finding: Finding,
}

impl Fault {
    fn new(rule: &SiteRule, finding: Finding) -> Self {
        Self { site: rule.name.clone(), finding }
    }
}

/// The faults of a record that was set back behind what a site lists: a hold may be lost with what is missing.
fn lost_behind(record: &Record<'_>, chain: &Chain, look: &SiteLook) -> Result<Vec<Finding>, Failure> {
    let SiteLook::Index(catalog) = look else { return Ok(Vec::new()) };
    let mut decided_on: BTreeMap<String, &Listing> = BTreeMap::new();
    let mut told = Vec::new();
    for it in catalog.releases().values() {
        match statement_at(record, &it.version, &it.statement)? {
            None => told.push(not_held(it, chain.current())),
            Some(Statement { act: Act::Publish { commit, .. }, .. }) => {
                decided_on.entry(commit).or_insert(it);
            }
            Some(_) => {}
        }
    }
    let tip = record.snapshot.commit_id();
    let commits: Vec<&str> = decided_on.keys().map(String::as_str).collect();
    // One that is not in this clone is not behind it either; in a shallow one it may be among the commits that are wanting.
    let behind = record.repo.behind(&tip, &commits)?;
    let lost = decided_on.iter().filter(|(commit, _)| !behind.contains(commit.as_str()));
    let set_back = lost.map(|(commit, it)| set_back(&it.version, &it.statement, commit, chain.current()));
    let set_back: Vec<Finding> = set_back.collect();
    if record.repo.is_shallow() && !set_back.is_empty() {
        let why = "this is a shallow clone, which lacks older commits";
        told.push(unavailable(&record.snapshot.short(), why, UNSHALLOW));
    } else {
        told.extend(set_back);
    }
    Ok(told)
}

/// A statement that the record holds, by its id.
pub(crate) fn statement_at(record: &Record<'_>, version: &Version, id: &Digest) -> Result<Option<Statement>, Failure> {
    let bytes = record.ledger_file(version, &format!("{id}.toml"))?.filter(|it| Digest::of(it) == *id);
    Ok(bytes.and_then(|it| Statement::parse(&it).ok()))
}

/// What is seen of the sites in `stakes`, with what their last audits on record say; and what of that cannot be read. At another commit than that
/// of now nothing is looked at: what a site shows today says nothing of another day.
pub(crate) fn sights(
    shell: &Shell,
    record: &Record<'_>,
    chain: &Chain,
    stakes: &Stakes,
    reach: Reach,
) -> Result<(Sights, Vec<Fault>), Failure> {
    let (mut sights, mut faults) = (Sights::default(), Vec::new());
    if record.is_of_another_day() {
        return Ok((sights, faults));
    }
    for rule in chain.current().sites() {
        let audit = recorded_audit(record, chain, &rule.name)?;
        // What was adopted needs no index, unless an audit speaks against it: the site itself comes first.
        let is_denied = stakes.adopted.contains(&rule.name) && audit.as_ref().is_ok_and(RecordedAudit::denies);
        let mut sight = Sight::default();
        if is_denied || stakes.listed.contains(&rule.name) {
            let look = look_at(shell, record, chain, rule, reach)?;
            faults.extend(lost_behind(record, chain, &look)?.into_iter().map(|it| Fault::new(rule, it)));
            sight = seen(&look);
        } else if let Some(look) = record.look(&rule.name) {
            // It was looked at for another question of this run.
            faults.extend(lost_behind(record, chain, &look)?.into_iter().map(|it| Fault::new(rule, it)));
        }
        let sight = match audit {
            Ok(audit) => sight.with_audit(audit),
            Err(fault) => {
                // Nobody needs what it says where nothing rests on it, or something better was seen: no index says what was adopted.
                let is_missed = stakes.listed.contains(&rule.name) && !sight.is_seen();
                if is_missed || stakes.adopted.contains(&rule.name) {
                    faults.push(Fault::new(rule, *fault));
                }
                sight
            }
        };
        sights.take(rule.name.clone(), sight);
    }
    Ok((sights, faults))
}

/// The finding for a publication that was decided on a commit which is not behind the record: it was set back past it.
pub(crate) fn set_back(version: &Version, statement: &Digest, commit: &str, policy: &Policy) -> Finding {
    let short: String = commit.chars().take(7).collect();
    let message = format!(
        "the site lists {version}, which was decided on commit {short}, and this record does not hold that commit: a hold may be \
         lost with it"
    );
    let next = format!("in a clone that still has it, on `{}`: git merge {commit} && git push", policy.branch());
    Finding::new(Code::RecordBehindSite, statement.to_string(), message)
        .who(policy.owners().members.iter().cloned())
        .next(next)
}

/// The finding for a statement that a site lists and the record does not hold.
pub(crate) fn not_held(live: &Listing, policy: &Policy) -> Finding {
    let message = format!("the site lists {}, by a statement that this record does not hold", live.version);
    let next = format!(
        "git pull REPOSITORY {}   (where it was published from); if somebody wrote it into `{INDEX}` by hand, take it out again",
        policy.branch()
    );
    Finding::new(Code::RecordBehindSite, live.statement.to_string(), message).next(next)
}

/// What the core has to know of a look.
fn seen(look: &SiteLook) -> Sight {
    match look {
        SiteLook::Index(catalog) => of_catalog(catalog),
        SiteLook::Begun => Sight::of_index([]),
        SiteLook::Unseen(_) => Sight::default(),
    }
}

/// What an index lists.
pub(crate) fn of_catalog(catalog: &Catalog) -> Sight {
    Sight::of_index(catalog.releases().values().map(|it| (it.version.clone(), it.statement)))
}

/// Looks at every site of the policy.
pub(crate) fn look(
    shell: &Shell,
    record: &Record<'_>,
    chain: &Chain,
) -> Result<BTreeMap<SiteName, Rc<SiteLook>>, Failure> {
    let sites = chain.current().sites().iter();
    sites.map(|it| Ok((it.name.clone(), look_at(shell, record, chain, it, Reach::Public)?))).collect()
}

/// Looks at one site, once a run.
fn look_at(
    shell: &Shell,
    record: &Record<'_>,
    chain: &Chain,
    rule: &SiteRule,
    reach: Reach,
) -> Result<Rc<SiteLook>, Failure> {
    if let Some(known) = record.look(&rule.name) {
        return Ok(known);
    }
    let look = match look_here(record, chain, rule)? {
        index @ SiteLook::Index(_) => index,
        // What customers are shown at the public address was listed, whatever the folder says.
        here => match (&rule.public, reach == Reach::Public && may_ask(shell, record, chain)?) {
            (Some(public), true) => {
                let read = public::index(public.as_str()).and_then(|bytes| ours(chain, &bytes));
                match (read, here) {
                    (Ok(catalog), _) => SiteLook::Index(catalog),
                    (Err(there), SiteLook::Unseen(why)) => SiteLook::Unseen(format!("{why}; {there}")),
                    (Err(_), here) => here,
                }
            }
            _ => here,
        },
    };
    Ok(record.remember_look(rule.name.clone(), look))
}

/// Whether an address of the policy may be asked: only one that is proved to be that of the owners, about now, and where the user
/// did not say otherwise.
fn may_ask(shell: &Shell, record: &Record<'_>, chain: &Chain) -> Result<bool, Failure> {
    let is_trusted = !record.pins().is_empty() && pinned(chain, record.pins()).is_empty();
    Ok(is_trusted && !shell.global.offline && !record.is_hypothetical() && record.past(chain)?.is_proved())
}

/// The site itself, as a folder of this machine.
fn look_here(record: &Record<'_>, chain: &Chain, rule: &SiteRule) -> Result<SiteLook, Failure> {
    let site = match Location::site(rule) {
        Ok(site) => site,
        Err(failure) => return Ok(SiteLook::Unseen(failure.message().to_owned())),
    };
    let bytes = match site.index() {
        Ok(bytes) => bytes,
        Err(failure) => return Ok(SiteLook::Unseen(failure.message().to_owned())),
    };
    if let Some(bytes) = bytes {
        return Ok(ours(chain, &bytes).map_or_else(SiteLook::Unseen, SiteLook::Index));
    }
    Ok(match lost(record, site.as_ref(), rule, None)? {
        None => SiteLook::Begun,
        Some(it) => SiteLook::Unseen(it.why),
    })
}

/// The index of this project, or why these bytes are not.
fn ours(chain: &Chain, bytes: &[u8]) -> Result<Catalog, String> {
    let catalog = Catalog::parse(bytes).map_err(|why| format!("its `{INDEX}` {why}"))?;
    if catalog.project != *chain.current().project() {
        return Err(format!("what is there is the site of {}", catalog.project));
    }
    if chain.of_digest(&catalog.policy.sha256).is_none() {
        return Err(format!("its `{INDEX}` was written under a policy that is not here"));
    }
    Ok(catalog)
}

/// What the last audit on record says of a site, as the branch of record is known to have it.
fn recorded_audit(
    record: &Record<'_>,
    chain: &Chain,
    site: &SiteName,
) -> Result<Result<RecordedAudit, Box<Finding>>, Failure> {
    let path = format!("sites/{site}/audit.json");
    let branch = chain.current().branch();
    let tip = match record.repo.remote_for(branch)? {
        Some(remote) => record.repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?,
        None => None,
    };
    let blob = match tip.filter(|it| *it != record.snapshot.commit_id()) {
        Some(tip) => record.repo.snapshot(Some(&tip))?.file(&path, LARGEST_AUDIT)?,
        None => record.snapshot.file(&path, LARGEST_AUDIT)?,
    };
    let read = match blob {
        Blob::Absent => return Ok(Ok(RecordedAudit::default())),
        Blob::Bytes(bytes) => RecordedAudit::parse(site, &bytes),
        Blob::NotPlain(kind) => Err(format!("is {}", kind.word())),
        Blob::TooLarge(bytes) => Err(format!("has {bytes} bytes, which is too large")),
        Blob::Gone => Err("is not in this clone".to_owned()),
    };
    Ok(read.map_err(|why| {
        let message = format!("`{path}` {why}: what it takes away cannot be told");
        let next = format!("git log -- {path}   then restore it, or take it out: git rm {path}");
        Box::new(Finding::new(Code::BadRecord, path.clone(), message).next(next))
    }))
}
