//! Branches that are checked out in other work trees of the repository: moved from here, the index there would lack what the branch
//! has, and the next commit there would take it away.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::Repository;
use holdpoint_core::name::quoted;

use super::{Repo, canonical};
use crate::failure::Failure;

/// What another work tree does with a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    CheckedOut,
    Rebased,
    Bisected,
}

/// Another work tree that a branch belongs to for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occupant {
    /// Its top folder.
    top: PathBuf,
    /// Whether git keeps it though its folder is gone.
    is_locked: bool,
    used: Use,
}

impl Occupant {
    /// Why the branch is not moved from here.
    pub(super) fn reason(&self) -> String {
        let doing = match self.used {
            Use::CheckedOut => "is checked out",
            Use::Rebased => "is being rebased",
            Use::Bisected => "is being bisected",
        };
        let gone = if self.top.is_dir() { "" } else { ", a work tree that is gone" };
        format!("it {doing} in `{}`{gone}", self.top.display())
    }

    /// What leaves the branch to this work tree.
    pub(super) fn release(&self) -> String {
        let top = self.quoted();
        if !self.top.is_dir() {
            let unlock = if self.is_locked { format!("git worktree unlock {top} && ") } else { String::new() };
            return format!("{unlock}git worktree prune");
        }
        let end = match self.used {
            Use::CheckedOut => String::new(),
            Use::Rebased => format!("git -C {top} rebase --abort && "),
            Use::Bisected => format!("git -C {top} bisect reset && "),
        };
        format!("{end}git -C {top} switch --detach")
    }

    /// What brings the branch there to where it is on the remote.
    pub(super) fn pull(&self, remote: &str, branch: &str) -> String {
        match self.used {
            Use::CheckedOut if self.top.is_dir() => {
                format!("git -C {} pull --ff-only {remote} {branch}", self.quoted())
            }
            _ => format!("{} && git fetch {remote} {branch}:{branch}", self.release()),
        }
    }

    fn quoted(&self) -> String {
        quoted(&self.top.display().to_string())
    }
}

impl Repo {
    /// The first other work tree in which the branch `reference` is checked out, or in which a rebase or a bisection will come back to
    /// it. One that cannot be read is a failure: it may be there.
    pub(super) fn occupant(&self, reference: &str) -> Result<Option<Occupant>, Failure> {
        if !reference.starts_with("refs/heads/") {
            return Ok(None); // HEAD is each work tree's own
        }
        let wanted = self.moved_with(reference)?;
        let own = canonical(self.git.path())?;
        for folder in self.private_folders()? {
            if canonical(&folder)? == own {
                continue;
            }
            let Some(top) = self.top_of(&folder)? else { continue };
            if let Some(used) = self.use_of(&folder, &wanted)? {
                return Ok(Some(Occupant { top, is_locked: folder.join("locked").exists(), used }));
            }
        }
        Ok(None)
    }

    /// Refuses where another work tree stands on the branch `reference`: it could not be moved.
    pub(crate) fn refuse_occupied(&self, reference: &str) -> Result<(), Failure> {
        match self.occupant(reference)? {
            Some(occupant) => Err(occupied(reference.trim_start_matches("refs/heads/"), &occupant)),
            None => Ok(()),
        }
    }

    /// The folders that git keeps for the work trees, the main one's first.
    fn private_folders(&self) -> Result<Vec<PathBuf>, Failure> {
        let common = self.git.commondir();
        let linked = common.join("worktrees");
        let mut folders = vec![common.to_owned()];
        let listed = match fs::read_dir(&linked) {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(folders),
            Err(error) => return Err(unread(&linked, &error)),
        };
        for entry in listed {
            folders.push(entry.map_err(|it| unread(&linked, &it))?.path());
        }
        folders.sort();
        Ok(folders)
    }

    /// The top folder of the work tree that git keeps `folder` for; nothing where there is none: a bare repository, or what git does not
    /// take for a work tree either.
    fn top_of(&self, folder: &Path) -> Result<Option<PathBuf>, Failure> {
        let common = self.git.commondir();
        if canonical(folder)? == canonical(common)? {
            return Ok(match Repository::open(common) {
                Ok(main) => main.workdir().map(Path::to_owned),
                Err(_) => common.parent().map(Path::to_owned),
            });
        }
        let Some(link) = content(&folder.join("gitdir"))? else { return Ok(None) };
        let link = folder.join(path_of(&link));
        let top = link.parent().unwrap_or(&link);
        Ok(Some(top.canonicalize().unwrap_or_else(|_| top.to_owned())))
    }

