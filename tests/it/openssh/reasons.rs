//! Where OpenSSH says yes and holdpoint says no: every such difference has a name here, and a reason. A refusal has a name
//! only if its words are in the table, and if the thing itself is seen in the case by other code than holdpoint's.

use super::oracle::{Case, Refusal};
use super::samples::{Outer, armor, base64, mpint, points_of_small_order, unarmored, unwire, wire};

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Person,
    Namespace,
    Statement,
    Ring,
    Signature,
}

/// A difference that is meant.
pub(super) struct Reason {
    pub(super) name: &'static str,
    /// Why it is so, in a sentence.
    pub(super) because: &'static str,
    part: Part,
    /// Words of holdpoint's refusal.
    says: &'static [&'static str],
    /// Whether it is there to be seen. For a ring, in this line of it.
    shows: fn(&Case, &str) -> bool,
}

/// Shorthand for the rows of the table.
const fn reason(
    name: &'static str,
    part: Part,
    says: &'static [&'static str],
    shows: fn(&Case, &str) -> bool,
    because: &'static str,
) -> Reason {
    Reason { name, because, part, says, shows }
}

pub(super) const REASONS: &[Reason] = &[
    reason(
        "person is a pattern",
        Part::Ring,
        &["is a pattern, and could be anybody"],
        |_, line| line.contains(['*', '?']),
        "a line that fits many people would let one of them sign as another",
    ),
    reason(
        "person is denied",
        Part::Ring,
        &["says who it is not"],
        |_, line| line.contains('!'),
        "who is not meant says nothing about who is",
    ),
    reason(
        "people in a list",
        Part::Ring,
        &["is more than one person"],
        |_, line| line.contains(','),
        "one key would be the voice of two people",
    ),
    reason(
        "person is no address",
        Part::Ring,
        &["is not written like maria@example.com", "has the character `", "is longer than 100 bytes"],
        |_, line| !line.starts_with(super::samples::MARIA),
        "a person has one spelling, which fits in a file name",
    ),
    reason(
        "people who differ in case",
        Part::Ring,
        &["differ only in case"],
        |case, _| text(&case.ring).to_lowercase() != text(&case.ring),
        "a reader takes them for one person, and a quorum would count two",
    ),
    reason(
        "key counts twice",
        Part::Ring,
        &["this key of", "this key is already that of", "this key stands in an earlier line"],
        |case, line| keys_of(line).iter().any(|key| times(&case.ring, key) > 1),
        "under two names, one person would count as two",
    ),
    reason(
        "certificate authority",
        Part::Ring,
        &["lets somebody outside the ring name people"],
        |_, line| line.to_lowercase().contains("cert-authority"),
        "the ring alone says who is who",
    ),
    reason(
        "dates of a key",
        Part::Ring,
        &["depends on a clock"],
        |_, line| line.to_lowercase().contains("valid-"),
        "an old release must verify the same in ten years; a key ends when a policy drops its line",
    ),
    reason(
        "option in another spelling",
        Part::Ring,
        &["is not known"],
        |_, line| line.to_lowercase().contains("namespaces=") && !line.contains(" namespaces=\"holdpoint"),
        "OpenSSH takes `NAMESPACES`, and a comma before the key, for the same; here an option has one spelling",
    ),
    reason(
        "namespace is a pattern",
        Part::Ring,
        &["` is a pattern"],
        |_, line| line.contains(['*', '?', '!']),
        "what a key may sign is written out, so that a reader sees it",
    ),
    reason(
        "namespace of somebody else",
        Part::Ring,
        &["is not a namespace such as"],
        |_, line| line.contains("namespaces=\""),
        "a key that signs for another program as well is a slip",
    ),
    reason(
        "namespace twice",
        Part::Ring,
        &["` is written twice"],
        |_, line| line.matches("holdpoint/").count() > 1,
        "a line has one spelling",
    ),
    reason(
        "line ends of Windows in a ring",
        Part::Ring,
        &["the line ends as on Windows"],
        |case, _| case.ring.contains(&b'\r'),
        "the same ring would have two digests",
    ),
    reason(
        "hidden characters in a ring",
        Part::Ring,
        &["which a reader cannot see", "is not UTF-8 from here on", "begins with a byte order mark"],
        |case, _| {
            !text(&case.ring)
                .chars()
                .all(|c| c == '\n' || c == '\t' || !c.is_control() && !"\u{202e}\u{feff}".contains(c))
                || case.ring.starts_with(b"\xef\xbb\xbf")
                || std::str::from_utf8(&case.ring).is_err()
        },
        "what a reader sees must be all there is",
    ),
    reason(
        "key of another type in a ring",
        Part::Ring,
        &["unsupported key type"],
        |case, line| line.contains("ssh-rsa") || line.contains("cert-v01") || !has_signers_key(case, line),
        "RSA signatures have several spellings, and a certificate brings a clock and a stranger",
    ),
    reason(
        "key in another spelling in a ring",
        Part::Ring,
        &["the key is damaged"],
        |_, line| keys_of(line).iter().any(|it| unwire(it, 4).0.iter().any(|it| it.ends_with(b"\0"))),
        "OpenSSH drops a zero byte at the end of a name, so that the same key has two lines",
    ),
    reason(
        "key for which anybody can sign",
        Part::Ring,
        &["the key is one for which anybody can sign"],
        |_, line| {
            let points = points_of_small_order();
            keys_of(line).iter().any(|it| unwire(it, 2).0.get(1).is_some_and(|it| points.contains(it)))
        },
        "whoever has such a key in the ring can say later that it was somebody else",
    ),
    reason(
        "a line that nobody can read",
        Part::Ring,
        &[
            "the key is damaged",
            "the line names nobody",
            "the line has no key",
            "this is not a public key in one line",
            "the line says `",
            "is not known",
            "the namespaces are not in quotes",
            "is written twice",
        ],
        |case, line| {
            !has_signers_key(case, line) || !line.starts_with(super::samples::MARIA) || is_followed(case, line)
        },
        "OpenSSH passes over a line that it cannot read; here a ring is whole, or it is none",
    ),
    reason(
        "armor in another spelling",
        Part::Signature,
        &[
            "its lines end as on Windows",
            "it does not begin with the line",
            "it does not end with the line",
            "is not base64",
            "its lines do not have 70 characters each",
            "it is not text",
        ],
        |case, _| unarmored(&case.signature).is_some_and(|blob| armor(&blob).as_bytes() != case.signature),
        "nothing can be hidden in a signature file, and nobody can change one and leave it valid",
    ),
    reason(
        "signature file that is too large",
        Part::Signature,
        &["it is larger than 8 KiB"],
        |case, _| case.signature.len() > 8 << 10,
        "a reader's memory is bounded",
    ),
    reason(
        "version 0",
        Part::Signature,
        &["its version is not 1"],
        |case, _| outer(case).is_some_and(|it| it.version == 0),
        "OpenSSH refuses only newer versions; there has never been a version 0",
    ),
    reason(
        "reserved field",
        Part::Signature,
        &["something in its reserved field"],
        |case, _| outer(case).is_some_and(|it| !it.reserved.is_empty()),
        "it is not signed, so anybody could write there",
    ),
    reason(
        "number with an idle zero",
        Part::Signature,
        &["it is damaged"],
        |case, _| {
            outer(case).and_then(|it| it.parts()).is_some_and(|(_, numbers, _)| {
                let (halves, _) = unwire(&numbers, 2);
                halves.len() == 2 && wire(&halves.iter().map(mpint).collect::<Vec<_>>()) != numbers
            })
        },
        "the same number would have many spellings",
    ),
    reason(
        "number beyond the order of its curve",
        Part::Signature,
        &["does not fit the bytes"],
        |case, _| {
            outer(case).and_then(|it| it.parts()).is_some_and(|(name, numbers, _)| {
            name.ends_with(b"ed25519") || name.starts_with(b"sk-ssh-ed25519")
        } && numbers.get(32..64).is_some_and(is_beyond_order))
        },
        "RFC 8032 wants the reduced one; OpenSSH takes both, so that a signature has a twin",
    ),
    reason(
        "name that ends in a zero byte",
        Part::Signature,
        &[
            "it is damaged",
            "the key in it is damaged",
            "was made for",
            "needs a key of another type",
            "neither sha256 nor sha512",
        ],
        |case, _| {
            outer(case).is_some_and(|it| {
                let name = it.parts().map(|it| it.0).unwrap_or_default();
                let (key, _) = unwire(&it.key, 4);
                [vec![it.namespace, it.hash, name], key].concat().iter().any(|it| it.ends_with(b"\0"))
            })
        },
        "OpenSSH drops one at the end of a name, so that the name has two spellings",
    ),
    reason(
        "signature of a browser",
        Part::Signature,
        &["needs a key of another type"],
        |case, _| outer(case).and_then(|it| it.parts()).is_some_and(|it| it.0.starts_with(b"webauthn-")),
        "it signs what a web page wrote, and names the page in bytes that nobody here reads",
    ),
    reason(
        "nobody touched the device",
        Part::Signature,
        &["that nobody touched"],
        |case, _| flags(case).is_some_and(|it| it & 1 == 0),
        "a program could sign while its owner is away",
    ),
    reason(
        "unknown flags of a device",
        Part::Signature,
        &["carries flags of a security key that are not known here"],
        |case, _| flags(case).is_some_and(|it| it & 0xe2 != 0),
        "some of them announce data that nobody here has read",
    ),
    reason(
        "statement in another spelling",
        Part::Statement,
        &["is no statement (", "is not spelled as statements are"],
        |case, _| case.message.bytes().len() <= 32 << 10,
        "OpenSSH signs any bytes; the id of a statement must stand for one meaning",
    ),
    reason(
        "statement that is too large",
        Part::Statement,
        &["is larger than 32768 bytes"],
        |case, _| case.message.bytes().len() > 32 << 10,
        "a reader's memory is bounded",
    ),
    reason(
        "asked about a person who is no address",
        Part::Person,
        &["is not written like maria@example.com", "has the character `", "is longer than 100 bytes"],
        |case, _| {
            !case.person.contains('@')
                || case.person.contains(|c: char| !c.is_ascii_alphanumeric() && !"@.".contains(c))
        },
        "a person has one spelling, which fits in a file name",
    ),
    reason(
        "asked about a namespace of somebody else",
        Part::Namespace,
        &["is not a namespace such as"],
        |case, _| !case.namespace.starts_with("holdpoint/") || !case.namespace.ends_with("@v1"),
        "what was signed for git, or for a file, is no statement",
    ),
];

