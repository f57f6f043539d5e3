//! A KB article corrected after publication; a support date passes overnight (row 45): still clear (published). A file that
//! decided, edited or deleted (row 10), is not.

use crate::sandbox::Sandbox;

#[test]
fn an_article_is_corrected_and_signed_again() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nAnother hint.\n");
    let answer = sandbox.check("2.7.0").finds(0, "published");
    assert!(answer.stdout.contains("kb.md"), "{answer:#?}");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.check("2.7.0").finds(0, "published");
}

#[test]
fn support_that_has_ended_unpublishes_nothing() {
    let sandbox = Sandbox::published();
    sandbox.holdpoint(&["check", "2.7.0", "--now", "2099-01-01T00:00:00Z"]).finds(5, "published");
}

#[test]
fn a_file_that_decided_is_held_to_what_it_was() {
    for file in ["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"] {
        let sandbox = Sandbox::published();
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| it + "\n# later\n");
        sandbox.check("2.7.0").finds(4, "published-changed");
    }
}

#[test]
fn what_it_reads_and_how_long_it_is_supported_do_not_change_after_it_is_out() {
    type Edit = fn(String) -> String;
    let edits: [(&str, Edit); 2] = [
        ("compatibility.toml", |it| it.replace("writes.rec = [\"3\"]", "writes.rec = [\"2\"]")),
        ("release.toml", |it| it.replace("2098-11-20", "2026-11-21")),
    ];
    for (file, edit) in edits {
        let sandbox = Sandbox::published();
        sandbox.edit(&format!("releases/2.7.0/{file}"), edit);
        sandbox.check("2.7.0").finds(4, "published-changed");
        sandbox.holdpoint(&["lint"]).finds(4, "published-changed");
        sandbox.publish("2.7.0").finds(4, "published-changed");
    }
}

#[test]
fn a_file_that_decided_is_not_deleted_either() {
    for file in ["matrix.md", "compatibility.toml", "release.toml", "artifacts.toml"] {
        let sandbox = Sandbox::published();
        sandbox.git(&["rm", "-q", &format!("releases/2.7.0/{file}")]);
        sandbox.commit_all("Tidy up");
        sandbox.check("2.7.0").finds(4, "published-changed");
        sandbox.git(&["revert", "--no-edit", "HEAD"]);
        sandbox.check("2.7.0").finds(0, "published");
    }
}

#[test]
fn a_later_hold_is_a_no() {
    let sandbox = Sandbox::published();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
}
