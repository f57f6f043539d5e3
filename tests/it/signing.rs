//! Signing: every kind of statement verifies with stock OpenSSH, with every kind of key that people have.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::attacks::{founded_with, waive};
use crate::sandbox::{RECORDER, Sandbox, email, keys};

/// Holds an entry against stock OpenSSH: its name is the hash of its bytes, and the signature fits.
pub(crate) fn verify_with_stock_tools(sandbox: &Sandbox, path: &Path, text: &str) {
    let value = |key: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(&format!("{key} = \""))).unwrap();
        line.trim_end_matches('"').to_owned()
    };
    let sum = sandbox.run(".", Command::new("sha256sum").arg(path));
    assert_eq!(sum.split(' ').next(), path.file_stem().unwrap().to_str());
    let (ring, by) = (sandbox.path("repo/policy/0001/signers"), value("by"));
    let namespace = format!("holdpoint/{}@v1", value("kind"));
    let mut verify = Command::new("ssh-keygen");
    verify
        .args(["-Y", "verify", "-n", &namespace, "-I", &by, "-s"])
        .arg(format!("{}.sig", path.display()))
        .arg("-f")
        .arg(ring);
    let output = verify.stdin(Stdio::from(fs::File::open(path).unwrap())).output().unwrap();
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_kind_of_statement_verifies_with_stock_openssh() {
    let sandbox = founded_with(|it| it.replacen("may_skip = false", "may_skip = true", 3));
    for version in ["2.7.0", "2.6.0", "2.5.0"] {
        sandbox.release(version, RECORDER);
    }
    sandbox.as_person("eve", &["decline", "2.6.0", "kb", "--yes", "--reason", "step 2 is wrong"]).exits(0);
    let decline = sandbox.id("2.6.0", "kind = \"decline\"");
    sandbox.as_person("maria", &["revoke", "2.6.0", &decline, "--yes", "--reason", "it is right"]).exits(0);
    sandbox.as_person("lee", &["not-applicable", "2.6.0", "notice", "--yes", "--reason", "internal"]).exits(0);
    sandbox.as_person("maria", &["hold", "2.6.0", "--yes", "--reason", "wait"]).exits(0);
    let hold = sandbox.id("2.6.0", "kind = \"hold\"");
    sandbox.as_person("maria", &["lift", "2.6.0", &hold, "--yes", "--reason", "done"]).exits(0);
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.sign("2.7.0", "compatibility", "ned").exits(0);
    waive(&sandbox, "missing:notice");
    sandbox.publish("2.7.0").exits(0);
    let old = sandbox.path("site/recorder/2.5.0");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("recorder-2.5.0.bin"), RECORDER).unwrap();
    let adopt = ["record", "2.5.0", "--site", "downloads", "--adopt", "--yes", "--reason", "out before the gate"];
    sandbox.as_person("dana", &adopt).exits(0);
    let mut kinds = std::collections::BTreeSet::new();
    for version in ["2.7.0", "2.6.0", "2.5.0"] {
        for (path, text) in sandbox.entries(version) {
            verify_with_stock_tools(&sandbox, &path, &text);
            kinds.insert(text.lines().nth(1).unwrap().to_owned());
        }
    }
    assert_eq!(kinds.len(), 9, "{kinds:?}");
}

#[test]
fn ecdsa_keys_of_every_size_sign() {
    for bits in ["256", "384", "521"] {
        let sandbox = Sandbox::empty();
        let key = sandbox.path("key");
        sandbox.run(".", Command::new("ssh-keygen").args(["-q", "-t", "ecdsa", "-b", bits, "-N", "", "-f"]).arg(&key));
        let key = key.display().to_string();
        let init = ["init", "--project", "https://x.example.com", "--as", "dana@example.com", "--key", &key];
        sandbox.holdpoint(&init).exits(0);
        sandbox.release("2.7.0", RECORDER);
        sandbox.edit("releases/2.7.0/release.toml", |it| it.replace("sam@", "dana@"));
        sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", &key]).exits(0);
        let (path, text) = sandbox.entries("2.7.0").remove(0);
        verify_with_stock_tools(&sandbox, &path, &text);
    }
}

#[test]
fn an_agent_signs_with_the_public_key_alone() {
    let mut sandbox = Sandbox::ready();
    let socket = sandbox.path("agent").display().to_string();
    let mut agent = Command::new("ssh-agent").args(["-D", "-a", &socket]).stdout(Stdio::null()).spawn().unwrap();
    while !Path::new(&socket).exists() {
        std::thread::yield_now();
    }
    sandbox.set("SSH_AUTH_SOCK", &socket);
    sandbox.run(".", Command::new("ssh-add").arg("-q").arg(keys().join("maria")));
    let public = sandbox.path("maria.pub");
    fs::copy(keys().join("maria.pub"), &public).unwrap();
    let named = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", public.to_str().unwrap()]);
    sandbox.run(".", Command::new("ssh-add").arg("-q").arg(keys().join("lee")));
    // Nothing is named: the agent's keys are tried, and the one that stands in the ring for this person is taken.
    let found = sandbox.holdpoint(&["sign", "2.7.0", "notice", "--yes", "--as", &email("lee")]);
    agent.kill().unwrap();
    agent.wait().unwrap();
    named.exits(0);
    found.exits(0);
    for (path, text) in sandbox.entries("2.7.0") {
        verify_with_stock_tools(&sandbox, &path, &text);
    }
}

