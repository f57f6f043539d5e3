//! What is lost, by the ids of its files; and reading those, for the core to judge whether it ever counted.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;
use holdpoint_core::content::Content;
use holdpoint_core::digest::Digest;
use holdpoint_core::past::Gone;
use holdpoint_core::policy::{LARGEST_SIGNATURE, PolicyFiles, claimed_number, number_of};
use holdpoint_core::record;
use holdpoint_core::statement::LARGEST_FACT;

use super::super::Kind;
use super::ceiling::Ceiling;
use super::objects::{Objects, Stop};

/// The file that a policy is.
const POLICY: &str = "policy.toml";

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
    objects: &Objects<'_>,
    ceiling: &Ceiling,
    lost: Lost,
    judge: &mut dyn FnMut(Gone),
) -> Result<(), Stop> {
    let reader = Reader { objects, ceiling };
    for ((version, name), entry) in lost.entries {
        if let Some(gone) = reader.entry(version, &name, &entry)? {
            judge(gone);
        }
    }
    let mut claimed: BTreeMap<Oid, Option<u64>> = BTreeMap::new();
    let mut unnumbered = BTreeSet::new();
    for ((folder, tree), sight) in lost.policies {
        let number = match claimed.get(&tree) {
            Some(known) => *known,
            None => *claimed.entry(tree).or_insert(reader.number(tree)?),
        };
        // A policy says which number it has. One that says none can be none, and is judged once.
        let is_own = number.map_or_else(|| unnumbered.insert(tree), |it| number_of(&folder) == Some(it));
        if is_own {
            judge(Gone::Policy { folder, commit: sight.commit.to_string(), files: reader.policy_files(tree)? });
        }
    }
    Ok(())
}

/// Reads files of older commits.
struct Reader<'o> {
    objects: &'o Objects<'o>,
    ceiling: &'o Ceiling,
}

impl Reader<'_> {
    fn entry(&self, version: String, name: &str, lost: &LostEntry) -> Result<Option<Gone>, Stop> {
        let Some(id) = name.strip_suffix(".toml").and_then(|it| it.parse::<Digest>().ok()) else { return Ok(None) };
        let Some((file, _)) = lost.pairs.first() else { return Ok(None) };
        // Its digest was compared when it was first met, and its bytes were counted then.
        let Some(statement) = self.objects.file(name.as_bytes(), *file, LARGEST_FACT, |_| Ok(()))? else {
            return Ok(None);
        };
        let mut signatures = Vec::new();
        for (_, signature) in lost.pairs.iter().filter(|(it, _)| it == file) {
            signatures.extend(self.file(&format!("{name}.sig"), *signature, LARGEST_SIGNATURE)?);
        }
        let commit = lost.sight.commit.to_string();
        let signed = !signatures.is_empty();
        Ok(signed.then_some(Gone::Entry { version, id, commit, statement, signatures }))
    }

    /// The number that the policy in this folder says it has.
    fn number(&self, tree: Oid) -> Result<Option<u64>, Stop> {
        let Some(policy) = self.objects.folder(tree)?.get(POLICY.as_bytes(), Kind::File)? else { return Ok(None) };
        Ok(self.file(POLICY, policy, record::largest(POLICY))?.and_then(|it| claimed_number(&it)))
    }

    /// What a policy is made of, and nothing else that lies beside it.
    fn policy_files(&self, tree: Oid) -> Result<PolicyFiles, Stop> {
        let mut files = PolicyFiles::new();
        for entry in self.objects.folder(tree)?.entries() {
            let entry = entry?;
            let Ok(name) = str::from_utf8(entry.name) else { continue };
            let limit = match name {
                POLICY | "signers" | "sealed" => record::largest(name),
                it if it.ends_with(".sig") => LARGEST_SIGNATURE,
                _ => continue,
            };
            if entry.kind == Kind::File
                && let Some(bytes) = self.file(name, entry.id()?, limit)?
            {
                files.insert(name.to_owned(), Content::Plain(bytes));
            }
        }
        Ok(files)
    }

    fn file(&self, name: &str, id: Oid, limit: usize) -> Result<Option<Vec<u8>>, Stop> {
        self.objects.file(name.as_bytes(), id, limit, |size| self.ceiling.bytes(size))
    }
}
