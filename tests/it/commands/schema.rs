//! `schema`: what is printed is what the answers keep to. And `explain`, `completions` and `man`, which need no repository.

use serde_json::Value;
use snapbox::str;

use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::Sandbox;

/// Every way in which a value does not keep to a schema: enough of JSON Schema for those that this tool writes.
fn faults(value: &Value, schema: &Value, root: &Value, place: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return faults(value, &root["$defs"][name.trim_start_matches("#/$defs/")], root, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = choices.iter().map(|it| faults(value, it, root, place)).collect();
        return if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() };
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|it| it.as_str().unwrap()).collect(),
        _ => panic!("{place}: a schema without a type: {schema}"),
    };
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.contains(&own) {
        return vec![format!("{place} is {own}")];
    }
    match value {
        Value::Array(items) => {
            items.iter().flat_map(|it| faults(it, &schema["items"], root, &format!("{place}[]"))).collect()
        }
        Value::Object(fields) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let missing = required.filter(|it| !fields.contains_key(*it)).map(|it| format!("{place}.{it} is missing"));
            let inside = fields.iter().flat_map(|(key, value)| {
                let place = format!("{place}.{key}");
                let named = schema["properties"].get(key).or(schema.get("additionalProperties"));
                named.map_or_else(|| vec![format!("{place} is unknown")], |it| faults(value, it, root, &place))
            });
            missing.chain(inside).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_answer_keeps_to_its_schema() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let id = sandbox.id("2.7.0", "kind = \"publish\"");
    let maria = ["sign", "2.8.0", "kb", "--yes", "--format", "json"];
    let attested = super::attest::published();
    super::attest::attested(&attested, "repo/a.json");
    attested.write("junk.json", "{}");
    let webinar = Sandbox::webinar();
    webinar.write("meeting.rec", "REC3 and so on");
    let guarded = crate::server::guarded();
    let refused = super::hook::dropped(&guarded);
    let verify = |it| {
        attested.holdpoint(&["verify-attestation", it, "--artifact", "../dist/recorder-2.7.0.bin", "--format", "json"])
    };
    let kb = Server::start(|_| zendesk(BODY));
    let elsewhere = kept_elsewhere(&of_zendesk(&kb), "id = \"4711\"");
    let answers = [
        ("kb-fetch", elsewhere.holdpoint(&["kb", "fetch", "2.7.0", "--format", "json"])),
        ("receipt", sandbox.as_person("maria", &maria)),
        ("inbox", sandbox.as_person("lee", &["sign", "--format", "json"])),
        ("check", sandbox.holdpoint(&["check", "2.7.0", "--format", "json"])),
        ("check", sandbox.holdpoint(&["check", "2.8.0", "--format", "json"])),
        ("lint", sandbox.holdpoint(&["lint", "--format", "json"])),
        ("audit", sandbox.holdpoint(&["audit", "--format", "json"])),
        ("status", sandbox.holdpoint(&["status", "--format", "json"])),
        ("status", sandbox.holdpoint(&["status", "3", "--format", "json"])),
        ("status", sandbox.holdpoint(&["status", "--customer", "--format", "json"])),
        ("identify", sandbox.holdpoint(&["identify", "recorder-2.7.0.bin", "--format", "json"])),
        ("identify", sandbox.holdpoint(&["identify", "../dist/recorder-2.8.0.bin", "--customer", "--format", "json"])),
        ("who", sandbox.holdpoint(&["who", "2.8.0", "--format", "json"])),
        ("log", sandbox.holdpoint(&["log", "2.7.0", "--format", "json"])),
        ("show", sandbox.holdpoint(&["show", &id, "--format", "json"])),
        ("doctor", sandbox.holdpoint(&["doctor", "--format", "json"])),
        ("explain", sandbox.holdpoint(&["explain", "--format", "json"])),
        ("attest", super::attest::attest(&attested, "good", &["--format", "json"])),
        ("hook", guarded.holdpoint_in("origin.git", &["hook", "install", "--format", "json"])),
        ("push", super::hook::received(&guarded, &refused, &["--format", "json"])),
        ("push", super::hook::received(&guarded, "", &["--format", "json"])),
        ("attestation", verify("a.json")),
        ("attestation", verify("junk.json")),
        ("completions", sandbox.holdpoint(&["completions", "fish", "--format", "json"])),
        ("man", sandbox.holdpoint(&["man", "--format", "json"])),
        ("schema", sandbox.holdpoint(&["schema", "--format", "json"])),
        ("error", sandbox.holdpoint(&["check", "3", "--format", "json"])),
        ("error", sandbox.holdpoint(&["chekc", "--format", "json"])),
        ("policy-propose", sandbox.holdpoint(&["policy", "propose", "--format", "json"])),
        ("policy-sign", sandbox.as_person("dana", &["policy", "sign", "--yes", "--format", "json"])),
        ("policy-check", sandbox.holdpoint(&["policy", "check", "--format", "json"])),
        ("policy-adopt", sandbox.holdpoint(&["policy", "adopt", "--as", "dana@example.com", "--format", "json"])),
        ("policy-show", sandbox.holdpoint(&["policy", "show", "--format", "json"])),
        ("matrix", webinar.holdpoint(&["matrix", "--format", "json"])),
        ("matrix", webinar.holdpoint(&["matrix", "2.7.0", "--format", "json"])),
        ("matrix-write", webinar.holdpoint(&["matrix", "2.7.0", "--write", "--format", "json"])),
        ("can", webinar.holdpoint(&["can", "player@2.7", "recorder@2.7", "--format", "json"])),
        ("can", webinar.holdpoint(&["can", "player", "recorder@2.8", "--customer", "--format", "json"])),
        ("can", webinar.holdpoint(&["can", "./meeting.rec", "--format", "json"])),
        ("why", webinar.holdpoint(&["why", "player@2.4", "recorder@2.7", "--format", "json"])),
        ("stack", webinar.holdpoint(&["stack", "--with", "player@2.4", "--format", "json"])),
        ("order", webinar.holdpoint(&["order", "2.7.0", "--format", "json"])),
    ];
    for (name, answer) in answers {
        let schema = sandbox.holdpoint(&["schema", name]).exits(0).json();
        let json = answer.json();
        assert_eq!(faults(&json, &schema, &schema, name), Vec::<String>::new(), "{json:#}");
        assert_eq!(json["exit_code"], answer.code, "{name}");
    }
}

