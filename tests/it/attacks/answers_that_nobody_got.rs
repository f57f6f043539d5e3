//! An answer that could not be written (row 47): a full disk behind `> answer.json` is no yes, for a script reads an empty file. What was
//! done is done all the same, and its exit code says so.

use std::fs::File;
use std::process::Stdio;

use crate::sandbox::{Answer, Sandbox, email, keys};

/// Runs the tool with its answer going where nothing fits.
fn into_a_full_disk(sandbox: &Sandbox, arguments: &[&str]) -> Answer {
    let mut command = sandbox.command("repo", arguments);
    let full = File::options().write(true).open("/dev/full").unwrap();
    sandbox.answer(&command.stdin(Stdio::null()).stdout(full).output().unwrap())
}

#[test]
fn an_answer_that_could_not_be_written_is_none() {
    let sandbox = Sandbox::published();
    let dist = sandbox.path("dist").display().to_string();
    let commands: &[&[&str]] = &[
        &["check", "2.7.0"],
        &["check", "2.7.0", "--format", "json"],
        &["check", "2.7.0", "--format", "github"],
        &["check", "2.7.0", "--format", "markdown"],
        &["check", "2.7.0", "--at", "HEAD", "--now", "2030-01-01T00:00:00Z"],
        &["wait", "2.7.0", "--for", "1s", "--every", "1s"],
        &["lint"],
        &["status", "2.7.0", "--format", "json"],
        &["who", "2.7.0"],
        &["log", "2.7.0"],
        &["audit", "--format", "json"],
        &["policy", "show"],
        &["publish", "2.7.0", "--from", &dist, "--plan"],
        &["schema"],
        &["schema", "check"],
        &["explain", "held"],
        &["completions", "bash"],
        &["man"],
        &["doctor"],
        &["--help"],
        &["--version"],
        &["check", "--help"],
    ];
    let webinar = Sandbox::webinar_out();
    let of_webinar: &[&[&str]] = &[&["matrix", "--format", "csv"], &["matrix", "--format", "html"]];
    let commands = commands.iter().map(|it| (&sandbox, it)).chain(of_webinar.iter().map(|it| (&webinar, it)));
    for (sandbox, command) in commands {
        let answer = into_a_full_disk(sandbox, command);
        assert_eq!(answer.code, 4, "{command:?}: {answer:#?}");
        assert!(answer.stderr.contains("the answer could not be written"), "{command:?}: {answer:#?}");
    }
}

#[test]
fn why_there_is_no_answer_is_told_to_people_where_programs_are_not_reached() {
    let sandbox = Sandbox::ready();
    let answer = into_a_full_disk(&sandbox, &["check", "9.9.9", "--format", "json"]).exits(2);
    assert!(answer.stderr.contains("error: "), "{answer:#?}");
    let answer = into_a_full_disk(&sandbox, &["check", "--nonsense", "--format", "json"]).exits(2);
    assert!(answer.stderr.contains("error: "), "{answer:#?}");
}

#[test]
fn a_summary_that_was_asked_for_and_is_not_there_is_no_yes() {
    let mut sandbox = Sandbox::signed();
    sandbox.check("2.7.0").exits(0);
    for quiet in [&[][..], &["--quiet"]] {
        let asked = [&["check", "2.7.0", "--summary", "/dev/full"], quiet].concat();
        let answer = sandbox.holdpoint(&asked).exits(4);
        assert!(answer.stderr.contains("`/dev/full` is not written"), "{answer:#?}");
    }
    // Nobody asked for that of the job.
    sandbox.set("GITHUB_STEP_SUMMARY", "/dev/full");
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn what_was_done_is_done_though_nobody_got_the_answer() {
    let sandbox = Sandbox::signed();
    let (dist, key) = (sandbox.path("dist").display().to_string(), keys().join("ci").display().to_string());
    let who = email("ci");
    let publish = ["publish", "2.7.0", "--from", &dist, "--as", &who, "--key", &key, "--yes", "--summary", "/dev/full"];
    let answer = into_a_full_disk(&sandbox, &publish).exits(0);
    assert!(answer.stderr.contains("it is done, and stays so; the answer could not be written"), "{answer:#?}");
    sandbox.check("2.7.0").finds(0, "published");
}
