//! `holdpoint schema`: the schemas of the JSON answers.

use snapbox::str;

use crate::sandbox::Sandbox;

#[test]
fn listed() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["schema"]).shows(str![[r#"
exit 0
-- stdout
  artifacts        artifacts
  check            check, wait
  completions      completions
  error            any command that cannot answer
  explain          explain
  inbox            sign, alone
  init             init
  lint             lint
  log              log
  man              man
  new              new
  publish          publish
  publish-plan     publish --plan
  publish-prepare  publish --prepare
  receipt          every command that signs
  request          sign --request
  schema           schema, alone
  show             show
  status           status
  trust            trust
  who              who

next: holdpoint schema NAME

"#]]);
    sandbox.holdpoint(&["schema", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "names": [
    "artifacts",
    "check",
    "completions",
    "error",
    "explain",
    "inbox",
    "init",
    "lint",
    "log",
    "man",
    "new",
    "publish",
    "publish-plan",
    "publish-prepare",
    "receipt",
    "request",
    "schema",
    "show",
    "status",
    "trust",
    "who"
  ],
  "schema": 1
}

"#]]);
}

#[test]
fn one() {
    Sandbox::empty().holdpoint(&["schema", "error"]).shows(str![[r##"
exit 0
-- stdout
{
  "$defs": {
    "ErrorJson": {
      "description": "What went wrong.",
      "properties": {
        "cause": {
          "description": "What lies behind it.",
          "type": [
            "string",
            "null"
          ]
        },
        "hint": {
          "description": "What to do: a command or an edit.",
          "type": [
            "string",
            "null"
          ]
        },
        "message": {
          "type": "string"
        }
      },
      "required": [
        "message"
      ],
      "type": "object"
    },
    "FindingJson": {
      "description": "A finding.",
      "properties": {
        "code": {
          "description": "Its code; `holdpoint explain CODE` says what it means.",
          "type": "string"
        },
        "message": {
          "description": "One sentence.",
          "type": "string"
        },
        "next": {
          "description": "The exact next command, or the edit to make.",
          "type": "string"
        },
        "place": {
          "anyOf": [
            {
              "$ref": "#/$defs/PlaceJson"
            },
            {
              "type": "null"
            }
          ],
          "description": "Where, if it lies in a file."
        },
        "severity": {
          "description": "`warning`, `waiting`, `blocked` or `unverifiable`.",
          "type": "string"
        },
        "since": {
          "description": "Since when, as a signer or the record claims (RFC 3339).",
          "type": [
            "string",
            "null"
          ]
        },
        "subject": {
          "description": "What it is about.",
          "type": "string"
        },
        "who": {
          "description": "Everybody who can act.",
          "items": {
            "type": "string"
          },
          "type": "array"
        }
      },
      "required": [
        "code",
        "severity",
        "subject",
        "message",
        "who",
        "next"
      ],
      "type": "object"
    },
    "PlaceJson": {
      "description": "A place in a file; line and column count from 1.",
      "properties": {
        "column": {
          "format": "uint",
          "minimum": 0,
          "type": "integer"
        },
        "line": {
          "format": "uint",
          "minimum": 0,
          "type": "integer"
        },
        "path": {
          "type": "string"
        }
      },
      "required": [
        "path",
        "line",
        "column"
      ],
      "type": "object"
    }
  },
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "description": "A failure: the tool could not answer.",
  "properties": {
    "error": {
      "$ref": "#/$defs/ErrorJson"
    },
    "exit_code": {
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": "integer"
    },
    "findings": {
      "items": {
        "$ref": "#/$defs/FindingJson"
      },
      "type": "array"
    },
    "schema": {
      "format": "uint64",
      "minimum": 0,
      "type": "integer"
    }
  },
  "required": [
    "schema",
    "error",
    "exit_code",
    "findings"
  ],
  "title": "error",
  "type": "object"
}

"##]]);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["schema", "chek"]).shows(str![[r#"
exit 2
-- stderr
error: there is no schema `chek`
  hint: did you mean `check`?

"#]]);
    sandbox.holdpoint(&["schema", "everything"]).shows(str![[r#"
exit 2
-- stderr
error: there is no schema `everything`
  hint: run `holdpoint schema` to see them all

"#]]);
}
