//! Signatures to compare on: those that OpenSSH made, a FIDO device in software, and the wire format to take them apart.

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64ct::{Base64, Encoding};

pub(super) const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
pub(super) const END: &str = "-----END SSH SIGNATURE-----";
pub(super) const APPROVE: &str = "holdpoint/approve@v1";
pub(super) const MARIA: &str = "maria@example.com";
/// What every sample signs.
pub(super) const MESSAGE: &[u8] = b"release 2.7.0\n";

/// A key, and what it signed: [`MESSAGE`], for [`APPROVE`].
#[derive(Clone)]
pub(super) struct Sample {
    /// `ssh-ed25519 AAAA…`.
    pub(super) key: String,
    /// The signature file.
    pub(super) armor: String,
}

macro_rules! vector {
    ($key:literal, $signature:literal) => {
        Sample {
            key: bare(include_str!(concat!("../../../core/src/key/vectors/", $key, ".pub"))),
            armor: include_str!(concat!("../../../core/src/key/vectors/", $signature, ".sig")).to_owned(),
        }
    };
}

/// Type and key of a `.pub` file.
pub(super) fn bare(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// One sample of every supported type, and of each hash.
pub(super) fn supported() -> Vec<Sample> {
    vec![
        vector!("ed25519", "ed25519"),
        vector!("ed25519", "ed25519-sha256"),
        vector!("ecdsa-256", "ecdsa-256"),
        vector!("ecdsa-384", "ecdsa-384"),
        vector!("ecdsa-521", "ecdsa-521"),
        device(&Device::Ed25519, 0x01),
        device(&Device::P256, 0x05),
    ]
}

/// Somebody else's.
pub(super) fn eve() -> Sample {
    vector!("eve", "eve")
}

/// An RSA key's.
pub(super) fn rsa() -> Sample {
    vector!("rsa", "rsa")
}

/// A certificate's. It ran out long ago, or never will: the key alone decides here.
pub(super) fn certificate() -> Sample {
    vector!("certificate", "certificate")
}

/// A kind of FIDO device.
pub(super) enum Device {
    Ed25519,
    P256,
}

/// What a device in software signs, with these `flags`.
pub(super) fn device(kind: &Device, flags: u8) -> Sample {
    const APPLICATION: &[u8] = b"ssh:";
    let trailer = [flags, 0, 0, 0, 7];
    let asked = signed_part(APPROVE, "sha512", MESSAGE);
    let signed = [digest(&SHA256, APPLICATION).as_ref(), &trailer, digest(&SHA256, &asked).as_ref()].concat();
    let (name, key, numbers) = match kind {
        Device::Ed25519 => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
            let name = "sk-ssh-ed25519@openssh.com";
            let key = wire(&[name.as_bytes(), pair.public_key().as_ref(), APPLICATION]);
            (name, key, pair.sign(&signed).as_ref().to_vec())
        }
        Device::P256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let name = "sk-ecdsa-sha2-nistp256@openssh.com";
            let key = wire(&[name.as_bytes(), b"nistp256", pair.public_key().as_ref(), APPLICATION]);
            let halves = pair.sign(&SystemRandom::new(), &signed).unwrap();
            (name, key, wire(&halves.as_ref().chunks(32).map(mpint).collect::<Vec<_>>()))
        }
    };
    let proof = [wire(&[name.as_bytes(), &numbers]), trailer.to_vec()].concat();
    let outer = Outer { proof, ..Outer::of(&key, APPROVE, "sha512") };
    Sample { key: format!("{name} {}", Base64::encode_string(&key)), armor: armor(&outer.to_bytes()) }
}

/// The points of Ed25519 whose multiples are few, in every spelling: under such a key, one signature fits many messages, and
/// libraries differ in which of them they take.
pub(super) fn points_of_small_order() -> Vec<Vec<u8>> {
    const MIDDLE: [&str; 2] = [
        "e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc",
        "176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03",
    ];
    let (low, high) = ("00".repeat(30), "ff".repeat(30));
    let all = [
        ("00", low.as_str(), ["00", "80"]),
        ("01", &low, ["00", "80"]),
        ("ec", &high, ["7f", "ff"]),
        ("ed", &high, ["7f", "ff"]),
        ("ee", &high, ["7f", "ff"]),
        ("26", MIDDLE[0], ["05", "85"]),
        ("c7", MIDDLE[1], ["7a", "fa"]),
    ];
    let digits = all.into_iter().flat_map(|(first, middle, last)| last.map(|last| [first, middle, last].concat()));
    digits.map(|it| (0..32).map(|at| u8::from_str_radix(&it[2 * at..][..2], 16).unwrap()).collect()).collect()
}

