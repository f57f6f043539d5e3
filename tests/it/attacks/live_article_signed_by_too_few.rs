//! The article of a version that is out says something else, here and where it is kept; somebody signed that, and it does not count: it
//! was declined, or taken back. The audit holds the live article against the newest text that is signed off (row 45).
//!
//! Guards: a correction is what was signed off in full; the article is read by its digest.

use holdpoint_core::digest::Digest;

use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::Sandbox;

const WORSE: (&str, &str) = ("Install the newest player.", "Call this number.");

/// A version that is out, and whose article maria has corrected and signed; the live article says the same.
fn corrected(server: &Server) -> Sandbox {
    let sandbox = kept_elsewhere(&of_zendesk(server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace(WORSE.0, WORSE.1));
    server.now(|_| zendesk(&BODY.replace(WORSE.0, WORSE.1)));
    sandbox.holdpoint(&["audit"]).finds(1, "kb-edited");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
    sandbox
}

#[test]
fn a_correction_that_was_declined_is_none() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = corrected(&server);
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--reason", "no such number", "--yes"]).exits(0);
    sandbox.holdpoint(&["audit"]).finds(1, "kb-edited");
    server.now(|_| zendesk(BODY));
    sandbox.holdpoint(&["audit"]).exits(0).lacks("kb-edited");
}

#[test]
fn a_correction_that_was_taken_back_is_none() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = corrected(&server);
    let id = sandbox.id("2.7.0", &Digest::of(sandbox.read("releases/2.7.0/kb.md").as_bytes()).to_string());
    sandbox.as_person("maria", &["revoke", "2.7.0", &id, "--reason", "no such number", "--yes"]).exits(0);
    sandbox.holdpoint(&["audit"]).finds(1, "kb-edited");
}
