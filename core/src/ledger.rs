//! The ledger of one release: its valid entries, what each has seen, and what is named and not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::content::Content;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::key::{Signature, SignatureFault};
use crate::name::{Version, counted, escaped, pathspec, removal};
use crate::policy::{Chain, Policy};
use crate::statement::{Act, Statement};

mod known;
mod pending;
mod room;
mod sight;

pub use known::KnownSignature;
use pending::Carried;
pub use pending::{Found, MOST_BRANCHES, MOST_COMMITS, Pending};
pub use room::{Full, MOST_OF_ONE, MOST_READ, MOST_STATEMENTS};
use sight::Sight;

/// So many files that are no entries are told each on its own.
const MOST_TOLD: usize = 100;

/// A valid entry: a statement in its one spelling, under its own name, validly signed under a policy of the chain.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The digest of the statement's bytes.
    pub id: Digest,
    /// What is said.
    pub statement: Statement,
    /// The numbers of the policies under which it is validly signed; at least one.
    valid_under: BTreeSet<u64>,
}

impl Entry {
    /// Whether its signature is valid under `policy`: the key stands in its ring, for this kind, and is that of a person where
    /// a machine may not sign.
    pub fn is_valid_under(&self, policy: &Policy) -> bool {
        self.valid_under.contains(&policy.number())
    }

    /// The newest policy under which it is valid.
    pub fn newest_policy(&self) -> u64 {
        self.valid_under.last().copied().unwrap_or(1)
    }
}

/// The valid entries of one release.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: BTreeMap<Digest, Entry>,
    sight: Sight,
    // Each with an entry that names it.
    missing: BTreeMap<Digest, Digest>,
    // The answers to each entry, because every hold and every yes asks for its own.
    answers: BTreeMap<Digest, Vec<Digest>>,
    revocations: Vec<Digest>,
    doubts: Vec<Finding>,
    is_damaged: bool,
    // What branches that are not merged hold; of these, `entries` has what speaks against the release.
    carried: BTreeMap<Digest, Carried>,
}

impl Ledger {
    /// Reads the files of `releases/VERSION/ledger/`, by name. A file that is no valid entry becomes a finding: it might be a damaged hold.
    pub fn read(files: &BTreeMap<String, Content>, chain: &Chain, version: &Version) -> (Self, Vec<Finding>) {
        let folder = format!("releases/{version}/ledger");
        if files.len() > 2 * MOST_READ {
            let message = format!(
                "the ledger holds {} files, and {} are the most that are read: a statement and its signature for each of {MOST_READ}",
                files.len(),
                2 * MOST_READ
            );
            let next =
                format!("git log -- {folder}   then remove what is no entry; what is one stays: make a new version");
            let findings = vec![Finding::new(Code::BadRecord, folder, message).next(next)];
            return (Self { doubts: findings.clone(), is_damaged: true, ..Self::default() }, findings);
        }
        let (mut findings, mut doubts) = (Vec::new(), Vec::new());
        let mut untold = 0;
        let mut entries = BTreeMap::new();
        for name in files.keys() {
            match read_entry(name, files, chain, version) {
                Ok(Some(entry)) => drop(entries.insert(entry.id, entry)),
                Ok(None) => {}
                Err(_) if findings.len() >= MOST_TOLD => untold += 1,
                Err((code, why)) => {
                    let path = format!("{folder}/{name}");
                    let (log, removal) = (pathspec(&path), removal(&path));
                    let cure = files.get(name).and_then(|it| it.cure(&path));
                    let next = cure.unwrap_or_else(|| {
                        format!("git log -- {log}   then restore it, or if it was never valid: {removal}")
                    });
                    let finding = Finding::new(code, escaped(&path), why).next(next);
                    if may_be_publication(name, files, code) {
                        doubts.push(finding.clone());
                    }
                    findings.push(finding);
                }
            }
        }
        if untold > 0 {
            let message = format!("{} of the ledger can be no entries", counted(untold, "more file"));
            let next = format!("git log -- {folder}   then restore them, or if they were never valid: remove them");
            findings.push(Finding::new(Code::BadEntry, folder.clone(), message).next(next.clone()));
            // Nobody looks through so many for what one of them may have been.
            let message = "the ledger is full of files that are no entries, so it is not known what else it says";
            let doubt = Finding::new(Code::BadRecord, folder, message).next(next);
            findings.push(doubt.clone());
            doubts.push(doubt);
        }
        // What was signed for another release is no hold of this one.
        let is_damaged = findings.iter().any(|it| !matches!(it.code, Code::WrongRelease | Code::WrongProject));
        (Self { doubts, is_damaged, ..Self::of(entries) }, findings)
    }

