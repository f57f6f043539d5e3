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

/// A private file of these bytes, to sign with.
fn handed(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let key = sandbox.path("handed");
    fs::write(&key, bytes).unwrap();
    fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    key.display().to_string()
}

#[test]
fn a_key_that_ci_spoilt_signs_and_its_copy_is_gone_afterwards() {
    let text = fs::read_to_string(keys().join("maria")).unwrap();
    let base64 = <base64ct::Base64 as base64ct::Encoding>::encode_string(text.as_bytes());
    for spoilt in [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        text.replace('\n', "\\n"),
        text.replace('\n', " "),
        base64,
    ] {
        let mut sandbox = Sandbox::ready();
        let private = sandbox.path("tmp");
        fs::create_dir(&private).unwrap();
        sandbox.environment.push(("TMPDIR".to_owned(), private.display().to_string()));
        let key = handed(&sandbox, spoilt.as_bytes());
        let answer = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", &key]).exits(0);
        assert!(!answer.stderr.contains("PRIVATE") && !answer.stdout.contains("PRIVATE"), "{answer:#?}");
        sandbox.holdpoint(&["sign", "2.7.0", "nonsense", "--yes", "--key", &key]).exits(2);
        assert_eq!(fs::read_dir(&private).unwrap().count(), 0, "nothing of the key stays");
    }
}

#[test]
fn a_key_from_a_pipe_signs() {
    let sandbox = Sandbox::ready();
    for (at, name) in ["/dev/stdin", "/dev/fd/0"].into_iter().enumerate() {
        let requirement = ["kb", "kb"][at];
        let mut command = sandbox.command("repo", &["sign", "2.7.0", requirement, "--yes", "--key", name]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, &fs::read(keys().join("maria")).unwrap()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() || said.contains("already"), "{name}: {said}");
    }
    assert!(!sandbox.entries("2.7.0").is_empty());
}

#[test]
fn what_is_no_key_of_this_kind_is_told_what_fits() {
    let sandbox = Sandbox::ready();
    let made = |kind: &[&str]| {
        let file = sandbox.path(&format!("made{}", kind.concat()));
        sandbox.run(".", Command::new("ssh-keygen").args(["-q", "-f"]).arg(&file).args(kind));
        fs::read(file).unwrap()
    };
    let good = fs::read(keys().join("maria")).unwrap();
    for (bytes, cure) in [
        (Vec::new(), "set the secret"),
        (made(&["-t", "rsa", "-b", "2048", "-N", ""]), "ssh-keygen -t ed25519"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n".to_vec(), "puttygen"),
        (good[..200].to_vec(), "from the line BEGIN"),
        (fs::read(keys().join("maria.pub")).unwrap(), "agent"),
    ] {
        let key = handed(&sandbox, &bytes);
        let answer = sandbox.holdpoint(&["sign", "2.7.0", "kb", "--yes", "--key", &key]);
        assert!(answer.code != 0, "{cure}");
        assert!(answer.stderr.contains(cure), "{cure}: {answer:#?}");
    }
    let text = fs::read(keys().join("maria")).unwrap();
    let locked = sandbox.path("locked");
    fs::write(&locked, text).unwrap();
    fs::set_permissions(&locked, PermissionsExt::from_mode(0o600)).unwrap();
    sandbox.run(".", Command::new("ssh-keygen").args(["-q", "-p", "-N", "secret", "-f"]).arg(&locked));
    let mut sign = sandbox.command("repo", &["sign", "2.7.0", "kb", "--yes", "--key", locked.to_str().unwrap()]);
    let output = sign.stdin(Stdio::null()).env("SSH_ASKPASS_REQUIRE", "never").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("passphrase") && said.contains("ssh-add"), "{said}");
}
