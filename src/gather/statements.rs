//! The files of a ledger, as they are read: no larger than their kind may be, and each distinct one once.
//!
//! A name is the digest of what it names, so of all names of one file at most one is right. A tree can give a file thousands of
//! names for nothing, so what only has another name is told without keeping it.

use std::collections::{BTreeMap, HashMap};

use git2::Oid;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::policy::LARGEST_SIGNATURE;
use holdpoint_core::record;
use holdpoint_core::statement::{LARGEST_FACT, LARGEST_STATEMENT, largest};

use super::files::Folder;
use crate::failure::Failure;

/// Where the ledger lies in a release folder.
const LEDGER: &str = "ledger/";

/// How large a file of a release folder may be before more is known of it.
pub(super) fn limit(path: &str) -> usize {
    match path {
        it if it.ends_with(".sig") => LARGEST_SIGNATURE,
        it if it.starts_with(LEDGER) => LARGEST_STATEMENT,
        it => record::largest(it),
    }
}

/// Reads the statements that were too large for most kinds and have a signature beside them: what begins as a publication or an
/// adoption may be larger.
pub(super) fn read_large(folder: &Folder<'_, '_>, files: &mut BTreeMap<String, Content>) -> Result<(), Failure> {
    let is_signed = |path: &str| matches!(files.get(&format!("{path}.sig")), Some(Content::Plain(_)));
    let is_large = |it: &Content| matches!(it, Content::TooLarge(size) if *size <= LARGEST_FACT as u64);
    let large = files.iter().filter(|(path, it)| digest_of(path).is_some() && is_large(it) && is_signed(path));
    for path in large.map(|(path, _)| path.clone()).collect::<Vec<_>>() {
        if let Some(Content::Plain(bytes)) = folder.file(&path, LARGEST_FACT)?
            && bytes.len() <= largest(&bytes)
        {
            files.insert(path, Content::Plain(bytes));
        }
    }
    Ok(())
}

/// The digest that the name of a statement says, of a path in a release folder.
fn digest_of(path: &str) -> Option<Digest> {
    path.strip_prefix(LEDGER)?.strip_suffix(".toml")?.parse().ok()
}

/// The statements that were met in one release folder.
#[derive(Default)]
pub(super) struct Met(HashMap<Oid, Option<Digest>>);

impl Met {
    /// What stands under `path` in place of a file that was met under another name; nothing if it has to be read.
    pub(super) fn instead(&mut self, path: &str, id: Oid, read: impl FnOnce() -> Option<Vec<u8>>) -> Option<Content> {
        let named = digest_of(path)?;
        let Some(known) = self.0.get_mut(&id) else {
            self.0.insert(id, None);
            return None;
        };
        if known.is_none() {
            *known = read().map(|it| Digest::of(&it));
        }
        let digest = known.filter(|it| *it != named)?;
        Some(Content::BadName(format!("has other bytes than its name says: they hash to {}", digest.short())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_names_of_one_file_the_right_one_is_read() {
        let (mut met, id) = (Met::default(), Oid::from_str_ext(&"1".repeat(40), git2::ObjectFormat::Sha1).unwrap());
        let path = |it: &Digest| format!("ledger/{it}.toml");
        let right = Digest::of(b"statement");
        let mut reads = 0;
        let mut instead = |path: &str| {
            met.instead(path, id, || {
                reads += 1;
                Some(b"statement".to_vec())
            })
        };
        assert_eq!(instead(&path(&Digest::of(b"1"))), None, "nobody knows yet");
        assert!(instead(&path(&Digest::of(b"2"))).is_some());
        assert_eq!(instead(&path(&right)), None);
        assert!(instead(&path(&Digest::of(b"3"))).is_some());
        assert_eq!(instead("kb.md"), None);
        assert_eq!(reads, 1);
    }
}
