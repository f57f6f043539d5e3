//! What a clone remembers makes an answer faster, and never another one: every answering command is asked in many states, with
//! memories that are empty, warm, from each other state and from another repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::Sandbox;

/// What is asked. The time is given, so that nothing but the memories can make a difference.
const QUESTIONS: [&[&str]; 17] = [
    &["check", "2.7.0"],
    &["check", "2.8.0"],
    &["check", "2.9.0"],
    &["lint", "2.9.0"],
    &["status"],
    &["status", "recorder@2.7"],
    &["status", "2.7.0", "--customer"],
    &["who", "2.7"],
    &["can", "player@2.4", "open", "recorder@2.7"],
    &["why", "player@2.4", "recorder@2.7"],
    &["stack", "--with", "player@2.7"],
    &["order", "2.8.0"],
    &["identify", "recorder-2.7.0.bin"],
    &["matrix"],
    &["log", "2.7.0"],
    &["lint"],
    &["audit"],
];

/// How something is brought about in a sandbox.
type Setup = fn(&Sandbox);

/// What somebody did, and then did next: each is a state.
const STATES: [(&str, Setup); 7] = [
    ("out", |_| ()),
    ("copied", |it| {
        it.run("repo", Command::new("cp").args(["-r", "releases/2.7.0", "releases/9.9.9"]));
    }),
    ("removed", |it| drop(it.git(&["rm", "-q", "-r", "releases/9.9.9"]))),
    ("titled", |it| edit(it, "release.toml", |it| it.replace("Webinar 2.7.0", "Call this number"))),
    ("junk in its record", |it| edit(it, "release.toml", |it| it + "junk\n")),
    ("junk in its ledger", |it| it.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), "junk\n")),
    ("its publication is gone", |it| {
        let entry = it.entry("2.7.0", "kind = \"publish\"");
        std::fs::remove_file(entry).unwrap();
    }),
];

fn edit(sandbox: &Sandbox, file: &str, change: impl FnOnce(String) -> String) {
    let path = format!("releases/2.7.0/{file}");
    let text = change(sandbox.read(&path));
    sandbox.write(&path, &text);
}

fn memory(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("repo/.git/holdpoint")
}

/// The clone remembers what lies in this folder, and nothing else.
fn remember(sandbox: &Sandbox, from: Option<&Path>) {
    let memory = memory(sandbox);
    let _ = std::fs::remove_dir_all(&memory);
    if let Some(from) = from.filter(|it| it.exists()) {
        sandbox.run(".", Command::new("cp").arg("-r").arg(from).arg(&memory));
    }
}

fn ask(sandbox: &Sandbox, question: &[&str], format: &str) -> (i32, String, String) {
    let more = ["--format", format, "--now", "2090-01-01T00:00:00Z"];
    let answer = sandbox.holdpoint(&[question, &more].concat());
    let mut said = answer.stdout.clone();
    if question == ["lint"] {
        // How many commits were looked at is what a memory is for.
        let mut json = answer.json();
        assert!(json.as_object_mut().unwrap().remove("history").is_some());
        said = json.to_string();
    }
    (answer.code, said, answer.stderr)
}

#[test]
fn no_memory_changes_an_answer() {
    let sandbox = Sandbox::webinar_out();
    let elsewhere = Sandbox::published();
    elsewhere.holdpoint(&["status"]);
    sandbox.declare("2.8.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n");
    // Its file is published as 2.7.0, as long as anything says that this is out; and its name has that number.
    let file = sandbox.path("dist/recorder-2.7.0.bin");
    sandbox.declare("2.9.0", &["recorder"], "schema = 1\n[component.recorder]\nwrites.rec = [\"2\"]\n");
    sandbox.holdpoint(&["artifacts", "2.9.0", &format!("recorder={}", file.display())]).finds(0, "same-bytes");
    sandbox.commit_all("Take the old build");
    let mut memories: Vec<(&str, PathBuf)> = vec![("elsewhere", memory(&elsewhere))];
    let mut commits = Vec::new();
    for (name, change) in STATES {
        change(&sandbox);
        sandbox.commit_all(name);
        remember(&sandbox, None);
        for question in QUESTIONS {
            ask(&sandbox, question, "json");
        }
        let kept = sandbox.path(&format!("memory of {name}"));
        sandbox.run(".", Command::new("cp").arg("-r").arg(memory(&sandbox)).arg(&kept));
        memories.push((name, kept));
        commits.push((name, sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned()));
    }
    for (name, commit) in &commits {
        sandbox.git(&["reset", "-q", "--hard", commit]);
        for question in QUESTIONS {
            let formats: &[&str] = if question[0] == "status" { &["json", "human"] } else { &["json"] };
            for format in formats {
                remember(&sandbox, None);
                let expected = ask(&sandbox, question, format);
                for (of, from) in &memories {
                    remember(&sandbox, Some(from));
                    let found = ask(&sandbox, question, format);
                    assert_eq!(found, expected, "{question:?} in the state `{name}`, with the memory of `{of}`");
                }
            }
        }
    }
}
