//! How an answer about pairs is shown: the sentence first, then what the customer can do, then where it comes from.

use holdpoint_core::compatibility::{Block, PairVerdict, Route};
use holdpoint_core::name::{escaped, listed};
use holdpoint_core::policy::Interface;

use super::file::{Opened, clause};
use super::json::CanJson;
use super::words::{answer, told};
use crate::answer::sentences::{capital, of_row};
use crate::answer::{Asked, Found, Source};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::value;
use crate::render::{paint, wrap};

/// An answer about pairs.
pub(super) struct CanView {
    pub(super) source: Source,
    pub(super) asked: Vec<Asked>,
    pub(super) answered: Answered,
    /// What cannot be read of what is out.
    pub(super) doubts: Vec<String>,
    pub(super) is_for_customers: bool,
}

/// What was asked for.
pub(super) enum Answered {
    /// Two sides; at least one pairing.
    Between(Vec<Pairing>),
    /// Everything that exchanges something with one side; at least one pairing.
    Around(Vec<Pairing>),
    /// A file.
    File(Opened),
}

/// What happens between two sides over one interface.
pub(super) struct Pairing {
    pub(super) interface: Interface,
    pub(super) writer: Asked,
    pub(super) reader: Asked,
    /// The worst first.
    pub(super) blocks: Vec<Block>,
}

impl Pairing {
    /// Whether one side is not out.
    pub(super) fn is_draft(&self) -> bool {
        [&self.writer, &self.reader].iter().any(|it| it.found == Found::NotYet)
    }

    /// What a program is told: the exit code of this pairing alone.
    fn exit(&self) -> Exit {
        let sides = [&self.writer, &self.reader];
        if self.is_draft() {
            return Exit::Refused;
        }
        let has = |verdict| self.blocks.iter().any(|it| it.row.verdict == verdict);
        // What nobody has recorded is not known, whatever the others do.
        if self.blocks.is_empty() || sides.iter().any(|it| it.found == Found::Nobody) {
            Exit::Unable
        } else if has(PairVerdict::Fails) {
            Exit::Refused
        } else if has(PairVerdict::Unknown) {
            Exit::Unable
        } else {
            Exit::Done
        }
    }
}

impl CanView {
    pub(super) fn pairings(&self) -> &[Pairing] {
        match &self.answered {
            Answered::Between(all) | Answered::Around(all) => all,
            Answered::File(_) => &[],
        }
    }

    /// Done only if all of it is a yes, and no record of what is out is in doubt; a certain no weighs more than what is not known.
    pub(super) fn exit(&self) -> Exit {
        if self.is_doubted() { Exit::Unable } else { self.by_the_record() }
    }

    /// Whether it would be a yes, if what is out were as its records say, or nobody had recorded what is asked about. What cannot be
    /// read could have said no, or hold it.
    fn is_doubted(&self) -> bool {
        let is_missing = |it: &Asked| matches!(it.found, Found::Nobody | Found::NotYet);
        !self.doubts.is_empty() && (self.by_the_record() == Exit::Done || self.asked.iter().any(is_missing))
    }

    fn by_the_record(&self) -> Exit {
        if let Answered::File(opened) = &self.answered {
            return opened.exit();
        }
        let exits: Vec<Exit> = self.pairings().iter().map(Pairing::exit).collect();
        if self.asked.iter().any(|it| it.found == Found::Nobody) {
            return Exit::Unable;
        }
        [Exit::Refused, Exit::Unable].into_iter().find(|it| exits.contains(it)).unwrap_or(Exit::Done)
    }

