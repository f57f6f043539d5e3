//! Text of others is printed harmless, wherever it comes from: every command in every format, in worlds where records, policies,
//! names of files and branches, the environment, the site, a knowledge base and a server that refuses a push are hostile.
//!
//! Guard: all output goes through one edge, which breaks what a log of CI obeys and shows what a terminal obeys.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::founded_with;
use super::text_for_ci_logs::obeyed;
use crate::knowledge_base::{Server, kept_elsewhere, of_zendesk, says};
use crate::reference::every_command;
use crate::sandbox::webinar::{NEW, OLD, REC};
use crate::sandbox::{RECORDER, Sandbox, email, keys};
use crate::server::{guarded, push};

/// What the systems obey, at the beginning of a line and within it.
const MARKERS: &str = "::error::x ##[set-env name=y]z ##vso[task.setvariable variable=a]b %0A::set-output name=q::w";

/// The same with what a terminal obeys, and what turns a line round; as TOML and JSON spell it.
const CONTROLS: &str = r"x\n::error::x\r::warning::y\u001B[2J##[set-env]\u009b2J\u202eback\u200bwards\u0007##vso[z]";

/// The same as it is.
fn controls() -> String {
    "x\n::error::x\r::warning::y\u{1b}[2J##[set-env]\u{9b}2J\u{202e}back\u{200b}wards\u{7}##vso[z]\n".to_owned()
}

/// How each command is asked: who asks, and with what. `TEXT` is the hostile text, `ID` an entry, `DIST` where the files are,
/// `KEY` a key.
const ASKED: &[(&str, &str, &[&str])] = &[
    ("check", "", &["2.7.0"]),
    ("lint", "", &["2.7.0"]),
    ("status", "", &["2.7.0"]),
    ("who", "", &["2.7.0"]),
    ("log", "", &["2.7.0"]),
    ("show", "", &["ID"]),
    ("matrix", "", &["2.7.0"]),
    ("order", "", &["2.7.0"]),
    ("audit", "", &[]),
    ("wait", "", &["2.7.0", "--for", "1s", "--every", "1s"]),
    ("policy check", "", &[]),
    ("policy show", "", &[]),
    ("can", "", &["TEXT"]),
    ("why", "", &["recorder@2.7.0", "TEXT"]),
    ("stack", "", &["--with", "TEXT"]),
    ("identify", "", &["TEXT"]),
    ("verify-attestation", "", &["TEXT", "--artifact", "TEXT"]),
    ("attest", "", &["2.7.0", "--key", "KEY"]),
    ("hook install", "", &[]),
    ("hook pre-receive", "", &[]),
    ("schema", "", &["TEXT"]),
    ("explain", "", &["TEXT"]),
    ("completions", "", &["TEXT"]),
    ("demo", "", &["."]),
    ("man", "", &["--out", "policy/0001/policy.toml/TEXT"]),
    ("doctor", "", &[]),
    ("trust", "", &["TEXT"]),
    ("artifacts", "", &["2.7.0", "recorder=TEXT"]),
    ("kb fetch", "", &["2.7.0", "--yes"]),
    ("new", "", &["TEXT", "--component", "TEXT", "--owner", "TEXT", "--deputy", "TEXT", "--planned", "TEXT"]),
    ("init", "dana", &["--project", "TEXT", "--yes"]),
    ("policy sign", "dana", &["--yes"]),
    ("policy adopt", "", &["--yes", "--as", "dana@example.com"]),
    ("policy propose", "", &[]),
    ("add", "", &["TEXT", "TEXT", "--yes"]),
    ("publish", "ci", &["2.7.0", "--from", "DIST", "--yes"]),
    ("record", "dana", &["2.7.0", "--adopt", "--reason", "TEXT", "--yes"]),
    ("waive", "dana", &["2.7.0", "TEXT", "--until", "TEXT", "--reason", "TEXT", "--yes"]),
    ("not-applicable", "lee", &["2.7.0", "notice", "--reason", "TEXT", "--yes"]),
    ("lift", "eve", &["2.7.0", "ID", "--reason", "TEXT", "--yes"]),
    ("revoke", "maria", &["2.7.0", "ID", "--reason", "TEXT", "--yes"]),
    ("decline", "lee", &["2.7.0", "notice", "--reason", "TEXT", "--yes", "--push"]),
    ("sign", "maria", &["2.7.0", "kb", "--yes", "--push"]),
    ("hold", "eve", &["2.7.0", "--reason", "TEXT", "--yes", "--push"]),
];

