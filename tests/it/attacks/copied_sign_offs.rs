//! A sign-off copied to another version, requirement or project; a release folder copied with its ledger (row 7).

use std::fs;
use std::path::Path;

use super::robots::founded_with;
use crate::sandbox::{Sandbox, email};

/// The statement that somebody would sign to approve a requirement, as the tool writes it for people who have only `ssh-keygen`.
pub(crate) fn requested(sandbox: &Sandbox, version: &str, requirement: &str, who: &str) -> String {
    let file = sandbox.path("request.toml");
    let person = email(who);
    sandbox.holdpoint(&["sign", version, requirement, "--request", file.to_str().unwrap(), "--as", &person]).exits(0);
    fs::read_to_string(file).unwrap()
}

/// A root without the word before its digits: as a statement names it.
pub(crate) fn digits(root: &str) -> &str {
    root.strip_prefix("sha256:").unwrap()
}

/// Copies an entry into the ledger of another release.
pub(super) fn copy(sandbox: &Sandbox, entry: &Path, version: &str) {
    let ledger = sandbox.path(&format!("repo/releases/{version}/ledger"));
    fs::create_dir_all(&ledger).unwrap();
    for from in [entry.to_owned(), format!("{}.sig", entry.display()).into()] {
        fs::copy(&from, ledger.join(from.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_release_folder_copied_with_its_ledger_is_refused_until_the_copies_go() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    for (path, _) in sandbox.entries("2.7.0") {
        copy(&sandbox, &path, "2.8.0");
    }
    sandbox.commit_all("Copy the sign-offs");
    sandbox.check("2.8.0").finds(4, "wrong-release");
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["rm", "-q", "-r", "releases/2.8.0/ledger"]);
    sandbox.commit_all("Remove the copies");
    sandbox.sign_all("2.8.0");
    sandbox.check("2.8.0").exits(0);
}

#[test]
fn a_sign_off_of_the_very_article_that_the_other_release_has_is_refused() {
    let sandbox = Sandbox::ready();
    let both = |it: String| it.replace("recorder 2.7.0", "recorder 2.7.0, recorder 2.8.0");
    sandbox.edit("releases/2.7.0/kb.md", both);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let article = sandbox.read("releases/2.7.0/kb.md");
    sandbox.edit("releases/2.8.0/kb.md", |_| article);
    sandbox.sign("2.8.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.8.0", "notice", "lee").exits(0);
    copy(&sandbox, &sandbox.entry("2.7.0", "requirement = \"kb\""), "2.8.0");
    sandbox.commit_all("She has read it, after all");
    sandbox.check("2.8.0").finds(4, "wrong-release");
    sandbox.publish("2.8.0").finds(4, "wrong-release");
    assert!(!sandbox.path("site/releases.json").exists());
}

/// A policy with a second requirement for the same file and the same people; and that one alone is wanting.
fn twice_read() -> Sandbox {
    let sandbox = founded_with(|it| {
        it.replace("distinct = true", "distinct = false")
            + "\n[[requirement]]\nname = \"legal\"\ntitle = \"Legal\"\nasks = \"It promises nothing.\"\nsubjects = [\"kb.md\"]\n\
               role = \"support\"\napprovals = 1\n"
    });
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.sign_all("2.7.0");
    sandbox
}

#[test]
fn a_sign_off_for_one_requirement_is_none_for_another() {
    let sandbox = twice_read();
    sandbox.check("2.7.0").finds(3, "missing");
    sandbox.sign("2.7.0", "legal", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_signed_statement_that_was_reworded_for_another_requirement_is_refused() {
    let sandbox = twice_read();
    let entry = sandbox.entry("2.7.0", "requirement = \"kb\"");
    let signature = fs::read(format!("{}.sig", entry.display())).unwrap();
    let reworded = fs::read_to_string(&entry).unwrap().replace("requirement = \"kb\"", "requirement = \"legal\"");
    let path = sandbox.forge("2.7.0", &reworded, "maria", "holdpoint/approve@v1");
    fs::write(format!("{}.sig", path.display()), signature).unwrap();
    sandbox.commit_all("Say it about the other one");
    sandbox.check("2.7.0").finds(4, "bad-entry");
    for copy in [path.clone(), format!("{}.sig", path.display()).into()] {
        fs::remove_file(copy).unwrap();
    }
    sandbox.commit_all("Take it away");
    sandbox.check("2.7.0").finds(3, "missing");
}

#[test]
fn a_statement_for_another_project_is_refused() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    let approval = requested(&sandbox, "2.7.0", "kb", "maria");
    let other = approval.replace("https://downloads.example.com/webinar", "https://downloads.example.com/other");
    sandbox.forge("2.7.0", &other, "maria", "holdpoint/approve@v1");
    sandbox.commit_all("Bring a sign-off from elsewhere");
    sandbox.check("2.7.0").finds(4, "wrong-project");
    sandbox.publish("2.7.0").finds(4, "wrong-project");
}
