//! Keys: who a signature is by, in OpenSSH's own formats, and nothing that OpenSSH would read differently.
//!
//! What is accepted has one spelling only: a key, a ring or a signature that could be written in another way, and
//! still mean the same here, is refused. The formats are read here; the arithmetic is all aws-lc-rs.
//!
//! Formats: RFC 4253 section 6.6, RFC 5656, RFC 8709, and OpenSSH's `PROTOCOL.u2f`.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::ParsedPublicKey;
use base64ct::{Base64, Base64Unpadded, Encoding};
use thiserror::Error;

use crate::name::{escaped, listed};

mod algorithm;
mod attester;
mod namespace;
mod pen;
mod ring;
#[cfg(test)]
pub(crate) mod samples;
mod signature;
mod wire;

use algorithm::Algorithm;
use wire::{Reader, put};

pub use attester::{AttestKey, AttestKeyFault};
pub use namespace::{Namespace, NamespaceFault};
pub(crate) use pen::Pen;
pub use ring::{Ring, RingKey, ring_line};
pub use signature::{LARGEST_SIGNATURE, Signature, SignatureFault};

/// A public key of a supported type. Its point lies on its curve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// As in the standards: 32 bytes for ed25519, an uncompressed SEC 1 point for a NIST curve.
    point: Vec<u8>,
    /// What a security key was asked to sign for, usually `ssh:`; empty for other keys.
    application: String,
}

/// Why something is no key that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// It is of a type that this tool does not verify.
    #[error("unsupported key type `{}`; {} are supported", escaped(.0), supported())]
    Unsupported(String),
    /// It is a private key.
    #[error("this is a private key; its public half is in the file whose name ends in .pub")]
    Private,
    /// It does not look like a key.
    #[error("this is not a public key in one line, such as `ssh-ed25519 AAAA… maria@example.com`")]
    NoKey,
    /// It looks like one, and its bytes are wrong.
    #[error("the key is damaged: it was cut, or a character was changed")]
    Damaged,
    /// It has no private half, and needs none.
    #[error("the key is one for which anybody can sign")]
    Nobodys,
    /// The word before the key is not the key's own.
    #[error("the line says `{}`, and the key in it is `{found}`", escaped(.said))]
    Mislabelled {
        /// The type that stands before the key.
        said: String,
        /// The type in the key.
        found: &'static str,
    },
}

/// The supported key types, as OpenSSH names them.
pub(crate) fn supported() -> String {
    listed(Algorithm::ALL.map(Algorithm::name), "and")
}

impl PublicKey {
    /// The key's type, as OpenSSH names it: `ssh-ed25519`.
    pub fn algorithm(&self) -> &'static str {
        self.algorithm.name()
    }

    /// The fingerprint that `ssh-keygen -l` prints: `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        let digest = digest(&SHA256, &self.to_blob());
        format!("SHA256:{}", Base64Unpadded::encode_string(digest.as_ref()))
    }

    /// The key in one line, without a comment: `ssh-ed25519 AAAA…`.
    pub fn to_line(&self) -> String {
        format!("{} {}", self.algorithm(), Base64::encode_string(&self.to_blob()))
    }

    /// The key as it is hashed, and as it stands in a signature.
    fn to_blob(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, self.algorithm().as_bytes());
        if let Some(curve) = self.algorithm.curve() {
            put(&mut out, curve.as_bytes());
        }
        put(&mut out, &self.point);
        if self.algorithm.is_security_key() {
            put(&mut out, self.application.as_bytes());
        }
        out
    }

    /// Reads what [`Self::to_blob`] writes.
    fn of_blob(blob: &[u8]) -> Result<Self, KeyFault> {
        let mut reader = Reader::new(blob);
        let name = reader.text().ok_or(KeyFault::Damaged)?;
        let algorithm = Algorithm::named(name).ok_or_else(|| unsupported(name))?;
        let key = Self::of_fields(algorithm, reader).ok_or(KeyFault::Damaged)?;
        if algorithm.is_nobodys(&key.point) { Err(KeyFault::Nobodys) } else { Ok(key) }
    }

    fn of_fields(algorithm: Algorithm, mut reader: Reader<'_>) -> Option<Self> {
        if let Some(curve) = algorithm.curve()
            && reader.text()? != curve
        {
            return None;
        }
        let point = reader.string()?.to_vec();
        let application = if algorithm.is_security_key() { reader.text()?.to_owned() } else { String::new() };
        reader.finish()?;
        // The length also tells an uncompressed point from a compressed one, which OpenSSH does not read.
        let usable = point.len() == algorithm.point_size() && ParsedPublicKey::new(algorithm.maths(), &point).is_ok();
        usable.then_some(Self { algorithm, point, application })
    }
}

/// A type that is not known. What could be no name at all is damage.
fn unsupported(name: &str) -> KeyFault {
    const LONGEST: usize = 64;
    if name.is_empty() || name.len() > LONGEST { KeyFault::Damaged } else { KeyFault::Unsupported(name.to_owned()) }
}

impl FromStr for PublicKey {
    type Err = KeyFault;

