//! Policy, ring, threshold, requirements, components or release missing or empty; a deciding file that no requirement
//! covers (row 36): never a vacuous yes.

use std::fs;

use super::robots::{founded_with, rewrite};
use crate::sandbox::{Sandbox, same};

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

/// A signed-off release, and the next policy signed by its owners past the commands.
fn signed_under(edit: impl FnOnce(String) -> String) -> Sandbox {
    let sandbox = Sandbox::signed();
    let edited = |it: String| {
        let edited = edit(it.clone());
        assert_ne!(edited, it);
        edited
    };
    sandbox.forge_policy("0002", edited, same, &["dana"]);
    sandbox.commit_all("Change the policy");
    sandbox
}

#[test]
fn a_policy_that_asks_for_nothing_is_refused() {
    let sandbox = signed_under(|it| it[..it.find("[[requirement]]").unwrap()].to_owned());
    sandbox.check("2.7.0").finds(4, "policy-broken");
    refuses(&sandbox);
}

#[test]
fn a_deciding_file_that_nobody_signs_is_refused() {
    for file in ["\"release.toml\", ", "\"compatibility.toml\", ", "\"matrix.md\", ", ", \"artifacts.toml\""] {
        let own = format!(
            "\n[[requirement]]\nname = \"own\"\ntitle = \"Own\"\nasks = \"It is right.\"\nsubjects = [{}]\nrole = \"support\"\n\
             approvals = 1\nmay_skip = false\n",
            file.trim_matches([',', ' '])
        );
        let sandbox = founded_with(|it| {
            assert!(it.contains(file), "{file} is not in {it}");
            it.replace(file, "") + &own
        });
        sandbox.release("2.7.0", b"x\n");
        sandbox.sign_all("2.7.0");
        sandbox.sign("2.7.0", "own", "eve").exits(0);
        sandbox.check("2.7.0").exits(0);
        sandbox.forge_policy("0002", |it| it.replace(&own, ""), same, &["dana"]);
        sandbox.commit_all("Ask for less");
        sandbox.check("2.7.0").finds(4, "which decides");
    }
}

#[test]
fn thresholds_of_nobody_are_refused() {
    let sandbox = Sandbox::ready();
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    sandbox.forge_policy("0002", |it| it.replacen("approvals = 1", "approvals = 0", 1), same, &["dana"]);
    sandbox.commit_all("Ask for nobody");
    sandbox.check("2.7.0").finds(4, "nobody would have to sign");
    for (from, to) in
        [("threshold = 1", "threshold = 0"), ("threshold = 1", "threshold = 3"), ("approvals = 1", "approvals = 9")]
    {
        let sandbox = signed_under(|it| it.replacen(from, to, 1));
        sandbox.check("2.7.0").finds(4, "policy-broken");
    }
}

#[test]
fn keys_that_this_build_does_not_enforce_are_refused() {
    for more in [
        "strict = true\n",
        "[[converter]]\nname = \"rec\"\n",
        "[[audience]]\nname = \"agents\"\n",
        "[rules.more]\nstrict = true\n",
    ] {
        let sandbox =
            signed_under(|it| if more.starts_with('[') { format!("{it}\n{more}") } else { format!("{more}{it}") });
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
    sandbox.write("policy/0002/sealed", "");
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
    for file in ["matrix.md", "kb.md", "notice.md", "release.toml", "artifacts.toml", "compatibility.toml"] {
        let sandbox = Sandbox::signed();
        fs::remove_file(sandbox.path(&format!("repo/releases/2.7.0/{file}"))).unwrap();
        sandbox.commit_all("Remove it");
        sandbox.check("2.7.0").finds(1, "subject-missing");
        refuses(&sandbox);
    }
}
