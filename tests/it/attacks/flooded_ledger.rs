//! A member of the ring fills a ledger: whoever says no still can, and whoever says yes still sees each no.

use std::fs;
use std::process::Command;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Sandbox, email, keys};

/// So many statements of this kind by one member who has seen nothing, signed with stock OpenSSH, in one commit.
fn flood(sandbox: &Sandbox, who: &str, kind: &str, role: &str, count: usize) {
    let digest = Digest::of(sandbox.read("releases/2.7.0/kb.md").as_bytes());
    let policy = Digest::of(sandbox.read("policy/0001/policy.toml").as_bytes());
    let scratch = sandbox.path(&format!("flood-{kind}"));
    fs::create_dir(&scratch).unwrap();
    let reason = if kind == "decline" { "reason = \"no\"\n" } else { "" };
    let mut ids = Vec::new();
    for at in 0..count {
        let text = format!(
            "holdpoint = 1\nkind = \"{kind}\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
             requirement = \"kb\"\nsubjects = [{{ path = \"kb.md\", sha256 = \"{digest}\" }}]\nrole = \"{role}\"\n\
             by = \"{}\"\npolicy = \"{policy}\"\nafter = []\nat = 2026-11-21T{:02}:{:02}:{:02}Z\n{reason}",
            email(who),
            at / 3600,
            at / 60 % 60,
            at % 60
        );
        let id = Digest::of(text.as_bytes()).to_string();
        fs::write(scratch.join(&id), text).unwrap();
        ids.push(id);
    }
    for some in ids.chunks(500) {
        let mut sign = Command::new("ssh-keygen");
        sign.args(["-q", "-Y", "sign", "-n", &format!("holdpoint/{kind}@v1"), "-f"]).arg(keys().join(who));
        sandbox.run(".", sign.args(some.iter().map(|it| scratch.join(it))));
    }
    let ledger = sandbox.path("repo/releases/2.7.0/ledger");
    fs::create_dir_all(&ledger).unwrap();
    for id in ids {
        fs::rename(scratch.join(&id), ledger.join(format!("{id}.toml"))).unwrap();
        fs::rename(scratch.join(format!("{id}.sig")), ledger.join(format!("{id}.toml.sig"))).unwrap();
    }
    sandbox.commit_all("Add entries");
}

#[test]
fn everybody_can_say_no_lift_sign_and_publish_in_a_flooded_ledger() {
    let sandbox = Sandbox::ready();
    flood(&sandbox, "kim", "approve", "support", 480);
    sandbox.as_person("lee", &["hold", "2.7.0", "--yes", "--reason", "wait"]).exits(0);
    sandbox.as_person("eve", &["decline", "2.7.0", "kb", "--yes", "--reason", "step 2 is wrong"]).exits(0);
    sandbox.check("2.7.0").finds(1, "held").finds(1, "declined");
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("lee", &["lift", "2.7.0", &hold[..8], "--yes", "--reason", "done"]).exits(0);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMended.\n");
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn seventy_noes_are_seen_by_a_second_yes() {
    let sandbox = Sandbox::ready();
    flood(&sandbox, "eve", "decline", "support", 70);
    sandbox.edit("releases/2.7.0/kb.md", |it| it + "\nMended.\n");
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    let answer = sandbox.sign("2.7.0", "kb", "maria").exits(0);
    assert!(answer.stderr.contains("6 entries that speak against this had no room in it"), "{answer:#?}");
    assert!(answer.stderr.contains("holdpoint sign 2.7.0 kb"), "{answer:#?}");
    sandbox.check("2.7.0").finds(1, "declined");
    let answer = sandbox.sign("2.7.0", "kb", "maria").exits(0);
    assert!(!answer.stderr.contains("had no room"), "{answer:#?}");
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_no_that_was_not_seen_is_not_beaten() {
    let sandbox = Sandbox::signed();
    flood(&sandbox, "eve", "decline", "support", 1);
    sandbox.check("2.7.0").finds(1, "declined");
}
