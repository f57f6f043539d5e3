//! A robot as one of the two people of a waiver or a lift; a threshold that only robots could fill (row 24).

use std::fs;

use crate::sandbox::{Sandbox, email, ring_line, same};

/// A policy as `init` writes it, edited by hand and signed again by dana.
pub(crate) fn founded_with(edit: impl FnOnce(String) -> String) -> Sandbox {
    founded_with_people(&[], edit)
}

/// The same, with further options for `init`.
pub(crate) fn founded_with_people(more: &[&str], edit: impl FnOnce(String) -> String) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.found_with(more);
    rewrite(&sandbox, edit);
    sandbox
}

/// Edits the policy, and has dana sign and pin what came out: what its owners could have done.
pub(super) fn rewrite(sandbox: &Sandbox, edit: impl FnOnce(String) -> String) {
    let text = edit(sandbox.read("policy/0001/policy.toml"));
    sandbox.write("policy/0001/policy.toml", &text);
    sign_policy(sandbox);
}

/// Dana signs the policy as it is in the work tree, commits it, and pins it.
pub(super) fn sign_policy(sandbox: &Sandbox) {
    let path = sandbox.path("repo/policy/0001/policy.toml");
    let signature = sandbox.ssh_sign("dana", "holdpoint/policy@v1", &path);
    fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.write("policy/0001/dana@example.com.sig", &signature);
    let sum = sandbox.run(".", std::process::Command::new("sha256sum").arg(&path));
    let root = format!("sha256:{}", sum.split(' ').next().unwrap());
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.git(&["config", "holdpoint.root", &root]);
    sandbox.commit_all("Change the policy");
}

/// A policy in which a robot is on duty beside two people.
fn robot_on_duty() -> Sandbox {
    let sandbox = founded_with(|it| {
        it.replace(
            "duty = [\"dana@example.com\", \"sam@example.com\"]",
            "duty = [\"dana@example.com\", \"sam@example.com\", \"ci@example.com\"]",
        )
    });
    sandbox.release("2.7.0", b"recorder\n");
    sandbox
}

/// What dana said, said by the robot as well.
fn echo(sandbox: &Sandbox, kind: &str) {
    let said = fs::read_to_string(sandbox.entry("2.7.0", &format!("kind = \"{kind}\""))).unwrap();
    let echo = said.replace(&email("dana"), &email("ci"));
    sandbox.forge("2.7.0", &echo, "ci", &format!("holdpoint/{kind}@v1"));
    sandbox.commit_all("Let the robot join in");
}

#[test]
fn a_robot_is_nobodys_second_person() {
    let sandbox = robot_on_duty();
    sandbox.sign_all("2.7.0");
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("dana", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held");
    sandbox.as_person("ci", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(1);
    echo(&sandbox, "lift");
    sandbox.check("2.7.0").finds(4, "bad-entry");
}

#[test]
fn a_robot_waives_nothing_with_anybody() {
    let sandbox = robot_on_duty();
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    let until = super::soon();
    let waive = ["waive", "2.7.0", "missing:notice", "--until", &until, "--yes", "--reason", "a security fix"];
    sandbox.as_person("dana", &waive).exits(0);
    sandbox.check("2.7.0").finds(3, "missing");
    sandbox.as_person("ci", &waive).exits(1);
    echo(&sandbox, "waive");
    sandbox.check("2.7.0").finds(4, "bad-entry");
}

#[test]
fn a_robot_signs_nothing_off() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "kb", "ci").exits(1);
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn a_threshold_that_only_robots_could_fill_is_refused() {
    let sandbox = Sandbox::signed();
    let only = |it: String| {
        it.replace(
            "duty = [\"dana@example.com\", \"sam@example.com\"]",
            "duty = [\"dana@example.com\", \"ci@example.com\"]",
        )
    };
    sandbox.forge_policy("0002", only, same, &["dana"]);
    sandbox.commit_all("Put the robot on duty");
    let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
    assert!(answer.stdout.contains("machines do not count"), "{answer:#?}");
}

#[test]
fn a_machine_whose_key_may_sign_everything_is_refused() {
    let sandbox = Sandbox::signed();
    let free = |it: String| {
        let line = |it: &str| if it.starts_with("ci@") { ring_line("ci", "ci") } else { it.to_owned() };
        it.split_inclusive('\n').map(line).collect()
    };
    sandbox.forge_policy("0002", same, free, &["dana"]);
    sandbox.commit_all("Trust the robot");
    sandbox.check("2.7.0").finds(4, "may sign more than a machine may");
}
