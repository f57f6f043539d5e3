//! A publish that breaks off says what has happened: each of its claims, at each step and for each cause, is compared with what the
//! site and the record hold then; and once the cause is gone, the printed command finishes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Answer, Sandbox};

const FILE: &str = "site/recorder/2.7.0/recorder-2.7.0.bin";
const SUMS: &str = "site/recorder/2.7.0/SHA256SUMS";

/// What goes wrong, and when.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    /// What happens while the files are brought, in the sandbox: before the record.
    upload: &'static str,
    /// What the server does before it takes the record.
    taking: &'static str,
    /// What happens once the server has taken it: after the record, and before the flip.
    taken: &'static str,
    /// What is claimed: listed, page, recorded, and how many files and checksum files are there.
    claims: [&'static str; 3],
    files: Option<(u64, u64)>,
    /// Takes the cause away.
    heal: &'static str,
}

const FINE: Case = Case {
    name: "",
    upload: "true",
    taking: "true",
    taken: "true",
    claims: ["no", "current", "no"],
    files: Some((1, 1)),
    heal: "true",
};

const CASES: [Case; 13] = [
    Case { name: "the upload fails half-way", upload: "rm site/recorder/2.7.0/*; exit 7", files: Some((0, 0)), ..FINE },
    Case { name: "the upload brings nothing", upload: "rm site/recorder/2.7.0/*", files: Some((0, 0)), ..FINE },
    Case {
        name: "the checksum file is a folder",
        upload: "mkdir site/recorder/2.7.0/SHA256SUMS",
        files: Some((1, 0)),
        heal: "rmdir site/recorder/2.7.0/SHA256SUMS",
        ..FINE
    },
    Case {
        name: "the page becomes a folder before the record",
        upload: "mkdir site/index.html",
        heal: "rmdir site/index.html",
        ..FINE
    },
    Case {
        name: "the index becomes a folder before the record",
        upload: "mkdir site/releases.json",
        heal: "rmdir site/releases.json",
        ..FINE
    },
    Case {
        name: "the index becomes junk before the record",
        upload: "echo junk > site/releases.json",
        claims: ["unknown", "unknown", "no"],
        heal: "rm site/releases.json",
        ..FINE
    },
    Case { name: "the server refuses the record", taking: "exit 1", ..FINE },
    Case {
        name: "the server takes the record and drops it",
        taken: "git -C origin.git update-ref refs/heads/main $(git -C origin.git rev-parse main~1)",
        ..FINE
    },
    Case {
        name: "the server is gone after the push",
        taken: "mv origin.git gone.git",
        claims: ["no", "current", "unknown"],
        heal: "mv gone.git origin.git",
        ..FINE
    },
    Case {
        name: "the index becomes a folder after the record",
        taken: "mkdir site/releases.json",
        claims: ["no", "current", "shared"],
        heal: "rmdir site/releases.json",
        ..FINE
    },
    Case {
        name: "the index becomes junk after the record",
        taken: "echo junk > site/releases.json",
        claims: ["unknown", "unknown", "shared"],
        heal: "rm site/releases.json",
        ..FINE
    },
    Case {
        name: "the page becomes a folder after the record",
        taken: "mkdir site/index.html",
        claims: ["yes", "old", "shared"],
        heal: "rmdir site/index.html",
        ..FINE
    },
    Case {
        name: "the site is gone after the record",
        taken: "mv site elsewhere",
        claims: ["unknown", "unknown", "shared"],
        files: None,
        heal: "rm -rf site; mv elsewhere site",
        ..FINE
    },
];

/// A hook of the server that runs this line in the sandbox.
fn hook(sandbox: &Sandbox, name: &str, line: &str) {
    let path = sandbox.path("origin.git/hooks").join(name);
    let top = sandbox.path("");
    fs::write(
        &path,
        format!("#!/bin/sh\ncat > /dev/null\nunset GIT_DIR GIT_QUARANTINE_PATH\ncd {} && {line}\n", top.display()),
    )
    .unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
}

fn uploader(sandbox: &Sandbox, line: &str) -> String {
    let top = sandbox.path("");
    format!(
        "cd {}; mkdir -p site/recorder/2.7.0; cp dist/recorder-2.7.0.bin site/recorder/2.7.0/; {line}",
        top.display()
    )
}

fn publish(sandbox: &Sandbox, line: &str) -> Answer {
    let script = uploader(sandbox, line);
    sandbox.as_person("ci", &["publish", "2.7.0", "--yes", "--format", "json", "--", "sh", "-ec", &script])
}

