//! Changing the policy, from the outside: two owners in two clones, what is sealed, what lapses, and the pin that moves along.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use holdpoint_core::digest::Digest;

use crate::sandbox::{Answer, Sandbox, email, keys, public_key, ring_without, same};

/// Writes the seal of a proposal by hand, with the digest that fits it.
pub(crate) fn seal(sandbox: &Sandbox, sealed: &str) {
    let before = Digest::of(sandbox.read("policy/proposed/sealed").as_bytes()).to_string();
    sandbox.write("policy/proposed/sealed", sealed);
    let text = sandbox.read("policy/proposed/policy.toml");
    sandbox.write("policy/proposed/policy.toml", &text.replace(&before, &Digest::of(sealed.as_bytes()).to_string()));
}

fn two_owners(it: String) -> String {
    it.replace("threshold = 1", "threshold = 2")
}

/// A clone of the remote, with the root pinned.
fn colleague(sandbox: &Sandbox) {
    sandbox.git_in(".", &["clone", "-q", "origin.git", "colleague"]);
    let pin = sandbox.pins()[0].clone();
    sandbox.git_in("colleague", &["config", "holdpoint.root", &pin]);
}

/// Runs the tool for somebody in the colleague's clone.
fn there(sandbox: &Sandbox, who: &str, arguments: &[&str]) -> Answer {
    let (email, key) = (email(who), keys().join(who));
    sandbox.holdpoint_in("colleague", &[arguments, &["--as", &email, "--key", key.to_str().unwrap()]].concat())
}

const SIGN: [&str; 4] = ["policy", "sign", "--yes", "--push"];

#[test]
fn two_owners_in_two_clones_change_the_policy() {
    let sandbox = Sandbox::with_remote();
    colleague(&sandbox);
    sandbox.propose(two_owners, same);
    let answer = sandbox.as_person("dana", &SIGN).finds(0, "pushed to main of");
    assert!(answer.stdout.contains("1 of 2 owners of policy 2 still to sign: sam@example.com"), "{answer:#?}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.holdpoint(&["policy", "check"]).exits(3);
    sandbox.git_in("colleague", &["pull", "-q"]);
    there(&sandbox, "sam", &SIGN).finds(0, "next: holdpoint policy adopt");
    let adopt = ["policy", "adopt", "--yes", "--push", "--as", "sam@example.com"];
    sandbox.holdpoint_in("colleague", &adopt).finds(0, "pushed to main of");
    let tree = sandbox.git_in("origin.git", &["ls-tree", "-r", "--name-only", "main", "policy"]);
    let names: Vec<&str> = tree.lines().filter(|it| !it.starts_with("policy/0001/")).collect();
    let expected = ["dana@example.com.sig", "policy.toml", "sam@example.com.sig", "sealed", "signers"];
    assert_eq!(names, expected.map(|it| format!("policy/0002/{it}")), "the proposal is gone");
    assert!(!sandbox.path("colleague/policy/proposed").exists());
    // The pins of both clones move forward: here with the adoption, there with the next check.
    assert_eq!(sandbox.git_in("colleague", &["config", "holdpoint.root"]).trim(), {
        sandbox.git(&["pull", "-q"]);
        sandbox.root(2)
    });
    assert_eq!(sandbox.pins(), [sandbox.root(1)]);
    sandbox.check("2.7.0").finds(0, "moved forward to policy 2");
    assert_eq!(sandbox.pins(), [sandbox.root(2)]);
}

#[test]
fn a_signature_is_put_on_what_the_branch_has_meanwhile() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(two_owners, same);
    sandbox.commit_all("Propose to sign together");
    sandbox.git(&["push", "-q"]);
    colleague(&sandbox);
    there(&sandbox, "sam", &SIGN).exits(0);
    sandbox.as_person("dana", &SIGN).finds(0, "pushed to main of");
    sandbox.adopt().finds(0, "policy 2 is in force");
}

