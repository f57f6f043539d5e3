//! The budget: how many distinct statements one run reads, wherever they lie: at HEAD, on branches, or in older commits.
//!
//! Whoever may push can add any number of files that cost nothing to make. What is read is counted by what is different, and the
//! count is one for the whole run, so that it is not as large again in each place.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use git2::Oid;

/// The most distinct statements that are read in one run.
const MOST_STATEMENTS: usize = 200_000;

/// The most bytes that they have together.
const MOST_BYTES: usize = 512 << 20;

/// What was read so far; all threads share it.
#[derive(Debug, Default)]
pub(crate) struct Budget(Mutex<Read>);

/// What was read at some moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    met: HashSet<Oid>,
    bytes: usize,
    is_spent: bool,
}

/// There is more than one run reads: a phrase that says how much that is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spent(pub(super) String);

impl Budget {
    /// Takes one more statement of so many bytes. What was taken before is free.
    pub(super) fn take(&self, id: Oid, bytes: usize) -> Result<(), Spent> {
        let mut read = self.lock();
        if read.met.contains(&id) {
            return Ok(());
        }
        let more = |most: usize, what: &str| Spent(format!("more than {most} {what}"));
        let spent = match read.bytes.checked_add(bytes).filter(|it| *it <= MOST_BYTES) {
            _ if read.met.len() >= MOST_STATEMENTS => more(MOST_STATEMENTS, "distinct statements"),
            None => more(MOST_BYTES, "bytes of distinct statements"),
            Some(together) => {
                read.bytes = together;
                read.met.insert(id);
                return Ok(());
            }
        };
        read.is_spent = true;
        Err(spent)
    }

    /// Whether there was more than is read.
    pub(crate) fn is_spent(&self) -> bool {
        self.lock().is_spent
    }

    /// What was read until now.
    pub(super) fn so_far(&self) -> Read {
        self.lock().clone()
    }

    /// Goes back to what was read then: what came since was given up, and nothing of it is kept.
    pub(super) fn back_to(&self, read: Read) {
        *self.lock() = read;
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        // A thread that failed left nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use git2::ObjectFormat;

    use super::*;

    fn id(number: usize) -> Oid {
        Oid::from_str_ext(&format!("{number:040x}"), ObjectFormat::Sha1).unwrap()
    }

    #[test]
    fn what_is_the_same_is_counted_once_and_what_is_too_much_is_not_taken() {
        let budget = Budget::default();
        assert_eq!(budget.take(id(1), MOST_BYTES), Ok(()));
        assert_eq!(budget.take(id(1), MOST_BYTES), Ok(()));
        assert!(!budget.is_spent());
        let before = budget.so_far();
        assert_eq!(budget.take(id(2), 1), Err(Spent("more than 536870912 bytes of distinct statements".to_owned())));
        assert!(budget.is_spent());
        assert_eq!(budget.take(id(1), MOST_BYTES), Ok(()));
        budget.back_to(before);
        assert!(!budget.is_spent());
    }

    #[test]
    fn so_many_statements_are_read_and_no_more() {
        let budget = Budget::default();
        assert!((0..MOST_STATEMENTS).all(|it| budget.take(id(it), 1).is_ok()));
        assert_eq!(budget.take(id(MOST_STATEMENTS), 1), Err(Spent("more than 200000 distinct statements".to_owned())));
    }
}
