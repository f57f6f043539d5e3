use super::super::samples::{self, ED25519, MESSAGE, P256, P384, P521, RSA, SecurityKey, outer};
use super::*;

fn parse(armored: &str) -> Result<Signature, SignatureFault> {
    Signature::parse(armored.as_bytes())
}

fn is_format(result: &Result<Signature, SignatureFault>) -> bool {
    matches!(result, Err(SignatureFault::Format(_)))
}

/// The wire bytes of a sample.
fn blob_of(armored: &str) -> Vec<u8> {
    unarmored(armored.as_bytes()).unwrap()
}

#[test]
fn fits_what_ssh_keygen_signed_and_nothing_else() {
    for armored in [ED25519.signature, samples::ED25519_SHA256, P256.signature, P384.signature, P521.signature] {
        let signature = parse(armored).unwrap();
        assert_eq!(signature.namespace(), samples::APPROVE);
        assert_eq!(signature.check(MESSAGE), Ok(()));
        for other in [&b""[..], b"release 2.7.0", b"release 2.7.1\n", b"release 2.7.0\n\n"] {
            assert_eq!(signature.check(other), Err(SignatureFault::WrongBytes));
        }
    }
}

#[test]
fn accepts_only_the_armor_that_ssh_keygen_writes() {
    let good = ED25519.signature;
    let body = good.strip_prefix(BEGIN).unwrap().strip_suffix(END).unwrap();
    let lines: Vec<&str> = body.lines().collect();
    let spelt_otherwise = [
        format!("junk\n{good}"),
        format!("\n{good}"),
        format!(" {good}"),
        format!("\u{feff}{good}"),
        format!("{good}junk\n"),
        format!("{good}\n"),
        good.repeat(2),
        good.replace('\n', "\r\n"),
        good.trim_end().to_owned(),
        good.replacen('\n', " \n", 1),
        good.replacen(lines[0], &format!("{} ", lines[0]), 1),
        good.replacen(lines[0], &format!(" {}", lines[0]), 1),
        good.replacen(lines[0], &format!("{}\n", lines[0]), 1),
        format!("{BEGIN}\n{body}{END}"),
        format!("{BEGIN}Comment: x\n\n{body}{END}"),
        format!("{BEGIN}{}\n{END}", lines.concat()),
        format!("{BEGIN}{}{END}", body.trim_end()),
        format!(
            "{BEGIN}{}\n{END}",
            lines.concat().as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\n")
        ),
        good.replace("WCQ==", "WCQ="),
        good.replace("WCQ==", "WCQ"),
        good.replace("WCQ==", "WCR=="), // the same bytes, spelt differently
        good.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        format!("{BEGIN}{END}"),
        String::new(),
    ];
    for (at, armored) in spelt_otherwise.iter().enumerate() {
        assert_ne!(armored, good, "{at}");
        assert!(is_format(&parse(armored)), "{at}: {armored}");
    }
    assert!(is_format(&Signature::parse(&[good.as_bytes(), b"\xff"].concat())));
}

#[test]
fn no_flipped_bit_and_no_cut_leaves_it_valid() {
    for sample in [ED25519, P256, P384, P521] {
        let blob = blob_of(sample.signature);
        for at in 0..blob.len() {
            let mut spoilt = blob.clone();
            spoilt[at] ^= 1 << (at % 8);
            let valid = parse(&armor(&spoilt)).is_ok_and(|it| it.check(MESSAGE).is_ok());
            assert!(!valid, "byte {at} of a {} signature", sample.key);
            assert!(parse(&armor(&blob[..at])).is_err(), "cut at {at}");
        }
        assert!(is_format(&parse(&armor(&[&blob[..], b"\0"].concat()))));
    }
}

#[test]
fn no_changed_character_of_the_file_leaves_it_valid() {
    for at in 0..ED25519.signature.len() {
        let mut spoilt = ED25519.signature.as_bytes().to_vec();
        spoilt[at] ^= 1;
        let valid = Signature::parse(&spoilt).is_ok_and(|it| it.check(MESSAGE).is_ok());
        assert!(!valid, "character {at}");
    }
}

#[test]
fn refuses_a_newer_version_a_reserved_field_and_another_hash() {
    let blob = blob_of(ED25519.signature);
    let read = Outer::read(&blob).unwrap();
    let made = |version, reserved: &[u8], hash| parse(&armor(&outer(read.key, version, reserved, hash, read.proof)));
    assert_eq!(made(1, b"", "sha512"), parse(ED25519.signature));
    assert_eq!(made(2, b"", "sha512"), Err(SignatureFault::Format("its version is not 1")));
    assert_eq!(made(1, b"x", "sha512"), Err(SignatureFault::Format("it has something in its reserved field")));
    assert_eq!(made(1, b"", "sha1"), Err(SignatureFault::Format("its hash is neither sha256 nor sha512")));
    // Read, because both hashes are known; and no longer the one that was signed.
    assert_eq!(made(1, b"", "sha256").unwrap().check(MESSAGE), Err(SignatureFault::WrongBytes));
}

