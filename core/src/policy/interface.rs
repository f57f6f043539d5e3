//! `[[interface]]`: what one component writes and another reads, and what is promised about it.

use std::collections::BTreeSet;

use crate::name::{ComponentName, FormatName, InterfaceName, Text, listed, nearest};
use crate::record::{Placed, Table, Word};

/// What passes between a writer and a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterfaceKind {
    /// A file, which is kept: whatever was ever written may have to be read.
    File,
    /// Two programs that talk to each other and agree on one format.
    Wire,
    /// A program that calls another, and agrees with it on one version.
    Api,
}

impl InterfaceKind {
    /// The word for it in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Wire => "wire",
            Self::Api => "api",
        }
    }

    /// Whether both sides run at the same time and agree on one format; a file has one format, and is kept.
    pub fn is_live(self) -> bool {
        self != Self::File
    }
}

/// For which versions the promise to read holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepReadable {
    /// For every version that was ever published.
    All,
    /// For those in support on the day that the release is planned for.
    InSupport,
}

/// What a pair inside a release must rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidenced {
    /// A test with evidence.
    Tested,
    /// What the components declare is enough.
    Declared,
}

/// How a format shows in the bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// These bytes stand at this offset.
    Bytes {
        /// Where, from the start of the file.
        offset: u64,
        /// The bytes; at least one.
        bytes: Vec<u8>,
    },
    /// The first line, or the whole file, is a JSON object with this key.
    JsonKey {
        /// The key.
        key: Text,
        /// Its value as it is written in JSON or as the words of a string; any if it is not given.
        equals: Option<Text>,
    },
    /// The root element of an XML file has this attribute.
    XmlAttribute {
        /// The name of the root element; any if it is not given.
        element: Option<Text>,
        /// The name of the attribute.
        attribute: Text,
        /// Its value; any if it is not given.
        equals: Option<Text>,
    },
    /// A ZIP archive has a member of this name.
    ZipMember {
        /// The name of the member, with `/`.
        name: Text,
    },
}

/// One way in which a format shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The format.
    pub format: FormatName,
    /// How it shows.
    pub mark: Mark,
}

/// Something that one component writes and another reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: InterfaceName,
    /// Its title, for people.
    pub title: Text,
    /// What passes.
    pub kind: InterfaceKind,
    /// The components that write it; at least one.
    pub writers: BTreeSet<ComponentName>,
    /// The components that read it; at least one.
    pub readers: BTreeSet<ComponentName>,
    /// Which versions stay readable.
    pub keep_readable: KeepReadable,
    /// What a pair inside a release must rest on.
    pub evidence: Evidenced,
    /// How its formats are told from a file's bytes.
    pub identify: Vec<Signature>,
}

/// The interfaces of the policy, in its order. `None` after a fault.
pub(super) fn all(table: &Table<'_, '_>) -> Option<Vec<Interface>> {
    let tables = table.tables("interface");
    let read: Vec<Option<Interface>> = tables.iter().map(interface).collect();
    let all: Vec<Interface> = read.into_iter().collect::<Option<_>>()?;
    for (at, interface) in all.iter().enumerate() {
        if all.iter().take(at).any(|it| it.name == interface.name) {
            let span = tables.get(at).map(Table::span).unwrap_or_default();
            let message = format!("the interface `{}` is there twice", interface.name);
            table.sheet().fault(span, message, "give it another name");
        }
    }
    Some(all)
}

