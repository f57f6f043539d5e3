//! The ground that a push stands on: what the server held before it, and which of its branches are guarded.
//!
//! What counts before a push decides about it, so that no push can appoint another branch of record for itself.

use std::sync::Arc;

use holdpoint_core::finding::Finding;
use holdpoint_core::name::escaped;
use holdpoint_core::policy::{Chain, Policy};

use super::update::Update;
use crate::failure::Failure;
use crate::gather::Record;
use crate::repo::Repo;

/// What the server held before the push.
pub(super) struct Ground {
    /// The branches from the one that HEAD names to the branch of record, each named by the policy on the one before it. All
    /// of them are guarded: whoever could rewrite one on the way could name another branch of record.
    guarded: Vec<Guarded>,
    record: String,
    base: Option<Base>,
}

/// What a commit holds of policies.
#[derive(Clone)]
pub(super) enum Held {
    /// None.
    Nothing,
    /// Some that cannot be relied on.
    Broken,
    /// A chain.
    Chain(Arc<Chain>),
}

/// What a guarded branch held, which is what a push to it must go on from.
pub(super) struct Before {
    /// The commits that must lie behind the new one.
    pub(super) tips: Vec<String>,
    /// The policies that must stand in it.
    pub(super) held: Held,
}

struct Guarded {
    branch: String,
    tip: Option<String>,
    held: Held,
}

/// The newest policies among the guarded branches: those in force.
#[derive(Clone)]
struct Base {
    branch: String,
    tip: String,
    chain: Arc<Chain>,
}

impl Ground {
    /// Finds it.
    pub(super) fn of(repo: &Repo, updates: &[Update]) -> Result<Self, Failure> {
        let head = repo.head()?;
        let Some(first) = head.branch() else {
            return Err(Failure::new("HEAD of this repository names no branch, so no branch of record can be told")
                .hint("on the server: git symbolic-ref HEAD refs/heads/main"));
        };
        let start = Guarded::of(repo, first)?;
        let is_born = updates.iter().any(|it| it.branch() == Some(first) && it.new.is_some());
        if start.tip.is_none() && !is_born {
            return Err(unborn(first, updates));
        }
        let mut base = start.base();
        let mut guarded = vec![start];
        while let Some(known) = &base {
            let named = known.chain.current().branch().to_owned();
            if guarded.iter().any(|it| it.branch == named) {
                break;
            }
            let next = Guarded::of(repo, &named)?;
            let newer = next.base().filter(|it| lost_policies(&it.chain, &known.chain).next().is_none());
            guarded.push(next);
            match newer {
                Some(newer) => base = Some(newer),
                None => break,
            }
        }
        let record = base.as_ref().map_or(first, |it| it.chain.current().branch()).to_owned();
        Ok(Self { guarded, record, base })
    }

    /// Whether a push to this branch is judged.
    pub(super) fn guards(&self, branch: &str) -> bool {
        self.guarded.iter().any(|it| it.branch == branch)
    }

    /// The guarded branch that this one would be on a system that folds case.
    pub(super) fn twin_of(&self, branch: &str) -> Option<&str> {
        let branch = branch.to_lowercase();
        self.guarded.iter().map(|it| it.branch.as_str()).find(|it| it.to_lowercase() == branch)
    }

    /// The branch of record.
    pub(super) fn record(&self) -> &str {
        &self.record
    }

    /// Where the branch of record will be, if the push goes in and leaves it there.
    pub(super) fn record_after<'a>(&'a self, updates: &'a [Update]) -> Option<&'a str> {
        let pushed = updates.iter().find(|it| it.branch() == Some(&self.record)).and_then(|it| it.new.as_deref());
        let there = || self.guarded.iter().find(|it| it.branch == self.record)?.tip.as_deref();
        pushed.or_else(there)
    }

    /// What a push to a guarded branch must go on from. `None`: it is not where git says that it was.
    pub(super) fn before(&self, update: &Update) -> Option<Before> {
        let own = self.guarded.iter().find(|it| Some(it.branch.as_str()) == update.branch())?;
        if own.tip != update.old {
            return None;
        }
        let mut tips: Vec<String> = own.tip.iter().cloned().collect();
        match &self.base {
            // The policies in force lie on another branch, and name this one: it takes over all that stands there.
            Some(base) if own.branch == self.record => {
                if base.branch != own.branch {
                    tips.push(base.tip.clone());
                }
                Some(Before { tips, held: Held::Chain(Arc::clone(&base.chain)) })
            }
            _ => Some(Before { tips, held: own.held.clone() }),
        }
    }
}

impl Guarded {
    fn of(repo: &Repo, branch: &str) -> Result<Self, Failure> {
        let tip = repo.tip_of(&format!("refs/heads/{branch}"))?;
        let held = match &tip {
            Some(tip) => Held::at(repo, tip)?.unwrap_or(Held::Broken),
            None => Held::Nothing,
        };
        Ok(Self { branch: branch.to_owned(), tip, held })
    }

    fn base(&self) -> Option<Base> {
        let (Some(tip), Held::Chain(chain)) = (&self.tip, &self.held) else { return None };
        Some(Base { branch: self.branch.clone(), tip: tip.clone(), chain: Arc::clone(chain) })
    }
}

impl Held {
    /// What a commit holds, or why what it holds cannot be relied on.
    pub(super) fn at(repo: &Repo, commit: &str) -> Result<Result<Self, Vec<Finding>>, Failure> {
        if repo.snapshot(Some(commit))?.root().is_none() {
            return Ok(Ok(Self::Nothing));
        }
        let chain = Record::open(repo, Some(commit), Vec::new(), true)?.chain()?;
        Ok(chain.map(Self::Chain))
    }
}

/// The policies of `before` that are not in `now`, by number.
pub(super) fn lost_policies(now: &Chain, before: &Chain) -> impl Iterator<Item = u64> {
    before.policies().iter().filter(|it| now.of_digest(&it.digest()).is_none()).map(Policy::number)
}

/// Nobody can say which branch is meant, and a guess would leave the right one without a guard.
fn unborn(head: &str, updates: &[Update]) -> Failure {
    let pushed = updates.iter().find_map(Update::branch).unwrap_or("main");
    let message = format!("HEAD of this repository names `{}`, which is not there", escaped(head));
    Failure::new(message)
        .because("its policy names the branch of record, so which one to guard cannot be told")
        .hint(format!("push that branch first; or, on the server: git symbolic-ref HEAD refs/heads/{}", escaped(pushed)))
}