#[test]
fn nothing_is_put_on_a_proposal_that_others_changed() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(two_owners, same);
    sandbox.commit_all("Propose it");
    sandbox.git(&["push", "-q"]);
    colleague(&sandbox);
    let text = fs::read_to_string(sandbox.path("colleague/policy/proposed/policy.toml")).unwrap();
    fs::write(sandbox.path("colleague/policy/proposed/policy.toml"), text.replace("max_hours = 72", "max_hours = 24"))
        .unwrap();
    there(&sandbox, "sam", &SIGN).exits(0);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.as_person("dana", &SIGN).finds(4, "nothing is committed");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
    assert!(!sandbox.path("repo/policy/proposed/dana@example.com.sig").exists());
    sandbox.git(&["pull", "-q"]);
    sandbox.as_person("dana", &SIGN).exits(0);
    sandbox.adopt().exits(0);
}

#[test]
fn an_adoption_is_never_put_on_another_one() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(same, same);
    sandbox.as_person("dana", &SIGN).exits(0);
    colleague(&sandbox);
    let adopt = ["policy", "adopt", "--yes", "--push", "--as", "sam@example.com"];
    sandbox.holdpoint_in("colleague", &adopt).exits(0);
    let mine = ["policy", "adopt", "--yes", "--push", "--as", "dana@example.com"];
    sandbox.holdpoint(&mine).finds(4, "others changed `policy` on `origin` meanwhile; nothing is committed");
    assert!(sandbox.path("repo/policy/proposed").exists());
    sandbox.git(&["pull", "-q"]);
    sandbox.adopt().finds(1, "nothing is proposed: policy 2 is in force");
    // What has nothing to do with the policies is no hindrance.
    sandbox.propose(same, same);
    sandbox.as_person("dana", &SIGN).exits(0);
    there(&sandbox, "maria", &["hold", "2.7.0", "--reason", "wait", "--yes", "--push"]).exits(0);
    sandbox.holdpoint(&adopt).finds(0, "pushed to main of");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn edits_are_kept_and_signatures_of_other_bytes_are_not() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2   # both of us"), same);
    sandbox.sign_policy("dana").exits(0);
    sandbox.holdpoint(&["policy", "propose"]).finds(0, "is up to date");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    // Another word, and the signature is one of another text.
    let text = sandbox.read("policy/proposed/policy.toml").replace("both of us", "both");
    sandbox.write("policy/proposed/policy.toml", &text);
    sandbox.holdpoint(&["policy", "check"]).finds(3, "dana@example.com.sig");
    sandbox
        .sign_policy("sam")
        .finds(0, "taken out, because they are of other bytes: policy/proposed/dana@example.com.sig");
    assert!(!sandbox.path("repo/policy/proposed/dana@example.com.sig").exists());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(sandbox.read("policy/proposed/policy.toml").contains("threshold = 2   # both\n"));
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().exits(0);
    assert!(sandbox.read("policy/0002/policy.toml").contains("threshold = 2   # both\n"));
}

#[test]
fn a_signature_made_with_nothing_but_openssh_counts() {
    let sandbox = Sandbox::signed();
    sandbox.propose(two_owners, same);
    let path = sandbox.path("repo/policy/proposed/policy.toml");
    let signature = sandbox.ssh_sign("sam", "holdpoint/policy@v1", &path);
    fs::remove_file(format!("{}.sig", path.display())).unwrap();
    sandbox.write("policy/proposed/sam@example.com.sig", &signature);
    sandbox.sign_policy("dana").finds(0, "next: holdpoint policy adopt");
    sandbox.adopt().exits(0);
}

#[test]
fn an_owner_signs_with_a_key_of_either_ring() {
    let sandbox = Sandbox::signed();
    // Dana changes her key at once: she signs as an owner of policy 1 with the old one, which is none of policy 2.
    sandbox.propose(same, |it| it.replace(&public_key("dana"), &public_key("mallory")));
    sandbox.sign_policy("dana").finds(0, "1 of 1 owner of policy 2 still to sign");
    sandbox.sign_policy("sam").finds(0, "next: holdpoint policy adopt");
    sandbox.adopt().exits(0);
    sandbox.propose(same, same);
    sandbox.sign_policy("dana").finds(1, "is not one of dana@example.com's");
    sandbox.with_key("dana", "mallory", &["policy", "sign", "--yes"]).finds(0, "next: holdpoint policy adopt");
}

