//! How the reasons for a pair's verdict are shown.

use holdpoint_core::finding::Place;
use holdpoint_core::name::{escaped, listed};

use super::json::WhyJson;
use super::{Reason, by_declaration};
use crate::answer::Source;
use crate::answer::sentences::{capital, of_pair};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::value;
use crate::render::{paint, wrap};

/// The reasons for some verdicts.
pub(super) struct WhyView {
    pub(super) source: Source,
    /// What nobody has recorded of what was named.
    pub(super) unrecorded: Vec<String>,
    /// Whether a record of what is out is in doubt, so that what is missing may be part of it.
    pub(super) is_doubted: bool,
    pub(super) reasons: Vec<Reason>,
    pub(super) exit: Exit,
}

impl WhyView {
    /// The answer in a sentence.
    pub(super) fn answer(&self) -> String {
        match (self.unrecorded.as_slice(), self.reasons.first()) {
            ([], Some(first)) => verdict(first),
            ([], None) => "There is no such pair among what is out.".to_owned(),
            (some, _) if self.is_doubted => {
                format!("It cannot be told: a record of what is out is in doubt, and {} may be part of it.", listed(some, "or"))
            }
            (some, _) => format!("Nobody has recorded {}.", listed(some, "or")),
        }
    }
}

/// "player 2.4.0 cannot open files of recorder 2.7.0: fails, tested".
pub(super) fn verdict(reason: &Reason) -> String {
    let pair = &reason.pair;
    format!("{}: {}, {}.", capital(&of_pair(reason.kind, pair)), pair.verdict.word(), pair.basis.word())
}

fn block(reason: &Reason) -> String {
    let pair = &reason.pair;
    let mut out = String::new();
    for (side, lines) in [(&pair.writer, &reason.writer_lines), (&pair.reader, &reason.reader_lines)] {
        out.push_str(&format!("\n  {} {} declares for `{}`\n", side.name, side.version, pair.interface));
        if lines.is_empty() {
            out.push_str("    nothing\n");
        }
        out.extend(lines.iter().map(line));
    }
    out.push_str(&format!("    so: {}\n", wrap::hanging(&escaped(&by_declaration(pair)), 8)));
    if !reason.tests.is_empty() {
        out.push_str("\n  tests\n");
    }
    for test in &reason.tests {
        out.push_str(&format!("    {}\n", paint::dim(&place(&test.place))));
        let words = format!("{}: {} ({})", test.release, test.words, test.role);
        out.push_str(&format!("      {}\n", wrap::hanging(&escaped(&words), 6)));
    }
    if pair.needs_route() {
        out.push_str("\n  what a customer can do\n");
        if reason.ways.is_empty() {
            out.push_str("    nothing\n");
        }
    }
    for (at, way) in reason.ways.iter().enumerate() {
        out.push_str(&format!("    {}. {}\n", at + 1, wrap::hanging(&escaped(&capital(&way.route.to_string())), 7)));
        out.extend(way.lines.iter().map(|it| format!("   {}", line(it))));
    }
    if !reason.none.is_empty() {
        out.push_str("\n  what would help, and does not count\n");
    }
    for (what, why) in &reason.none {
        out.push_str(&format!("    {}\n", wrap::hanging(&escaped(&format!("{what}: {why}")), 4)));
    }
    out
}

fn line(it: &Place) -> String {
    format!("    {}  {}\n", paint::dim(&place(it)), escaped(it.text.trim()))
}

fn place(it: &Place) -> String {
    escaped(&format!("{}:{}", it.path, it.line))
}

impl View for WhyView {
    fn human(&self) -> String {
        let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{}", escaped(&self.answer()), self.source.mark()), 0)));
        for (at, reason) in self.reasons.iter().enumerate() {
            if at > 0 {
                out.push_str(&format!("\n{}\n", paint::bold(&wrap::hanging(&escaped(&verdict(reason)), 0))));
            }
            out.push_str(&block(reason));
        }
        if self.reasons.is_empty() {
            out.push_str("\nnext: holdpoint status   (all that is recorded)\n");
        }
        out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&WhyJson::of(self))
    }
}