/// The name of the difference, or holdpoint's words for which there is none. A ring has one for each of its faults.
pub(super) fn of(case: &Case, refusal: &Refusal) -> Result<&'static str, String> {
    let (part, said) = match refusal {
        Refusal::Person(why) => (Part::Person, vec![(why.to_string(), String::new())]),
        Refusal::Namespace(why) => (Part::Namespace, vec![(why.to_string(), String::new())]),
        Refusal::Statement(why) => (Part::Statement, vec![(why.clone(), String::new())]),
        Refusal::Signature(why) => (Part::Signature, vec![(why.to_string(), String::new())]),
        Refusal::Ring(faults) => {
            let lines: Vec<String> = text(&case.ring).lines().map(str::to_owned).collect();
            let line = |it: usize| lines.get(it - 1).cloned().unwrap_or_default();
            (Part::Ring, faults.iter().map(|it| (it.message.clone(), line(it.place.line))).collect())
        }
    };
    let mut names = Vec::new();
    for (words, line) in said {
        let fits =
            |it: &&Reason| it.part == part && it.says.iter().any(|it| words.contains(it)) && (it.shows)(case, &line);
        names.push(REASONS.iter().find(fits).ok_or(words)?.name);
    }
    names.first().copied().ok_or_else(|| "it gives no reason at all".to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn outer(case: &Case) -> Option<Outer> {
    Outer::read(&unarmored(&case.signature)?)
}

/// The flags of a device.
fn flags(case: &Case) -> Option<u8> {
    outer(case)?.parts()?.2.first().copied()
}

/// The blobs that could be keys in a line.
fn keys_of(line: &str) -> Vec<Vec<u8>> {
    line.split_whitespace().filter(|it| it.starts_with("AAAA")).filter_map(|it| base64(it.as_bytes())).collect()
}

fn times(ring: &[u8], key: &[u8]) -> usize {
    text(ring).lines().flat_map(keys_of).filter(|it| it == key).count()
}

fn has_signers_key(case: &Case, line: &str) -> bool {
    outer(case).is_some_and(|it| keys_of(line).contains(&it.key))
}

/// Whether the signer's key stands in another line too, which OpenSSH takes.
fn is_followed(case: &Case, line: &str) -> bool {
    text(&case.ring).lines().any(|it| it != line && has_signers_key(case, it))
}

/// Whether 32 bytes, the lowest first, are the order of Ed25519's group or more.
fn is_beyond_order(number: &[u8]) -> bool {
    number.iter().rev().cmp(super::spoil::ORDER.iter().rev()).is_ge()
}
