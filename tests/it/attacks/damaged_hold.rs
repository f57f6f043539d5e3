//! A hold damaged: a byte flipped, its signature truncated, removed, or replaced by a stranger's valid one (row 13).

use std::fs;

use crate::sandbox::Sandbox;

fn held() -> (Sandbox, std::path::PathBuf) {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "customers report crashes", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
    let hold = sandbox.entry("2.7.0", "kind = \"hold\"");
    (sandbox, hold)
}

fn refused(sandbox: &Sandbox) {
    sandbox.commit_all("Damage the hold");
    sandbox.check("2.7.0").finds(4, "bad-entry");
    sandbox.publish("2.7.0").exits(4);
    assert!(!sandbox.path("site/releases.json").exists());
    sandbox.git(&["checkout", "-q", "HEAD~1", "--", "releases"]);
    sandbox.commit_all("Restore it");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn a_flipped_byte_is_never_ignored() {
    let (sandbox, hold) = held();
    let text = fs::read_to_string(&hold).unwrap();
    fs::write(&hold, text.replace("crashes", "crashez")).unwrap();
    refused(&sandbox);
}

#[test]
fn a_truncated_signature_is_never_ignored() {
    let (sandbox, hold) = held();
    let signature = format!("{}.sig", hold.display());
    let text = fs::read_to_string(&signature).unwrap();
    fs::write(&signature, &text[..text.len() / 2]).unwrap();
    refused(&sandbox);
}

#[test]
fn a_removed_signature_is_never_ignored() {
    let (sandbox, hold) = held();
    fs::remove_file(format!("{}.sig", hold.display())).unwrap();
    refused(&sandbox);
}

#[test]
fn a_removed_statement_leaves_its_signature_behind() {
    let (sandbox, hold) = held();
    fs::remove_file(hold).unwrap();
    refused(&sandbox);
}

#[test]
fn a_strangers_valid_signature_is_never_taken_for_the_authors() {
    let (sandbox, hold) = held();
    let scratch = sandbox.path("scratch.toml");
    fs::copy(&hold, &scratch).unwrap();
    let signature = sandbox.ssh_sign("mallory", "holdpoint/hold@v1", &scratch);
    fs::write(format!("{}.sig", hold.display()), signature).unwrap();
    refused(&sandbox);
}