    /// Reads the content of a `.pub` file: type, key, and a comment, which is dropped.
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        if text.contains("PRIVATE KEY") {
            return Err(KeyFault::Private);
        }
        let line = text.trim_end();
        let mut words = line.split([' ', '\t']).filter(|it| !it.is_empty());
        let (Some(said), Some(encoded)) = (words.next(), words.next()) else { return Err(KeyFault::NoKey) };
        if line.contains(['\n', '\r']) || !encoded.starts_with("AAAA") {
            return Err(KeyFault::NoKey);
        }
        if Algorithm::named(said).is_none() {
            return Err(unsupported(said));
        }
        let blob = Base64::decode_vec(encoded).map_err(|_| KeyFault::Damaged)?;
        let key = Self::of_blob(&blob)?;
        if said != key.algorithm() {
            return Err(KeyFault::Mislabelled { said: said.to_owned(), found: key.algorithm() });
        }
        Ok(key)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_supported_type_and_writes_the_same_line() {
        for (sample, algorithm) in [
            (samples::ED25519, "ssh-ed25519"),
            (samples::P256, "ecdsa-sha2-nistp256"),
            (samples::P384, "ecdsa-sha2-nistp384"),
            (samples::P521, "ecdsa-sha2-nistp521"),
        ] {
            let key: PublicKey = sample.key.parse().unwrap();
            assert_eq!(key.algorithm(), algorithm);
            assert_eq!(format!("{} maria@example.com\n", key.to_line()), sample.key);
            assert_eq!(key.fingerprint(), sample.fingerprint);
        }
    }

    #[test]
    fn a_security_key_is_another_key_for_another_application() {
        let (one, other) = (samples::SecurityKey::ed25519("ssh:"), samples::SecurityKey::p256("ssh:work"));
        for key in [one.public(), other.public()] {
            assert_eq!(key.to_line().parse(), Ok(key));
        }
        let renamed = PublicKey { application: "ssh:other".to_owned(), ..one.public() };
        assert_ne!(renamed.fingerprint(), one.public().fingerprint());
    }

    #[test]
    fn names_the_type_that_is_not_supported() {
        for (text, name) in
            [(samples::RSA.key, "ssh-rsa"), (samples::CERTIFICATE.key, "ssh-ed25519-cert-v01@openssh.com")]
        {
            let fault = text.parse::<PublicKey>().unwrap_err();
            assert_eq!(fault, KeyFault::Unsupported(name.to_owned()));
            assert!(fault.to_string().starts_with(&format!("unsupported key type `{name}`; ssh-ed25519, ")));
        }
    }

    #[test]
    fn a_type_that_is_too_long_or_empty_is_damage() {
        let named = |name: &str| {
            let mut blob = Vec::new();
            put(&mut blob, name.as_bytes());
            PublicKey::of_blob(&blob).unwrap_err()
        };
        let longest = "x".repeat(64);
        assert_eq!(named(&longest), KeyFault::Unsupported(longest.clone()));
        assert_eq!(named(&format!("{longest}x")), KeyFault::Damaged);
        assert_eq!(named(""), KeyFault::Damaged);
    }

    #[test]
    fn tells_a_private_key_from_junk() {
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
        assert_eq!(private.parse::<PublicKey>(), Err(KeyFault::Private));
        for junk in ["", "ssh-ed25519", "hello world", &samples::ED25519.key.repeat(2)] {
            assert_eq!(junk.parse::<PublicKey>(), Err(KeyFault::NoKey), "{junk}");
        }
    }

    #[test]
    fn refuses_a_key_under_the_name_of_another_type() {
        let line = samples::ED25519.key.replace("ssh-ed25519", "ecdsa-sha2-nistp256");
        let fault = line.parse::<PublicKey>().unwrap_err();
        assert_eq!(fault.to_string(), "the line says `ecdsa-sha2-nistp256`, and the key in it is `ssh-ed25519`");
    }

    #[test]
    fn refuses_a_key_for_which_anybody_can_sign() {
        // Points of order 1, 2, 4 and 8, some with the sign that `x` cannot have.
        let neutral = format!("01{}", "00".repeat(31));
        let order_2 = format!("ec{}7f", "ff".repeat(30));
        let order_4 = format!("{}80", "00".repeat(31));
        let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85".to_owned();
        for point in [neutral, order_2, order_4, order_8] {
            let point: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&point[2 * at..][..2], 16).unwrap()).collect();
            for (name, application) in [("ssh-ed25519", &[][..]), ("sk-ssh-ed25519@openssh.com", &[&b"ssh:"[..]])] {
                let mut blob = Vec::new();
                for field in [&[name.as_bytes(), &point[..]], application].concat() {
                    put(&mut blob, field);
                }
                let line = format!("{name} {}", Base64::encode_string(&blob));
                assert_eq!(line.parse::<PublicKey>(), Err(KeyFault::Nobodys), "{line}");
            }
        }
    }

    #[test]
    fn refuses_a_key_that_was_cut_or_changed() {
        let (name, key) = ("ecdsa-sha2-nistp256", samples::P256.key.split(' ').nth(1).unwrap());
        let spoilt = [
            format!("{name} {}", &key[..key.len() - 4]),
            format!("{name} {key}AAAA"),
            format!("{name} {}", key.replace("BBAD57iY8", "BBAD57iY9")), // no longer on the curve
            format!("{name} {}", key.trim_end_matches('=')),
            format!("{name} {}", key.replace("LrE=", "LrF=")), // the same bytes, spelt differently
        ];
        for line in spoilt {
            assert_eq!(line.parse::<PublicKey>(), Err(KeyFault::Damaged), "{line}");
        }
    }
}
