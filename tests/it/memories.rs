//! What a clone remembers makes an answer faster, and never another one: every answering command is asked in many states, with
//! memories that are empty, warm, from each other state and from another repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::attacks::founded_with;
use crate::knowledge_base::{Reply, Server, says};
use crate::sandbox::{RECORDER, Sandbox};

/// What is asked.
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

/// Another time than now, so that nothing but the memories can make a difference. Such answers do not look at branches and sites.
const LATER: [&str; 2] = ["--now", "2090-01-01T00:00:00Z"];

fn ask(sandbox: &Sandbox, question: &[&str], format: &str, when: &[&str]) -> (i32, String, String) {
    let answer = sandbox.holdpoint(&[question, &["--format", format], when].concat());
    let mut said = answer.stdout.clone();
    if format == "json" && answer.stdout.starts_with('{') {
        let mut json = answer.json();
        if let Some(is_hypothetical) = json.get("hypothetical") {
            assert_eq!(is_hypothetical, !when.is_empty());
        }
        // How many commits were looked at is what a memory is for, and an audit says when it was made.
        let known = json.as_object_mut().unwrap();
        assert!(known.remove("history").is_some() || question != ["lint"]);
        if question == ["audit"] {
            known.remove("at");
        }
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
            ask(&sandbox, question, "json", &LATER);
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
                let expected = ask(&sandbox, question, format, &LATER);
                for (of, from) in &memories {
                    remember(&sandbox, Some(from));
                    let found = ask(&sandbox, question, format, &LATER);
                    assert_eq!(found, expected, "{question:?} in the state `{name}`, with the memory of `{of}`");
                }
            }
        }
    }
}

/// Asks everything as of now, in every state, with the memory of each of them.
fn compare(sandbox: &Sandbox, states: &[&str], enter: &dyn Fn(&str)) {
    let mut memories = Vec::new();
    for state in states {
        enter(state);
        remember(sandbox, None);
        for question in QUESTIONS {
            ask(sandbox, question, "json", &[]);
        }
        let kept = sandbox.path(&format!("memory of {state}"));
        sandbox.run(".", Command::new("cp").arg("-r").arg(memory(sandbox)).arg(&kept));
        memories.push((state, kept));
    }
    let mut checks = BTreeSet::new();
    for state in states {
        enter(state);
        for question in QUESTIONS {
            remember(sandbox, None);
            let expected = ask(sandbox, question, "json", &[]);
            for (of, from) in &memories {
                remember(sandbox, Some(from));
                let found = ask(sandbox, question, "json", &[]);
                assert_eq!(found, expected, "{question:?} in the state `{state}`, with the memory of `{of}`");
            }
            if question == ["check", "2.7.0"] {
                checks.insert(expected.1);
            }
        }
    }
    assert_eq!(checks.len(), states.len(), "two states look alike: {checks:#?}");
}

/// States of one commit, which differ in what this clone has fetched.
const FETCHED: [(&str, Setup); 5] = [
    ("a remote", |it| {
        it.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        it.git(&["remote", "add", "origin", "../origin.git"]);
        it.git(&["push", "-q", "-u", "origin", "main"]);
        it.git_in(".", &["clone", "-q", "--bare", "origin.git", "fork.git"]);
    }),
    ("its branches", |it| {
        it.git(&["switch", "-q", "--detach"]);
        it.git(&["fetch", "-q", "origin"]);
        it.git(&["switch", "-q", "main"]);
    }),
    ("a hold on a branch", |it| {
        hold_at(it, "origin", "holdpoint/x");
        it.git(&["fetch", "-q", "origin"]);
    }),
    ("a branch that cannot be read", |it| {
        std::fs::write(it.path("repo/.git/refs/remotes/origin/holdpoint/x"), "").unwrap();
    }),
    ("a hold on another remote", |it| {
        std::fs::remove_file(it.path("repo/.git/refs/remotes/origin/holdpoint/x")).unwrap();
        it.git(&["remote", "add", "fork", "../fork.git"]);
        hold_at(it, "fork", "main");
        it.git(&["fetch", "-q", "fork"]);
    }),
];

/// A hold of 2.7.0 that is on a branch of a remote, and nowhere here.
fn hold_at(sandbox: &Sandbox, remote: &str, branch: &str) {
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", remote, &format!("aside:refs/heads/{branch}")]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
}

#[test]
fn no_memory_changes_an_answer_about_what_was_fetched() {
    let sandbox = Sandbox::webinar_out();
    let copy = |from: &str, to: &str| {
        let _ = std::fs::remove_dir_all(sandbox.path(to));
        sandbox.run(".", Command::new("cp").args(["-a", from, to]));
    };
    for (name, change) in FETCHED {
        change(&sandbox);
        copy("repo", name);
    }
    compare(&sandbox, &FETCHED.map(|it| it.0), &|state| copy(state, "repo"));
}

#[test]
fn no_memory_changes_an_answer_about_a_site_that_is_seen_at_its_public_address() {
    let server = Server::start(|_| Reply::Says(404, Vec::new(), String::new()));
    let public = format!("{}/files", server.address());
    let sandbox = founded_with(|it| it.replace("[[site]]\n", &format!("[[site]]\npublic = \"{public}\"\n")));
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    let index = std::fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    let empty = format!("{}\"releases\": []\n}}\n", index.split("\"releases\"").next().unwrap());
    std::fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    compare(&sandbox, &["listed", "not listed", "not seen"], &|state| {
        let (index, empty) = (index.clone(), empty.clone());
        match state {
            "listed" => server.now(move |_| says("application/json", index.clone())),
            "not listed" => server.now(move |_| says("application/json", empty.clone())),
            _ => server.now(|_| Reply::Says(404, Vec::new(), String::new())),
        }
    });
}
