//! `holdpoint hook install`: sets the hook up in a repository that people push to.

use std::fs;
use std::io::Write;
use std::path::Path;

use clap::Args;
use holdpoint_core::digest::Digest;
use holdpoint_core::name::{escaped, quoted};
use holdpoint_core::policy::Chain;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::{Record, parse_pin};
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::repo::Repo;
use crate::shell::{PIN_KEY, Shell};

/// Set up the hook in a repository that people push to
///
/// Run it on the server, in the bare repository, or name that with `--repo`; where the coordination root is a folder of it,
/// name the folder as well: `--repo /srv/git/webinar.git/docs/release`. It writes `hooks/pre-receive`, or the same in the
/// folder that `core.hooksPath` names, and pins the root there. A hook of somebody else's is never replaced. A second run
/// changes nothing. To take it out, remove that file.
///
/// Exit codes: 0 it is there, 1 refused: another hook is there, nobody pushes to this repository, or the policy is not the one
/// that is to be pinned; 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Pin this root on the server: sha256: and 64 digits
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// The answer of `holdpoint hook install`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "hook")]
pub(crate) struct HookJson {
    schema: u64,
    /// The hook.
    path: String,
    /// Whether it was there already, as it is now.
    already: bool,
    /// The branch of record; null: no policy says it yet.
    branch: Option<String>,
    /// The roots that are pinned on the server.
    roots: Vec<String>,
    exit_code: u8,
}

/// Sets it up.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = Repo::receiving(&shell.global.repo, None)?;
    is_pushed_to(&repo)?;
    let chain = policies(&repo)?;
    let root = options.root.map(|it| parse_pin("--root", &it)).transpose()?;
    if let (Some(root), Some(chain)) = (root, &chain) {
        fits(root, chain)?;
    }
    let path = repo.hooks_folder()?.join("pre-receive");
    let already = write(&path, &script(&repo)?)?;
    if let Some(root) = root {
        shell.pin_root(&repo, &format!("sha256:{root}"))?;
    }
    let roots: Vec<String> = repo.config_all(PIN_KEY)?.iter().map(|it| it.trim().to_owned()).collect();
    let human = words(&repo, &path, already, chain.as_ref(), &roots)?;
    let branch = chain.map(|it| it.current().branch().to_owned());
    let path = path.display().to_string();
    let json = HookJson { schema: SCHEMA, path, already, branch, roots, exit_code: 0 };
    Ok(Outcome::done(human, value(&json)))
}

/// A clone that only its owner works in receives no push, and a hook in it would guard nothing.
fn is_pushed_to(repo: &Repo) -> Result<(), Failure> {
    // Git refuses a push to what is checked out, unless this says otherwise.
    let denies = repo.config_value("receive.denycurrentbranch")?;
    let is_open = denies.is_some_and(|it| !["refuse", "true", "yes", "on", "1"].contains(&it.to_lowercase().as_str()));
    if repo.work_tree().is_none() || is_open {
        return Ok(());
    }
    Err(Failure::refused("this is a clone with a work tree, and nobody pushes to it; the hook belongs on the server")
        .hint("there: holdpoint hook install --repo /srv/git/NAME.git   (a hosting service runs no hooks: let it protect the \
               branch, and let CI run `holdpoint lint`)"))
}

/// The policies of the branch that HEAD names, if it has any.
fn policies(repo: &Repo) -> Result<Option<Chain>, Failure> {
    if repo.head()?.commit_id().is_none() || repo.snapshot(None)?.root().is_none() {
        return Ok(None);
    }
    Ok(Some(Record::open(repo, None, Vec::new(), false)?.chain_or_fail()?.as_ref().clone()))
}

fn fits(root: Digest, chain: &Chain) -> Result<(), Failure> {
    if chain.of_digest(&root).is_some() {
        return Ok(());
    }
    let found = chain.current().digest();
    Err(Failure::refused("the policy in HEAD is another one; nothing is set up")
        .because(format!("you gave  sha256:{root}\nHEAD has  sha256:{found}"))
        .hint("ask an owner which one is right; `git log -- policy` says who changed it here"))
}

/// The hook. It names this program by its path, because the `PATH` of a server is not that of a person.
fn script(repo: &Repo) -> Result<String, Failure> {
    let tried = "the path of this program cannot be told";
    let program = std::env::current_exe().map_err(|why| Failure::new(tried).because(why))?;
    let program = program.to_str().ok_or_else(|| Failure::new(tried).because("it is not UTF-8"))?;
    let folder = match repo.folder() {
        "" => String::new(),
        folder => format!(" --repo {}", quoted(&format!("./{folder}"))),
    };
    Ok(format!("#!/bin/sh\nexec {}{folder} hook pre-receive\n", quoted(program)))
}

