//! A ring with wildcards, key dates, certificates and RSA: all refused in one run, each with its reason (row 26).

use std::fs;
use std::process::Command;

use super::robots::rewrite;
use crate::sandbox::{Sandbox, keys, public_key, same};

#[test]
fn every_odd_line_is_refused_in_one_run() {
    let sandbox = Sandbox::founded();
    let key = fs::read_to_string(format!("{}.pub", keys().join("mallory").display())).unwrap();
    let rsa = sandbox.path("rsa");
    sandbox.run(".", Command::new("ssh-keygen").args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]).arg(&rsa));
    let rsa = fs::read_to_string(sandbox.path("rsa.pub")).unwrap();
    let ring = sandbox.read("policy/0001/signers");
    let odd = format!(
        "{ring}*@example.com {key}a@example.com cert-authority {key}b@example.com valid-before=\"20300101\" {key}c@example.com {rsa}"
    );
    sandbox.write("policy/0001/signers", &odd);
    let sum = sandbox.run("repo", Command::new("sha256sum").arg("policy/0001/signers"));
    let sum = sum.split(' ').next().unwrap().to_owned();
    rewrite(&sandbox, |it| {
        it.lines()
            .map(|it| if it.starts_with("signers = ") { format!("signers = \"{sum}\"\n") } else { format!("{it}\n") })
            .collect()
    });
    sandbox.release("2.7.0", b"recorder\n");
    let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
    let lines = ring.lines().count();
    for at in 1..=4 {
        assert!(answer.stdout.contains(&format!("policy/0001/signers:{}:", lines + at)), "line {at}: {answer:#?}");
    }
    assert!(answer.stdout.contains("unsupported key type"), "{answer:#?}");
}

/// A signed-off release under a policy that the owners signed past the commands, with one odd line more in its ring.
fn with_line(line: &str, why: &str) {
    let sandbox = Sandbox::signed();
    sandbox.forge_policy("0002", same, |it| format!("{it}{line}\n"), &["dana"]);
    sandbox.commit_all("Add a line");
    let answer = sandbox.check("2.7.0").finds(4, "policy-broken");
    assert!(answer.stdout.contains(why), "{answer:#?}");
}

#[test]
fn a_pattern_is_nobody() {
    with_line(&format!("*@example.com {}", public_key("mallory")), "is a pattern");
}

#[test]
fn a_certificate_authority_names_nobody() {
    with_line(
        &format!("b@example.com cert-authority {}", public_key("mallory")),
        "lets somebody outside the ring name people",
    );
}

#[test]
fn no_key_ends_by_the_clock() {
    for option in ["valid-before=\"20200101\"", "valid-after=\"20300101\""] {
        with_line(&format!("b@example.com {option} {}", public_key("mallory")), "depends on a clock");
    }
}
