//! Branches that are not merged: what they add to the ledger of a release, as far as this clone has fetched them.
//!
//! A branch counts by what is signed on it. `holdpoint/…` is where a sign-off goes that the branch of record does not take
//! directly, and `release-…` where a release is written; which release a branch is about, its name does not say.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::ledger::{Found, MOST_BRANCHES, MOST_COMMITS, Pending};
use holdpoint_core::name::{Version, escaped, quoted};
use holdpoint_core::policy::Chain;

use super::Record;
use super::proof::UNSHALLOW;
use crate::failure::Failure;
use crate::repo::{Additions, Tip, fetch_again};

/// How the names of the branches begin that are read.
pub(crate) const PREFIXES: [&str; 2] = ["holdpoint/", "release-"];

/// What the branches of a clone add to the ledgers of the record.
#[derive(Debug, Default)]
pub(super) struct Aside {
    by_version: BTreeMap<String, Vec<Found>>,
    findings: Vec<Finding>,
    is_fetched: bool,
}

impl Record<'_> {
    /// What branches add to the ledger of the release that is asked about.
    pub(super) fn pending(&self, version: &Version) -> Result<Option<Pending>, Failure> {
        // The files in front of their author are no record yet.
        if self.on_disk.is_some() { Ok(None) } else { self.aside_of(version).map(Some) }
    }

    /// Whether a branch adds anything to the ledger of `version`.
    pub(super) fn is_spoken_of_aside(&self, version: &Version) -> Result<bool, Failure> {
        Ok(self.aside()?.by_version.contains_key(&version.to_string()))
    }

    /// What branches add to the ledger of `version`.
    pub(super) fn aside_of(&self, version: &Version) -> Result<Pending, Failure> {
        let aside = self.aside()?;
        let found = aside.by_version.get(&version.to_string()).cloned().unwrap_or_default();
        Ok(Pending { found, findings: aside.findings.clone(), is_fetched: aside.is_fetched })
    }

    /// What branches add to all of them, looked for once.
    fn aside(&self) -> Result<&Aside, Failure> {
        match self.aside.get() {
            Some(known) => Ok(known),
            None => {
                let aside = self.look_aside()?;
                Ok(self.aside.get_or_init(|| aside))
            }
        }
    }

    fn look_aside(&self) -> Result<Aside, Failure> {
        let Ok(chain) = self.chain()? else { return Ok(Aside::default()) };
        let branch = chain.current().branch().to_owned();
        let tips = self.repo.tips(true, &|it| PREFIXES.iter().any(|prefix| it.starts_with(prefix)))?;
        let of_record = self.tips_of_record(&branch)?;
        let mut known = vec![self.snapshot.commit_id()];
        known.extend(of_record.known.iter().map(|it| it.commit.clone()));
        let additions = self.repo.additions(&tips.known, self.snapshot.prefix(), &self.roots(&chain), &known)?;
        let mut findings = self.unreadable(&additions);
        let ahead = self.ahead(&chain, &of_record.known)?;
        findings.extend(self.cut_off(&ahead));
        if ahead.is_too_much {
            findings.push(Pending::too_many(ahead.branches.len(), ahead.commits, &self.repo.pull(&branch)));
        }
        findings.extend(tips.broken.iter().chain(&of_record.broken).map(|(name, why)| self.broken(name, why)));
        let mut by_version: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        for it in additions.added.into_iter().chain(ahead.added) {
            let found = Found { branch: it.branch, statement: it.statement, signature: it.signature };
            by_version.entry(it.version).or_default().push(found);
        }
        let is_fetched = self.is_at_tip || self.has_fetched_branches(&branch)?;
        Ok(Aside { by_version, findings, is_fetched })
    }

    /// What the branch of record, as this clone knows it, adds to a checkout that is behind: a hold that was merged counts as it did
    /// while it waited. Nothing of it was known on another day.
    fn ahead(&self, chain: &Chain, tips: &[Tip]) -> Result<Additions, Failure> {
        let mut ahead = Vec::new();
        for tip in tips.iter().filter(|_| !self.is_of_another_day()) {
            if self.lacks_entry(chain, tip)? {
                ahead.push(tip.clone());
            }
        }
        let here = [self.snapshot.commit_id()];
        self.repo.additions(&ahead, self.snapshot.prefix(), &self.roots(chain), &here)
    }

    /// Every folder at which the record lies or has lain: a branch may not know yet that it has moved.
    pub(super) fn roots<'c>(&'c self, chain: &'c Chain) -> BTreeSet<&'c str> {
        chain.paths().into_iter().chain([self.snapshot.prefix()]).collect()
    }

    /// Why not all of it could be read.
    fn unreadable(&self, additions: &Additions) -> Vec<Finding> {
        let mut findings = Vec::new();
        if additions.branches.len() > MOST_BRANCHES || additions.commits > MOST_COMMITS || additions.is_too_much {
            findings.push(Pending::too_many(additions.branches.len(), additions.commits, &copy_all()));
        }
        findings.extend(self.cut_off(additions));
        findings
    }

    /// The branches of which something could not be read.
    fn cut_off(&self, additions: &Additions) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (branch, why) in &additions.unread {
            let next = if self.repo.is_shallow() {
                UNSHALLOW.to_owned()
            } else {
                let name = quoted(&escaped(branch));
                format!("git fetch --refetch --no-filter   (or, if nobody needs it: git branch -d -r {name})")
            };
            findings.push(self.doubt(branch, why, &next));
        }
        findings
    }

    /// A branch that is there, by its full name, and names nothing that can be read.
    fn broken(&self, reference: &str, why: &str) -> Finding {
        match reference.strip_prefix("refs/remotes/") {
            Some(branch) => self.doubt(branch, why, &fetch_again(&escaped(reference))),
            None => {
                let name = quoted(&escaped(reference));
                let next =
                    format!("rm \"$(git rev-parse --git-path {name})\"   (once you have it from where it was pushed)");
                self.doubt(reference, why, &next)
            }
        }
    }

    fn doubt(&self, branch: &str, why: &str, next: &str) -> Finding {
        let (branch, why) = (escaped(branch), escaped(why));
        let message = format!("the branch `{branch}` cannot be read whole, and a hold may be on it: {why}");
        Finding::new(Code::HistoryUnavailable, self.snapshot.short(), message).next(next)
    }

    /// Whether this clone has fetched such branches, and no earlier than that of record.
    fn has_fetched_branches(&self, branch: &str) -> Result<bool, Failure> {
        let Some(remote) = self.repo.remote_for(branch)? else { return Ok(!self.repo.has_remotes()?) };
        self.repo.fetched_along(&remote, branch, &PREFIXES)
    }
}

/// Brings the ledger files of all such branches into the record, where they count as what they are.
fn copy_all() -> String {
    let names = PREFIXES.map(|it| {
        if it.ends_with('/') { format!("'refs/remotes/**/{it}**'") } else { format!("'refs/remotes/**/{it}*'") }
    });
    format!(
        "for branch in $(git for-each-ref --no-merged HEAD --format='%(refname)' {}); do git checkout \"$branch\" -- \
         'releases/*/ledger/*'; done; git commit -m 'Record what is signed on branches'",
        names.join(" ")
    )
}
