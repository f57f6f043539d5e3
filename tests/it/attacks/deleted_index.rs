//! Somebody who can write to the site takes the index away: the next publish would write one that lists its own version alone.
//!
//! Guard: where more than the publication that is to be finished is recorded, a site without an index is not seen.

use std::fs;

use crate::sandbox::Sandbox;

/// With 2.7.0 out, 2.8.0 signed off, and no index any more.
fn without_index(more: &[&str]) -> Sandbox {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    for file in ["releases.json"].iter().chain(more) {
        fs::remove_file(sandbox.path("site").join(file)).unwrap();
    }
    sandbox
}

#[test]
fn nothing_that_is_out_is_taken_away_by_the_next_publish() {
    for more in [&[][..], &["index.html"], &["index.html", "recorder/2.7.0/recorder-2.7.0.bin"]] {
        let sandbox = without_index(more);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox.publish("2.8.0").finds(4, "site-unreachable").finds(4, "--new-site");
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
        assert!(!sandbox.path("site/releases.json").exists());
    }
}

#[test]
fn what_was_listed_is_never_said_to_be_on_its_way() {
    let sandbox = without_index(&[]);
    sandbox.holdpoint(&["audit"]).finds(4, "site-unreachable").lacks("being published");
    sandbox.check("2.7.0").finds(0, "not seen from here").lacks("being published");
    sandbox.publish("2.7.0").finds(4, "site-unreachable");
}

#[test]
fn a_record_that_cannot_be_read_is_no_record_of_nothing() {
    let sandbox = without_index(&["index.html"]);
    sandbox.edit("releases/2.7.0/release.toml", |it| format!("{it}junk = 1\n"));
    sandbox.commit_all("Spoil a record");
    fs::rename(sandbox.path("site"), sandbox.path("lost")).unwrap();
    fs::create_dir(sandbox.path("site")).unwrap();
    sandbox.publish("2.8.0").finds(4, "site-unreachable");
    assert!(sandbox.site_is_empty());
}

#[test]
fn a_site_that_is_lost_is_begun_anew_version_by_version() {
    let sandbox = without_index(&["index.html", "recorder/2.7.0/recorder-2.7.0.bin"]);
    let dist = sandbox.path("dist").display().to_string();
    for version in ["2.8.0", "2.7.0"] {
        let arguments = ["publish", version, "--site", "downloads", "--from", &dist, "--new-site", "--yes"];
        sandbox.as_person("ci", &arguments).exits(0);
    }
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    assert!(index.contains("\"2.7.0\"") && index.contains("\"2.8.0\""), "{index}");
}

/// The only version there is, which the policy of now would ask more of, and not one file of the site is left.
#[test]
fn what_the_rules_of_now_refuse_comes_back_when_its_owners_say_that_it_was_out() {
    let sandbox = Sandbox::published();
    super::passed_off_as_lost::ask_for_more(&sandbox);
    let dist = sandbox.path("dist").display().to_string();
    fs::rename(sandbox.path("site"), sandbox.path("lost")).unwrap();
    fs::create_dir(sandbox.path("site")).unwrap();
    let publish = ["publish", "2.7.0", "--site", "downloads", "--from", &dist, "--new-site", "--yes"];
    let answer = sandbox.as_person("ci", &publish).finds(1, "subject-missing");
    let next = "holdpoint record 2.7.0 --site downloads --adopt --reason \"…\"";
    assert!(answer.stderr.contains(next) && answer.stderr.contains("dana@example.com"), "{answer:#?}");
    // What is typed says by itself that the files have to be there.
    let record = ["record", "2.7.0", "--site", "downloads", "--adopt", "--reason", "Out until the disk died", "--yes"];
    sandbox.as_person("dana", &record).finds(1, "no-artifact");
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.7.0.bin"), sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap();
    sandbox.as_person("dana", &record).exits(0);
    sandbox.as_person("ci", &publish).finds(0, "it went out outside the gate");
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
    sandbox.check("2.7.0").exits(0);
    sandbox.as_person("dana", &record).finds(1, "2.7.0 is adopted on `downloads` already");
    // And it stays, whatever goes out next.
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.write("releases/2.8.0/legal.md", "All is well.\n");
    sandbox.commit_all("Write the terms");
    sandbox.sign_all("2.8.0");
    sandbox.sign("2.8.0", "legal", "eve").exits(0);
    sandbox.publish("2.8.0").exits(0);
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    assert!(index.contains("\"2.7.0\"") && index.contains("\"2.8.0\""), "{index}");
}

#[test]
fn a_version_that_is_taken_in_is_listed_with_the_next_one() {
    let sandbox = without_index(&["index.html"]);
    let dist = sandbox.path("dist").display().to_string();
    let publish = ["publish", "2.8.0", "--site", "downloads", "--from", &dist, "--new-site", "--yes"];
    let record = ["record", "2.7.0", "--site", "downloads", "--adopt", "--reason", "Out until the disk died", "--yes"];
    sandbox.as_person("dana", &record).exits(0);
    sandbox.as_person("ci", &publish).exits(0);
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    assert!(index.contains("\"2.7.0\"") && index.contains("\"2.8.0\""), "{index}");
    sandbox.holdpoint(&["audit"]).finds(0, "NO DRIFT");
}

/// What is printed can be typed as it is, by whoever ran this.
#[test]
fn the_printed_command_has_all_that_the_run_was_given() {
    let sandbox = without_index(&[]);
    let dist = sandbox.path("dist").display().to_string();
    let key = crate::sandbox::keys().join("ci").display().to_string();
    let root = sandbox.root(1);
    let publish = ["publish", "2.8.0", "--from", &dist, "--root", &root, "--reason", "it's new", "--yes", "--prepare"];
    let answer = sandbox.as_person("ci", &publish).exits(4);
    let again = format!(
        "holdpoint publish 2.8.0 --site downloads --from {dist} --new-site --prepare --as ci@example.com --key {key} \
         --reason 'it'\\''s new' --root {root} --yes"
    );
    assert!(answer.stderr.contains(&again), "{answer:#?}");
    sandbox.shell("repo", &again).exits(0);
}
