//! The site is unreachable, or its index is half-written (row 44): nobody can tell what is out, so the answer is 4.
//!
//! Guards: a site that is not there is no empty one; an index that cannot be read is no missing one.

use std::fs;

use super::robots::founded_with;
use crate::sandbox::{RECORDER, Sandbox};

/// A signed-off release for a site on something that is not mounted.
fn unmounted() -> Sandbox {
    let sandbox = founded_with(|it| {
        let edited = it.replace("/site\"", "/mount/site\"");
        assert_ne!(edited, it);
        edited
    });
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox
}

#[test]
fn what_is_not_mounted_has_not_been_compared() {
    unmounted().holdpoint(&["audit"]).finds(4, "site-unreachable");
}

#[test]
fn nothing_is_recorded_for_what_is_not_mounted_and_the_same_command_finishes_later() {
    let sandbox = unmounted();
    sandbox.publish("2.7.0").finds(4, "site-unreachable");
    assert!(!sandbox.entries("2.7.0").iter().any(|it| it.1.contains("kind = \"publish\"")));
    fs::create_dir_all(sandbox.path("mount/site")).unwrap();
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}

#[test]
fn nothing_is_published_over_an_index_that_is_half_written() {
    let sandbox = Sandbox::published();
    let index = fs::read_to_string(sandbox.path("site/releases.json")).unwrap();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    fs::write(sandbox.path("site/releases.json"), &index[..index.len() / 2]).unwrap();
    sandbox.publish("2.8.0").finds(4, "site-unreachable");
    assert_eq!(fs::read_to_string(sandbox.path("site/releases.json")).unwrap(), index[..index.len() / 2]);
    assert!(!sandbox.path("site/recorder/2.8.0").exists());
    fs::write(sandbox.path("site/releases.json"), index).unwrap();
    sandbox.publish("2.8.0").exits(0);
}
