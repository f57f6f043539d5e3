//! Policy 0001 rewritten with a stranger's keys, the whole chain valid; a retired owner builds a second chain from 0001 while the
//! pin is newer (row 4).
//!
//! Guard: the pin lies outside the versioned files, and moves forward.

use std::fs;

use crate::sandbox::{Sandbox, email, keys, public_key, ring_without, same};

#[test]
fn a_stranger_who_is_owner_of_everything_is_another_root() {
    let sandbox = Sandbox::ready();
    sandbox.adopt_policy(&["dana"], same, same);
    let stranger = Sandbox::empty();
    let sam = format!("sam@example.com={}.pub", keys().join("sam").display());
    let project = ["init", "--project", "https://downloads.example.com/webinar", "--branch", "main"];
    let site = format!("downloads=file://{}", sandbox.path("site").display());
    let more = ["--site", &site, "--person", &sam];
    stranger.with_key("dana", "mallory", &[&project[..], &more[..]].concat()).exits(0);
    stranger.propose(same, same);
    stranger.with_key("dana", "mallory", &["policy", "sign", "--yes"]).exits(0);
    stranger.adopt().exits(0);
    fs::remove_dir_all(sandbox.path("repo/policy")).unwrap();
    fs::rename(stranger.path("repo/policy"), sandbox.path("repo/policy")).unwrap();
    sandbox.commit_all("Take over");
    // In a clone that pins nothing she can sign whatever she likes.
    let pins = sandbox.pins();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    for requirement in ["kb", "compatibility", "notice"] {
        sandbox.with_key("dana", "mallory", &["sign", "2.7.0", requirement, "--yes"]).exits(0);
    }
    sandbox.git(&["config", "holdpoint.root", &pins[0]]);
    sandbox.check("2.7.0").finds(4, "root-mismatch");
    sandbox.publish("2.7.0").finds(4, "root-mismatch");
    assert!(!sandbox.path("site/releases.json").exists());
    sandbox.holdpoint(&["policy", "check"]).finds(4, "root-mismatch");
    sandbox.holdpoint(&["policy", "propose"]).finds(4, "root-mismatch");
}

#[test]
fn a_retired_owner_cannot_begin_again_from_the_first_policy() {
    let sandbox = Sandbox::signed();
    let before = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let handed = |it: String| {
        it.replace("members = [\"dana@example.com\", \"sam@example.com\"]", "members = [\"sam@example.com\"]")
    };
    sandbox.adopt_policy(&["sam"], handed, same);
    let newer = sandbox.root(2);
    assert_eq!(sandbox.pins(), std::slice::from_ref(&newer));
    // Dana was an owner of policy 1, and signs a successor of it alone.
    sandbox.git(&["checkout", "-q", "-b", "mine", &before]);
    sandbox.git(&["config", "holdpoint.root", &sandbox.root(1)]);
    let mine = |it: String| {
        it.replace("members = [\"dana@example.com\", \"sam@example.com\"]", "members = [\"dana@example.com\"]")
    };
    sandbox.adopt_policy(&["dana"], mine, same);
    sandbox.git(&["config", "holdpoint.root", &newer]);
    sandbox.git(&["branch", "-q", "-M", "mine", "main"]);
    sandbox.check("2.7.0").finds(4, "root-mismatch");
    let other = sandbox.holdpoint(&["check", "2.7.0", "--root", &sandbox.root(1)]);
    other.finds(4, "root-mismatch");
}

#[test]
fn the_keys_of_the_first_ring_cannot_be_exchanged_in_place() {
    let sandbox = Sandbox::signed();
    let ring = sandbox.read("policy/0001/signers");
    let swapped = ring_without(&ring, "dana") + &format!("{} {}\n", email("dana"), public_key("mallory"));
    sandbox.write("policy/0001/signers", &swapped);
    let policy = sandbox.path("repo/policy/0001/policy.toml");
    let signature = sandbox.ssh_sign("mallory", "holdpoint/policy@v1", &policy);
    fs::remove_file(format!("{}.sig", policy.display())).unwrap();
    sandbox.write("policy/0001/dana@example.com.sig", &signature);
    sandbox.commit_all("Exchange a key");
    sandbox.check("2.7.0").finds(4, "policy-broken");
}
