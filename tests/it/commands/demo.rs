//! `holdpoint demo`: the story is told in a transcript, which it also keeps; here is how it ends and how it is refused.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn played() {
    let sandbox = Sandbox::empty();
    let json = sandbox.holdpoint(&["demo", "story", "--format", "json"]).exits(0).json();
    let mut played = json["commands"].as_array().unwrap().iter();
    assert!(played.any(|it| it["output"].as_str().unwrap().contains("2.7.0: PUBLISHED on downloads")), "{json:#}");
    assert!(played.any(|it| it["output"].as_str().unwrap().contains("live-unrecorded")), "{json:#}");
    assert!(fs::read_dir(sandbox.path("repo/story")).unwrap().count() > 0);
    sandbox.holdpoint(&["demo", "story"]).shows(str![[r#"
exit 2
-- stderr
error: `story` is not empty
  hint: name a new folder: holdpoint demo DIR

"#]]);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::empty();
    sandbox.write("a-file", "x\n");
    sandbox.holdpoint(&["demo", "a-file/story"]).shows(str![[r#"
exit 4
-- stderr
error: `a-file/story` cannot be written
  because: Not a directory (os error 20)
  hint: name a folder that can be made: holdpoint demo DIR

"#]]);
    let mut sandbox = Sandbox::empty();
    sandbox.set("PATH", "/nowhere");
    sandbox.holdpoint(&["demo", "story"]).shows(str![[r#"
exit 4
-- stderr
error: `ssh-keygen` cannot be run
  because: No such file or directory (os error 2)
  hint: install git and OpenSSH's client tools; the demo needs both

"#]]);
}
