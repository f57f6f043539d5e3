//! The ring: who is who, by their keys. A strict subset of OpenSSH's allowed signers, so that stock `ssh-keygen -Y verify`
//! reads the same file and comes to the same answer.

use std::collections::BTreeMap;

use super::{Namespace, PublicKey, Signature, SignatureFault};
use crate::finding::Place;
use crate::name::{Person, Text};
use crate::record::{Placed, Problem, Problems, text_of};

mod line;

use line::{Faults, Line};

/// The people and machines of a project, with their keys. At least one, and no key twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    people: BTreeMap<Person, Vec<RingKey>>,
}

/// A key of the ring, and what it may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingKey {
    key: PublicKey,
    namespaces: Option<Vec<Namespace>>,
}

impl RingKey {
    /// The key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What it may sign; `None` is everything.
    pub fn namespaces(&self) -> Option<&[Namespace]> {
        self.namespaces.as_deref()
    }

    /// Whether it may sign for `namespace`.
    pub fn may_sign(&self, namespace: &Namespace) -> bool {
        self.namespaces().is_none_or(|it| it.contains(namespace))
    }
}

impl Ring {
    /// Reads the ring in `bytes`, the content of `path`: one person and one key a line. Every fault, with its place.
    pub fn parse(path: &str, bytes: &[u8]) -> Result<Self, Problems> {
        let text = text_of(path, bytes)?;
        let mut faults = Faults::new(path, text);
        let lines = line::read(text, &mut faults);
        check_people(&lines, &mut faults);
        check_keys(&lines, &mut faults);
        if lines.is_empty() && faults.none() {
            faults.note(0..0, "the ring is empty", "add a line such as `maria@example.com ssh-ed25519 AAAA…`");
        }
        faults.into_result()?;
        let mut people: BTreeMap<Person, Vec<RingKey>> = BTreeMap::new();
        for Line { person, namespaces, key } in lines {
            if let (Some(person), Some(key)) = (person, key) {
                people.entry(person.value).or_default().push(RingKey { key: key.value, namespaces });
            }
        }
        Ok(Self { people })
    }

    /// Everybody in the ring, in the order of their names.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.keys()
    }

    /// Whether `person` is in the ring.
    pub fn has(&self, person: &Person) -> bool {
        self.people.contains_key(person)
    }

    /// The keys of `person`, in the order of the file; none for a stranger.
    pub fn keys_of(&self, person: &Person) -> &[RingKey] {
        self.people.get(person).map_or(&[], Vec::as_slice)
    }

    /// Whose key this is.
    pub fn person_of(&self, key: &PublicKey) -> Option<&Person> {
        self.people.iter().find(|(_, keys)| keys.iter().any(|it| it.key == *key)).map(|(person, _)| person)
    }

    /// Checks that `person` made `signature` over `message`, for `namespace`, with a key that may; gives that key.
    pub fn verify(
        &self,
        person: &Person,
        namespace: &Namespace,
        message: &[u8],
        signature: &Signature,
    ) -> Result<&RingKey, SignatureFault> {
        let key = self.allows(person, namespace, signature)?;
        signature.check(message)?;
        Ok(key)
    }

    /// The key of `person` that `signature` claims, if it may sign for `namespace`. The mathematics is not done: a signature
    /// that is held against several rings is checked once.
    pub fn allows(
        &self,
        person: &Person,
        namespace: &Namespace,
        signature: &Signature,
    ) -> Result<&RingKey, SignatureFault> {
        if signature.namespace() != namespace.as_str() {
            let found = signature.namespace().to_owned();
            return Err(SignatureFault::WrongNamespace { found, wanted: namespace.clone() });
        }
        let fingerprint = || signature.key().fingerprint();
        let Some(key) = self.keys_of(person).iter().find(|it| it.key == *signature.key()) else {
            return Err(SignatureFault::ForeignKey { person: person.clone(), fingerprint: fingerprint() });
        };
        if !key.may_sign(namespace) {
            return Err(SignatureFault::NotPermitted { namespace: namespace.clone(), fingerprint: fingerprint() });
        }
        Ok(key)
    }
}

/// A line of a ring, with its line end. `namespaces` of `None` lets the key sign everything; an empty list gives a line
/// that [`Ring::parse`] refuses.
pub fn ring_line(person: &Person, namespaces: Option<&[Namespace]>, key: &PublicKey, comment: Option<&Text>) -> String {
    let mut words = vec![person.to_string()];
    if let Some(namespaces) = namespaces {
        let list: Vec<&str> = namespaces.iter().map(Namespace::as_str).collect();
        words.push(format!("namespaces=\"{}\"", list.join(",")));
    }
    words.push(key.to_line());
    words.extend(comment.map(Text::to_string));
    words.join(" ") + "\n"
}

/// Notes people whose names differ only in case: a reader takes them for one.
fn check_people(lines: &[Line], faults: &mut Faults<'_>) {
    let mut seen: BTreeMap<String, &Person> = BTreeMap::new();
    for Placed { value, span } in lines.iter().filter_map(|it| it.person.as_ref()) {
        let first = *seen.entry(value.as_str().to_ascii_lowercase()).or_insert(value);
        if first != value {
            faults.note(
                span.clone(),
                format!("`{value}` and `{first}` differ only in case"),
                format!("write `{first}`, or take another name"),
            );
        }
    }
}

/// Notes a key that stands in the ring twice: under two names, one person would count as two.
fn check_keys(lines: &[Line], faults: &mut Faults<'_>) {
    let mut seen: BTreeMap<&PublicKey, Option<&Person>> = BTreeMap::new();
    for line in lines {
        let Some(Placed { value: key, span }) = &line.key else { continue };
        let person = line.person.as_ref().map(|it| &it.value);
        let Some(first) = seen.insert(key, person) else { continue };
        let message = match (first, person) {
            (Some(first), Some(person)) if first == person => format!("this key of `{person}` stands here twice"),
            (Some(first), _) => format!("this key is already that of `{first}`"),
            (None, _) => "this key stands in an earlier line already".to_owned(),
        };
        faults.note(span.clone(), message, "delete one of the two lines");
    }
}

#[cfg(test)]
mod tests;
