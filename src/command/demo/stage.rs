//! The stage of the demo: a folder with keys, a repository, its remote and a site, and nothing of the user's own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::story::{BUILDS, CAST};
use crate::failure::Failure;

/// The repository of the story, below the stage.
pub(super) const REPO: &str = "webinar";

/// What stands on the stage.
const FOLDERS: [&str; 6] = ["home", "keys", "dist", "site", "server.git", REPO];

/// What a program needs of the user's environment to run at all.
const KEPT: [&str; 6] = ["PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC"];

const GIT_SETTINGS: &str = "[user]\n\tname = Dana\n\temail = dana@example.com\n[init]\n\tdefaultBranch = main\n\
    [push]\n\tdefault = simple\n[advice]\n\tdetachedHead = false\n";

/// A folder in which the story is played.
pub(super) struct Stage {
    top: PathBuf,
    holdpoint: PathBuf,
    /// What earlier commands said, by name.
    known: BTreeMap<String, String>,
}

/// What came of a command.
pub(super) struct Played {
    /// Its exit code.
    pub(super) exit: i32,
    /// Everything that it said, in the order in which it said it, with colours.
    pub(super) output: String,
}

impl Stage {
    /// Sets the stage in `top`, which is empty or not there yet.
    pub(super) fn set(top: &Path) -> Result<Self, Failure> {
        let holdpoint = std::env::current_exe();
        let holdpoint = holdpoint.map_err(|why| Failure::new("this program does not find itself").because(why))?;
        if fs::read_dir(top).is_ok_and(|mut it| it.next().is_some()) {
            return Err(Failure::usage(format!("`{}` is not empty", top.display()))
                .hint("name a new folder: holdpoint demo DIR"));
        }
        fs::create_dir_all(top).map_err(|why| unwritten(top, why))?;
        let top = top.canonicalize().map_err(|why| unwritten(top, why))?;
        let stage = Self { top, holdpoint, known: BTreeMap::new() };
        stage.furnish().inspect_err(|_| stage.clear())?;
        Ok(stage)
    }

    fn furnish(&self) -> Result<(), Failure> {
        for folder in FOLDERS {
            let path = self.top.join(folder);
            fs::create_dir_all(&path).map_err(|why| unwritten(&path, why))?;
        }
        write(&self.top.join("home/.gitconfig"), GIT_SETTINGS)?;
        for (file, bytes) in BUILDS {
            write(&self.top.join("dist").join(file), bytes)?;
        }
        for name in CAST {
            let comment = format!("{name}@example.com");
            let file = format!("keys/{name}");
            self.must("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", &comment, "-f", &file])?;
        }
        self.must("git", &["init", "-q", "--bare", "server.git"])?;
        self.must("git", &["init", "-q", REPO])?;
        self.must("git", &["-C", REPO, "remote", "add", "origin", "../server.git"])?;
        for (key, value) in [("branch.main.remote", "origin"), ("branch.main.merge", "refs/heads/main")] {
            self.must("git", &["-C", REPO, "config", key, value])?;
        }
        Ok(())
    }

    /// Takes away what was put up, so that the same command can be run again.
    fn clear(&self) {
        for folder in FOLDERS {
            let _ = fs::remove_dir_all(self.top.join(folder));
        }
    }

    /// The folder of the repository.
    pub(super) fn repo(&self) -> PathBuf {
        self.top.join(REPO)
    }

    /// Where the whole story is kept.
    pub(super) fn transcript(&self) -> PathBuf {
        self.top.join("story.txt")
    }

    /// Remembers what a word in braces stands for.
    pub(super) fn know(&mut self, name: &str, value: &str) {
        self.known.insert(name.to_owned(), value.to_owned());
    }

    /// `text` with every word in braces that is known.
    pub(super) fn filled(&self, text: &str) -> String {
        self.known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Runs a command line in the repository.
    pub(super) fn run(&self, line: &str) -> Result<Played, Failure> {
        let words = words(line);
        let Some((program, arguments)) = words.split_first() else {
            return Err(Failure::new("the story has an empty command"));
        };
        self.play(program, arguments, &self.repo())
    }

    /// Copies a file into a folder. Paths are from the repository.
    pub(super) fn copy(&self, from: &str, into: &str) -> Result<(), Failure> {
        let from = self.repo().join(from);
        let folder = self.repo().join(into);
        fs::create_dir_all(&folder).map_err(|why| unwritten(&folder, why))?;
        let to = folder.join(from.file_name().unwrap_or_default());
        fs::copy(&from, &to).map(drop).map_err(|why| unwritten(&to, why))
    }

    /// Runs a program that only sets the stage.
    fn must(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let played = self.play(program, &arguments, &self.top)?;
        if played.exit == 0 {
            return Ok(());
        }
        Err(Failure::new(format!("`{program} {}` does not work here", arguments.join(" "))).because(played.output.trim()))
    }

    fn play(&self, program: &str, arguments: &[String], folder: &Path) -> Result<Played, Failure> {
        let failed = |why: std::io::Error| {
            let missing = why.kind() == std::io::ErrorKind::NotFound;
            let failure = Failure::new(format!("`{program}` cannot be run")).because(why);
            if missing { failure.hint("install git and OpenSSH's client tools; the demo needs both") } else { failure }
        };
        let path = if program == "holdpoint" { self.holdpoint.clone() } else { PathBuf::from(program) };
        // Both streams through one pipe, so that the output is in the order in which a terminal would show it.
        let (mut reader, writer) = std::io::pipe().map_err(failed)?;
        let mut command = Command::new(path);
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(KEPT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))))
            .env("HOME", self.top.join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", &self.top)
            .env("CLICOLOR_FORCE", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(writer.try_clone().map_err(failed)?)
            .stderr(writer);
        let mut child = command.spawn().map_err(failed)?;
        // It holds the pipe open, and the pipe would never end.
        drop(command);
        let mut output = Vec::new();
        reader.read_to_end(&mut output).map_err(failed)?;
        let status = child.wait().map_err(failed)?;
        Ok(Played { exit: status.code().unwrap_or(-1), output: String::from_utf8_lossy(&output).into_owned() })
    }
}

