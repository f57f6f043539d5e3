use super::super::samples::{
    APPROVE, CERTIFICATE, ED25519, EVE, MESSAGE, P256, P384, P521, RSA, SecurityKey, approve, eve, maria,
};
use super::*;

fn ring(text: &str) -> Ring {
    Ring::parse("signers", text.as_bytes()).unwrap()
}

/// `LINE:COLUMN+WIDTH message` for every fault.
fn faults(text: &str) -> Vec<String> {
    let problems = Ring::parse("signers", text.as_bytes()).unwrap_err();
    assert!(problems.iter().all(|it| !it.help.is_empty() && it.place.path == "signers"));
    problems
        .iter()
        .map(|it| format!("{}:{}+{} {}", it.place.line, it.place.column, it.place.width, it.message))
        .collect()
}

fn signed(armored: &str) -> Signature {
    Signature::parse(armored.as_bytes()).unwrap()
}

/// The key of a sample, without its comment.
fn bare(key: &str) -> String {
    key.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_person_may_have_several_keys() {
    let text = format!(
        "# people\n\nmaria@example.com {}eve@example.com\tnamespaces=\"{APPROVE}\"  {}\n  # rotated\nmaria@example.com {}",
        ED25519.key,
        bare(EVE.key),
        P256.key
    );
    let ring = ring(&text);
    assert_eq!(ring.people().collect::<Vec<_>>(), [&eve(), &maria()]);
    assert_eq!(
        ring.keys_of(&maria()).iter().map(|it| it.key().algorithm()).collect::<Vec<_>>(),
        ["ssh-ed25519", "ecdsa-sha2-nistp256"]
    );
    assert_eq!(ring.keys_of(&maria())[0].namespaces(), None);
    assert_eq!(ring.keys_of(&eve())[0].namespaces(), Some(&[approve()][..]));
    assert_eq!(ring.person_of(&EVE.key.parse().unwrap()), Some(&eve()));
    assert_eq!(ring.person_of(&P384.key.parse().unwrap()), None);
    let stranger = "kim@example.com".parse().unwrap();
    assert!(ring.has(&eve()) && !ring.has(&stranger) && ring.keys_of(&stranger).is_empty());
}

#[test]
fn reads_the_lines_it_writes() {
    let key = ED25519.key.parse().unwrap();
    let comment = "Maria's laptop \"blue\"".parse().unwrap();
    let line = ring_line(&maria(), Some(&[Namespace::of("hold"), approve()]), &key, Some(&comment));
    assert_eq!(
        line,
        format!(
            "maria@example.com namespaces=\"holdpoint/hold@v1,{APPROVE}\" {} Maria's laptop \"blue\"\n",
            key.to_line()
        )
    );
    assert!(ring(&line).keys_of(&maria())[0].may_sign(&approve()));
    let device = SecurityKey::p256("ssh:").public();
    assert_eq!(ring(&ring_line(&maria(), None, &device, None)).person_of(&device), Some(&maria()));
    // What may sign nothing must not come back as a key that may sign everything.
    assert!(Ring::parse("signers", ring_line(&maria(), Some(&[]), &key, None).as_bytes()).is_err());
}

#[test]
fn reports_everything_that_could_name_more_than_one_person_in_one_run() {
    let (a, b, c) = (bare(ED25519.key), bare(P256.key), bare(P384.key));
    let text = format!(
        "*@example.com {a}\nmaria@example.com,!eve@example.com {b}\nlee@example.com,kim@example.com {c}\nbob {}",
        P521.key
    );
    assert_eq!(
        faults(&text),
        [
            "1:1+13 `*@example.com` is a pattern, and could be anybody",
            "2:1+34 `maria@example.com,!eve@example.com` says who it is not",
            "3:1+31 `lee@example.com,kim@example.com` is more than one person",
            "4:1+3 `bob` is not written like maria@example.com",
        ]
    );
}

#[test]
fn reports_every_option_but_namespaces() {
    let key = bare(ED25519.key);
    let text = format!(
        "maria@example.com cert-authority,valid-after=\"20260101\",valid-before=\"20270101\",no-touch-required {key}\n"
    );
    assert_eq!(
        faults(&text),
        [
            "1:19+14 the option `cert-authority` lets somebody outside the ring name people",
            "1:34+22 the option `valid-after` depends on a clock",
            "1:57+23 the option `valid-before` depends on a clock",
            "1:81+17 the option `no-touch-required` is not known",
        ]
    );
    assert_eq!(faults(&format!("maria@example.com Cert-Authority {key}\n")).len(), 1);
    assert_eq!(faults(&format!("maria@example.com NAMESPACES=\"{APPROVE}\" {key}\n")).len(), 1);
}

#[test]
fn reports_namespaces_that_are_not_plain() {
    let key = bare(ED25519.key);
    let options = |it: &str| faults(&format!("maria@example.com {it} {key}\n"));
    assert_eq!(
        options("namespaces=\"holdpoint/*,git,holdpoint/hold@v1,holdpoint/hold@v1\",namespaces=\"x\""),
        [
            "1:31+11 `holdpoint/*` is a pattern",
            "1:43+3 `git` is not a namespace such as `holdpoint/approve@v1`",
            "1:65+17 `holdpoint/hold@v1` is written twice",
            "1:84+14 `namespaces` is written twice",
        ]
    );
    assert_eq!(options("namespaces=holdpoint/hold@v1"), ["1:19+28 the namespaces are not in quotes"]);
    assert_eq!(options("namespaces"), ["1:19+10 the namespaces are not in quotes"]);
    for bad in
        ["namespaces=\"\"", "namespaces=\"!holdpoint/hold@v1\"", "namespaces=\"holdpoint/hold@v1, holdpoint/lift@v1\""]
    {
        assert!(!options(bad).is_empty(), "{bad}");
    }
}

#[test]
fn reports_a_key_that_could_count_twice() {
    let key = bare(ED25519.key);
    let text = format!("maria@example.com {key}\neve@example.com {key}\n");
    assert_eq!(faults(&text), ["2:17+80 this key is already that of `maria@example.com`"]);
    let text = format!("maria@example.com {key} old\nmaria@example.com {key} new\n");
    assert_eq!(faults(&text), ["2:19+80 this key of `maria@example.com` stands here twice"]);
    let text = format!("maria@example.com {key}\nMaria@Example.com {}", P256.key);
    assert_eq!(faults(&text), ["2:1+17 `Maria@Example.com` and `maria@example.com` differ only in case"]);
}

#[test]
fn names_the_key_types_that_are_not_supported() {
    let text = format!("maria@example.com {}eve@example.com {}", RSA.key, CERTIFICATE.key);
    let found = faults(&text);
    assert!(found[0].starts_with("1:19+7 unsupported key type `ssh-rsa`; ssh-ed25519, "), "{found:?}");
    assert!(found[1].starts_with("2:17+32 unsupported key type `ssh-ed25519-cert-v01@openssh.com`; "), "{found:?}");
    assert_eq!(found.len(), 2);
    let text = format!("maria@example.com {}", ED25519.key.replace("ssh-ed25519", "ecdsa-sha2-nistp256"));
    assert!(faults(&text)[0].starts_with("1:19+19 "), "a key that says it is of another type");
}

#[test]
fn reports_junk_where_it_stands() {
    let key = bare(ED25519.key);
    let missing = "this is not a public key in one line, such as `ssh-ed25519 AAAA… maria@example.com`";
    for (text, fault) in [
        (String::new(), "1:1+1 the ring is empty".to_owned()),
        ("# nobody\n\n".to_owned(), "1:1+1 the ring is empty".to_owned()),
        (format!("{key} maria@example.com\n"), "1:1+11 the line names nobody".to_owned()),
        ("ssh-ed25519\n".to_owned(), "1:1+11 the line names nobody".to_owned()),
        (RSA.key.to_owned(), "1:1+7 the line names nobody".to_owned()),
        (format!("maria@example.com namespaces=\"{APPROVE}\"\n"), "1:1+51 the line has no key".to_owned()),
        ("maria@example.com\n".to_owned(), "1:1+17 the line has no key".to_owned()),
        ("maria@example.com ssh-ed25519\n".to_owned(), format!("1:19+11 {missing}")),
        ("maria@example.com hello world\n".to_owned(), format!("1:19+11 {missing}")),
        (
            format!("maria@example.com {}\n", &key[..60]),
            "1:19+60 the key is damaged: it was cut, or a character was changed".to_owned(),
        ),
        (format!("maria@example.com {key}\r\n"), "1:99+1 the line ends as on Windows".to_owned()),
        (
            format!("maria@example.com {key} a\u{202e}b\n"),
            "1:101+1 the line has the character \\u{202e}, which a reader cannot see".to_owned(),
        ),
        (
            format!("\"maria@example.com\" {key}\n"),
            "1:1+19 `\"maria@example.com\"` has the character `\"`; a person is written like maria@example.com"
                .to_owned(),
        ),
    ] {
        let found = faults(&text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with(&fault), "{found:?}, not {fault}");
    }
    assert!(Ring::parse("signers", b"\xff").is_err());
}

#[test]
fn verifies_what_a_person_signed_with_any_key_of_theirs() {
    for sample in [ED25519, P256, P384, P521] {
        let ring = ring(&format!("maria@example.com {}maria@example.com {}", sample.key, EVE.key));
        let key = ring.verify(&maria(), &approve(), MESSAGE, &signed(sample.signature)).unwrap();
        assert_eq!(key.key().fingerprint(), sample.fingerprint);
        let other = ring.verify(&maria(), &approve(), b"release 2.7.1\n", &signed(sample.signature));
        assert_eq!(other.unwrap_err().to_string(), "does not fit the bytes");
    }
    for device in [SecurityKey::ed25519("ssh:"), SecurityKey::p256("ssh:")] {
        let ring = ring(&ring_line(&maria(), None, &device.public(), None));
        assert!(ring.verify(&maria(), &approve(), MESSAGE, &signed(&device.sign(1))).is_ok());
        let untouched = ring.verify(&maria(), &approve(), MESSAGE, &signed(&device.sign(0)));
        assert_eq!(untouched.unwrap_err().to_string(), "was made by a security key that nobody touched");
    }
}

#[test]
fn refuses_a_signature_made_for_something_else() {
    let ring = ring(&format!("maria@example.com {}", ED25519.key));
    let fault = ring.verify(&maria(), &Namespace::of("hold"), MESSAGE, &signed(ED25519.signature)).unwrap_err();
    assert_eq!(fault.to_string(), "was made for `holdpoint/approve@v1`, not `holdpoint/hold@v1`");
}

#[test]
fn refuses_a_signature_of_somebody_else() {
    let ring = ring(&format!("maria@example.com {}eve@example.com {}", ED25519.key, EVE.key));
    let by_eve = signed(EVE.signature);
    assert!(ring.verify(&eve(), &approve(), MESSAGE, &by_eve).is_ok());
    let fault = ring.verify(&maria(), &approve(), MESSAGE, &by_eve).unwrap_err();
    assert_eq!(
        fault.to_string(),
        format!("was made by a key that is not maria@example.com's in the ring ({})", EVE.fingerprint)
    );
    let stranger = "kim@example.com".parse().unwrap();
    assert!(ring.verify(&stranger, &approve(), MESSAGE, &by_eve).is_err());
}

#[test]
fn refuses_a_key_that_may_not_sign_this() {
    let ring = ring(&format!("maria@example.com namespaces=\"holdpoint/publish@v1\" {}", ED25519.key));
    let fault = ring.verify(&maria(), &approve(), MESSAGE, &signed(ED25519.signature)).unwrap_err();
    let words = "was made by a key that the ring does not let sign `holdpoint/approve@v1`";
    assert_eq!(fault.to_string(), format!("{words} ({})", ED25519.fingerprint));
}

#[test]
fn another_application_is_another_security_key() {
    let device = SecurityKey::ed25519("ssh:");
    let other = PublicKey { application: "ssh:other".to_owned(), ..device.public() };
    let ring = ring(&ring_line(&maria(), None, &other, None));
    let fault = ring.verify(&maria(), &approve(), MESSAGE, &signed(&device.sign(1))).unwrap_err();
    assert!(matches!(fault, SignatureFault::ForeignKey { .. }));
}

#[test]
fn a_mebibyte_of_faults_is_told_in_bounded_time() {
    let junk = "x\n".repeat(500_000);
    assert_eq!(Ring::parse("signers", junk.as_bytes()).unwrap_err().len(), 1_000);
}
