//! A snapshot: one commit's tree, and nothing else.
//!
//! Paths are relative to the coordination root, the folder that holds `policy/`.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Odb, Oid, Tree, TreeEntry};
use holdpoint_core::name::escaped;
use jiff::Timestamp;

use super::allowance::Allowance;
use super::budget::Spent;
use super::{Repo, joined, reason};
use crate::failure::Failure;

/// One commit's tree.
pub(crate) struct Snapshot<'r> {
    repo: &'r Repo,
    odb: Odb<'r>,
    commit: Oid,
    tree: Oid,
    time: Timestamp,
    head: bool,
    root: Option<String>,
    prefix: String,
    // Parsing a tree of 10,000 folders for every file read would dominate everything else.
    folders: RefCell<HashMap<String, Option<Rc<Tree<'r>>>>>,
}

/// What stands under one name of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The name; escaped, and then not to be looked up, unless `exact`.
    pub(crate) name: String,
    /// Whether `name` is exactly what the tree holds.
    pub(crate) exact: bool,
    /// What it is.
    pub(crate) kind: Kind,
    /// The object.
    pub(crate) id: Oid,
}

/// What a tree entry is, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Mode 100644, the only one that is read.
    File,
    /// Mode 100755.
    Executable,
    /// Mode 120000.
    Symlink,
    /// Mode 160000.
    Submodule,
    /// Mode 040000.
    Folder,
    /// Any other mode, or an object that is not what its mode says.
    Other,
}

impl Kind {
    /// What it is called in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Executable => "executable file",
            Self::Symlink => "symbolic link",
            Self::Submodule => "submodule",
            Self::Folder => "folder",
            Self::Other => "entry of an unknown kind",
        }
    }

    pub(super) fn of(entry: &TreeEntry<'_>) -> Self {
        Self::of_mode(entry.filemode_raw())
    }

    pub(super) fn of_mode(mode: i32) -> Self {
        match mode {
            0o100_644 => Self::File,
            0o100_755 => Self::Executable,
            0o120_000 => Self::Symlink,
            0o160_000 => Self::Submodule,
            0o040_000 => Self::Folder,
            _ => Self::Other,
        }
    }
}

/// What reading one path gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Blob {
    /// The bytes, exactly as committed.
    Bytes(Vec<u8>),
    /// There is nothing under this path.
    Absent,
    /// There is something that is not a plain file.
    NotPlain(Kind),
    /// It is larger than allowed: this many bytes.
    TooLarge(usize),
    /// The tree names it, and this clone does not have it (a partial clone).
    Gone,
}

impl Repo {
    /// The commit that `rev`, or else HEAD, names.
    pub(crate) fn snapshot(&self, rev: Option<&str>) -> Result<Snapshot<'_>, Failure> {
        let head = self.head()?;
        let commit = match rev {
            Some(rev) => self.resolve(rev)?,
            None => head.id().ok_or_else(|| {
                Failure::new("the repository has no commit yet").hint("begin with `holdpoint init --project URL`")
            })?,
        };
        Snapshot::of(self, commit, head.id() == Some(commit))
    }

    fn resolve(&self, rev: &str) -> Result<Oid, Failure> {
        let unknown = || {
            Failure::usage(format!("there is no commit `{}`", escaped(rev)))
                .hint("name a commit, a branch or a tag; see `git log --oneline`")
        };
        let object = self.git.revparse_single(rev).map_err(|it| match it.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec => unknown(),
            _ => unknown().because(reason(&it)),
        })?;
        let commit = object.peel(ObjectType::Commit).map_err(|it| unknown().because(reason(&it)))?;
        Ok(commit.id())
    }

    pub(super) fn tree(&self, id: Oid) -> Result<Tree<'_>, Failure> {
        self.git.find_tree(id).map_err(|it| {
            Failure::new(format!("the folder {id} cannot be read"))
                .because(reason(&it))
                .hint("in a partial clone: git fetch --refetch --no-filter")
        })
    }
}