/// Writes a file.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|why| unwritten(path, why))
}

/// Adds to the end of a file.
pub(super) fn add(path: &Path, text: &str) -> Result<(), Failure> {
    let before = fs::read_to_string(path).map_err(|why| unwritten(path, why))?;
    write(path, &format!("{before}{text}"))
}

/// Changes a few words of a file.
pub(super) fn edit(path: &Path, from: &str, to: &str) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|why| unwritten(path, why))?;
    write(path, &text.replace(from, to))
}

fn unwritten(path: &Path, why: std::io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be written", path.display()))
        .because(why)
        .hint("name a folder that can be made: holdpoint demo DIR")
}

/// The words of a command line; single quotes keep blanks together.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A command line as it is shown: broken between words where it would be too wide, ready to be copied.
pub(super) fn shown(line: &str) -> String {
    const WIDEST: usize = 78;
    let mut out = String::from("$ ");
    let mut used = 2;
    for part in parts(line) {
        if used + part.len() > WIDEST && used > 2 {
            out = format!("{} \\\n    ", out.trim_end());
            used = 4;
        }
        out.push_str(&part);
        out.push(' ');
        used += part.len() + 1;
    }
    out.trim_end().to_owned()
}

/// A line cut into words, an option with its value in one, and quotes kept whole.
fn parts(line: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let (mut quoted, mut option) = (false, false);
    for word in line.split(' ').filter(|it| !it.is_empty()) {
        let joins = quoted || (option && !word.starts_with('-'));
        option = !joins && word.starts_with('-');
        quoted ^= word.matches('\'').count() % 2 == 1;
        match parts.last_mut() {
            Some(last) if joins => {
                last.push(' ');
                last.push_str(word);
            }
            _ => parts.push(word.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line_as_a_shell_would() {
        assert_eq!(words("git commit -m 'two words' ''  x"), ["git", "commit", "-m", "two words", "", "x"]);
    }

    #[test]
    fn breaks_a_long_line_between_its_words() {
        let line = "holdpoint sign 2.7.0 kb --as maria@example.com --key ../keys/maria --reason 'it is good' --yes";
        let shown = shown(line);
        assert_eq!(shown, "$ holdpoint sign 2.7.0 kb --as maria@example.com --key ../keys/maria \\\n    --reason 'it is good' --yes");
        assert_eq!(words(&shown.replace("\\\n", " ").replace("$ ", "")), words(line));
    }
}
