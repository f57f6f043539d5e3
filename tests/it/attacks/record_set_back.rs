//! The branch of record is force-pushed back past a publish (row 42).
//!
//! Guard: a publish refuses a site that lists a statement which the record does not hold.

use crate::sandbox::Sandbox;

#[test]
fn the_site_knows_more_and_nothing_is_published_on_it() {
    let sandbox = Sandbox::with_remote();
    sandbox.publish("2.7.0").exits(0);
    let index = std::fs::read(sandbox.path("site/releases.json")).unwrap();
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.git(&["push", "-q", "--force", "origin", "main"]);
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.git(&["push", "-q", "origin", "main"]);
    // From the repository alone nobody can tell.
    sandbox.check("2.8.0").exits(0);
    sandbox.publish("2.8.0").finds(4, "record-behind-site");
    assert_eq!(std::fs::read(sandbox.path("site/releases.json")).unwrap(), index);
}

#[test]
fn a_check_that_reads_the_index_says_what_the_record_lacks() {
    let sandbox = Sandbox::published();
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let answer = sandbox.check("2.7.0").finds(4, "record-behind-site");
    assert!(
        answer.stdout.contains("the site lists 2.8.0, by a statement that this record does not hold"),
        "{answer:#?}"
    );
    sandbox.git(&["reset", "-q", "--hard", "ORIG_HEAD"]);
    sandbox.check("2.7.0").exits(0);
}
