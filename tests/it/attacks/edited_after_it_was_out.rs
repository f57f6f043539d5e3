//! Somebody edits the records and texts of a version that is out, so that customers are shown what nobody signed, or so that its
//! components are free to be taken (row 10).
//!
//! Guards: what is out is read from the bytes that its publication pins, wherever they are.

use std::fs;

use crate::sandbox::Sandbox;

/// A release 2.8.0, signed off, that takes the component which went out with 2.7.0.
pub(super) fn taking_its_component(sandbox: &Sandbox) {
    taking_the_component_of(sandbox, "2.7.0");
}

/// A release 2.8.0, signed off, that takes the component of another release.
pub(super) fn taking_the_component_of(sandbox: &Sandbox, other: &str) {
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    let taken = format!("\"recorder\"\nversion = \"{other}\"\n");
    sandbox.edit("releases/2.8.0/release.toml", |it| it.replace("\"recorder\"\n", &taken));
    sandbox.edit("releases/2.8.0/kb.md", |it| it.replace("recorder 2.8.0", &format!("recorder {other}")));
    sandbox.sign_all("2.8.0");
}

/// It is taken, and the site stays as it was.
pub(super) fn it_stays_taken(sandbox: &Sandbox) {
    let sums = || fs::read_to_string(sandbox.path("site/recorder/2.7.0/SHA256SUMS")).unwrap();
    let before = sums();
    sandbox.check("2.8.0").finds(1, "component-taken");
    assert_ne!(sandbox.publish("2.8.0").code, 0);
    assert_eq!(sums(), before);
}

#[test]
fn another_list_of_components_frees_nothing() {
    type Edit = fn(String) -> String;
    let edits: [Edit; 5] = [
        |it| it.replace("\"recorder\"\n", "\"recorder\"\nversion = \"9.9.9\"\n"),
        |it| it + "junk\n",
        |it| it.replace("\"recorder\"", "\"taper\""),
        |it| it.replace("schema = 1", "schema = 2"),
        |_| String::new(),
    ];
    for edit in edits {
        let sandbox = Sandbox::published();
        sandbox.edit("releases/2.7.0/release.toml", edit);
        taking_its_component(&sandbox);
        it_stays_taken(&sandbox);
        sandbox.check("2.7.0").finds(4, "published-changed");
    }
    let sandbox = Sandbox::published();
    sandbox.git(&["rm", "-q", "releases/2.7.0/release.toml"]);
    taking_its_component(&sandbox);
    it_stays_taken(&sandbox);
}

#[test]
fn its_title_does_not_reach_the_index() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("Webinar 2.7.0", "Call this number"));
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign_all("2.8.0");
    sandbox.publish("2.8.0").exits(0);
    for file in ["releases.json", "index.html"] {
        let text = fs::read_to_string(sandbox.path("site").join(file)).unwrap();
        assert!(text.contains("Webinar 2.7.0") && !text.contains("Call this number"), "{text}");
    }
}

#[test]
fn its_texts_do_not_reach_customers() {
    let sandbox = Sandbox::published();
    let titled = |it: &str| {
        let lines = it.lines().map(|it| if it.starts_with("title = ") { "title = \"Call this number\"" } else { it });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    };
    for file in ["release.toml", "kb.md", "notice.md"] {
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| titled(&it));
    }
    let questions: [&[&str]; 6] = [
        &["status", "2.7.0"],
        &["status", "2.7.0", "--customer"],
        &["status", "2.7.0", "--customer", "--format", "json"],
        &["status", "recorder@2.7"],
        &["identify", "recorder-2.7.0.bin"],
        &["who", "2.7.0"],
    ];
    for question in questions {
        let answer = sandbox.holdpoint(question).exits(0);
        assert!(!answer.stdout.contains("Call this number"), "{answer:#?}");
    }
    // Whoever answers for it may correct a text, and then that is what customers see.
    sandbox.edit("releases/2.7.0/notice.md", |it| it.replace("Call this number", "The newest player is needed"));
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    let answer = sandbox.holdpoint(&["status", "2.7.0", "--customer"]).exits(0);
    assert!(answer.stdout.contains("The newest player is needed"), "{answer:#?}");
}

#[test]
fn another_owner_does_not_answer_for_it() {
    let sandbox = Sandbox::published();
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("owner = \"dana@", "owner = \"kim@"));
    let answer = sandbox.holdpoint(&["who", "2.7.0"]).exits(0);
    assert!(answer.stdout.starts_with("dana@example.com answers for 2.7.0"), "{answer:#?}");
}
