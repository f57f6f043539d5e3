//! Which formats a file looks like, by the marks that the policy gives for each.
//!
//! The file is a customer's, and so anybody's. It is read in bounded pieces, whatever its size; nothing in it is expanded or
//! followed; and what cannot be read of it bears no mark.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use crate::name::{FormatName, InterfaceName, Text};
use crate::policy::{Interface, Mark};

mod json;
mod xml;
mod zip;

/// So much of its beginning is looked at, and so large may a file be that is one JSON object as a whole.
pub const LARGEST_HEAD: u64 = 1 << 20;

/// What a file looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The formats whose marks it bears, each once: the one with the longest mark first.
    pub formats: Vec<(InterfaceName, FormatName)>,
    /// Why other formats cannot be ruled out: what of the file could not be read. Each continues "the file …".
    pub doubts: Vec<&'static str>,
}

/// Holds a file of `size` bytes against the marks of every interface.
///
/// # Errors
/// What `file` says when it cannot be read. Bytes that make no sense are no error.
pub fn likeness(file: &mut (impl Read + Seek), size: u64, interfaces: &[Interface]) -> io::Result<Likeness> {
    let all = || interfaces.iter().flat_map(|it| it.identify.iter().map(move |sign| (&it.name, sign)));
    if all().next().is_none() {
        return Ok(Likeness::default());
    }
    let marks: Vec<&Mark> = all().map(|(_, it)| &it.mark).collect();
    let clues = Clues::gather(file, size, &marks)?;
    let mut longest: BTreeMap<(&InterfaceName, &FormatName), usize> = BTreeMap::new();
    for (interface, sign) in all() {
        if clues.bears(file, size, &sign.mark)? {
            let longest = longest.entry((interface, &sign.format)).or_default();
            *longest = (*longest).max(length(&sign.mark));
        }
    }
    let mut formats: Vec<_> = longest.into_iter().collect();
    formats.sort_by_key(|it| std::cmp::Reverse(it.1));
    let formats = formats.into_iter().map(|((interface, format), _)| (interface.clone(), format.clone())).collect();
    Ok(Likeness { formats, doubts: clues.doubt.into_iter().collect() })
}

/// How much of a file a mark fixes, in bytes: the more, the less is it there by chance.
fn length(mark: &Mark) -> usize {
    let of = |it: &Option<Text>| it.as_ref().map_or(0, |it| it.as_str().len());
    match mark {
        Mark::Bytes { bytes, .. } => bytes.len(),
        Mark::JsonKey { key, equals } => key.as_str().len() + of(equals),
        Mark::XmlAttribute { element, attribute, equals } => of(element) + attribute.as_str().len() + of(equals),
        Mark::ZipMember { name } => name.as_str().len(),
    }
}

/// What a file shows of what is asked for; each part is read once, however many marks ask for it.
struct Clues {
    fields: json::Fields,
    root: Option<xml::Root>,
    members: BTreeSet<Vec<u8>>,
    doubt: Option<&'static str>,
}

impl Clues {
    fn gather(file: &mut (impl Read + Seek), size: u64, marks: &[&Mark]) -> io::Result<Self> {
        let (mut keys, mut members, mut is_xml) = (BTreeSet::new(), BTreeSet::new(), false);
        for mark in marks {
            match mark {
                Mark::Bytes { .. } => {}
                Mark::JsonKey { key, .. } => {
                    keys.insert(key.as_str());
                }
                Mark::XmlAttribute { .. } => is_xml = true,
                Mark::ZipMember { name } => {
                    members.insert(name.as_str().as_bytes());
                }
            }
        }
        let head = match keys.is_empty() && !is_xml {
            true => Vec::new(),
            false => head(file)?,
        };
        let is_whole = size <= LARGEST_HEAD;
        let archive = if members.is_empty() { zip::Archive::default() } else { zip::look(file, size, &members)? };
        Ok(Self {
            fields: json::fields(&head, is_whole, &keys),
            root: if is_xml { xml::root(&head) } else { None },
            members: archive.members,
            doubt: archive.fault,
        })
    }

    fn bears(&self, file: &mut (impl Read + Seek), size: u64, mark: &Mark) -> io::Result<bool> {
        Ok(match mark {
            Mark::Bytes { offset, bytes } => stands_at(file, size, *offset, bytes)?,
            Mark::JsonKey { key, equals } => self.fields.have(key.as_str(), equals.as_ref().map(Text::as_str)),
            Mark::XmlAttribute { element, attribute, equals } => self.root.as_ref().is_some_and(|it| {
                it.is_called(element.as_ref().map(Text::as_str))
                    && it.has(attribute.as_str(), equals.as_ref().map(Text::as_str))
            }),
            Mark::ZipMember { name } => self.members.contains(name.as_str().as_bytes()),
        })
    }
}

fn head(file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(LARGEST_HEAD).read_to_end(&mut head)?;
    Ok(head)
}

fn stands_at(file: &mut (impl Read + Seek), size: u64, offset: u64, bytes: &[u8]) -> io::Result<bool> {
    if offset.checked_add(bytes.len() as u64).is_none_or(|end| end > size) {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut found = Vec::new();
    file.by_ref().take(bytes.len() as u64).read_to_end(&mut found)?;
    Ok(found == bytes)
}

#[cfg(test)]
mod tests;
