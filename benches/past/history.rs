//! A generated repository: a long history with merges, in which few commits concern the record.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Of so many commits, one makes an entry.
const PER_ENTRY: usize = 30;
/// So many entries of a release come in one after another.
const PER_RELEASE: usize = 12;
/// So many commits make a round, and the last of them merges a branch of the three before it.
const ROUND: usize = 10;

/// A repository of `commits` commits: merges every ten, an entry every thirty, a new policy three times, and otherwise
/// work on four thousand other files. Packed, and with a commit-graph that knows the changed paths.
pub(crate) fn generated(dir: &Path, commits: usize) {
    git(dir, &["init", "-q", "--bare", "-b", "main", "."]);
    let mut import = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = BufWriter::new(import.stdin.take().unwrap());
    stream.write_all(first().as_bytes()).unwrap();
    let mut tip = 1;
    let mut brought = String::new();
    for number in 2..=commits {
        let (place, files) = (number % ROUND, change(number));
        let (branch, from, merged) = match place {
            // The side branch leaves main, goes on, and is merged with everything that it brought.
            7 => ("side", tip, None),
            8 | 9 => ("side", number - 1, None),
            0 => ("main", tip, Some(number - 1)),
            _ => ("main", tip, None),
        };
        let mut text = format!(
            "commit refs/heads/{branch}\nmark :{number}\ncommitter A <a@example.com> {} +0000\n",
            1_600_000_000 + number * 60
        );
        text.push_str(&data(&format!("Change {number}\n\nWhat was changed, and why, in a line or two.\n")));
        writeln!(text, "from :{from}").unwrap();
        if let Some(merged) = merged {
            writeln!(text, "merge :{merged}").unwrap();
            text.push_str(&std::mem::take(&mut brought));
        } else if branch == "side" {
            brought.push_str(&files);
        }
        text.push_str(&files);
        stream.write_all(text.as_bytes()).unwrap();
        if branch == "main" {
            tip = number;
        }
    }
    stream.write_all(b"done\n").unwrap();
    drop(stream);
    assert!(import.wait().unwrap().success());
    git(dir, &["update-ref", "-d", "refs/heads/side"]);
    git(dir, &["repack", "-adq"]);
    git(dir, &["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"]);
}

/// The first commit: everything that is not the record, and the first policy.
fn first() -> String {
    let mut text =
        format!("commit refs/heads/main\nmark :1\ncommitter A <a@example.com> 1600000000 +0000\n{}", data("Begin"));
    for name in ["README.md", "LICENSE", "Makefile", "CHANGELOG.md", ".gitignore", ".gitattributes", "build.toml"] {
        text.push_str(&file(name, name));
    }
    for number in 0..4_000 {
        text.push_str(&file(&source(number), &format!("int f{number};\n")));
    }
    text + &policy(1)
}

/// What one commit changes: a source file, and now and then the record.
fn change(number: usize) -> String {
    let mut text = file(&source(number * 7_919), &format!("int changed_in_{number};\n"));
    if number.is_multiple_of(PER_ENTRY) {
        let entry = number / PER_ENTRY;
        let release = format!("releases/{}.{}.0", 1 + entry / PER_RELEASE / 10, entry / PER_RELEASE % 10);
        if entry.is_multiple_of(PER_RELEASE) {
            for name in ["release.toml", "artifacts.toml", "compatibility.toml", "matrix.md", "kb.md", "notice.md"] {
                text.push_str(&file(&format!("{release}/{name}"), &format!("{name} of {release}\n")));
            }
        }
        let name = holdpoint_core::digest::Digest::of(&entry.to_le_bytes());
        text.push_str(&file(&format!("{release}/ledger/{name}.toml"), &format!("holdpoint = 1\nentry = {entry}\n")));
        text.push_str(&file(&format!("{release}/ledger/{name}.toml.sig"), &format!("signature of {entry}\n")));
    }
    if number.is_multiple_of(29_989) {
        text.push_str(&policy(1 + number / 29_989));
    }
    text
}

fn policy(number: usize) -> String {
    ["policy.toml", "signers", "dana@example.com.sig"]
        .map(|it| file(&format!("policy/{number:04}/{it}"), &format!("{it} {number}\n")))
        .concat()
}

fn source(number: usize) -> String {
    let top = ["src", "lib", "docs", "tests", "tools", "web", "installer", "player"][number % 8];
    format!("{top}/part{:02}/file{:03}.c", number / 8 % 25, number / 200 % 20)
}

fn file(path: &str, text: &str) -> String {
    format!("M 100644 inline {path}\n{}", data(text))
}

fn data(text: &str) -> String {
    format!("data {}\n{text}\n", text.len())
}

/// Runs git in `dir`, without settings of the user, and gives what it printed.
pub(crate) fn git(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(args).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}
