//! Looking: which entries and policies of older commits do not stand in HEAD as they stood there.
//!
//! A set is compared, so what was seen once need not be seen again: the same tree of a commit, the same `releases`, the same
//! release folder and ledger under the same name. Where exactly HEAD has all files of a ledger, nothing else is asked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use git2::Oid;
use holdpoint_core::policy::number_of;

use super::super::Kind;
use super::ceiling::Ceiling;
use super::lost::{Lost, Sight};
use super::objects::{Entry, Objects, Stop};

/// Looks at one commit after another.
pub(super) struct Look<'o> {
    objects: &'o Objects<'o>,
    ceiling: &'o Ceiling,
    roots: Vec<Vec<Vec<u8>>>,
    present: Present,
    trees: HashSet<Oid>,
    // With the depth, because a folder may hold itself under its own name in another commit.
    above: HashSet<(usize, usize, Oid)>,
    releases: HashSet<Oid>,
    policies: HashSet<Oid>,
    // What was looked at last, in which nothing is left to see.
    last_releases: Row,
    release_folders: HashSet<Box<[u8]>>,
    policy_folders: HashSet<Box<[u8]>>,
    ledgers: HashSet<(Box<[u8]>, Oid)>,
    // The ledgers of each distinct release folder.
    ledgers_in: HashMap<Oid, Rc<[Oid]>>,
    // Each distinct ledger that was looked at under some release; and what it can hold, where that was asked.
    scanned: HashSet<Oid>,
    signed: HashMap<Oid, Rc<ByRelease>>,
    // The `policy.toml` of each distinct folder.
    policy_in: HashMap<Oid, Option<Oid>>,
    lost: Lost,
}

/// The entries of a folder, one after another, and where each ends. In the same folder of two commits next to each other
/// most stands at the same place.
#[derive(Default)]
struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    // How many ends were passed already.
    passed: usize,
}

impl Row {
    fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Whether exactly this entry begins at `at`. To be asked in order.
    fn has(&mut self, at: usize, entry: &[u8]) -> bool {
        while self.ends.get(self.passed).is_some_and(|it| *it < at) {
            self.passed += 1;
        }
        // A name may look like the beginning of another entry, so equal bytes are not enough.
        let begins = at == 0 || self.ends.get(self.passed) == Some(&at);
        begins && self.bytes.get(at..at + entry.len()) == Some(entry)
    }
}

/// What stands in HEAD.
#[derive(Default)]
struct Present {
    releases: HashMap<Box<[u8]>, Oid>,
    policies: HashMap<Box<[u8]>, Oid>,
    // The files of a ledger, read when an older one differs from it.
    ledgers: HashMap<Box<[u8]>, HashSet<Box<[u8]>>>,
}

impl<'o> Look<'o> {
    /// From the tree of HEAD, with the coordination root at `own`, for what stood below any of `roots`.
    pub(super) fn new(
        objects: &'o Objects<'o>,
        ceiling: &'o Ceiling,
        head: Oid,
        own: &str,
        roots: &BTreeSet<&str>,
    ) -> Result<Self, Stop> {
        let mut look = Self {
            objects,
            ceiling,
            roots: roots.iter().map(|it| parts(it)).collect(),
            present: Present::default(),
            trees: HashSet::new(),
            above: HashSet::new(),
            releases: HashSet::new(),
            policies: HashSet::new(),
            last_releases: Row::default(),
            release_folders: HashSet::new(),
            policy_folders: HashSet::new(),
            ledgers: HashSet::new(),
            ledgers_in: HashMap::new(),
            scanned: HashSet::new(),
            signed: HashMap::new(),
            policy_in: HashMap::new(),
            lost: Lost::default(),
        };
        let mut root = Some(head);
        for part in parts(own) {
            root = root.map(|it| objects.folder_in(it, &part)).transpose()?.flatten();
        }
        if let Some(root) = root {
            look.stand(root)?;
        }
        Ok(look)
    }

    /// What is gone of all that was looked at.
    pub(super) fn lost(self) -> Lost {
        self.lost
    }

    /// Takes in what stands in HEAD, which is nowhere gone.
    fn stand(&mut self, root: Oid) -> Result<(), Stop> {
        for entry in self.objects.folder(root)?.entries() {
            let entry = entry?;
            let (seen, known, present) = match (entry.kind, entry.name) {
                (Kind::Folder, b"releases") => {
                    (&mut self.releases, &mut self.release_folders, &mut self.present.releases)
                }
                (Kind::Folder, b"policy") => (&mut self.policies, &mut self.policy_folders, &mut self.present.policies),
                _ => continue,
            };
            let id = entry.id()?;
            seen.insert(id);
            for entry in self.objects.folder(id)?.entries() {
                let entry = entry?;
                if entry.kind == Kind::Folder {
                    known.insert(entry.whole.into());
                    present.insert(entry.name.into(), entry.id()?);
                }
            }
        }
        Ok(())
    }