/// What has the same words whatever world it is asked in; one world is enough for it.
const WORLDLESS: [&str; 8] =
    ["schema", "explain", "completions", "demo", "man", "verify-attestation", "hook pre-receive", "doctor"];

#[test]
fn each_command_is_asked() {
    let asked: BTreeSet<String> = ASKED.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(asked, every_command().into_iter().collect());
}

/// Whether a log or a terminal would do something about this output.
fn done(output: &str) -> Option<String> {
    let hidden = output.replace("\r\n", "\n").chars().find(|c| !"\n\t".contains(*c) && is_hidden(*c));
    hidden.map(|c| format!("{c:?}")).or_else(|| obeyed(output).map(str::to_owned))
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The forms that a command has.
fn forms(command: &str) -> &'static [&'static str] {
    match command {
        "check" | "wait" | "lint" | "audit" | "publish" => &["human", "json", "github", "markdown"],
        "matrix" => &["human", "json", "markdown", "html", "csv"],
        _ => &["human", "json"],
    }
}

/// Asks every command in every form. The text must have been shown somewhere, with this of it left.
#[track_caller]
fn all_is_harmless(sandbox: &Sandbox, text: &str, shown: &str, everything: bool) {
    let first = sandbox.entries("2.7.0").first().map(|it| it.0.file_stem().unwrap().to_str().unwrap().to_owned());
    let (id, dist) = (first.unwrap_or_else(|| "0".repeat(64)), sandbox.path("dist").display().to_string());
    let key = keys().join("ci").display().to_string();
    let (mut seen, mut wrong) = (0, Vec::new());
    for (command, who, arguments) in ASKED.iter().filter(|it| everything || !WORLDLESS.contains(&it.0)) {
        for form in forms(command) {
            let given = arguments
                .iter()
                .map(|it| it.replace("TEXT", text).replace("ID", &id).replace("DIST", &dist).replace("KEY", &key));
            let given: Vec<String> = command.split(' ').map(str::to_owned).chain(given).collect();
            let mut all: Vec<&str> = given.iter().map(String::as_str).collect();
            all.extend(["--format", form]);
            let (address, own) = (email(who), keys().join(who));
            if !who.is_empty() {
                all.extend(["--as", &address, "--key", own.to_str().unwrap()]);
            }
            let answer = sandbox.holdpoint(&all);
            for output in [&answer.stdout, &answer.stderr] {
                seen += usize::from(output.contains(shown));
                wrong.extend(done(output).map(|it| format!("{command} --format {form}: {it}")));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 3, "the text is shown somewhere: {seen}");
}

#[test]
fn of_records_that_can_be_read() {
    let titled = |it: String| it.replace("Support knowledge base", MARKERS);
    let sandbox = founded_with(titled);
    sandbox.release("2.7.0", RECORDER);
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("Webinar 2.7.0", MARKERS));
    sandbox.edit("releases/2.7.0/kb.md", |it| {
        it.replace("Recordings of 2.7.0", MARKERS).replace("duty desk", MARKERS) + &format!("\n{MARKERS}\n")
    });
    sandbox.edit("releases/2.7.0/notice.md", |it| it + &format!("\n{MARKERS}\n\n[{MARKERS}](##vso[x].md)\n"));
    sandbox.edit("releases/2.7.0/matrix.md", |it| it + &format!("\n{MARKERS}\n"));
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", MARKERS, "--yes"]).exits(0);
    sandbox.as_person("lee", &["decline", "2.7.0", "notice", "--reason", MARKERS, "--yes"]).exits(0);
    sandbox.commit_all(MARKERS);
    all_is_harmless(&sandbox, MARKERS, "vso", true);
}

#[test]
fn of_records_that_cannot_be_read() {
    for (file, from) in [
        ("release.toml", "Webinar 2.7.0"),
        ("release.toml", "dana@example.com"),
        ("artifacts.toml", "recorder-2.7.0.bin"),
        ("kb.md", "duty desk"),
        ("notice.md", "Recorder 2.7.0"),
    ] {
        let sandbox = Sandbox::ready();
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| it.replacen(from, CONTROLS, 1));
        let answers = [["lint", "2.7.0"], ["check", "2.7.0"], ["status", "2.7.0"]].map(|it| {
            ["human", "json", "github", "markdown"]
                .map(|form| sandbox.holdpoint(&[&it[..], &["--format", form]].concat()))
        });
        for answer in answers.iter().flatten() {
            assert_eq!((done(&answer.stdout), done(&answer.stderr)), (None, None), "{file} {from} {answer:#?}");
        }
    }
    let sandbox = Sandbox::ready();
    let all = controls();
    for file in ["release.toml", "artifacts.toml", "compatibility.toml", "kb.md", "notice.md", "matrix.md"] {
        sandbox
            .edit(&format!("releases/2.7.0/{file}"), |it| format!("{all}{it}{all}\"{CONTROLS}\" = \"{CONTROLS}\"\n"));
    }
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), &controls());
    sandbox.write(&format!("releases/2.7.0/{}", controls().trim_end().replace('/', "")), "x");
    sandbox.write(&format!("releases/{}/release.toml", controls().trim_end().replace('/', "")), "x");
    sandbox.commit_all(&controls());
    all_is_harmless(&sandbox, &controls(), "vso", false);
}

