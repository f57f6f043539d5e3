//! A throwaway world for the tests from the outside: a real repository, real keys, a real folder as the site, no
//! environment and no git settings of the user.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, OnceLock};

use holdpoint_core::digest::Digest;
use tempfile::TempDir;

#[path = "sandbox/answer.rs"] // the benchmarks take this file in from elsewhere
mod answer;
#[path = "sandbox/policy.rs"]
mod policy;
#[path = "sandbox/webinar.rs"]
pub(crate) mod webinar;

pub(crate) use answer::{Answer, Asked};

/// Everybody who has a key. `mallory` is in no ring unless a test puts her there; `robot` is a machine.
pub(crate) const PEOPLE: [&str; 10] = ["dana", "sam", "maria", "eve", "ned", "ada", "lee", "kim", "ci", "mallory"];

/// Who signs what in the release that is ready to be signed.
pub(crate) const SIGNERS: [(&str, &str); 3] = [("kb", "maria"), ("compatibility", "ned"), ("notice", "lee")];

/// The bytes of the recorder that customers download.
pub(crate) const RECORDER: &[u8] = b"recorder 2.7.0\n";

/// The keys, made once for all tests of a run.
pub(crate) fn keys() -> &'static Path {
    static KEYS: OnceLock<TempDir> = OnceLock::new();
    let folder = KEYS.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        for name in PEOPLE {
            let comment = format!("{name}@example.com");
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", &comment, "-f"]).arg(folder.path().join(name));
            assert!(keygen.status().unwrap().success());
        }
        folder
    });
    folder.path()
}

/// The e-mail address of an example person.
pub(crate) fn email(name: &str) -> String {
    format!("{name}@example.com")
}

