//! The supported key types, and what differs between them.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, VerificationAlgorithm,
};

/// A key type. RSA and DSA are absent on purpose; a certificate is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Algorithm {
    Ed25519,
    P256,
    P384,
    P521,
    SkEd25519,
    SkP256,
}

impl Algorithm {
    pub(super) const ALL: [Self; 6] =
        [Self::Ed25519, Self::P256, Self::P384, Self::P521, Self::SkEd25519, Self::SkP256];

    /// The type as OpenSSH names it, for keys and for signatures alike.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::P256 => "ecdsa-sha2-nistp256",
            Self::P384 => "ecdsa-sha2-nistp384",
            Self::P521 => "ecdsa-sha2-nistp521",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The NIST curve, as RFC 5656 names it.
    pub(super) fn curve(self) -> Option<&'static str> {
        match self {
            Self::Ed25519 | Self::SkEd25519 => None,
            Self::P256 | Self::SkP256 => Some("nistp256"),
            Self::P384 => Some("nistp384"),
            Self::P521 => Some("nistp521"),
        }
    }

    /// How many bytes each half of a signature has.
    pub(super) fn scalar_size(self) -> usize {
        match self {
            Self::Ed25519 | Self::SkEd25519 | Self::P256 | Self::SkP256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// How many bytes the point of a key has.
    pub(super) fn point_size(self) -> usize {
        match self.curve() {
            None => 32,
            Some(_) => 1 + 2 * self.scalar_size(),
        }
    }

    /// Whether the key lies in a FIDO device, which signs more than the message.
    pub(super) fn is_security_key(self) -> bool {
        matches!(self, Self::SkEd25519 | Self::SkP256)
    }

    /// The arithmetic. It takes a signature as its two halves, one after the other.
    pub(super) fn maths(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Ed25519 | Self::SkEd25519 => &ED25519,
            Self::P256 | Self::SkP256 => &ECDSA_P256_SHA256_FIXED,
            Self::P384 => &ECDSA_P384_SHA384_FIXED,
            Self::P521 => &ECDSA_P521_SHA512_FIXED,
        }
    }
}
