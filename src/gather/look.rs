//! What a site shows to whoever looks at it, as it is remembered for one run.

use holdpoint_core::catalog::Catalog;

/// What one site shows.
#[derive(Debug)]
pub(crate) enum SiteLook {
    /// Its index.
    Index(Catalog),
    /// It holds what was recorded for it and has no index: a publish was begun there, and never finished.
    Begun,
    /// It could not be seen, and why.
    Unseen(String),
}
