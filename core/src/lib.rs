//! The decisions of holdpoint: pure, without clock, files, environment or network.
//!
//! The shell gathers every fact at one commit, then makes one call. Modules use those above them in this list, never
//! one below; a test holds the floors.

pub mod catalog;
mod code;
pub mod digest;
pub mod finding;
pub mod name;
pub mod record;
