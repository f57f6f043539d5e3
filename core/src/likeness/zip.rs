//! Which members a ZIP archive has, from the directory at its end (PKWARE's APPNOTE 6.3.10, sections 4.3.12 to 4.3.16).
//!
//! Nothing is unpacked and one name is held at a time, so that this needs no library: those there are read the whole
//! directory into memory, and most of what they do is unpacking.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// A larger directory is not looked through.
const LARGEST_DIRECTORY: u64 = 64 << 20;

/// The record that ends an archive, without its comment.
const END: usize = 22;

/// How far before that record the one lies that says where the record of ZIP64 is.
const LOCATOR: usize = 20;

/// The record of ZIP64, without what may be added to it.
const END_64: u64 = 56;

/// What stands before the name of each member.
const MEMBER: usize = 46;

/// What was found in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Archive {
    /// The wanted members that are there.
    pub(super) members: BTreeSet<Vec<u8>>,
    /// Why others may be there too, in a file that is an archive or begins like one. It continues "the file …".
    pub(super) fault: Option<&'static str>,
}

impl Archive {
    fn faulty(fault: &'static str) -> Self {
        Self { members: BTreeSet::new(), fault: Some(fault) }
    }
}

/// Where the directory of an archive lies.
struct Directory {
    start: u64,
    size: u64,
}

/// Looks for the wanted members.
pub(super) fn look(file: &mut (impl Read + Seek), size: u64, wanted: &BTreeSet<&[u8]>) -> io::Result<Archive> {
    let mut first = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut first)?;
    let tail_size = size.min((END + LOCATOR + usize::from(u16::MAX)) as u64);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size - tail_size))?;
    file.by_ref().take(tail_size).read_to_end(&mut tail)?;
    let Some(at) = end_of(&tail) else {
        let begins = first == b"PK\x03\x04";
        return Ok(match begins {
            true => {
                Archive::faulty("begins like a ZIP archive and has no directory at its end: it is cut off or damaged")
            }
            false => Archive::default(),
        });
    };
    match directory(file, size - tail_size, &tail, at)? {
        Ok(directory) => members(file, &directory, wanted),
        Err(fault) => Ok(Archive::faulty(fault)),
    }
}

/// Where in the last bytes the record begins that ends the archive. Its comment reaches to the end of the file.
fn end_of(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END)?;
    let fits = |at: &usize| {
        let comment = number::<2>(tail, at + 20).and_then(|it| usize::try_from(it).ok());
        is_there(tail, *at, b"PK\x05\x06") && comment == Some(last - at)
    };
    (0..=last).rev().find(fits)
}

/// Where the directory is, by the record at `at` of the last bytes, which begin at `offset` of the file. It ends where that record
/// begins: what stands before an archive moves all of it, and so does not matter.
fn directory(
    file: &mut (impl Read + Seek),
    offset: u64,
    tail: &[u8],
    at: usize,
) -> io::Result<Result<Directory, &'static str>> {
    const DAMAGED: &str = "is a ZIP archive whose directory is not where it should be: it is damaged";
    let mut end = offset + at as u64;
    let Some(mut size) = number::<4>(tail, at + 12) else { return Ok(Err(DAMAGED)) };
    let locator = at.checked_sub(LOCATOR).filter(|it| is_there(tail, *it, b"PK\x06\x07"));
    if let Some(locator) = locator {
        let Some(place) =
            number::<8>(tail, locator + 8).filter(|it| it.checked_add(END_64).is_some_and(|it| it <= end))
        else {
            return Ok(Err(DAMAGED));
        };
        let mut record = Vec::new();
        file.seek(SeekFrom::Start(place))?;
        file.by_ref().take(END_64).read_to_end(&mut record)?;
        match number::<8>(&record, 40).filter(|_| is_there(&record, 0, b"PK\x06\x06")) {
            Some(it) => (end, size) = (place, it),
            None => return Ok(Err(DAMAGED)),
        }
    }
    if size > LARGEST_DIRECTORY {
        return Ok(Err("is a ZIP archive with a directory larger than 64 MiB, which was not looked through"));
    }
    Ok(end.checked_sub(size).map(|start| Directory { start, size }).ok_or(DAMAGED))
}