    /// Looks at one commit.
    pub(super) fn commit(&mut self, sight: Sight) -> Result<(), Stop> {
        if !self.trees.insert(sight.tree) {
            return Ok(());
        }
        for number in 0..self.roots.len() {
            if let Some(root) = self.root(number, sight.tree)? {
                self.look_below(sight, root)?;
            }
        }
        Ok(())
    }

    /// The folder of a root in this tree, if it has one that was not seen yet.
    fn root(&mut self, number: usize, tree: Oid) -> Result<Option<Oid>, Stop> {
        let mut folder = tree;
        for (depth, part) in self.roots.get(number).into_iter().flatten().enumerate() {
            match self.objects.folder_in(folder, part)? {
                Some(below) if self.above.insert((number, depth, below)) => folder = below,
                _ => return Ok(None),
            }
        }
        Ok(Some(folder))
    }

    fn look_below(&mut self, sight: Sight, root: Oid) -> Result<(), Stop> {
        let objects = self.objects;
        for entry in objects.folder(root)?.entries() {
            let entry = entry?;
            match (entry.kind, entry.name) {
                (Kind::Folder, b"releases") => self.look_at_releases(sight, entry.id()?)?,
                (Kind::Folder, b"policy") => self.look_at_policies(sight, entry.id()?)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn look_at_releases(&mut self, sight: Sight, releases: Oid) -> Result<(), Stop> {
        if !self.releases.insert(releases) {
            return Ok(());
        }
        let objects = self.objects;
        let folder = objects.folder(releases)?;
        let mut before = std::mem::take(&mut self.last_releases);
        let mut now = Row::default();
        for entry in folder.entries() {
            let entry = entry?;
            let same = before.has(now.end(), entry.whole);
            now.ends.push(now.end() + entry.whole.len());
            if same || entry.kind != Kind::Folder || self.release_folders.contains(entry.whole) {
                continue;
            }
            self.release_folders.insert(entry.whole.into());
            self.ceiling.names(1)?;
            // No statement can name a release that is not UTF-8.
            let Ok(version) = str::from_utf8(entry.name) else { continue };
            for ledger in self.ledgers_in(entry.id()?)?.iter() {
                if self.ledgers.insert((entry.name.into(), *ledger)) {
                    self.look_at_ledger(sight, version, *ledger)?;
                }
            }
        }
        now.bytes = folder.bytes().to_vec();
        self.last_releases = now;
        Ok(())
    }

    /// The ledgers of a release folder: one, where git wrote it.
    fn ledgers_in(&mut self, release: Oid) -> Result<Rc<[Oid]>, Stop> {
        if let Some(known) = self.ledgers_in.get(&release) {
            return Ok(Rc::clone(known));
        }
        let mut found = Vec::new();
        for below in self.objects.folder(release)?.entries() {
            let below = below?;
            if (below.kind, below.name) == (Kind::Folder, b"ledger") {
                found.push(below.id()?);
            }
        }
        let found: Rc<[Oid]> = found.into();
        self.ledgers_in.insert(release, Rc::clone(&found));
        Ok(found)
    }

    fn look_at_ledger(&mut self, sight: Sight, version: &str, ledger: Oid) -> Result<(), Stop> {
        if !self.scanned.insert(ledger) {
            // The same ledger under another release: what it can hold of that one is known, whatever names it has.
            return self.look_at_signed(sight, version, ledger);
        }
        let folder = self.objects.folder(ledger)?;
        let present = self.present.ledger(self.objects, version)?;
        let (mut whole, mut names) = (true, 0);
        for entry in folder.entries() {
            let entry = entry?;
            names += 1;
            whole &= present.contains(entry.whole) || named(&entry).is_none();
        }
        self.ceiling.names(names)?;
        if whole { Ok(()) } else { self.look_at_signed(sight, version, ledger) }
    }

    /// Looks at what a ledger holds that can be an entry of this release.
    fn look_at_signed(&mut self, sight: Sight, version: &str, ledger: Oid) -> Result<(), Stop> {
        let signed = match self.signed.get(&ledger) {
            Some(known) => Rc::clone(known),
            None => {
                let read = Rc::new(self.signed_in(ledger)?);
                self.signed.insert(ledger, Rc::clone(&read));
                read
            }
        };
        let Some(signed) = signed.get(version) else { return Ok(()) };
        let present = self.present.ledger(self.objects, version)?;
        for Signed { name, statement, signatures } in signed {
            let kept = present.contains(&statement.0);
            for signature in signatures.iter().filter(|it| !(kept && present.contains(&it.0))) {
                let key = (version.to_owned(), name.clone());
                if self.lost.entry(key, sight).pairs.insert((statement.1, signature.1)) {
                    self.ceiling.pair()?;
                }
            }
        }
        Ok(())
    }

    /// The statements of a ledger that lie under the name that they must have, each with its signatures, by their release.
    fn signed_in(&self, ledger: Oid) -> Result<ByRelease, Stop> {
        let folder = self.objects.folder(ledger)?;
        let mut files: BTreeMap<&[u8], Files<'_>> = BTreeMap::new();
        let mut names = 0;
        for entry in folder.entries() {
            let entry = entry?;
            names += 1;
            let Some(Named { stem, is_signature }) = named(&entry) else { continue };
            let files = files.entry(stem).or_default();
            if is_signature { &mut files.signatures } else { &mut files.statements }.push(entry);
        }
        self.ceiling.names(names)?;
        let mut all = ByRelease::new();
        for (stem, files) in files.into_iter().filter(|(_, it)| !it.signatures.is_empty()) {
            let name = String::from_utf8_lossy(stem).into_owned();
            for statement in files.statements {
                let Some(claim) = self.ceiling.claim(self.objects, stem, statement.id()?)? else { continue };
                if name.strip_suffix(".toml").is_some_and(|it| *it == claim.id.to_string()) {
                    let statement = (statement.whole.into(), statement.id()?);
                    let signatures = files.signatures.iter().map(|it| Ok((it.whole.into(), it.id()?)));
                    let signatures = signatures.collect::<Result<_, Stop>>()?;
                    all.entry(claim.release).or_default().push(Signed { name, statement, signatures });
                    // No other bytes have this digest.
                    break;
                }
            }
        }
        Ok(all)
    }

    fn look_at_policies(&mut self, sight: Sight, policies: Oid) -> Result<(), Stop> {
        if !self.policies.insert(policies) {
            return Ok(());
        }
        let objects = self.objects;
        for entry in objects.folder(policies)?.entries() {
            let entry = entry?;
            let is_number = str::from_utf8(entry.name).is_ok_and(|it| number_of(it).is_some());
            if entry.kind != Kind::Folder || !is_number || self.policy_folders.contains(entry.whole) {
                continue;
            }
            self.policy_folders.insert(entry.whole.into());
            self.ceiling.names(1)?;
            let id = entry.id()?;
            let policy = match self.policy_in.get(&id) {
                Some(known) => *known,
                None => *self.policy_in.entry(id).or_insert(objects.folder(id)?.get(POLICY, Kind::File)?),
            };
            let Some(policy) = policy else { continue };
            let present = self.present.policies.get(entry.name);
            let present = present.map(|it| objects.folder(*it)?.get(POLICY, Kind::File)).transpose()?.flatten();
            if present != Some(policy) {
                let number = String::from_utf8_lossy(entry.name).into_owned();
                self.lost.policy((number, entry.id()?), sight);
            }
        }
        Ok(())
    }
}

/// The file that a policy is.
const POLICY: &[u8] = b"policy.toml";

/// The plain files of one name in a ledger.
#[derive(Default)]
struct Files<'f> {
    statements: Vec<Entry<'f>>,
    signatures: Vec<Entry<'f>>,
}

/// The statements of a ledger, by the release that each names.
type ByRelease = HashMap<Box<str>, Vec<Signed>>;

/// A statement under its own name, and the signatures beside it: each as the tree has it, and its object.
struct Signed {
    name: String,
    statement: (Box<[u8]>, Oid),
    signatures: Vec<(Box<[u8]>, Oid)>,
}

impl Present {
    fn ledger(&mut self, objects: &Objects<'_>, version: &str) -> Result<&HashSet<Box<[u8]>>, Stop> {
        let version = version.as_bytes();
        if !self.ledgers.contains_key(version) {
            let mut files = HashSet::new();
            let folder = self.releases.get(version).copied();
            if let Some(ledger) = folder.map(|it| objects.folder_in(it, b"ledger")).transpose()?.flatten() {
                for entry in objects.folder(ledger)?.entries() {
                    files.insert(entry?.whole.into());
                }
            }
            self.ledgers.insert(version.into(), files);
        }
        Ok(self.ledgers.entry(version.into()).or_default())
    }
}

/// A name that an entry's statement or signature has.
struct Named<'t> {
    stem: &'t [u8],
    is_signature: bool,
}

fn named<'t>(entry: &Entry<'t>) -> Option<Named<'t>> {
    let (stem, is_signature) = match entry.name.strip_suffix(b".sig") {
        Some(stem) => (stem, true),
        None => (entry.name, false),
    };
    let digits = stem.strip_suffix(b".toml")?;
    let is_hex = digits.len() == 64 && digits.iter().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    (entry.kind == Kind::File && is_hex).then_some(Named { stem, is_signature })
}

/// The names of a path; none for the top.
fn parts(path: &str) -> Vec<Vec<u8>> {
    path.split('/').filter(|it| !it.is_empty()).map(|it| it.as_bytes().to_vec()).collect()
}
