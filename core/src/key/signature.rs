//! A signature as `ssh-keygen -Y sign` writes it: OpenSSH's `PROTOCOL.sshsig`, in one spelling only.
//!
//! `ssh-keygen -Y verify` takes several spellings of one signature. Here a second one is refused, so that nothing can
//! be hidden in a signature file. ECDSA itself leaves two: with `s` and with its negative. Both fit the same bytes by the
//! same key, and nothing here counts or names a signature.

use aws_lc_rs::digest::{self, SHA256, SHA512, digest};
use aws_lc_rs::signature::UnparsedPublicKey;
use base64ct::{Base64, Encoding};
use thiserror::Error;

use super::algorithm::Algorithm;
use super::wire::{Reader, put};
use super::{KeyFault, Namespace, PublicKey, supported};
use crate::name::{Person, escaped};

/// The largest signature file, in bytes. A real one has a few hundred.
pub const LARGEST_SIGNATURE: usize = 8 * 1024;

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
const LINE: usize = 70;

/// A signature that was read and not yet verified: nothing in it is true until [`super::Ring::verify`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: PublicKey,
    namespace: String,
    hash: Hash,
    /// The two halves, each at its full size.
    halves: Vec<u8>,
    /// What a security key added; `None` for other keys.
    touch: Option<Touch>,
}

/// Why a signature does not count. The sentence continues "the signature …".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureFault {
    /// Not a signature, or one in another spelling.
    #[error("is not a signature file as `ssh-keygen -Y sign` writes it: {0}")]
    Format(&'static str),
    /// Made by a key of a type that this tool does not verify.
    #[error("needs a key of another type: `{}` is not supported; {} are", escaped(.0), supported())]
    UnsupportedKey(String),
    /// Made for something else.
    #[error("was made for `{}`, not `{wanted}`", escaped(.found))]
    WrongNamespace {
        /// What it was made for, as it says itself.
        found: String,
        /// What it is presented for.
        wanted: Namespace,
    },
    /// Made by a key that the ring does not give to this person.
    #[error("was made by a key that is not {person}'s in the ring ({fingerprint})")]
    ForeignKey {
        /// Who is said to have signed.
        person: Person,
        /// The key that did.
        fingerprint: String,
    },
    /// Made by a key that is this person's, for something that the ring does not let it sign.
    #[error("was made by a key that the ring does not let sign `{namespace}` ({fingerprint})")]
    NotPermitted {
        /// What it was made for.
        namespace: Namespace,
        /// The key.
        fingerprint: String,
    },
    /// Made by a security key that nobody touched.
    #[error("was made by a security key that nobody touched")]
    NoTouch,
    /// Made by a security key that signed more than is known here.
    #[error("carries flags of a security key that are not known here (0x{0:02x})")]
    UnknownFlags(u8),
    /// The arithmetic says no.
    #[error("does not fit the bytes")]
    WrongBytes,
}

/// How the message is hashed before it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha512,
}

/// What a security key signs besides the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Touch {
    flags: u8,
    counter: u32,
}

impl Touch {
    /// Somebody was there and touched the device.
    const PRESENT: u8 = 0x01;
    /// Besides that: who it was was checked (0x04), the key can be backed up (0x08), and is (0x10).
    const KNOWN: u8 = Self::PRESENT | 0x04 | 0x08 | 0x10;

    /// `ssh-keygen -Y verify` looks at no flag; a touch is required here.
    fn check(self) -> Result<(), SignatureFault> {
        if self.flags & !Self::KNOWN != 0 {
            // Among them are those that announce more data, which the message below has no room for.
            Err(SignatureFault::UnknownFlags(self.flags))
        } else if self.flags & Self::PRESENT == 0 {
            Err(SignatureFault::NoTouch)
        } else {
            Ok(())
        }
    }
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha512].into_iter().find(|it| it.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    fn of(self, message: &[u8]) -> digest::Digest {
        match self {
            Self::Sha256 => digest(&SHA256, message),
            Self::Sha512 => digest(&SHA512, message),
        }
    }
}

impl Signature {
    /// Reads the content of a signature file. The key in it is of a supported type; whose it is, is not looked at.
    pub fn parse(armored: &[u8]) -> Result<Self, SignatureFault> {
        let blob = unarmored(armored).map_err(SignatureFault::Format)?;
        let outer = Outer::read(&blob).ok_or(SignatureFault::Format("it is damaged"))?;
        if outer.version != VERSION {
            return Err(SignatureFault::Format("its version is not 1"));
        }
        if !outer.reserved.is_empty() {
            return Err(SignatureFault::Format("it has something in its reserved field"));
        }
        let hash = Hash::named(outer.hash).ok_or(SignatureFault::Format("its hash is neither sha256 nor sha512"))?;
        let key = PublicKey::of_blob(outer.key).map_err(|why| match why {
            KeyFault::Unsupported(name) => SignatureFault::UnsupportedKey(name),
            KeyFault::Nobodys => SignatureFault::Format("the key in it is one for which anybody can sign"),
            _ => SignatureFault::Format("the key in it is damaged"),
        })?;
        let (halves, touch) = proof(outer.proof, key.algorithm)?;
        Ok(Self { key, namespace: outer.namespace.to_owned(), hash, halves, touch })
    }