fn members(file: &mut (impl Read + Seek), directory: &Directory, wanted: &BTreeSet<&[u8]>) -> io::Result<Archive> {
    let mut found = Archive::default();
    file.seek(SeekFrom::Start(directory.start))?;
    let mut records = BufReader::new(file.by_ref().take(directory.size));
    let (mut head, mut name) = (Vec::new(), Vec::new());
    loop {
        next(&mut records, MEMBER as u64, &mut head)?;
        if head.is_empty() || is_there(&head, 0, b"PK\x05\x05") {
            return Ok(found); // the end, or a signature over the directory
        }
        let lengths = [28, 30, 32].map(|at| number::<2>(&head, at).unwrap_or_default());
        let [length, extra, comment] = lengths;
        next(&mut records, length, &mut name)?;
        let passed = io::copy(&mut records.by_ref().take(extra + comment), &mut io::sink())?;
        let is_whole = head.len() == MEMBER && name.len() as u64 == length && passed == extra + comment;
        if !is_whole || !is_there(&head, 0, b"PK\x01\x02") {
            found.fault = Some("is a ZIP archive whose directory is damaged");
            return Ok(found);
        }
        if wanted.contains(name.as_slice()) {
            found.members.insert(std::mem::take(&mut name));
        }
    }
}

/// The next `length` bytes, or as many as there are, in place of what `into` held.
fn next(from: &mut impl Read, length: u64, into: &mut Vec<u8>) -> io::Result<()> {
    into.clear();
    from.take(length).read_to_end(into)?;
    Ok(())
}

fn is_there(bytes: &[u8], at: usize, wanted: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|it| it.starts_with(wanted))
}

