//! Compatibility: each release states which formats it writes and reads, and what opens what is derived from that.
//!
//! Nobody keeps a table by hand. A writer and a reader of an interface are a pair; a pair has a verdict, a basis for it, and,
//! where it fails, routes: what a customer can do. What helps a release out (a reader, a converter, a route) must be proven to be
//! out; what speaks against it (an old player that customers have) counts at once.

mod cited;
mod declared;
mod derived;
mod exchange;
mod field;
mod matrix;
mod order;
mod overview;
mod pair;
mod route;
mod written;

pub use cited::cited;
pub use declared::{Accepted, Compatibility, Conversion, Declaration, Formats, Named, TestResult, Tested};
pub use derived::Derived;
pub use exchange::{Exchange, Opening, Side};
pub use field::{Field, Member, Objection, Outing, Outlook, Shipped};
pub use matrix::{Matrix, Part, Row, Run, rows, runs};
pub use order::{Order, Stage, upgrade_order};
pub use overview::{Block, declarations, overview};
pub use pair::{Basis, Pair, PairVerdict};
pub use route::{Route, Step};
pub use written::{line_md, matrix_md, part_md};

#[cfg(test)]
mod properties;
