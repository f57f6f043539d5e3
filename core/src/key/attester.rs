//! A key that signs attestations: P-256 alone, the curve that every program which checks an envelope knows.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use thiserror::Error;

use super::algorithm::Algorithm;
use super::{KeyFault, PublicKey};

/// The public half of a key that signs attestations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttestKey(PublicKey);

/// Why something is no key for attestations.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AttestKeyFault {
    /// It is no key that can be used at all.
    #[error(transparent)]
    NoKey(#[from] KeyFault),
    /// It is a key for something else.
    #[error(
        "a key of the type `{0}` signs no attestation: the programs that check one share only P-256 (`ecdsa-sha2-nistp256`)"
    )]
    OtherType(&'static str),
}

impl AttestKey {
    /// The key with this uncompressed SEC 1 point, if it lies on the curve.
    pub fn of_point(point: &[u8]) -> Option<Self> {
        let algorithm = Algorithm::P256;
        let mut blob = Vec::new();
        for field in [algorithm.name().as_bytes(), algorithm.curve()?.as_bytes(), point] {
            super::put(&mut blob, field);
        }
        PublicKey::of_blob(&blob).ok().map(Self)
    }

    /// The name by which an envelope refers to it: the fingerprint that `ssh-keygen -l` prints, `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// The key in one line, without a comment: `ecdsa-sha2-nistp256 AAAA…`.
    pub fn to_line(&self) -> String {
        self.0.to_line()
    }

    /// Whether this key made `signature`, in DER, over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.0.point).verify(message, signature).is_ok()
    }
}

impl FromStr for AttestKey {
    type Err = AttestKeyFault;

    /// Reads the content of a `.pub` file: type, key, and a comment, which is dropped.
    fn from_str(text: &str) -> Result<Self, AttestKeyFault> {
        let key: PublicKey = text.parse()?;
        if key.algorithm == Algorithm::P256 { Ok(Self(key)) } else { Err(AttestKeyFault::OtherType(key.algorithm())) }
    }
}

impl fmt::Display for AttestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn reads_a_p256_key_and_no_other() {
        let key: AttestKey = samples::P256.key.parse().unwrap();
        assert_eq!(key.fingerprint(), samples::P256.fingerprint);
        for other in [samples::ED25519.key, samples::P384.key, samples::P521.key] {
            assert!(matches!(other.parse::<AttestKey>(), Err(AttestKeyFault::OtherType(_))), "{other}");
        }
        let device = samples::SecurityKey::p256("ssh:").public().to_line();
        assert!(matches!(device.parse::<AttestKey>(), Err(AttestKeyFault::OtherType(_))));
        assert!(matches!(samples::RSA.key.parse::<AttestKey>(), Err(AttestKeyFault::NoKey(KeyFault::Unsupported(_)))));
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let key: AttestKey = samples::P256.key.parse().unwrap();
        assert_eq!(AttestKey::of_point(&key.0.point), Some(key.clone()));
        let mut off = key.0.point.clone();
        *off.last_mut().unwrap() ^= 1;
        assert_eq!(AttestKey::of_point(&off), None);
        assert_eq!(AttestKey::of_point(&[]), None);
    }
}
