//! Every limit is met where a thing is written: what the first tool takes the last one takes too, and what is too much is told by the
//! first that could know, with the number.

use std::fs;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Answer, Sandbox};

/// So many files of the recorder, in the folder of what is built, as arguments of `holdpoint artifacts`.
fn built(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let dist = sandbox.path("dist");
    let file = |at: usize| {
        let path = dist.join(format!("f{at:05}"));
        fs::write(&path, at.to_string()).unwrap();
        format!("recorder={}", path.display())
    };
    (0..count).map(file).collect()
}

fn artifacts(sandbox: &Sandbox, files: &[String]) -> Answer {
    let arguments: Vec<&str> = ["artifacts", "2.7.0"].into_iter().chain(files.iter().map(String::as_str)).collect();
    sandbox.holdpoint(&arguments)
}

/// All that is asked before a publication says yes.
fn every_tool_says_yes(sandbox: &Sandbox) {
    sandbox.holdpoint(&["lint", "2.7.0"]).exits(0);
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").exits(0);
    let dist = sandbox.path("dist");
    let plan = ["publish", "2.7.0", "--site", "downloads", "--from", dist.to_str().unwrap(), "--plan"];
    sandbox.as_person("ci", &plan).exits(0);
}

#[test]
fn two_hundred_files_go_out() {
    let sandbox = Sandbox::ready();
    let files = built(&sandbox, 200);
    artifacts(&sandbox, &files).exits(0);
    sandbox.commit_all("List the files");
    every_tool_says_yes(&sandbox);
    sandbox.publish("2.7.0").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn ten_thousand_artifacts_pass_every_tool_and_one_more_none() {
    let sandbox = Sandbox::ready();
    let mut files = built(&sandbox, 10_001);
    let before = sandbox.read("releases/2.7.0/artifacts.toml");
    artifacts(&sandbox, &files).finds(1, "10001 files are more than the 10000 artifacts that a release may have");
    assert_eq!(sandbox.read("releases/2.7.0/artifacts.toml"), before);
    files.pop();
    let answer = artifacts(&sandbox, &files).exits(0);
    assert!(answer.stdout.contains("and 9900 more"), "{}", answer.stdout.len());
    sandbox.commit_all("List the files");
    every_tool_says_yes(&sandbox);
    let one = "\n[[artifact]]\ncomponent = \"recorder\"\nfile = \"one-more\"\nsize = 1\n";
    let digest = Digest::of(b"x");
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| format!("{it}{one}sha256 = \"{digest}\"\n"));
    sandbox.holdpoint(&["lint", "2.7.0"]).finds(4, "10001 artifacts are more than 10000");
    sandbox.check("2.7.0").finds(4, "10001 artifacts are more than 10000");
}

#[test]
fn a_document_is_as_long_as_it_may_be_and_no_longer() {
    for (file, most) in [("kb.md", 1 << 20), ("notice.md", 1 << 20), ("matrix.md", 4 << 20)] {
        let sandbox = Sandbox::ready();
        let path = format!("releases/2.7.0/{file}");
        let line = "This line makes the document longer, and says nothing about any version of anything at all.\n";
        sandbox.edit(&path, |it| {
            let room = most - it.len();
            format!("{it}{}{}", line.repeat(room / line.len()), "x".repeat(room % line.len()))
        });
        every_tool_says_yes(&sandbox);
        sandbox.edit(&path, |it| it + "x");
        for command in ["lint", "check"] {
            sandbox.holdpoint(&[command, "2.7.0"]).finds(4, &format!("{} bytes", most + 1));
        }
    }
}

#[test]
fn a_release_has_a_thousand_components_and_no_more() {
    let sandbox = Sandbox::ready();
    let names: Vec<String> = (1..1_000).map(|at| format!("c{at}")).collect();
    let component = |it: &String| format!("\n[[component]]\nname = \"{it}\"\n");
    sandbox.edit("releases/2.7.0/release.toml", |it| it + &names.iter().map(component).collect::<String>());
    let digest = Digest::of(b"x");
    let artifact = |it: &String| {
        format!("\n[[artifact]]\ncomponent = \"{it}\"\nfile = \"{it}\"\nsize = 1\nsha256 = \"{digest}\"\n")
    };
    sandbox.edit("releases/2.7.0/artifacts.toml", |it| it + &names.iter().map(artifact).collect::<String>());
    let environment: String = names.iter().map(|it| format!(", {it} 2.7.0")).collect();
    sandbox
        .edit("releases/2.7.0/kb.md", |it| it.replace("recorder 2.7.0\n", &format!("recorder 2.7.0{environment}\n")));
    every_tool_says_yes(&sandbox);
    sandbox.edit("releases/2.7.0/release.toml", |it| it + "\n[[component]]\nname = \"c1000\"\n");
    for command in ["lint", "check"] {
        sandbox.holdpoint(&[command, "2.7.0"]).finds(4, "1001 components are more than 1000");
    }
}

#[test]
fn twenty_five_thousand_components_are_told_in_one_line() {
    let sandbox = Sandbox::ready();
    let more: String = (0..25_000).map(|at| format!("\n[[component]]\nname = \"c{at}\"\n")).collect();
    sandbox.edit("releases/2.7.0/release.toml", |it| it + &more);
    let answer = sandbox.check("2.7.0").finds(4, "25001 components are more than 1000");
    assert!(answer.stdout.len() < 20_000, "{}", answer.stdout.len());
}

#[test]
fn a_policy_asks_for_no_more_files_than_a_sign_off_has_room_for() {
    let sandbox = Sandbox::founded();
    let more: String = (0..300).map(|at| format!(", \"docs/{at:04}.md\"")).collect();
    let edit = |it: String| it.replace("subjects = [\"kb.md\"]", &format!("subjects = [\"kb.md\"{more}]"));
    sandbox.propose(edit, |it| it).finds(4, "the requirement `kb` covers 301 files");
}
