//! The answer about two sides: a sentence that can be read to a customer.

use holdpoint_core::compatibility::{Block, PairVerdict, Row};
use holdpoint_core::name::{counted, listed};

use super::view::Pairing;
use crate::answer::sentences::{Noun, capital, reply};
use crate::answer::{Asked, Found};

/// The answer about one pairing.
pub(super) fn answer(pairing: &Pairing) -> String {
    let Pairing { writer, reader, .. } = pairing;
    if let Some(draft) = [reader, writer].into_iter().find(|it| it.found == Found::NotYet) {
        return format!("Not yet: {} is not out.", draft.text);
    }
    let unrecorded: Vec<&str> =
        [reader, writer].into_iter().filter(|it| it.found == Found::Nobody).map(|it| it.text.as_str()).collect();
    match unrecorded.as_slice() {
        [] => told(pairing),
        names => format!("Nobody has recorded {}; what follows is for all that is in support. {}", listed(names, "or"), told(pairing)),
    }
}

/// The same of what is answered for, whether or not it is out.
pub(super) fn told(pairing: &Pairing) -> String {
    let Pairing { interface, blocks, writer, reader } = pairing;
    if let Some(none) = [reader, writer].into_iter().find(|it| it.versions.is_empty()) {
        return format!("No {} is out.", none.name);
    }
    let (from, to) = (writer.words(), reader.words());
    let Some(first) = blocks.first() else {
        return format!("{} writes nothing by itself that {to} could open.", capital(&from));
    };
    let row = &first.row;
    if blocks.iter().all(|it| it.row.verdict == row.verdict && it.row.losses == row.losses) {
        let many = |it: &Asked| it.versions.len() > 1 && it.found == Found::Out;
        let (from, to) = (Noun { text: &from, is_plural: many(writer) }, Noun { text: &to, is_plural: many(reader) });
        return reply(interface.kind, &from, &to, row.verdict, &listed(&row.losses, "and"));
    }
    format!("It depends on the version: {}.", listed(depends(blocks, writer, reader), "and"))
}

/// "yes for recorder 2.4.0": by the side that has several versions, the best first; or else for so many pairs.
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
    let of = |verdict: PairVerdict| match by_side {
        Some(side) => listed(own(verdict).map(|it| side(&it.row)), "and"),
        None => counted(own(verdict).map(Block::count).sum(), "pair"),
    };
    present.map(|it| format!("{} for {}", word(it), of(it))).collect()
}
