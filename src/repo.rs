//! The repository: one commit's tree is read, history is walked, and exactly the files named are written.
//!
//! Reading runs nothing of the user's: no filter, no hook, no replaced object, no graft, no `GIT_*` variable.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use git2::{ErrorCode, ObjectFormat, Oid, Repository};

use crate::failure::Failure;

mod allowance;
mod ancestry;
mod beyond;
mod budget;
mod commit;
mod config;
mod difference;
mod earlier;
mod fetched;
mod git;
mod head;
mod incoming;
mod index;
mod link;
mod lock;
mod memory;
mod mend;
mod occupied;
mod opening;
mod outside;
mod past;
mod remote;
#[cfg(test)]
mod sandbox;
mod snapshot;
mod tips;
mod tree;
mod uncommitted;
mod worktree;
mod written;

pub(crate) use allowance::Allowance;
pub(crate) use beyond::{Added, Additions};
pub(crate) use commit::Advanced;
pub(crate) use config::Identity;
pub(crate) use difference::{line_changes, unified_diff};
pub(crate) use head::Head;
pub(crate) use link::web_link;
pub(crate) use memory::Memory;
#[allow(unused_imports, reason = "the gate is about to ask for it")]
pub(crate) use past::{Span, Survey};
pub(crate) use remote::{Pushed, without_credentials};
pub(crate) use snapshot::{Blob, Item, Kind, Snapshot};
pub(crate) use tips::{Tip, Tips, fetch_again};
pub(crate) use uncommitted::Care;
pub(crate) use worktree::write_whole;
pub(crate) use written::{Form, Written};

/// A repository, and the folder in it where the user stands.
pub(crate) struct Repo {
    git: Repository,
    folder: String,
    // A push on its way in, where this handle was opened to judge one.
    incoming: Option<incoming::Incoming>,
    // What was found behind a commit in this run, for those that come after it.
    behind: RefCell<Option<ancestry::Behind>>,
    // What the look at the past came by in this run.
    walked: RefCell<Option<past::Walked>>,
    // What was read of statements in this run.
    budget: Arc<budget::Budget>,
}

impl fmt::Debug for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.git.path().display())
    }
}

