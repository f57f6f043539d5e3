//! `holdpoint attest`: that a release went out through the gate, for programs of others.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use snapbox::str;
use tempfile::TempDir;

use crate::attacks::robots::founded_with;
use crate::sandbox::{Answer, RECORDER, Sandbox};

/// Keys that could sign attestations, and some that cannot, made once for all tests of a run.
pub(super) fn seals() -> &'static Path {
    static SEALS: OnceLock<TempDir> = OnceLock::new();
    let folder = SEALS.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let kinds: [(&str, &[&str]); 9] = [
            ("good", &["-t", "ecdsa", "-b", "256", "-m", "PKCS8", "-N", ""]),
            ("sec1", &["-t", "ecdsa", "-b", "256", "-m", "PEM", "-N", ""]),
            ("foreign", &["-t", "ecdsa", "-b", "256", "-m", "PKCS8", "-N", ""]),
            ("openssh", &["-t", "ecdsa", "-b", "256", "-N", ""]),
            ("encrypted", &["-t", "ecdsa", "-b", "256", "-m", "PKCS8", "-N", "secret"]),
            ("encrypted-sec1", &["-t", "ecdsa", "-b", "256", "-m", "PEM", "-N", "secret"]),
            ("p384", &["-t", "ecdsa", "-b", "384", "-m", "PKCS8", "-N", ""]),
            ("rsa", &["-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", ""]),
            ("rsa-pem", &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]),
        ];
        for (name, options) in kinds {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-C", name]).args(options).arg("-f").arg(folder.path().join(name));
            assert!(keygen.status().unwrap().success());
        }
        folder
    });
    folder.path()
}

/// A path as it is typed.
fn typed(path: PathBuf) -> String {
    path.to_str().unwrap().to_owned()
}

/// A repository whose policy lists two keys for attestations.
pub(super) fn founded() -> Sandbox {
    let sandbox = Sandbox::empty();
    let [good, sec1] = ["good.pub", "sec1.pub"].map(|it| typed(seals().join(it)));
    sandbox.found_with(&["--attest-key", &good, "--attest-key", &sec1]);
    sandbox
}

/// The same with 2.7.0 out on the site.
pub(super) fn published() -> Sandbox {
    let sandbox = founded();
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    sandbox
}

/// Runs `holdpoint attest 2.7.0` with the key of this name.
pub(super) fn attest(sandbox: &Sandbox, key: &str, more: &[&str]) -> Answer {
    let key = typed(seals().join(key));
    sandbox.holdpoint(&[&["attest", "2.7.0", "--key", &key], more].concat())
}

/// An attestation of 2.7.0, in a file of the sandbox.
pub(super) fn attested(sandbox: &Sandbox, name: &str) -> String {
    let out = typed(sandbox.path(name));
    attest(sandbox, "good", &["--out", &out]).exits(0);
    out
}

#[test]
fn the_envelope_is_one_line_and_names_what_went_out() {
    let sandbox = published();
    for key in ["good", "sec1"] {
        let answer = attest(&sandbox, key, &[]).exits(0);
        assert_eq!((answer.stdout.lines().count(), answer.stderr.as_str()), (1, ""), "{answer:#?}");
        let envelope = answer.json();
        assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
        let mut keygen = Command::new("ssh-keygen");
        let listed = sandbox.run(".", keygen.arg("-lf").arg(seals().join(format!("{key}.pub"))));
        assert_eq!(envelope["signatures"][0]["keyid"], listed.split(' ').nth(1).unwrap());
    }
    let json = attest(&sandbox, "good", &["--format", "json"]).exits(0).json();
    let line: Value = serde_json::from_str(json["envelope"].as_str().unwrap()).unwrap();
    assert_eq!(line["payloadType"], "application/vnd.in-toto+json");
    assert_eq!(json["resource"], "https://downloads.example.com/webinar#downloads/2.7.0");
    assert_eq!(json["statement"], sandbox.id("2.7.0", "kind = \"publish\"").as_str());
}

#[test]
fn a_file_is_written_whole_and_nothing_but_an_attestation_is_replaced() {
    let sandbox = published();
    let out = attested(&sandbox, "new/2.7.0.json");
    let first = fs::read(&out).unwrap();
    assert_eq!(attested(&sandbox, "new/2.7.0.json"), out);
    assert_ne!(fs::read(&out).unwrap(), first, "each signature is another");
    assert_eq!(fs::read_dir(sandbox.path("new")).unwrap().count(), 1);
    for precious in [typed(seals().join("good")), typed(sandbox.path("repo/policy"))] {
        attest(&sandbox, "good", &["--out", &precious]).finds(1, "is no attestation; nothing was written");
    }
    assert!(fs::read_to_string(seals().join("good")).unwrap().contains("PRIVATE KEY"));
    attest(&sandbox, "good", &["--quiet"]).finds(2, "would go nowhere");
    attest(&sandbox, "good", &["--now", "2026-01-01T00:00:00Z"]).finds(2, "leave `--now` out");
}