fn interface(table: &Table<'_, '_>) -> Option<Interface> {
    let (name, title) = (table.name("name"), table.name("title"));
    let kinds = [InterfaceKind::File, InterfaceKind::Wire, InterfaceKind::Api];
    let kind = one_of(table, "kind", kinds.map(|it| (it.word(), it)));
    let (writers, readers) = (components(table, "writers"), components(table, "readers"));
    let keep_readable =
        one_of(table, "keep_readable", [("all", KeepReadable::All), ("in-support", KeepReadable::InSupport)]);
    let evidence = one_of(table, "evidence", [("tested", Evidenced::Tested), ("declared", Evidenced::Declared)]);
    let marks = table.tables("identify");
    let marks: Vec<Option<Signature>> = marks.iter().map(signature).collect();
    table.finish();
    Some(Interface {
        name: name?,
        title: title?,
        kind: kind?,
        writers: writers?,
        readers: readers?,
        keep_readable: keep_readable?,
        evidence: evidence?,
        identify: marks.into_iter().collect::<Option<_>>()?,
    })
}

/// The value that the word under `key` stands for.
fn one_of<T: Copy, const N: usize>(table: &Table<'_, '_>, key: &'static str, words: [(&str, T); N]) -> Option<T> {
    let word = table.placed::<String>(key)?;
    let found = words.iter().find(|it| it.0 == word.value).map(|it| it.1);
    if found.is_none() {
        let known = words.map(|it| it.0);
        let help = match nearest(&word.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", listed(known.map(|it| format!("`{it}`")), "or")),
        };
        table.sheet().fault(word.span, format!("`{key}` has no such value"), help);
    }
    found
}

/// A list of components, each named once, at least one.
fn components(table: &Table<'_, '_>, key: &'static str) -> Option<BTreeSet<ComponentName>> {
    let list = table.placed::<Vec<Placed<Word<ComponentName>>>>(key)?;
    if list.value.is_empty() {
        table.sheet().fault(list.span, format!("`{key}` is empty: nothing could be said about it"), "name a component");
        return None;
    }
    let mut all = BTreeSet::new();
    for name in list.value {
        if all.contains(&name.value.0) {
            table.sheet().fault(name.span, format!("`{}` is named twice", name.value.0), "name each component once");
        }
        all.insert(name.value.0);
    }
    Some(all)
}

/// The keys of which a signature has exactly one, and what it says by it.
const MARKS: [&str; 4] = ["hex", "json_key", "xml_attribute", "zip_member"];

fn signature(table: &Table<'_, '_>) -> Option<Signature> {
    let format = table.name("format");
    let given: Vec<&str> = MARKS.into_iter().filter(|it| table.has(it)).collect();
    let mark = match given.as_slice() {
        ["hex"] => bytes(table),
        ["json_key"] => table.name("json_key").map(|key| Mark::JsonKey { key, equals: table.optional_name("equals") }),
        ["xml_attribute"] => table.name("xml_attribute").map(|attribute| {
            let (element, equals) = (table.optional_name("element"), table.optional_name("equals"));
            Mark::XmlAttribute { element, attribute, equals }
        }),
        ["zip_member"] => table.name("zip_member").map(|name| Mark::ZipMember { name }),
        _ => {
            let known = listed(MARKS.map(|it| format!("`{it}`")), "or");
            let message = format!("a signature has exactly one of {known}");
            table.sheet().fault(
                table.span(),
                message,
                "write it like { format = \"3\", offset = 0, hex = \"52454333\" }",
            );
            return None;
        }
    };
    table.finish();
    Some(Signature { format: format?, mark: mark? })
}

