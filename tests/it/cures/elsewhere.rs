//! The cures of what a knowledge base kept elsewhere says: it has to answer while they are carried out.

use super::{carry_out, commands, source, stand_as};
use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::{Answer, Sandbox};

/// The codes that have a cure here.
pub(super) const CURED: &[&str] = &["kb-live", "kb-edited"];

const PUBLISH: [&str; 7] = ["publish", "2.7.0", "--from", "../dist", "--yes", "--format", "json"];

/// Carries out both commands of the cure, with the commit between that the words ask for.
fn cure(sandbox: &Sandbox, answer: &Answer, code: &str) {
    let finding = answer.json()["findings"][0].clone();
    assert_eq!(finding["code"], code, "{answer:#?}");
    let commands = commands(finding["next"].as_str().unwrap());
    assert_eq!(commands.len(), 2, "{commands:?}");
    let place = source::place(&source::printed(), "core/src/live.rs> holdpoint kb fetch").unwrap();
    assert!(place.found_in(finding["next"].as_str().unwrap()).is_some());
    stand_as(sandbox, "repo", "maria");
    carry_out(sandbox, "repo", &commands[0], 0);
    sandbox.commit_all("Take in the live article");
    carry_out(sandbox, "repo", &commands[1], 0);
}

#[test]
fn kb_live() {
    let server = Server::start(|_| zendesk(&BODY.replace("newest", "oldest")));
    let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    cure(&sandbox, &sandbox.as_person("ci", &PUBLISH).exits(1), "kb-live");
    sandbox.as_person("ci", &PUBLISH).exits(0);
}

#[test]
fn kb_edited() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = kept_elsewhere(&of_zendesk(&server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    sandbox.as_person("ci", &PUBLISH).exits(0);
    server.now(|_| zendesk(&BODY.replace("newest", "oldest")));
    cure(&sandbox, &sandbox.holdpoint(&["audit", "--format", "json"]).exits(1), "kb-edited");
    sandbox.holdpoint(&["audit"]).exits(0);
}
