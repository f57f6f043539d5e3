//! The commands that write, each with the repository in which it has something to write; and those that write nothing of a record.

use std::fs;

use crate::attacks::{founded_with, soon};
use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::webinar::REC;
use crate::sandbox::{RECORDER, Sandbox, email, same};

/// What a command leaves behind.
pub(super) enum Effect {
    /// A commit on the branch that is checked out.
    Commits,
    /// A commit on a branch of its own.
    Branches,
    /// Files in the work tree, for somebody to look at and commit.
    Writes,
    /// The root, in git's configuration.
    Pins,
}

/// A command that takes no key is run by nobody.
const NOBODY: &str = "nobody";

/// A repository in which a command has something to write.
pub(super) struct Ready {
    pub(super) sandbox: Sandbox,
    pub(super) who: &'static str,
    /// Whether the command takes a person and a key.
    pub(super) signs: bool,
    pub(super) command: Vec<String>,
    /// The exit code of the command where it has written.
    pub(super) done: i32,
    /// A knowledge base elsewhere, which answers for as long as this lasts.
    _server: Option<Server>,
}

/// A command of `who`; the folder `elsewhere` is committed, so that there is something that a sparse checkout keeps.
fn ready(sandbox: Sandbox, who: &'static str, command: &[&str]) -> Ready {
    sandbox.write("elsewhere/readme.txt", "Elsewhere.\n");
    sandbox.git(&["add", "elsewhere"]);
    sandbox.git(&["commit", "-q", "-m", "Write elsewhere", "elsewhere"]);
    let command = command.iter().map(|it| (*it).to_owned()).collect();
    Ready { sandbox, who, signs: who != NOBODY, command, done: 0, _server: None }
}

/// With a reason, and without a question.
fn reasoned<'a>(command: &[&'a str]) -> Vec<&'a str> {
    [command, &["--yes", "--reason", "as agreed"]].concat()
}

fn drafted(file: &str, edit: fn(String) -> String) -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.edit(&format!("releases/2.7.0/{file}"), edit);
    sandbox
}

/// A clone of a remote, with a release that nobody has signed.
fn remote() -> Sandbox {
    let sandbox = Sandbox::with_remote();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox
}