    /// A ledger of these entries.
    pub fn of(entries: BTreeMap<Digest, Entry>) -> Self {
        let names = entries.values().rev().flat_map(|it| it.statement.names().map(|named| (named, it.id)));
        let missing = names.filter(|(named, _)| !entries.contains_key(named)).collect();
        let sight = Sight::of(&entries);
        let mut answers: BTreeMap<Digest, Vec<Digest>> = BTreeMap::new();
        for entry in entries.values() {
            if let Some(target) = entry.statement.act.target() {
                answers.entry(target).or_default().push(entry.id);
            }
        }
        let revokes = entries.values().filter(|it| matches!(it.statement.act, Act::Revoke { .. }));
        let revocations = revokes.map(|it| it.id).collect();
        let (doubts, carried) = (Vec::new(), BTreeMap::new());
        Self { entries, sight, missing, answers, revocations, doubts, is_damaged: false, carried }
    }

    /// The entries, by id.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many the record holds.
    pub fn len(&self) -> usize {
        self.entries.len() - self.count_pending()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of that id.
    pub fn get(&self, id: &Digest) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The lifts and revocations of one entry.
    pub fn answers_to(&self, id: &Digest) -> impl Iterator<Item = &Entry> {
        self.answers.get(id).into_iter().flatten().filter_map(|it| self.get(it))
    }

    /// Every revocation.
    pub fn revocations(&self) -> impl Iterator<Item = &Entry> {
        self.revocations.iter().filter_map(|it| self.get(it))
    }

    /// The ids that entries name and that are not here.
    pub fn missing(&self) -> impl Iterator<Item = &Digest> {
        self.missing.keys()
    }

    /// Why it cannot be told whether something here says that the release is out: files that may be what is left of a publication.
    pub fn doubts(&self) -> &[Finding] {
        &self.doubts
    }

    /// Whether a file here is no valid entry: it may be what is left of a hold.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Whether an id is named and is not here.
    pub fn is_missing(&self, id: &Digest) -> bool {
        self.missing.contains_key(id)
    }

    /// An entry that names what is not here.
    pub fn namer_of(&self, missing: &Digest) -> Option<&Entry> {
        self.get(self.missing.get(missing)?)
    }

    /// Whether `later` has seen `earlier`: it stands in the transitive `after` of `later`, or is the entry that it is about. A
    /// publication has also seen what it relies on.
    pub fn has_seen(&self, later: &Digest, earlier: &Digest) -> bool {
        self.sight.has_seen(later, earlier)
            || self.get(later).is_some_and(|it| it.statement.act.target() == Some(*earlier))
    }

    /// The entries that no other has seen: what a signer of now has in front of them.
    pub fn heads(&self) -> BTreeSet<Digest> {
        let seen: BTreeSet<Digest> = self.entries.values().flat_map(|it| it.statement.after.iter().copied()).collect();
        let heads = self.entries.keys().filter(|it| !seen.contains(it));
        heads.filter(|it| self.carried.is_empty() || self.can_be_named(it)).copied().collect()
    }

    /// The entries in an order that respects what each had seen, and among equals the claimed time.
    pub fn in_order(&self) -> Vec<&Entry> {
        let mut all: Vec<&Entry> = self.entries.values().collect();
        all.sort_by_key(|it| (self.sight.depth(&it.id), it.statement.at, it.id));
        all
    }
}

/// The entry under `name`; nothing for the signature of one. Otherwise the code, and a sentence that says why not.
fn read_entry(
    name: &str,
    files: &BTreeMap<String, Content>,
    chain: &Chain,
    version: &Version,
) -> Result<Option<Entry>, (Code, String)> {
    let bad = |why: String| (Code::BadEntry, why);
    let Some(content) = files.get(name) else { return Ok(None) };
    let bytes = content.bytes().ok_or_else(|| bad(format!("this file {}", content.fault())))?;
    if let Some(statement) = name.strip_suffix(".sig") {
        return match files.contains_key(statement) {
            true => Ok(None),
            false => Err(bad("this signature has no statement beside it".to_owned())),
        };
    }
    let named: Digest = name
        .strip_suffix(".toml")
        .and_then(|it| it.parse().ok())
        .ok_or_else(|| bad("this file is not named by the SHA-256 of a statement".to_owned()))?;
    let id = Digest::of(bytes);
    if id != named {
        return Err(bad(format!("this file has other bytes than its name says: they hash to {}", id.short())));
    }
    let armor =
        files.get(&format!("{name}.sig")).ok_or_else(|| bad("this statement has no signature beside it".to_owned()))?;
    let armor = armor.bytes().ok_or_else(|| bad(format!("the signature of this statement {}", armor.fault())))?;
    Entry::read(bytes, armor, chain, version).map(Some)
}

/// Whether a file that is no valid entry may be what is left of a publication. What never had the name of an entry is none, nor is
/// what says something else, or says it of another release or project.
fn may_be_publication(name: &str, files: &BTreeMap<String, Content>, code: Code) -> bool {
    let statement = name.strip_suffix(".sig").unwrap_or(name);
    let named = statement.strip_suffix(".toml").and_then(|it| it.parse::<Digest>().ok());
    let Some(named) = named.filter(|_| code == Code::BadEntry) else { return false };
    let Some(bytes) = files.get(statement).and_then(Content::bytes) else { return true };
    let says_otherwise =
        |it: &Statement| !matches!(it.act, Act::Publish { .. } | Act::Adopt { .. }) && Digest::of(bytes) == named;
    !Statement::parse(bytes).is_ok_and(|it| says_otherwise(&it))
}

impl Entry {
    /// The entry that these two files make in the ledger of `version`, or the code and a sentence that says why they make none.
    pub(crate) fn read(bytes: &[u8], armor: &[u8], chain: &Chain, version: &Version) -> Result<Self, (Code, String)> {
        let entry = Self::signed(bytes, armor, chain)?;
        belongs(&entry.statement, chain, version)?;
        Ok(entry)
    }

