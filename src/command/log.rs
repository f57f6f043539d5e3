//! `holdpoint log`: everything that was said about a release, in the order in which it was seen.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::decide::{Effect, effects, publications};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::{Version, counted, escaped, listed};
use holdpoint_core::statement::{Act, Statement};
use jiff::Timestamp;

use crate::answer::Source;
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, View};
use crate::render::json::value;
use crate::render::{findings, paint, wrap};
use crate::shell::{Reading, Shell};

mod json;

pub(super) use json::EntryJson;
pub(crate) use json::LogJson;

/// Show what was said about a release, in order
///
/// Every entry of the ledger: who said what, when they claim to have said it, why, and whether it counts now. An entry
/// comes after all that its signer had seen, whatever the clocks said. Files that are no valid entry are listed too.
/// `2.7` means every 2.7.x.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    #[command(flatten)]
    reading: Reading,
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, _) = Source::reliable(shell, &record, &options.reading)?;
    let mut books = Vec::new();
    for version in record.matching(&options.version)?.into_iter().rev() {
        let evidence = record.plain_evidence(&version)?;
        let evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
        books.push(Book::of(&evidence, shell.now()));
    }
    let doubted = if books.is_empty() { record.doubted()? } else { Vec::new() };
    let is_told = !books.is_empty() && !books.iter().any(|it| it.is_doubted);
    let exit = if is_told { Exit::Done } else { Exit::Unable };
    Ok(Outcome::new(exit, LogView { asked: options.version, source, books, doubted, exit }))
}

/// The ledger of one release, as it is read.
struct Book {
    version: Version,
    /// The valid entries, in order, and what each does now.
    entries: Vec<(Entry, Effect)>,
    /// What is no valid entry, or is named and not there.
    faults: Vec<Finding>,
    /// Whether entries may be missing here because the ledger cannot be read.
    is_doubted: bool,
}

impl Book {
    fn of(evidence: &Evidence, now: Timestamp) -> Self {
        let mut effects: BTreeMap<Digest, Effect> = effects(evidence, now);
        let with_effect = |it: &Entry| Some((it.clone(), effects.remove(&it.id)?));
        let entries = evidence.ledger().in_order().into_iter().filter_map(with_effect).collect();
        let is_ledgers = |it: &&Finding| matches!(it.code, Code::BadEntry | Code::WrongRelease | Code::WrongProject);
        let mut faults: Vec<Finding> = evidence.faults().iter().filter(is_ledgers).cloned().collect();
        // One that was lifted is not wanting any more.
        faults.extend(publications(evidence).1.into_iter().filter(|it| it.code == Code::EntryMissing));
        let unread = evidence.facts().unreadable.iter().chain(evidence.ledger().doubts());
        faults.extend(unread.filter(|it| it.code == Code::BadRecord).cloned());
        let is_doubted = faults.iter().any(|it| it.code == Code::BadRecord);
        Self { version: evidence.facts().version.clone(), entries, faults, is_doubted }
    }

    /// The answer: what there is, counted.
    fn answer(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, effect) in &self.entries {
            *counts.entry(effect.word()).or_default() += 1;
        }
        let order = ["counts", "stale", "revoked", "settled", "no-effect"];
        let said = |word: &&str| {
            let count = *counts.get(*word)?;
            let shown = match (*word, count) {
                ("counts", 1) => "1 counts".to_owned(),
                ("counts", n) => format!("{n} count"),
                ("no-effect", n) => format!("{n} without effect"),
                (word, n) => format!("{n} {word}"),
            };
            Some(shown)
        };
        let mut parts = vec![counted(self.entries.len(), "entry")];
        parts.extend(order.iter().filter_map(said));
        if !self.faults.is_empty() {
            parts.push(format!("{} in the ledger", counted(self.faults.len(), "fault")));
        }
        format!("{}: {}.", self.version, parts.join(", "))
    }
}

