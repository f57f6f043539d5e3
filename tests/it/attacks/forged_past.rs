//! A retired release key signs a publication that never happened; a stolen CI key publishes naming an old, weaker policy
//! (row 20).
//!
//! Guards: a publication counts under the policy in force, its predecessor, or where the owners sealed it.

use std::fs;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Sandbox, public_key, same};

/// The recorder 2.8.0 that was built and signed off.
const BUILT: &[u8] = b"recorder 2.8.0\n";

/// 2.7.0 is out under policy 1, whose CI key is retired by policy 2. 2.8.0 is signed off as policy 1 asked for it, which does
/// not suffice for policy 3, which is in force.
fn rotated() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", BUILT);
    sandbox.sign_all("2.8.0");
    sandbox.adopt_policy(&["dana"], same, |it| it.replace(&public_key("ci"), &public_key("mallory")));
    sandbox.adopt_policy(&["dana"], |it| it.replacen("approvals = 1", "approvals = 2", 1), same);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox.check("2.8.0").finds(3, "short");
    sandbox
}

/// A publication of 2.8.0 with these bytes that rests on its sign-offs, and never happened.
fn forge_proven(sandbox: &Sandbox, policy: u64, key: &str, recorder: &[u8]) {
    let files = ["artifacts.toml", "compatibility.toml", "kb.md", "matrix.md", "notice.md", "release.toml"];
    let subject = |file: &&str| {
        let digest = Digest::of(sandbox.read(&format!("releases/2.8.0/{file}")).as_bytes());
        format!("{{ path = \"{file}\", sha256 = \"{digest}\" }}")
    };
    let subjects: Vec<String> = files.iter().map(subject).collect();
    let entries = sandbox.entries("2.8.0");
    let time = |text: &str| text.lines().find(|it| it.starts_with("at = ")).unwrap().to_owned();
    let at = entries.iter().map(|it| time(&it.1)).max().unwrap();
    let ids: std::collections::BTreeSet<String> =
        entries.iter().map(|it| format!("\"{}\"", it.0.file_stem().unwrap().to_str().unwrap())).collect();
    let ids = ids.into_iter().collect::<Vec<_>>().join(", ");
    let statement = format!(
        "holdpoint = 1\nkind = \"publish\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.8.0\"\n\
         subjects = [{}]\nsite = \"downloads\"\ncommit = \"{}\"\nartifacts = [{{ component = \"recorder\", \
         file = \"recorder-2.8.0.bin\", size = {}, sha256 = \"{}\" }}]\nrelied = [{ids}]\nrole = \"release\"\n\
         by = \"ci@example.com\"\npolicy = \"{}\"\nafter = [{ids}]\n{at}\n",
        subjects.join(", "),
        sandbox.git(&["rev-parse", "HEAD"]).trim(),
        recorder.len(),
        Digest::of(recorder),
        sandbox.root(policy).replace("sha256:", ""),
    );
    sandbox.forge("2.8.0", &statement, key, "holdpoint/publish@v1");
    sandbox.commit_all("It went out, did it not");
}

/// The publication of 2.7.0, as if 2.8.0 had gone out in the same way.
pub(crate) fn forge_publication(sandbox: &Sandbox, policy: u64, key: &str) {
    let text = fs::read_to_string(sandbox.entry("2.7.0", "kind = \"publish\"")).unwrap();
    let relied = text.lines().find(|it| it.starts_with("relied = ")).unwrap();
    let after = text.lines().find(|it| it.starts_with("after = ")).unwrap();
    let named = text.lines().find(|it| it.starts_with("policy = ")).unwrap();
    let root = sandbox.root(policy).replace("sha256:", "");
    let forged = text.replace("2.7.0", "2.8.0").replace(relied, "relied = []").replace(after, "after = []");
    let forged = forged.replace(named, &format!("policy = \"{root}\""));
    sandbox.forge("2.8.0", &forged, key, "holdpoint/publish@v1");
    sandbox.commit_all("It went out, did it not");
}

#[test]
fn a_retired_key_makes_nothing_published() {
    let sandbox = rotated();
    forge_proven(&sandbox, 1, "ci", BUILT);
    sandbox.check("2.8.0").finds(4, "unsealed").lacks("clear (published");
    let status = sandbox.holdpoint(&["status", "2.8.0"]);
    assert!(!status.stdout.lines().next().unwrap().starts_with("Yes"), "{status:#?}");
    sandbox.publish("2.8.0");
    assert!(!sandbox.path("site/recorder/2.8.0").exists());
    // Nor does a later policy take it in: `propose` seals what counts, and nothing else.
    let answer = sandbox.holdpoint(&["policy", "propose"]).finds(0, "something that is not sealed");
    assert!(answer.stdout.contains("everything that went out: 1 entry, 0 of it new"), "{answer:#?}");
}

#[test]
fn a_stolen_key_cannot_choose_an_old_policy() {
    let sandbox = rotated();
    // `mallory` is the file of the key that CI has now.
    forge_proven(&sandbox, 1, "mallory", BUILT);
    sandbox.check("2.8.0").finds(4, "unsealed").lacks("clear (published");
}

