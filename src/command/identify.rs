//! `holdpoint identify`: what a file is: of which version, or else in which format.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use holdpoint_core::digest::Digest;
use holdpoint_core::name::{FormatName, InterfaceName, Person, Text, Version, escaped};
use holdpoint_core::policy::Policy;

use super::status::{Reader, look};
use crate::answer::{Source, who_can_find_out};
use crate::failure::Failure;
use crate::gather::Record;
use crate::identify::Specimen;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};

mod hands;
mod json;
mod cabinet;
mod view;
mod words;

pub(crate) use json::IdentifyJson;

use hands::Hands;
use cabinet::{Filed, Cabinet};
use view::{Body, IdentifyView};

/// Say what a file is: of which version, or else in which format
///
/// A file is held against every file that the record names, by its bytes. If its name is known and its bytes are not, that is
/// said loudly: then it is not the file that was published. Else the policy's signatures of formats tell what it looks like,
/// which versions write that, and which open it. A SHA-256 (64 digits, or sha256: and the digits) is looked up without a
/// file, and so is the plain name of a published file, whose bytes nobody compares then.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record of these bytes and with no format that fits, or it could not be
/// told; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A file, the SHA-256 of one, or the plain name of a published one
    #[arg(value_name = "FILE|SHA256|NAME")]
    asked: PathBuf,
    /// Print only what a customer may know: no people, and nothing of what is not out
    #[arg(long)]
    customer: bool,
    #[command(flatten)]
    reading: Reading,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// A file that lies here.
    File(PathBuf),
    /// These bytes, wherever they are.
    Digest(Digest),
    /// A file of this name, wherever it is.
    Name(String),
}

/// What was found out.
struct Told {
    asked: Asked,
    /// The size of the file that was looked at, and its digest where somebody recorded a file of that size.
    file: Option<(u64, Option<Digest>)>,
    found: Found,
    /// What it looks like.
    formats: Vec<Format>,
    /// What of the file could not be read. Each continues "the file …".
    doubts: Vec<&'static str>,
    /// Releases whose record has faults, so that files of theirs may be missing here. Not for customers.
    unread: Vec<Version>,
    /// Who can find out more. Not for customers.
    who: Vec<Person>,
}

/// What the record says.
enum Found {
    /// These have the bytes; at least one.
    Same(Vec<Filed>),
    /// These have the name, and other bytes; at least one.
    Other(Vec<Filed>),
    /// These have the name, and no bytes were compared; at least one.
    Named(Vec<Filed>),
    /// Nobody recorded it.
    Nothing,
}

/// A format that a file looks like.
struct Format {
    interface: InterfaceName,
    title: Text,
    name: FormatName,
    hands: Hands,
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let asked = meant(&options.asked)?;
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let source = Source::of(shell, &record, &options.reading)?;
    let reader = if options.customer { Reader::Customer } else { Reader::Desk };
    let body = match source.policy().filter(|_| source.doubts().is_empty()) {
        Some(policy) => Body::Told(Box::new(told(shell, &record, policy, asked, reader)?)),
        None => Body::Unreliable,
    };
    let view = IdentifyView { asked: options.asked.to_string_lossy().into_owned(), reader, source, body };
    Ok(Outcome::new(view.exit(), view))
}

/// What a word on the command line means: a digest, else a file that is there, else a name.
fn meant(word: &Path) -> Result<Asked, Failure> {
    let text = word.to_str().unwrap_or_default();
    // Windows prints digests in capitals.
    let digits = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    if let Ok(digest) = digits.parse() {
        return Ok(Asked::Digest(digest));
    }
    let shown = escaped(&word.to_string_lossy());
    let usage = |message: String| {
        let hint = "name a file that is there, the 64 digits of a SHA-256, or the plain name of a published file";
        Err(Failure::usage(message).hint(hint))
    };
    match word.symlink_metadata() {
        Ok(_) => Ok(Asked::File(word.to_owned())),
        Err(_) if text.starts_with("sha256:") => usage(format!("`{shown}` is no SHA-256")),
        Err(why) if why.kind() != ErrorKind::NotFound => usage(format!("there is no file `{shown}`")),
        // What has folders in it is no plain name.
        Err(_) if word.file_name() == Some(word.as_os_str()) && !text.contains('\\') => {
            Ok(Asked::Name(word.to_string_lossy().into_owned()))
        }
        Err(_) => usage(format!("there is no file `{shown}`")),
    }
}

fn told(
    shell: &Shell,
    record: &Record<'_>,
    policy: &Policy,
    asked: Asked,
    reader: Reader,
) -> Result<Told, Failure> {
    let cabinet = Cabinet::read(record, &look(shell, record)?, reader)?;
    let who = if reader == Reader::Desk { who_can_find_out(policy) } else { Vec::new() };
    let mut told = Told {
        file: None,
        found: Found::Nothing,
        formats: Vec::new(),
        doubts: Vec::new(),
        unread: cabinet.unread().to_vec(),
        who,
        asked,
    };
    match &told.asked {
        Asked::Digest(digest) => told.found = same(&cabinet, digest),
        Asked::Name(name) => {
            let named = cabinet.named(name);
            told.found = if named.is_empty() { Found::Nothing } else { Found::Named(named) };
        }
        Asked::File(path) => {
            let mut specimen = Specimen::open(path)?;
            let digest = digest(shell, &cabinet, &mut specimen)?;
            told.file = Some((specimen.size(), digest));
            told.found = digest.map_or(Found::Nothing, |it| same(&cabinet, &it));
            let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
            let named = cabinet.named(&name);
            if matches!(told.found, Found::Nothing) && !named.is_empty() {
                told.found = Found::Other(named);
            }
            let likeness = specimen.likeness(policy.interfaces())?;
            told.doubts = likeness.doubts;
            for (interface, name) in likeness.formats {
                let Some(declared) = policy.interface(&interface) else { continue };
                let hands = Hands::of(&cabinet, declared, &name);
                told.formats.push(Format { interface, title: declared.title.clone(), name, hands });
            }
        }
    }
    Ok(told)
}

fn same(cabinet: &Cabinet, digest: &Digest) -> Found {
    let same = cabinet.with_bytes(digest);
    if same.is_empty() { Found::Nothing } else { Found::Same(same) }
}

/// The digest of a file, if somebody recorded one of its size: no other can be the same, however long it takes to read.
fn digest(shell: &Shell, cabinet: &Cabinet, specimen: &mut Specimen) -> Result<Option<Digest>, Failure> {
    if !cabinet.has_size(specimen.size()) {
        return Ok(None);
    }
    let gauge = shell.gauge("reading", specimen.size());
    Ok(Some(specimen.content(&mut |bytes| gauge.passed(bytes))?.sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_goes_before_a_file_and_a_file_before_a_name() {
        let digest = Digest::of(b"x");
        for text in [digest.to_string(), format!("sha256:{digest}"), digest.to_string().to_uppercase()] {
            assert_eq!(meant(Path::new(&text)).unwrap(), Asked::Digest(digest));
        }
        assert_eq!(meant(Path::new("Cargo.toml")).unwrap(), Asked::File("Cargo.toml".into()));
        assert_eq!(meant(Path::new("recorder.exe")).unwrap(), Asked::Name("recorder.exe".to_owned()));
    }

    #[test]
    fn what_is_no_digest_no_file_and_no_plain_name_is_bad_usage() {
        for text in ["sha256:12", "./gone.rec", "a/gone.rec", "..\\gone.rec", "Cargo.toml/gone.rec", ""] {
            assert!(meant(Path::new(text)).is_err(), "{text}");
        }
    }
}
