//! A pen: an Ed25519 key that is made from a word, so that a drill can sign in memory. Everybody can make the same one, so it
//! proves nothing about anybody, and no real ring holds it.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use super::algorithm::Algorithm;
use super::signature::armor;
use super::wire::put;
use super::{Namespace, PublicKey};

/// Somebody who signs in a drill, with a key that is the same in every run.
pub(crate) struct Pen(Ed25519KeyPair);

impl Pen {
    /// The pen that `word` gives.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let seed = digest(&SHA256, word.as_bytes());
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).ok().map(Self)
    }

    /// Its public key.
    pub(crate) fn public(&self) -> PublicKey {
        let point = self.0.public_key().as_ref().to_vec();
        PublicKey { algorithm: Algorithm::Ed25519, point, application: String::new() }
    }

    /// The signature file over `message`, as `ssh-keygen -Y sign` writes it.
    pub(crate) fn sign(&self, namespace: &Namespace, message: &[u8]) -> Vec<u8> {
        let mut blob = b"SSHSIG".to_vec();
        for field in [namespace.as_str().as_bytes(), b"", b"sha512", digest(&SHA512, message).as_ref()] {
            put(&mut blob, field);
        }
        let mut proof = Vec::new();
        put(&mut proof, b"ssh-ed25519");
        put(&mut proof, self.0.sign(&blob).as_ref());
        let mut out = b"SSHSIG".to_vec();
        out.extend(1_u32.to_be_bytes());
        for field in [&self.public().to_blob()[..], namespace.as_str().as_bytes(), b"", b"sha512", &proof] {
            put(&mut out, field);
        }
        armor(&out).into_bytes()
    }
}
