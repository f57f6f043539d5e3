//! One byte of a signed document changes; then changes back (row 8).

use crate::sandbox::Sandbox;

#[test]
fn one_byte_makes_a_sign_off_stale_and_its_return_makes_it_good() {
    let sandbox = Sandbox::signed();
    let before = sandbox.read("releases/2.7.0/kb.md");
    sandbox.edit("releases/2.7.0/kb.md", |it| it.replace("newest player.", "newest player!"));
    let answer = sandbox.check("2.7.0").finds(3, "stale");
    assert!(answer.stdout.contains("`kb.md` changed 1 line"), "{answer:#?}");
    sandbox.edit("releases/2.7.0/kb.md", |_| before);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn what_was_signed_and_left_the_history_is_said_plainly() {
    let sandbox = Sandbox::signed();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nAnother line.\n");
    sandbox.git(&["checkout", "-q", "--orphan", "fresh"]);
    sandbox.commit_all("Begin anew");
    sandbox.git(&["branch", "-q", "-M", "fresh", "main"]);
    sandbox.check("2.7.0").finds(3, "is not in this history any more");
}

#[test]
fn signing_again_needs_only_the_new_sign_off() {
    let sandbox = Sandbox::signed();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nAnother line.\n");
    sandbox.check("2.7.0").finds(3, "stale").lacks("missing");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
}
