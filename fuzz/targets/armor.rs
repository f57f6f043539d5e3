//! Bytes as a signature file, and as what lies in one: what parses has one spelling, and fits nothing that nobody signed.
#![no_main]

use base64ct::{Base64, Encoding};
use holdpoint_core::key::{LARGEST_SIGNATURE, Namespace, Ring, Signature, ring_line};
use libfuzzer_sys::fuzz_target;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";

fuzz_target!(|data: &[u8]| {
    if let Ok(signature) = Signature::parse(data) {
        assert!(data.len() <= LARGEST_SIGNATURE);
        let text = std::str::from_utf8(data).expect("it is text");
        let body = text.strip_prefix(BEGIN).and_then(|it| it.strip_suffix(END)).expect("it is armored");
        let blob = Base64::decode_vec(&body.replace('\n', "")).expect("it is base64");
        assert_eq!(armored(&blob), text, "a second spelling");
        check(&blob, &signature);
    }
    // Most of what a fuzzer finds is no armor. What it finds is put into one, so that the inside is seen as well.
    if let Ok(signature) = Signature::parse(armored(data).as_bytes()) {
        check(data, &signature);
    }
});

/// The armor as `ssh-keygen` writes it.
fn armored(blob: &[u8]) -> String {
    let body = Base64::encode_string(blob);
    let lines: Vec<&str> = body.as_bytes().chunks(70).map(|it| std::str::from_utf8(it).expect("ASCII")).collect();
    format!("{BEGIN}{}\n{END}", lines.join("\n"))
}

fn check(blob: &[u8], signature: &Signature) {
    let longer = armored(&[blob, b"\0"].concat());
    assert!(Signature::parse(longer.as_bytes()).is_err(), "what follows is not looked at");
    let shorter = armored(&blob[..blob.len() - 1]);
    assert!(Signature::parse(shorter.as_bytes()).is_err(), "its end is not looked at");
    assert_eq!(signature.key().to_line().parse().as_ref(), Ok(signature.key()), "its key is none");
    let maria = "maria@example.com".parse().expect("a person");
    let ring = ring_line(&maria, None, signature.key(), None);
    let ring = Ring::parse("signers", ring.as_bytes()).expect("its key can stand in a ring");
    if let Ok(namespace) = signature.namespace().parse::<Namespace>() {
        let verified = ring.verify(&maria, &namespace, b"nobody ever signed this\n", signature);
        assert!(verified.is_err(), "it fits what nobody signed");
    }
}
