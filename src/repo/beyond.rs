//! What branches have that the record lacks: their commits, and the ledger files that those add.
//!
//! Parents are read from the commits' own bytes, as for every question about ancestors: neither a graft nor a commit-graph is
//! asked. Which of two commits claims to be newer decides only how long the walk is.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

use git2::{ObjectType, Oid};

use super::ancestry::Lineage;
use super::{Kind, Repo, Tip, joined, reason};
use crate::failure::Failure;

/// A statement and a signature that a branch adds to a ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Added {
    /// The release folder.
    pub(crate) version: String,
    /// The branch.
    pub(crate) branch: String,
    /// The bytes of the statement.
    pub(crate) statement: Vec<u8>,
    /// The bytes of the signature.
    pub(crate) signature: Vec<u8>,
}

/// What branches add to the ledgers of the record.
#[derive(Debug, Default)]
pub(crate) struct Additions {
    /// The pairs of files.
    pub(crate) added: Vec<Added>,
    /// The branches that add something.
    pub(crate) branches: BTreeSet<String>,
    /// How many commits these have that the record lacks.
    pub(crate) commits: usize,
    /// Whether that is more than is read, and not all is among the pairs.
    pub(crate) is_too_much: bool,
    bytes: usize,
    /// Branches of which something is not in this clone, or cannot be read, and why.
    pub(crate) unread: BTreeMap<String, String>,
}

/// The largest file that can be a part of an entry which counts on a branch.
const LARGEST: usize = 32 << 10;

/// The most pairs of statement and signature that are read of them.
const MOST_ADDED: usize = 20_000;

/// The most bytes that these may have together.
const MOST_BYTES: usize = 128 << 20;

const FROM_BRANCH: u8 = 1;
const FROM_RECORD: u8 = 2;
const BOTH: u8 = FROM_BRANCH | FROM_RECORD;

/// The commits met on a walk from two sides, until whatever is still open lies behind both.
pub(super) struct Sides {
    met: HashMap<Oid, (Lineage, u8)>,
    /// Commits where the walk ended, because they are missing or damaged, and why.
    cut: HashMap<Oid, String>,
}

impl Additions {
    /// Takes in what a branch adds, as far as it can be read.
    fn take(&mut self, repo: &Repo, branch: &str, (version, statement, signature): Pair) {
        // Once there are more than are read, what further ones say makes no difference.
        if self.is_too_much || self.added.len() >= MOST_ADDED {
            self.is_too_much = true;
            return;
        }
        let id = statement;
        match (repo.small(statement), repo.small(signature)) {
            (Ok(Some(statement)), Ok(Some(signature))) => {
                self.bytes += statement.len() + signature.len();
                let is_spent = repo.budget.take(id, statement.len()).is_err();
                if is_spent || self.bytes > MOST_BYTES {
                    self.is_too_much = true;
                    return;
                }
                self.added.push(Added { version, branch: branch.to_owned(), statement, signature });
            }
            // Nothing so large can speak against a release.
            (Ok(_), Ok(_)) => {}
            (Err(why), _) | (_, Err(why)) => drop(self.unread.insert(branch.to_owned(), why)),
        }
    }
}

