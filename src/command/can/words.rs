//! The answers themselves: sentences that can be read to a customer.

use holdpoint_core::compatibility::{Block, PairVerdict, Row};
use holdpoint_core::name::{counted, listed};
use holdpoint_core::policy::Interface;

use super::view::Pairing;
use crate::answer::{Asked, Found};

/// What is said of pairs of which the same is true.
pub(super) fn sentence(interface: &Interface, row: &Row) -> String {
    let writer = format!("{} {}", row.writer, row.writers_text);
    let reader = format!("{} {}", row.reader, row.readers_text);
    said(interface, (&writer, row.writers.len() > 1), (&reader, row.readers.len() > 1), row.verdict, &listed(&row.losses, "and"))
}

fn said(
    interface: &Interface,
    (writer, _): (&str, bool),
    (reader, many): (&str, bool),
    verdict: PairVerdict,
    losses: &str,
) -> String {
    let s = if many { "" } else { "s" };
    let (does, cannot, whether) = if interface.kind.is_live() {
        let not = if many { "do not" } else { "does not" };
        (format!("{reader} work{s} with {writer}"), format!("{reader} {not} work with {writer}"), format!("{reader} work{s} with {writer}"))
    } else {
        let does = format!("{reader} open{s} files of {writer}");
        (does.clone(), format!("{reader} cannot open files of {writer}"), does)
    };
    match verdict {
        PairVerdict::Works => format!("Yes. {does}."),
        PairVerdict::Degraded if losses.is_empty() => format!("Yes, with a loss. {does}."),
        PairVerdict::Degraded => format!("Yes, with a loss: {losses}. {does}."),
        PairVerdict::Fails => format!("No. {cannot}."),
        PairVerdict::Unknown => format!("Nobody has said whether {whether}."),
    }
}

/// The answer about one pairing, in a sentence.
pub(super) fn answer(pairing: &Pairing) -> String {
    let Pairing { interface, blocks, writer, reader } = pairing;
    for side in [reader, writer] {
        if side.found == Found::NotYet {
            return format!("Not yet: {} is not out.", side.text);
        }
    }
    let unrecorded: Vec<&str> =
        [reader, writer].into_iter().filter(|it| it.found == Found::Nobody).map(|it| it.text.as_str()).collect();
    let told = told(interface, blocks, writer, reader);
    match unrecorded.as_slice() {
        [] => told,
        names => format!("Nobody has recorded {}. Of what is in support: {told}", listed(names, "or")),
    }
}

fn told(interface: &Interface, blocks: &[Block], writer: &Asked, reader: &Asked) -> String {
    for side in [reader, writer] {
        if side.versions.is_empty() {
            return format!("No {} is out.", side.name);
        }
    }
    let Some(first) = blocks.first() else {
        return format!("{} writes nothing by itself that {} could open.", capital(&writer.words()), reader.words());
    };
    let is_one = blocks.iter().all(|it| it.row.verdict == first.row.verdict && it.row.losses == first.row.losses);
    if is_one {
        let many = |it: &Asked| it.versions.len() > 1 && !matches!(it.found, Found::Every | Found::Nobody);
        let (from, to) = (writer.words(), reader.words());
        return said(interface, (&from, many(writer)), (&to, many(reader)), first.row.verdict, &listed(&first.row.losses, "and"));
    }
    format!("It depends on the version: {}.", listed(depends(blocks, writer, reader), "and"))
}

/// "yes for recorder 2.4.0": by the side that has several versions, the best first; or else so many pairs.
fn depends(blocks: &[Block], writer: &Asked, reader: &Asked) -> Vec<String> {
    let word = |it: PairVerdict| match it {
        PairVerdict::Works => "yes",
        PairVerdict::Degraded => "yes with a loss",
        PairVerdict::Fails => "no",
        PairVerdict::Unknown => "nobody has said",
    };
    let by_side: Option<fn(&Row) -> String> = match (writer.versions.len(), reader.versions.len()) {
        (_, 1) => Some(|it| format!("{} {}", it.writer, it.writers_text)),
        (1, _) => Some(|it| format!("{} {}", it.reader, it.readers_text)),
        _ => None,
    };
    let all = [PairVerdict::Works, PairVerdict::Degraded, PairVerdict::Fails, PairVerdict::Unknown];
    let own = |verdict: PairVerdict| blocks.iter().filter(move |it| it.row.verdict == verdict);
    let present = all.into_iter().filter(|it| own(*it).next().is_some());
    match by_side {
        Some(side) => present.map(|it| format!("{} for {}", word(it), listed(own(it).map(|it| side(&it.row)), "and"))).collect(),
        None => present.map(|it| format!("{} for {}", word(it), counted(own(it).map(Block::count).sum(), "pair"))).collect(),
    }
}

/// The same with a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|it| it.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