fn bytes(table: &Table<'_, '_>) -> Option<Mark> {
    let offset = table.or("offset", 0_u64);
    let hex = table.placed::<String>("hex")?;
    let digits: Option<Vec<u8>> =
        hex.value.chars().map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok())).collect();
    let halves = digits.filter(|it| !it.is_empty() && it.len() % 2 == 0);
    let bytes = halves.map(|it| it.chunks_exact(2).map(|it| it.iter().fold(0, |sum, half| sum * 16 + half)).collect());
    if bytes.is_none() {
        table.sheet().fault(hex.span, "`hex` is not whole bytes in hexadecimal", "write it like \"52454333\"");
    }
    Some(Mark::Bytes { offset: offset?, bytes: bytes? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// The interface of the recorder, as policies have it.
    const REC: &str = "[[interface]]\nname = \"rec\"\ntitle = \"Recording file (.rec)\"\nkind = \"file\"\nwriters = [\"recorder\"]\n\
        readers = [\"player\"]\nkeep_readable = \"all\"\nevidence = \"declared\"\n";

    fn read(text: &str) -> Result<Vec<Interface>, Vec<String>> {
        let world = World::with_policy(|it| format!("{it}{text}"));
        match world.chain() {
            Ok(chain) => Ok(chain.current().interfaces().to_vec()),
            Err(findings) => Err(findings.into_iter().map(|it| it.message).collect()),
        }
    }

    #[test]
    fn reads_an_interface_with_every_kind_of_signature() {
        let marks = "identify = [{ format = \"2\", offset = 4, hex = \"52eC\" }, { format = \"3\", json_key = \"version\", equals = \"3\" }, \
            { format = \"4\", xml_attribute = \"v\", element = \"rec\", equals = \"4\" }, { format = \"5\", zip_member = \"a/b\" }]\n";
        let all = read(&format!("{REC}{marks}")).unwrap();
        let text = |it: &str| it.parse::<Text>().unwrap();
        assert_eq!(
            (all[0].kind, all[0].keep_readable, all[0].evidence),
            (InterfaceKind::File, KeepReadable::All, Evidenced::Declared)
        );
        assert_eq!(
            all[0].identify.iter().map(|it| it.mark.clone()).collect::<Vec<_>>(),
            [
                Mark::Bytes { offset: 4, bytes: vec![0x52, 0xec] },
                Mark::JsonKey { key: text("version"), equals: Some(text("3")) },
                Mark::XmlAttribute { element: Some(text("rec")), attribute: text("v"), equals: Some(text("4")) },
                Mark::ZipMember { name: text("a/b") },
            ]
        );
    }

    #[test]
    fn an_interface_without_readers_or_with_a_twin_is_refused() {
        let told = |text: String| read(&text).unwrap_err().join("\n");
        assert!(told(REC.replace("[\"player\"]", "[]")).contains("`readers` is empty"));
        assert!(told(REC.replace("[\"recorder\"]", "[]")).contains("`writers` is empty"));
        assert!(told(REC.replace("[\"player\"]", "[\"player\", \"player\"]")).contains("`player` is named twice"));
        assert!(told(format!("{REC}{REC}")).contains("the interface `rec` is there twice"));
    }

    #[test]
    fn a_word_that_nobody_enforces_is_refused() {
        let told = |from: &str, to: &str| read(&REC.replace(from, to)).unwrap_err().join("\n");
        assert!(told("\"file\"", "\"files\"").contains("`kind` has no such value"));
        assert!(told("\"all\"", "\"in_support\"").contains("`keep_readable` has no such value"));
        assert!(told("\"declared\"", "\"none\"").contains("`evidence` has no such value"));
        assert!(told("kind = \"file\"", "kind = \"file\"\ncolour = 1").contains("unknown key `colour`"));
    }

    #[test]
    fn a_signature_has_one_mark_in_whole_bytes() {
        let told =
            |mark: &str| read(&format!("{REC}identify = [{{ format = \"3\"{mark} }}]\n")).unwrap_err().join("\n");
        assert!(told("").contains("exactly one of"));
        assert!(told(", hex = \"00\", json_key = \"a\"").contains("exactly one of"));
        for wrong in ["\"\"", "\"5\"", "\"5g\"", "\"52 45\""] {
            assert!(told(&format!(", hex = {wrong}")).contains("not whole bytes"), "{wrong}");
        }
        assert!(told(", json_key = \"a\", element = \"b\"").contains("unknown key `element`"));
    }

    #[test]
    fn the_live_kinds_agree_on_one_format() {
        assert!(!InterfaceKind::File.is_live());
        assert!(InterfaceKind::Wire.is_live() && InterfaceKind::Api.is_live());
    }
}
