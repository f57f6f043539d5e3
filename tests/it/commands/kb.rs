//! `holdpoint kb fetch`: the live text, brought in to be signed.

use snapbox::{IntoData, assert_data_eq, str};

use crate::knowledge_base::{BODY, Reply, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::{Answer, Sandbox};

const FETCH: [&str; 3] = ["kb", "fetch", "2.7.0"];

#[track_caller]
fn shows(server: &Server, answer: &Answer, expected: impl IntoData) {
    assert_data_eq!(server.hide(&answer.shown()), expected.raw());
}

fn ready(server: &Server) -> Sandbox {
    kept_elsewhere(&of_zendesk(server), "id = \"4711\"")
}

#[test]
fn brought_in() {
    let server = Server::start(|_| {
        zendesk(
            "<h1>Issue</h1><p>It does not <a href='/hc/1'>open</a>.</p><ol><li>Wait<li>Try <code>open -f</code></ol>",
        )
    });
    let sandbox = ready(&server);
    shows(
        &server,
        &sandbox.holdpoint(&FETCH),
        str![[r#"
exit 0
-- stdout
wrote releases/2.7.0/kb.md: 3 lines came, 8 lines went
  from    http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json; last edited [TIME]
  title   Recordings of 2.7.0
  status  published

next: holdpoint lint 2.7.0
      git add releases/2.7.0/kb.md && git commit -m "The live article about 2.7.0"
      holdpoint sign 2.7.0 kb

"#]],
    );
    assert_data_eq!(
        server.hide(&sandbox.read("releases/2.7.0/kb.md")),
        str![[r#"
+++
schema = 1
id = "4711"
title = "Recordings of 2.7.0"
status = "published"
audience = ["support"]
contact = "duty desk"
+++

## Issue

It does not [open](http://127.0.0.1:[PORT]/hc/1).

1. Wait
2. Try `open -f`

"#]]
        .raw()
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M releases/2.7.0/kb.md\n");
    shows(
        &server,
        &sandbox.holdpoint(&FETCH),
        str![[r#"
exit 0
-- stdout
releases/2.7.0/kb.md holds the live text already
  from    http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json; last edited [TIME]
  title   Recordings of 2.7.0
  status  published

next: git add releases/2.7.0/kb.md && git commit -m "The live article about 2.7.0"
      holdpoint sign 2.7.0 kb

"#]],
    );
    sandbox.commit_all("Take it in");
    shows(
        &server,
        &sandbox.holdpoint(&[&FETCH[..], &["--format", "json"]].concat()),
        str![[r#"
exit 0
-- stdout
{
  "added": 0,
  "address": "http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json",
  "changed": false,
  "edited": "[TIME]",
  "exit_code": 0,
  "left": [],
  "next": [
    "holdpoint sign 2.7.0 kb"
  ],
  "path": "releases/2.7.0/kb.md",
  "release": "2.7.0",
  "removed": 0,
  "schema": 1,
  "status": "published",
  "title": "Recordings of 2.7.0"
}

"#]],
    );
}

#[test]
fn uncommitted_changes_are_not_overwritten() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = ready(&server);
    let kb = sandbox.read("releases/2.7.0/kb.md") + "\nAnd more.\n";
    sandbox.write("releases/2.7.0/kb.md", &kb);
    shows(
        &server,
        &sandbox.holdpoint(&FETCH),
        str![[r#"
exit 1
-- stderr
error: `releases/2.7.0/kb.md` has changes that are not committed, and would be overwritten
  hint: commit them, or let them go: holdpoint kb fetch 2.7.0 --yes

"#]],
    );
    assert_eq!(sandbox.read("releases/2.7.0/kb.md"), kb);
    sandbox.holdpoint(&[&FETCH[..], &["--yes"]].concat()).exits(0);
    assert_ne!(sandbox.read("releases/2.7.0/kb.md"), kb);
}

#[test]
fn an_article_that_cannot_be_had_changes_nothing() {
    let server = Server::start(|_| Reply::Says(404, vec![], String::new()));
    let sandbox = ready(&server);
    shows(
        &server,
        &sandbox.holdpoint(&FETCH),
        str![[r#"
exit 4
-- stderr
error: there is no live article at http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json (404)
  because: nothing was written
  hint: publish it in the knowledge base, or mend `id` or `url` in the front matter of `kb.md`

"#]],
    );
    server.now(|_| zendesk(" <p> </p>"));
    shows(
        &server,
        &sandbox.holdpoint(&FETCH),
        str![[r#"
exit 4
-- stderr
error: the live article at http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json cannot be brought in
  because: the live article says nothing
  hint: open http://127.0.0.1:[PORT]/api/v2/help_center/articles/4711.json and mend it there

"#]],
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn without_a_knowledge_base_elsewhere_there_is_nothing_to_fetch() {
    Sandbox::ready().holdpoint(&FETCH).shows(str![[r#"
exit 2
-- stderr
error: the policy names no knowledge base, so there is nothing to fetch from
  hint: `kb.md` is written here; if it is kept elsewhere, propose a policy with `[kb]`: holdpoint policy propose

"#]]);
}
