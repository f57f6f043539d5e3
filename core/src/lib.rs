//! The decisions of holdpoint: pure, without clock, files, environment or network.
//!
//! The shell gathers every fact at one commit, then makes one call, [`decide::decide`]. Modules use those above them in
//! this list, never one below; a test holds the floors.

pub mod name;
pub mod digest;
pub mod content;
mod code;
pub mod finding;
pub mod record;
pub mod key;
pub mod document;
pub mod policy;
pub mod statement;
pub mod ledger;
pub mod release;
pub mod compatibility;
pub mod rule;
pub mod evidence;
pub mod decide;
pub mod catalog;
pub mod plan;
