//! What is lost, by the ids of its files; and reading those, for the core to judge whether it ever counted.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::name::escaped;
use holdpoint_core::past::Gone;
use holdpoint_core::policy::{LARGEST_SIGNATURE, PolicyFiles};
use holdpoint_core::record::LARGEST_FILE;
use holdpoint_core::statement::LARGEST_STATEMENT;

use super::super::{Blob, Item, Kind, Snapshot};
use super::objects::{Objects, Stop};

/// What is gone, by the ids of its files.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// By release and name of the statement.
    pub(super) entries: BTreeMap<(String, String), LostEntry>,
    /// By number and tree: where it stood.
    pub(super) policies: BTreeMap<(String, Oid), Sight>,
}

/// A commit that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sight {
    /// Its place in the walk.
    pub(super) number: usize,
    /// The commit.
    pub(super) commit: Oid,
    /// Its tree.
    pub(super) tree: Oid,
}

/// An entry that does not stand as it stood.
#[derive(Debug)]
pub(super) struct LostEntry {
    /// Where it stood.
    pub(super) sight: Sight,
    /// Its statement, and the signature beside it.
    pub(super) pairs: BTreeSet<(Oid, Oid)>,
}

impl Lost {
    /// What is lost here or there. Of two places where it stood the one that the walk came to first is named, so that the
    /// answer does not depend on which thread found it.
    pub(super) fn and(mut self, other: Self) -> Self {
        for (key, entry) in other.entries {
            self.entry(key, entry.sight).pairs.extend(entry.pairs);
        }
        for (key, sight) in other.policies {
            self.policy(key, sight);
        }
        self
    }

    /// An entry that is lost, and was seen here.
    pub(super) fn entry(&mut self, key: (String, String), sight: Sight) -> &mut LostEntry {
        let entry = self.entries.entry(key).or_insert_with(|| LostEntry { sight, pairs: BTreeSet::new() });
        entry.sight = entry.sight.min(sight);
        entry
    }

    /// A policy that is lost, and was seen here.
    pub(super) fn policy(&mut self, key: (String, Oid), sight: Sight) {
        let known = self.policies.entry(key).or_insert(sight);
        *known = sight.min(*known);
    }
}

/// Reads what is lost, one thing at a time. Files that can be no entry, whatever their name says, are left out.
pub(super) fn read(
    head: &Snapshot<'_>,
    objects: &Objects<'_>,
    lost: Lost,
    judge: &mut dyn FnMut(Gone),
) -> Result<(), Stop> {
    let reader = Reader { head };
    for ((version, name), entry) in lost.entries {
        if let Some(gone) = reader.entry(version, &name, &entry)? {
            judge(gone);
        }
    }
    for ((folder, tree), sight) in lost.policies {
        let files = reader.plain_files(objects, tree)?;
        judge(Gone::Policy { folder, commit: sight.commit.to_string(), files });
    }
    Ok(())
}

/// Reads files of older commits.
struct Reader<'h, 'r> {
    head: &'h Snapshot<'r>,
}

impl Reader<'_, '_> {
    fn entry(&self, version: String, name: &str, lost: &LostEntry) -> Result<Option<Gone>, Stop> {
        let Some(id) = name.strip_suffix(".toml").and_then(|it| it.parse::<Digest>().ok()) else { return Ok(None) };
        let Some((file, statement)) = self.statement(name, id, lost)? else { return Ok(None) };
        let mut signatures = Vec::new();
        for (_, signature) in lost.pairs.iter().filter(|(it, _)| *it == file) {
            if let Blob::Bytes(bytes) = self.blob(&format!("{name}.sig"), *signature, LARGEST_SIGNATURE)? {
                signatures.push(bytes);
            }
        }
        let commit = lost.sight.commit.to_string();
        let signed = !signatures.is_empty();
        Ok(signed.then_some(Gone::Entry { version, id, commit, statement, signatures }))
    }

    /// The file whose bytes are what its name says. There is at most one.
    fn statement(&self, name: &str, id: Digest, lost: &LostEntry) -> Result<Option<(Oid, Vec<u8>)>, Stop> {
        for file in lost.pairs.iter().map(|it| it.0).collect::<BTreeSet<_>>() {
            match self.blob(name, file, LARGEST_STATEMENT)? {
                Blob::Bytes(bytes) if Digest::of(&bytes) == id => return Ok(Some((file, bytes))),
                _ => {}
            }
        }
        Ok(None)
    }

    fn plain_files(&self, objects: &Objects<'_>, tree: Oid) -> Result<PolicyFiles, Stop> {
        let mut files = PolicyFiles::new();
        for entry in objects.folder(tree)?.entries() {
            let entry = entry?;
            let Ok(name) = str::from_utf8(entry.name) else { continue };
            if entry.kind == Kind::File {
                let limit = if name.ends_with(".sig") { LARGEST_SIGNATURE } else { LARGEST_FILE };
                if let Blob::Bytes(bytes) = self.blob(name, entry.id()?, limit)? {
                    files.insert(name.to_owned(), Content::Plain(bytes));
                }
            }
        }
        Ok(files)
    }

    fn blob(&self, name: &str, id: Oid, limit: usize) -> Result<Blob, Stop> {
        let item = Item { name: escaped(name), exact: true, kind: Kind::File, id };
        let damaged = |_| Stop::Unreadable(format!("`{}` of an older commit cannot be read (object {id})", item.name));
        let blob = self.head.blob(&item, limit).map_err(damaged)?;
        if blob == Blob::Gone {
            let lacks =
                format!("`{name}` of an older commit is not in this clone, and HEAD does not have it (object {id})");
            return Err(Stop::Unavailable(lacks));
        }
        Ok(blob)
    }
}