    /// The key that claims to have made it.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What it claims to be for.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Whether its own key made it over `message`. Says nothing about whose key that is.
    pub(crate) fn check(&self, message: &[u8]) -> Result<(), SignatureFault> {
        let mut signed = signed_blob(&self.namespace, self.hash, message);
        if let Some(touch) = self.touch {
            touch.check()?;
            signed = signed_by_device(&self.key.application, touch, &signed);
        }
        UnparsedPublicKey::new(self.key.algorithm.maths(), &self.key.point)
            .verify(&signed, &self.halves)
            .map_err(|_| SignatureFault::WrongBytes)
    }
}

/// The fields of a signature, as they lie in the file.
struct Outer<'a> {
    version: u32,
    key: &'a [u8],
    namespace: &'a str,
    reserved: &'a [u8],
    hash: &'a str,
    proof: &'a [u8],
}

impl<'a> Outer<'a> {
    fn read(blob: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(blob.strip_prefix(MAGIC)?);
        let outer = Self {
            version: reader.number()?,
            key: reader.string()?,
            namespace: reader.text()?,
            reserved: reader.string()?,
            hash: reader.text()?,
            proof: reader.string()?,
        };
        reader.finish()?;
        Some(outer)
    }
}

/// Reads the innermost part: the halves, and what a security key added.
fn proof(bytes: &[u8], algorithm: Algorithm) -> Result<(Vec<u8>, Option<Touch>), SignatureFault> {
    const DAMAGED: SignatureFault = SignatureFault::Format("it is damaged");
    let mut reader = Reader::new(bytes);
    let name = reader.text().ok_or(DAMAGED)?;
    match Algorithm::named(name) {
        Some(named) if named == algorithm => numbers(reader, algorithm).ok_or(DAMAGED),
        Some(_) => Err(SignatureFault::Format("its key is of one type and its signature of another")),
        None => Err(SignatureFault::UnsupportedKey(name.to_owned())),
    }
}

fn numbers(mut reader: Reader<'_>, algorithm: Algorithm) -> Option<(Vec<u8>, Option<Touch>)> {
    let size = algorithm.scalar_size();
    let mut inner = Reader::new(reader.string()?);
    let halves = if algorithm.curve().is_some() {
        [inner.scalar(size)?, inner.scalar(size)?].concat()
    } else {
        inner.take(2 * size)?.to_vec()
    };
    inner.finish()?;
    let touch = if algorithm.is_security_key() {
        let flags = *reader.take(1)?.first()?;
        Some(Touch { flags, counter: reader.number()? })
    } else {
        None
    };
    reader.finish()?;
    Some((halves, touch))
}

/// What is signed: never the message alone, so that no signature for a login can pass for one of these.
fn signed_blob(namespace: &str, hash: Hash, message: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    put(&mut out, namespace.as_bytes());
    put(&mut out, &[]);
    put(&mut out, hash.name().as_bytes());
    put(&mut out, hash.of(message).as_ref());
    out
}

/// What a security key signs when it is asked to sign `blob` (`PROTOCOL.u2f`).
fn signed_by_device(application: &str, touch: Touch, blob: &[u8]) -> Vec<u8> {
    let mut out = digest(&SHA256, application.as_bytes()).as_ref().to_vec();
    out.push(touch.flags);
    out.extend(touch.counter.to_be_bytes());
    out.extend_from_slice(digest(&SHA256, blob).as_ref());
    out
}

fn unarmored(armored: &[u8]) -> Result<Vec<u8>, &'static str> {
    if armored.len() > LARGEST_SIGNATURE {
        return Err("it is larger than 8 KiB");
    }
    let text = std::str::from_utf8(armored).map_err(|_| "it is not text")?;
    if text.contains('\r') {
        return Err("its lines end as on Windows");
    }
    let body = text.strip_prefix(BEGIN).ok_or("it does not begin with the line `-----BEGIN SSH SIGNATURE-----`")?;
    let body = body.strip_suffix(END).ok_or("it does not end with the line `-----END SSH SIGNATURE-----`")?;
    let blob = Base64::decode_vec(&body.replace('\n', ""))
        .map_err(|_| "what is between its first and last line is not base64")?;
    if armor(&blob) == text { Ok(blob) } else { Err("its lines do not have 70 characters each") }
}

/// The only armor of `blob` that is accepted.
pub(super) fn armor(blob: &[u8]) -> String {
    let mut out = BEGIN.to_owned();
    for (at, c) in Base64::encode_string(blob).chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out.push_str(END);
    out
}

#[cfg(test)]
mod tests;