#[test]
fn overlap_keeps_the_sign_offs_that_a_new_key_lapses() {
    let sandbox = Sandbox::signed();
    let both = |it: String| it + &crate::sandbox::ring_line("maria", "mallory");
    sandbox.adopt_policy(&["dana"], same, both);
    sandbox.check("2.7.0").exits(0);
    let only_new = |it: String| it.replace(&format!("maria@example.com {}\n", public_key("maria")), "");
    sandbox.propose(same, only_new);
    sandbox.sign_policy("dana").finds(0, "lapses  kb of 2.7.0, signed by maria@example.com");
    sandbox.adopt().finds(0, "lapsed  kb of 2.7.0");
    sandbox.check("2.7.0").finds(3, "lapsed");
    sandbox.with_key("maria", "mallory", &["sign", "2.7.0", "kb", "--yes"]).exits(0);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn nobody_signs_or_adopts_what_forgets_a_publication() {
    let sandbox = Sandbox::published();
    let rotated = |it: String| it.replace(&public_key("ci"), &public_key("mallory"));
    // It counts under the predecessor still, and would not with one more policy that does not seal it.
    sandbox.propose(same, rotated);
    seal(&sandbox, "");
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").finds(0, "published");
    sandbox.propose(same, same);
    seal(&sandbox, "");
    let answer = sandbox.sign_policy("dana").finds(1, "counts now, and would not any more");
    assert!(answer.stderr.contains("hint: holdpoint policy propose"), "{answer:#?}");
    sandbox.holdpoint(&["policy", "check"]).finds(4, "unsealed");
    sandbox.resign_policy("proposed", &["dana"]);
    sandbox.commit_all("Sign it past the command");
    sandbox.adopt().finds(1, "counts now, and would not any more");
    sandbox.holdpoint(&["policy", "propose"]).finds(0, "removed, because they do not fit any more");
    sandbox.sign_policy("dana").finds(0, "seals   publish of 2.7.0");
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").finds(0, "published");
}

#[test]
fn only_a_pin_of_this_clone_moves_forward() {
    let mut sandbox = Sandbox::signed();
    let first = sandbox.pins()[0].clone();
    let other = format!("sha256:{}", "0".repeat(64));
    sandbox.git(&["config", "--add", "holdpoint.root", &other]);
    sandbox.git(&["config", "--global", "holdpoint.root", &first]);
    sandbox.propose(same, same);
    sandbox.sign_policy("dana").exits(0);
    // What is adopted beside the branch of record may never be on it.
    sandbox.git(&["checkout", "-q", "-b", "feature"]);
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0).lacks("moved forward");
    assert_eq!(sandbox.pins(), [first.clone(), other.clone()]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "feature"]);
    sandbox.check("2.7.0").finds(0, "the pin of this clone moved forward to policy 2");
    assert_eq!(sandbox.pins(), [sandbox.root(2), other]);
    assert_eq!(sandbox.git(&["config", "--global", "holdpoint.root"]).trim(), first);
    sandbox.check("2.7.0").exits(0).lacks("moved forward");
    // A pin that is given for one run, or by the environment, is held to and not changed.
    sandbox.set("HOLDPOINT_ROOT", &first);
    sandbox.holdpoint(&["check", "2.7.0", "--root", &first]).exits(0);
}

#[test]
fn a_what_if_moves_no_pin() {
    let sandbox = Sandbox::signed();
    let first = sandbox.pins()[0].clone();
    sandbox.adopt_policy(&["dana"], same, same);
    sandbox.git(&["config", "holdpoint.root", &first]);
    sandbox.holdpoint(&["check", "2.7.0", "--now", "2099-01-01T00:00:00Z"]).exits(5);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "wait", "--yes"]).exits(0);
    assert_eq!(sandbox.pins(), [first]);
    sandbox.check("2.7.0").finds(1, "moved forward");
    assert_eq!(sandbox.pins(), [sandbox.root(2)]);
}

#[test]
fn publishing_moves_the_pin() {
    let sandbox = Sandbox::signed();
    let first = sandbox.pins()[0].clone();
    sandbox.adopt_policy(&["dana"], same, same);
    sandbox.git(&["config", "holdpoint.root", &first]);
    sandbox.publish("2.7.0").finds(0, "moved forward to policy 2");
    assert_eq!(sandbox.pins(), [sandbox.root(2)]);
}

