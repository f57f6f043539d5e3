//! Waivers that do not count (row 37): the wrong role, one person, no expiry, expired, another finding, changed subjects.

use std::fs;

use crate::sandbox::{Answer, Sandbox};

/// An hour from now.
pub(crate) fn soon() -> String {
    jiff::Timestamp::now()
        .checked_add(jiff::SignedDuration::from_hours(1))
        .unwrap()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

fn waive_as(sandbox: &Sandbox, who: &str, finding: &str, until: &str) -> Answer {
    sandbox.as_person(who, &["waive", "2.7.0", finding, "--until", until, "--yes", "--reason", "a security fix"])
}

/// Dana waives a finding, and sam confirms it.
pub(crate) fn waive(sandbox: &Sandbox, finding: &str) {
    waive_as(sandbox, "dana", finding, &soon()).exits(0);
    sandbox.as_person("sam", &["waive", "2.7.0", "--yes", "--reason", "a security fix"]).exits(0);
}

fn two_of_three() -> Sandbox {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox
}

#[test]
fn two_people_of_the_role_waive_together() {
    let sandbox = two_of_three();
    waive_as(&sandbox, "dana", "missing:notice", &soon()).exits(0);
    sandbox.check("2.7.0").finds(3, "missing");
    sandbox.as_person("sam", &["waive", "2.7.0", "--yes", "--reason", "a security fix"]).exits(0);
    let answer = sandbox.check("2.7.0").finds(0, "WAIVED");
    assert!(answer.stdout.contains("dana@example.com and sam@example.com"), "{answer:#?}");
}

#[test]
fn what_does_not_count_is_refused_when_it_is_written() {
    let sandbox = two_of_three();
    waive_as(&sandbox, "maria", "missing:notice", &soon()).finds(1, "may not waive");
    waive_as(&sandbox, "ci", "missing:notice", &soon()).exits(1);
    waive_as(&sandbox, "dana", "missing:notice", "2026-01-01T00:00:00Z").finds(2, "is over");
    waive_as(&sandbox, "dana", "missing:notice", "2099-01-01T00:00:00Z").finds(1, "72 hours at most");
    waive_as(&sandbox, "dana", "missing:kb", &soon()).finds(2, "there is no finding");
    waive_as(&sandbox, "dana", "bad-entry:x", &soon()).finds(1, "cannot be waived");
    sandbox.as_person("dana", &["waive", "2.7.0", "missing:notice", "--yes", "--reason", "x"]).finds(2, "--until");
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    waive_as(&sandbox, "dana", &format!("held:{hold}"), &soon()).finds(1, "cannot be waived");
}

#[test]
fn what_was_forged_does_not_count() {
    let sandbox = two_of_three();
    waive_as(&sandbox, "dana", "missing:notice", &soon()).exits(0);
    let waive = sandbox.entries("2.7.0").into_iter().find(|it| it.1.contains("kind = \"waive\"")).unwrap().1;
    let until = waive.lines().find(|it| it.starts_with("until = ")).unwrap().to_owned();
    let by_sam = waive.replace("dana@example.com", "sam@example.com");
    let forged = [
        // By somebody who is not in the role, whatever they say.
        (waive.replace("dana@example.com", "maria@example.com"), "maria"),
        (by_sam.replace("role = \"duty\"", "role = \"support\""), "sam"),
        (by_sam.replace("finding = \"missing\"", "finding = \"short\""), "sam"),
        (by_sam.replace("about = \"notice\"", "about = \"kb\""), "sam"),
        (by_sam.replace(&until, "until = 2020-01-01T00:00:00Z"), "sam"),
        (by_sam.replace(&until, "until = 2099-01-01T00:00:00Z"), "sam"),
    ];
    for (statement, who) in forged {
        sandbox.forge("2.7.0", &statement, who, "holdpoint/waive@v1");
        sandbox.commit_all("Forge a waiver");
        sandbox.check("2.7.0").finds(3, "missing");
    }
    sandbox.forge("2.7.0", &by_sam.replace(&format!("{until}\n"), ""), "sam", "holdpoint/waive@v1");
    sandbox.commit_all("Leave the expiry out");
    sandbox.check("2.7.0").finds(4, "bad-entry");
}

#[test]
fn a_waiver_goes_stale_with_any_subject() {
    for file in ["notice.md", "matrix.md", "kb.md"] {
        let sandbox = two_of_three();
        waive(&sandbox, "missing:notice");
        sandbox.check("2.7.0").exits(0);
        sandbox.edit(&format!("releases/2.7.0/{file}"), |it| it + "\nMore.\n");
        sandbox.check("2.7.0").finds(3, "missing");
    }
}

#[test]
fn a_no_cannot_be_waived_by_anybody() {
    let sandbox = two_of_three();
    waive_as(&sandbox, "dana", "missing:notice", &soon()).exits(0);
    let waive = fs::read_to_string(sandbox.entry("2.7.0", "kind = \"waive\"")).unwrap();
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    for (finding, about) in [("held", hold.as_str()), ("declined", "kb"), ("bad-entry", "x")] {
        let of = waive
            .replace("finding = \"missing\"", &format!("finding = \"{finding}\""))
            .replace("about = \"notice\"", &format!("about = \"{about}\""));
        let forged = ["dana", "sam"].map(|who| {
            let by = of.replace("dana@example.com", &format!("{who}@example.com"));
            sandbox.forge("2.7.0", &by, who, "holdpoint/waive@v1")
        });
        sandbox.commit_all("Waive it");
        sandbox.check("2.7.0").finds(4, "cannot be waived");
        for path in forged {
            fs::remove_file(format!("{}.sig", path.display())).unwrap();
            fs::remove_file(path).unwrap();
        }
        sandbox.commit_all("Take it back");
        sandbox.check("2.7.0").finds(1, "held");
    }
}

#[test]
fn a_waiver_of_another_version_is_refused() {
    let sandbox = Sandbox::ready();
    waive(&sandbox, "missing:notice");
    sandbox.release("2.8.0", b"recorder 2.8.0\n");
    sandbox.sign("2.8.0", "kb", "maria").exits(0);
    sandbox.sign("2.8.0", "compatibility", "ned").exits(0);
    for (path, _) in sandbox.entries("2.7.0").into_iter().filter(|it| it.1.contains("kind = \"waive\"")) {
        super::copied_sign_offs::copy(&sandbox, &path, "2.8.0");
    }
    sandbox.commit_all("It was waived before");
    sandbox.check("2.8.0").finds(4, "wrong-release");
}