/// The number in the `N` bytes at `at`, the low one first.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk::<N>()?;
    Some(bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A directory record for each name, with an extra field and a comment.
    fn records(names: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        for name in names {
            let mut head = vec![0_u8; MEMBER];
            head[..4].copy_from_slice(b"PK\x01\x02");
            head[28..30].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            head[30] = 4;
            head[32] = 3;
            out.extend(head);
            out.extend(name.as_bytes());
            out.extend(b"\x01\x00\x00\x00abc");
        }
        out
    }

    /// The record that ends an archive whose directory has this size.
    fn end(count: u16, size: u32, comment: &[u8]) -> Vec<u8> {
        let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
        out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
        out.extend([size.to_le_bytes(), 4_u32.to_le_bytes()].concat());
        out.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        out.extend(comment);
        out
    }

    fn archive(names: &[&str], comment: &[u8]) -> Vec<u8> {
        let records = records(names);
        let end = end(u16::try_from(names.len()).unwrap(), u32::try_from(records.len()).unwrap(), comment);
        [b"PK\x03\x04some bytes".to_vec(), records, end].concat()
    }

    /// The same with the records of ZIP64, which says that its directory has this size.
    fn archive_64(names: &[&str], size: Option<u64>) -> Vec<u8> {
        let records = records(names);
        let mut out = [b"PK\x03\x04".to_vec(), records.clone()].concat();
        let place = out.len() as u64;
        let mut record = vec![0_u8; 56];
        record[..4].copy_from_slice(b"PK\x06\x06");
        record[40..48].copy_from_slice(&size.unwrap_or(records.len() as u64).to_le_bytes());
        out.extend(record);
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(place.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
        out.extend(end(u16::MAX, u32::MAX, b""));
        out
    }

    fn look_at(bytes: &[u8], wanted: &str) -> (bool, Option<&'static str>) {
        let found = look(&mut Cursor::new(bytes), bytes.len() as u64, &BTreeSet::from([wanted.as_bytes()])).unwrap();
        (found.members.contains(wanted.as_bytes()), found.fault)
    }

    #[test]
    fn reads_what_another_program_wrote() {
        // Python's zipfile: an empty member `a/b`, and the comment `c`.
        let bytes = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0a/bPK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\
            \0\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\x80\x01\0\0\0\0a/bPK\x05\x06\0\0\0\0\x01\0\x01\x001\0\0\0!\0\0\0\x01\0c";
        assert_eq!((bytes.len(), look_at(bytes, "a/b")), (105, (true, None)));
    }

    #[test]
    fn a_member_is_found_by_its_whole_name() {
        let bytes = archive(&["mimetype", "rec/v3.json", "rec/"], b"");
        assert_eq!(look_at(&bytes, "rec/v3.json"), (true, None));
        for other in ["v3.json", "rec", "REC/v3.json", "rec/v3.json2"] {
            assert_eq!(look_at(&bytes, other), (false, None), "{other}");
        }
        assert_eq!(look_at(&archive(&[], b""), "a"), (false, None));
    }

    #[test]
    fn neither_a_comment_nor_bytes_before_the_archive_hide_a_member() {
        let bytes = archive(&["a"], &b"PK\x05\x06".repeat(16_000));
        assert_eq!(look_at(&bytes, "a"), (true, None));
        let bytes = [b"#!/bin/sh\n".repeat(1_000), archive(&["a"], b"no comment")].concat();
        assert_eq!(look_at(&bytes, "a"), (true, None));
    }

    #[test]
    fn the_longest_comment_hides_no_member() {
        let comment = vec![b'c'; usize::from(u16::MAX)];
        assert_eq!(look_at(&archive(&["a"], &comment), "a"), (true, None));
        let mut bytes = archive_64(&["a"], None);
        bytes.truncate(bytes.len() - END);
        bytes.extend(end(u16::MAX, u32::MAX, &comment));
        assert_eq!(look_at(&bytes, "a"), (true, None));
    }

    #[test]
    fn a_directory_that_ends_within_a_record_or_holds_something_else_is_damaged() {
        let whole = records(&["a"]);
        let fault = |records: &[u8]| {
            let end = end(1, u32::try_from(records.len()).unwrap(), b"");
            look_at(&[b"PK\x03\x04", records, &end].concat(), "a").1
        };
        assert_eq!(fault(&whole), None);
        for length in 1..whole.len() {
            assert!(fault(&whole[..length]).is_some_and(|it| it.contains("directory is damaged")), "{length}");
        }
        let mut other = whole;
        other[3] = 9;
        assert!(fault(&other).is_some_and(|it| it.contains("directory is damaged")));
    }

    #[test]
    fn reads_the_records_of_zip64() {
        assert_eq!(look_at(&archive_64(&["a", "b"], None), "b"), (true, None));
        let (found, fault) = look_at(&archive_64(&["a"], Some(u64::MAX)), "a");
        assert!(!found && fault.unwrap().contains("larger than 64 MiB"), "{fault:?}");
        for size in [60 << 20, LARGEST_DIRECTORY] {
            let (found, fault) = look_at(&archive_64(&["a"], Some(size)), "a");
            assert!(!found && fault.unwrap().contains("damaged"), "{fault:?}");
        }
        let mut astray = archive_64(&["a"], None);
        let locator = astray.len() - END - 12;
        astray[locator..locator + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(look_at(&astray, "a").1.unwrap().contains("damaged"));
    }

    #[test]
    fn as_many_members_as_there_can_be_are_looked_through() {
        let names: Vec<String> = (0..65_535).map(|it| format!("{it}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let bytes = archive(&names, b"");
        assert_eq!(look_at(&bytes, "65534"), (true, None));
        assert_eq!(look_at(&bytes, "65535"), (false, None));
    }

    #[test]
    fn whatever_is_cut_off_is_a_doubt_and_nothing_else_is_an_archive() {
        let bytes = archive(&["a"], b"");
        for length in 4..bytes.len() {
            let (found, fault) = look_at(&bytes[..length], "a");
            assert!(!found && fault.is_some_and(|it| it.contains("cut off")), "{length}");
        }
        let end = bytes.len() - END;
        let (found, fault) = look_at(&[&bytes[..end - 1], &bytes[end..]].concat(), "a");
        assert!(!found && fault.is_some_and(|it| it.contains("damaged")), "a byte is gone from the directory");
        for other in [b"".as_slice(), b"PK", b"text", &[0; 100]] {
            assert_eq!(look_at(other, "a"), (false, None));
        }
    }
}