#[test]
fn refuses_a_number_with_an_idle_zero() {
    let blob = blob_of(P256.signature);
    let read = Outer::read(&blob).unwrap();
    let (halves, _) = proof(read.proof, Algorithm::P256).unwrap();
    let spelt = |sign: &[u8]| {
        let mut numbers = Vec::new();
        for half in halves.chunks(32) {
            let minimal = if half[0] >= 0x80 { &[0][..] } else { &[] };
            put(&mut numbers, &[sign, minimal, half].concat());
        }
        let mut proof = Vec::new();
        put(&mut proof, b"ecdsa-sha2-nistp256");
        put(&mut proof, &numbers);
        parse(&armor(&outer(read.key, 1, b"", "sha512", &proof)))
    };
    assert_eq!(spelt(b""), parse(P256.signature));
    assert!(is_format(&spelt(b"\0")));
}

#[test]
fn names_the_type_that_it_cannot_verify() {
    assert_eq!(parse(RSA.signature), Err(SignatureFault::UnsupportedKey("ssh-rsa".to_owned())));
    let fault = parse(samples::CERTIFICATE.signature).unwrap_err().to_string();
    assert!(fault.starts_with("needs a key of another type: `ssh-ed25519-cert-v01@openssh.com` is not supported; "));
    let device = SecurityKey::p256("ssh:").public();
    let mut browser = Vec::new();
    put(&mut browser, b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com");
    let signature = parse(&armor(&outer(&device.to_blob(), 1, b"", "sha512", &browser)));
    assert!(matches!(signature, Err(SignatureFault::UnsupportedKey(_))));
}

#[test]
fn refuses_a_key_of_one_type_with_a_signature_of_another() {
    let (key, other) = (blob_of(ED25519.signature), blob_of(P256.signature));
    let (key, other) = (Outer::read(&key).unwrap(), Outer::read(&other).unwrap());
    let mixed = parse(&armor(&outer(key.key, 1, b"", "sha512", other.proof)));
    assert_eq!(mixed, Err(SignatureFault::Format("its key is of one type and its signature of another")));
}

#[test]
fn a_security_key_must_have_been_touched() {
    for device in [SecurityKey::ed25519("ssh:"), SecurityKey::p256("ssh:work")] {
        let checked = |flags| parse(&device.sign(flags)).unwrap().check(MESSAGE);
        for touched in [0x01, 0x05, 0x1d] {
            assert_eq!(checked(touched), Ok(()));
        }
        for untouched in [0x00, 0x04] {
            assert_eq!(checked(untouched), Err(SignatureFault::NoTouch));
        }
        for unknown in [0x03, 0x41, 0x81, 0x80] {
            assert_eq!(checked(unknown), Err(SignatureFault::UnknownFlags(unknown)));
        }
    }
}

#[test]
fn a_touch_cannot_be_added_later() {
    for device in [SecurityKey::ed25519("ssh:"), SecurityKey::p256("ssh:")] {
        let mut blob = blob_of(&device.sign(0));
        let flags = blob.len() - 5;
        blob[flags] = 1;
        assert_eq!(parse(&armor(&blob)).unwrap().check(MESSAGE), Err(SignatureFault::WrongBytes));
    }
}

#[test]
fn says_of_the_key_in_it_why_it_is_none() {
    let with = |point: &[u8]| {
        let mut key = Vec::new();
        put(&mut key, b"ssh-ed25519");
        put(&mut key, point);
        parse(&armor(&outer(&key, 1, b"", "sha512", b"")))
    };
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(with(&neutral).unwrap_err(), SignatureFault::Format("the key in it is one for which anybody can sign"));
    assert_eq!(with(&neutral[1..]).unwrap_err(), SignatureFault::Format("the key in it is damaged"));
}

#[test]
fn a_file_is_as_large_as_it_may_be_and_no_larger() {
    let too_large = SignatureFault::Format("it is larger than 8 KiB");
    let of = |size: usize| Signature::parse(&vec![b'x'; size]).unwrap_err();
    assert_eq!(LARGEST_SIGNATURE, 8_192);
    assert_ne!(of(LARGEST_SIGNATURE), too_large);
    assert_eq!(of(LARGEST_SIGNATURE + 1), too_large);
    assert_eq!(of(2 * LARGEST_SIGNATURE), too_large);
}