/// The public key that is filed under this name, without its comment.
pub(crate) fn public_key(name: &str) -> String {
    let public = fs::read_to_string(keys().join(format!("{name}.pub"))).unwrap();
    public.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// The line of a ring for somebody, with the key that is filed under another name.
pub(crate) fn ring_line(who: &str, key: &str) -> String {
    format!("{} {}\n", email(who), public_key(key))
}

/// A ring without the lines of somebody.
pub(crate) fn ring_without(ring: &str, who: &str) -> String {
    ring.split_inclusive('\n').filter(|it| !it.starts_with(&format!("{who}@"))).collect()
}

/// What stays as it is.
pub(crate) fn same(text: String) -> String {
    text
}

/// A throwaway world. It is gone when the test is over.
#[derive(Clone)]
pub(crate) struct Sandbox {
    folder: Arc<TempDir>,
    pub(crate) environment: Vec<(String, String)>,
}

impl Sandbox {
    /// An empty repository.
    pub(crate) fn empty() -> Self {
        Self::empty_with(&["init", "-q", "-b", "main"])
    }

    /// An empty repository, made by this git command.
    pub(crate) fn empty_with(init: &[&str]) -> Self {
        let sandbox = Self { folder: Arc::new(TempDir::new().unwrap()), environment: Vec::new() };
        for folder in ["repo", "home", "dist", "site"] {
            fs::create_dir(sandbox.path(folder)).unwrap();
        }
        sandbox.git(init);
        sandbox
    }

    /// A repository with a policy, as `holdpoint init` writes it.
    pub(crate) fn founded() -> Self {
        let sandbox = Self::empty();
        sandbox.found();
        sandbox
    }

    /// A release 2.7.0 that is ready to be signed off.
    pub(crate) fn ready() -> Self {
        let sandbox = Self::founded();
        sandbox.release("2.7.0", RECORDER);
        sandbox
    }

    /// A release 2.7.0 that is signed off.
    pub(crate) fn signed() -> Self {
        let sandbox = Self::ready();
        sandbox.sign_all("2.7.0");
        sandbox
    }

    /// A release 2.7.0 that is out on the site.
    pub(crate) fn published() -> Self {
        let sandbox = Self::signed();
        sandbox.publish("2.7.0").exits(0);
        sandbox
    }

    /// A release 2.7.0 whose first publication is recorded and not listed yet: it was prepared, and merged.
    pub(crate) fn begun() -> Self {
        let sandbox = Self::signed();
        let dist = sandbox.path("dist").display().to_string();
        sandbox.as_person("ci", &["publish", "2.7.0", "--from", &dist, "--yes", "--prepare"]).exits(0);
        let branch = sandbox.git(&["branch", "--list", "--format=%(refname:short)", "holdpoint/publish-*"]);
        sandbox.git(&["merge", "-q", "--ff-only", branch.trim()]);
        sandbox
    }

    /// Takes every version out of the index of the site.
    pub(crate) fn empty_the_index(&self) {
        let path = self.path("site/releases.json");
        let index = fs::read_to_string(&path).unwrap();
        let (before, _) = index.split_once("\"releases\": [").unwrap();
        fs::write(&path, format!("{before}\"releases\": []\n}}\n")).unwrap();
    }

    /// A signed-off release in a clone of a bare repository, which is `origin`.
    pub(crate) fn with_remote() -> Self {
        let sandbox = Self::signed();
        sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        let origin = sandbox.path("origin.git");
        sandbox.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
        sandbox.git(&["push", "-q", "-u", "origin", "main"]);
        sandbox
    }

    /// A path in the sandbox.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Sets an environment variable for every command from here on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `holdpoint init` with all example people but mallory.
    pub(crate) fn found(&self) -> Answer {
        self.found_with(&[])
    }

    /// The same with further options.
    pub(crate) fn found_with(&self, more: &[&str]) -> Answer {
        let mut arguments: Vec<String> =
            ["init", "--project", "https://downloads.example.com/webinar", "--branch", "main"]
                .map(str::to_owned)
                .into();
        for name in PEOPLE.into_iter().filter(|it| !["dana", "mallory"].contains(it)) {
            arguments
                .extend(["--person".to_owned(), format!("{}={}", email(name), keys().join(name).display()) + ".pub"]);
        }
        let roles = [
            "support=maria@example.com,eve@example.com",
            "compatibility=ned@example.com,ada@example.com",
            "communications=lee@example.com,kim@example.com",
            "duty=dana@example.com,sam@example.com",
            "release=ci@example.com,dana@example.com",
        ];
        for role in roles {
            arguments.extend(["--role".to_owned(), role.to_owned()]);
        }
        for owner in ["dana", "sam"] {
            arguments.extend(["--owner".to_owned(), email(owner)]);
        }
        arguments.extend(["--machine".to_owned(), email("ci")]);
        arguments.extend(["--site".to_owned(), format!("downloads=file://{}", self.path("site").display())]);
        arguments.extend(more.iter().map(|it| (*it).to_owned()));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.as_person("dana", &arguments).exits(0)
    }

    /// Writes and commits a release with one component, `recorder`.
    pub(crate) fn release(&self, version: &str, recorder: &[u8]) {
        let folder = format!("releases/{version}");
        let file = format!("recorder-{version}.bin");
        fs::write(self.path("dist").join(&file), recorder).unwrap();
        self.write(
            &format!("{folder}/release.toml"),
            &format!(
                "schema = 1\nversion = \"{version}\"\ntitle = \"Webinar {version}\"\nowner = \"dana@example.com\"\n\
                 deputy = \"sam@example.com\"\nplanned = 2026-11-20\nsupport_until = 2098-11-20\n\n[[component]]\nname = \"recorder\"\n"
            ),
        );
        self.write(
            &format!("{folder}/compatibility.toml"),
            "schema = 1\n\n[component.recorder]\nwrites.rec = [\"3\"]\n",
        );
        self.write(
            &format!("{folder}/matrix.md"),
            &format!("# What opens what\n\nPlayer {version} opens every recording.\n"),
        );
        self.write(
            &format!("{folder}/kb.md"),
            &format!(
                "+++\nschema = 1\ntitle = \"Recordings of {version}\"\nstatus = \"published\"\naudience = [\"support\"]\n\
                 contact = \"duty desk\"\n+++\n\n## Issue\n\nA recording does not open.\n\n## Environment\n\nrecorder {version}\n\n\
                 ## Resolution\n\nInstall the newest player.\n"
            ),
        );
        self.write(
            &format!("{folder}/notice.md"),
            &format!(
                "+++\nschema = 1\ntitle = \"Recorder {version}\"\nversion = \"{version}\"\ndate = 2026-11-20\n\
                 contact = \"help@example.com\"\n+++\n\n## Who is affected\n\nEverybody who records.\n\n## What changes\n\n\
                 Recorder {version} writes a new format.\n\n## From when\n\n20 November 2026.\n\n## What to do\n\n\
                 Install the newest player.\n\n## Where to get help\n\nhelp@example.com\n"
            ),
        );
        self.write(
            &format!("{folder}/artifacts.toml"),
            &format!(
                "schema = 1\n\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"{file}\"\nsize = {}\nsha256 = \"{}\"\n",
                recorder.len(),
                Digest::of(recorder)
            ),
        );
        self.commit_all(&format!("Write {version}"));
    }

    /// Writes a file of the repository.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path("repo").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A file of the repository, as it is in the work tree.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path("repo").join(path)).unwrap()
    }

    /// Changes a file of the repository and commits it.
    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = change(self.read(path));
        self.write(path, &text);
        self.commit_all(&format!("Edit {path}"));
    }

    /// Commits everything in the work tree.
    pub(crate) fn commit_all(&self, message: &str) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Three people sign a release off.
    pub(crate) fn sign_all(&self, version: &str) {
        for (requirement, who) in SIGNERS {
            self.sign(version, requirement, who).exits(0);
        }
    }

    /// Somebody signs a requirement off.
    pub(crate) fn sign(&self, version: &str, requirement: &str, who: &str) -> Answer {
        self.as_person(who, &["sign", version, requirement, "--yes"])
    }

    /// The machine publishes a release on the site.
    pub(crate) fn publish(&self, version: &str) -> Answer {
        let dist = self.path("dist");
        self.as_person("ci", &["publish", version, "--site", "downloads", "--from", dist.to_str().unwrap(), "--yes"])
    }

    /// Whether nothing was ever put on the site.
    pub(crate) fn site_is_empty(&self) -> bool {
        fs::read_dir(self.path("site")).is_ok_and(|mut it| it.next().is_none())
    }

    /// Asks the gate.
    pub(crate) fn check(&self, version: &str) -> Answer {
        self.holdpoint(&["check", version])
    }

    /// Asks the gate, as a program.
    pub(crate) fn check_json(&self, version: &str) -> Answer {
        self.holdpoint(&["check", version, "--format", "json"])
    }

    /// Runs the tool with somebody's key.
    pub(crate) fn as_person(&self, who: &str, arguments: &[&str]) -> Answer {
        let (email, key) = (email(who), keys().join(who));
        // What follows `--` belongs to somebody else.
        let at = arguments.iter().position(|it| *it == "--").unwrap_or(arguments.len());
        let mut all: Vec<&str> = arguments[..at].to_vec();
        all.extend(["--as", &email, "--key", key.to_str().unwrap()]);
        all.extend(&arguments[at..]);
        self.holdpoint(&all)
    }

    /// Runs the tool in the repository.
    pub(crate) fn holdpoint(&self, arguments: &[&str]) -> Answer {
        self.holdpoint_in("repo", arguments)
    }

    /// Runs the tool in a folder of the sandbox.
    pub(crate) fn holdpoint_in(&self, folder: &str, arguments: &[&str]) -> Answer {
        let mut command = self.command(folder, arguments);
        let asked = Asked {
            sandbox: self.clone(),
            folder: folder.to_owned(),
            arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        };
        Answer { asked: Some(asked), ..self.answer(&command.stdin(Stdio::null()).output().unwrap()) }
    }

    /// Runs a line of a shell in a folder of the sandbox, where `holdpoint` is this tool.
    pub(crate) fn shell(&self, folder: &str, line: &str) -> Answer {
        let tool = Path::new(env!("CARGO_BIN_EXE_holdpoint")).parent().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        self.surround(&mut command, folder);
        let path = std::env::var_os("PATH").unwrap();
        let paths = [tool.to_owned()].into_iter().chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(paths).unwrap()).env("GIT_EDITOR", "echo As tested >");
        self.answer(&command.stdin(Stdio::null()).output().unwrap())
    }

    /// The tool, ready to be run in a folder of the sandbox.
    pub(crate) fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdpoint"));
        command.args(arguments);
        self.surround(&mut command, folder);
        command
    }

    /// What a command that was run in this sandbox answered.
    pub(crate) fn answer(&self, output: &Output) -> Answer {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let real = fs::canonicalize(self.folder.path()).unwrap();
        Answer {
            asked: None,
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            redactions: vec![
                (real.display().to_string(), "[SANDBOX]"),
                (self.folder.path().display().to_string(), "[SANDBOX]"),
                (keys().display().to_string(), "[KEYS]"),
            ],
        }
    }

    fn surround(&self, command: &mut Command, folder: &str) {
        command.current_dir(self.path(folder)).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.path("home")).env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C.UTF-8");
        command.env("GIT_AUTHOR_NAME", "Test").env("GIT_AUTHOR_EMAIL", "test@example.com");
        command.env("GIT_COMMITTER_NAME", "Test").env("GIT_COMMITTER_EMAIL", "test@example.com");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Runs git in the repository, and gives what it prints.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in("repo", arguments)
    }

    /// Runs git in a folder of the sandbox.
    #[track_caller]
    pub(crate) fn git_in(&self, folder: &str, arguments: &[&str]) -> String {
        self.run(folder, Command::new("git").args(arguments))
    }

    /// Runs git in the repository with something to read.
    pub(crate) fn git_fed(&self, arguments: &[&str], input: &str) {
        let scratch = self.path("fed");
        fs::write(&scratch, input).unwrap();
        let mut command = Command::new("git");
        self.surround(command.args(arguments), "repo");
        let output = command.stdin(fs::File::open(&scratch).unwrap()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs any program in a folder of the sandbox; it must succeed.
    #[track_caller]
    pub(crate) fn run(&self, folder: &str, command: &mut Command) -> String {
        self.surround(command, folder);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The entries of a ledger in the work tree, by the text of the statement, in no order.
    pub(crate) fn entries(&self, version: &str) -> Vec<(PathBuf, String)> {
        let Ok(folder) = fs::read_dir(self.path("repo").join(format!("releases/{version}/ledger"))) else {
            return Vec::new();
        };
        let files = folder.map(|it| it.unwrap().path()).filter(|it| it.extension().is_some_and(|it| it == "toml"));
        files.map(|it| (it.clone(), fs::read_to_string(it).unwrap())).collect()
    }

    /// The one entry of a ledger whose statement has this in it.
    #[track_caller]
    pub(crate) fn entry(&self, version: &str, text: &str) -> PathBuf {
        let found: Vec<PathBuf> =
            self.entries(version).into_iter().filter(|it| it.1.contains(text)).map(|it| it.0).collect();
        assert_eq!(found.len(), 1, "entries with {text}");
        found[0].clone()
    }

    /// The id of that entry.
    #[track_caller]
    pub(crate) fn id(&self, version: &str, text: &str) -> String {
        self.entry(version, text).file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// Signs a file with stock OpenSSH, and gives the signature.
    pub(crate) fn ssh_sign(&self, who: &str, namespace: &str, file: &Path) -> String {
        let signature = PathBuf::from(format!("{}.sig", file.display()));
        let _ = fs::remove_file(&signature);
        let key = keys().join(who);
        self.run(".", Command::new("ssh-keygen").args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(key).arg(file));
        fs::read_to_string(signature).unwrap()
    }

    /// Puts a statement of one's own making into a ledger, signed by `who` for `namespace`, named as it should be.
    pub(crate) fn forge(&self, version: &str, statement: &str, who: &str, namespace: &str) -> PathBuf {
        let scratch = self.path("forged.toml");
        fs::write(&scratch, statement).unwrap();
        let signature = self.ssh_sign(who, namespace, &scratch);
        let sum = self.run(".", Command::new("sha256sum").arg(&scratch));
        let id = sum.split(' ').next().unwrap();
        let path = format!("releases/{version}/ledger/{id}.toml");
        self.write(&path, statement);
        self.write(&format!("{path}.sig"), &signature);
        self.path("repo").join(path)
    }
}
