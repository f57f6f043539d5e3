//! Policy, ring, threshold, requirements, components or release missing or empty; a deciding file that no requirement
//! covers (row 36): never a vacuous yes.

use std::fs;

use super::robots::{founded_with, rewrite};
use crate::sandbox::Sandbox;

fn refuses(sandbox: &Sandbox) {
    let answer = sandbox.check("2.7.0");
    assert!([1, 2, 3, 4].contains(&answer.code), "{answer:#?}");
    let published = sandbox.publish("2.7.0");
    assert_ne!(published.code, 0, "{published:#?}");
    assert!(!sandbox.path("site/releases.json").exists());
}

#[test]
fn without_a_policy_or_its_ring_nothing_is_decided() {
    for gone in ["policy", "policy/0001/policy.toml", "policy/0001/signers", "policy/0001/dana@example.com.sig"] {
        let sandbox = Sandbox::signed();
        sandbox.git(&["rm", "-q", "-r", gone]);
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").exits(4);
        refuses(&sandbox);
    }
    for empty in ["policy/0001/policy.toml", "policy/0001/signers"] {
        let sandbox = Sandbox::signed();
        sandbox.edit(empty, |_| String::new());
        sandbox.check("2.7.0").finds(4, "policy-broken");
        refuses(&sandbox);
    }
}

#[test]
fn a_policy_that_asks_for_nothing_is_refused() {
    let first = |it: &str| it.find("[[requirement]]").unwrap();
    let sandbox = founded_with(|it| it[..first(&it)].to_owned());
    sandbox.release("2.7.0", b"x\n");
    sandbox.check("2.7.0").finds(4, "policy-broken");
    refuses(&sandbox);
}

#[test]
fn a_deciding_file_that_nobody_signs_is_refused() {
    for file in ["\"release.toml\", ", "\"compatibility.toml\", ", "\"matrix.md\", ", ", \"artifacts.toml\""] {
        let sandbox = founded_with(|it| {
            assert!(it.contains(file), "{file} is not in {it}");
            it.replace(file, "")
        });
        sandbox.release("2.7.0", b"x\n");
        sandbox.check("2.7.0").finds(4, "which decides");
    }
}

#[test]
fn thresholds_of_nobody_are_refused() {
    for (from, to) in [
        ("threshold = 1", "threshold = 0"),
        ("threshold = 1", "threshold = 3"),
        ("approvals = 1", "approvals = 0"),
        ("approvals = 1", "approvals = 9"),
    ] {
        let sandbox = founded_with(|it| it.replacen(from, to, 1));
        sandbox.release("2.7.0", b"x\n");
        sandbox.check("2.7.0").finds(4, "policy-broken");
    }
}

#[test]
fn keys_that_this_build_does_not_enforce_are_refused() {
    for more in [
        "strict = true\n",
        "[[interface]]\nname = \"rec\"\n",
        "[[audience]]\nname = \"agents\"\n",
        "[rules.more]\nstrict = true\n",
    ] {
        let sandbox =
            founded_with(|it| if more.starts_with('[') { format!("{it}\n{more}") } else { format!("{more}{it}") });
        sandbox.release("2.7.0", b"x\n");
        let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
        assert!(answer.stdout.contains("would not enforce it"), "{answer:#?}");
    }
}

#[test]
fn a_second_policy_number_is_refused() {
    let sandbox = Sandbox::signed();
    for file in ["policy.toml", "signers", "dana@example.com.sig"] {
        let text = sandbox.read(&format!("policy/0001/{file}"));
        sandbox.write(&format!("policy/0002/{file}"), &text);
    }
    sandbox.commit_all("Copy the policy");
    sandbox.check("2.7.0").finds(4, "policy-broken");
    let sandbox = Sandbox::signed();
    rewrite(&sandbox, |it| it.replace("version = 1\n", "version = 2\n"));
    sandbox.check("2.7.0").finds(4, "policy-broken");
}

#[test]
fn a_release_without_components_or_artifacts_is_no_yes() {
    let sandbox = Sandbox::ready();
    sandbox.edit("releases/2.7.0/artifacts.toml", |_| "schema = 1\n".to_owned());
    sandbox.sign_all("2.7.0");
    sandbox.check("2.7.0").finds(1, "no-artifact");
    sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("[[component]]\nname = \"recorder\"\n", ""));
    sandbox.edit("releases/2.7.0/compatibility.toml", |_| "schema = 1\n".to_owned());
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.check("2.7.0").finds(4, "vacuous");
    refuses(&sandbox);
}

#[test]
fn a_release_file_that_is_missing_is_no_yes() {
    for file in ["release.toml", "artifacts.toml", "compatibility.toml", "matrix.md", "kb.md", "notice.md"] {
        let sandbox = Sandbox::signed();
        fs::remove_file(sandbox.path(&format!("repo/releases/2.7.0/{file}"))).unwrap();
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").finds(1, "subject-missing");
        refuses(&sandbox);
    }
}