#[test]
fn only_a_release_that_is_out_and_that_nothing_speaks_against_is_attested() {
    let sandbox = founded();
    sandbox.release("2.7.0", RECORDER);
    attest(&sandbox, "good", &[]).finds(1, "2.7.0 is not published on `downloads`").finds(1, "holdpoint publish 2.7.0");
    sandbox.sign_all("2.7.0");
    attest(&sandbox, "good", &[]).finds(1, "2.7.0 is not published on `downloads`");
    sandbox.publish("2.7.0").exits(0);
    attest(&sandbox, "good", &[]).exits(0);
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    attest(&sandbox, "good", &[]).finds(1, "the record speaks against it").finds(1, "held");
    let id = sandbox.id("2.7.0", "kind = \"hold\"");
    sandbox.as_person("maria", &["lift", "2.7.0", &id[..8], "--reason", "it does not", "--yes"]).exits(0);
    attest(&sandbox, "good", &[]).exits(0);
    sandbox.edit("releases/2.7.0/matrix.md", |it| it + "\nMore.\n");
    attest(&sandbox, "good", &[]).finds(4, "cannot be told").finds(4, "published-changed");
}

#[test]
fn what_the_site_does_not_show_is_not_attested() {
    let sandbox = founded();
    sandbox.release("2.6.0", b"recorder 2.6.0\n");
    sandbox.sign_all("2.6.0");
    sandbox.publish("2.6.0").exits(0);
    let index = sandbox.path("site/releases.json");
    let before = fs::read_to_string(&index).unwrap();
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, before).unwrap();
    attest(&sandbox, "good", &[]).finds(1, "the site does not show it");
    let own = sandbox.id("2.7.0", "kind = \"publish\"");
    fs::write(&index, text.replace(&own, &"0".repeat(64))).unwrap();
    attest(&sandbox, "good", &[]).finds(4, "record-behind-site");
    fs::remove_file(&index).unwrap();
    attest(&sandbox, "good", &[]).finds(4, "there is no `releases.json`");
    fs::write(&index, "{}").unwrap();
    attest(&sandbox, "good", &[]).finds(4, "cannot be told");
}

#[test]
fn what_went_out_outside_the_gate_is_not_attested() {
    let sandbox = founded();
    sandbox.release("2.7.0", RECORDER);
    fs::create_dir_all(sandbox.path("site/recorder/2.7.0")).unwrap();
    fs::copy(sandbox.path("dist/recorder-2.7.0.bin"), sandbox.path("site/recorder/2.7.0/recorder-2.7.0.bin")).unwrap();
    let adopt = ["record", "2.7.0", "--site", "downloads", "--adopt", "--reason", "out since 2025", "--yes"];
    sandbox.as_person("dana", &adopt).exits(0);
    attest(&sandbox, "good", &[]).finds(1, "went out on `downloads` outside the gate");
}

#[test]
fn a_site_that_it_is_not_out_on_is_not_attested() {
    let sandbox = Sandbox::empty();
    let good = typed(seals().join("good.pub"));
    let mirror = format!("mirror=file://{}", sandbox.path("mirror").display());
    sandbox.found_with(&["--attest-key", &good, "--site", &mirror]);
    sandbox.release("2.7.0", RECORDER);
    sandbox.sign_all("2.7.0");
    sandbox.publish("2.7.0").exits(0);
    attest(&sandbox, "good", &["--site", "downloads"]).exits(0);
    let answer = attest(&sandbox, "good", &["--site", "mirror"]).finds(1, "2.7.0 is not published on `mirror`");
    assert!(answer.stderr.contains("hint: holdpoint publish 2.7.0 --site mirror --from DIR"), "{answer:#?}");
    attest(&sandbox, "good", &[]).finds(2, "name one: --site NAME");
}

#[test]
fn without_a_pinned_root_nothing_is_attested() {
    let sandbox = published();
    let root = sandbox.git(&["config", "--get", "holdpoint.root"]).trim().to_owned();
    sandbox.git(&["config", "--unset-all", "holdpoint.root"]);
    attest(&sandbox, "good", &[]).finds(4, "root-unpinned");
    attest(&sandbox, "good", &["--root", &root]).exits(0);
    attest(&sandbox, "good", &["--root", &format!("sha256:{}", "0".repeat(64))]).finds(4, "root-mismatch");
}

