//! A robot as one of the two people of a waiver or a lift; a threshold that only robots could fill (row 24).

use std::fs;

use crate::sandbox::{Sandbox, email, keys};

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

#[test]
fn a_robot_is_nobodys_second_person() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("dana", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(0);
    sandbox.as_person("ci", &["lift", "2.7.0", &hold, "--reason", "fine", "--yes"]).exits(1);
    let lift = sandbox.entries("2.7.0").into_iter().find(|it| it.1.contains("kind = \"lift\"")).unwrap().1;
    sandbox.forge("2.7.0", &lift.replace(&email("dana"), &email("ci")), "ci", "holdpoint/lift@v1");
    sandbox.commit_all("Let the robot lift it");
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
    let sandbox = founded_with(|it| {
        it.replace(
            "duty = [\"dana@example.com\", \"sam@example.com\"]",
            "duty = [\"dana@example.com\", \"ci@example.com\"]",
        )
    });
    sandbox.release("2.7.0", b"recorder\n");
    let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
    assert!(answer.stdout.contains("machines do not count"), "{answer:#?}");
}

#[test]
fn a_machine_whose_key_may_sign_everything_is_refused() {
    let sandbox = Sandbox::founded();
    let ring = sandbox.read("policy/0001/signers");
    let bound = ring.lines().find(|it| it.starts_with("ci@")).unwrap().to_owned();
    let key = fs::read_to_string(format!("{}.pub", keys().join("ci").display())).unwrap();
    let ring = ring.replace(&bound, &format!("ci@example.com {}", key.trim()));
    sandbox.write("policy/0001/signers", &ring);
    let sum = sandbox.run("repo", std::process::Command::new("sha256sum").arg("policy/0001/signers"));
    let sum = sum.split(' ').next().unwrap().to_owned();
    rewrite(&sandbox, |it| {
        it.lines()
            .map(|it| if it.starts_with("signers = ") { format!("signers = \"{sum}\"\n") } else { format!("{it}\n") })
            .collect()
    });
    sandbox.release("2.7.0", b"recorder\n");
    sandbox.check("2.7.0").finds(4, "may sign more than a machine may");
}