#[test]
fn of_a_policy() {
    let sandbox = Sandbox::ready();
    sandbox.propose(|it| it, |it| it);
    let text = sandbox.read("policy/proposed/policy.toml");
    sandbox.write("policy/proposed/policy.toml", &text.replace("Customer notice", CONTROLS).replace("kb.md", CONTROLS));
    sandbox.write("policy/proposed/signers", &format!("{} {}\n", MARKERS, controls()));
    sandbox.write("policy/0001/%0A::error::x##vso[y]", &controls());
    sandbox.commit_all("Propose it");
    let before = sandbox.read("policy/0001/policy.toml");
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    sandbox.write("policy/0001/policy.toml", &format!("{}\"{CONTROLS}\" = \"{CONTROLS}\"\n", controls()));
    sandbox.commit_all("Break it");
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    sandbox.write("policy/0001/policy.toml", &before.replace("downloads.example.com", "##vso[task.x]%0A::error::y"));
    sandbox.commit_all("Break it otherwise");
    all_is_harmless(&sandbox, MARKERS, "vso", false);
}

#[test]
fn of_a_remote_that_refuses() {
    let sandbox = Sandbox::with_remote();
    let hook = sandbox.path("origin.git/hooks/pre-receive");
    let printed =
        controls().replace('\n', "\\n").replace('\u{1b}', "\\033").replace('\r', "\\r").replace('\u{7}', "\\a");
    fs::write(
        &hook,
        format!("#!/bin/sh\nprintf '{printed}' >&2\nprintf '\\n{}\\n' >&2\nexit 1\n", MARKERS.replace('%', "%%")),
    )
    .unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let branch = "holdpoint/%0A::error::x";
    if sandbox.shell("repo", &format!("git check-ref-format --branch '{branch}'")).code == 0 {
        sandbox.git(&["update-ref", &format!("refs/remotes/origin/{branch}"), "HEAD"]);
    }
    sandbox.git(&["update-ref", "refs/remotes/origin/holdpoint/%0A-error##x", "HEAD"]);
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    let address = format!("https://127.0.0.1:1/{MARKERS}\u{1b}[2J");
    sandbox.git(&["config", "remote.origin.url", &address]);
    all_is_harmless(&sandbox, MARKERS, "vso", false);
}

#[test]
fn of_the_environment_and_the_settings() {
    let mut sandbox = Sandbox::signed();
    sandbox.git(&["config", "user.email", MARKERS]);
    sandbox.git(&["config", "user.name", &controls()]);
    sandbox.git(&["config", "user.signingKey", MARKERS]);
    sandbox.git(&["config", "gpg.format", &controls()]);
    sandbox.git(&["config", "commit.gpgSign", "true"]);
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    for name in ["HOLDPOINT_ROOT", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_GLOBAL", "GIT_DIR"] {
        sandbox.environment = vec![(name.to_owned(), format!("{MARKERS}{}", controls()))];
        for command in [&["check", "2.7.0"][..], &["lint"], &["sign", "2.7.0", "kb", "--yes"], &["doctor"]] {
            for form in ["human", "json"] {
                let answer = sandbox.holdpoint(&[command, &["--format", form]].concat());
                assert_eq!(
                    (done(&answer.stdout), done(&answer.stderr)),
                    (None, None),
                    "{name} {command:?} {answer:#?}"
                );
            }
        }
    }
}