/// What a browser has a device sign (`PROTOCOL.u2f`): not the bytes themselves, but a note of the page that has them in it.
pub(super) fn webauthn() -> Sample {
    const PAGE: &str = "https://example.com";
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let key = wire(&[b"sk-ecdsa-sha2-nistp256@openssh.com", &b"nistp256"[..], pair.public_key().as_ref(), b"ssh:"]);
    let challenge = base64ct::Base64UrlUnpadded::encode_string(&signed_part(APPROVE, "sha512", MESSAGE));
    let note = format!(r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{PAGE}","crossOrigin":false}}"#);
    let trailer = [1, 0, 0, 0, 7];
    let signed = [digest(&SHA256, b"ssh:").as_ref(), &trailer, digest(&SHA256, note.as_bytes()).as_ref()].concat();
    let halves = pair.sign(&SystemRandom::new(), &signed).unwrap();
    let numbers = wire(&halves.as_ref().chunks(32).map(mpint).collect::<Vec<_>>());
    let name = b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com";
    let proof =
        [wire(&[&name[..], &numbers]), trailer.to_vec(), wire(&[PAGE.as_bytes(), note.as_bytes(), b""])].concat();
    let outer = Outer { proof, ..Outer::of(&key, APPROVE, "sha512") };
    let line = format!("sk-ecdsa-sha2-nistp256@openssh.com {}", Base64::encode_string(&key));
    Sample { key: line, armor: armor(&outer.to_bytes()) }
}

/// Somebody who signs with an Ed25519 key, in this process.
pub(super) struct Pen(Ed25519KeyPair);

impl Pen {
    pub(super) fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn blob(&self) -> Vec<u8> {
        wire(&[b"ssh-ed25519", self.0.public_key().as_ref()])
    }

    /// `ssh-ed25519 AAAA…`.
    pub(super) fn key(&self) -> String {
        format!("ssh-ed25519 {}", Base64::encode_string(&self.blob()))
    }

    /// The signature file over `message`.
    pub(super) fn sign(&self, namespace: &str, message: &[u8]) -> String {
        let numbers = self.0.sign(&signed_part(namespace, "sha512", message));
        let proof = wire(&[b"ssh-ed25519", numbers.as_ref()]);
        armor(&Outer { proof, ..Outer::of(&self.blob(), namespace, "sha512") }.to_bytes())
    }
}

/// The bytes that a key signs (`PROTOCOL.sshsig`).
fn signed_part(namespace: &str, hash: &str, message: &[u8]) -> Vec<u8> {
    let algorithm = if hash == "sha256" { &SHA256 } else { &SHA512 };
    let fields = wire(&[namespace.as_bytes(), b"", hash.as_bytes(), digest(algorithm, message).as_ref()]);
    [b"SSHSIG", fields.as_slice()].concat()
}

/// The fields of a signature, each to be changed.
#[derive(Clone)]
pub(super) struct Outer {
    pub(super) version: u32,
    pub(super) key: Vec<u8>,
    pub(super) namespace: Vec<u8>,
    pub(super) reserved: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) proof: Vec<u8>,
    /// What follows, and should not.
    pub(super) rest: Vec<u8>,
}

impl Outer {
    fn of(key: &[u8], namespace: &str, hash: &str) -> Self {
        Self {
            version: 1,
            key: key.to_vec(),
            namespace: namespace.into(),
            reserved: Vec::new(),
            hash: hash.into(),
            proof: Vec::new(),
            rest: Vec::new(),
        }
    }

    /// Takes a signature apart. `None`: it has other fields.
    pub(super) fn read(blob: &[u8]) -> Option<Self> {
        let (version, rest) = blob.strip_prefix(b"SSHSIG")?.split_first_chunk()?;
        let (fields, rest) = unwire(rest, 5);
        let [key, namespace, reserved, hash, proof] = <[Vec<u8>; 5]>::try_from(fields).ok()?;
        Some(Self { version: u32::from_be_bytes(*version), key, namespace, reserved, hash, proof, rest: rest.to_vec() })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let fields = wire(&[&self.key, &self.namespace, &self.reserved, &self.hash, &self.proof]);
        [b"SSHSIG", &self.version.to_be_bytes()[..], &fields, &self.rest].concat()
    }

    /// The name of the proof's algorithm, its numbers, and what a device added.
    pub(super) fn parts(&self) -> Option<(Vec<u8>, Vec<u8>, Vec<u8>)> {
        let (fields, rest) = unwire(&self.proof, 2);
        let [name, numbers] = <[Vec<u8>; 2]>::try_from(fields).ok()?;
        Some((name, numbers, rest.to_vec()))
    }
}

/// Fields, each with its length before it.
pub(super) fn wire(fields: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields {
        let field = field.as_ref();
        out.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

/// Up to `most` fields, and what follows them.
pub(super) fn unwire(mut bytes: &[u8], most: usize) -> (Vec<Vec<u8>>, &[u8]) {
    let mut fields = Vec::new();
    while fields.len() < most
        && let Some((length, rest)) = bytes.split_first_chunk()
        && let Some((field, rest)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)
    {
        fields.push(field.to_vec());
        bytes = rest;
    }
    (fields, bytes)
}

/// A positive number in its shortest form.
pub(super) fn mpint(digits: impl AsRef<[u8]>) -> Vec<u8> {
    let digits = digits.as_ref();
    let digits = &digits[digits.iter().position(|it| *it != 0).unwrap_or(digits.len())..];
    let sign = if digits.first().is_some_and(|it| *it >= 0x80) { &[0][..] } else { &[] };
    [sign, digits].concat()
}

/// The armor as `ssh-keygen` writes it.
pub(super) fn armor(blob: &[u8]) -> String {
    armor_in(blob, 70)
}

/// The same with lines of another length.
pub(super) fn armor_in(blob: &[u8], width: usize) -> String {
    let body = Base64::encode_string(blob);
    let lines: Vec<&str> = body.as_bytes().chunks(width).map(|it| std::str::from_utf8(it).unwrap()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}

/// What lies in an armor, read as freely as OpenSSH does: white space anywhere, anything after the end.
pub(super) fn unarmored(armored: &[u8]) -> Option<Vec<u8>> {
    let body = armored.strip_prefix(BEGIN.as_bytes())?;
    let end = format!("\n{END}");
    let at = body.windows(end.len()).position(|it| it == end.as_bytes())?;
    base64(&body[..at])
}

/// Base64 with white space in it.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.iter().copied().filter(|it| !it.is_ascii_whitespace() && *it != 0x0b).collect();
    Base64::decode_vec(std::str::from_utf8(&dense).ok()?).ok()
}
