//! A throwaway repository for tests: no environment, no settings of the user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Identity, Repo};

pub(super) struct Sandbox {
    // Dropping it removes everything.
    _home: tempfile::TempDir,
    dir: PathBuf,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        Self::with_format("sha1")
    }

    pub(super) fn with_format(format: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().canonicalize().unwrap().join("work");
        fs::create_dir(&dir).unwrap();
        let sandbox = Self { _home: home, dir };
        sandbox.git(&["init", "-q", "-b", "main", &format!("--object-format={format}")]);
        for (key, value) in [("user.name", "Ada"), ("user.email", "ada@example.com"), ("commit.gpgsign", "false")] {
            sandbox.git(&["config", key, value]);
        }
        sandbox
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn repo(&self) -> Repo {
        Repo::open(&self.dir).unwrap()
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_with(args, "")
    }

    pub(super) fn git_with(&self, args: &[&str], input: &str) -> String {
        self.git_fed(args, input.as_bytes())
    }

    fn git_fed(&self, args: &[&str], input: &[u8]) -> String {
        let (worked, text) = self.try_git(args, input);
        assert!(worked, "git {args:?}: {text}");
        text
    }

    /// An object of exactly these bytes, whether or not git would write it.
    pub(super) fn object(&self, kind: &str, bytes: &[u8]) -> String {
        self.git_fed(&["hash-object", "-t", kind, "-w", "--stdin", "--literally"], bytes)
    }

    /// The bytes that an id stands for in a tree.
    pub(super) fn raw_id(id: &str) -> Vec<u8> {
        id.as_bytes().chunks(2).map(|it| u8::from_str_radix(std::str::from_utf8(it).unwrap(), 16).unwrap()).collect()
    }

    fn try_git(&self, args: &[&str], input: &[u8]) -> (bool, String) {
        use std::io::Write;
        let mut child = Command::new("git")
            .args(args)
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.dir.parent().unwrap())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(said).unwrap().trim_end().to_owned())
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap()
    }

    pub(super) fn commit_files(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
            self.git(&["add", "-f", path]);
        }
        self.git(&["commit", "-q", "-m", "files"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits a tree made of `git mktree` lines, as nobody's tools would.
    pub(super) fn commit_raw_tree(&self, lines: &str) -> String {
        let tree = self.git_with(&["mktree", "--missing"], lines);
        let commit = self.git(&["commit-tree", &tree, "-m", "raw"]);
        self.git(&["update-ref", "refs/heads/main", &commit]);
        commit
    }

    pub(super) fn blob(&self, text: &str) -> String {
        self.git_with(&["hash-object", "-w", "--stdin"], text)
    }

    /// The tree that these lines make, as `git ls-tree` shows them.
    pub(super) fn tree(&self, lines: &str) -> String {
        let (_, id) = self.try_git(&["mktree"], lines.as_bytes());
        id.trim().to_owned()
    }

    /// A bare clone beside the work tree, which is then the remote `origin`.
    pub(super) fn bare_clone(&self) -> PathBuf {
        self.git(&["clone", "-q", "--bare", ".", "../server.git"]);
        self.git(&["remote", "add", "origin", "../server.git"]);
        self.dir.parent().unwrap().join("server.git")
    }
}

pub(super) fn ada() -> Identity {
    Identity::of_email("ada@example.com")
}

pub(super) fn file(path: &str, text: &str) -> (String, Vec<u8>) {
    (path.to_owned(), text.as_bytes().to_vec())
}