#[test]
fn of_a_site() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let path = sandbox.path("site/releases.json");
    let index = fs::read_to_string(&path).unwrap();
    fs::write(sandbox.path("site/##vso[x]%0A::error::y"), "x").unwrap();
    fs::write(sandbox.path("site/recorder").join(controls().trim_end().replace('/', "")), "x").unwrap();
    for spoilt in [
        index.replace("2.7.0", CONTROLS),
        index.replace("recorder", MARKERS),
        index.replacen('{', &format!("{{\"{CONTROLS}\": \"{MARKERS}\", "), 1),
        controls(),
    ] {
        fs::write(&path, &spoilt).unwrap();
        for command in
            [&["audit"][..], &["check", "2.7.0"], &["status"], &["publish", "2.7.0", "--from", "DIST", "--yes"]]
        {
            for form in ["human", "json", "github"] {
                let answer = sandbox.holdpoint(&[command, &["--format", form]].concat());
                assert_eq!((done(&answer.stdout), done(&answer.stderr)), (None, None), "{command:?} {answer:#?}");
            }
        }
    }
    fs::write(&path, index.replace("downloads", MARKERS)).unwrap();
    all_is_harmless(&sandbox, MARKERS, "vso", false);
}

#[test]
fn of_a_knowledge_base() {
    let server = Server::start(|_| {
        let article = serde_json::json!({ "article": {
            "id": 4711, "title": format!("{MARKERS}{}", controls()), "draft": false, "locale": "en-us",
            "body": format!("<h2>{MARKERS}</h2><p>{}</p><p>::error::x</p><a href='##vso[x]'>y</a>", controls()),
            "edited_at": format!("{MARKERS}{}", controls()),
        }});
        says("application/json", article.to_string())
    });
    let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    for reply in [
        || says("text/html", controls()),
        || crate::knowledge_base::leads_to("https://x.example.com/##vso[x]%0A::error::y"),
        || crate::knowledge_base::Reply::Says(503, vec![("Content-Type", "##vso[x]".to_owned())], MARKERS.to_owned()),
    ] {
        server.now(move |_| reply());
        for command in
            [&["kb", "fetch", "2.7.0", "--yes"][..], &["audit"], &["publish", "2.7.0", "--from", "../dist", "--yes"]]
        {
            for form in ["human", "json"] {
                let answer = sandbox.holdpoint(&[command, &["--format", form]].concat());
                assert_eq!((done(&answer.stdout), done(&answer.stderr)), (None, None), "{command:?} {answer:#?}");
            }
        }
    }
}

#[test]
fn of_declarations_and_what_is_derived_from_them() {
    let sandbox = Sandbox::founded();
    sandbox.ship("2.4.0", &["player", "recorder"], OLD);
    sandbox.exchange(&REC.replace("Recording file (.rec)", MARKERS));
    let said = NEW.replace("chapter marks", MARKERS).replace("No picture, no sound", MARKERS);
    sandbox.declare("2.7.0", &["converter", "player", "recorder"], &said);
    all_is_harmless(&sandbox, MARKERS, "vso", false);
    let mut seen = 0;
    for command in [
        &["matrix"][..],
        &["can", "player@2.4.0", "open", "recorder@2.7.0"],
        &["why", "recorder@2.7.0", "player@2.4.0"],
        &["stack", "--with", "player@2.4.0"],
    ] {
        for form in forms(command[0]) {
            let answer = sandbox.holdpoint(&[command, &["--format", form]].concat());
            assert_eq!((done(&answer.stdout), done(&answer.stderr)), (None, None), "{command:?} {form} {answer:#?}");
            seen += usize::from(answer.stdout.contains("vso"));
        }
    }
    assert!(seen > 2, "{seen}");
}

#[test]
fn of_a_push_that_a_server_refuses() {
    let sandbox = guarded();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", MARKERS, "--yes", "--push"]).exits(0);
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    for end in ["toml", "toml.sig"] {
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/ledger/{id}.{end}")]);
    }
    sandbox.write("releases/2.7.0/ledger/##vso[x]%0A::error::y", "x");
    sandbox.write(&format!("releases/2.7.0/ledger/{}", controls().trim_end().replace('/', "")), "x");
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("Webinar 2.7.0", CONTROLS));
    let answer = push(&sandbox, &["main"]).finds(1, "vso");
    assert_eq!(done(&answer.stderr), None, "{answer:#?}");
}
