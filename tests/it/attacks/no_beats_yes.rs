//! B1 approved, B2 declined, B1 restored; yes and no by merge at once; a no followed by others' yes (row 21).

use crate::sandbox::Sandbox;

const DECLINE: [&str; 6] = ["decline", "2.7.0", "kb", "--yes", "--reason", "step 2 is wrong"];

#[test]
fn a_no_stands_when_older_approved_bytes_come_back() {
    let sandbox = Sandbox::signed();
    let approved = sandbox.read("releases/2.7.0/kb.md");
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nStep 2.\n");
    sandbox.as_person("eve", &DECLINE).exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |_| approved);
    sandbox.check("2.7.0").finds(1, "declined");
}

#[test]
fn yes_and_no_that_arrive_by_merge_at_once_are_a_no() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.git(&["checkout", "-q", "-b", "yes"]);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.as_person("eve", &DECLINE).exits(0);
    sandbox.git(&["merge", "-q", "--no-edit", "yes"]);
    sandbox.check("2.7.0").finds(1, "declined");
}

#[test]
fn others_who_approve_the_declined_bytes_do_not_outvote_the_no() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("eve", &DECLINE).exits(0);
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").finds(1, "declined");
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMended.\n");
    sandbox.check("2.7.0").finds(1, "declined");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").exits(0);
}
