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

/// Whoever can write to the site puts an older index and its page back: for a day that looks like a publish on its way.
#[test]
fn an_older_index_that_was_put_back_is_missed() {
    let sandbox = Sandbox::published();
    let kept = ["releases.json", "index.html"].map(|it| (it, fs::read(sandbox.path("site").join(it)).unwrap()));
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    for (file, bytes) in kept {
        fs::write(sandbox.path("site").join(file), bytes).unwrap();
    }
    sandbox.holdpoint(&["audit"]).finds(0, "index-behind");
    let now = jiff::Timestamp::now();
    let later = |hours: i64| (now + jiff::SignedDuration::from_hours(hours)).to_string();
    sandbox.holdpoint(&["audit", "--now", &later(23)]).finds(5, "index-behind");
    let audit = sandbox.holdpoint(&["audit", "--now", &later(25)]).finds(1, "index-behind");
    assert!(audit.stdout.contains("or an older index was put back"), "{audit:#?}");
    // Who publishes the next version is told what will not be listed.
    sandbox.release("2.9.0", b"recorder 2.9.0\n");
    sandbox.sign_all("2.9.0");
    let answer = sandbox.publish("2.9.0").exits(0);
    let finish = "holdpoint publish 2.8.0 --site downloads --from DIR";
    assert!(answer.stderr.contains(finish), "{answer:#?}");
    let dist = sandbox.path("dist").display().to_string();
    let typed = finish.replace("DIR", &dist).replace("holdpoint ", "");
    let typed: Vec<&str> = typed.split(' ').chain(["--yes"]).collect();
    sandbox.as_person("ci", &typed).exits(0);
    sandbox.holdpoint(&["audit", "--now", &later(25)]).finds(5, "NO DRIFT");
}