impl<'r> Snapshot<'r> {
    pub(super) fn of(repo: &'r Repo, id: Oid, head: bool) -> Result<Self, Failure> {
        let tried = || format!("commit {id} cannot be read");
        let commit = repo.git.find_commit(id).map_err(|it| Failure::new(tried()).because(reason(&it)))?;
        let time = Timestamp::from_second(commit.time().seconds()).map_err(|it| Failure::new(tried()).because(it))?;
        let odb = repo.git.odb().map_err(|it| Failure::new(tried()).because(reason(&it)))?;
        let mut snapshot = Self {
            repo,
            odb,
            commit: id,
            tree: commit.tree_id(),
            time,
            head,
            root: None,
            prefix: String::new(),
            folders: RefCell::default(),
        };
        snapshot.root = snapshot.find_root(repo.folder())?;
        snapshot.prefix = snapshot.root.clone().unwrap_or_else(|| repo.folder().to_owned());
        Ok(snapshot)
    }

    /// The same commit, read from the folder `prefix` ("" is the top) whether or not it holds a policy.
    #[must_use]
    pub(crate) fn rooted_at(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// The commit, 40 or 64 hexadecimal digits.
    pub(crate) fn commit_id(&self) -> String {
        self.commit.to_string()
    }

    /// The first seven digits of the commit, for people.
    pub(crate) fn short(&self) -> String {
        self.commit_id().chars().take(7).collect()
    }

    /// When the commit says it was made: a claim, never a proof.
    pub(crate) fn commit_time(&self) -> Timestamp {
        self.time
    }

    /// Whether it is what HEAD named when it was read.
    pub(crate) fn is_head(&self) -> bool {
        self.head
    }

    /// The coordination root ("" or "sub/folder"): the nearest folder, going up, that holds `policy/` in this commit.
    pub(crate) fn root(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// The folder that paths are relative to: the coordination root, or where the user stands if there is none.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What a folder holds, in tree order; `None` if there is no such folder.
    pub(crate) fn list(&self, folder: &str) -> Result<Option<Vec<Item>>, Failure> {
        let tree = self.folder(&joined(&self.prefix, folder))?;
        Ok(tree.map(|it| it.iter().map(|entry| Item::of(&entry)).collect()))
    }

    /// Whether there is such a folder.
    pub(crate) fn has_folder(&self, folder: &str) -> Result<bool, Failure> {
        Ok(self.folder(&joined(&self.prefix, folder))?.is_some())
    }

    /// The bytes of one plain file of at most `limit` bytes.
    pub(crate) fn file(&self, path: &str, limit: usize) -> Result<Blob, Failure> {
        let path = joined(&self.prefix, path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(tree) = self.folder(folder)? else { return Ok(Blob::Absent) };
        match tree.get_name(name) {
            Some(entry) => self.blob(&Item::of(&entry), limit),
            None => Ok(Blob::Absent),
        }
    }

    /// The bytes of an item that `list` gave, if it is a plain file of at most `limit` bytes.
    pub(crate) fn blob(&self, item: &Item, limit: usize) -> Result<Blob, Failure> {
        if item.kind != Kind::File {
            return Ok(Blob::NotPlain(item.kind));
        }
        let failed = |it: &git2::Error| {
            Failure::new(format!("`{}` cannot be read in commit {}", item.name, self.short())).because(reason(it))
        };
        // The header comes first, so that a file of a gigabyte costs nothing.
        let (size, kind) = match self.odb.read_header(item.id) {
            Ok(header) => header,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Blob::Gone),
            Err(error) => return Err(failed(&error)),
        };
        if kind != ObjectType::Blob {
            return Ok(Blob::NotPlain(Kind::Other));
        }
        if size > limit {
            return Ok(Blob::TooLarge(size));
        }
        match self.odb.read(item.id) {
            Ok(object) => Ok(Blob::Bytes(object.data().to_vec())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Blob::Gone),
            Err(error) => Err(failed(&error)),
        }
    }

    /// The item at a path, if there is one.
    pub(crate) fn item(&self, path: &str) -> Result<Option<Item>, Failure> {
        let path = joined(&self.prefix, path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        Ok(self.folder(folder)?.and_then(|it| it.get_name(name).map(|it| Item::of(&it))))
    }

    /// The bytes of a statement, which count against what one run reads.
    pub(crate) fn statement(&self, item: &Item, limit: usize) -> Result<Blob, Failure> {
        let blob = self.blob(item, limit)?;
        if let Blob::Bytes(bytes) = &blob {
            let spent = |Spent(why)| Failure::new(format!("this commit, branches and older commits hold {why}"));
            self.repo.budget.take(item.id, bytes.len()).map_err(spent)?;
        }
        Ok(blob)
    }

    pub(super) fn commit_oid(&self) -> Oid {
        self.commit
    }

    /// Every file below a folder, by its path from the top of the repository; so many files and folders at most.
    pub(super) fn files_below(&self, folder: &str, most: usize) -> Result<BTreeMap<Vec<u8>, (Kind, Oid)>, Failure> {
        let path = joined(&self.prefix, folder);
        let (mut found, mut allowance) = (BTreeMap::new(), Allowance::of(most));
        let mut open: Vec<(Vec<u8>, Rc<Tree<'r>>)> =
            self.folder(&path)?.map(|it| (path.into_bytes(), it)).into_iter().collect();
        while let Some((path, tree)) = open.pop() {
            for entry in tree.iter() {
                let mut below = path.clone();
                if !below.is_empty() {
                    below.push(b'/');
                }
                below.extend_from_slice(entry.name_bytes());
                allowance.take(folder, below.len())?;
                match Kind::of(&entry) {
                    Kind::Folder => open.push((below, Rc::new(self.repo.tree(entry.id())?))),
                    kind => drop(found.insert(below, (kind, entry.id()))),
                }
            }
        }
        Ok(found)
    }

    fn find_root(&self, from: &str) -> Result<Option<String>, Failure> {
        let mut folder = from;
        loop {
            if self.folder(&joined(folder, "policy"))?.is_some() {
                return Ok(Some(folder.to_owned()));
            }
            if folder.is_empty() {
                return Ok(None);
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// A tree as git writes it: every name once, in order. In another, what is looked up by name is not all that is there.
    fn sound(&self, tree: Tree<'r>, path: &str) -> Result<Tree<'r>, Failure> {
        // In git's order a folder `a` stands where `a/` would, so a file of that name need not be next to it.
        let mut files: HashSet<Vec<u8>> = HashSet::new();
        let (mut place, mut before): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
        for entry in &tree {
            let name = entry.name_bytes();
            place.clear();
            place.extend_from_slice(name);
            let is_new = if entry.filemode_raw() & 0o170_000 == 0o040_000 {
                place.push(b'/');
                files.is_empty() || !files.contains(name)
            } else {
                files.insert(name.to_vec())
            };
            if !is_new || place <= before {
                let name = escaped(&String::from_utf8_lossy(name));
                return Err(Failure::new(format!("the folder `{}` has `{name}` twice or out of order", escaped(path)))
                    .because(format!("commit {} holds a tree that git does not write", self.short()))
                    .hint("git fsck --no-reflogs   (which commit brought it? make that change again with git)"));
            }
            std::mem::swap(&mut place, &mut before);
        }
        Ok(tree)
    }

    pub(super) fn folder(&self, path: &str) -> Result<Option<Rc<Tree<'r>>>, Failure> {
        if let Some(known) = self.folders.borrow().get(path) {
            return Ok(known.clone());
        }
        let found = if path.is_empty() {
            Some(Rc::new(self.sound(self.repo.tree(self.tree)?, path)?))
        } else {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let entry = self.folder(above)?.and_then(|it| {
                it.get_name(name).filter(|entry| Kind::of(entry) == Kind::Folder).map(|entry| entry.id())
            });
            let tree = entry.map(|id| self.repo.tree(id)).transpose()?;
            tree.map(|it| self.sound(it, path)).transpose()?.map(Rc::new)
        };
        self.folders.borrow_mut().insert(path.to_owned(), found.clone());
        Ok(found)
    }
}

impl Item {
    fn of(entry: &TreeEntry<'_>) -> Self {
        let lossy = String::from_utf8_lossy(entry.name_bytes());
        let exact = lossy.as_bytes() == entry.name_bytes();
        let name = if exact { lossy.into_owned() } else { escaped(&lossy) };
        Self { name, exact, kind: Kind::of(entry), id: entry.id() }
    }
}

#[cfg(test)]
mod tests;
