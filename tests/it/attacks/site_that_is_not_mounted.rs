//! The folder of the site is not mounted: an empty place looks as if nothing were out.
//!
//! Guard: a site without an index, while the record has publications for it, is not the site.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn an_empty_place_is_no_site_where_the_record_knows_better() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    fs::rename(sandbox.path("site"), sandbox.path("unmounted")).unwrap();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    for is_there in [false, true] {
        if is_there {
            fs::create_dir(sandbox.path("site")).unwrap();
        }
        for version in ["2.7.0", "2.8.0"] {
            sandbox.publish(version).finds(4, "site-unreachable");
        }
        assert_eq!(sandbox.path("site").exists(), is_there, "nothing is made");
        assert!(!is_there || fs::read_dir(sandbox.path("site")).unwrap().next().is_none());
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
        sandbox.check("2.7.0").finds(0, "downloads not seen from here");
    }
    fs::remove_dir(sandbox.path("site")).unwrap();
    fs::rename(sandbox.path("unmounted"), sandbox.path("site")).unwrap();
    sandbox.publish("2.8.0").exits(0);
    sandbox.check("2.7.0").exits(0).lacks("not seen");
}

#[test]
fn an_edited_record_makes_no_site_of_an_empty_place() {
    type Edit = fn(String) -> String;
    let edits: [Edit; 3] = [|it| it + "junk\n", |it| it.replace("\"recorder\"", "\"taper\""), |_| String::new()];
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    fs::rename(sandbox.path("site"), sandbox.path("unmounted")).unwrap();
    fs::create_dir(sandbox.path("site")).unwrap();
    for edit in edits {
        sandbox.edit("releases/2.7.0/release.toml", edit);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox.publish("2.8.0").finds(4, "site-unreachable");
        assert!(sandbox.site_is_empty());
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
        sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
}

#[test]
fn a_first_publication_that_was_interrupted_is_finished() {
    let sandbox = Sandbox::begun();
    sandbox.check("2.7.0").finds(0, "being published on downloads");
    sandbox.holdpoint(&["status", "2.7"]).finds(0, "being published on downloads").lacks("Yes");
    sandbox.holdpoint(&["audit"]).finds(0, "being published on downloads");
    let entries = sandbox.entries("2.7.0").len();
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(sandbox.entries("2.7.0").len(), entries, "nothing is recorded twice");
    sandbox.holdpoint(&["audit"]).exits(0).lacks("being published");
}
