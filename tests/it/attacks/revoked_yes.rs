//! One person approves twice and revokes once (row 22).

use crate::sandbox::Sandbox;

#[test]
fn one_revoke_takes_back_both() {
    let sandbox = Sandbox::signed();
    let first = sandbox.id("2.7.0", "requirement = \"kb\"");
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMore.\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.as_person("maria", &["revoke", "2.7.0", &first, "--yes", "--reason", "I read the wrong page"]).exits(0);
    sandbox.check("2.7.0").finds(3, "revoked");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_stranger_takes_nothing_back() {
    let sandbox = Sandbox::signed();
    let id = sandbox.id("2.7.0", "requirement = \"kb\"");
    sandbox.as_person("lee", &["revoke", "2.7.0", &id, "--yes", "--reason", "no"]).finds(1, "may not revoke it");
    sandbox.check("2.7.0").exits(0);
}
