//! Freshness: whether a commit holds all that this clone knows of the branch of record.

use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Freshness;
use holdpoint_core::ledger::is_entry;
use holdpoint_core::name::Version;
use holdpoint_core::policy::Chain;

use super::Record;
use super::remembered::Commits;
use crate::failure::Failure;
use crate::repo::{Added, Tip, Tips};

/// The folders of the record that decide.
const RECORD: [&str; 3] = ["policy", "releases", "advisories"];

impl Record<'_> {
    /// The same record, compared with the branch of record: a decision needs that. Answers say themselves how old they are.
    pub(crate) fn compared(mut self) -> Result<Self, Failure> {
        // Where another commit was asked for it is a what-if anyway.
        if let Ok(chain) = self.chain()?
            && self.snapshot.is_head()
        {
            self.freshness = match self.behind_an_earlier_branch(&chain)? {
                Some(behind) => behind,
                None => match self.behind_any_remote(&chain)? {
                    Some(behind) => behind,
                    None => self.compared_with(&chain, chain.current().branch())?,
                },
            };
            self.origin = self.look_at_origin(chain.current())?;
        }
        Ok(self)
    }

    /// What that comparison gave.
    pub(crate) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// The same record, which was found to hold the tip of the branch of record just now.
    pub(crate) fn found_fresh(mut self) -> Result<Self, Failure> {
        self.freshness = Freshness::Fresh;
        self.is_at_tip = true;
        self.aside.take();
        if let Ok(chain) = self.chain()? {
            self.origin = self.look_at_origin(chain.current())?;
            if let Some(behind) = self.behind_an_earlier_branch(&chain)? {
                self.freshness = behind;
            } else if let Some(behind) = self.behind_any_remote(&chain)? {
                self.freshness = behind;
            }
        }
        Ok(self)
    }

    /// A branch that an earlier policy names as that of record, and that holds more than this commit: whoever brings a chain of
    /// their own with a branch of their own does not leave the holds behind.
    fn behind_an_earlier_branch(&self, chain: &Chain) -> Result<Option<Freshness>, Failure> {
        for branch in chain.earlier_branches() {
            let freshness = self.compared_with(chain, branch)?;
            if matches!(freshness, Freshness::Behind { .. }) {
                return Ok(Some(freshness));
            }
        }
        Ok(None)
    }

    /// That this commit lacks what a remote-tracking branch holds, named so that git takes it for that branch and nothing else.
    fn behind_remote(&self, tip: &Tip) -> Freshness {
        let branch = self.repo.typed(&format!("refs/remotes/{}", tip.branch));
        Freshness::Behind { branch, tip: tip.commit.clone() }
    }

    /// Whether this commit holds all that is known of a branch.
    fn compared_with(&self, chain: &Chain, branch: &str) -> Result<Freshness, Failure> {
        if let Some(remote) = self.repo.remote_for(branch)?
            && let Some(tip) = self.repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?
        {
            let tip = Tip { branch: format!("{remote}/{branch}"), commit: tip };
            return Ok(if self.is_behind(chain, &tip)? { self.behind_remote(&tip) } else { Freshness::Fresh });
        }
        // Nobody knows what others have; what this clone has on the branch counts all the same.
        let own = format!("refs/heads/{branch}");
        let Some(commit) = self.repo.tip_of(&own)? else { return Ok(Freshness::Unknown) };
        let tip = Tip { branch: branch.to_owned(), commit };
        let behind = || Freshness::Behind { branch: self.repo.typed(&own), tip: tip.commit.clone() };
        Ok(if self.is_behind(chain, &tip)? { behind() } else { Freshness::Unknown })
    }

    /// Whether this commit lacks something of the record at `tip`, or an entry that was put there on the way and is gone again:
    /// who takes a hold off the branch does not take it out of what others have to know.
    fn is_behind(&self, chain: &Chain, tip: &Tip) -> Result<bool, Failure> {
        Ok(self.lacks(&tip.commit)? || self.lacks_entry(chain, tip)?)
    }

    /// Whether this commit lacks something of the record at `tip`: a path that changed there since the two histories met, and is
    /// not here as it is there. Other work on the branch, and what audits say of sites, takes no answer away.
    fn lacks(&self, tip: &str) -> Result<bool, Failure> {
        let here = self.snapshot.commit_id();
        let prefix = self.snapshot.prefix();
        let folders = RECORD.map(|it| if prefix.is_empty() { it.to_owned() } else { format!("{prefix}/{it}") });
        // Where all of the record is the same, however far apart they are, nobody has to find out where they parted.
        let mut is_same = true;
        for folder in &folders {
            is_same = is_same && self.repo.object_at(tip, folder)? == self.repo.object_at(&here, folder)?;
        }
        if is_same {
            return Ok(false);
        }
        let bases = self.repo.meeting_points(&here, tip)?;
        if bases.is_empty() {
            return Ok(true);
        }
        if bases.iter().all(|base| base == tip) {
            return Ok(false); // it lies behind this commit
        }
        for base in bases {
            for folder in &folders {
                if self.repo.lacks_change(&base, tip, &here, folder)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The branch of record on each remote, as this clone has fetched it.
    pub(super) fn tips_of_record(&self, branch: &str) -> Result<Tips, Failure> {
        self.repo.tips(false, &|it| it == branch)
    }

    /// Another remote's branch of record that holds an entry which this commit lacks: which of several remotes has the record is
    /// nothing that a name could tell.
    fn behind_any_remote(&self, chain: &Chain) -> Result<Option<Freshness>, Failure> {
        let branch = chain.current().branch();
        let own = self.repo.remote_for(branch)?.map(|it| format!("{it}/{branch}"));
        for tip in self.tips_of_record(branch)?.known.into_iter().filter(|it| Some(&it.branch) != own.as_ref()) {
            if self.lacks_entry(chain, &tip)? {
                return Ok(Some(self.behind_remote(&tip)));
            }
        }
        Ok(None)
    }

    /// Whether a commit behind `tip`, and not behind this one, adds an entry that this commit lacks, or cannot be read.
    pub(super) fn lacks_entry(&self, chain: &Chain, tip: &Tip) -> Result<bool, Failure> {
        let here = self.snapshot.commit_id();
        let memory = Commits::contained(self.repo.private_folder(), &self.key_of_entries(chain, &here));
        // A clone that was made shallow since answers like one that always was.
        let mut known = if self.repo.is_shallow() { Vec::new() } else { memory.all() };
        if known.contains(&tip.commit) {
            return Ok(false);
        }
        // Behind those nothing has to be looked for again.
        known.insert(0, here);
        let found =
            self.repo.additions(std::slice::from_ref(tip), self.snapshot.prefix(), &self.roots(chain), &known)?;
        let is_entry = |it: &Added| {
            let version = it.version.parse::<Version>();
            version.is_ok_and(|version| is_entry(&it.statement, &it.signature, chain, &version))
        };
        let lacks = found.added.iter().any(is_entry) || !found.unread.is_empty() || found.is_too_much;
        if !lacks && !self.repo.is_receiving() {
            memory.add(&tip.commit);
        }
        Ok(lacks)
    }

    /// All that the entries depend on which a commit lacks: the commit itself, and what makes something an entry.
    fn key_of_entries(&self, chain: &Chain, here: &str) -> Digest {
        let roots: Vec<&str> = self.roots(chain).into_iter().collect();
        let policy = chain.current().digest().to_string();
        Digest::of([&[here, &policy, self.snapshot.prefix()], roots.as_slice()].concat().join("\n").as_bytes())
    }

    /// Whether the branch of record, as this clone knows it, holds this commit.
    pub(crate) fn is_on_the_branch(&self, branch: &str) -> Result<bool, Failure> {
        let tip = match self.repo.remote_for(branch)? {
            Some(remote) => self.repo.tip_of(&format!("refs/remotes/{remote}/{branch}"))?,
            None => self.repo.tip_of(&format!("refs/heads/{branch}"))?,
        };
        tip.map_or(Ok(false), |tip| self.repo.contains(&tip, &self.snapshot.commit_id()))
    }
}
