//! The key that signs attestations. It is the one private key that this process reads: what `ssh-keygen` signs is never the
//! bytes of an envelope alone.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64ct::{Base64, Encoding};
use holdpoint_core::key::{AttestKey, PublicKey};

use crate::failure::Failure;

/// The largest key file, in bytes. A real one has a few hundred.
const LARGEST: u64 = 16 << 10;

/// How to make a key that can be used.
const MAKE: &str = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out attest.pem";

/// A P-256 key pair.
pub(crate) struct Attester {
    pair: EcdsaKeyPair,
    public: AttestKey,
}

impl Attester {
    /// Reads a private key: PKCS#8 or SEC 1, in PEM, not encrypted.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        let mut file = File::open(path).map_err(|why| match why.kind() {
            ErrorKind::NotFound => {
                Failure::usage(format!("there is no key file `{shown}`")).hint(format!("make one: {MAKE}"))
            }
            _ => unreadable(&shown, &why),
        })?;
        is_private(&file, &shown)?;
        let mut bytes = Vec::new();
        file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(|why| unreadable(&shown, &why))?;
        let der = der(&bytes, &shown)?;
        let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &der)
            .map_err(|_| unusable(&der, &shown))?;
        let public = AttestKey::of_point(pair.public_key().as_ref()).ok_or_else(|| unusable(&der, &shown))?;
        Ok(Self { pair, public })
    }

    /// The public half.
    pub(crate) fn public(&self) -> &AttestKey {
        &self.public
    }

    /// Signs `message`, and returns the signature in DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|_| Failure::new("the attestation cannot be signed"))?;
        Ok(signature.as_ref().to_vec())
    }
}

fn unreadable(shown: &str, why: &std::io::Error) -> Failure {
    Failure::new(format!("the key `{shown}` cannot be read")).because(why)
}

/// Refuses a key that others can read, as `ssh-keygen` does.
#[cfg(unix)]
fn is_private(file: &File, shown: &str) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt;
    let meta = file.metadata().map_err(|why| unreadable(shown, &why))?;
    if meta.is_file() && meta.mode() & 0o077 != 0 {
        return Err(Failure::new(format!(
            "others can read the key `{shown}`: its mode is {:04o}",
            meta.mode() & 0o7777
        ))
        .hint(format!("chmod 600 {shown}")));
    }
    Ok(())
}

#[cfg(not(unix))]
fn is_private(_: &File, _: &str) -> Result<(), Failure> {
    Ok(())
}

/// The bytes between the first line and the last of a private key; what is something else is told by its name.
fn der(bytes: &[u8], shown: &str) -> Result<Vec<u8>, Failure> {
    let refuse = |what: &str, hint: String| Err(Failure::new(format!("`{shown}` {what}")).hint(hint));
    if bytes.len() as u64 > LARGEST {
        return refuse("is larger than any private key", format!("make one: {MAKE}"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let hint = format!("if it is a key in DER: openssl pkey -inform DER -in {shown} -out attest.pem");
        return refuse("is not text, and a key is read from PEM alone", hint);
    };
    let labels: Vec<&str> =
        text.lines().filter_map(|it| it.trim_end().strip_prefix("-----BEGIN ")?.strip_suffix("-----")).collect();
    let label = labels.iter().find(|it| **it == "PRIVATE KEY" || **it == "EC PRIVATE KEY");
    if let Some(label) = label.filter(|_| !text.contains("ENCRYPTED")) {
        return body(text, label).map_or_else(
            || {
                refuse(
                    "is damaged: it was cut, or a character was changed",
                    "restore it from where it is kept".to_owned(),
                )
            },
            Ok,
        );
    }
    let own = format!("name the private key; make one: {MAKE}");
    match labels.as_slice() {
        _ if text.contains("ENCRYPTED") => refuse(
            "is encrypted, and no passphrase is asked for here",
            format!("write it out where only this job can read it: openssl pkey -in {shown} -out attest.pem"),
        ),
        [] if text.parse::<PublicKey>().is_ok() => refuse("is a public key", own),
        [] => refuse("is no key in PEM", format!("make one: {MAKE}")),
        [label, ..] if label.ends_with("OPENSSH PRIVATE KEY") => refuse(
            "is in OpenSSH's own format",
            format!("copy it, and convert the copy: cp {shown} attest.pem && ssh-keygen -p -m PKCS8 -f attest.pem"),
        ),
        [label, ..] if label.ends_with("PUBLIC KEY") => refuse("is a public key", own),
        [label, ..] if label.ends_with("PRIVATE KEY") => {
            refuse(&format!("is a key of another type (`{label}`), and P-256 is needed"), format!("make one: {MAKE}"))
        }
        [label, ..] => refuse(&format!("is no private key (`{}`)", holdpoint_core::name::escaped(label)), own),
    }
}

/// What stands between the lines that begin and end `label`.
fn body(text: &str, label: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let (_, after) = text.split_once(&begin)?;
    let (body, _) = after.split_once(&end)?;
    let encoded: String = body.split_ascii_whitespace().collect();
    Base64::decode_vec(&encoded).ok().filter(|it| !it.is_empty())
}

/// A key that is no P-256 one; which it is, is told from the name of its type in it.
fn unusable(der: &[u8], shown: &str) -> Failure {
    const TYPES: [(&[u8], &str); 5] = [
        (&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22], "a P-384 key"),
        (&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23], "a P-521 key"),
        (&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a], "a secp256k1 key"),
        (&[0x06, 0x03, 0x2b, 0x65, 0x70], "an Ed25519 key"),
        (&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01], "an RSA key"),
    ];
    let found = TYPES.iter().find(|(oid, _)| der.windows(oid.len()).any(|it| it == *oid));
    let what = match found {
        Some((_, name)) => format!("is {name}, and P-256 is needed"),
        None => "is no P-256 key that can be used".to_owned(),
    };
    Failure::new(format!("`{shown}` {what}"))
        .because("the programs that check an attestation share this one curve")
        .hint(format!("make one: {MAKE}"))
}