impl Repo {
    /// The repository around `dir`: a work tree, a folder in it, a linked work tree, a bare repository, or a path that
    /// goes on inside a bare one (`server.git/sub/folder`).
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let (base, rest) = existing_part(dir)?;
        let git = opening::around(dir, &base)?.ok_or_else(|| opening::none_around(dir, &base))?;
        Self::at(git, dir, &base, &rest)
    }

    /// The same, or nothing where `dir` is a folder that lies in no repository. One that cannot be opened is a failure.
    pub(crate) fn find(dir: &Path) -> Result<Option<Self>, Failure> {
        let (base, rest) = existing_part(dir)?;
        match opening::around(dir, &base)? {
            Some(git) => Self::at(git, dir, &base, &rest).map(Some),
            None if rest.is_empty() => Ok(None),
            None => Err(opening::none_around(dir, &base)),
        }
    }

    fn at(git: Repository, dir: &Path, base: &Path, rest: &[String]) -> Result<Self, Failure> {
        let mut repo = Self::around(git);
        repo.folder = repo.folder_at(dir, base, rest)?;
        Ok(repo)
    }

    /// What was read through another handle is not known to this one.
    fn around(git: Repository) -> Self {
        let (behind, walked) = (RefCell::default(), RefCell::default());
        Self { git, folder: String::new(), incoming: None, behind, walked, budget: Arc::default() }
    }

    /// Whether there were more statements than one run reads.
    pub(crate) fn is_budget_spent(&self) -> bool {
        self.budget.is_spent()
    }

    /// The folder that was opened, "" at the top.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    /// The top of the work tree, if there is one.
    pub(crate) fn work_tree(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// The folder of git's own files, which all linked work trees share.
    pub(crate) fn private_folder(&self) -> &Path {
        self.git.commondir()
    }

    /// Whether older commits are missing here.
    pub(crate) fn is_shallow(&self) -> bool {
        self.git.is_shallow()
    }

    /// The commit that a full reference such as `refs/remotes/origin/main` names, if it exists.
    pub(crate) fn tip_of(&self, reference: &str) -> Result<Option<String>, Failure> {
        let failed = |it: &git2::Error| {
            let failure = Failure::new(format!("`{reference}` cannot be read")).because(reason(it));
            if reference.starts_with("refs/remotes/") { failure.hint(fetch_again(reference)) } else { failure }
        };
        match self.git.find_reference(reference) {
            // A branch that is there, and whose commit is not, is no branch that is not there.
            Ok(found) => found.peel_to_commit().map(|it| Some(it.id().to_string())).map_err(|it| failed(&it)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// The name of the reference that is moved when this one is: another, where it is a symbolic one.
    pub(crate) fn moved_with(&self, reference: &str) -> Result<String, Failure> {
        const DEEPEST: usize = 5; // as git has it
        let failed = |it: &git2::Error| Failure::new(format!("`{reference}` cannot be read")).because(reason(it));
        let mut name = reference.to_owned();
        for _ in 0..DEEPEST {
            match self.git.find_reference(&name) {
                Ok(found) => match found.symbolic_target().map_err(|it| failed(&it))? {
                    Some(target) => target.clone_into(&mut name),
                    None => return Ok(name),
                },
                Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => return Ok(name),
                Err(error) => return Err(failed(&error)),
            }
        }
        Ok(name)
    }

    fn format(&self) -> ObjectFormat {
        self.git.object_format()
    }

    fn parse_id(&self, id: &str) -> Result<Oid, Failure> {
        Oid::from_str_ext(id, self.format())
            .map_err(|it| Failure::usage(format!("`{id}` is not the id of a commit")).because(reason(&it)))
    }

    fn folder_at(&self, dir: &Path, base: &Path, rest: &[String]) -> Result<String, Failure> {
        if !rest.is_empty() && !self.git.is_bare() {
            return Err(no_folder(dir));
        }
        let top = canonical(self.git.workdir().unwrap_or_else(|| self.git.path()))?;
        let mut parts = Vec::new();
        if let Ok(inside) = canonical(base)?.strip_prefix(&top) {
            for part in inside.components() {
                parts.push(utf8(part.as_os_str(), dir)?);
            }
        }
        parts.extend(rest.iter().cloned());
        if parts.first().is_some_and(|it| it == ".git") {
            parts.clear();
        }
        Ok(parts.join("/"))
    }
}

/// What libgit2 says, without its habit of a trailing full stop.
fn reason(error: &git2::Error) -> String {
    error.message().trim_end_matches('.').to_owned()
}

/// `path` below `folder`, either of which may be "".
fn joined(folder: &str, path: &str) -> String {
    match (folder, path.trim_end_matches('/')) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

fn existing_part(dir: &Path) -> Result<(PathBuf, Vec<String>), Failure> {
    let whole = std::path::absolute(dir)
        .map_err(|it| Failure::usage(format!("`{}` is not a folder", dir.display())).because(it))?;
    let mut base = whole.as_path();
    let mut rest = Vec::new();
    while !base.is_dir() {
        let (Some(Component::Normal(name)), Some(parent)) = (base.components().next_back(), base.parent()) else {
            return Err(no_folder(dir));
        };
        if base.symlink_metadata().is_ok() {
            return Err(no_folder(dir));
        }
        rest.insert(0, utf8(name, dir)?);
        base = parent;
    }
    Ok((base.to_owned(), rest))
}

fn utf8(name: &OsStr, dir: &Path) -> Result<String, Failure> {
    name.to_str().map(str::to_owned).ok_or_else(|| {
        Failure::usage(format!("the name of `{}` is not UTF-8", dir.display())).hint("rename the folder")
    })
}

fn canonical(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|it| Failure::new(format!("`{}` cannot be reached", path.display())).because(it))
}

fn no_folder(dir: &Path) -> Failure {
    Failure::usage(format!("there is no folder `{}`", dir.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn opens_from_a_sub_folder_and_knows_where_it_stands() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("sub/folder/policy/0001/policy.toml", "x")]);
        let deep = sandbox.dir().join("sub/folder/policy");
        assert_eq!(Repo::open(&deep).unwrap().folder(), "sub/folder/policy");
        assert_eq!(Repo::open(&sandbox.dir().join(".git")).unwrap().folder(), "");
    }

    #[test]
    fn opens_a_folder_inside_a_bare_repository() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("sub/folder/policy/a", "x"), ("sub/folder/releases/1.0.0/kb.md", "kb")]);
        let bare = sandbox.bare_clone();
        let repo = Repo::open(&bare.join("sub/folder")).unwrap();
        assert_eq!(repo.folder(), "sub/folder");
        let snapshot = repo.snapshot(None).unwrap();
        assert_eq!(snapshot.root(), Some("sub/folder"));
        assert_eq!(snapshot.file("releases/1.0.0/kb.md", 9).unwrap(), Blob::Bytes(b"kb".to_vec()));
    }

    #[test]
    fn opens_a_linked_work_tree() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("policy/a", "x")]);
        sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "other"]);
        let repo = Repo::open(&sandbox.dir().join("../linked/policy")).unwrap();
        assert_eq!(repo.folder(), "policy");
        assert_eq!(repo.head().unwrap().branch(), Some("other"));
        assert_eq!(repo.snapshot(None).unwrap().root(), Some(""));
    }

    #[test]
    fn says_what_to_do_where_there_is_no_repository() {
        let empty = tempfile::tempdir().unwrap();
        let failure = Repo::open(empty.path()).unwrap_err();
        assert!(failure.hint_text().unwrap().contains("git init"));
        assert!(Repo::find(empty.path()).unwrap().is_none());
        assert_eq!(Repo::find(&empty.path().join("nowhere")).unwrap_err().exit(), Exit::Usage);
        let failure = Repo::open(&empty.path().join("nowhere")).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        let sandbox = Sandbox::new();
        assert_eq!(Repo::open(&sandbox.dir().join("nowhere")).unwrap_err().exit(), Exit::Usage);
    }
}