#[test]
fn a_proposal_on_an_older_policy_is_written_again_on_the_newest() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("max_hours = 72", "max_hours = 48"), same);
    sandbox.commit_all("Propose two days");
    sandbox.git(&["mv", "policy/proposed", "aside"]);
    sandbox.commit_all("Put it aside");
    sandbox.adopt_policy(&["dana", "sam"], two_owners, same);
    sandbox.git(&["mv", "aside", "policy/proposed"]);
    sandbox.holdpoint(&["policy", "check"]).finds(4, "this is policy 2 in the place of policy 3");
    let answer = sandbox.holdpoint(&["policy", "propose"]).finds(0, "the proposal was written on policy 1");
    assert!(answer.stdout.contains("refreshed policy/proposed: policy 3"), "{answer:#?}");
    let text = sandbox.read("policy/proposed/policy.toml");
    // What policy 2 changed is not in it: the difference that is shown before anybody signs says so.
    assert!(text.contains("version = 3\n") && text.contains("max_hours = 48\n") && text.contains("threshold = 1\n"));
}

#[test]
fn head_becomes_the_checkpoint_when_asked() {
    let sandbox = Sandbox::signed();
    let head = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.holdpoint(&["policy", "propose", "--checkpoint"]).exits(0);
    assert!(sandbox.read("policy/proposed/policy.toml").contains(&format!("checkpoint = \"{head}\"")));
    sandbox.sign_policy("dana").exits(0);
    sandbox.adopt().exits(0);
    sandbox.check("2.7.0").exits(0);
    sandbox.propose(same, same);
    assert!(sandbox.read("policy/proposed/policy.toml").contains(&format!("checkpoint = \"{head}\"")));
}

#[test]
fn in_a_folder_of_a_larger_repository() {
    let sandbox = Sandbox::empty();
    fs::create_dir_all(sandbox.path("repo/product")).unwrap();
    let found = ["init", "--project", "https://x.example.com", "--as", "dana@example.com", "--key"];
    let key = keys().join("dana").display().to_string();
    sandbox.holdpoint_in("repo/product", &[&found[..], &[&key]].concat()).exits(0);
    sandbox.holdpoint_in("repo/product", &["policy", "propose"]).exits(0);
    sandbox.holdpoint_in("repo/product/policy", &["policy", "sign", "--yes", "--key", &key]).exits(0);
    sandbox.holdpoint_in("repo/product", &["policy", "adopt", "--as", "dana@example.com"]).exits(0);
    assert!(sandbox.path("repo/product/policy/0002/policy.toml").exists());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.holdpoint_in("repo/product", &["policy", "check"]).exits(0);
}

#[test]
fn a_proposal_waits_for_its_owners_among_all_else() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("sam", &["sign"]).exits(0).lacks("policy");
    sandbox.propose(|it| it.replace("threshold = 1", "threshold = 2"), same);
    sandbox.sign_policy("dana").exits(0);
    let answer = sandbox.as_person("sam", &["sign"]).exits(0);
    assert!(answer.stdout.contains("1 thing waits for sam@example.com"), "{answer:#?}");
    assert!(answer.stdout.contains("(signed: dana@example.com)\n      holdpoint policy sign"), "{answer:#?}");
    sandbox.as_person("dana", &["sign"]).exits(0).lacks("policy sign");
    let json = sandbox.as_person("sam", &["sign", "--format", "json"]).exits(0).json();
    assert_eq!(json["policy"]["number"], 2);
}

#[test]
fn an_adoption_that_is_not_shared_can_be_undone() {
    let sandbox = Sandbox::with_remote();
    let first = sandbox.pins();
    sandbox.propose(same, same);
    sandbox.as_person("dana", &SIGN).exits(0);
    sandbox.adopt().finds(0, "not pushed: git push origin HEAD:main").lacks("moved forward");
    sandbox.check("2.7.0").exits(0).lacks("moved forward");
    assert_eq!(sandbox.pins(), first);
    sandbox.git(&["reset", "-q", "--hard", "origin/main"]);
    sandbox.check("2.7.0").exits(0);
    sandbox.adopt().exits(0);
    sandbox.git(&["push", "-q"]);
    sandbox.check("2.7.0").finds(0, "moved forward to policy 2");
}

