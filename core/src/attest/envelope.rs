//! The DSSE envelope: bytes, their type, and signatures over both together.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

use super::AttestFault;
use crate::key::AttestKey;

/// The largest envelope, in bytes: room for a thousand artifacts many times over.
pub const LARGEST_ENVELOPE: usize = 4 << 20;

/// The type of the bytes that are carried.
pub(super) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// More signatures than anybody needs; each costs some arithmetic.
const MOST_SIGNATURES: usize = 16;

/// The shape in JSON. What others may have added to it is not read, as the standard asks.
#[derive(Serialize, Deserialize)]
struct Written {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// An envelope that was read and not yet verified.
pub(super) struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<(String, Vec<u8>)>,
}

impl Envelope {
    /// Reads an envelope; whitespace and the order of the keys do not matter.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, AttestFault> {
        let unreadable = |why: &str| AttestFault::Unreadable(why.to_owned());
        if bytes.len() > LARGEST_ENVELOPE {
            return Err(unreadable("it is larger than 4 MiB"));
        }
        let written: Written = serde_json::from_slice(bytes)
            .map_err(|why| AttestFault::Unreadable(format!("it is no DSSE envelope in JSON: {why}")))?;
        if written.payload_type != PAYLOAD_TYPE {
            return Err(AttestFault::PayloadType(written.payload_type));
        }
        let decoded = |what: &str, text: &str| {
            Base64::decode_vec(text).map_err(|_| AttestFault::Unreadable(format!("its {what} is not base64")))
        };
        if written.signatures.len() > MOST_SIGNATURES {
            return Err(unreadable("it has more than 16 signatures"));
        }
        let payload = decoded("payload", &written.payload)?;
        let signatures = written.signatures.into_iter().map(|it| Ok((it.keyid, decoded("signature", &it.sig)?)));
        let signatures: Vec<_> = signatures.collect::<Result<_, _>>()?;
        if signatures.is_empty() {
            return Err(unreadable("it has no signature"));
        }
        Ok(Self { payload, signatures })
    }

    /// The bytes that it carries.
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The key among `keys` that made one of its signatures. Which key a signature names is only a hint: each is tried.
    pub(super) fn signer<'k>(&self, keys: &'k [AttestKey]) -> Result<&'k AttestKey, AttestFault> {
        let message = message(&self.payload);
        let made = |key: &&AttestKey| self.signatures.iter().any(|(_, it)| key.verifies(&message, it));
        keys.iter().find(made).ok_or_else(|| {
            let named = || self.signatures.iter().map(|(keyid, _)| keyid.clone());
            let is_listed = |keyid: &String| keys.iter().any(|it| it.fingerprint() == *keyid);
            match named().filter(is_listed).collect::<Vec<_>>() {
                listed if listed.is_empty() => AttestFault::ForeignKey(named().collect()),
                listed => AttestFault::WrongBytes(listed),
            }
        })
    }
}

/// What is signed: the payload with its type, each after its length, so that no other pair gives the same bytes (the
/// "pre-authentication encoding" of DSSE).
pub fn message(payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

/// The envelope around `payload`, in one line. Nothing, unless `key` made `signature` over its [`message`].
pub fn sealed(payload: &[u8], key: &AttestKey, signature: &[u8]) -> Option<Vec<u8>> {
    if !key.verifies(&message(payload), signature) {
        return None;
    }
    let written = Written {
        payload: Base64::encode_string(payload),
        payload_type: PAYLOAD_TYPE.to_owned(),
        signatures: vec![WrittenSignature { keyid: key.fingerprint(), sig: Base64::encode_string(signature) }],
    };
    let mut bytes = serde_json::to_vec(&written).ok()?;
    bytes.push(b'\n');
    Some(bytes)
}

/// Whether these bytes are an envelope with an attestation in it, whoever signed it.
pub fn is_envelope(bytes: &[u8]) -> bool {
    Envelope::parse(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Envelope, LARGEST_ENVELOPE, MOST_SIGNATURES, PAYLOAD_TYPE, message};

    fn fault(bytes: &[u8]) -> String {
        Envelope::parse(bytes).err().map(|it| it.to_string()).unwrap_or_default()
    }

    #[test]
    fn is_as_large_as_it_may_be_and_no_larger() {
        let with = |signatures: usize, size: usize| {
            let one = json!({ "keyid": "", "sig": "AAAA" });
            let it = json!({ "payload": "", "payloadType": PAYLOAD_TYPE, "signatures": vec![one; signatures] });
            let mut bytes = it.to_string().into_bytes();
            bytes.resize(bytes.len().max(size), b' ');
            bytes
        };
        assert_eq!(fault(&with(1, LARGEST_ENVELOPE)), "");
        assert!(fault(&with(1, LARGEST_ENVELOPE + 1)).contains("it is larger than 4 MiB"));
        assert_eq!(fault(&with(MOST_SIGNATURES, 0)), "");
        assert!(fault(&with(MOST_SIGNATURES + 1, 0)).contains("it has more than 16 signatures"));
        assert!(fault(&with(0, 0)).contains("it has no signature"));
    }

    #[test]
    fn the_signed_bytes_are_those_of_the_standard() {
        let expected = b"DSSEv1 28 application/vnd.in-toto+json 11 hello world";
        assert_eq!(message(b"hello world"), expected);
        assert_eq!(message(b""), b"DSSEv1 28 application/vnd.in-toto+json 0 ");
    }
}
