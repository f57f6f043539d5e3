//! The answers themselves: one sentence each, which can be read to a customer.

use holdpoint_core::name::{escaped, listed};

use super::cabinet::{Filed, Stand};
use super::{Asked, Format, Found, Told};
use crate::command::status::{Reader, place};

/// The answer to "what is this?".
pub(super) fn answer(told: &Told, reader: Reader) -> String {
    match (&told.found, told.formats.as_slice()) {
        (Found::Same(files), _) => files.first().map(|it| format!("This is {}, {}.", named(it), stands(it, reader))),
        (Found::Other(files), _) => Some(differs(files)),
        (Found::Named(files), _) => files.first().map(|it| {
            let name = &it.artifact.file;
            format!("{name} is a file of {}, {}; no bytes were compared.", owner(it), stands(it, reader))
        }),
        (Found::Nothing, []) => None,
        (Found::Nothing, [one]) => Some(format!("This looks like {}.", format_of(one))),
        (Found::Nothing, [one, other]) => {
            Some(format!("This looks like both: {} and {}.", format_of(one), format_of(other)))
        }
        (Found::Nothing, several) => {
            Some(format!("This looks like several: {}.", listed(several.iter().map(format_of), "and")))
        }
    }
    .unwrap_or_else(|| if told.unread.is_empty() { unknown(&told.asked, reader) } else { undetermined(told, reader) })
}

/// "recorder-2.7.0.exe of recorder 2.7.0".
fn named(it: &Filed) -> String {
    format!("{} of {}", it.artifact.file, owner(it))
}

/// "recorder 2.7.0".
pub(super) fn owner(it: &Filed) -> String {
    format!("{} {}", it.artifact.component, it.version)
}

/// Where the version stands that a file belongs to.
pub(super) fn stands(it: &Filed, reader: Reader) -> String {
    match &it.stand {
        Stand::Out(publications) => {
            format!("which is out {}", publications.iter().map(place).collect::<Vec<_>>().join("; "))
        }
        Stand::OnItsWay(sites) => {
            format!("which is on its way and not out yet: {} does not list it", listed(sites, "and"))
        }
        Stand::Unrecorded(sites) => {
            let rest = match reader {
                Reader::Desk => ", and no publication of it is recorded",
                Reader::Customer => "; whether it is to be used is being found out",
            };
            format!("which {} lists{rest}", listed(sites, "and"))
        }
        Stand::Unclear(sites) if sites.is_empty() => "and whether that is out cannot be told".to_owned(),
        Stand::Unclear(sites) => {
            let rest = match reader {
                Reader::Desk => "and whether that is out cannot be told: its record has faults",
                Reader::Customer => "whether it is to be used is being found out",
            };
            let joint = if reader == Reader::Desk { ", " } else { "; " };
            format!("which {} lists{joint}{rest}", listed(sites, "and"))
        }
        Stand::Inside => "which is not out".to_owned(),
    }
}

/// Loud, because whoever asks may be about to run it.
fn differs(files: &[Filed]) -> String {
    const SHOWN: usize = 3;
    let is_out = files.iter().any(Filed::is_out);
    let what = if is_out { "published" } else { "recorded" };
    let files: Vec<&Filed> = files.iter().filter(|it| it.is_out() || !is_out).collect();
    let name = files.first().map(|it| it.artifact.file.to_string()).unwrap_or_default();
    let mut owners: Vec<String> = files.iter().map(|it| owner(it)).collect();
    owners.dedup();
    if owners.len() > SHOWN {
        let rest = owners.split_off(SHOWN).len();
        owners.push(format!("{rest} more"));
    }
    let verb = if owners.len() == 1 { "has" } else { "have" };
    format!("This is NOT the file that was {what}: {name} of {} {verb} other bytes.", listed(owners, "and"))
}

/// "format 3 of Recording file (.rec)".
fn format_of(it: &Format) -> String {
    format!("format {} of {}", it.name, it.title)
}

/// What cannot be read may be the record of just this file.
fn undetermined(told: &Told, reader: Reader) -> String {
    let what = match &told.asked {
        Asked::File(_) => "this file".to_owned(),
        Asked::Digest(_) => "a file with these bytes".to_owned(),
        Asked::Name(name) => format!("a file called {}", escaped(name)),
    };
    match reader {
        Reader::Desk => {
            format!("It cannot be determined whether {what} is recorded: the record of {} has faults.", releases(told))
        }
        Reader::Customer => format!("It cannot be determined at the moment whether {what} has been published."),
    }
}

/// The releases whose records have faults, the first few by name.
pub(super) fn releases(told: &Told) -> String {
    const SHOWN: usize = 4;
    let mut names: Vec<String> = told.unread.iter().take(SHOWN).map(ToString::to_string).collect();
    names.extend(told.unread.len().checked_sub(SHOWN + 1).map(|it| format!("{} more", it + 1)));
    listed(names, "and")
}

/// A customer hears the same of what is unknown and of what is not out.
fn unknown(asked: &Asked, reader: Reader) -> String {
    let who = match reader {
        Reader::Desk => "Nobody has recorded",
        Reader::Customer => "Nothing that is out is",
    };
    match asked {
        Asked::File(_) => format!("{who} this file, and it looks like no known format."),
        Asked::Digest(_) => format!("{who} a file with these bytes."),
        Asked::Name(name) => format!("{who} a file called {}.", escaped(name)),
    }
}
