//! A mistyped command, flag, requirement, release, component, role, person or site (row 46): bad usage, nothing signed.

use crate::sandbox::{Sandbox, email, keys};

#[test]
fn a_slip_of_the_fingers_signs_and_publishes_nothing() {
    let sandbox = Sandbox::ready();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let dist = sandbox.path("dist").display().to_string();
    let slips: [(&[&str], &str); 13] = [
        (&["chek", "2.7.0"], "check"),
        (&["check", "2.7.0", "--fromat", "json"], "--format"),
        (&["check", "2.7.0", "--format", "jsn"], "json"),
        (&["check", "2.7.1"], "did you mean `2.7.0`?"),
        (&["check", "v2.6"], "there is no release"),
        (&["sign", "2.7.0", "kbb", "--yes"], "did you mean `kb`?"),
        (&["sign", "2.7.0", "approve", "--yes"], "there is no requirement"),
        (&["approve", "2.7.0", "kb"], "unrecognized"),
        (&["artifacts", "2.7.0", "recordr=x"], "did you mean `recorder`?"),
        (&["publish", "2.7.0", "--site", "download", "--from", &dist, "--yes"], "did you mean `downloads`?"),
        (&["explain", "stail"], "did you mean `stale`?"),
        (
            &[
                "new",
                "2.8.0",
                "--component",
                "recorder",
                "--owner",
                "dena@example.com",
                "--deputy",
                "sam@example.com",
                "--planned",
                "2026-12-01",
                "--support-until",
                "2028-12-01",
            ],
            "did you mean `dana@example.com`?",
        ),
        (
            &["waive", "2.7.0", "mising:kb", "--until", "2026-11-22T10:00:00Z", "--yes", "--reason", "x"],
            "did you mean `missing`?",
        ),
    ];
    for (arguments, words) in slips {
        let signs = ["sign", "publish", "waive"].contains(&arguments[0]);
        let who = if arguments[0] == "publish" {
            "ci"
        } else if arguments[0] == "waive" {
            "dana"
        } else {
            "maria"
        };
        let answer = if signs { sandbox.as_person(who, arguments) } else { sandbox.holdpoint(arguments) };
        answer.finds(2, words);
    }
    let key = keys().join("maria").display().to_string();
    sandbox
        .holdpoint(&["sign", "2.7.0", "kb", "--yes", "--as", "mria@example.com", "--key", &key])
        .finds(2, "did you mean `maria@example.com`?");
    sandbox
        .holdpoint(&["sign", "2.7.0", "kb", "--yes", "--as", &email("eve"), "--key", &key])
        .finds(1, "is not one of eve@example.com's");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(std::fs::read_dir(sandbox.path("site")).unwrap().count(), 0);
}

#[test]
fn a_role_that_nobody_knows_is_bad_usage_at_the_beginning() {
    let sandbox = Sandbox::empty();
    let arguments = ["init", "--project", "https://x.example.com", "--role", "support=nobody@example.com"];
    sandbox.as_person("dana", &arguments).exits(2);
    assert!(!sandbox.path("repo/policy").exists());
}