type Row = (&'static str, Effect, fn() -> Ready);

pub(super) const ROWS: &[Row] = &[
    ("init", Effect::Commits, || {
        ready(Sandbox::empty(), "dana", &["init", "--project", "https://downloads.example.com/webinar", "--yes"])
    }),
    ("trust", Effect::Pins, || {
        let sandbox = Sandbox::ready();
        let root = sandbox.root(1);
        sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
        ready(sandbox, NOBODY, &["trust", &root])
    }),
    ("policy propose", Effect::Writes, || ready(Sandbox::ready(), NOBODY, &["policy", "propose"])),
    ("policy sign", Effect::Commits, || {
        let sandbox = Sandbox::ready();
        sandbox.propose(same, same);
        ready(sandbox, "dana", &["policy", "sign", "--yes"])
    }),
    ("policy adopt", Effect::Commits, || {
        let sandbox = Sandbox::ready();
        sandbox.propose(same, same);
        sandbox.sign_policy("dana").exits(0);
        ready(sandbox, NOBODY, &["policy", "adopt", "--yes", "--as", &email("dana")])
    }),
    ("new", Effect::Writes, || {
        let people = ["--owner", "dana@example.com", "--deputy", "sam@example.com"];
        let days = ["--planned", "2026-11-20", "--support-until", "2028-11-20"];
        ready(Sandbox::ready(), NOBODY, &[&["new", "2.8.0", "--component", "recorder"], &people[..], &days].concat())
    }),
    ("artifacts", Effect::Writes, || {
        let sandbox = Sandbox::ready();
        let file = sandbox.path("dist/recorder-2.7.0.bin");
        fs::write(&file, "built again\n").unwrap();
        let component = format!("recorder={}", file.display());
        ready(sandbox, NOBODY, &["artifacts", "2.7.0", &component])
    }),
    ("kb fetch", Effect::Writes, || {
        let server = Server::start(|_| zendesk(&BODY.replace("newest player", "player of today")));
        let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
        Ready { _server: Some(server), ..ready(sandbox, NOBODY, &["kb", "fetch", "2.7.0", "--yes"]) }
    }),
    ("matrix --write", Effect::Writes, || {
        let sandbox = Sandbox::ready();
        sandbox.exchange(REC);
        ready(sandbox, NOBODY, &["matrix", "2.7.0", "--write"])
    }),
    ("lint --fix", Effect::Writes, || {
        let sandbox = drafted("kb.md", |it| it.replace("contact = \"duty desk\"\n", ""));
        // What it wrote is still to be filled in.
        Ready { done: 1, ..ready(sandbox, NOBODY, &["lint", "2.7.0", "--fix"]) }
    }),
    ("sign", Effect::Commits, || ready(Sandbox::ready(), "maria", &["sign", "2.7.0", "kb", "--yes"])),
    ("sign --push", Effect::Commits, || {
        let ready = ready(remote(), "ada", &["sign", "2.8.0", "compatibility", "--yes", "--push"]);
        ready.sandbox.git(&["push", "-q"]);
        ready
    }),
    ("add", Effect::Commits, || {
        let sandbox = Sandbox::ready();
        let file = sandbox.path("request.toml").display().to_string();
        sandbox.holdpoint(&["sign", "2.7.0", "kb", "--as", &email("maria"), "--request", &file]).exits(0);
        sandbox.ssh_sign("maria", "holdpoint/approve@v1", &sandbox.path("request.toml"));
        ready(sandbox, NOBODY, &["add", &file, &format!("{file}.sig"), "--yes"])
    }),
    ("decline", Effect::Commits, || ready(Sandbox::ready(), "lee", &reasoned(&["decline", "2.7.0", "notice"]))),
    ("not-applicable", Effect::Commits, || {
        let sandbox = founded_with(|it| it.replace("may_skip = false", "may_skip = true"));
        sandbox.release("2.7.0", RECORDER);
        ready(sandbox, "lee", &reasoned(&["not-applicable", "2.7.0", "notice"]))
    }),
    ("revoke", Effect::Commits, || {
        let sandbox = Sandbox::signed();
        let id = sandbox.id("2.7.0", "by = \"maria@");
        ready(sandbox, "maria", &reasoned(&["revoke", "2.7.0", &id]))
    }),
    ("hold", Effect::Commits, || ready(Sandbox::ready(), "eve", &reasoned(&["hold", "2.7.0"]))),
    ("lift", Effect::Commits, || {
        let sandbox = Sandbox::ready();
        sandbox.as_person("eve", &reasoned(&["hold", "2.7.0"])).exits(0);
        let id = sandbox.id("2.7.0", "by = \"eve@");
        ready(sandbox, "eve", &reasoned(&["lift", "2.7.0", &id]))
    }),
    ("waive", Effect::Commits, || {
        ready(Sandbox::ready(), "dana", &reasoned(&["waive", "2.7.0", "missing:notice", "--until", &soon()]))
    }),
    ("publish", Effect::Commits, || {
        let sandbox = Sandbox::signed();
        let dist = sandbox.path("dist").display().to_string();
        ready(sandbox, "ci", &["publish", "2.7.0", "--from", &dist, "--yes"])
    }),
    ("publish --prepare", Effect::Branches, || {
        let sandbox = Sandbox::signed();
        let dist = sandbox.path("dist").display().to_string();
        ready(sandbox, "ci", &["publish", "2.7.0", "--from", &dist, "--yes", "--prepare"])
    }),
    ("record --adopt", Effect::Commits, || {
        let sandbox = Sandbox::ready();
        fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
        fs::write(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin"), RECORDER).unwrap();
        ready(sandbox, "dana", &reasoned(&["record", "2.7.0", "--adopt"]))
    }),
];

/// What asks only, or writes somewhere else: an attestation, a hook of a server, a man page, a repository of its own.
pub(super) const READERS: [&str; 24] = [
    "policy check",
    "policy show",
    "check",
    "wait",
    "show",
    "status",
    "can",
    "why",
    "stack",
    "order",
    "identify",
    "who",
    "log",
    "audit",
    "attest",
    "verify-attestation",
    "hook install",
    "hook pre-receive",
    "schema",
    "explain",
    "doctor",
    "demo",
    "completions",
    "man",
];
