//! `holdpoint can`: does this open that, and what does a customer do if it does not.

use clap::Args;
use holdpoint_core::compatibility::{Block, Exchange, overview, rows};
use holdpoint_core::name::{escaped, listed};

use crate::answer::{Asked, Known, Source, is_pre_release};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};

mod file;
mod json;
mod view;
mod words;

pub(crate) use json::{AskedJson, CanJson};

use view::{Answered, CanView, Pairing};

/// Say whether one version opens what another one writes
///
/// `can player@2.4 open recorder@2.7` asks about a pair; the verb may be left out, and `2.4` means every 2.4.x that is out.
/// `can player@2.4` asks what goes with it; `can player@2.4 open FILE` and `can FILE` (who opens it?) go by the format that the
/// bytes of the file show. Without a version, or with one that nobody has recorded, the answer is for all
/// versions in support. The first line is the answer, in words that can be read to a customer; then comes what the customer
/// can do.
///
/// Exit codes: 0 yes (perhaps with a loss), 1 no, or not for all that was asked, or not out yet, 2 bad usage, 4 it could not be
/// told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What opens, and what is opened: player@2.4 open recorder@2.7
    #[arg(value_name = "WHAT", required = true, num_args = 1..=6)]
    words: Vec<String>,
    /// Print only what a customer may know: no evidence, no plans, no ids
    #[arg(long)]
    customer: bool,
    #[command(flatten)]
    reading: Reading,
}

/// Words between the two sides of a question, which say nothing.
pub(crate) const VERBS: [&str; 9] = ["open", "opens", "read", "use", "play", "work", "talk", "with", "to"];

/// How to ask.
const LIKE: &str = "ask like this: holdpoint can player@2.4 open recorder@2.7";

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, policy) = Source::reliable(shell, &record, &options.reading)?;
    Known::comparable(&policy)?;
    let is_verb = |at: usize, it: &String| at > 0 && at + 1 < options.words.len() && VERBS.contains(&it.as_str());
    let words: Vec<&String> = options.words.iter().enumerate().filter(|(at, it)| !is_verb(*at, it)).map(|it| it.1).collect();
    let asks_pre_release = words.iter().any(|it| is_pre_release(it));
    let mut known = Known::of(shell, &record, &policy, source.today(), asks_pre_release)?;
    let file = words.iter().position(|it| file::path(&known, it).is_some());
    let (files, words): (Vec<_>, Vec<_>) = words.into_iter().enumerate().partition(|(at, _)| Some(*at) == file);
    let file = files.first().and_then(|(_, word)| file::path(&known, word));
    let asked: Vec<Asked> = words.iter().map(|(_, it)| known.asked(it)).collect::<Result<_, _>>()?;
    for draft in asked.iter().filter_map(|it| it.release.as_ref()) {
        known = known.with_draft(&record, draft)?;
    }
    let answered = match (asked.as_slice(), file) {
        (all @ ([] | [_]), Some(path)) => Answered::File(file::opened(&known, &policy, &path, all.first())?),
        ([one], None) => around(&known, one)?,
        ([one, other], None) => between(&known, one, other)?,
        _ => return Err(Failure::usage("that asks about more than two things").hint(LIKE)),
    };
    let mut doubts = known.doubts();
    doubts.extend(asked.iter().flat_map(|it| known.unproven(it)));
    doubts.dedup();
    let source = source.without_sight_of(known.unseen());
    let view = CanView { source, asked, answered, doubts, is_for_customers: options.customer };
    Ok(Outcome::new(view.exit(), view))
}

/// Whether `one` opens what `other` writes; the other way round, where only that makes sense.
fn between(known: &Known, one: &Asked, other: &Asked) -> Result<Answered, Failure> {
    let exchanges = known.exchanges();
    let (straight, back) = directions(&exchanges, one, other)?;
    let straight = straight.into_iter().map(|it| pairing(it, other, one));
    let back = back.into_iter().map(|it| pairing(it, one, other));
    Ok(Answered::Between(straight.chain(back).collect()))
}

/// The interfaces over which `one` reads what `other` writes, and those over which it is the other way round and that is meant.
pub(crate) fn directions<'e, 'a>(
    exchanges: &'e [Exchange<'a>],
    one: &Asked,
    other: &Asked,
) -> Result<(Vec<&'e Exchange<'a>>, Vec<&'e Exchange<'a>>), Failure> {
    let reads = |it: &&Exchange<'_>, reader: &Asked, writer: &Asked| {
        it.interface().readers.contains(&reader.name) && it.interface().writers.contains(&writer.name)
    };
    let straight: Vec<&Exchange<'_>> = exchanges.iter().filter(|it| reads(it, one, other)).collect();
    let back = exchanges.iter().filter(|it| reads(it, other, one) && one.name != other.name);
    // Two programs that talk to each other do so in both directions.
    let back: Vec<&Exchange<'_>> = back.filter(|it| straight.is_empty() || it.interface().kind.is_live()).collect();
    if straight.is_empty() && back.is_empty() {
        let all = exchanges.iter().map(|it| {
            let own = it.interface();
            format!("{} ({} to {})", own.name, listed(&own.writers, "and"), listed(&own.readers, "and"))
        });
        return Err(Failure::usage(format!("{} and {} exchange nothing that the policy knows of", one.name, other.name))
            .hint(format!("it knows {}", listed(all, "and"))));
    }
    Ok((straight, back))
}

/// Everything in support that exchanges something with `one`.
fn around(known: &Known, one: &Asked) -> Result<Answered, Failure> {
    let exchanges = known.exchanges();
    let mut all = Vec::new();
    for exchange in &exchanges {
        let interface = exchange.interface();
        if interface.writers.contains(&one.name) {
            for reader in &interface.readers {
                all.push(pairing(exchange, one, &known.asked(reader.as_str())?));
            }
        }
        if interface.readers.contains(&one.name) {
            for writer in interface.writers.iter().filter(|it| !interface.kind.is_live() || !interface.readers.contains(it)) {
                all.push(pairing(exchange, &known.asked(writer.as_str())?, one));
            }
        }
    }
    if all.is_empty() {
        return Err(Failure::usage(format!("{} exchanges nothing that the policy knows of", escaped(one.name.as_str())))
            .hint("name it as a writer or a reader of an [[interface]] of the policy"));
    }
    Ok(Answered::Around(all))
}

/// What happens between the versions of two sides that are meant.
fn pairing(exchange: &Exchange<'_>, writer: &Asked, reader: &Asked) -> Pairing {
    let interface = exchange.interface().clone();
    let exact = |it: &Asked| match it.versions.as_slice() {
        [one] => Some(holdpoint_core::release::Component { name: it.name.clone(), version: one.clone() }),
        _ => None,
    };
    let pair = exact(writer).zip(exact(reader)).and_then(|(from, to)| exchange.pair_of(&from, &to));
    let blocks: Vec<Block> = match pair {
        Some(pair) => rows(exchange, [&pair]).into_iter().map(Block::from).collect(),
        None => overview(exchange, &|it| writer.means(&it.component), &|it| reader.means(&it.component)),
    };
    Pairing { interface, blocks, writer: writer.clone(), reader: reader.clone() }
}
