//! `release.toml`, `artifacts.toml` or `compatibility.toml` edited after the sign-offs, and under a waiver (row 9).

use crate::sandbox::Sandbox;

const FILES: [&str; 4] = ["release.toml", "artifacts.toml", "compatibility.toml", "matrix.md"];

#[test]
fn nothing_that_decides_goes_unsigned() {
    let sandbox = Sandbox::signed();
    for file in FILES {
        let path = format!("releases/2.7.0/{file}");
        let before = sandbox.read(&path);
        sandbox.edit(&path, |it| it + "\n# another byte\n");
        sandbox.check("2.7.0").finds(3, "stale");
        sandbox.edit(&path, |_| before);
        sandbox.check("2.7.0").exits(0);
    }
}

#[test]
fn a_waiver_covers_the_bytes_that_were_there() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    super::waivers::waive(&sandbox, "missing:compatibility");
    sandbox.check("2.7.0").exits(0);
    for file in FILES {
        let path = format!("releases/2.7.0/{file}");
        let before = sandbox.read(&path);
        sandbox.edit(&path, |it| it + "\n# another byte\n");
        sandbox.check("2.7.0").finds(3, "missing");
        sandbox.edit(&path, |_| before);
    }
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn what_does_not_apply_is_bound_too() {
    let sandbox = super::robots::founded_with(|it| it.replacen("may_skip = false", "may_skip = true", 3));
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    let reason = ["not-applicable", "2.7.0", "notice", "--yes", "--reason", "an internal release"];
    sandbox.as_person("lee", &reason).exits(0);
    sandbox.check("2.7.0").finds(0, "not-applicable");
    sandbox.edit("releases/2.7.0/notice.md", |it| it + "\nMore.\n");
    sandbox.check("2.7.0").finds(3, "stale");
}
