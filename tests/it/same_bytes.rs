//! What is published as another version already is said before it goes out, and stops nothing unless the policy says so.

use std::fs;

use crate::attacks::founded_with;
use crate::sandbox::{Answer, RECORDER, Sandbox};

const CODE: &str = "same-bytes";

/// The subjects and weights of what is found.
fn found(answer: &Answer) -> Vec<(String, String)> {
    let json = answer.json();
    let findings = json["findings"].as_array().unwrap().iter().filter(|it| it["code"] == CODE);
    findings
        .map(|it| (it["subject"].as_str().unwrap().to_owned(), it["severity"].as_str().unwrap().to_owned()))
        .collect()
}

fn warned(subject: &str) -> Vec<(String, String)> {
    vec![(subject.to_owned(), "warning".to_owned())]
}

/// Whatever a file of the dist folder is called and holds goes out as recorder 2.8.0.
fn draft(sandbox: &Sandbox, file: &str, bytes: &[u8]) -> Answer {
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    fs::write(sandbox.path("dist").join(file), bytes).unwrap();
    let given = format!("recorder={file}");
    let answer = sandbox.holdpoint_in("dist", &["artifacts", "2.8.0", "--repo", "../repo", &given, "--format", "json"]);
    sandbox.commit_all("Measure it");
    answer.exits(0)
}

#[test]
fn the_old_build_is_told_by_every_command_on_the_way_and_goes_out_all_the_same() {
    let sandbox = Sandbox::published();
    let about = "recorder/recorder-2.8.0.exe";
    let measured = draft(&sandbox, "recorder-2.8.0.exe", RECORDER);
    assert_eq!(found(&measured), warned(about));
    assert!(measured.stderr.contains("has the same bytes as `recorder-2.7.0.bin` of recorder 2.7.0"), "{measured:#?}");
    assert_eq!(found(&sandbox.holdpoint(&["lint", "2.8.0", "--format", "json"]).exits(0)), warned(about));
    sandbox.sign_all("2.8.0");
    assert_eq!(found(&sandbox.check_json("2.8.0").exits(0)), warned(about));
    sandbox.publish("2.8.0").finds(0, "warning: same-bytes recorder/recorder-2.8.0.exe: ");
    // Of what is out nothing can be changed any more: neither of the two is told of the other.
    for version in ["2.7.0", "2.8.0"] {
        assert_eq!(found(&sandbox.check_json(version).exits(0)), []);
        assert_eq!(found(&sandbox.holdpoint(&["lint", version, "--format", "json"]).exits(0)), []);
    }
}

#[test]
fn the_number_of_another_published_version_in_a_name_is_told() {
    let sandbox = Sandbox::published();
    for (file, is_told) in [
        ("recorder-2.7.0.exe", true),
        ("recorder_2.7.0-1_amd64.deb", true),
        ("recorder-12.7.0.exe", false),
        ("recorder-2.7.0.1.exe", false),
        ("recorder-2.7.0rc1.exe", false),
        ("recorder-2.7.exe", false),
        ("recorder-2.7.0-to-2.8.0.patch", false),
    ] {
        let expected = if is_told { warned(&format!("recorder/{file}")) } else { vec![] };
        assert_eq!(found(&draft(&sandbox, file, b"built anew\n")), expected, "{file}");
        assert_eq!(found(&sandbox.check_json("2.8.0").exits(3)), expected, "{file}");
    }
}

#[test]
fn a_draft_and_an_empty_file_are_nothing_to_be_told_of() {
    let sandbox = Sandbox::published();
    sandbox.release("2.6.0", b"a draft\n");
    assert_eq!(found(&draft(&sandbox, "recorder-2.6.0.exe", b"a draft\n")), []);
    assert_eq!(found(&draft(&sandbox, "empty", b"")), []);
    assert_eq!(found(&sandbox.check_json("2.8.0").exits(3)), []);
}

#[test]
fn what_the_owners_took_in_is_published_too() {
    let sandbox = Sandbox::founded();
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    fs::create_dir_all(sandbox.path("site/recorder/2.6.0")).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.6.0.bin"), sandbox.path("site/recorder/2.6.0/recorder-2.6.0.bin")).unwrap();
    let adopt = ["record", "2.6.0", "--site", "downloads", "--adopt", "--reason", "out since 2025", "--yes"];
    sandbox.as_person("dana", &adopt).exits(0);
    assert_eq!(found(&draft(&sandbox, "recorder.exe", b"recorder 2.6.0\n")), warned("recorder/recorder.exe"));
}

#[test]
fn nothing_is_claimed_about_a_version_that_is_in_doubt() {
    let sandbox = Sandbox::published();
    draft(&sandbox, "recorder.exe", RECORDER);
    assert_eq!(found(&sandbox.check_json("2.8.0")), warned("recorder/recorder.exe"));
    let folder = "releases/2.7.0/release.toml";
    let junk = sandbox.read(folder) + "junk\n";
    sandbox.write(folder, &junk);
    sandbox.commit_all("Spoil the record");
    // What was published is found in history, so this is no doubt yet.
    assert_eq!(found(&sandbox.check_json("2.8.0")), warned("recorder/recorder.exe"));
    sandbox.write(&format!("releases/2.7.0/ledger/{}.toml", "0".repeat(64)), "junk\n");
    let publication = sandbox.entry("2.7.0", "kind = \"publish\"");
    fs::remove_file(publication).unwrap();
    sandbox.commit_all("Lose the publication");
    assert_eq!(found(&sandbox.check_json("2.8.0")), []);
}

#[test]
fn a_policy_makes_it_an_error_or_turns_it_off() {
    let under = |level: &str| {
        let sandbox = founded_with(|it| format!("{it}\n[levels]\nsame-bytes = \"{level}\"\n"));
        sandbox.release("2.7.0", RECORDER);
        sandbox.sign_all("2.7.0");
        sandbox.publish("2.7.0").exits(0);
        sandbox.release("2.8.0", RECORDER);
        sandbox.sign_all("2.8.0");
        sandbox
    };
    let sandbox = under("error");
    sandbox.check("2.8.0").finds(1, CODE);
    sandbox.publish("2.8.0").finds(1, CODE);
    assert!(!sandbox.path("site/recorder/2.8.0").exists());
    sandbox.check("2.7.0").exits(0);
    under("off").check("2.8.0").exits(0).lacks(CODE);
}

#[test]
fn a_clone_that_remembers_and_one_that_does_not_tell_the_same() {
    let sandbox = Sandbox::published();
    draft(&sandbox, "recorder-2.7.0.exe", RECORDER);
    let memory = sandbox.path("repo/.git/holdpoint");
    let said = || sandbox.check_json("2.8.0").stdout;
    let warm = [said(), said()];
    fs::remove_dir_all(&memory).unwrap();
    assert_eq!(warm, [said(), said()]);
    // What an earlier version remembered has no files in it, and is not read.
    let releases = memory.join("releases");
    let text = fs::read_to_string(&releases).unwrap();
    assert!(text.starts_with("holdpoint releases 4\n"), "{text}");
    assert!(text.contains("\t="), "{text}");
}
