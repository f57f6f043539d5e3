//! `holdpoint check`: every verdict, for people and for programs.

use snapbox::str;

use crate::sandbox::Sandbox;

mod forms;

#[test]
fn clear() {
    Sandbox::signed().check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

"#]]);
}

#[test]
fn published() {
    Sandbox::published().check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (published [TODAY] on downloads; 3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

"#]]);
}

#[test]
fn waiting_for_sign_offs() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("Install", "Download"));
    sandbox.check("2.7.0").shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 2 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  stale     kb             maria@example.com signed other bytes: `kb.md` changed 1 line
  approved  compatibility  ned@example.com, [AGO]
  missing   notice         nobody has signed; kim@example.com or lee@example.com can

next: holdpoint sign 2.7.0 kb   (shows what changed)
        who: eve@example.com or maria@example.com
      holdpoint sign 2.7.0 notice
        who: kim@example.com or lee@example.com

"#]]);
}

#[test]
fn waiting_for_the_day() {
    let sandbox = Sandbox::ready();
    sandbox
        .edit("releases/2.7.0/release.toml", |it| it.replace("planned", "not_before = 2099-01-01T00:00:00Z\nplanned"));
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").shows(str![[r#"
exit 3
-- stdout
2.7.0: WAITING  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  too-early  2.7.0: it may not go out before [TIME]

next: holdpoint wait 2.7.0 --for 1h   (or wait until then)
        who: dana@example.com or sam@example.com

"#]]);
}

#[test]
fn blocked_by_people() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "step 2 does not work", "--yes"]).exits(0);
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "customers report crashes", "--yes"]).exits(0);
    sandbox.check("2.7.0").shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 5 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  declined  kb             eve@example.com said no: step 2 does not work
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  held  [ID8]: ned@example.com holds it: customers report crashes

next: holdpoint lift 2.7.0 [ID8] --reason "…"
        who: ned@example.com, dana@example.com or sam@example.com
      mend the document, then holdpoint sign 2.7.0 kb; or: holdpoint revoke 2.7.0 [ID8] --reason "…"
        who: eve@example.com or maria@example.com

"#]]);
}

#[test]
fn blocked_by_rules() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/notice.md", |it| {
        it.replace("Everybody who records.", "TODO").replace("version = \"2.7.0\"", "version = \"2.6.0\"")
    });
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("recorder 2.7.0", "[the recorder](recorder.md)"));
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").shows(str![[r#"
exit 1
-- stdout
2.7.0: BLOCKED  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  kb-version      the section `Environment` names `recorder` without its version 2.7.0
      --> releases/2.7.0/kb.md:13:1
       |
    13 | ## Environment
       | ^^^^^^^^^^^^^^ write `recorder 2.7.0` below `## Environment` in `releases/2.7.0/kb.md`
  notice-version  the front matter says 2.6.0, and this is 2.7.0
     --> releases/2.7.0/notice.md:4:11
      |
    4 | version = "2.6.0"
      |           ^^^^^^^ write `version = "2.7.0"` in `releases/2.7.0/notice.md`
  placeholder     `TODO` is a placeholder
      --> releases/2.7.0/notice.md:11:1
       |
    11 | TODO
       | ^^^^ write what belongs there in `releases/2.7.0/notice.md`, line 11
  dead-link       the link `recorder.md` leads to no file
      --> releases/2.7.0/kb.md:15:1
       |
    15 | [the recorder](recorder.md)
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^ mend the link, or add `recorder.md`

next: mend the 3 places shown above, and commit
        who: dana@example.com or sam@example.com

"#]]);
}

#[test]
fn waived() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    crate::attacks::waive(&sandbox, "missing:notice");
    sandbox.check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (3 requirements, 4 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  WAIVED    notice         until [TIME] by dana@example.com and sam@example.com: nobody has signed; kim@example.com or lee@example.com can

"#]]);
}