#[test]
fn a_machine_key_states_no_other_bytes_than_were_signed_off_whatever_becomes_of_the_list() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", BUILT);
    sandbox.sign_all("2.8.0");
    let other: &[u8] = b"not what was built\n";
    forge_proven(&sandbox, 1, "ci", other);
    sandbox.check("2.8.0").finds(4, "unproven");
    sandbox.edit("releases/2.8.0/artifacts.toml", |it| {
        let list = it.replace(&Digest::of(BUILT).to_string(), &Digest::of(other).to_string());
        list.replace(&format!("size = {}", BUILT.len()), &format!("size = {}", other.len()))
    });
    sandbox.check("2.8.0").finds(4, "unproven");
    sandbox.git(&["rm", "-q", "releases/2.8.0/artifacts.toml"]);
    sandbox.commit_all("Remove the list");
    sandbox.check("2.8.0").finds(4, "unproven");
    let status = sandbox.holdpoint(&["status", "2.8.0"]);
    assert!(!status.stdout.starts_with("Yes"), "{status:#?}");
}

#[test]
fn a_forged_publication_cannot_be_sealed_by_hand() {
    let sandbox = rotated();
    forge_proven(&sandbox, 1, "ci", BUILT);
    sandbox.propose(same, same);
    let id = sandbox.id("2.8.0", "kind = \"publish\"");
    let mut sealed: Vec<String> = sandbox.read("policy/proposed/sealed").lines().map(str::to_owned).collect();
    sealed.push(id);
    sealed.sort();
    crate::policies::seal(&sandbox, &(sealed.join("\n") + "\n"));
    sandbox.sign_policy("dana").finds(1, "it is no publication that counts under policy 3");
    sandbox.holdpoint(&["policy", "check"]).finds(4, "unsealed");
}

/// A release 2.8.0 that is signed off with this line in its `release.toml`.
fn signed_off_with(line: &str) -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", BUILT);
    sandbox.edit("releases/2.8.0/release.toml", |it| it.replacen("planned = ", &format!("{line}planned = "), 1));
    sandbox.commit_all("Say when");
    sandbox.sign_all("2.8.0");
    sandbox
}

/// Whoever has the key of CI alone signs a publication of what is signed off and may not go out. Where nobody sees the site, what is
/// recorded is all that there is to know.
#[test]
fn a_publication_before_its_day_or_of_what_was_cancelled_proves_nothing() {
    for line in ["not_before = 2098-01-01T00:00:00Z\n", "cancelled = \"deletes recordings\"\n"] {
        let sandbox = signed_off_with(line);
        let before = sandbox.check("2.8.0");
        assert!([1, 3].contains(&before.code), "{before:#?}");
        forge_proven(&sandbox, 1, "ci", BUILT);
        fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
        sandbox.check("2.8.0").finds(4, "unproven");
        fs::rename(sandbox.path("elsewhere"), sandbox.path("site")).unwrap();
        sandbox.check("2.8.0").finds(4, "unproven");
    }
}

/// The same, with the time at which it might.
#[test]
fn a_publication_at_a_time_that_has_not_come_proves_nothing() {
    for line in ["not_before = 2098-01-01T00:00:00Z\n", ""] {
        let sandbox = signed_off_with(line);
        forge_proven(&sandbox, 1, "ci", BUILT);
        let publish = sandbox.entry("2.8.0", "kind = \"publish\"");
        let text = fs::read_to_string(&publish).unwrap();
        let at = text.lines().find(|it| it.starts_with("at = ")).unwrap();
        sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
        sandbox.forge("2.8.0", &text.replace(at, "at = 2098-01-01T00:00:01Z"), "ci", "holdpoint/publish@v1");
        sandbox.commit_all("It will have gone out");
        fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
        // Whoever pushes writes the dates of commits as well.
        let date =
            ["-c", "user.name=CI", "-c", "user.email=ci@example.com", "commit", "-q", "--allow-empty", "-m", "2098"];
        let mut commit = std::process::Command::new("git");
        commit.args(date).env("GIT_COMMITTER_DATE", "2098-01-02T00:00:00Z");
        sandbox.run("repo", &mut commit);
        let check = sandbox.check("2.8.0").finds(4, "unproven");
        let id = check.stdout.split("holdpoint show ").nth(1).unwrap().split(' ').next().unwrap();
        sandbox.holdpoint(&["show", id]).exits(0);
    }
}

/// An honest publication stays one, whatever dates later commits have.
#[test]
fn an_old_date_of_a_commit_takes_nothing_back() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| {
        it.replacen("planned = ", "not_before = 2026-11-01T00:00:00Z\nplanned = ", 1)
    });
    sandbox.commit_all("Not before");
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    let mut commit = std::process::Command::new("git");
    commit.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "old"]);
    commit.env("GIT_COMMITTER_DATE", "2017-01-01T00:00:00Z");
    sandbox.run("repo", &mut commit);
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
}
