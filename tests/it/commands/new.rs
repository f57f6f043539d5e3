//! `holdpoint new`: the folder of a new release.

use snapbox::str;

use crate::sandbox::{Answer, Sandbox};

const PEOPLE: [&str; 4] = ["--owner", "dana@example.com", "--deputy", "sam@example.com"];
const DAYS: [&str; 4] = ["--planned", "2026-11-20", "--support-until", "2028-11-20"];

fn new(sandbox: &Sandbox, version: &str, more: &[&str]) -> Answer {
    sandbox.holdpoint(&[&["new", version], &PEOPLE[..], &DAYS, more].concat())
}

#[test]
fn written() {
    let sandbox = Sandbox::founded();
    new(&sandbox, "2.7.0", &["--component", "recorder", "--component", "player@1.9.0"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.7.0: fill in what says TODO
  artifacts.toml      files and digests; `holdpoint artifacts` writes it
  compatibility.toml  formats read and written, and tests
  kb.md               what support needs to solve a case
  matrix.md           what works with what; people read and sign it
  notice.md           what customers are told
  release.toml        what goes out, and who answers for it

next: holdpoint artifacts 2.7.0 recorder=FILE player=FILE
      holdpoint lint 2.7.0
      git add releases/2.7.0 && git commit -m "Begin 2.7.0"

"#]]);
}

#[test]
fn blocked_until_it_is_filled_in() {
    let sandbox = Sandbox::founded();
    new(&sandbox, "2.7.0", &["--component", "recorder", "--component", "player@1.9.0"]).exits(0);
    sandbox.commit_all("Begin 2.7.0");
    sandbox.check("2.7.0").shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 0 statements, 0 pairs, 0 artifacts; commit [COMMIT7], policy 1; freshness not known)
  missing  kb             nobody has signed; eve@example.com or maria@example.com can
  missing  compatibility  nobody has signed; ada@example.com or ned@example.com can
  missing  notice         nobody has signed; kim@example.com or lee@example.com can

  no-artifact  `player` has no artifact
  no-artifact  `recorder` has no artifact
  kb-status    the article is a draft
     --> releases/2.7.0/kb.md:4:10
      |
    4 | status = "draft"   # "published" when agents can rely on it
      |          ^^^^^^^ finish it, and write `status = "published"` in `releases/2.7.0/kb.md`
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/kb.md:6:12
      |
    6 | contact = "TODO: whom an agent asks who is stuck"
      |            ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 6
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/kb.md:11:1
       |
    11 | TODO: what customers see, and how they say it
       | ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 11
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/kb.md:18:1
       |
    18 | TODO: on which systems, with which settings
       | ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 18
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/kb.md:22:4
       |
    22 | 1. TODO: the steps that solve the case
       |    ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 22
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/kb.md:26:1
       |
    26 | TODO: why it happens; take this section out if it helps nobody
       | ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 26
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/matrix.md:5:20
      |
    5 | | recorder 2.7.0 | TODO: each version that it meets in the field | works, degraded or fails | … |
      |                    ^^^^ write what belongs there in `releases/2.7.0/matrix.md`, line 5
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/matrix.md:6:18
      |
    6 | | player 1.9.0 | TODO: each version that it meets in the field | works, degraded or fails | … |
      |                  ^^^^ write what belongs there in `releases/2.7.0/matrix.md`, line 6
  placeholder  `TODO` is a placeholder
     --> releases/2.7.0/notice.md:6:12
      |
    6 | contact = "TODO: where customers reach you"
      |            ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 6
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/notice.md:13:1
       |
    13 | TODO: who uses what, and who need not read on
       | ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 13
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/notice.md:17:1
       |
    17 | TODO: what is new in 2.7.0, in the customer's words
       | ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 17
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/notice.md:25:4
       |
    25 | 1. TODO: what a customer does, step by step
       |    ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 25
  placeholder  `TODO` is a placeholder
      --> releases/2.7.0/notice.md:29:1
       |
    29 | TODO: where, and with which words
       | ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 29

next: mend the 13 places shown above, and commit
        who: dana@example.com or sam@example.com
      holdpoint artifacts 2.7.0 player=FILE
        who: dana@example.com or sam@example.com
      holdpoint artifacts 2.7.0 recorder=FILE
        who: dana@example.com or sam@example.com
      holdpoint sign 2.7.0 compatibility
        who: ada@example.com or ned@example.com
      holdpoint sign 2.7.0 kb
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
}

#[test]
fn like_another() {
    let sandbox = Sandbox::signed();
    new(&sandbox, "2.8.0", &["--component", "recorder", "--like", "2.7"]).shows(str![[r#"
exit 0
-- stdout
wrote releases/2.8.0: the texts are those of 2.7.0: read each again for 2.8.0
  artifacts.toml      files and digests; `holdpoint artifacts` writes it
  compatibility.toml  as in 2.7.0
  kb.md               as in 2.7.0
  matrix.md           as in 2.7.0
  notice.md           as in 2.7.0
  release.toml        what goes out, and who answers for it

next: holdpoint artifacts 2.8.0 recorder=FILE
      holdpoint lint 2.8.0
      git add releases/2.8.0 && git commit -m "Begin 2.8.0"

"#]]);
    assert!(!sandbox.path("repo/releases/2.8.0/ledger").exists());
}

#[test]
fn as_json() {
    let sandbox = Sandbox::founded();
    new(&sandbox, "2.7.0", &["--component", "recorder", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "files": [
    "releases/2.7.0/artifacts.toml",
    "releases/2.7.0/compatibility.toml",
    "releases/2.7.0/kb.md",
    "releases/2.7.0/matrix.md",
    "releases/2.7.0/notice.md",
    "releases/2.7.0/release.toml"
  ],
  "folder": "releases/2.7.0",
  "next": [
    "holdpoint artifacts 2.7.0 recorder=FILE",
    "holdpoint lint 2.7.0",
    "git add releases/2.7.0 && git commit -m \"Begin 2.7.0\""
  ],
  "release": "2.7.0",
  "schema": 1
}

"#]]);
}

#[test]
fn refused_by_a_rule() {
    let sandbox = Sandbox::ready();
    new(&sandbox, "2.7.0", &["--component", "recorder"]).shows(str![[r#"
exit 1
-- stderr
error: `releases/2.7.0` is there already
  hint: edit what is there, or take another version; `holdpoint lint 2.7.0` says what is wanting

"#]]);
    new(&sandbox, "2.8.0", &["--component", "recorder@2.7.0"]).shows(str![[r#"
exit 1
-- stderr
error: recorder 2.7.0 belongs to release 2.7.0
  hint: give it a version of its own: --component recorder@VERSION

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    let recorder = ["--component", "recorder"];
    new(&sandbox, "2.8", &recorder).shows(str![[r#"
exit 2
-- stderr
error: `2.8` is not a version such as 2.7.0 (unexpected end of input while parsing minor version number)
  hint: write it in full: 2.8.0

"#]]);
    new(&sandbox, "2.8.0", &[]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  --component <NAME[@VERSION]>

Usage: holdpoint new --component <NAME[@VERSION]> --owner <EMAIL> --deputy <EMAIL> --planned <DATE> --support-until <DATE> <VERSION>

For more information, try '--help'.

"#]]);
    new(&sandbox, "2.8.0", &["--component", "Recorder"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'Recorder' for '--component <NAME[@VERSION]>': `Recorder` has the character `R`; lower-case letters, digits, - and _ are allowed

For more information, try '--help'.

"#]]);
    new(&sandbox, "2.8.0", &["--component", "recorder", "--component", "recorder@3.0.0"]).shows(str![[r#"
exit 2
-- stderr
error: the component `recorder` is given twice
  hint: one release holds one version of a component

"#]]);
    new(&sandbox, "2.8.0", &["--component", "recorder", "--like", "2.6.0"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.6.0`
  hint: did you mean `2.7.0`?

"#]]);
    let other = |people: [&str; 4], days: [&str; 4]| {
        sandbox.holdpoint(&[&["new", "2.8.0"], &recorder[..], &people, &days].concat())
    };
    other(["--owner", "dena@example.com", "--deputy", "sam@example.com"], DAYS).shows(str![[r#"
exit 2
-- stderr
error: the owner dena@example.com is not in the key ring
  hint: did you mean `dana@example.com`?

"#]]);
    other(["--owner", "ci@example.com", "--deputy", "sam@example.com"], DAYS).shows(str![[r#"
exit 2
-- stderr
error: the owner ci@example.com is a machine, and answers for nothing
  hint: name one of ada@example.com, dana@example.com, eve@example.com, kim@example.com, lee@example.com, maria@example.com, ned@example.com or sam@example.com

"#]]);
    other(["--owner", "sam@example.com", "--deputy", "sam@example.com"], DAYS).shows(str![[r#"
exit 2
-- stderr
error: owner and deputy are one person
  hint: name somebody else as deputy, who answers when the owner cannot

"#]]);
    other(PEOPLE, ["--planned", "tomorrow", "--support-until", "2028-11-20"]).shows(str![[r#"
exit 2
-- stderr
error: invalid value 'tomorrow' for '--planned <DATE>': write it like 2026-11-20

For more information, try '--help'.

"#]]);
    other(PEOPLE, ["--planned", "2026-11-20", "--support-until", "2026-01-20"]).shows(str![[r#"
exit 2
-- stderr
error: support would end on 2026-01-20, before the release is planned
  hint: write a later --support-until

"#]]);
    assert!(!sandbox.path("repo/releases/2.8.0").exists());
}

#[test]
fn could_not() {
    let sandbox = Sandbox::empty();
    sandbox.commit_all("Nothing yet");
    new(&sandbox, "2.7.0", &["--component", "recorder"]).shows(str![[r#"
exit 4
-- stderr
error: there is no folder `policy/` in commit [COMMIT7]
  hint: run it where the coordination root is, or begin with `holdpoint init --project URL`

"#]]);
    let sandbox = Sandbox::founded();
    sandbox.write("releases", "a file\n");
    new(&sandbox, "2.7.0", &["--component", "recorder"]).shows(str![[r#"
exit 4
-- stderr
error: `releases` is no folder
  hint: move it away

"#]]);
}

#[test]
fn the_declarations_of_the_version_before_are_there_to_be_confirmed() {
    let sandbox = Sandbox::webinar_out();
    let given = [
        "--component",
        "player",
        "--component",
        "recorder",
        "--owner",
        "dana@example.com",
        "--deputy",
        "sam@example.com",
    ];
    let dates = ["--planned", "2026-12-01", "--support-until", "2098-12-01"];
    let answer = sandbox.holdpoint(&[&["new", "2.8.0"], &given[..], &dates[..]].concat()).exits(0);
    assert!(answer.stdout.contains("holdpoint matrix 2.8.0 --write"), "{answer:#?}");
    assert!(!sandbox.path("repo/releases/2.8.0/matrix.md").exists());
    let text = sandbox.read("releases/2.8.0/compatibility.toml");
    assert!(
        text.contains(
            "[component.recorder]\n# Recording file (.rec), as recorder 2.7.0 declares it:\n# writes.rec = [\"3\"]\n\
             # writes_on_request.rec = [\"2\"]\n"
        ),
        "{text}"
    );
    assert!(text.contains("# degraded.rec = { \"1\" = \"no captions\" }\n"), "{text}");
    // Nothing is declared by it, and once it is confirmed it reads back.
    let nothing = sandbox.holdpoint(&["matrix", "2.8.0"]).exits(0).stdout;
    assert!(nothing.contains("recorder 2.8.0 says nothing"), "{nothing}");
    let confirmed = text.replace("# writes", "writes").replace("# reads", "reads").replace("# degraded", "degraded");
    sandbox.write("releases/2.8.0/compatibility.toml", &confirmed);
    let all = sandbox.holdpoint(&["matrix", "2.8.0"]).exits(0).stdout;
    assert!(all.contains("recorder 2.8.0 writes 3, writes 2 when asked to"), "{all}");
}
