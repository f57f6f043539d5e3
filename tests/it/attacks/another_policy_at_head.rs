//! HEAD holds a stranger's policy for a moment, and the tip of the branch of record the right one again: site and branch
//! must not be taken from the stranger's.

use std::fs;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Sandbox, keys};

#[test]
fn the_site_of_a_strangers_policy_is_not_published_to() {
    let sandbox = Sandbox::with_remote();
    let (policy, signers) = ("policy/0001/policy.toml", "policy/0001/signers");
    let ring = sandbox.read(signers);
    let mallory = fs::read_to_string(keys().join("mallory.pub")).unwrap();
    let mallory: Vec<&str> = mallory.split_whitespace().take(2).collect();
    let mut forged: Vec<String> = ring.lines().filter(|it| !it.starts_with("dana@")).map(str::to_owned).collect();
    forged.push(format!("dana@example.com {}", mallory.join(" ")));
    let forged = forged.join("\n") + "\n";
    let site = sandbox.path("site").display().to_string();
    let elsewhere = sandbox
        .read(policy)
        .replace(&Digest::of(ring.as_bytes()).to_string(), &Digest::of(forged.as_bytes()).to_string())
        .replace(&site, &sandbox.path("elsewhere").display().to_string());
    sandbox.write(signers, &forged);
    sandbox.write(policy, &elsewhere);
    let signature = sandbox.ssh_sign("mallory", "holdpoint/policy@v1", &sandbox.path("repo").join(policy));
    fs::remove_file(sandbox.path("repo/policy/0001/policy.toml.sig")).unwrap();
    sandbox.write("policy/0001/dana@example.com.sig", &signature);
    sandbox.commit_all("Take the policy over");
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    sandbox.git(&["push", "-q", "origin", "main"]);
    sandbox.git(&["checkout", "-q", "HEAD~1"]);
    fs::create_dir(sandbox.path("elsewhere")).unwrap();
    sandbox.publish("2.7.0").finds(4, "HEAD has another policy");
    assert_eq!(fs::read_dir(sandbox.path("elsewhere")).unwrap().count(), 0);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.publish("2.7.0").exits(0);
    assert!(sandbox.path("site/releases.json").exists());
}
