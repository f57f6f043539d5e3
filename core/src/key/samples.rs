//! Keys and signatures for the tests: what OpenSSH 9.2 made, and a security key in software.
//!
//! Each signature is over [`MESSAGE`], for [`APPROVE`]; the private keys were thrown away.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

use super::algorithm::Algorithm;
use super::signature::armor;
use super::wire::put;
use super::{Namespace, PublicKey};
use crate::name::Person;

pub(super) const MESSAGE: &[u8] = b"release 2.7.0\n";
pub(super) const APPROVE: &str = "holdpoint/approve@v1";

pub(super) struct Sample {
    pub(super) key: &'static str,
    pub(super) signature: &'static str,
    pub(super) fingerprint: &'static str,
}

macro_rules! sample {
    ($name:ident, $file:literal, $fingerprint:literal) => {
        pub(super) const $name: Sample = Sample {
            key: include_str!(concat!("vectors/", $file, ".pub")),
            signature: include_str!(concat!("vectors/", $file, ".sig")),
            fingerprint: concat!("SHA256:", $fingerprint),
        };
    };
}

sample!(ED25519, "ed25519", "zQrKEM1qykwDFLIHV51C1KM93BtuG/7VMYc39h3FNzQ");
sample!(P256, "ecdsa-256", "xIlSEEAjmq5D/3j93l9bjxjlh+eWXfDVRVKdUOhFxAw");
sample!(P384, "ecdsa-384", "XODTDxShE6FnCuh62QboF6wCbu4hdRcRd2l0mYiGw00");
sample!(P521, "ecdsa-521", "ZVyTfwrCYHia0ux7z5S3lRJ4+tFlU+hTSga0YrMFV1Q");
sample!(EVE, "eve", "rZONgX0fxcz1PpttVng7NrfQMTp4uyOaK+caqT995f4");
sample!(RSA, "rsa", "BaINcUhMKRji2N+M9sUyZkphlXw+tHCbGBWDQxoZIqI");
sample!(CERTIFICATE, "certificate", "zQrKEM1qykwDFLIHV51C1KM93BtuG/7VMYc39h3FNzQ");
pub(super) const ED25519_SHA256: &str = include_str!("vectors/ed25519-sha256.sig");

pub(super) fn maria() -> Person {
    "maria@example.com".parse().unwrap()
}

pub(super) fn eve() -> Person {
    "eve@example.com".parse().unwrap()
}

pub(super) fn approve() -> Namespace {
    Namespace::of("approve")
}

/// The wire bytes of a signature by `key` for [`APPROVE`]; `version` and `reserved` are what a newer one might have.
pub(super) fn outer(key: &[u8], version: u32, reserved: &[u8], hash: &str, proof: &[u8]) -> Vec<u8> {
    let mut out = b"SSHSIG".to_vec();
    out.extend(version.to_be_bytes());
    put(&mut out, key);
    put(&mut out, APPROVE.as_bytes());
    put(&mut out, reserved);
    put(&mut out, hash.as_bytes());
    put(&mut out, proof);
    out
}

/// A FIDO device in software: it signs what a real one does, and can be told to forget the touch.
pub(super) struct SecurityKey {
    application: String,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl SecurityKey {
    pub(super) fn ed25519(application: &str) -> Self {
        Self { application: application.to_owned(), pair: Pair::Ed25519(Ed25519KeyPair::generate().unwrap()) }
    }

    pub(super) fn p256(application: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { application: application.to_owned(), pair: Pair::P256(pair) }
    }

    pub(super) fn public(&self) -> PublicKey {
        let (algorithm, point) = match &self.pair {
            Pair::Ed25519(pair) => (Algorithm::SkEd25519, pair.public_key().as_ref()),
            Pair::P256(pair) => (Algorithm::SkP256, pair.public_key().as_ref()),
        };
        PublicKey { algorithm, point: point.to_vec(), application: self.application.clone() }
    }

    /// The signature file over [`MESSAGE`], for [`APPROVE`], with these `flags` of the device.
    pub(super) fn sign(&self, flags: u8) -> String {
        let mut blob = b"SSHSIG".to_vec();
        for field in [APPROVE.as_bytes(), b"", b"sha256", digest(&SHA256, MESSAGE).as_ref()] {
            put(&mut blob, field);
        }
        let trailer = [flags, 0, 0, 0, 7];
        let message =
            [digest(&SHA256, self.application.as_bytes()).as_ref(), &trailer, digest(&SHA256, &blob).as_ref()].concat();
        let mut proof = Vec::new();
        put(&mut proof, self.public().algorithm().as_bytes());
        match &self.pair {
            Pair::Ed25519(pair) => put(&mut proof, pair.sign(&message).as_ref()),
            Pair::P256(pair) => {
                let halves = pair.sign(&SystemRandom::new(), &message).unwrap();
                let mut numbers = Vec::new();
                for half in halves.as_ref().chunks(32) {
                    put(&mut numbers, &mpint(half));
                }
                put(&mut proof, &numbers);
            }
        }
        proof.extend(trailer);
        armor(&outer(&self.public().to_blob(), 1, b"", "sha256", &proof))
    }
}

fn mpint(digits: &[u8]) -> Vec<u8> {
    let start = digits.iter().position(|it| *it != 0).unwrap();
    let sign = if digits[start] >= 0x80 { &[0][..] } else { &[] };
    [sign, &digits[start..]].concat()
}

/// The pens of the drill, in a test.
pub(crate) struct Pen;

impl Pen {
    /// The pen of `name`.
    pub(crate) fn of(name: &str) -> super::Pen {
        super::Pen::of(name).unwrap()
    }
}
