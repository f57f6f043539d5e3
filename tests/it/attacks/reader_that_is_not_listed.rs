//! A reader is recorded, and the site does not list it: nobody can get it, and customers would be sent to it.
//!
//! Guard: what is recorded and not listed helps nobody.

use std::fs;

use crate::sandbox::Sandbox;
use crate::sandbox::webinar::REC;

const PLAYER: &str = "schema = 1\n[component.player]\nreads.rec = [\"3\"]\n";
const RECORDER: &str = "schema = 1\n[component.recorder]\nwrites.rec = [\"3\"]\n";

/// A reader 2.8.0 is recorded and on its way, and a recorder 2.9.0 that needs one is signed off.
fn on_its_way() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.declare("2.8.0", &["player"], PLAYER);
    sandbox.sign_all("2.8.0");
    let index = fs::read(sandbox.path("site/releases.json")).unwrap();
    let page = fs::read(sandbox.path("site/index.html")).unwrap();
    sandbox.publish("2.8.0").exits(0);
    fs::write(sandbox.path("site/releases.json"), index).unwrap();
    fs::write(sandbox.path("site/index.html"), page).unwrap();
    sandbox.exchange(REC);
    sandbox.declare("2.9.0", &["recorder"], RECORDER);
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    sandbox
}

#[test]
fn a_reader_that_nobody_can_get_is_none() {
    let sandbox = on_its_way();
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.publish("2.9.0").finds(1, "orphan-format");
    let can = sandbox.holdpoint(&["can", "player@2.8.0", "open", "recorder@2.7.0"]);
    assert!(can.stdout.starts_with("Not yet: player 2.8.0 is not out."), "{can:#?}");
    sandbox.holdpoint(&["audit"]).finds(0, "2.8.0 is being published on downloads");
    sandbox.publish("2.8.0").exits(0);
    sandbox.check("2.9.0").exits(0);
}

/// What people are told to sign is what the gate asks for, although the way out that it could name is recorded already.
#[test]
fn the_matrix_is_written_as_the_gate_sees_it() {
    let sandbox = on_its_way();
    let declared = "schema = 1\n[component.player]\nreads.rec = [\"2\"]\n[component.recorder]\nwrites.rec = [\"3\"]\n";
    sandbox.declare("2.6.0", &["player", "recorder"], declared);
    let write = || {
        sandbox.holdpoint(&["matrix", "2.6.0", "--write"]).exits(0);
        sandbox.commit_all("Write the matrix");
        sandbox.read("releases/2.6.0/matrix.md").contains("Upgrade player to 2.8.0")
    };
    let says = |command: &str| {
        let json = sandbox.holdpoint(&[command, "2.6.0", "--format", "json"]).json();
        let findings = json["findings"].as_array().unwrap();
        let found = findings.iter().find(|it| it["code"] == "matrix-out-of-date");
        found.map(|it| it["severity"].as_str().unwrap().to_owned())
    };
    assert!(!write(), "nobody can get it");
    assert_eq!((says("lint"), says("check")), (None, None));
    // Where nobody sees the site, what is recorded counts; who writes documents there is not refused what the gate may see.
    fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    assert_eq!((says("lint").as_deref(), says("check").as_deref()), (Some("warning"), Some("blocked")));
    sandbox.write("releases/2.6.0/matrix.md", "# Nonsense\n");
    assert_eq!(says("lint").as_deref(), Some("blocked"));
    assert!(write());
    assert_eq!((says("lint"), says("check")), (None, None));
    fs::rename(sandbox.path("elsewhere"), sandbox.path("site")).unwrap();
    assert_eq!((says("lint").as_deref(), says("check").as_deref()), (Some("blocked"), Some("blocked")));
    // It is no way for customers in any answer.
    for question in [&["order", "2.6.0"][..], &["stack", "--with", "recorder@2.7.0"]] {
        let answer = sandbox.holdpoint(question);
        assert!(!answer.stdout.contains("player to 2.8.0"), "{answer:#?}");
        let first = answer.stdout.lines().next().unwrap();
        assert!(!first.contains("player 2.8.0"), "{answer:#?}");
    }
}

/// A reader 2.8.0 that was adopted, and a recorder 2.9.0, signed off, that needs it.
fn adopted() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.declare("2.8.0", &["player"], PLAYER);
    let folder = sandbox.path("site/player/2.8.0");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(sandbox.path("dist/player-2.8.0.bin"), folder.join("player-2.8.0.bin")).unwrap();
    let adopt = ["record", "2.8.0", "--adopt", "--yes", "--reason", "out before the gate"];
    sandbox.as_person("dana", &adopt).exits(0);
    sandbox.exchange(REC);
    sandbox.declare("2.9.0", &["recorder"], RECORDER);
    sandbox.holdpoint(&["matrix", "2.9.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.9.0");
    sandbox.check("2.9.0").exits(0);
    sandbox
}

