//! A listed component without an artifact (row 39): it would be announced, and nobody could download it.
//!
//! Guard: each component of a release has something to publish.

use crate::sandbox::Sandbox;

#[test]
fn beside_one_that_has_one_it_is_refused() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/release.toml", |it| it + "\n[[component]]\nname = \"player\"\n");
    sandbox.edit("releases/2.7.0/compatibility.toml", |it| it + "\n[component.player]\nreads.rec = [\"3\"]\n");
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("recorder 2.7.0", "recorder 2.7.0, player 2.7.0"));
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").finds(1, "no-artifact");
    sandbox.publish("2.7.0").finds(1, "no-artifact");
    assert!(!sandbox.path("site/releases.json").exists());
}