impl Repo {
    /// What the commits behind these tips, and behind none of `known`, add to ledgers that the first of `known`, the record, lacks
    /// in those below `prefix`. In a commit the ledgers lie below one of `roots`: where the record has moved, others do not know yet.
    pub(crate) fn additions(
        &self,
        tips: &[Tip],
        prefix: &str,
        roots: &BTreeSet<&str>,
        known: &[String],
    ) -> Result<Additions, Failure> {
        let mut additions = Additions::default();
        let Some(record) = known.first() else { return Ok(additions) };
        if tips.is_empty() {
            return Ok(additions);
        }
        let ids = |all: Vec<&String>| all.into_iter().map(|it| self.parse_id(it)).collect::<Result<Vec<_>, _>>();
        let (from, record) = (ids(tips.iter().map(|it| &it.commit).collect())?, self.parse_id(record)?);
        let sides = self.sides(&from, &ids(known.iter().collect())?);
        let of_branch = sides.only_of_branches(tips, &from);
        let record = Reader::of(self, prefix).releases(self.lineage(record)?.tree);
        let below = |root: &&str| Ledgers { reader: Reader::of(self, root), sides: &sides, record: record.clone() };
        let mut readers: Vec<Ledgers<'_>> = roots.iter().map(below).collect();
        let mut pairs: HashSet<Pair> = HashSet::new();
        for (id, at) in &of_branch {
            let (Some((lineage, _)), Some(tip)) = (sides.met.get(id), tips.get(*at)) else { continue };
            let found = readers.iter_mut().map(|it| it.added_by(lineage)).reduce(|all, more| {
                let ((was_touched, mut files), (is_touched, new)) = (all?, more?);
                files.extend(new);
                Ok((was_touched || is_touched, files))
            });
            match found.unwrap_or_else(|| Ok((false, Vec::new()))) {
                Ok((is_touched, files)) => {
                    // What is no entry may be what is left of one, and is looked at all the same.
                    if is_touched {
                        additions.branches.insert(tip.branch.clone());
                    }
                    for pair in files {
                        if pairs.insert(pair.clone()) {
                            additions.take(self, &tip.branch, pair);
                        }
                    }
                }
                Err(why) => {
                    additions.unread.insert(tip.branch.clone(), why);
                }
            }
        }
        for (at, why) in sides.cut_behind(&from, &of_branch) {
            if let Some(tip) = tips.get(at) {
                additions.unread.insert(tip.branch.clone(), why.to_owned());
            }
        }
        let counted = |at: &usize| tips.get(*at).is_some_and(|it| additions.branches.contains(&it.branch));
        additions.commits = of_branch.values().filter(|at| counted(at)).count();
        additions.added.sort();
        Ok(additions)
    }

    /// The commits in which two histories meet: behind both, and behind no other such commit.
    pub(crate) fn meeting_points(&self, a: &str, b: &str) -> Result<Vec<String>, Failure> {
        let sides = self.sides(&[self.parse_id(a)?], &[self.parse_id(b)?]);
        let common = sides.met.values().filter(|it| it.1 == BOTH);
        let below: HashSet<Oid> = common.clone().flat_map(|it| it.0.parents.iter().copied()).collect();
        let tops: Vec<String> = common.filter(|it| !below.contains(&it.0.id)).map(|it| it.0.id.to_string()).collect();
        let mut points = Vec::new();
        for one in &tops {
            let mut others = tops.iter().filter(|it| *it != one);
            let is_behind = others.try_fold(false, |found, it| Ok::<_, Failure>(found || self.contains(it, one)?))?;
            if !is_behind {
                points.push(one.clone());
            }
        }
        points.sort();
        Ok(points)
    }

    /// Walks from both sides, until whatever is still open lies behind both.
    fn sides(&self, branches: &[Oid], record: &[Oid]) -> Sides {
        let mut met: HashMap<Oid, (Lineage, u8)> = HashMap::new();
        let mut cut: HashMap<Oid, String> = HashMap::new();
        let mut open: BinaryHeap<(i64, Oid)> = BinaryHeap::new();
        let mut is_open: HashSet<Oid> = HashSet::new();
        let mut one_sided = 0_usize;
        let starts = branches.iter().map(|it| (*it, FROM_BRANCH)).chain(record.iter().map(|it| (*it, FROM_RECORD)));
        let mut reached: Vec<(Oid, u8)> = starts.collect();
        loop {
            for (id, sides) in reached.drain(..) {
                let (lineage, before) = match met.entry(id) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => {
                        // What is missing or damaged ends the walk there: behind the record, the proof of the past says so.
                        match self.lineage(id) {
                            Ok(lineage) => new.insert((lineage, 0)),
                            Err(failure) => {
                                cut.insert(id, failure.message().to_owned());
                                continue;
                            }
                        }
                    }
                };
                let after = *before | sides;
                if after == *before {
                    continue;
                }
                one_sided -= usize::from(is_open.contains(&id) && *before != BOTH);
                one_sided += usize::from(after != BOTH);
                *before = after;
                if is_open.insert(id) {
                    open.push((lineage.time, id));
                }
            }
            if one_sided == 0 {
                break;
            }
            let Some((_, id)) = open.pop() else { break };
            is_open.remove(&id);
            let Some((lineage, sides)) = met.get(&id) else { continue };
            one_sided -= usize::from(*sides != BOTH);
            reached.extend(lineage.parents.iter().map(|it| (*it, *sides)));
        }
        Sides { met, cut }
    }

    /// The bytes of a blob, if it is one that can be a part of an entry; or why it cannot be read.
    fn small(&self, id: Oid) -> Result<Option<Vec<u8>>, String> {
        let failed = |it: git2::Error| format!("file {id} cannot be read: {}", reason(&it));
        let odb = self.git.odb().map_err(failed)?;
        let (size, kind) = odb.read_header(id).map_err(failed)?;
        if size > LARGEST || kind != ObjectType::Blob {
            return Ok(None);
        }
        Ok(Some(odb.read(id).map_err(failed)?.data().to_vec()))
    }
}