/// An audit, of this schema, that says of what was adopted that its files are gone.
fn denial(sandbox: &Sandbox, schema: u64) -> String {
    let id = sandbox.id("2.8.0", "kind = \"adopt\"");
    format!(
        "{{\"schema\": {schema}, \"site\": \"downloads\", \"at\": \"2026-11-21T10:00:00Z\", \"not_listed\": [], \
         \"differs\": [\"{id}\"], \"unrecorded\": []}}\n"
    )
}

#[test]
fn an_audit_does_not_deny_what_the_site_itself_lists() {
    let sandbox = adopted();
    // The next publish lists what was adopted.
    sandbox.declare("2.5.0", &["tool"], "schema = 1\n");
    sandbox.holdpoint(&["matrix", "2.5.0", "--write"]).exits(0);
    sandbox.commit_all("Write the matrix");
    sandbox.sign_all("2.5.0");
    sandbox.publish("2.5.0").exits(0);
    sandbox.write("sites/downloads/audit.json", &denial(&sandbox, 1));
    sandbox.commit_all("Record an audit");
    sandbox.check("2.9.0").exits(0);
}

/// A reader 2.8.0 was adopted, and an audit on record, which cannot be read, may say that it is gone.
#[test]
fn an_audit_that_cannot_be_read_brings_no_adopted_reader_back() {
    let sandbox = adopted();
    sandbox.write("sites/downloads/audit.json", &denial(&sandbox, 1));
    sandbox.commit_all("Record an audit");
    let told =
        "`sites/downloads/audit.json`, the last audit on record, says that customers do not get 2.8.0 on `downloads`";
    sandbox.check("2.9.0").finds(1, "orphan-format").finds(1, told);
    for question in [&["stack", "--with", "recorder@2.7.0"][..], &["status"]] {
        let answer = sandbox.holdpoint(question);
        assert_eq!(answer.stderr.matches(told).count(), 1, "{answer:#?}");
    }
    sandbox.write("sites/downloads/audit.json", &denial(&sandbox, 9));
    sandbox.commit_all("Record an audit");
    sandbox.check("2.9.0").finds(4, "bad-record");
    sandbox.publish("2.9.0").finds(4, "bad-record");
    for question in [&["order", "2.9.0"][..], &["matrix", "2.9.0"], &["matrix", "2.9.0", "--write"]] {
        sandbox.holdpoint(question).finds(4, "bad-record");
    }
    let can = sandbox.holdpoint(&["can", "player@2.8.0", "open", "recorder@2.7.0"]);
    assert!(!can.stdout.starts_with("Yes"), "{can:#?}");
}

#[test]
fn an_audit_takes_it_away_where_nobody_sees_the_site() {
    let sandbox = on_its_way();
    fs::rename(sandbox.path("site"), sandbox.path("elsewhere")).unwrap();
    sandbox.check("2.9.0").finds(0, "downloads not seen from here");
    let audit = |not_listed: &str| {
        format!(
            "{{\n  \"schema\": 1,\n  \"site\": \"downloads\",\n  \"at\": \"2026-11-21T10:00:00Z\",\n  \"not_listed\": [{not_listed}],\n  \
             \"differs\": [],\n  \"unrecorded\": []\n}}\n"
        )
    };
    let id = sandbox.id("2.8.0", "kind = \"publish\"");
    sandbox.write("sites/downloads/audit.json", &audit(&format!("\"{id}\"")));
    sandbox.commit_all("Record an audit");
    sandbox.check("2.9.0").finds(1, "orphan-format");
    sandbox.check("2.8.0").finds(0, "being published on downloads");
    // It says nothing against it, and so it says nothing.
    sandbox.write("sites/downloads/audit.json", &audit(""));
    sandbox.commit_all("Record an audit");
    sandbox.check("2.9.0").finds(0, "downloads not seen from here");
    // What cannot be read might take something away.
    sandbox.write("sites/downloads/audit.json", "{}\n");
    sandbox.commit_all("Record an audit");
    sandbox.check("2.9.0").finds(4, "bad-record");
    sandbox.git(&["rm", "-q", "sites/downloads/audit.json"]);
    sandbox.commit_all("Take it out");
    sandbox.check("2.9.0").exits(0);
}
