//! Opening a repository where git itself sees it: the same folder of git's files, the same work tree, the same trust.
//!
//! libgit2 guesses a work tree from where git's files lie, and knows fewer places for `safe.directory`. Where the two
//! could disagree, git is asked, and its answer counts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, Repository, RepositoryOpenFlags};
use holdpoint_core::name::{escaped, quoted};

use super::git::Git;
use super::{canonical, no_folder, reason};
use crate::failure::Failure;

/// What git says about a folder.
struct Seen {
    private: PathBuf,
    work_tree: Option<PathBuf>,
}

/// The repository around the folder `base`; nothing where there is none. `dir` is what the user typed.
pub(super) fn around(dir: &Path, base: &Path) -> Result<Option<Repository>, Failure> {
    let opened = Repository::open_ext(base, RepositoryOpenFlags::CROSS_FS, std::iter::empty::<&OsStr>());
    match opened {
        Ok(git) if is_plain(&git, base) => Ok(Some(git)),
        Ok(git) => placed(git, base).map(Some),
        Err(error) if error.code() == ErrorCode::NotFound && error.class() == ErrorClass::Repository => Ok(None),
        Err(error) if error.code() == ErrorCode::Owner => match seen(base)? {
            Ok(seen) => trusted(&seen, base).map(Some),
            Err(_) => Err(of_another_user(dir, base, &error)),
        },
        Err(error) => Err(not_opened(dir, base, &error)),
    }
}

/// Whether this is a repository as `git init` and `git clone` make it, about which nobody can disagree.
fn is_plain(git: &Repository, base: &Path) -> bool {
    let is_moved = git.config().and_then(|mut it| it.snapshot()).map_or(true, |it| it.get_str("core.worktree").is_ok());
    if is_moved {
        return false;
    }
    let Ok(base) = base.canonicalize() else { return false };
    let Some(top) = base.ancestors().find(|it| it.join(".git").symlink_metadata().is_ok()) else {
        return git.workdir().is_none();
    };
    let private = top.join(".git");
    private.symlink_metadata().is_ok_and(|it| it.is_dir())
        && (git.path() == private && git.workdir() == Some(top) || git.workdir().is_none())
}

/// The repository with the work tree that git sees.
fn placed(git: Repository, base: &Path) -> Result<Repository, Failure> {
    let seen = seen(base)?.map_err(|said| {
        Failure::new(format!("git does not say where the work tree of `{}` is", base.display()))
            .because(escaped(said.trim()))
            .hint(format!("git -C {} status", quoted(&base.to_string_lossy())))
    })?;
    let unset = |it: git2::Error| unplaced(base, &it);
    // Where git has no work tree there is nothing to write into, whatever libgit2 made of it.
    let Some(top) = seen.work_tree else { return Repository::open_bare(&seen.private).map_err(unset) };
    if git.workdir().is_some_and(|it| it == top) && git.path() == seen.private {
        return Ok(git);
    }
    let git = if git.path() == seen.private { git } else { Repository::open(&seen.private).map_err(unset)? };
    git.set_workdir(&top, false).map_err(unset)?;
    Ok(git)
}

/// A repository of another user that git trusts, as its configuration or environment says.
fn trusted(seen: &Seen, base: &Path) -> Result<Repository, Failure> {
    /// The extensions that libgit2 reads.
    const KNOWN: [&str; 5] = ["noop", "objectformat", "partialclone", "preciousobjects", "worktreeconfig"];
    let failed = |it: git2::Error| unplaced(base, &it);
    // This way in looks at neither owner nor extensions; git has looked at the first, and the second is done here.
    let git = Repository::open_bare(&seen.private).map_err(failed)?;
    let config = git.config().and_then(|mut it| it.snapshot()).map_err(failed)?;
    let mut extensions = config.entries(Some("^extensions\\.")).map_err(failed)?;
    while let Some(entry) = extensions.next() {
        let name = entry.and_then(|it| it.name().map(str::to_owned)).map_err(failed)?;
        let name = name.trim_start_matches("extensions.");
        if !KNOWN.contains(&name) {
            return Err(unknown_extension(base, name, "it is not known here"));
        }
    }
    drop(extensions);
    if let Some(top) = &seen.work_tree {
        git.set_workdir(top, false).map_err(failed)?;
    }
    Ok(git)
}

/// What git says about `base`, or else its own words why it says nothing.
fn seen(base: &Path) -> Result<Result<Seen, String>, Failure> {
    let private = Git::at(base, "rev-parse").arg("--absolute-git-dir").run()?;
    if !private.worked {
        return Ok(Err(private.errors));
    }
    let is_inside = Git::at(base, "rev-parse").arg("--is-inside-work-tree").run()?;
    let work_tree = if is_inside.text.trim() == "true" {
        let top = Git::at(base, "rev-parse").arg("--show-toplevel").run()?;
        if !top.worked {
            return Ok(Err(top.errors));
        }
        Some(canonical(Path::new(line(&top.text)))?)
    } else {
        None
    };
    Ok(Ok(Seen { private: canonical(Path::new(line(&private.text)))?, work_tree }))
}

