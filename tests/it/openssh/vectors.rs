//! What OpenSSH's own tests of signatures cover, made again with the machine's `ssh-keygen` and put to both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use holdpoint_core::key::{Namespace, PublicKey, Ring, Signature, ring_line};
use tempfile::TempDir;

use super::oracle::{Answers, Case, Message, Oracle};
use super::samples::{APPROVE, MARIA, MESSAGE};

/// Key types as `ssh-keygen -t` takes them, with their sizes.
const SUPPORTED: [(&str, &str); 4] = [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")];

/// Keys that were made for one test.
struct Smithy(TempDir);

impl Smithy {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    #[track_caller]
    fn run(arguments: &[&str]) -> Output {
        let mut keygen = Command::new("ssh-keygen");
        let output = keygen.args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Makes a key, and gives the content of its `.pub` file.
    fn key(&self, name: &str, kind: (&str, &str)) -> String {
        let path = self.path(name);
        Self::run(&["-q", "-t", kind.0, "-b", kind.1, "-N", "", "-C", "maria's laptop", "-f", path.to_str().unwrap()]);
        self.public(name)
    }

    fn public(&self, name: &str) -> String {
        fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()
    }

    /// Has a certificate for `name` made by `authority`, for `person`.
    fn certify(&self, name: &str, authority: &str, person: &str) {
        let (key, authority) = (self.path(&format!("{name}.pub")), self.path(authority));
        let (key, authority) = (key.to_str().unwrap(), authority.to_str().unwrap());
        Self::run(&["-q", "-s", authority, "-I", "a certificate", "-n", person, key]);
    }

    /// Signs [`MESSAGE`] with the key in a file.
    fn sign(&self, key: &str, namespace: &str, more: &[&str]) -> Vec<u8> {
        let message = self.path("message");
        fs::write(&message, MESSAGE).unwrap();
        let signature = self.path("message.sig");
        let _ = fs::remove_file(&signature);
        let key = self.path(key);
        let mut arguments = vec!["-q", "-Y", "sign", "-n", namespace, "-f", key.to_str().unwrap()];
        arguments.extend(more);
        arguments.push(message.to_str().unwrap());
        Self::run(&arguments);
        fs::read(signature).unwrap()
    }
}

/// A case that [`MARIA`] signed [`MESSAGE`] for [`APPROVE`].
fn case(ring: impl Into<Vec<u8>>, signature: &[u8]) -> Case {
    Case {
        ring: ring.into(),
        person: MARIA.to_owned(),
        namespace: APPROVE.to_owned(),
        message: Message::Bytes(MESSAGE.to_vec()),
        signature: signature.to_vec(),
    }
}

#[track_caller]
fn answers(oracle: &mut Oracle, what: &str, case: &Case, wanted: Answers) {
    assert_eq!(oracle.compare(case), Ok(wanted), "{what}\n{case}");
}

#[test]
fn every_supported_key_and_hash_verifies_with_both() {
    let mut oracle = Oracle::new();
    for kind in SUPPORTED {
        let smithy = Smithy::new();
        let key = smithy.key("key", kind);
        let hashes: [&[&str]; 3] = [&[], &["-Ohashalg=sha256"], &["-Ohashalg=sha512"]];
        for more in hashes {
            let signature = smithy.sign("key", APPROVE, more);
            let what = format!("{kind:?} {more:?}");
            answers(&mut oracle, &what, &case(format!("{MARIA} {key}"), &signature), Answers::BothYes);
            let permitted = format!("{MARIA} namespaces=\"holdpoint/hold@v1,{APPROVE}\" {key}");
            answers(&mut oracle, &what, &case(permitted, &signature), Answers::BothYes);
        }
    }
}

#[test]
fn neither_accepts_another_message_person_key_or_namespace() {
    let mut oracle = Oracle::new();
    for kind in SUPPORTED {
        let smithy = Smithy::new();
        let (key, other) = (smithy.key("key", kind), smithy.key("other", kind));
        let signature = smithy.sign("key", APPROVE, &[]);
        let good = case(format!("{MARIA} {key}"), &signature);
        answers(&mut oracle, "as it was signed", &good, Answers::BothYes);
        let hold = Case { namespace: "holdpoint/hold@v1".to_owned(), ..good.clone() };
        let doubled = Message::Bytes([MESSAGE, MESSAGE].concat());
        let spoilt = [
            ("another key", Case { ring: format!("{MARIA} {other}").into(), ..good.clone() }),
            ("another person's line", Case { ring: format!("josef@example.com {key}").into(), ..good.clone() }),
            ("another person asked", Case { person: "josef@example.com".to_owned(), ..good.clone() }),
            ("another message", Case { message: doubled, ..good.clone() }),
            ("another namespace", hold),
            ("signed for another", Case { signature: smithy.sign("key", "holdpoint/hold@v1", &[]), ..good.clone() }),
            ("not permitted", case(format!("{MARIA} namespaces=\"holdpoint/hold@v1\" {key}"), &signature)),
            ("an option that is none", case(format!("{MARIA} octopus {key}"), &signature)),
            ("an unfinished option", case(format!("{MARIA} namespaces=\"{APPROVE} {key}"), &signature)),
            ("a ring of nobody", case("# nobody\n", &signature)),
        ];
        for (what, case) in spoilt {
            answers(&mut oracle, what, &case, Answers::BothNo);
        }
    }
}

#[test]
fn dates_of_a_key_never_open_the_gate() {
    let (mut oracle, smithy) = (Oracle::new(), Smithy::new());
    let key = smithy.key("key", SUPPORTED[0]);
    let signature = smithy.sign("key", APPROVE, &[]);
    let dated = |dates: &str| case(format!("{MARIA} {dates} {key}"), &signature);
    let eighties = dated("valid-after=\"19800101\",valid-before=\"19900101\"");
    answers(&mut oracle, "ran out", &eighties, Answers::BothNo);
    answers(&mut oracle, "begins later", &dated("valid-after=\"20980101\""), Answers::BothNo);
    let now = dated("valid-after=\"20200101\",valid-before=\"20980101\"");
    answers(&mut oracle, "valid now", &now, Answers::OnlyOpenssh("dates of a key"));
    // OpenSSH can be asked about another day. Holdpoint has no such question: a ring says the same for ever.
    for (day, valid) in [("19850101", true), ("19790101", false), ("19910101", false)] {
        assert_eq!(oracle.openssh_with(&eighties, &[&format!("-Overify-time={day}")]), valid, "{day}");
    }
}

#[test]
fn a_revoked_key_is_one_whose_line_is_gone() {
    let (mut oracle, smithy) = (Oracle::new(), Smithy::new());
    let (key, other) = (smithy.key("key", SUPPORTED[0]), smithy.key("other", SUPPORTED[0]));
    let signature = smithy.sign("key", APPROVE, &[]);
    let good = case(format!("{MARIA} {key}{MARIA} {other}"), &signature);
    answers(&mut oracle, "both keys", &good, Answers::BothYes);
    let revoked = oracle.beside("revoked", &key);
    assert!(!oracle.openssh_with(&good, &["-r", &revoked]));
    answers(&mut oracle, "its line is gone", &case(format!("{MARIA} {other}"), &signature), Answers::BothNo);
    let revoked = oracle.beside("revoked", &other);
    assert!(oracle.openssh_with(&good, &["-r", &revoked]));
    answers(&mut oracle, "the other line is gone", &case(format!("{MARIA} {key}"), &signature), Answers::BothYes);
}

#[test]
fn a_certificate_never_opens_the_gate() {
    for kind in [SUPPORTED[0], SUPPORTED[1]] {
        let (mut oracle, smithy) = (Oracle::new(), Smithy::new());
        let (key, authority) = (smithy.key("key", kind), smithy.key("authority", SUPPORTED[0]));
        smithy.certify("key", "authority", MARIA);
        let signature = smithy.sign("key-cert.pub", APPROVE, &[]);
        let certified = smithy.public("key-cert");
        let authorized = case(format!("{MARIA} cert-authority {authority}"), &signature);
        answers(&mut oracle, "its authority", &authorized, Answers::OnlyOpenssh("certificate authority"));
        let listed = case(format!("{MARIA} {certified}"), &signature);
        answers(&mut oracle, "the certificate itself", &listed, Answers::OnlyOpenssh("key of another type in a ring"));
        for (what, ring) in [
            ("its plain key", format!("{MARIA} {key}")),
            ("its plain key as an authority", format!("{MARIA} cert-authority {key}")),
            ("an authority that is not called one", format!("{MARIA} {authority}")),
            ("the authority of somebody else", format!("josef@example.com cert-authority {authority}")),
        ] {
            answers(&mut oracle, what, &case(ring, &signature), Answers::BothNo);
        }
    }
}

#[test]
fn an_rsa_key_never_opens_the_gate() {
    let (mut oracle, smithy) = (Oracle::new(), Smithy::new());
    let key = smithy.key("key", ("rsa", "2048"));
    let signature = smithy.sign("key", APPROVE, &[]);
    let good = case(format!("{MARIA} {key}"), &signature);
    answers(&mut oracle, "rsa", &good, Answers::OnlyOpenssh("key of another type in a ring"));
}

#[test]
fn openssh_signs_with_no_other_hash() {
    let smithy = Smithy::new();
    smithy.key("key", SUPPORTED[0]);
    fs::write(smithy.path("message"), MESSAGE).unwrap();
    for hash in ["sha1", "sha384", "md5"] {
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-Y", "sign", "-n", APPROVE, &format!("-Ohashalg={hash}"), "-f"]);
        let signed = keygen.arg(smithy.path("key")).arg(smithy.path("message")).output().unwrap();
        assert!(!signed.status.success(), "{hash}");
    }
}

#[test]
fn both_name_the_same_person_for_a_key() {
    let smithy = Smithy::new();
    let mut ring = "# people\n".to_owned();
    let namespaces = [Namespace::of("approve"), Namespace::of("hold")];
    let comment = "maria's \"blue\" laptop, # 2".parse().unwrap();
    for (at, kind) in SUPPORTED.into_iter().enumerate() {
        let key: PublicKey = smithy.key(&format!("key{at}"), kind).parse().unwrap();
        let person = format!("person{at}@example.com").parse().unwrap();
        ring += &ring_line(&person, (at % 2 == 0).then_some(&namespaces), &key, (at > 1).then_some(&comment));
    }
    let read = Ring::parse("signers", ring.as_bytes()).unwrap();
    let signers = smithy.path("signers");
    fs::write(&signers, &ring).unwrap();
    for at in 0..SUPPORTED.len() {
        let signature = smithy.sign(&format!("key{at}"), APPROVE, &[]);
        let file = smithy.path("found.sig");
        fs::write(&file, &signature).unwrap();
        let text = |it: &Path| it.to_str().unwrap().to_owned();
        let found = Smithy::run(&["-Y", "find-principals", "-f", &text(&signers), "-s", &text(&file)]);
        let signature = Signature::parse(&signature).unwrap();
        let ours = read.person_of(signature.key()).unwrap().to_string();
        assert_eq!(String::from_utf8_lossy(&found.stdout).trim_end(), ours);
    }
}