/// What is true, read without the tool: as far as it can be told.
fn truth(sandbox: &Sandbox) -> ([&'static str; 2], Option<(u64, u64)>) {
    let site = sandbox.path("site");
    let index = sandbox.path("site/releases.json");
    let listed = match fs::read_to_string(&index) {
        _ if !site.exists() => "unknown",
        Ok(text) if serde_json::from_str::<serde_json::Value>(&text).is_err() => "unknown",
        Ok(text) if text.contains("\"version\": \"2.7.0\"") => "yes",
        _ => "no",
    };
    let origin = ["origin.git", "gone.git"].into_iter().find(|it| sandbox.path(it).exists()).unwrap();
    let log = sandbox.git_in(origin, &["log", "--format=%s", "main"]);
    let recorded = if log.contains("Publish 2.7.0") { "shared" } else { "no" };
    let is_there = |path: &str| u64::from(sandbox.path(path).is_file());
    ([listed, recorded], site.exists().then(|| (is_there(FILE), is_there(SUMS))))
}

#[test]
fn every_claim_of_a_publish_that_broke_off_is_true() {
    for case in CASES {
        let sandbox = Sandbox::with_remote();
        hook(&sandbox, "pre-receive", case.taking);
        hook(&sandbox, "post-receive", case.taken);
        let answer = publish(&sandbox, case.upload);
        assert!([1, 4].contains(&answer.code), "{}: {answer:#?}", case.name);
        let json = answer.json();
        let (error, claimed) = (&json["error"], &json["error"]["happened"]);
        let word =
            |key: &str| claimed[key].as_str().unwrap_or_else(|| panic!("{}: no `{key}` in {answer:#?}", case.name));
        let [listed, page, recorded] = ["listed", "page", "recorded"].map(word);
        let count = |key: &str| claimed[key]["there"].as_u64();
        let files = count("files").zip(count("checksums"));
        assert_eq!([listed, page, recorded], case.claims, "{}: {answer:#?}", case.name);
        let sums = |it: (u64, u64)| (it.0, u64::from(sandbox.path(SUMS).is_file()).min(it.1));
        assert_eq!(files.map(|it| it.0), case.files.map(|it| it.0), "{}: {answer:#?}", case.name);
        assert_eq!(files.map(sums), files, "{}: {answer:#?}", case.name);
        // A claim that is made is true.
        let ([is_listed, is_recorded], there) = truth(&sandbox);
        assert_eq!(listed, is_listed, "{}", case.name);
        assert!([is_recorded, "unknown"].contains(&recorded), "{}: {recorded}, {is_recorded}", case.name);
        assert_eq!(files, there, "{}", case.name);
        let begins = |text: &str| error["message"].as_str().unwrap().starts_with(text);
        assert_eq!(begins("2.7.0 is published on `downloads`"), listed == "yes", "{}: {answer:#?}", case.name);
        // What the hint says is done, and then what it names as the next command is typed as it is printed.
        sandbox.shell(".", case.heal).exits(0);
        hook(&sandbox, "pre-receive", "true");
        hook(&sandbox, "post-receive", "true");
        let hint = error["hint"].as_str().unwrap();
        assert!(["holdpoint ", "git push "].iter().any(|it| hint.contains(it)), "{}: {hint}", case.name);
        publish(&sandbox, "true").exits(0);
        let ([is_listed, is_recorded], there) = truth(&sandbox);
        assert_eq!((is_listed, is_recorded, there), ("yes", "shared", Some((1, 1))), "{}", case.name);
        sandbox.holdpoint(&["audit"]).exits(0);
    }
}

#[test]
fn what_can_be_looked_at_before_the_record_costs_nothing() {
    for place in ["index.html", "releases.json"] {
        let sandbox = Sandbox::with_remote();
        let before = sandbox.git_in("origin.git", &["rev-parse", "main"]);
        fs::create_dir(sandbox.path("site").join(place)).unwrap();
        let dist = sandbox.path("dist").display().to_string();
        let answer = sandbox.as_person("ci", &["publish", "2.7.0", "--from", &dist, "--yes"]).exits(4);
        assert!(answer.stderr.contains("is not a file"), "{answer:#?}");
        assert_eq!(sandbox.git_in("origin.git", &["rev-parse", "main"]), before);
        assert!(!sandbox.path("site/recorder").exists(), "nothing is put");
    }
}

#[test]
fn the_printed_command_finishes_when_it_is_typed() {
    let sandbox = Sandbox::with_remote();
    hook(&sandbox, "post-receive", "mkdir site/index.html");
    crate::cures::stand_as(&sandbox, "repo", "ci");
    let publish = "holdpoint publish 2.7.0 --site downloads --from ../dist --yes";
    let answer = sandbox.shell("repo", publish).exits(4);
    assert!(answer.stderr.contains("2.7.0 is published on `downloads`"), "{answer:#?}");
    assert!(answer.stderr.contains("`index.html` does not show it yet"), "{answer:#?}");
    assert!(answer.stderr.contains("recorded on `main` of `origin`"), "{answer:#?}");
    fs::remove_dir(sandbox.path("site/index.html")).unwrap();
    let hint = answer.stderr.lines().find_map(|line| line.trim().strip_prefix("hint: ")).unwrap();
    let command = hint.rsplit_once("then: ").map_or(hint, |(_, command)| command);
    sandbox.shell("repo", command).exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_recorded_publication_that_cannot_be_finished_says_that_it_is_out_and_recorded_here() {
    let sandbox = Sandbox::published();
    fs::remove_file(sandbox.path(FILE)).unwrap();
    let json = publish(&sandbox, "rm site/index.html; mkdir site/index.html").exits(4).json();
    let claimed = &json["error"]["happened"];
    assert_eq!([&claimed["listed"], &claimed["page"], &claimed["recorded"]], ["yes", "old", "here"], "{json:#}");
    fs::remove_dir(sandbox.path("site/index.html")).unwrap();
    publish(&sandbox, "true").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}
