//! The decisions of holdpoint: pure, without clock, files, environment or network.
//!
//! The shell gathers every fact at one commit, then makes one call. Modules use those above them in this list, never
//! one below; a test holds the floors.

mod code;
pub mod digest;
pub mod document;
pub mod finding;
pub mod name;
pub mod record;
pub mod rule;
