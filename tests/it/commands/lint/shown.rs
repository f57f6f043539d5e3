//! How a lint looks.

use std::fs;

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn clean() {
    let sandbox = Sandbox::ready();
    sandbox.holdpoint(&["lint"]).shows(str![[r#"
exit 0
-- stdout
lint: CLEAN  (1 release, 0 entries, 3 documents)

"#]]);
    sandbox.holdpoint(&["lint", "2.7"]).shows(str![[r#"
exit 0
-- stdout
lint: CLEAN  (1 release, 0 entries, 3 documents)

"#]]);
}

/// A release with something wrong in every place, nothing of it committed.
fn faulty() -> Sandbox {
    let sandbox = Sandbox::ready();
    let kb = sandbox.read("releases/2.7.0/kb.md");
    sandbox.write("releases/2.7.0/kb.md", &kb.replace("recorder 2.7.0", "See [there](there.md). TBD"));
    let release = sandbox.read("releases/2.7.0/release.toml");
    sandbox.write("releases/2.7.0/release.toml", &release.replace("deputy = \"sam@", "deputy = \"dana@"));
    sandbox.write("releases/v2.8/notes.md", "# Notes\n");
    sandbox
}

#[test]
fn faults() {
    let sandbox = faulty();
    sandbox.holdpoint(&["lint"]).shows(str![[r#"
exit 4
-- stdout
lint: 4 errors, 1 warning  (1 release, 0 entries, 3 documents)
  bad-record   `releases/v2.8` is not named by a version such as 2.7.0, so it is no release
  no-owner     2.7.0: owner and deputy are one person
  kb-version   the section `Environment` does not name `recorder`
      --> releases/2.7.0/kb.md:13:1
       |
    13 | ## Environment
       | ^^^^^^^^^^^^^^ write `recorder 2.7.0` below `## Environment` in `releases/2.7.0/kb.md`
  placeholder  `TBD` is a placeholder
      --> releases/2.7.0/kb.md:15:24
       |
    15 | See [there](there.md). TBD
       |                        ^^^ write what belongs there in `releases/2.7.0/kb.md`, line 15
  dead-link    the link `there.md` leads to no file
      --> releases/2.7.0/kb.md:15:5
       |
    15 | See [there](there.md). TBD
       |     ^^^^^^^^^^^^^^^^^ mend the link, or add `there.md`

next: mend the 2 places shown above, and commit
        who: dana@example.com
      git mv 'releases/v2.8' releases/2.8.0
        who: dana@example.com or sam@example.com
      name an owner and a deputy in `releases/2.7.0/release.toml`
        who: ada@example.com, dana@example.com, eve@example.com, kim@example.com or 4 more

"#]]);
}

#[test]
fn faults_as_json() {
    faulty().holdpoint(&["lint", "2.7.0", "--format", "json"]).shows(str![[r#"
exit 1
-- stdout
{
  "checked": {
    "documents": 3,
    "entries": 0,
    "releases": 1
  },
  "commit": "[COMMIT]",
  "exit_code": 1,
  "findings": [
    {
      "code": "no-owner",
      "message": "owner and deputy are one person",
      "next": "name an owner and a deputy in `releases/2.7.0/release.toml`",
      "severity": "blocked",
      "since": null,
      "subject": "2.7.0",
      "who": [
        "ada@example.com",
        "dana@example.com",
        "eve@example.com",
        "kim@example.com",
        "lee@example.com",
        "maria@example.com",
        "ned@example.com",
        "sam@example.com"
      ]
    },
    {
      "code": "kb-version",
      "message": "the section `Environment` does not name `recorder`",
      "next": "write `recorder 2.7.0` below `## Environment` in `releases/2.7.0/kb.md`",
      "place": {
        "column": 1,
        "line": 13,
        "path": "releases/2.7.0/kb.md"
      },
      "severity": "blocked",
      "since": null,
      "subject": "releases/2.7.0/kb.md",
      "who": [
        "dana@example.com"
      ]
    },
    {
      "code": "placeholder",
      "message": "`TBD` is a placeholder",
      "next": "write what belongs there in `releases/2.7.0/kb.md`, line 15",
      "place": {
        "column": 24,
        "line": 15,
        "path": "releases/2.7.0/kb.md"
      },
      "severity": "blocked",
      "since": null,
      "subject": "releases/2.7.0/kb.md",
      "who": [
        "dana@example.com"
      ]
    },
    {
      "code": "dead-link",
      "message": "the link `there.md` leads to no file",
      "next": "mend the link, or add `there.md`",
      "place": {
        "column": 5,
        "line": 15,
        "path": "releases/2.7.0/kb.md"
      },
      "severity": "warning",
      "since": null,
      "subject": "releases/2.7.0/kb.md",
      "who": []
    }
  ],
  "history": null,
  "release": "2.7.0",
  "schema": 1,
  "verdict": "blocked",
  "written": null
}

"#]]);
}

#[test]
fn faults_as_annotations_for_github() {
    faulty().holdpoint(&["lint", "--format", "github"]).shows(str![[r#"
exit 4
-- stdout
::error title=holdpoint::lint: 4 errors, 1 warning  (1 release, 0 entries, 3 documents)
::error title=bad-record releases/v2.8::`releases/v2.8` is not named by a version such as 2.7.0, so it is no release | next: git mv 'releases/v2.8' releases/2.8.0
::error title=no-owner 2.7.0::owner and deputy are one person | next: name an owner and a deputy in `releases/2.7.0/release.toml`
::error file=releases/2.7.0/kb.md,line=13,col=1,title=kb-version releases/2.7.0/kb.md::the section `Environment` does not name `recorder` | next: write `recorder 2.7.0` below `## Environment` in `releases/2.7.0/kb.md`
::error file=releases/2.7.0/kb.md,line=15,col=24,title=placeholder releases/2.7.0/kb.md::`TBD` is a placeholder | next: write what belongs there in `releases/2.7.0/kb.md`, line 15
::warning file=releases/2.7.0/kb.md,line=15,col=5,title=dead-link releases/2.7.0/kb.md::the link `there.md` leads to no file | next: mend the link, or add `there.md`

"#]]);
}

#[test]
fn faults_as_a_job_summary() {
    faulty().holdpoint(&["lint", "--format", "markdown"]).shows(str![[r#"
exit 4
-- stdout
## lint: 4 errors, 1 warning  (1 release, 0 entries, 3 documents)

| Finding | Subject | What is the case | Next | Who |
| --- | --- | --- | --- | --- |
| `bad-record` | releases/v2.8 | `releases/v2.8` is not named by a version such as 2.7.0, so it is no release | git mv 'releases/v2.8' releases/2.8.0 | dana@example.com or sam@example.com |
| `no-owner` | 2.7.0 | owner and deputy are one person | name an owner and a deputy in `releases/2.7.0/release.toml` | ada@example.com, dana@example.com, eve@example.com, kim@example.com or 4 more |
| `kb-version` | releases/2.7.0/kb.md | the section `Environment` does not name `recorder` (releases/2.7.0/kb.md:13) | write `recorder 2.7.0` below `## Environment` in `releases/2.7.0/kb.md` | dana@example.com |
| `placeholder` | releases/2.7.0/kb.md | `TBD` is a placeholder (releases/2.7.0/kb.md:15) | write what belongs there in `releases/2.7.0/kb.md`, line 15 | dana@example.com |
| `dead-link` | releases/2.7.0/kb.md | the link `there.md` leads to no file (releases/2.7.0/kb.md:15) | mend the link, or add `there.md` |  |
-- stderr
lint: 4 errors, 1 warning  (1 release, 0 entries, 3 documents)

"#]]);
}

#[test]
fn a_draft_may_have_gaps() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("published", "draft").replace("Install", "TODO: install"));
    fs::remove_file(sandbox.path("repo/releases/2.7.0/notice.md")).unwrap();
    sandbox.holdpoint(&["lint", "2.7.0"]).shows(str![[r#"
exit 0
-- stdout
lint: CLEAN, 3 warnings  (1 release, 0 entries, 2 documents)
  subject-missing  `releases/2.7.0/notice.md` is not there
  kb-status        the article is a draft
     --> releases/2.7.0/kb.md:4:10
      |
    4 | status = "draft"
      |          ^^^^^^^ finish it, and write `status = "published"` in `releases/2.7.0/kb.md`
  placeholder      `TODO` is a placeholder
      --> releases/2.7.0/kb.md:19:1
       |
    19 | TODO: install the newest player.
       | ^^^^ write what belongs there in `releases/2.7.0/kb.md`, line 19

"#]]);
}

#[test]
fn something_signed_that_is_gone() {
    let sandbox = Sandbox::with_remote();
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "crashes", "--yes", "--push"]).exits(0);
    let hold = sandbox.entry("2.7.0", "kind = \"hold\"");
    sandbox.git(&["checkout", "-q", "-b", "cleanup"]);
    fs::remove_file(&hold).unwrap();
    fs::remove_file(format!("{}.sig", hold.display())).unwrap();
    sandbox.commit_all("Clean up");
    sandbox.holdpoint(&["lint"]).shows(str![[r#"
exit 4
-- stdout
lint: 1 error  (1 release, 3 entries, 3 documents)
  history-rewritten  releases/2.7.0/ledger/[ID].toml: the `hold` by ned@example.com stands in commit [COMMIT7], and not in this one as it was

next: git checkout [COMMIT7] -- 'releases/2.7.0/ledger/[ID].toml*'   and commit it; anybody may
        who: ned@example.com

"#]]);
}

#[test]
fn could_not() {
    let sandbox = Sandbox::ready();
    sandbox
        .write("policy/0001/policy.toml", &sandbox.read("policy/0001/policy.toml").replace("schema = 1", "schema = 2"));
    sandbox.holdpoint(&["lint"]).shows(str![[r#"
exit 4
-- stdout
lint: 1 error  (0 releases, 0 entries, 0 documents)
  policy-broken  schema 2 is not known to this build
     --> policy/0001/policy.toml:3:10
      |
    3 | schema = 2
      |          ^ write `schema = 1`, or use a newer holdpoint

next: git log -- policy   (restore it as its owners signed it)

"#]]);
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    sandbox.holdpoint_in("bare.git", &["lint"]).shows(str![[r#"
exit 2
-- stderr
error: a bare repository has no files to look at
  hint: name a commit: --at HEAD

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::ready();
    sandbox.holdpoint(&["lint", "2.9"]).shows(str![[r#"
exit 2
-- stderr
error: there is no release `2.9`
  hint: run `holdpoint status` to see them all

"#]]);
    sandbox.holdpoint(&["lint", "--at", "nowhere"]).shows(str![[r#"
exit 2
-- stderr
error: there is no commit `nowhere`
  hint: name a commit, a branch or a tag; see `git log --oneline`

"#]]);
}
