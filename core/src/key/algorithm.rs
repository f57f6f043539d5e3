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

/// The points of Ed25519 that are nobody's: eight times each is nothing, so that anybody can make a signature that fits
/// many messages under it. Their low and high half as numbers, without the highest bit; 0 and 1 have a second spelling.
const NOBODYS: [(u128, u128); 7] = [
    (0, 0),
    (1, 0),
    (u128::MAX - 0x13, u128::MAX >> 1),
    (u128::MAX - 0x12, u128::MAX >> 1),
    (u128::MAX - 0x11, u128::MAX >> 1),
    (0xf098_eff2_89f4_c345_b027_b2c2_8f95_e826, 0x05fc_536d_8802_38b1_3933_c6d3_05ac_dfd5),
    (0x0f67_100d_760b_3cba_4fd8_4d3d_706a_17c7, 0x7a03_ac92_77fd_c74e_c6cc_392c_fa53_202a),
];

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

    /// Whether a point of this type is one for which anybody can sign. The arithmetic takes it, and so does OpenSSH.
    pub(super) fn is_nobodys(self, point: &[u8]) -> bool {
        let Some((low, high)) = point.split_first_chunk() else { return false };
        let Ok(high) = high.try_into() else { return false };
        let number = (u128::from_le_bytes(*low), u128::from_le_bytes(high) & u128::MAX >> 1);
        self.curve().is_none() && NOBODYS.contains(&number)
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
