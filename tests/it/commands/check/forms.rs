//! The forms of a check: for programs, for GitHub's log, for its job summary, and quiet.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn warns_of_what_is_not_committed() {
    let sandbox = Sandbox::signed();
    sandbox.write("releases/2.7.0/kb.md", "Not committed.\n");
    sandbox.check("2.7.0").shows(str![[r#"
exit 0
-- stdout
2.7.0: CLEAR  (3 requirements, 3 statements, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
  approved  kb             maria@example.com, [AGO]
  approved  compatibility  ned@example.com, [AGO]
  approved  notice         lee@example.com, [AGO]
-- stderr
warning: `releases/2.7.0/kb.md` is not committed as it is here; only what HEAD holds counts

"#]]);
    sandbox.holdpoint(&["check", "2.7.0", "--quiet"]).shows(str![[r#"
exit 0

"#]]);
}

#[test]
fn as_json() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("ned", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.check_json("2.7.0").shows(str![[r#"
exit 1
-- stdout
{
  "checked": {
    "artifacts": 1,
    "pairs": 0,
    "requirements": 3,
    "statements": 4
  },
  "commit": "[COMMIT]",
  "exit_code": 1,
  "findings": [
    {
      "code": "held",
      "message": "ned@example.com holds it: crashes",
      "next": "holdpoint lift 2.7.0 [ID8] --reason \"…\"",
      "severity": "blocked",
      "since": "[TIME]",
      "subject": "[ID]",
      "who": [
        "ned@example.com",
        "dana@example.com",
        "sam@example.com"
      ]
    }
  ],
  "fresh": null,
  "hypothetical": false,
  "not_seen": [],
  "pending": 0,
  "policy": {
    "number": 1,
    "sha256": "[ID]"
  },
  "publications": [],
  "release": "2.7.0",
  "repository": null,
  "requirements": [
    {
      "approvals": 1,
      "by": [
        "maria@example.com"
      ],
      "name": "kb",
      "needed": 1,
      "role": "support",
      "roles": [
        "support"
      ],
      "since": "[TIME]",
      "state": "approved",
      "title": "Support knowledge base"
    },
    {
      "approvals": 1,
      "by": [
        "ned@example.com"
      ],
      "name": "compatibility",
      "needed": 1,
      "role": "compatibility",
      "roles": [
        "compatibility"
      ],
      "since": "[TIME]",
      "state": "approved",
      "title": "Compatibility matrix"
    },
    {
      "approvals": 1,
      "by": [
        "lee@example.com"
      ],
      "name": "notice",
      "needed": 1,
      "role": "communications",
      "roles": [
        "communications"
      ],
      "since": "[TIME]",
      "state": "approved",
      "title": "Customer notice"
    }
  ],
  "schema": 1,
  "verdict": "blocked"
}

"#]]);
}

#[test]
fn as_annotations_for_github() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.edit("releases/2.7.0/notice.md", |it| it.replace("Everybody", "TODO: everybody"));
    let check = ["check", "2.7.0", "--format", "github"];
    sandbox.holdpoint(&check).shows(str![[r#"
exit 1
-- stdout
::error title=holdpoint::2.7.0: BLOCKED  (3 requirements, 1 statement, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)
::error file=releases/2.7.0/notice.md,line=11,col=1,title=placeholder releases/2.7.0/notice.md::`TODO` is a placeholder | next: write what belongs there in `releases/2.7.0/notice.md`, line 11
::notice title=missing compatibility::nobody has signed; ada@example.com or ned@example.com can | next: holdpoint sign 2.7.0 compatibility
::notice title=missing notice::nobody has signed; kim@example.com or lee@example.com can | next: holdpoint sign 2.7.0 notice

"#]]);
}

#[test]
fn every_failure_is_one_annotation_for_github() {
    let sandbox = Sandbox::ready();
    let github = |arguments: &[&str]| sandbox.holdpoint(&[arguments, &["--format", "github"]].concat());
    for (answer, code, says) in [
        (github(&["check", "2.7.0", "--no-such"]), 2, "--no-such"),
        (github(&["chekc", "2.7.0"]), 2, "chekc"),
        (github(&["check", "9.9.9"]), 2, "9.9.9"),
        (github(&["publish", "2.7.0", "--from", "nowhere"]), 2, "nowhere"),
        (github(&["status"]), 2, "no answer in the form `github`"),
        (sandbox.holdpoint(&["check", "--format=github"]), 2, "VERSION"),
        (sandbox.holdpoint_in("home", &["check", "2.7.0", "--format", "github"]), 4, "repository"),
    ] {
        let answer = answer.exits(code);
        let errors: Vec<&str> = answer.stdout.lines().filter(|it| it.starts_with("::error ")).collect();
        assert_eq!((errors.len(), answer.stdout.lines().count()), (1, 1), "{answer:#?}");
        assert!(errors[0].contains(says), "{answer:#?}");
        assert!(!answer.stderr.is_empty(), "{answer:#?}");
    }
}

#[test]
fn as_a_job_summary() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.edit("releases/2.7.0/notice.md", |it| it.replace("Everybody", "TODO: everybody"));
    let check = ["check", "2.7.0", "--format", "markdown"];
    sandbox.holdpoint(&check).shows(str![[r#"
exit 1
-- stdout
## 2.7.0: BLOCKED  (3 requirements, 1 statement, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)

| Requirement | State | By |
| --- | --- | --- |
| Support knowledge base | approved | maria@example.com |
| Compatibility matrix | missing |  |
| Customer notice | missing |  |

| Finding | Subject | What is the case | Next | Who |
| --- | --- | --- | --- | --- |
| `placeholder` | releases/2.7.0/notice.md | `TODO` is a placeholder (releases/2.7.0/notice.md:11) | write what belongs there in `releases/2.7.0/notice.md`, line 11 | dana@example.com or sam@example.com |
| `missing` | compatibility | nobody has signed; ada@example.com or ned@example.com can | holdpoint sign 2.7.0 compatibility | ada@example.com or ned@example.com |
| `missing` | notice | nobody has signed; kim@example.com or lee@example.com can | holdpoint sign 2.7.0 notice | kim@example.com or lee@example.com |
-- stderr
2.7.0: BLOCKED  (3 requirements, 1 statement, 0 pairs, 1 artifact; commit [COMMIT7], policy 1; freshness not known)

"#]]);
}
