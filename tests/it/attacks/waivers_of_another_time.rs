//! The release key records a publication that rests on waivers which had expired, or last for a hundred years.
//!
//! Guard: the waivers of a publication are judged at the time that it claims, and not before what it rests on.

use std::fs;

use crate::attacks::waive;
use crate::sandbox::Sandbox;

/// 2.7.0 is out with a waived notice; its statement says another time.
fn claimed(at: &str) -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    waive(&sandbox, "missing:notice");
    sandbox.publish("2.7.0").exits(0);
    let entry = sandbox.entry("2.7.0", "kind = \"publish\"");
    let text = fs::read_to_string(&entry).unwrap();
    let line = text.lines().find(|it| it.starts_with("at = ")).unwrap();
    let other = text.replace(line, &format!("at = {at}"));
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let forged = sandbox.forge("2.7.0", &other, "ci", "holdpoint/publish@v1");
    sandbox.commit_all("Publish it");
    let (own, forged) = (entry.file_stem().unwrap().to_str().unwrap(), forged.file_stem().unwrap().to_str().unwrap());
    let index = sandbox.path("site/releases.json");
    fs::write(&index, fs::read_to_string(&index).unwrap().replace(own, forged)).unwrap();
    sandbox
}

#[test]
fn a_waiver_counts_at_the_time_of_the_publication_alone() {
    for at in ["2098-01-01T00:00:00Z", "2020-01-01T00:00:00Z"] {
        claimed(at).check("2.7.0").finds(4, "unproven");
    }
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    claimed(&now).check("2.7.0").finds(0, "published");
}
