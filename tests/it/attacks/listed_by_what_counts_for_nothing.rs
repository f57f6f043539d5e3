//! The index lists a version under a statement that counts for nothing; the next publication would make it official.
//!
//! Guard: every listed id is a publication that counts, of that version and on that site.

use std::fs;

use crate::sandbox::Sandbox;

/// 2.7.0 is out, and 2.8.0 may go out.
fn next() -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox
}

#[test]
fn what_counts_for_nothing_is_not_made_official() {
    let sandbox = next();
    let entry = sandbox.entry("2.7.0", "kind = \"publish\"");
    let text = fs::read_to_string(&entry).unwrap();
    let own = entry.file_stem().unwrap().to_str().unwrap().to_owned();
    // By somebody who may not publish; and by the release key, on a site that the policy does not name.
    for (from, to, who) in [("by = \"ci@", "by = \"kim@", "kim"), ("site = \"downloads\"", "site = \"mirror\"", "ci")] {
        let forged = sandbox.forge("2.7.0", &text.replace(from, to), who, "holdpoint/publish@v1");
        sandbox.commit_all("Publish it by hand");
        let path = sandbox.path("site/releases.json");
        let index = fs::read_to_string(&path).unwrap();
        let edited = index.replace(&own, forged.file_stem().unwrap().to_str().unwrap());
        fs::write(&path, &edited).unwrap();
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        for command in ["2.7.0", "2.8.0"] {
            sandbox.publish(command).finds(1, "index-ahead");
            assert_eq!(fs::read_to_string(&path).unwrap(), edited);
            assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
        }
        sandbox.holdpoint(&["audit"]).finds(1, "index-ahead");
        // Taken out again, as the answer says, the same command goes on.
        fs::write(&path, index).unwrap();
    }
    sandbox.publish("2.8.0").exits(0);
}

/// Nobody is told to take down what is rightly out, because its site has another name now.
#[test]
fn a_site_that_was_renamed_gets_its_name_back_and_goes_on() {
    let sandbox = next();
    // Beside what went out through the gate, something that was adopted.
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    let folder = sandbox.path("site/recorder/2.6.0");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.6.0.bin"), folder.join("recorder-2.6.0.bin")).unwrap();
    sandbox.as_person("dana", &["record", "2.6.0", "--adopt", "--yes", "--reason", "out before the gate"]).exits(0);
    sandbox.release("2.5.0", b"recorder 2.5.0\n");
    sandbox.sign_all("2.5.0");
    sandbox.publish("2.5.0").exits(0);
    let index = || fs::read(sandbox.path("site/releases.json")).unwrap();
    let before = index();
    let rename = |from: &str, to: &str| {
        let (from, to) = (format!("name = \"{from}\""), format!("name = \"{to}\""));
        sandbox.adopt_policy(&["dana", "sam"], |it| it.replace(&from, &to), |it| it);
    };
    rename("downloads", "dl");
    let publish = ["publish", "2.8.0", "--site", "dl", "--from", "../dist", "--yes"];
    let cure = "holdpoint policy propose   (where this site was called `downloads` before";
    let answer = sandbox.as_person("ci", &publish).finds(1, "index-ahead").finds(1, cure);
    assert_eq!(answer.stderr.matches("lists 2.6.0").count(), 1, "{answer:#?}");
    // Neither what was published nor what was adopted is to be taken down.
    let told = sandbox.holdpoint(&["audit", "--format", "json"]).json();
    let ahead = told["findings"].as_array().unwrap().iter().filter(|it| it["code"] == "index-ahead");
    let nexts: Vec<&str> = ahead.map(|it| it["next"].as_str().unwrap()).collect();
    assert!(nexts.len() == 3 && nexts.iter().all(|it| it.starts_with(cure)), "{nexts:#?}");
    sandbox.holdpoint(&["audit"]).finds(1, "index-ahead").finds(1, cure);
    assert_eq!(index(), before);
    rename("dl", "downloads");
    sandbox.publish("2.8.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn a_statement_of_another_version_lists_nothing() {
    let sandbox = next();
    sandbox.publish("2.8.0").exits(0);
    let path = sandbox.path("site/releases.json");
    let index = fs::read_to_string(&path).unwrap();
    let id = |version: &str| sandbox.id(version, "kind = \"publish\"");
    fs::write(&path, index.replace(&id("2.7.0"), &id("2.8.0"))).unwrap();
    sandbox.publish("2.8.0").finds(4, "record-behind-site");
}