impl Sides {
    /// The commits that no side but the branches' has, each with the place of the first tip that leads to it.
    fn only_of_branches(&self, tips: &[Tip], from: &[Oid]) -> BTreeMap<Oid, usize> {
        let is_only = |id: &Oid| self.met.get(id).is_some_and(|it| it.1 == FROM_BRANCH);
        let mut of_branch = BTreeMap::new();
        for (at, tip) in from.iter().enumerate().take(tips.len()) {
            let mut open = vec![*tip];
            while let Some(id) = open.pop() {
                if is_only(&id) && !of_branch.contains_key(&id) {
                    of_branch.insert(id, at);
                    open.extend(self.met.get(&id).into_iter().flat_map(|it| it.0.parents.iter().copied()));
                }
            }
        }
        of_branch
    }

    /// The tips behind which something is missing or damaged that may be theirs alone, by their places, and why.
    fn cut_behind<'s>(&'s self, from: &'s [Oid], of_branch: &BTreeMap<Oid, usize>) -> Vec<(usize, &'s str)> {
        let parents = of_branch.iter().filter_map(|(id, at)| Some((*at, &self.met.get(id)?.0.parents)));
        let behind = parents.flat_map(|(at, parents)| parents.iter().map(move |it| (at, it)));
        from.iter().enumerate().chain(behind).filter_map(|(at, id)| Some((at, self.cut.get(id)?.as_str()))).collect()
    }
}

/// Ledgers in the trees of commits.
struct Reader<'r> {
    repo: &'r Repo,
    releases: String,
    /// The folder `releases` of a tree, which many commits share.
    ledgers: HashMap<Oid, Option<Oid>>,
}

/// The names in a folder, each with what it is.
type Names = BTreeMap<String, (Kind, Oid)>;

impl<'r> Reader<'r> {
    fn of(repo: &'r Repo, root: &str) -> Self {
        Self { repo, releases: joined(root, "releases"), ledgers: HashMap::new() }
    }

    fn folder(&self, id: Oid) -> Result<Names, String> {
        let tree = self.repo.git.find_tree(id).map_err(|it| format!("folder {id} cannot be read: {}", reason(&it)))?;
        let named = tree.iter().filter_map(|it| Some((it.name().ok()?.to_owned(), (Kind::of(&it), it.id()))));
        Ok(named.collect())
    }

    fn below(&self, folder: Oid, name: &str) -> Result<Option<Oid>, String> {
        let tree = self.repo.git.find_tree(folder);
        let tree = tree.map_err(|it| format!("folder {folder} cannot be read: {}", reason(&it)))?;
        Ok(tree.get_name(name).filter(|it| Kind::of(it) == Kind::Folder).map(|it| it.id()))
    }

    /// The folder `releases` of a commit's tree.
    fn releases(&mut self, tree: Oid) -> Result<Option<Oid>, String> {
        if let Some(known) = self.ledgers.get(&tree) {
            return Ok(*known);
        }
        let mut at = Some(tree);
        for part in self.releases.split('/') {
            at = match at {
                Some(folder) => self.below(folder, part)?,
                None => None,
            };
        }
        self.ledgers.insert(tree, at);
        Ok(at)
    }