#[test]
fn gits_signing_key_is_the_default() {
    let sandbox = Sandbox::ready();
    let key = keys().join("maria");
    sandbox.git(&["config", "user.signingKey", key.to_str().unwrap()]);
    let answer = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes"]).exits(0);
    assert!(answer.stdout.contains("maria@example.com"), "{answer:#?}");
}

#[test]
fn somebody_with_nothing_but_ssh_keygen_signs() {
    let sandbox = Sandbox::ready();
    let request = sandbox.path("request.toml");
    let file = request.display().to_string();
    let answer = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--as", &email("maria"), "--request", &file]).exits(0);
    assert!(answer.stdout.contains("-n holdpoint/approve@v1"), "{answer:#?}");
    sandbox.ssh_sign("eve", "holdpoint/approve@v1", &request);
    sandbox.holdpoint(&["add", &file, &format!("{file}.sig"), "--yes"]).finds(1, "not maria@example.com's");
    sandbox.ssh_sign("maria", "holdpoint/hold@v1", &request);
    sandbox.holdpoint(&["add", &file, &format!("{file}.sig"), "--yes"]).finds(1, "holdpoint/hold@v1");
    sandbox.ssh_sign("maria", "holdpoint/approve@v1", &request);
    sandbox.holdpoint(&["add", &file, &format!("{file}.sig"), "--yes"]).exits(0);
    let (path, text) = sandbox.entries("2.7.0").remove(0);
    verify_with_stock_tools(&sandbox, &path, &text);
    let answer = sandbox.check_json("2.7.0").exits(3);
    assert_eq!(answer.json()["requirements"][0]["state"], "approved");
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_cure() {
    let sandbox = Sandbox::ready();
    let key = sandbox.path("open");
    fs::copy(keys().join("maria"), &key).unwrap();
    fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", key.to_str().unwrap()]).exits(2).finds(2, "chmod 600");
}

#[test]
fn a_key_without_its_last_line_break_is_refused_with_the_cure() {
    let sandbox = Sandbox::ready();
    let key = sandbox.path("cut");
    fs::write(&key, fs::read_to_string(keys().join("maria")).unwrap().trim_end()).unwrap();
    fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    let answer = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", key.to_str().unwrap()]);
    // Newer OpenSSH reads such a key; an older one does not, and then the cure is named.
    assert!(answer.code == 0 || answer.stderr.contains("last line break"), "{answer:#?}");
}

#[test]
fn without_ssh_keygen_it_says_what_to_install() {
    let mut sandbox = Sandbox::ready();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.set("PATH", "/nowhere");
    sandbox.sign("2.7.0", "kb", "maria").finds(4, "openssh-client");
    let path = std::env::var("PATH").unwrap();
    sandbox.set("PATH", &path);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn what_is_not_committed_is_not_signed() {
    let sandbox = Sandbox::ready();
    let before = sandbox.read("releases/2.7.0/kb.md");
    sandbox.write("releases/2.7.0/kb.md", &(before + "\nNot committed.\n"));
    sandbox.sign("2.7.0", "kb", "maria").finds(1, "is not committed");
    assert!(sandbox.entries("2.7.0").is_empty());
    // What the sign-off does not cover may be changed meanwhile, and stays as it is.
    sandbox.sign("2.7.0", "notice", "lee").exits(0);
    assert!(sandbox.read("releases/2.7.0/kb.md").ends_with("Not committed.\n"));
    assert_eq!(sandbox.git(&["status", "--porcelain"]).trim(), "M releases/2.7.0/kb.md");
}

#[test]
fn without_a_terminal_nothing_is_signed_unasked() {
    let sandbox = Sandbox::ready();
    sandbox.as_person("maria", &["sign", "2.7.0", "kb"]).finds(2, "there is no terminal to ask on");
    assert!(sandbox.entries("2.7.0").is_empty());
}

#[test]
fn somebody_outside_the_role_is_told_who_can() {
    let sandbox = Sandbox::ready();
    let answer = sandbox.sign("2.7.0", "kb", "lee").finds(1, "lee@example.com cannot sign `kb`");
    assert!(answer.stderr.contains("eve@example.com or maria@example.com"), "{answer:#?}");
}

#[test]
fn what_waits_for_somebody_is_listed() {
    let sandbox = Sandbox::ready();
    let answer = sandbox.as_person("maria", &["sign"]).exits(0);
    assert!(answer.stdout.contains("holdpoint sign 2.7.0 kb"), "{answer:#?}");
    sandbox.sign("2.7.0", "kb", "maria").exits(0);
    sandbox.as_person("maria", &["sign"]).finds(0, "Nothing waits for maria@example.com");
}