fn line(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

fn unplaced(base: &Path, error: &git2::Error) -> Failure {
    Failure::new(format!("the repository around `{}` cannot be opened", base.display()))
        .because(reason(error))
        .hint(format!("git -C {} status", quoted(&base.to_string_lossy())))
}

/// There is no repository around what the user typed.
pub(super) fn none_around(dir: &Path, base: &Path) -> Failure {
    if base != dir && !dir.exists() {
        return no_folder(dir);
    }
    Failure::new(format!("`{}` is not in a git repository", dir.display()))
        .hint("`cd` into one, name it with `--repo DIR`, or start one with `git init`")
}

fn not_opened(dir: &Path, base: &Path, error: &git2::Error) -> Failure {
    let message = error.message().to_ascii_lowercase();
    match message.split("extensions.").nth(1).filter(|_| message.contains("unsupported extension")) {
        Some(name) => {
            let name = name.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default();
            unknown_extension(base, name, &reason(error))
        }
        None => Failure::new(format!("the repository around `{}` cannot be opened", dir.display()))
            .because(reason(error))
            .hint(format!("git -C {} fsck", quoted(&base.to_string_lossy()))),
    }
}

/// A form of git's own files that is not read here. One of them has a command that turns it back.
fn unknown_extension(base: &Path, name: &str, why: &str) -> Failure {
    let top = quoted(&owned_top(base));
    // `git refs migrate` of the versions that most people have refuses wherever there is a reflog.
    if name == "refstorage" {
        return Failure::new(format!("the repository around `{}` keeps its branches in a reftable", base.display()))
            .because("only branches that are kept as files are read")
            .hint(format!("git clone -q --ref-format=files {top} {top}-files   (and work there)"));
    }
    Failure::new(format!("the repository around `{}` has the extension `{name}` of git", base.display()))
        .because(why)
        .hint(format!("use a clone of it without that: git clone --no-local {top} CLONE"))
}

fn of_another_user(dir: &Path, base: &Path, error: &git2::Error) -> Failure {
    let top = quoted(&owned_top(base));
    let has_home = ["GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME", "HOME"].iter().any(|it| std::env::var_os(it).is_some());
    let line = if has_home {
        format!("git config --global --add safe.directory {top}")
    } else {
        // Without a home git has no file to write that into.
        format!("export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0={top}")
    };
    Failure::new(format!("the repository around `{}` belongs to another user", dir.display()))
        .because(reason(error))
        .hint(line)
}

/// The path that `safe.directory` must name: the top of the work tree, or else the bare repository, without a slash at
/// its end. What libgit2 names in its message may be another one, the part whose owner is wrong.
fn owned_top(base: &Path) -> String {
    let top = base.ancestors().find(|it| it.join(".git").symlink_metadata().is_ok()).map(Path::to_owned);
    let found = || Repository::discover_path(base, std::iter::empty::<&OsStr>()).ok();
    let top = top.or_else(found).unwrap_or_else(|| base.to_owned());
    let top = top.canonicalize().unwrap_or(top);
    top.to_string_lossy().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Repo;
    use crate::repo::sandbox::Sandbox;

    #[test]
    fn names_the_exact_line_for_another_users_repository() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("sub/a", "x")]);
        sandbox.git(&["worktree", "add", "-q", "../linked"]);
        let (linked, bare) = (sandbox.dir().with_file_name("linked"), sandbox.bare_clone());
        for (dir, top) in [
            (sandbox.dir().join("sub"), sandbox.dir()),
            (linked.join("sub"), linked.as_path()),
            (bare.join("refs"), bare.as_path()),
        ] {
            let error = git2::Error::new(ErrorCode::Owner, ErrorClass::Config, "not owned by current user");
            let hint = of_another_user(&dir, &dir, &error);
            assert!(hint.hint_text().unwrap().ends_with(&top.display().to_string()), "{hint:?}");
        }
    }

    #[test]
    fn the_work_tree_is_the_one_that_git_sees() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("sub/a", "x")]);
        let parent = sandbox.dir().parent().unwrap().canonicalize().unwrap();
        let dir = sandbox.dir().canonicalize().unwrap();
        // Git's files lie elsewhere, and a link leads there.
        std::fs::rename(dir.join(".git"), parent.join("private")).unwrap();
        std::os::unix::fs::symlink(parent.join("private"), dir.join(".git")).unwrap();
        let repo = Repo::open(&dir.join("sub")).unwrap();
        assert_eq!((repo.work_tree(), repo.folder()), (Some(dir.as_path()), "sub"));
        // A file says where they are, as `--separate-git-dir` writes it.
        std::fs::remove_file(dir.join(".git")).unwrap();
        std::fs::write(dir.join(".git"), "gitdir: ../private\n").unwrap();
        let repo = Repo::open(&dir.join("sub")).unwrap();
        assert_eq!((repo.work_tree(), repo.folder()), (Some(dir.as_path()), "sub"));
        // The configuration says where the work tree is.
        let moved = parent.join("moved");
        std::fs::create_dir_all(moved.join("sub")).unwrap();
        sandbox.git(&["config", "core.worktree", moved.to_str().unwrap()]);
        assert_eq!(Repo::open(&moved.join("sub")).err().map(|it| it.exit()), Some(crate::failure::Exit::Unable));
        std::fs::remove_dir(moved.join("sub")).unwrap();
        let repo = Repo::open(&parent.join("private")).unwrap();
        assert_eq!((repo.work_tree(), repo.folder()), (None, ""));
    }
}
