//! `holdpoint artifacts`: the files that go out, measured.

use std::fs;

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};

/// Runs it where the files were built.
fn artifacts(sandbox: &Sandbox, files: &[&str]) -> Answer {
    sandbox.holdpoint_in("dist", &[&["artifacts", "2.7.0", "--repo", "../repo"], files].concat())
}

/// A release of two components.
fn two_components() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it + "\n[[component]]\nname = \"player\"\n");
    sandbox
}

#[test]
fn written() {
    let sandbox = two_components();
    fs::write(sandbox.path("dist/player.bin"), "player 2.7.0, and more\n").unwrap();
    artifacts(&sandbox, &["recorder=recorder-2.7.0.bin"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.7.0/artifacts.toml: 1 artifact
  recorder  recorder-2.7.0.bin  15 bytes  sha256 [ID]
  player: no file yet; `holdpoint artifacts 2.7.0 player=FILE`

next: holdpoint lint 2.7.0
      git add releases/2.7.0/artifacts.toml && git commit -m "Artifacts of 2.7.0"

"#]]);
    artifacts(&sandbox, &["player=player.bin"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.7.0/artifacts.toml: 2 artifacts
  player    player.bin          23 bytes  sha256 [ID]
  recorder  recorder-2.7.0.bin  15 bytes  sha256 [ID]

next: holdpoint lint 2.7.0
      git add releases/2.7.0/artifacts.toml && git commit -m "Artifacts of 2.7.0"

"#]]);
}

#[test]
fn as_json() {
    let sandbox = Sandbox::ready();
    artifacts(&sandbox, &["recorder=recorder-2.7.0.bin", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "artifacts": [
    {
      "component": "recorder",
      "file": "recorder-2.7.0.bin",
      "sha256": "[ID]",
      "size": 15
    }
  ],
  "exit_code": 0,
  "findings": [],
  "next": [
    "holdpoint lint 2.7.0",
    "git add releases/2.7.0/artifacts.toml && git commit -m \"Artifacts of 2.7.0\""
  ],
  "path": "releases/2.7.0/artifacts.toml",
  "release": "2.7.0",
  "schema": 1
}

"#]]);
}

#[test]
fn a_file_without_bytes_is_told() {
    let sandbox = Sandbox::ready();
    fs::write(sandbox.path("dist/empty.bin"), "").unwrap();
    artifacts(&sandbox, &["recorder=empty.bin"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.7.0/artifacts.toml: 1 artifact
  recorder  empty.bin  0 bytes  sha256 [ID]

next: holdpoint lint 2.7.0
      git add releases/2.7.0/artifacts.toml && git commit -m "Artifacts of 2.7.0"
-- stderr
warning: `empty.bin` has no bytes

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    fs::write(sandbox.path("dist/releases.json"), "{}").unwrap();
    fs::write(sandbox.path("dist/my*recorder.bin"), "x").unwrap();
    let before = sandbox.read("releases/2.7.0/artifacts.toml");
    artifacts(&sandbox, &[]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <COMPONENT=FILE>...

Usage: holdpoint artifacts --repo <DIR> <VERSION> <COMPONENT=FILE>...

For more information, try '--help'.

"#]]);
    artifacts(&sandbox, &["recorder-2.7.0.bin"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'recorder-2.7.0.bin' for '<COMPONENT=FILE>...': write it like recorder=dist/recorder-2.7.0.exe

For more information, try '--help'.

"#]]);
    artifacts(&sandbox, &["recordr=recorder-2.7.0.bin"]).shows(str![[r#"
exit 2
-- stderr
error: 2.7.0 has no component `recordr`
  hint: did you mean `recorder`?

"#]]);
    artifacts(&sandbox, &["recorder=nowhere.bin"]).shows(str![[r#"
exit 2
-- stderr
error: `nowhere.bin` cannot be read
  because: No such file or directory (os error 2)
  hint: name a file that is there: recorder=FILE

"#]]);
    artifacts(&sandbox, &["recorder=."]).shows(str![[r#"
exit 2
-- stderr
error: `.` is a folder
  hint: name files; pack a folder into an archive

"#]]);
    artifacts(&sandbox, &["recorder=releases.json"]).shows(str![[r#"
exit 2
-- stderr
error: `releases.json` is reserved for the site itself
  hint: customers download it under this name: rename the file

"#]]);
    artifacts(&sandbox, &["recorder=my*recorder.bin"]).shows(str![[r#"
exit 2
-- stderr
error: `my*recorder.bin` has the character `*`, which some systems keep out of names
  hint: customers download it under this name: rename the file

"#]]);
    artifacts(&sandbox, &["recorder=recorder-2.7.0.bin", "recorder=./recorder-2.7.0.bin"]).shows(str![[r#"
exit 2
-- stderr
error: `recorder-2.7.0.bin` of `recorder` is given twice
  hint: each file of a component needs a name of its own

"#]]);
    assert_eq!(sandbox.read("releases/2.7.0/artifacts.toml"), before);
}

#[test]
fn what_is_out_keeps_its_list() {
    let sandbox = Sandbox::published();
    let before = sandbox.read("releases/2.7.0/artifacts.toml");
    artifacts(&sandbox, &["recorder=../dist/recorder-2.7.0.bin"]).shows(str![[r#"
exit 1
-- stderr
error: 2.7.0 is out, and `releases/2.7.0/artifacts.toml` is what was signed for it
  hint: give other files a new version: holdpoint --repo ../repo new VERSION --like 2.7.0

"#]]);
    assert_eq!(sandbox.read("releases/2.7.0/artifacts.toml"), before);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("planned", "planed"));
    artifacts(&sandbox, &["recorder=recorder-2.7.0.bin"]).shows(str![[r#"
exit 4
-- stderr
error: `releases/2.7.0/release.toml` cannot be read
  bad-record  the key `planned` is missing
     --> ../repo/releases/2.7.0/release.toml:1:1
      |
    1 | schema = 1
      | ^ add `planned = …`
  bad-record  unknown key `planed`
     --> ../repo/releases/2.7.0/release.toml:6:1
      |
    6 | planed = 2026-11-20
      | ^^^^^^ did you mean `planned`?
  hint: mend it and run the same command again

"#]]);
}