#[test]
fn an_adoption_that_waits_for_a_pull_request_moves_no_pin() {
    let sandbox = Sandbox::with_remote();
    let first = sandbox.pins();
    sandbox.propose(same, same);
    sandbox.as_person("dana", &SIGN).exits(0);
    let hook = sandbox.path("origin.git/hooks/update");
    fs::write(&hook, "#!/bin/sh\ntest \"$1\" != refs/heads/main || { echo protected >&2; exit 1; }\n").unwrap();
    fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).unwrap();
    let adopt = ["policy", "adopt", "--yes", "--push", "--as", "dana@example.com"];
    sandbox.holdpoint(&adopt).finds(0, "open a pull request").lacks("moved forward");
    sandbox.check("2.7.0").exits(0);
    assert_eq!(sandbox.pins(), first);
    sandbox.git(&["reset", "-q", "--hard", "origin/main"]);
    sandbox.check("2.7.0").exits(0);
}

#[test]
fn a_release_that_a_policy_would_stop_is_named_before_anybody_signs() {
    let sandbox = Sandbox::signed();
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "crashes", "--yes"]).exits(0);
    let hold = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("maria", &["lift", "2.7.0", &hold, "--yes", "--reason", "it was the driver"]).exits(0);
    sandbox.check("2.7.0").exits(0);
    let without = |it: String| it.replace("\"eve@example.com\", \"maria@example.com\"", "\"eve@example.com\"");
    sandbox.propose(without, |it| ring_without(&it, "maria"));
    let told = "2.7.0 is clear now, and would be blocked: held (";
    sandbox.holdpoint(&["policy", "check"]).finds(3, told);
    let json = sandbox.holdpoint(&["policy", "check", "--format", "json"]).exits(3).json();
    let turn = &json["proposed"]["consequences"]["turns"][0];
    assert_eq!((&turn["before"], &turn["after"]), (&"clear".into(), &"blocked".into()), "{json:#}");
    sandbox.sign_policy("dana").finds(0, told);
    sandbox.adopt().finds(0, "2.7.0 was clear, and is blocked: held (");
    sandbox.check("2.7.0").finds(1, "held");
}

#[test]
fn more_approvals_than_there_are_stop_a_release() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replacen("approvals = 1", "approvals = 2", 1), same);
    let answer = sandbox.holdpoint(&["policy", "check"]).finds(3, "2.7.0 is clear now, and would be waiting: ");
    assert!(answer.stdout.contains("kb"), "{answer:#?}");
    // What changes nothing for a release says nothing about it.
    sandbox.propose(|it| it.replacen("approvals = 2", "approvals = 1", 1), same);
    sandbox.holdpoint(&["policy", "check"]).exits(3).lacks("2.7.0");
}

#[test]
fn a_site_that_is_left_with_something_on_it_is_named() {
    let sandbox = Sandbox::published();
    sandbox.propose(|it| it.replace("name = \"downloads\"", "name = \"mirror\""), same);
    sandbox
        .holdpoint(&["policy", "check"])
        .finds(3, "the site `downloads` is no site any more, and 2.7.0 went out there");
    sandbox.sign_policy("dana").finds(0, "nobody can audit it");
}

#[test]
fn another_branch_of_record_is_made_by_the_command_that_is_named() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(|it| it.replace("branch = \"main\"", "branch = \"release\""), same);
    let step = "git push origin HEAD:release";
    sandbox.holdpoint(&["policy", "check"]).finds(3, step);
    sandbox.as_person("dana", &SIGN).finds(0, step);
    let adopt = ["policy", "adopt", "--yes", "--push", "--as", "dana@example.com"];
    let answer = sandbox.holdpoint(&adopt).finds(0, "`release` is the branch of record now: ");
    assert!(answer.stdout.trim_end().ends_with(step) && !answer.stderr.contains("moved forward"), "{answer:#?}");
    sandbox.git(&["push", "-q", "origin", "HEAD:release"]);
    sandbox.check("2.7.0").finds(0, "moved forward to policy 2");
}

