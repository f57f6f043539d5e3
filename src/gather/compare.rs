//! What stands differently in two commits of one record.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdpoint_core::name::Version;
use holdpoint_core::policy::Chain;

use super::{Record, is_folder};
use crate::failure::Failure;

impl Record<'_> {
    /// The same record, read under the policies `chain` and without its past: to compare what stands in two commits, never to
    /// decide anything.
    pub(crate) fn read_under(mut self, chain: &Arc<Chain>) -> Self {
        self.chain = OnceCell::from(Ok(Arc::clone(chain)));
        self.past = OnceCell::from(Arc::default());
        self
    }

    /// The releases whose folders are not exactly the same in another commit.
    pub(crate) fn changed_releases(&self, other: Option<&Self>) -> Result<BTreeSet<Version>, Failure> {
        let folders = |it: &Self| -> Result<BTreeMap<Version, String>, Failure> {
            let items = it.snapshot.list("releases")?.unwrap_or_default().into_iter().filter(|it| is_folder(it.kind));
            Ok(items.filter_map(|it| Some((it.name.parse().ok()?, it.id.to_string()))).collect())
        };
        let before = other.map(folders).transpose()?.unwrap_or_default();
        let now = folders(self)?.into_iter().filter(|(version, tree)| before.get(version) != Some(tree));
        Ok(now.map(|(version, _)| version).collect())
    }

    /// Whether a folder of the record is exactly the same in another commit.
    pub(crate) fn has_same(&self, folder: &str, other: &Self) -> Result<bool, Failure> {
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let tree = |it: &Self| -> Result<Option<String>, Failure> {
            let items = it.snapshot.list(above)?.unwrap_or_default();
            Ok(items.into_iter().find(|it| it.exact && it.name == name).map(|it| it.id.to_string()))
        };
        Ok(tree(self)? == tree(other)?)
    }
}
