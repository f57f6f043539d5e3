//! Known signatures: by a key of any ring of the chain, whoever's and for whatever.
//!
//! Anybody who may push can add files that look like large publications. Whether somebody known has signed them is asked
//! before they are kept and read.

use crate::key::Signature;
use crate::policy::Chain;

/// A signature that names a key of some ring of the chain.
#[derive(Debug)]
pub struct KnownSignature(Signature);

impl KnownSignature {
    /// Reads a signature; nothing where it is none, or names a key that no ring has.
    pub fn read(armor: &[u8], chain: &Chain) -> Option<Self> {
        let signature = Signature::parse(armor).ok()?;
        let is_known = chain.policies().iter().any(|it| it.ring().person_of(signature.key()).is_some());
        is_known.then_some(Self(signature))
    }

    /// Whether that key signed these bytes.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        self.0.check(bytes).is_ok()
    }
}
