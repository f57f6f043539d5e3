//! Somebody who may edit the knowledge base makes the live article say the opposite of what was signed, with the same words: struck
//! through, hidden, in another cell, in another panel, behind another date. Nothing goes out.

use crate::knowledge_base::{Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::{Answer, Sandbox};

const BODY: &str = "<h2>Issue</h2><p>A recording does not open.</p><h2>Environment</h2><p>recorder 2.7.0</p>\
    <h2>Resolution</h2><p>Do not delete the recording.</p><ol><li>Wait</li><li>Install the newest player.</li></ol>\
    <table><tr><th>System</th><th>Safe</th><th>Unsafe</th></tr><tr><td>Any</td><td>yes</td><td></td></tr></table>\
    <pre>if old:\n    update\nopen</pre>";

fn publish(sandbox: &Sandbox) -> Answer {
    sandbox.as_person("ci", &["publish", "2.7.0", "--from", "../dist", "--yes", "--format", "json"])
}

/// A release that is signed off with the live article as it was fetched.
fn signed(server: &Server) -> Sandbox {
    let sandbox = kept_elsewhere(&of_zendesk(server), "id = \"4711\"");
    sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).exits(0).lacks("TODO");
    sandbox.commit_all("Take in the live article");
    sandbox.sign_all("2.7.0");
    sandbox
}

/// The live article is BODY with one thing changed, and nothing goes out.
#[track_caller]
fn refused(from: &'static str, to: &'static str) {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    assert!(BODY.contains(from));
    server.now(move |_| zendesk(&BODY.replace(from, to)));
    let answer = publish(&sandbox).exits(1);
    assert_eq!(answer.findings(), [("kb-live".to_owned(), "releases/2.7.0/kb.md".to_owned())], "{answer:#?}");
    assert!(sandbox.site_is_empty());
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    server.now(|_| zendesk(BODY));
    publish(&sandbox).exits(0);
}

#[test]
fn a_word_is_struck_through() {
    refused("Do not delete", "Do <s>not</s> delete");
}

#[test]
fn a_step_is_hidden() {
    refused("<li>Wait</li>", "<li style='display:none'>Wait</li>");
}

#[test]
fn a_yes_moves_into_another_cell() {
    refused("<td>yes</td><td></td>", "<td></td><td>yes</td>");
}

#[test]
fn what_nobody_understands_is_added() {
    refused("<p>Do not", "<p><live-status state=\"wrong\"></live-status>Do not");
}

#[test]
fn a_line_of_code_moves() {
    refused("\nopen</pre>", "\n    open</pre>");
}

#[test]
fn what_was_fetched_never_says_the_opposite() {
    let body = BODY.replace("Do not delete", "Do <span hidden>not</span> delete <ac:emoticon ac:name=\"tick\" />");
    let live = body.clone();
    let server = Server::start(move |_| zendesk(&live));
    let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
    let answer = sandbox.holdpoint(&["kb", "fetch", "2.7.0"]).exits(0);
    assert!(answer.stdout.contains("look    <span hidden>"), "{answer:#?}");
    assert!(answer.stdout.contains("look    <ac-emoticon ac:name=\"tick\">"), "{answer:#?}");
    sandbox.holdpoint(&["lint", "2.7.0"]).finds(1, "placeholder");
    // Somebody has looked: the copy says now what the article says, whatever that is worth.
    sandbox.edit("releases/2.7.0/kb.md", |text| text.replace("TODO (look at the live article)", ""));
    sandbox.commit_all("Take in the live article");
    sandbox.sign_all("2.7.0");
    publish(&sandbox).exits(0);
}
