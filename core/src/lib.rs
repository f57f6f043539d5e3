//! The decisions of holdpoint: pure, without clock, files, environment or network.
//!
//! The shell gathers every fact at one commit, then makes one call, [`decide::decide`]. Modules use those above them in
//! this list, never one below; a test holds the floors.

pub mod catalog;
mod code;
pub mod compatibility;
pub mod content;
pub mod decide;
pub mod digest;
pub mod document;
pub mod evidence;
pub mod finding;
pub mod key;
pub mod ledger;
pub mod name;
pub mod plan;
pub mod policy;
pub mod record;
pub mod release;
pub mod rule;
pub mod statement;
#[cfg(test)]
mod world;