#[test]
fn a_policy_for_another_folder_is_adopted_with_the_move_alone() {
    let sandbox = Sandbox::signed();
    sandbox.propose(|it| it.replace("path = \"\"", "path = \"sub\""), same);
    sandbox.sign_policy("dana").finds(0, "the coordination root belongs to `sub` instead of the top of the repository");
    let step = "git mv policy/proposed policy/0002 && mkdir -p sub && git mv policy releases sub/ && git commit";
    sandbox.adopt().finds(1, step);
    assert!(!sandbox.path("repo/policy/0002").exists());
    sandbox.check("2.7.0").exits(0);
    // The command that is named does it.
    sandbox.run("repo", std::process::Command::new("sh").arg("-c").arg(format!("{step} -q -m 'Move the record'")));
    sandbox.holdpoint_in("repo/sub", &["check", "2.7.0"]).exits(0);
}

#[test]
fn a_signature_that_was_not_shared_is_shared_by_the_same_command() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(two_owners, same);
    sandbox.sign_policy("dana").finds(0, "next: share it, as said below");
    sandbox.sign_policy("dana").finds(1, "git push origin HEAD:main");
    sandbox.as_person("dana", &SIGN).finds(0, "pushed to main of");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), sandbox.git_in("origin.git", &["rev-parse", "main"]));
    sandbox.as_person("dana", &SIGN).finds(1, "has signed policy 2 already");
}

#[test]
fn the_signatures_are_counted_as_they_were_pushed() {
    let sandbox = Sandbox::with_remote();
    sandbox.propose(two_owners, same);
    sandbox.commit_all("Propose to sign together");
    sandbox.git(&["push", "-q"]);
    colleague(&sandbox);
    there(&sandbox, "sam", &SIGN).finds(0, "still to sign: dana@example.com (signed: sam@example.com)");
    sandbox.as_person("dana", &SIGN).finds(0, "next: holdpoint policy adopt").lacks("still to sign");
}

#[test]
fn two_who_propose_at_once_are_told_how_to_pull() {
    let sandbox = Sandbox::with_remote();
    colleague(&sandbox);
    sandbox.holdpoint_in("colleague", &["policy", "propose"]).exits(0);
    there(&sandbox, "sam", &SIGN).exits(0);
    sandbox.propose(two_owners, same);
    let step = "mv policy/proposed proposed.mine && git pull origin main";
    sandbox.as_person("dana", &SIGN).finds(4, step);
    sandbox.run("repo", std::process::Command::new("sh").arg("-c").arg(format!("{step} -q")));
    assert!(sandbox.path("repo/policy/proposed/sam@example.com.sig").exists());
}

#[test]
fn a_proposal_for_another_project_says_which_one_to_put_back() {
    let sandbox = Sandbox::signed();
    sandbox.propose(same, same);
    let text = sandbox.read("policy/proposed/policy.toml");
    let project = "https://downloads.example.com/webinar";
    sandbox.write("policy/proposed/policy.toml", &text.replace(project, "https://other.example.com"));
    let answer = sandbox.holdpoint(&["policy", "propose"]).finds(4, &format!("put `project = \"{project}\"` back"));
    assert!(!answer.stdout.contains("policy sign"), "{answer:#?}");
}

#[test]
fn a_proposal_that_changes_nothing_is_signed_with_a_remark() {
    let sandbox = Sandbox::signed();
    sandbox.propose(same, same);
    sandbox.sign_policy("dana").finds(0, "policy 2 changes nothing but its number");
    sandbox.adopt().exits(0);
    sandbox.propose(two_owners, same);
    sandbox.sign_policy("dana").exits(0).lacks("changes nothing");
}

#[test]
fn an_answer_about_another_commit_or_an_unpinned_root_says_so() {
    let sandbox = Sandbox::signed();
    let before = sandbox.git(&["rev-parse", "HEAD"]).trim().to_owned();
    sandbox.adopt_policy(&["dana"], same, same);
    let answer = sandbox.holdpoint(&["policy", "check", "--at", &before]).finds(4, "without `--at`");
    assert!(answer.stdout.lines().next().unwrap().contains("(as of commit "), "{answer:#?}");
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    sandbox.holdpoint(&["policy", "check"]).finds(0, "(unverified: no pinned root)");
    let json = sandbox.holdpoint(&["policy", "check", "--at", &before, "--format", "json"]).exits(0).json();
    assert_eq!((&json["hypothetical"], &json["source"]["pinned"]), (&true.into(), &false.into()));
}
