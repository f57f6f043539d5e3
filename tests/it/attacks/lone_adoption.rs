//! One person, who is no owner, adopts other bytes for a path: it has no effect, and burns nothing for ever.

use holdpoint_core::digest::Digest;

use crate::sandbox::Sandbox;

#[test]
fn an_adoption_without_effect_burns_no_path() {
    let sandbox = Sandbox::signed();
    let files = ["artifacts.toml", "compatibility.toml", "kb.md", "matrix.md", "notice.md", "release.toml"];
    let subject = |file: &&str| {
        let digest = Digest::of(sandbox.read(&format!("releases/2.7.0/{file}")).as_bytes());
        format!("{{ path = \"{file}\", sha256 = \"{digest}\" }}")
    };
    let subjects: Vec<String> = files.iter().map(subject).collect();
    let statement = format!(
        "holdpoint = 1\nkind = \"adopt\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
         subjects = [{}]\nsite = \"downloads\"\nartifacts = [{{ component = \"recorder\", file = \"recorder-2.7.0.bin\", \
         size = 1, sha256 = \"{}\" }}]\nby = \"maria@example.com\"\npolicy = \"{}\"\nafter = []\n\
         at = 2026-11-21T10:00:00Z\nreason = \"mine\"\n",
        subjects.join(", "),
        Digest::of(b"x"),
        Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes()),
    );
    sandbox.forge("2.7.0", &statement, "maria", "holdpoint/adopt@v1");
    sandbox.commit_all("Adopt something");
    sandbox.check("2.7.0").finds(0, "not-counted");
    sandbox.publish("2.7.0").exits(0).lacks("burned");
}
