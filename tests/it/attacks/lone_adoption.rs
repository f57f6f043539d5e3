//! One person, who is no owner, adopts other bytes for a path: it has no effect, and burns nothing for ever.

use holdpoint_core::digest::Digest;

use crate::sandbox::{RECORDER, Sandbox};

/// Puts an adoption by maria into the ledger of 2.7.0, of a recorder with these bytes.
fn adopted_by_maria(sandbox: &Sandbox, recorder: &[u8]) {
    let files = ["artifacts.toml", "compatibility.toml", "kb.md", "matrix.md", "notice.md", "release.toml"];
    let subject = |file: &&str| {
        let digest = Digest::of(sandbox.read(&format!("releases/2.7.0/{file}")).as_bytes());
        format!("{{ path = \"{file}\", sha256 = \"{digest}\" }}")
    };
    let subjects: Vec<String> = files.iter().map(subject).collect();
    let statement = format!(
        "holdpoint = 1\nkind = \"adopt\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
         subjects = [{}]\nsite = \"downloads\"\nartifacts = [{{ component = \"recorder\", file = \"recorder-2.7.0.bin\", \
         size = {}, sha256 = \"{}\" }}]\nby = \"maria@example.com\"\npolicy = \"{}\"\nafter = []\n\
         at = 2026-11-21T10:00:00Z\nreason = \"mine\"\n",
        subjects.join(", "),
        recorder.len(),
        Digest::of(recorder),
        Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes()),
    );
    sandbox.forge("2.7.0", &statement, "maria", "holdpoint/adopt@v1");
    sandbox.commit_all("Adopt something");
}

#[test]
fn an_adoption_without_effect_burns_no_path() {
    let sandbox = Sandbox::signed();
    adopted_by_maria(&sandbox, b"x");
    sandbox.check("2.7.0").finds(0, "not-counted");
    sandbox.publish("2.7.0").exits(0).lacks("burned");
}

#[test]
fn an_adoption_by_somebody_who_is_no_owner_makes_nothing_published() {
    let sandbox = Sandbox::ready();
    adopted_by_maria(&sandbox, RECORDER);
    sandbox.check("2.7.0").finds(3, "not-counted").lacks("clear (published");
}