#[test]
fn a_name_that_does_not_exist_is_bad_usage() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["schema", "chekc"]).finds(2, "did you mean `check`?");
    sandbox.holdpoint(&["explain", "stail"]).finds(2, "did you mean `stale`?");
    sandbox.holdpoint(&["completions", "bsh"]).exits(2);
    assert!(sandbox.holdpoint(&["schema"]).exits(0).stdout.contains("\n  status "));
}

#[test]
fn the_manual_is_written_and_replaces_nothing_else() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["man", "--out", "man/man1"]).exits(0);
    sandbox.holdpoint(&["man", "--out", "man/man1"]).exits(0);
    assert!(sandbox.read("man/man1/holdpoint-check.1").contains("Exit codes: 0 clear"));
    sandbox.write("man/man1/holdpoint.1", "my own notes");
    sandbox.holdpoint(&["man", "--out", "man/man1"]).finds(1, "nothing was written");
    assert_eq!(sandbox.read("man/man1/holdpoint.1"), "my own notes");
}

#[test]
fn listed() {
    let sandbox = Sandbox::empty();
    sandbox.holdpoint(&["schema"]).shows(str![[r#"
exit 0
-- stdout
  artifacts        artifacts
  attest           attest
  attestation      verify-attestation
  audit            audit
  can              can
  check            check, wait
  completions      completions
  doctor           doctor
  error            any command that cannot answer
  explain          explain
  hook             hook install
  identify         identify
  inbox            sign, alone
  init             init
  kb-fetch         kb fetch
  lint             lint
  log              log
  man              man
  matrix           matrix
  matrix-write     matrix --write
  new              new
  order            order
  policy-adopt     policy adopt
  policy-check     policy check
  policy-propose   policy propose
  policy-show      policy show
  policy-sign      policy sign
  publish          publish
  publish-plan     publish --plan
  publish-prepare  publish --prepare
  push             hook pre-receive
  receipt          every command that signs
  request          sign --request
  schema           schema, alone
  show             show
  stack            stack
  status           status
  trust            trust
  who              who
  why              why

next: holdpoint schema NAME

"#]]);
    sandbox.holdpoint(&["schema", "--format", "json"]).shows(str![[r#"
exit 0
-- stdout
{
  "exit_code": 0,
  "names": [
    "artifacts",
    "attest",
    "attestation",
    "audit",
    "can",
    "check",
    "completions",
    "doctor",
    "error",
    "explain",
    "hook",
    "identify",
    "inbox",
    "init",
    "kb-fetch",
    "lint",
    "log",
    "man",
    "matrix",
    "matrix-write",
    "new",
    "order",
    "policy-adopt",
    "policy-check",
    "policy-propose",
    "policy-show",
    "policy-sign",
    "publish",
    "publish-plan",
    "publish-prepare",
    "push",
    "receipt",
    "request",
    "schema",
    "show",
    "stack",
    "status",
    "trust",
    "who",
    "why"
  ],
  "schema": 1
}

"#]]);
}

#[test]
fn one() {
    Sandbox::empty().holdpoint(&["schema", "trust"]).shows(str![[r#"
exit 0
-- stdout
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "description": "The answer of `holdpoint trust`.",
  "properties": {
    "exit_code": {
      "format": "uint8",
      "maximum": 255,
      "minimum": 0,
      "type": "integer"
    },
    "matches": {
      "description": "Whether HEAD holds that policy; null: it holds none yet.",
      "type": [
        "boolean",
        "null"
      ]
    },
    "root": {
      "description": "The root that is pinned now.",
      "type": "string"
    },
    "schema": {
      "format": "uint64",
      "minimum": 0,
      "type": "integer"
    }
  },
  "required": [
    "schema",
    "root",
    "exit_code"
  ],
  "title": "trust",
  "type": "object"
}

"#]]);
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