    /// The statement that these two files make, signed by somebody who may sign its kind under some policy of the chain, whatever
    /// it is about.
    fn signed(bytes: &[u8], armor: &[u8], chain: &Chain) -> Result<Self, (Code, String)> {
        let bad = |why: String| (Code::BadEntry, why);
        let statement = Statement::parse(bytes).map_err(|why| bad(format!("this file {why}")))?;
        let signature = Signature::parse(armor).map_err(|why| bad(format!("the signature of this statement {why}")))?;
        let namespace = statement.namespace();
        let mut valid_under = BTreeSet::new();
        let mut fault: Option<SignatureFault> = None;
        for policy in chain.policies() {
            match policy.ring().allows(&statement.by, &namespace, &signature) {
                Ok(_) => drop(valid_under.insert(policy.number())),
                // What the newest one says is what its reader can do something about.
                Err(why) => fault = Some(why),
            }
        }
        let fault = match fault.filter(|_| valid_under.is_empty()) {
            Some(fault) => Some(fault),
            None => signature.check(bytes).err(),
        };
        if let Some(why) = fault {
            return Err(bad(format!("the signature of this statement {why}")));
        }
        // A machine's key is bound to its kinds by the ring; this holds even where a ring forgot to.
        let kind = statement.act.kind();
        let is_machine = |it: &Policy| it.is_machine(&statement.by) && !crate::policy::MACHINE_KINDS.contains(&kind);
        valid_under.retain(|number| !chain.of_number(*number).is_some_and(is_machine));
        if valid_under.is_empty() {
            return Err(bad(format!("this `{kind}` was signed by a machine, which may not")));
        }
        Ok(Self { id: Digest::of(bytes), statement, valid_under })
    }
}

/// Whether these two files make an entry of the ledger of `version`.
pub fn is_entry(statement: &[u8], signature: &[u8], chain: &Chain, version: &Version) -> bool {
    Entry::read(statement, signature, chain, version).is_ok()
}

/// Whether a validly signed statement belongs into this ledger.
fn belongs(statement: &Statement, chain: &Chain, version: &Version) -> Result<(), (Code, String)> {
    let project = chain.current().project();
    if statement.project != *project {
        return Err((Code::WrongProject, format!("this statement was signed for {}", statement.project)));
    }
    if statement.release != *version {
        return Err((Code::WrongRelease, format!("this statement was signed for {}", statement.release)));
    }
    if chain.of_digest(&statement.policy).is_none() {
        return Err((
            Code::BadEntry,
            format!("this statement names a policy that is not here ({})", statement.policy.short()),
        ));
    }
    if let Act::Waive { finding, .. } = &statement.act
        && !finding.meaning().waivable
    {
        return Err((Code::BadEntry, format!("`{finding}` cannot be waived")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
