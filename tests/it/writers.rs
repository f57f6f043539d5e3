//! What a command writes is there as a whole, or not at all: each command that writes, in each state that git's own files may be
//! in. Commit, index and file go together, and nothing that git does next takes an entry away again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::reference::every_command;
use crate::sandbox::{Answer, Sandbox, email, keys};

mod commands;
mod states;

use commands::{Effect, READERS, ROWS, Ready};
use states::{STATES, State};

/// What a refused command must leave as it was: the branches, the index, the files, and the site.
type Whole = (String, Option<Vec<u8>>, BTreeMap<String, Vec<u8>>);

fn whole(sandbox: &Sandbox, folder: &str) -> Whole {
    let branches = sandbox.git_in(folder, &["for-each-ref"]);
    let index = sandbox.git_in(folder, &["rev-parse", "--absolute-git-dir"]);
    let mut files = BTreeMap::new();
    for top in [folder, "site"] {
        collect(&sandbox.path(top), top, &mut files);
    }
    (branches, fs::read(Path::new(index.trim()).join("index")).ok(), files)
}

fn collect(folder: &Path, name: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|it| it.file_name() != ".git") {
        let name = format!("{name}/{}", entry.file_name().display());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &name, files);
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

fn run(ready: &Ready, folder: &str) -> Answer {
    run_into(ready, folder, Stdio::piped())
}

/// Runs a command whose answer goes to `stdout`.
fn run_into(ready: &Ready, folder: &str, stdout: Stdio) -> Answer {
    let (address, key) = (email(ready.who), keys().join(ready.who));
    let mut arguments: Vec<&str> = ready.command.iter().map(String::as_str).collect();
    if ready.signs {
        arguments.extend(["--as", &address, "--key", key.to_str().unwrap()]);
    }
    let mut command = ready.sandbox.command(folder, &arguments);
    ready.sandbox.answer(&command.stdin(Stdio::null()).stdout(stdout).output().unwrap())
}

/// Keeps the world as it is now beside itself, and gives what brings it back.
fn kept(sandbox: &Sandbox) -> impl Fn() + '_ {
    const ALL: &str = "find . -mindepth 1 -maxdepth 1 ! -name kept";
    let sh = |line: &str| drop(sandbox.run(".", Command::new("sh").args(["-ec", line])));
    sh(&format!("mkdir kept; {ALL} -exec cp -a {{}} kept/ ';'"));
    move || sh(&format!("{ALL} -exec rm -rf {{}} +; cp -a kept/. ."))
}

fn tree(sandbox: &Sandbox, folder: &str) -> String {
    sandbox.git_in(folder, &["rev-parse", "HEAD^{tree}"])
}

/// Each command that writes is in one of the tables, and in no other.
#[test]
fn each_command_is_known_to_write_or_to_leave_the_record_alone() {
    let written = ROWS.iter().map(|row| row.0.split(" --").next().unwrap());
    let known: BTreeSet<String> = written.chain(READERS).map(str::to_owned).collect();
    assert_eq!(known, every_command().into_iter().collect());
}

#[test]
fn what_the_owners_write_is_there_or_not_at_all() {
    each_state_of(&["init", "trust", "policy propose", "policy sign", "policy adopt"]);
}

#[test]
fn what_the_author_of_a_release_writes_is_there_or_not_at_all() {
    each_state_of(&["new", "artifacts", "matrix --write", "lint --fix", "kb fetch"]);
}

#[test]
fn what_signers_write_is_there_or_not_at_all() {
    each_state_of(&["sign", "sign --push", "add", "decline", "not-applicable", "revoke"]);
}

#[test]
fn what_those_on_duty_write_is_there_or_not_at_all() {
    each_state_of(&["hold", "lift", "waive"]);
}

#[test]
fn what_the_machine_writes_is_there_or_not_at_all() {
    each_state_of(&["publish", "publish --prepare", "record --adopt"]);
}

