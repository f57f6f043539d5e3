//! A sign-off copied to another version, requirement or project; a release folder copied with its ledger (row 7).

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn a_release_folder_copied_with_its_ledger_is_refused_until_the_copies_go() {
    let sandbox = Sandbox::signed();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    fs::create_dir_all(sandbox.path("repo/releases/2.8.0/ledger")).unwrap();
    for (path, text) in sandbox.entries("2.7.0") {
        let name = path.file_name().unwrap().to_str().unwrap();
        sandbox.write(&format!("releases/2.8.0/ledger/{name}"), &text);
        let signature = fs::read_to_string(format!("{}.sig", path.display())).unwrap();
        sandbox.write(&format!("releases/2.8.0/ledger/{name}.sig"), &signature);
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
fn a_statement_for_another_requirement_is_not_one_for_this() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let (_, text) = sandbox.entries("2.7.0").remove(0);
    // The same words about another requirement need another signature; with the old one they are no entry.
    let path = sandbox.forge(
        "2.7.0",
        &text.replace("requirement = \"kb\"", "requirement = \"notice\""),
        "mallory",
        "holdpoint/approve@v1",
    );
    sandbox.commit_all("Say it about the notice");
    sandbox.check("2.7.0").finds(4, "bad-entry");
    fs::remove_file(&path).unwrap();
    fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.commit_all("Take it away");
    sandbox.check("2.7.0").finds(3, "missing");
}

#[test]
fn a_statement_for_another_project_is_refused() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    let (_, text) = sandbox.entries("2.7.0").remove(0);
    let other = text.replace("https://downloads.example.com/webinar", "https://downloads.example.com/other");
    sandbox.forge("2.7.0", &other, "maria", "holdpoint/approve@v1");
    sandbox.commit_all("Bring a sign-off from elsewhere");
    sandbox.check("2.7.0").finds(4, "wrong-project");
}