#[test]
fn the_remotes_tip_is_what_counts() {
    let sandbox = published();
    sandbox.git_in(".", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    let origin = typed(sandbox.path("origin.git"));
    sandbox.git(&["remote", "add", "origin", &origin]);
    sandbox.git(&["push", "-q", "-u", "origin", "main~1:refs/heads/main"]);
    // The publication is here alone.
    attest(&sandbox, "good", &[]).finds(1, "2.7.0 is not published on `downloads`");
    sandbox.git(&["push", "-q", "origin", "main"]);
    attest(&sandbox, "good", &[]).exits(0);
    // A hold that only a branch has.
    sandbox.git(&["switch", "-q", "-c", "aside"]);
    sandbox.as_person("eve", &["hold", "2.7.0", "--reason", "it crashes", "--yes"]).exits(0);
    sandbox.git(&["push", "-q", "origin", "aside:refs/heads/holdpoint/x"]);
    sandbox.git(&["switch", "-q", "main"]);
    attest(&sandbox, "good", &[]).finds(1, "held");
    sandbox.git(&["push", "-q", "origin", "--delete", "holdpoint/x"]);
    sandbox.git(&["branch", "-q", "-D", "aside"]);
    // A hold of somebody else, who has pushed it.
    sandbox.as_person("maria", &["hold", "2.7.0", "--reason", "it crashes", "--yes", "--push"]).exits(0);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    attest(&sandbox, "good", &[]).finds(1, "held");
}

#[test]
fn every_key_that_cannot_be_used_says_why_and_how_to_get_one() {
    let sandbox = published();
    let cases = [
        ("foreign", 1, "the policy does not list this key"),
        ("openssh", 4, "is in OpenSSH's own format"),
        ("encrypted", 4, "is encrypted"),
        ("encrypted-sec1", 4, "is encrypted"),
        ("p384", 4, "is a P-384 key, and P-256 is needed"),
        ("rsa", 4, "is an RSA key, and P-256 is needed"),
        ("rsa-pem", 4, "is a key of another type (`RSA PRIVATE KEY`)"),
        ("good.pub", 4, "is a public key"),
        ("none", 2, "there is no key file"),
    ];
    for (key, exit, why) in cases {
        let path = typed(seals().join(key));
        if key == "good.pub" {
            let copy = typed(sandbox.path("copy.pub"));
            fs::write(&copy, fs::read(path).unwrap()).unwrap();
            sandbox.run(".", Command::new("chmod").args(["600", &copy]));
            sandbox.holdpoint(&["attest", "2.7.0", "--key", &copy]).finds(exit, why);
            continue;
        }
        let answer = attest(&sandbox, key, &[]).finds(exit, why);
        assert!(answer.stderr.contains("hint: ") && answer.stdout.is_empty(), "{answer:#?}");
    }
    let without = Sandbox::published();
    attest(&without, "good", &[]).finds(1, "the policy lists no key for attestations");
}

#[test]
fn a_damaged_key_and_one_that_others_can_read_are_refused() {
    let sandbox = published();
    let own = typed(sandbox.path("own.pem"));
    let good = fs::read_to_string(seals().join("good")).unwrap();
    let spki = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let spoilt = good.replace("\nM", "\n!");
    let cases: [(&[u8], &str); 8] = [
        (&good.as_bytes()[..good.len() / 2], "is damaged"),
        (spoilt.as_bytes(), "is damaged"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is no P-256 key that can be used"),
        (spki.as_bytes(), "is a public key"),
        (certificate.as_bytes(), "is no private key (`CERTIFICATE`)"),
        (b"hello", "is no key in PEM"),
        (b"\x30\x81\xff\xfe", "is not text"),
        (&vec![b'x'; 20_000], "is larger than any private key"),
    ];
    for (bytes, why) in cases {
        fs::write(&own, bytes).unwrap();
        sandbox.run(".", Command::new("chmod").args(["600", &own]));
        sandbox.holdpoint(&["attest", "2.7.0", "--key", &own]).finds(4, why);
    }
    // What `openssl ecparam -genkey` writes begins with the curve; Windows ends lines otherwise.
    let sec1 = fs::read_to_string(seals().join("sec1")).unwrap();
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for text in [format!("{parameters}{sec1}"), good.replace('\n', "\r\n"), good.trim_end().to_owned()] {
        fs::write(&own, text).unwrap();
        sandbox.run(".", Command::new("chmod").args(["600", &own]));
        sandbox.holdpoint(&["attest", "2.7.0", "--key", &own]).exits(0);
    }
    sandbox.run(".", Command::new("chmod").args(["640", &own]));
    sandbox.holdpoint(&["attest", "2.7.0", "--key", &own]).finds(4, "its mode is 0640").finds(4, "chmod 600 ");
}

#[test]
fn the_policy_names_every_key_once_and_p256_alone() {
    let line = |name: &str| fs::read_to_string(seals().join(format!("{name}.pub"))).unwrap().trim().to_owned();
    let (good, p384) = (line("good"), line("p384"));
    for (keys, why) in [
        (String::new(), "`keys` is empty"),
        (format!("\"{good}\", \"{good}\""), "is named twice"),
        (format!("\"{p384}\""), "share only P-256"),
    ] {
        let sandbox = founded_with(|it| format!("{it}\n[attest]\nkeys = [{keys}]\n"));
        sandbox.release("2.7.0", RECORDER);
        sandbox.check("2.7.0").finds(4, why);
    }
}

#[test]
fn written_to_a_file() {
    let sandbox = published();
    let out = typed(sandbox.path("2.7.0.json"));
    attest(&sandbox, "good", &["--out", &out]).shows(str![[r#"
exit 0
-- stdout
2.7.0: ATTESTED on downloads  (1 file; key SHA256:[KEY])
wrote `[SANDBOX]/2.7.0.json`

next: holdpoint verify-attestation [SANDBOX]/2.7.0.json --artifact FILE

"#]]);
}

#[test]
fn refused() {
    let sandbox = founded();
    sandbox.release("2.7.0", RECORDER);
    attest(&sandbox, "good", &[]).shows(str![[r#"
exit 1
-- stderr
error: 2.7.0 is not published on `downloads`
  missing  compatibility: nobody has signed; ada@example.com or ned@example.com can
  missing  kb: nobody has signed; eve@example.com or maria@example.com can
  missing  notice: nobody has signed; kim@example.com or lee@example.com can
  hint: holdpoint publish 2.7.0 --site downloads --from DIR

"#]]);
    attest(&sandbox, "good", &["--format", "json"]).shows(str![[r#"
exit 1
-- stdout
{
  "error": {
    "hint": "holdpoint publish 2.7.0 --site downloads --from DIR",
    "message": "2.7.0 is not published on `downloads`"
  },
  "exit_code": 1,
  "findings": [
    {
      "code": "missing",
      "message": "nobody has signed; ada@example.com or ned@example.com can",
      "next": "holdpoint sign 2.7.0 compatibility",
      "severity": "waiting",
      "since": null,
      "subject": "compatibility",
      "who": [
        "ada@example.com",
        "ned@example.com"
      ]
    },
    {
      "code": "missing",
      "message": "nobody has signed; eve@example.com or maria@example.com can",
      "next": "holdpoint sign 2.7.0 kb",
      "severity": "waiting",
      "since": null,
      "subject": "kb",
      "who": [
        "eve@example.com",
        "maria@example.com"
      ]
    },
    {
      "code": "missing",
      "message": "nobody has signed; kim@example.com or lee@example.com can",
      "next": "holdpoint sign 2.7.0 notice",
      "severity": "waiting",
      "since": null,
      "subject": "notice",
      "who": [
        "kim@example.com",
        "lee@example.com"
      ]
    }
  ],
  "schema": 1
}

"#]]);
}

#[test]
fn bad_usage() {
    let sandbox = founded();
    sandbox.release("2.7.0", RECORDER);
    sandbox.holdpoint(&["attest", "2.7.0"]).shows(str![[r#"
exit 2
-- stderr
error: the following required arguments were not provided:
  --key <FILE>

Usage: holdpoint attest --key <FILE> <VERSION>

For more information, try '--help'.

"#]]);
    attest(&sandbox, "good", &["--site", "download"]).shows(str![[r#"
exit 2
-- stderr
error: there is no site `download`
  hint: did you mean `downloads`?

"#]]);
}

#[test]
fn could_not() {
    let sandbox = published();
    fs::remove_file(sandbox.path("site/releases.json")).unwrap();
    attest(&sandbox, "good", &[]).shows(str![[r#"
exit 4
-- stderr
error: what is out on `downloads` cannot be told: there is no `releases.json`
  because: looked at file://[SANDBOX]/site on this machine
  hint: run the same command where the site can be seen

"#]]);
}