/// What a statement says, in a few words: "approve kb", "revoke 01c38073".
pub(super) fn deed(statement: &Statement) -> String {
    let kind = statement.act.kind();
    let words = match &statement.act {
        Act::Approve(it) | Act::Decline(it) | Act::NotApplicable(it) => format!("{kind} {}", it.requirement),
        Act::Revoke { target } | Act::Lift { target } => format!("{kind} {}", target.short()),
        Act::Waive { finding, about, until, .. } => format!("{kind} {finding} of {about} until {until}"),
        Act::Publish { site, .. } | Act::Adopt { site, .. } => format!("{kind} on {site}"),
        Act::Hold => kind.to_owned(),
    };
    escaped(&words)
}

struct LogView {
    asked: String,
    source: Source,
    books: Vec<Book>,
    /// Where nothing was found: the releases whose record is in doubt, so that it may be part of one of them.
    doubted: Vec<Version>,
    exit: Exit,
}

impl LogView {
    fn answer(&self) -> String {
        if !self.doubted.is_empty() {
            let (asked, doubted) = (escaped(&self.asked), listed(&self.doubted, "and"));
            return format!("It cannot be told what was said about {asked}: the record of {doubted} is in doubt.");
        }
        self.books.first().map_or_else(|| format!("Nobody has recorded {}.", escaped(&self.asked)), Book::answer)
    }
}

fn block(book: &Book, mark: &str) -> String {
    let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{mark}", book.answer()), 0)));
    if !book.entries.is_empty() {
        out.push('\n');
    }
    out.extend(book.entries.iter().map(|(entry, effect)| line(entry, effect)));
    if !book.faults.is_empty() {
        out.push('\n');
        out.push_str(&findings(&book.faults.iter().map(shortened).collect::<Vec<_>>()));
        let first = book.faults.first().map(|it| escaped(short_name(name_of(it)))).unwrap_or_default();
        out.push_str(&format!("\nnext: holdpoint show {first}   (what it is, and what to do about it)\n"));
    }
    out
}

/// The last name in the path that a fault is about, or the id.
fn name_of(fault: &Finding) -> &str {
    fault.about.rsplit('/').next().unwrap_or_default()
}

/// The first digits of the id that a name begins with; the whole name where it begins with none.
fn short_name(name: &str) -> &str {
    let stem = name.split('.').next().unwrap_or_default();
    match stem.parse::<Digest>() {
        Ok(_) => stem.get(..8).unwrap_or(stem),
        Err(_) => name,
    }
}

/// A fault that names a file by the first digits of its id, where it is named by one.
fn shortened(fault: &Finding) -> Finding {
    let name = name_of(fault);
    let about = match (short_name(name), name.split_once('.')) {
        (short, Some((_, ending))) if short != name => format!("{short}….{ending}"),
        _ => name.to_owned(),
    };
    Finding { about, ..fault.clone() }
}

fn line(entry: &Entry, effect: &Effect) -> String {
    const INDENT: usize = 41;
    let statement = &entry.statement;
    let role = statement.role.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    let said = format!("{} by {}{role}", deed(statement), statement.by);
    let time = statement.at.strftime("%Y-%m-%d %H:%M");
    let effect_word = paint::effect(effect.word(), 9);
    let mut out = format!("  {time}  {}  {effect_word}  {}\n", entry.id.short(), wrap::hanging(&said, INDENT));
    let reason = statement.reason.as_ref().map(|it| format!("\"{}\"", escaped(it.as_str())));
    for more in reason.into_iter().chain(effect.why().map(|it| escaped(&it))) {
        out.push_str(&format!("{}{}\n", " ".repeat(INDENT), wrap::hanging(&more, INDENT)));
    }
    out
}

impl View for LogView {
    fn human(&self) -> String {
        let mut out = if self.books.is_empty() {
            let next = "next: holdpoint status   (all that is recorded)";
            format!("{}{}\n\n{next}\n", paint::bold(&self.answer()), self.source.mark())
        } else {
            self.books.iter().map(|it| block(it, &self.source.mark())).collect::<Vec<_>>().join("\n")
        };
        let times = if self.books.iter().any(|it| !it.entries.is_empty()) { "; times in UTC, as the signers claim" } else { "" };
        out.push_str(&format!("\n{}\n", paint::dim(&format!("{}{times}", self.source.line()))));
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&LogJson::of(self))
    }
}
