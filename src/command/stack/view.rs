//! How the versions that go with something are shown.

use holdpoint_core::compatibility::PairVerdict;
use holdpoint_core::name::{escaped, listed};

use super::json::StackJson;
use super::{Partner, PartnerRow};
use crate::answer::{Asked, Found, Source};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::value;
use crate::render::{paint, wrap};

/// What goes with something.
pub(super) struct StackView {
    pub(super) source: Source,
    /// What is out of what somebody has.
    pub(super) with: Vec<Asked>,
    /// What is not.
    pub(super) odd: Vec<Asked>,
    pub(super) partners: Vec<Partner>,
    /// What cannot be read of what is out.
    pub(super) doubts: Vec<String>,
    pub(super) exit: Exit,
}

impl StackView {
    /// The answer in a sentence.
    pub(super) fn answer(&self) -> String {
        let odd = self.odd.iter().map(|it| match it.found {
            Found::NotYet | Found::Nobody if !self.doubts.is_empty() => {
                format!("a record of what is out is in doubt, and {} may be part of it", it.text)
            }
            Found::NotYet => format!("{} is not out yet", it.text),
            Found::Nobody => format!("nobody has recorded {}", it.text),
            Found::Out | Found::Every => format!("no {} is out", it.name),
        });
        if !self.odd.is_empty() {
            return format!("It cannot be told: {}.", listed(odd, "and"));
        }
        let with = listed(self.with.iter().map(Asked::words), "and");
        let would_work = |it: &PartnerRow| it.is_supported && it.verdict <= PairVerdict::Degraded;
        let good = |it: &Partner| {
            let own = it.rows.iter().filter(|it| would_work(it) && it.hindrance.is_none());
            let texts: Vec<String> = own.map(|it| it.text.clone()).collect();
            (!texts.is_empty()).then(|| format!("{} {}", it.name, listed(texts, "and")))
        };
        let all: Vec<String> = self.partners.iter().filter_map(good).collect();
        match (all.as_slice(), self.partners.as_slice()) {
            (_, []) => format!("Nothing is known that exchanges anything with {with}."),
            ([], partners) if partners.iter().flat_map(|it| &it.rows).any(would_work) => {
                format!("Nothing that customers can be sent to works with {with}.")
            }
            ([], _) => format!("Nothing that is in support works with {with}."),
            (some, _) => format!("What works with {with}: {}.", listed(some, "and")),
        }
    }
}

/// The pair because of which it is no better, in words.
fn pair(row: &PartnerRow) -> String {
    let (writer, reader) = (&row.worst.writer, &row.worst.reader);
    format!("{} {} with {} {}", writer.name, writer.version, reader.name, reader.version)
}

/// What is said of some versions.
pub(super) fn said(row: &PartnerRow) -> String {
    let word = match row.verdict {
        PairVerdict::Works => "works".to_owned(),
        PairVerdict::Degraded => format!("works with a loss: {}", listed(&row.losses, "and")),
        PairVerdict::Fails => format!("does not work ({})", pair(row)),
        PairVerdict::Unknown => format!("nobody has said ({})", pair(row)),
    };
    let word = if row.is_supported { word } else { format!("{word}; no longer supported") };
    match &row.hindrance {
        Some(why) => format!("{word}; {why}"),
        None => word,
    }
}

impl View for StackView {
    fn human(&self) -> String {
        let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{}", escaped(&self.answer()), self.source.mark()), 0)));
        let names = self.partners.iter().map(|it| it.name.as_str().len()).max().unwrap_or_default();
        for partner in &self.partners {
            out.push('\n');
            let widest = partner.rows.iter().map(|it| it.text.len()).max().unwrap_or_default().min(40);
            for (at, row) in partner.rows.iter().enumerate() {
                let name = if at == 0 { partner.name.as_str() } else { "" };
                let head = format!("  {name:names$}  {:widest$}  ", row.text);
                out.push_str(&format!("{head}{}\n", wrap::hanging(&escaped(&said(row)), head.len())));
            }
        }
        for doubt in &self.doubts {
            out.push_str(&format!("\n  {}\n", wrap::hanging(&escaped(&format!("left out: {doubt}")), 2)));
        }
        if !self.odd.is_empty() {
            out.push_str("\nnext: holdpoint status   (all that is recorded)\n");
        }
        out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&StackJson::of(self))
    }
}
