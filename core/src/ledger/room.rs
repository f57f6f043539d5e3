//! Room: how many statements a ledger takes, so that no flood of one member silences the others.
//!
//! A statement that is signed stays, so a limit that anybody can fill is a lock that nobody can open. Two things keep it open:
//! of one person only so many statements take room from others; and whoever says no, or answers one, is asked for no room.

use std::collections::BTreeMap;

use super::Ledger;
use crate::name::Person;
use crate::statement::Act;

/// The most statements of a ledger that anything but a no is added to.
pub const MOST_STATEMENTS: usize = 10_000;

/// So many statements of one person, at most, take room from others.
pub const MOST_OF_ONE: usize = 1_000;

/// The most statements of a ledger that are read. What lies between is for those who say no, and for whatever one person wrote in
/// excess.
pub const MOST_READ: usize = 30_000;

/// Why a ledger takes no more: how many statements it has, of the most that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// How many there are, as they are counted.
    pub statements: usize,
    /// How many there may be.
    pub most: usize,
}

impl Ledger {
    /// Whether it takes one more statement that says this.
    ///
    /// # Errors
    /// How full it is.
    pub fn room_for(&self, act: &Act) -> Result<(), Full> {
        let full = |statements: usize, most: usize| {
            if statements < most { Ok(()) } else { Err(Full { statements, most }) }
        };
        if act.answers_or_says_no() {
            return full(self.len(), MOST_READ);
        }
        let mut counts: BTreeMap<&Person, usize> = BTreeMap::new();
        for entry in self.entries() {
            *counts.entry(&entry.statement.by).or_default() += 1;
        }
        full(counts.into_values().map(|it| it.min(MOST_OF_ONE)).sum(), MOST_STATEMENTS)?;
        // The last of what is read is for those who say no.
        full(self.len(), MOST_READ - MOST_OF_ONE)
    }
}