#[test]
fn what_a_command_has_written_stands_where_nobody_gets_its_answer() {
    let mut wrong = Vec::new();
    for (name, effect, prepare) in ROWS {
        let ready = prepare();
        let before = whole(&ready.sandbox, "repo");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let answer = run_into(&ready, "repo", full.into());
        if answer.code != ready.done || !answer.stderr.contains("it is done, and stays so") {
            wrong.push(format!("{name}: {answer:#?}"));
        }
        wrong.extend(written(&ready.sandbox, "repo", effect, &before).err().map(|why| format!("{name}: {why}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// So that none of the table is left out above.
#[test]
fn each_command_of_the_table_is_tried() {
    let this = include_str!("writers.rs");
    let untried: Vec<&str> = ROWS.iter().map(|row| row.0).filter(|it| !this.contains(&format!("\"{it}\""))).collect();
    assert_eq!(untried, Vec::<&str>::new());
}

#[track_caller]
fn each_state_of(commands: &[&str]) {
    let mut wrong = Vec::new();
    for name in commands {
        let (_, effect, prepare) = ROWS.iter().find(|row| row.0 == *name).unwrap();
        let ready = prepare();
        let restore = kept(&ready.sandbox);
        for state in STATES {
            restore();
            if let Err(why) = tried(&ready, effect, state) {
                wrong.push(format!("{name}, {}: {why}", state.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Tries one command in one state; with a lock in its way twice, because what the first refusal prints must help.
fn tried(ready: &Ready, effect: &Effect, state: &State) -> Result<(), String> {
    let (sandbox, folder) = (&ready.sandbox, state.folder);
    (state.arrange)(sandbox);
    let before = whole(sandbox, folder);
    let mut answer = run(ready, folder);
    let shares = ready.command.iter().any(|it| it == "--push");
    if answer.code == ready.done && state.stops && matches!(effect, Effect::Commits) && !shares {
        return Err(format!("the lock of another git was passed by: {answer:#?}"));
    }
    if answer.code != ready.done {
        let after = whole(sandbox, folder);
        if after != before {
            return Err(format!("refused, and something is changed: {answer:#?}"));
        }
        let all = format!("{}\n{}", answer.stdout, answer.stderr);
        let Some((_, cure)) = all.split_once("has left it: ") else { return Err(format!("no cure: {answer:#?}")) };
        let cure = cure.lines().next().unwrap_or_default();
        let healed = sandbox.shell(folder, cure);
        answer = run(ready, folder);
        if healed.code != 0 || answer.code != ready.done {
            return Err(format!("`{cure}` does not help: {healed:#?} {answer:#?}"));
        }
    }
    for lock in states::locks(sandbox) {
        let _ = fs::remove_file(lock);
    }
    written(sandbox, folder, effect, &before).map_err(|why| format!("{why}: {answer:#?}"))
}

/// Whether everything that a command has written is there, and stays.
fn written(sandbox: &Sandbox, folder: &str, effect: &Effect, before: &Whole) -> Result<(), String> {
    let same = |what: &str, holds: bool| if holds { Ok(()) } else { Err(format!("not so: {what}")) };
    let after = whole(sandbox, folder);
    let status = sandbox.git_in(folder, &["status", "--porcelain"]);
    match effect {
        Effect::Commits => {
            same("it is committed", after.0 != before.0)?;
            same(&format!("the work tree is clean: {status}"), status.is_empty())?;
        }
        Effect::Branches => {
            same("a branch is there", after.0.contains("refs/heads/holdpoint/"))?;
            same(&format!("the work tree is clean: {status}"), status.is_empty())?;
        }
        Effect::Writes => {
            same("nothing is committed or staged", after.0 == before.0)?;
            same("a file is written", after.2 != before.2)?;
        }
        Effect::Pins => {
            same("a root is pinned", !sandbox.pins().is_empty())?;
            same("nothing else is changed", after == *before)?;
        }
    }
    if matches!(effect, Effect::Commits | Effect::Branches) {
        let kept = tree(sandbox, folder);
        sandbox.git_in(folder, &["commit", "-q", "--allow-empty", "-m", "Plain"]);
        same("a plain commit keeps it", tree(sandbox, folder) == kept)?;
        sandbox.git_in(folder, &["commit", "-q", "-a", "--allow-empty", "-m", "All"]);
        same("a commit of everything keeps it", tree(sandbox, folder) == kept)?;
    }
    Ok(())
}

#[test]
fn two_who_write_at_once_write_both_or_one_and_never_half() {
    let sandbox = Sandbox::ready();
    let restore = kept(&sandbox);
    for round in 0..20 {
        restore();
        let begun = [("kb", "maria"), ("notice", "lee")].map(|(requirement, who)| {
            let (address, key) = (email(who), keys().join(who));
            let sign = ["sign", "2.7.0", requirement, "--yes", "--as", &address, "--key", key.to_str().unwrap()];
            let mut command = sandbox.command("repo", &sign);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        let answers = begun.map(|it| sandbox.answer(&it.wait_with_output().unwrap()));
        let worked = answers.iter().filter(|it| it.code == 0).count();
        assert!(worked > 0, "round {round}: nobody could sign: {answers:#?}");
        let recorded = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "releases/2.7.0/ledger/"]);
        assert_eq!(recorded.lines().count(), 2 * worked, "round {round}: {answers:#?}");
        assert_eq!(sandbox.entries("2.7.0").len(), worked, "round {round}: {answers:#?}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "", "round {round}: {answers:#?}");
        let kept = tree(&sandbox, "repo");
        sandbox.git(&["commit", "-q", "-a", "--allow-empty", "-m", "Plain"]);
        assert_eq!(tree(&sandbox, "repo"), kept, "round {round}");
        for (answer, (requirement, who)) in answers.iter().zip([("kb", "maria"), ("notice", "lee")]) {
            if answer.code != 0 {
                sandbox.sign("2.7.0", requirement, who).exits(0);
            }
        }
    }
}
