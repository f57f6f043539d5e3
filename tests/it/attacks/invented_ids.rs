//! A member signs an entry that names as many ids as it may, none of which ever was: the answer must not grow with them, and what it
//! says must end it.
//!
//! Guard: what one entry names and nobody has is told once.

use std::fs;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Sandbox, email, keys};

#[test]
fn an_entry_that_names_what_never_was_is_told_once_and_can_be_answered() {
    let sandbox = Sandbox::ready();
    let digest = Digest::of(sandbox.read("releases/2.7.0/kb.md").as_bytes());
    let policy = Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes());
    let mut invented: Vec<String> = (0..5).map(|it| Digest::of(format!("{it}").as_bytes()).to_string()).collect();
    invented.sort();
    let text = format!(
        "holdpoint = 1\nkind = \"approve\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
         requirement = \"kb\"\nsubjects = [{{ path = \"kb.md\", sha256 = \"{digest}\" }}]\nrole = \"support\"\nby = \"{}\"\n\
         policy = \"{policy}\"\nafter = {invented:?}\nat = 2026-11-21T10:00:00Z\n",
        email("kim")
    );
    let file = sandbox.path("statement");
    fs::write(&file, &text).unwrap();
    let signature = sandbox.ssh_sign("kim", "holdpoint/approve@v1", &file);
    let path = format!("releases/2.7.0/ledger/{}.toml", Digest::of(text.as_bytes()));
    sandbox.write(&path, &text);
    sandbox.write(&format!("{path}.sig"), &signature);
    sandbox.commit_all("Add an entry");
    let json = sandbox.check_json("2.7.0").exits(4).json();
    let findings = json["findings"].as_array().unwrap();
    let missing: Vec<_> = findings.iter().filter(|it| it["code"] == "entry-missing").collect();
    let [missing] = missing.as_slice() else { panic!("{findings:#?}") };
    assert!(missing["message"].as_str().unwrap().contains("names 5 entries that are not there"), "{missing:#?}");
    let next = missing["next"].as_str().unwrap();
    sandbox.git(&["config", "user.email", &email("dana")]);
    sandbox.git(&["config", "user.signingkey", keys().join("dana").to_str().unwrap()]);
    sandbox.shell("repo", &next.replace('…', "nobody ever had it")).exits(0);
    for id in &invented {
        sandbox.as_person("sam", &["lift", "2.7.0", id, "--yes", "--reason", "nobody ever had it"]).exits(0);
    }
    assert!(!sandbox.check("2.7.0").stdout.contains("entry-missing"));
}
