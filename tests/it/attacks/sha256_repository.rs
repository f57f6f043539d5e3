//! Repositories in the SHA-256 object format (row 35).

use crate::sandbox::{RECORDER, Sandbox, same};

#[test]
fn the_whole_way_works_in_a_sha256_repository() {
    let sandbox = Sandbox::empty_with(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    sandbox.found();
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    sandbox.check("2.7.0").finds(3, "`kb.md` changed");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.publish("2.7.0").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    sandbox.adopt_policy(&["sam"], same, same);
    sandbox.check("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
    sandbox.holdpoint(&["lint"]).exits(0);
}