/// Writes the hook; says whether it was there already. One that this tool wrote, for another path, is written anew.
fn write(path: &Path, script: &str) -> Result<bool, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        Failure::new(format!("`{}` cannot be written", path.display())).because(why).hint("run it as the user who serves git")
    };
    let there = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => Some(fs::read_to_string(path).map_err(|why| failed(&why))?),
        Ok(_) => return Err(foreign(path, script)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => None,
        Err(why) => return Err(failed(&why)),
    };
    let already = match &there {
        Some(text) if text == script => true,
        Some(text) if is_ours(text) => false,
        Some(_) => return Err(foreign(path, script)),
        None => false,
    };
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(script.as_bytes())?;
        make_executable(file.as_file())?;
        match there {
            // Somebody may have written one in between.
            None => file.persist_noclobber(path).map(drop)?,
            Some(_) => file.persist(path).map(drop)?,
        }
        Ok(())
    };
    // Git passes a hook by that nobody may run.
    let already = already && is_executable(path);
    if !already {
        put().map_err(|why| failed(&why))?;
    }
    Ok(already)
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

/// Elsewhere git runs a hook whatever its mode.
#[cfg(not(unix))]
fn make_executable(_file: &fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> bool {
    true
}

/// Whether a hook is one that an earlier run wrote: two lines, the second of which is nothing but a call of this command.
fn is_ours(text: &str) -> bool {
    let call = text.strip_prefix("#!/bin/sh\nexec ").and_then(|it| it.strip_suffix(" hook pre-receive\n"));
    call.is_some_and(|it| it.contains("holdpoint") && !it.contains(['\n', ';', '|', '&', '$', '`']))
}

fn foreign(path: &Path, script: &str) -> Failure {
    let call = script.lines().nth(1).and_then(|it| it.strip_prefix("exec ")).unwrap_or_default();
    Failure::refused(format!("another hook is there, and stays as it is: `{}`", path.display())).hint(format!(
        "have it call this one, with the same standard input; right at its beginning:\n    \
         pushed=$(cat)\n    printf '%s\\n' \"$pushed\" | {call} || exit 1\n  \
         and read from \"$pushed\" after that"
    ))
}

/// What was set up, what it guards, and what is wanting.
fn words(repo: &Repo, path: &Path, already: bool, chain: Option<&Chain>, roots: &[String]) -> Result<String, Failure> {
    let done = if already { "is there already" } else { "is set up" };
    let mut text = format!("the hook {done}: {}\n", path.display());
    if !path.starts_with(repo.private_folder()) {
        text.push_str("  core.hooksPath says so; every other repository with that setting runs it too\n");
    }
    let head = repo.head()?;
    let named = head.branch().map(escaped).unwrap_or_default();
    match chain.map(Chain::current) {
        Some(policy) => text.push_str(&format!("  guards `{}` (policy {})\n", escaped(policy.branch()), policy.number())),
        None => text.push_str(&format!("  guards `{named}` from its first policy on: HEAD names it\n")),
    }
    // What older git calls the first branch is often not what people push.
    if named != "main" && head.commit_id().is_none() {
        text.push_str(&format!(
            "  `{named}` is not there yet; if another branch will be the record, say so: git symbolic-ref HEAD refs/heads/main\n"
        ));
    }
    match roots {
        [] => {
            let root = chain.map_or_else(|| "sha256:…".to_owned(), |it| format!("sha256:{}", it.current().digest()));
            text.push_str("  no root is pinned here, so no release can be tagged, and whoever pushes first founds the record\n");
            text.push_str(&format!("\nnext: holdpoint hook install --root {root}   (ask an owner whether that is the root)\n"));
        }
        roots => text.push_str(&format!("  pinned: {}\n", roots.join(", "))),
    }
    let remove = format!("rm {}", quoted(&path.display().to_string()));
    text.push_str(&format!("\nto try it, from a clone: git push origin HEAD:refs/tags/v0.0.0   (refused: no such release)\nto take it out: {remove}\n"));
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Exit;

    const SCRIPT: &str = "#!/bin/sh\nexec /opt/holdpoint hook pre-receive\n";

    #[test]
    fn a_hook_of_an_earlier_run_is_written_anew_and_a_foreign_one_never() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hooks/pre-receive");
        assert!(!write(&path, SCRIPT).unwrap());
        assert!(write(&path, SCRIPT).unwrap());
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        assert!(!write(&path, SCRIPT).unwrap());
        assert!(write(&path, SCRIPT).unwrap());
        for older in ["/usr/bin/holdpoint", "'/a b/holdpoint' --repo ./sub"] {
            fs::write(&path, format!("#!/bin/sh\nexec {older} hook pre-receive\n")).unwrap();
            assert!(!write(&path, SCRIPT).unwrap());
            assert_eq!(fs::read_to_string(&path).unwrap(), SCRIPT);
        }
        for foreign in ["", "#!/bin/sh\ncheck-style\n", "#!/bin/sh\nexec a; holdpoint hook pre-receive\n"] {
            fs::write(&path, foreign).unwrap();
            assert_eq!(write(&path, SCRIPT).unwrap_err().exit(), Exit::Refused);
            assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
        }
    }

    #[test]
    fn a_link_is_never_written_through() {
        let home = tempfile::tempdir().unwrap();
        let (path, target) = (home.path().join("pre-receive"), home.path().join("shared"));
        fs::write(&target, SCRIPT).unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        assert_eq!(write(&path, SCRIPT).unwrap_err().exit(), Exit::Refused);
        assert!(path.is_symlink());
    }
}
