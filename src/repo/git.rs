//! The `git` command, for what needs the user's credentials or signing key: fetch, push, signed commits.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Repo;
use crate::child;
use crate::failure::Failure;

/// What would make git look at another repository than the one that was opened.
const ELSEWHERE: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// One call of git.
pub(super) struct Git {
    command: Command,
    verb: &'static str,
    input: Vec<u8>,
}

/// What git answered.
pub(super) struct Answer {
    pub(super) worked: bool,
    pub(super) text: String,
    /// The same, byte for byte.
    pub(super) bytes: Vec<u8>,
    pub(super) errors: String,
}

impl Git {
    /// A call about a repository that is open.
    pub(super) fn new(repo: &Repo, verb: &'static str) -> Self {
        let mut git = Self::bare(repo.git.workdir().unwrap_or_else(|| repo.git.path()), verb);
        git.command.arg("--git-dir").arg(repo.git.path()).arg(verb);
        git
    }

    /// A call about the index of a repository that is open, without a program of the user's that watches the files.
    pub(super) fn of_index(repo: &Repo, verb: &'static str, index: &Path) -> Self {
        let mut git = Self::bare(repo.git.workdir().unwrap_or_else(|| repo.git.path()), verb);
        git.command.args(["-c", "core.fsmonitor=false", "--git-dir"]).arg(repo.git.path()).arg(verb);
        git.command.env("GIT_INDEX_FILE", index).env("GIT_LITERAL_PATHSPECS", "1");
        git
    }

    /// A call in a folder, about whatever repository git finds around it.
    pub(super) fn at(folder: &Path, verb: &'static str) -> Self {
        let mut git = Self::bare(folder, verb);
        git.command.arg(verb);
        git
    }

    fn bare(folder: &Path, verb: &'static str) -> Self {
        let mut command = Command::new("git");
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_NO_REPLACE_OBJECTS", "1").current_dir(folder);
        Self { command, verb, input: Vec::new() }
    }

    pub(super) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(super) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub(super) fn input_bytes(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    pub(super) fn input(mut self, text: &str) -> Self {
        text.as_bytes().clone_into(&mut self.input);
        self
    }

    /// Runs it to its end. It may ask the user for a password on the terminal, as git does.
    pub(super) fn run(mut self) -> Result<Answer, Failure> {
        let tried = format!("`git {}` cannot be run", self.verb);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.command.spawn().map_err(|it| match it.kind() {
            ErrorKind::NotFound => Failure::new(&tried).because("there is no `git` on the PATH").hint("install git"),
            _ => Failure::new(&tried).because(it),
        })?;
        let output = child::finish(child, &self.input, |_| ()).map_err(|it| Failure::new(&tried).because(it))?;
        Ok(Answer {
            worked: output.status.success(),
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            bytes: output.stdout,
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