    /// The files of one ledger in the folder `releases`.
    fn ledger(&self, releases: Option<Oid>, version: &str) -> Result<Option<Oid>, String> {
        let Some(releases) = releases else { return Ok(None) };
        match self.below(releases, version)? {
            Some(release) => self.below(release, "ledger"),
            None => Ok(None),
        }
    }

    fn files(&self, ledger: Option<Oid>) -> Result<Names, String> {
        ledger.map_or_else(|| Ok(Names::new()), |it| self.folder(it))
    }
}

/// An entry of a ledger: the version, and the files of the statement and of the signature.
type Pair = (String, Oid, Oid);

/// What one commit after another adds to ledgers.
struct Ledgers<'r> {
    reader: Reader<'r>,
    sides: &'r Sides,
    /// The folder `releases` of the record, wherever that lies in it.
    record: Result<Option<Oid>, String>,
}

impl Ledgers<'_> {
    /// Whether a commit adds anything to a ledger that the record lacks; and the version, the statement and the signature of each
    /// entry that it adds: that none of its parents has so.
    fn added_by(&mut self, commit: &Lineage) -> Result<(bool, Vec<Pair>), String> {
        let Some(releases) = self.reader.releases(commit.tree)? else { return Ok((false, Vec::new())) };
        let record = self.record.clone()?;
        let mut parents = Vec::new();
        for parent in &commit.parents {
            // A parent that is not in this clone takes nothing away from what is here.
            let tree = self.sides.met.get(parent).map(|it| it.0.tree);
            let tree = tree.or_else(|| self.reader.repo.lineage_if_here(*parent).ok().flatten().map(|it| it.tree));
            if let Some(tree) = tree {
                parents.push(self.reader.releases(tree)?);
            }
        }
        if record == Some(releases) || parents.contains(&Some(releases)) {
            return Ok((false, Vec::new()));
        }
        let known = match record {
            Some(record) => self.reader.folder(record)?,
            None => Names::new(),
        };
        let (mut is_touched, mut added) = (false, Vec::new());
        for (version, (kind, id)) in self.reader.folder(releases)? {
            if kind == Kind::Folder && known.get(&version).is_none_or(|it| it.1 != id) {
                is_touched |= self.added_to(&version, id, record, &parents, &mut added)?;
            }
        }
        Ok((is_touched, added))
    }

    fn added_to(
        &self,
        version: &str,
        release: Oid,
        record: Option<Oid>,
        parents: &[Option<Oid>],
        added: &mut Vec<Pair>,
    ) -> Result<bool, String> {
        let Some(ledger) = self.reader.below(release, "ledger")? else { return Ok(false) };
        let own = self.reader.ledger(record, version)?;
        if own == Some(ledger) {
            return Ok(false);
        }
        let (files, own) = (self.reader.files(Some(ledger))?, self.reader.files(own)?);
        let mut before = Vec::new();
        for parent in parents {
            before.push(self.reader.files(self.reader.ledger(*parent, version)?)?);
        }
        let is_file = |kind: Kind| matches!(kind, Kind::File | Kind::Executable);
        for (name, (kind, statement)) in &files {
            let Some(id) = name.strip_suffix(".toml") else { continue };
            let signed = format!("{id}.toml.sig");
            let Some((signature_kind, signature)) = files.get(&signed) else { continue };
            let has = |it: &Names| {
                it.get(name) == Some(&(*kind, *statement)) && it.get(&signed) == Some(&(*signature_kind, *signature))
            };
            // A name alone is no entry: whoever may push could put anything under that of a hold.
            if has(&own) || !is_file(*kind) || !is_file(*signature_kind) {
                continue;
            }
            if !before.iter().any(has) {
                added.push((version.to_owned(), *statement, *signature));
            }
        }
        let is_news = |(name, file): (&String, &(Kind, Oid))| {
            own.get(name) != Some(file) && !before.iter().any(|it| it.get(name) == Some(file))
        };
        Ok(files.iter().any(is_news))
    }
}

#[cfg(test)]
mod tests;
