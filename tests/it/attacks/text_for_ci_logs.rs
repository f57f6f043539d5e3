//! Text of others that a log of CI would obey: in every field that people fill in, and in every format.

use std::fs;

use crate::sandbox::Sandbox;

/// What the systems obey, each in the middle of a sentence and at its beginning.
const HOSTILE: &str = "::error::x ##[set-output name=y]z ##vso[task.setvariable variable=a]b ##teamcity[x] section_start:1:x %0A::set-output name=q::w";

pub(super) fn obeyed(output: &str) -> Option<&str> {
    output.lines().find(|line| {
        let inside = ["##[", "##vso[", "##teamcity[", "section_start:", "%0A", "::set-output", "\r"];
        let own = [
            "::error title=",
            "::warning title=",
            "::notice title=",
            "::error file=",
            "::warning file=",
            "::notice file=",
        ];
        let begins = line.trim_start().starts_with("::") && !own.iter().any(|it| line.starts_with(it));
        begins || inside.iter().any(|it| line.contains(it)) || ["--- ", "+++ "].iter().any(|it| line.starts_with(it))
    })
}

#[test]
fn no_output_in_any_format_is_a_command() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("Webinar 2.7.0", HOSTILE));
    sandbox.edit("releases/2.7.0/kb.md", |it| {
        it.replace("Recordings of 2.7.0", HOSTILE).replace("+++\n\n## Issue", &format!("+++\n\n{HOSTILE}\n\n## Issue"))
    });
    sandbox.edit("releases/2.7.0/notice.md", |it| {
        it.replace("\"Recorder 2.7.0\"", &format!("\"{HOSTILE}\"")) + "\n[x](##vso[y].md)\n"
    });
    for (who, kind) in [("eve", "hold"), ("maria", "hold")] {
        sandbox.as_person(who, &[kind, "2.7.0", "--reason", HOSTILE, "--yes"]).exits(0);
    }
    sandbox.as_person("lee", &["decline", "2.7.0", "notice", "--reason", HOSTILE, "--yes"]).exits(0);
    sandbox.write("releases/##vso[x]y/a", "");
    sandbox.write("releases/2.7.0/::error::z", "");
    sandbox.commit_all(HOSTILE);
    let id = sandbox.id("2.7.0", "by = \"eve@");
    let mut looked_at = 0;
    for command in [
        &["check", "2.7.0"][..],
        &["lint"],
        &["lint", "2.7.0"],
        &["status"],
        &["status", "2.7.0"],
        &["who", "2.7.0"],
        &["log", "2.7.0"],
        &["show", &id],
        &["show", "2.7.0"],
        &["matrix", "2.7.0"],
        &["check", HOSTILE],
        &["why", HOSTILE],
        &["sign", "2.7.0", "kb", "--yes"],
    ] {
        for format in ["human", "json", "github", "markdown", "html", "csv"] {
            let answer = sandbox.holdpoint(&[command, &["--format", format]].concat());
            for output in [&answer.stdout, &answer.stderr] {
                assert_eq!(obeyed(output), None, "{command:?} {format}");
                looked_at += usize::from(output.contains("vso"));
            }
        }
    }
    assert!(looked_at > 10, "the text is shown somewhere: {looked_at}");
}

#[test]
fn the_summary_of_a_job_holds_the_answer_and_no_command() {
    let mut sandbox = Sandbox::ready();
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", HOSTILE, "--yes"]).exits(0);
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.7.0", "--from", &dist, "--yes"];
    for command in [&["check", "2.7.0"][..], &["lint"], &["audit"], &publish] {
        for format in ["human", "json", "github"] {
            let file = sandbox.path("summary.md");
            let _ = fs::remove_file(&file);
            let asked = ["--format", format, "--summary", file.to_str().unwrap()];
            let answer = sandbox.holdpoint(&[command, &asked].concat());
            let summary = fs::read_to_string(&file).unwrap();
            assert!(summary.starts_with("## "), "{command:?}: {summary}");
            assert_eq!(obeyed(&summary), None, "{command:?}");
            assert!(!answer.stdout.is_empty() || !answer.stderr.is_empty(), "{command:?}");
        }
    }
    let file = sandbox.path("job.md");
    sandbox.environment = vec![("GITHUB_STEP_SUMMARY".to_owned(), file.display().to_string())];
    sandbox.check("2.7.0").exits(1);
    sandbox.holdpoint(&["check", "2.7.0", "--format", "github"]).exits(1);
    assert_eq!(fs::read_to_string(&file).unwrap().matches("## 2.7.0: BLOCKED").count(), 2);
    let markdown = sandbox.holdpoint(&["check", "2.7.0", "--format", "markdown"]).exits(1);
    assert!(markdown.stderr.starts_with("2.7.0: BLOCKED"), "{markdown:#?}");
    sandbox.holdpoint(&["check", "2.7.0", "--summary", "/nowhere/x"]).finds(2, "--summary FILE");
}