#[test]
fn unverifiable() {
    let sandbox = Sandbox::signed();
    sandbox.edit("releases/2.7.0/release.toml", |it| {
        it.replace("deputy = \"sam@", "deputy = \"smm@").replace("planned = 2026-11-20", "planed = 2026-11-20")
    });
    sandbox.write("releases/2.7.0/ledger/notes.txt", "remember the milk\n");
    sandbox.commit_all("Break it");
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  stale     compatibility  ned@example.com signed other bytes: `release.toml` changed 2 lines
  approved  notice         lee@example.com, [AGO]

  bad-record  the key `planned` is missing
     --> releases/2.7.0/release.toml:1:1
      |
    1 | schema = 1
      | ^ add `planned = …`
  bad-record  `smm@example.com` is not in the key ring
     --> releases/2.7.0/release.toml:5:10
      |
    5 | deputy = "smm@example.com"
      |          ^^^^^^^^^^^^^^^^^ did you mean `sam@example.com`?
  bad-record  unknown key `planed`
     --> releases/2.7.0/release.toml:6:1
      |
    6 | planed = 2026-11-20
      | ^^^^^^ did you mean `planned`?
  bad-entry   releases/2.7.0/ledger/notes.txt: this file is not named by the SHA-256 of a statement

next: mend the 3 places shown above, and commit
        who: dana@example.com or sam@example.com
      git log -- releases/2.7.0/ledger/notes.txt   then restore it, or if it was never valid: git rm -- releases/2.7.0/ledger/notes.txt
        who: dana@example.com or sam@example.com
      holdpoint sign 2.7.0 compatibility   (shows what changed)
        who: ada@example.com or ned@example.com

"#]]);
}

#[test]
fn unverifiable_without_a_root() {
    let sandbox = Sandbox::signed();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stdout
2.7.0: UNVERIFIABLE  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

  root-unpinned  no pinned root says that this is the right policy

next: holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)

"#]]);
}

#[test]
fn hypothetical() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    sandbox.holdpoint(&["check", "2.7.0", "--at", "HEAD~1"]).shows(str![[r#"
exit 5
-- stdout
2.7.0: HYPOTHETICALLY CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; HYPOTHETICAL: another commit or time than now)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    sandbox.release("2.7.1", b"recorder 2.7.1\n");
    sandbox.check("2.8.0").shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.8.0`
  hint: did you mean `2.7.0`?

"#]]);
    sandbox.check("2.7").shows(str![[r#"
exit 2
-- stderr
error: `2.7` means 2.7.0 and 2.7.1
  hint: write the version in full

"#]]);
    sandbox.holdpoint(&["check"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  <VERSION>

Usage: holdpoint check <VERSION>

For more information, try '--help'.

"#]]);
    sandbox.holdpoint(&["check", "2.7.0", "--at", "nowhere"]).shows(str![[r#"
exit 2
-- stderr
error: there is no commit `nowhere`
  hint: name a commit, a branch or a tag; see `git log --oneline`

"#]]);
    sandbox.check_json("9.9.9").shows(str![[r#"
exit 2
-- stdout
{
  "error": {
    "hint": "run `holdpoint status` to see them all",
    "message": "there is no release `9.9.9`"
  },
  "exit_code": 2,
  "schema": 1
}

"#]]);
}

#[test]
fn outside_of_a_record() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint_in("home", &["check", "2.7.0"]).shows(str![[r#"
exit 4
-- stderr
error: `.` is not in a git repository
  hint: `cd` into one, name it with `--repo DIR`, or start one with `git init`

"#]]);
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stderr
error: the repository has no commit yet
  hint: begin with `holdpoint init --project URL`

"#]]);
    sandbox.commit_all("Nothing yet");
    sandbox.check("2.7.0").shows(str![[r#"
exit 4
-- stderr
error: there is no folder `policy/` in commit [COMMIT7]
  hint: run it where the coordination root is, or begin with `holdpoint init --project URL`

"#]]);
}
