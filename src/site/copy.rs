//! Copying with a digest: bytes go from a source to a sink while they are counted and hashed, and are judged at the end.

use std::io::{self, Read, Write};

use holdpoint_core::digest::Hasher;
use holdpoint_core::finding::{Code, Finding};

use super::Content;
use crate::failure::Failure;

/// Large enough that the system calls do not show, small enough to stay in the cache between copy and hash.
const BUFFER: usize = 256 << 10;
/// What is read at first. Most files of a site with thousands of them end there.
const BEGINNING: usize = 16 << 10;

/// Which side of a copy failed.
#[derive(Debug)]
pub(super) enum CopyFault {
    /// The source could not be read.
    Source(io::Error),
    /// The sink could not be written.
    Sink(io::Error),
    /// The bytes are not the expected ones. What was read is told, unless there was more of it than expected.
    Differs(Option<Content>),
}

/// Copies all of `source` to `sink`; it is only good if this returns `Ok`.
pub(super) fn checked(
    source: &mut dyn Read,
    sink: &mut dyn Write,
    expected: Content,
    progress: &mut dyn FnMut(u64),
) -> Result<(), CopyFault> {
    let mut hasher = Hasher::default();
    let mut size = 0;
    let mut sent = Ok(());
    each_chunk(source, |chunk| {
        size += chunk.len() as u64;
        // A source without end stops here, before it fills the site.
        if size > expected.size {
            sent = Err(CopyFault::Differs(None));
            return false;
        }
        if let Err(why) = sink.write_all(chunk) {
            sent = Err(CopyFault::Sink(why));
            return false;
        }
        hasher.update(chunk);
        progress(chunk.len() as u64);
        true
    })
    .map_err(CopyFault::Source)?;
    sent?;
    sink.flush().map_err(CopyFault::Sink)?;
    let content = Content { size, sha256: hasher.finish() };
    if content == expected { Ok(()) } else { Err(CopyFault::Differs(Some(content))) }
}

/// Size and digest of all of `source`. `progress` is told how many bytes passed since it was last told.
pub(crate) fn content_of(source: &mut dyn Read, progress: &mut dyn FnMut(u64)) -> io::Result<Content> {
    let mut hasher = Hasher::default();
    let mut size = 0;
    each_chunk(source, |chunk| {
        size += chunk.len() as u64;
        hasher.update(chunk);
        progress(chunk.len() as u64);
        true
    })?;
    Ok(Content { size, sha256: hasher.finish() })
}

fn each_chunk(source: &mut dyn Read, mut take: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut buffer = vec![0; BEGINNING];
    loop {
        let count = match source.read(&mut buffer) {
            Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let chunk = buffer.get(..count).unwrap_or_default();
        if chunk.is_empty() || !take(chunk) {
            return Ok(());
        }
        if count == buffer.len() {
            buffer.resize(BUFFER, 0);
        }
    }
}

/// The failure that says that the bytes for `path` are not the expected ones.
pub(super) fn differs(path: &str, expected: Content, found: Option<Content>) -> Failure {
    let found = match found {
        None => format!("more than the {} bytes that were expected", expected.size),
        Some(it) => format!("{} bytes with the SHA-256 {}", it.size, it.sha256),
    };
    let message = format!("the source of `{path}` changed after it was checked");
    let cause = format!("it has {found}; expected were {} bytes with the SHA-256 {}", expected.size, expected.sha256);
    let next = "run the same command again on files that nothing else writes to";
    Failure::refused(message.clone())
        .because(&cause)
        .hint(next)
        .findings(vec![Finding::new(Code::BytesDiffer, path, format!("{message}: {cause}")).next(next)])
}

/// The failure that says that the source of `path` could not be read.
pub(super) fn unreadable(path: &str, why: &io::Error) -> Failure {
    Failure::new(format!("cannot read what goes to `{path}`"))
        .because(why)
        .hint("run the same command again; nothing of it is visible on the site")
}
