//! A site lies on a share that cannot lock a file: nothing there keeps two publishes apart, unless the owners accept that the
//! push does.

use std::fs;
use std::process::Command;

use crate::sandbox::{RECORDER, Sandbox, same};

/// Lets every program that runs in the sandbox find that no file can be locked, as on such a share.
pub(crate) fn without_locks(sandbox: &mut Sandbox) {
    let (source, library) = (sandbox.path("flock.c"), sandbox.path("flock.so"));
    let text = "#include <errno.h>\nint flock(int fd, int how) { (void)fd; (void)how; errno = ENOLCK; return -1; }\n";
    fs::write(&source, text).unwrap();
    sandbox.run(".", Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]));
    sandbox.set("LD_PRELOAD", library.to_str().unwrap());
}

#[test]
fn a_share_without_locks_is_refused_before_anything_is_put() {
    let mut sandbox = Sandbox::signed();
    without_locks(&mut sandbox);
    let answer = sandbox.publish("2.7.0").finds(1, "unsafe-store");
    assert!(answer.stderr.contains("no-locks"), "{answer:#?}");
    assert!(!sandbox.path("site/recorder").exists());
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn a_share_without_locks_is_taken_where_the_owners_accept_it() {
    let mut sandbox = Sandbox::founded();
    let accepted = "[[site]]\naccept = [\"no-locks\"]\n";
    sandbox.adopt_policy(&["dana", "sam"], |it| it.replace("[[site]]\n", accepted), same);
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    without_locks(&mut sandbox);
    sandbox.publish("2.7.0").exits(0);
    sandbox.holdpoint(&["audit"]).exits(0);
}
