//! The live article is another one by the time that the files are there: it was looked at before an upload that took hours.
//!
//! Guard: it is held against what was signed once more, right before the publication is signed.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::knowledge_base::{BODY, Server, kept_elsewhere, of_zendesk, zendesk};
use crate::sandbox::Sandbox;

fn signed(server: &Server) -> Sandbox {
    let sandbox = kept_elsewhere(&of_zendesk(server), "id = \"4711\"");
    sandbox.sign_all("2.7.0");
    sandbox
}

#[test]
fn what_was_edited_during_the_upload_stops_the_publish() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => zendesk(BODY),
        _ => zendesk(&BODY.replace("newest", "oldest")),
    });
    let sandbox = signed(&server);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.publish("2.7.0").finds(1, "kb-live");
    assert!(sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin").exists(), "it was found out after the upload");
    assert!(!sandbox.path("site/releases.json").exists());
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "nothing is recorded");
}

#[test]
fn between_the_record_and_the_flip_nobody_is_asked() {
    let server = Server::start(|_| zendesk(BODY));
    let sandbox = signed(&server);
    sandbox.publish("2.7.0").exits(0);
    assert_eq!(server.requests().len(), 2, "once before the upload, and once before the signature");
}
