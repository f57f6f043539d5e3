//! A push on its way in: git keeps its objects apart until the hook has accepted it.

use std::path::{Path, PathBuf};

use git2::Repository;

use super::{Repo, canonical, existing_part, opening, reason, utf8};
use crate::failure::Failure;

/// What is known of a push on its way in.
#[derive(Debug, Clone, Default)]
pub(super) struct Incoming {
    /// The folder of its objects; none where it brings no objects, or git keeps none apart.
    quarantine: Option<PathBuf>,
}

impl Repo {
    /// The repository that receives a push, from a hook that git runs in the repository's own folder. `dir`: that folder, or a
    /// path that goes on inside the repository. `quarantine`: where git says that the objects of the push are.
    ///
    /// What such a handle reads is not there yet, so nothing is remembered of it.
    pub(crate) fn receiving(dir: &Path, quarantine: Option<&Path>) -> Result<Self, Failure> {
        let (base, rest) = existing_part(dir)?;
        let git = opening::around(dir, &base)?.ok_or_else(|| opening::none_around(dir, &base))?;
        let mut repo = Self::around(git);
        // In a repository with a work tree git runs its hooks in `.git` as well.
        repo.folder = if canonical(&base)? == canonical(repo.git.path())? {
            rest.join("/")
        } else {
            repo.folder_at(dir, &base, &rest)?
        };
        let quarantine = quarantine.map(|it| repo.own_quarantine(it)).transpose()?;
        let incoming = Incoming { quarantine };
        incoming.add_to(&repo.git)?;
        repo.incoming = Some(incoming);
        Ok(repo)
    }

    /// Whether this handle reads a push on its way in.
    pub(crate) fn is_receiving(&self) -> bool {
        self.incoming.is_some()
    }

    /// The folder of a push's objects, which must be right in this repository's own.
    fn own_quarantine(&self, path: &Path) -> Result<PathBuf, Failure> {
        let objects = canonical(&self.git.commondir().join("objects"))?;
        let folder = canonical(path)?;
        if folder.parent() == Some(objects.as_path()) && folder.is_dir() {
            return Ok(folder);
        }
        Err(Failure::new(format!("`{}` is no folder of incoming objects of this repository", path.display()))
            .because(format!("git keeps them in a folder in `{}`", objects.display()))
            .hint("`holdpoint hook pre-receive` is run by git, not by hand: see `holdpoint hook install --help`"))
    }
}

impl Incoming {
    /// Has a handle of the repository read the objects of the push too.
    pub(super) fn add_to(&self, git: &Repository) -> Result<(), Failure> {
        let Some(quarantine) = &self.quarantine else { return Ok(()) };
        let path = utf8(quarantine.as_os_str(), quarantine)?;
        let added = git.odb().and_then(|it| it.add_disk_alternate(&path));
        added.map_err(|it| Failure::new("the objects of the push cannot be read").because(reason(&it)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::repo::sandbox::Sandbox;

    /// A bare repository, and a commit that is in its quarantine alone.
    fn pushed(sandbox: &Sandbox) -> (PathBuf, PathBuf, String) {
        sandbox.commit_files(&[("policy/a", "1")]);
        let bare = sandbox.bare_clone();
        let quarantine = bare.join("objects/tmp_objdir-incoming-AbCdEf");
        fs::create_dir(&quarantine).unwrap();
        let new = sandbox.commit_files(&[("policy/a", "2")]);
        let mine = sandbox.dir().join(".git/objects");
        for id in sandbox.git(&["rev-list", "--objects", "HEAD~1..HEAD"]).lines() {
            let (folder, file) = id.split(' ').next().unwrap().split_at(2);
            fs::create_dir_all(quarantine.join(folder)).unwrap();
            fs::copy(mine.join(folder).join(file), quarantine.join(folder).join(file)).unwrap();
        }
        (bare, quarantine, new)
    }

    #[test]
    fn reads_what_is_in_quarantine_and_what_was_there_before() {
        for format in ["sha1", "sha256"] {
            let sandbox = Sandbox::with_format(format);
            let (bare, quarantine, new) = pushed(&sandbox);
            assert!(Repo::receiving(&bare, None).unwrap().snapshot(Some(&new)).is_err());
            let repo = Repo::receiving(&bare, Some(&quarantine)).unwrap();
            assert_eq!(repo.snapshot(Some(&new)).unwrap().root(), Some(""));
            assert_eq!(repo.ancestry(&new).unwrap().count(), 2);
            assert!(repo.is_receiving());
        }
    }

    #[test]
    fn trusts_no_folder_elsewhere() {
        let sandbox = Sandbox::new();
        let (bare, quarantine, _) = pushed(&sandbox);
        for elsewhere in [sandbox.dir(), &bare.join("objects"), &quarantine.join("../.."), &bare.join("refs/heads")] {
            assert!(Repo::receiving(&bare, Some(elsewhere)).is_err(), "{}", elsewhere.display());
        }
        assert!(Repo::receiving(&bare, Some(&bare.join("objects/gone"))).is_err());
    }

    #[test]
    fn opens_a_folder_inside_the_repository_that_receives() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("sub/folder/policy/a", "1")]);
        let bare = sandbox.bare_clone();
        for git in [bare, sandbox.dir().join(".git")] {
            assert_eq!(Repo::receiving(&git.join("sub/folder"), None).unwrap().folder(), "sub/folder");
            assert_eq!(Repo::receiving(&git, None).unwrap().folder(), "");
        }
    }
}