    /// The answer in words.
    pub(super) fn answer(&self) -> String {
        if self.is_doubted() {
            return "It cannot be told: a record of what is out is in doubt.".to_owned();
        }
        if let Answered::File(opened) = &self.answered {
            return opened.answer();
        }
        let all: Vec<String> = self.pairings().iter().map(answer).collect();
        let mut different = all.clone();
        different.dedup();
        match different.as_slice() {
            [one] => one.clone(),
            _ => {
                let titled = self.pairings().iter().zip(&all).map(|(it, said)| format!("{}: {said}", it.interface.title));
                titled.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn pairing(&self, pairing: &Pairing) -> String {
        let mut out = String::new();
        let is_alone = pairing.blocks.len() == 1;
        for block in &pairing.blocks {
            let row = &block.row;
            out.push('\n');
            if !is_alone {
                out.push_str(&format!("  {}\n", wrap::hanging(&escaped(&of_row(pairing.interface.kind, row)), 2)));
            }
            let mut facts = Vec::new();
            facts.extend(row.symptom.as_ref().map(|it| ("they see", it.to_string())));
            facts.extend((!block.except.is_empty()).then(|| ("but", block.exception())));
            facts.extend(ways(&row.routes, row.verdict == PairVerdict::Fails));
            if !self.is_for_customers {
                let evidence = listed(&row.evidence, "and");
                let evidence = if evidence.is_empty() { evidence } else { format!(": {evidence}") };
                facts.push(("basis", format!("{}{evidence}; {}", row.basis.word(), pairing.interface.title)));
            }
            let old = [(row.reader_supported, &row.reader), (row.writer_supported, &row.writer)];
            facts.extend(old.iter().filter(|it| !it.0).map(|it| ("support", format!("this {} is no longer supported", it.1))));
            for (word, text) in facts {
                out.push_str(&line(word, &text));
            }
        }
        out
    }

    /// What to say of a version that is no answer by itself.
    fn notes(&self) -> String {
        let mut out = String::new();
        for side in &self.asked {
            match (side.found, &side.release) {
                (Found::NotYet, Some(release)) if !self.is_for_customers => {
                    out.push_str(&format!("\nnext: holdpoint status {release}   (when it may be out, and what is owed)\n"));
                }
                (Found::Nobody, _) if !self.is_for_customers => {
                    out.push_str("\nnext: holdpoint audit   (whether it is on a site without a record)\n");
                }
                _ => {}
            }
        }
        if !self.is_for_customers {
            for doubt in &self.doubts {
                out.push_str(&format!("\n  {}\n", wrap::hanging(&escaped(&format!("left out: {doubt}")), 2)));
            }
        }
        out
    }

    /// The command that shows what decides, where one pair was asked about.
    fn why(&self) -> String {
        let [Pairing { writer, reader, .. }] = self.pairings() else { return String::new() };
        match (writer.versions.as_slice(), reader.versions.as_slice(), &self.answered) {
            ([from], [to], Answered::Between(_)) if writer.found == Found::Out && reader.found == Found::Out => {
                format!("\nnext: holdpoint why {}@{from} {}@{to}   (what decides)\n", writer.name, reader.name)
            }
            _ => String::new(),
        }
    }
}

/// What each version does with a file, and what a customer can do.
fn opened(opened: &Opened) -> String {
    let mut out = String::new();
    let is_alone = opened.formats.iter().map(|it| it.rows.len()).sum::<usize>() == 1;
    for format in &opened.formats {
        for row in &format.rows {
            out.push('\n');
            if !is_alone {
                out.push_str(&format!("  {}\n", wrap::hanging(&escaped(&clause(row, &format!("format {}", format.name))), 2)));
            }
            let is_no = row.like.verdict == PairVerdict::Fails;
            for (word, text) in ways(&row.like.routes, is_no) {
                out.push_str(&line(word, &text));
            }
            if !row.like.is_supported {
                out.push_str(&line("support", &format!("this {} is no longer supported", row.component)));
            }
        }
    }
    out.extend(opened.doubts.iter().map(|it| format!("\n  the file {}\n", wrap::hanging(it, 2))));
    out
}

/// What a customer can do, in the order in which to offer it.
fn ways(routes: &[Route], is_no: bool) -> Vec<(&'static str, String)> {
    if routes.is_empty() && is_no {
        return vec![("what to do", "nothing is known that would help; escalate it".to_owned())];
    }
    let one = |(at, it): (usize, &Route)| {
        let word = if at == 0 { "what to do" } else { "" };
        let number = if routes.len() > 1 { format!("{}. ", at + 1) } else { String::new() };
        (word, format!("{number}{}", capital(&it.to_string())))
    };
    routes.iter().enumerate().map(one).collect()
}

fn line(word: &str, text: &str) -> String {
    format!("  {}  {}\n", paint::dim(&format!("{word:10}")), wrap::hanging(&escaped(text), 14))
}

impl View for CanView {
    fn human(&self) -> String {
        let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{}", escaped(&self.answer()), self.source.mark()), 0)));
        for pairing in self.pairings() {
            if !pairing.is_draft() {
                out.push_str(&self.pairing(pairing));
            } else if !self.is_for_customers {
                // What is planned is nobody's business but the vendor's.
                out.push_str(&format!("\n  {}\n", wrap::hanging(&escaped(&format!("As it is drafted: {}", told(pairing))), 2)));
                out.push_str(&self.pairing(pairing));
            }
        }
        if let Answered::File(opened) = &self.answered {
            out.push_str(&self::opened(opened));
        }
        out.push_str(&self.notes());
        if !self.is_for_customers {
            out.push_str(&self.why());
            out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&CanJson::of(self))
    }
}
