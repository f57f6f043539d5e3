//! The files of a ledger, as they are read: no larger than their kind may be, and each distinct one once.
//!
//! A name is the digest of what it names, so of all names of one file at most one is right. A tree can give a file thousands of
//! names for nothing, so what only has another name is told without keeping it.

use std::collections::{BTreeMap, HashMap};

use git2::Oid;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::ledger::KnownSignature;
use holdpoint_core::policy::{Chain, LARGEST_SIGNATURE};
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

/// Reads the statements that were too large for most kinds: what begins as a publication or an adoption may be larger, if it lies
/// under its own name and somebody has signed it whom the chain knows. The bytes of all others are dropped as soon as they are met.
pub(super) fn read_large(
    folder: &Folder<'_, '_>,
    chain: &Chain,
    files: &mut BTreeMap<String, Content>,
) -> Result<(), Failure> {
    let size_of = |it: &Content| match it {
        Content::TooLarge(size) => Some(*size).filter(|it| *it <= LARGEST_FACT as u64),
        _ => None,
    };
    let large = files.iter().filter_map(|(path, it)| Some((path.clone(), digest_of(path)?, size_of(it)?)));
    let mut met: HashMap<Oid, Digest> = HashMap::new();
    for (path, named, size) in large.collect::<Vec<_>>() {
        let Some(armor) = files.get(&format!("{path}.sig")).and_then(Content::bytes) else { continue };
        let content = match KnownSignature::read(armor, chain) {
            Some(signature) => read_signed(folder, (&path, named, size), &signature, &mut met)?,
            // Nothing that it could say would count.
            None => Some(Content::Unsigned(size)),
        };
        files.extend(content.map(|it| (path, it)));
    }
    Ok(())
}

/// A large statement beside a signature of somebody who is known; nothing where it is as it was.
fn read_signed(
    folder: &Folder<'_, '_>,
    (path, named, size): (&str, Digest, u64),
    signature: &KnownSignature,
    met: &mut HashMap<Oid, Digest>,
) -> Result<Option<Content>, Failure> {
    let item = folder.item(path)?.map(|it| it.id);
    if let Some(digest) = item.and_then(|it| met.get(&it)).filter(|it| **it != named) {
        return Ok(Some(misnamed(digest)));
    }
    let Some(Content::Plain(bytes)) = folder.statement(path, LARGEST_FACT)? else { return Ok(None) };
    let digest = Digest::of(&bytes);
    met.extend(item.map(|it| (it, digest)));
    if digest != named {
        return Ok(Some(misnamed(&digest)));
    }
    if bytes.len() > largest(&bytes) {
        return Ok(None);
    }
    Ok(Some(if signature.is_of(&bytes) { Content::Plain(bytes) } else { Content::Unsigned(size) }))
}

/// What stands in place of bytes under a name that is not theirs.
fn misnamed(digest: &Digest) -> Content {
    Content::BadName(format!("has other bytes than its name says: they hash to {}", digest.short()))
}

/// The digest that the name of a statement says, of a path in a release folder.
pub(super) fn digest_of(path: &str) -> Option<Digest> {
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
        Some(misnamed(&digest))
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
