//! The ceiling: how much of older commits is looked at in one run, and every statement of theirs read once.
//!
//! Trees name the same files any number of times, so a small push can stand for more names than anybody can follow. What is read
//! is counted by what is different, and the whole has an end: whoever may push can make it too much, and the owners can begin the
//! proof behind it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use git2::Oid;
use holdpoint_core::digest::Digest;
use holdpoint_core::statement::{LARGEST_FACT, largest, named_release};

use super::super::budget::{Budget, Spent};
use super::objects::{Objects, Stop};

/// The most pairs of a statement and a signature that older commits hold and HEAD does not.
const MOST_PAIRS: usize = 200_000;

/// The most bytes that are read of older commits.
const MOST_BYTES: usize = 512 << 20;

/// The most names that are met in ledgers and folders of older commits.
const MOST_NAMES: usize = 200_000_000;

/// What is left of it, and what was read; all threads share it.
#[derive(Default)]
pub(super) struct Ceiling {
    names: AtomicUsize,
    pairs: AtomicUsize,
    bytes: AtomicUsize,
    read: Mutex<HashMap<Oid, Option<Claim>>>,
    /// What is read of statements in the whole run.
    budget: Arc<Budget>,
}

/// What the bytes of a statement say of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// Their digest: the one name under which they can be an entry.
    pub(super) id: Digest,
    /// The one release whose ledger they can be an entry of.
    pub(super) release: Box<str>,
}

impl Ceiling {
    /// A ceiling whose statements count against this budget.
    pub(super) fn under(budget: &Arc<Budget>) -> Self {
        Self { budget: Arc::clone(budget), ..Self::default() }
    }

    /// Counts names.
    pub(super) fn names(&self, count: usize) -> Result<(), Stop> {
        take(&self.names, count, MOST_NAMES, "names of ledgers and their files")
    }

    /// Counts one more pair of a statement and a signature that is not here.
    pub(super) fn pair(&self) -> Result<(), Stop> {
        take(&self.pairs, 1, MOST_PAIRS, "signed statements that are not here")
    }

    /// Counts bytes that are read.
    pub(super) fn bytes(&self, count: usize) -> Result<(), Stop> {
        take(&self.bytes, count, MOST_BYTES, "bytes of signatures and policies")
    }

    /// What a statement of an older commit says of itself; nothing if it can be none. `name` is how it is called there.
    pub(super) fn claim(&self, objects: &Objects<'_>, name: &[u8], id: Oid) -> Result<Option<Claim>, Stop> {
        if let Some(known) = self.lock().get(&id) {
            return Ok(known.clone());
        }
        let claim = match objects.file(name, id, LARGEST_FACT, |size| self.statement(id, size))? {
            Some(bytes) if bytes.len() <= largest(&bytes) => {
                named_release(&bytes).map(|release| Claim { id: Digest::of(&bytes), release: release.into() })
            }
            _ => None,
        };
        self.lock().insert(id, claim.clone());
        Ok(claim)
    }

    /// Counts a statement that is read.
    fn statement(&self, id: Oid, size: usize) -> Result<(), Stop> {
        let spent = |Spent(why)| Stop::TooLarge(format!("this commit, branches and older commits hold {why}"));
        self.budget.take(id, size).map_err(spent)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Oid, Option<Claim>>> {
        // A thread that failed left nothing half done.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(counter: &AtomicUsize, count: usize, most: usize, what: &str) -> Result<(), Stop> {
    let before = counter.fetch_add(count, Ordering::Relaxed);
    if before.saturating_add(count) > most {
        return Err(too_large(most, what));
    }
    Ok(())
}

fn too_large(most: usize, what: &str) -> Stop {
    Stop::TooLarge(format!("older commits hold more than {most} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_as_much_as_it_says_and_no_more() {
        let ceiling = Ceiling::default();
        assert!(ceiling.bytes(MOST_BYTES).is_ok());
        let Err(Stop::TooLarge(why)) = ceiling.bytes(1) else { panic!() };
        assert_eq!(why, "older commits hold more than 536870912 bytes of signatures and policies");
        assert!(ceiling.names(MOST_NAMES).is_ok());
        assert!(ceiling.names(1).is_err());
        assert!((0..MOST_PAIRS).all(|_| ceiling.pair().is_ok()));
        assert!(ceiling.pair().is_err());
    }
}
