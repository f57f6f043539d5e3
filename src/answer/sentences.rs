//! What happens between a writer and a reader, in sentences that can be read to a customer.

use holdpoint_core::compatibility::{Pair, PairVerdict, Row};
use holdpoint_core::name::listed;
use holdpoint_core::policy::InterfaceKind;

/// One side of a sentence.
pub(crate) struct Noun<'a> {
    /// "player 2.4.0" or "every player in support".
    pub(crate) text: &'a str,
    /// Whether a verb after it is in the plural.
    pub(crate) is_plural: bool,
}

/// "player 2.4.0 cannot open files of recorder 2.7.0", without a full stop.
pub(crate) fn clause(kind: InterfaceKind, writer: &Noun<'_>, reader: &Noun<'_>, verdict: PairVerdict) -> String {
    let (from, to) = (writer.text, reader.text);
    let s = if reader.is_plural { "" } else { "s" };
    let does =
        if kind.is_live() { format!("{to} work{s} with {from}") } else { format!("{to} open{s} files of {from}") };
    match verdict {
        PairVerdict::Works | PairVerdict::Degraded => does,
        PairVerdict::Fails if kind.is_live() => {
            format!("{to} {} not work with {from}", if reader.is_plural { "do" } else { "does" })
        }
        PairVerdict::Fails => format!("{to} cannot open files of {from}"),
        PairVerdict::Unknown => format!("nobody has said whether {does}"),
    }
}

/// The same as an answer: "No. player 2.4.0 cannot open files of recorder 2.7.0."
pub(crate) fn reply(
    kind: InterfaceKind,
    writer: &Noun<'_>,
    reader: &Noun<'_>,
    verdict: PairVerdict,
    losses: &str,
) -> String {
    let clause = clause(kind, writer, reader, verdict);
    match verdict {
        PairVerdict::Works => format!("Yes. {clause}."),
        PairVerdict::Degraded if losses.is_empty() => format!("Yes, with a loss. {clause}."),
        PairVerdict::Degraded => format!("Yes, with a loss: {losses}. {clause}."),
        PairVerdict::Fails => format!("No. {clause}."),
        PairVerdict::Unknown => format!("{}.", capital(&clause)),
    }
}

/// What is said of pairs of which the same is true.
pub(crate) fn of_row(kind: InterfaceKind, row: &Row) -> String {
    let (writer, reader) =
        (format!("{} {}", row.writer, row.writers_text), format!("{} {}", row.reader, row.readers_text));
    let writer = Noun { text: &writer, is_plural: row.writers.len() > 1 };
    let reader = Noun { text: &reader, is_plural: row.readers.len() > 1 };
    reply(kind, &writer, &reader, row.verdict, &listed(&row.losses, "and"))
}

/// What happens between two versions, without a full stop.
pub(crate) fn of_pair(kind: InterfaceKind, pair: &Pair) -> String {
    let (writer, reader) = (
        format!("{} {}", pair.writer.name, pair.writer.version),
        format!("{} {}", pair.reader.name, pair.reader.version),
    );
    let (writer, reader) = (Noun { text: &writer, is_plural: false }, Noun { text: &reader, is_plural: false });
    clause(kind, &writer, &reader, pair.verdict)
}

/// The same words with a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|it| it.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
