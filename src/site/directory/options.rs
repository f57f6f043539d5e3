//! What the owners accept of a folder, and what they keep beside the downloads.

use std::path::Path;

use holdpoint_core::policy::{Accepted, SiteRule};

/// What the policy says of a folder, as far as its files go.
#[derive(Default)]
pub(crate) struct Options {
    rule: Option<SiteRule>,
}

impl Options {
    /// As the policy has them.
    pub(crate) fn of(rule: &SiteRule) -> Self {
        Self { rule: Some(rule.clone()) }
    }

    pub(super) fn accepts(&self, what: Accepted) -> bool {
        self.rule.as_ref().is_some_and(|it| it.accepts(what))
    }

    pub(super) fn is_beside(&self, path: &str) -> bool {
        self.rule.as_ref().is_some_and(|it| it.is_beside(path))
    }

    /// Whether a link at `path` is followed: the folder of a component, or of one of its versions, where that is accepted.
    pub(super) fn follows(&self, path: &str, place: &Path) -> bool {
        self.accepts(Accepted::LinkedFolders) && path.split('/').count() <= 2 && place.is_dir()
    }
}
