//! The decisions of holdpoint: pure, without clock, files, environment or network.
//!
//! The shell gathers every fact at one commit, then makes one call, [`decide::decide`]. Modules stand on floors and
//! use those below them, never one above; a test holds the list (`tests/it/arrows.rs`).

pub mod attest;
pub mod catalog;
mod code;
pub mod compatibility;
pub mod content;
pub mod decide;
pub mod digest;
pub mod document;
pub mod drill;
pub mod evidence;
pub mod finding;
pub mod key;
pub mod ledger;
pub mod likeness;
pub mod live;
pub mod name;
pub mod past;
pub mod plan;
pub mod policy;
pub mod record;
pub mod release;
pub mod rule;
pub mod sight;
pub mod statement;
#[cfg(test)]
mod world;