    /// What the work tree of `folder` does with the branch.
    fn use_of(&self, folder: &Path, wanted: &str) -> Result<Option<Use>, Failure> {
        let head = folder.join("HEAD");
        let is_link = head.symlink_metadata().is_ok_and(|it| it.is_symlink());
        let target = match is_link {
            // The oldest form of a HEAD that is on a branch.
            true => fs::read_link(&head).ok().map(|it| it.to_string_lossy().into_owned()),
            false => content(&head)?.and_then(|it| text_of(&it).strip_prefix("ref:").map(|it| it.trim().to_owned())),
        };
        if target.map(|it| self.moved_with(&it)).transpose()?.is_some_and(|it| it == wanted) {
            return Ok(Some(Use::CheckedOut));
        }
        for place in ["rebase-merge/head-name", "rebase-apply/head-name"] {
            if content(&folder.join(place))?.is_some_and(|it| text_of(&it) == wanted) {
                return Ok(Some(Use::Rebased));
            }
        }
        let begun = content(&folder.join("BISECT_START"))?.map(|it| text_of(&it));
        let begun = begun.map(|it| if it.starts_with("refs/") { it } else { format!("refs/heads/{it}") });
        Ok((begun.as_deref() == Some(wanted)).then_some(Use::Bisected))
    }
}

/// Why a branch that another work tree stands on is not moved.
pub(super) fn occupied(branch: &str, occupant: &Occupant) -> Failure {
    Failure::new(format!("`{branch}` cannot be moved from here; nothing is committed"))
        .because(format!(
            "{}: that work tree would not have what is committed here, and the next commit there would take it away",
            occupant.reason()
        ))
        .hint(format!("{}   (then run the same command again; or run it there)", occupant.release()))
}

/// What a file of git's own holds; nothing where it is not there.
fn content(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unread(path, &error)),
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes.trim_ascii_end()))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&text_of(bytes)))
}

fn unread(path: &Path, error: &std::io::Error) -> Failure {
    let shown = quoted(&path.display().to_string());
    Failure::new("it cannot be told which branches other work trees stand on; nothing is committed")
        .because(format!("`{}`: {error}", path.display()))
        .hint(format!("make it readable, then run the same command again: chmod -R u+rX {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::sandbox::Sandbox;

    /// A repository with a second commit, and a linked work tree beside it, on the branch `side`.
    fn with_a_linked_one() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        sandbox.commit_files(&[("a", "2")]);
        sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
        sandbox
    }

    fn found(sandbox: &Sandbox, folder: &str, branch: &str) -> Option<Use> {
        let repo = Repo::open(&sandbox.dir().join(folder)).unwrap();
        repo.occupant(&format!("refs/heads/{branch}")).unwrap().map(|it| it.used)
    }

    #[test]
    fn each_work_tree_sees_what_the_others_stand_on_and_not_itself() {
        let sandbox = with_a_linked_one();
        assert_eq!(found(&sandbox, ".", "side"), Some(Use::CheckedOut));
        assert_eq!(found(&sandbox, ".", "main"), None);
        assert_eq!(found(&sandbox, "../linked", "main"), Some(Use::CheckedOut));
        assert_eq!(found(&sandbox, "../linked", "side"), None);
        assert_eq!(found(&sandbox, "../linked", "nowhere"), None);
    }

    #[test]
    fn a_branch_under_another_name_and_one_that_a_rebase_or_a_bisection_comes_back_to_count() {
        let sandbox = with_a_linked_one();
        sandbox.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/side"]);
        assert_eq!(found(&sandbox, ".", "alias"), Some(Use::CheckedOut));
        sandbox.git(&["-C", "../linked", "bisect", "start"]);
        sandbox.git(&["-C", "../linked", "switch", "-q", "--detach", "--ignore-other-worktrees"]);
        assert_eq!(found(&sandbox, ".", "side"), Some(Use::Bisected));
        sandbox.git(&["-C", "../linked", "bisect", "reset"]);
        let folder = sandbox.dir().join(".git/worktrees/linked");
        fs::write(folder.join("HEAD"), sandbox.git(&["rev-parse", "HEAD"]) + "\n").unwrap();
        assert_eq!(found(&sandbox, ".", "side"), None);
        fs::create_dir(folder.join("rebase-merge")).unwrap();
        fs::write(folder.join("rebase-merge/head-name"), "refs/heads/side\n").unwrap();
        assert_eq!(found(&sandbox, ".", "side"), Some(Use::Rebased));
    }

    #[test]
    fn a_bare_repository_has_nothing_checked_out_itself() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("a", "1")]);
        let bare = sandbox.bare_clone();
        let repo = Repo::open(&bare).unwrap();
        assert_eq!(repo.occupant("refs/heads/main").unwrap(), None);
        let linked = bare.with_file_name("of-bare").display().to_string();
        sandbox.git(&["-C", &bare.display().to_string(), "worktree", "add", "-q", &linked, "-b", "side", "main"]);
        assert_eq!(Repo::open(Path::new(&linked)).unwrap().occupant("refs/heads/main").unwrap(), None);
        assert!(repo.occupant("refs/heads/side").unwrap().is_some());
    }

    #[test]
    fn one_that_cannot_be_read_is_a_doubt() {
        let sandbox = with_a_linked_one();
        let head = sandbox.dir().join(".git/worktrees/linked/HEAD");
        fs::remove_file(&head).unwrap();
        fs::create_dir(&head).unwrap();
        let doubt = sandbox.repo().occupant("refs/heads/other").unwrap_err();
        assert!(doubt.cause().unwrap().contains("worktrees/linked/HEAD"), "{doubt:?}");
    }
}
