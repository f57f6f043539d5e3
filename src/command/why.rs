//! `holdpoint why`: which lines and which evidence decide what happens between two versions.

use clap::Args;
use holdpoint_core::compatibility::{Exchange, Named, Pair, PairVerdict, Route, Step, cited};
use holdpoint_core::finding::Place;
use holdpoint_core::name::{InterfaceName, Version, counted, listed};
use holdpoint_core::policy::InterfaceKind;
use holdpoint_core::release::Component;

use super::can::{VERBS, directions};
use crate::answer::{Asked, Found, Known, Source, is_pre_release};
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};

mod json;
mod view;

pub(crate) use json::WhyJson;

use view::WhyView;

/// Say which lines and which evidence decide about a pair
///
/// Shows what both sides declare, with file and line, every test of the pair and whether it counts, and each way out with
/// what it rests on; and what would be a way out and is none, and why. A release that is not out is shown as it is drafted.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record, or it could not be told; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The two sides, in any order: recorder@2.7 player@2.4
    #[arg(value_name = "COMPONENT@VERSION", required = true, num_args = 2..=6)]
    words: Vec<String>,
    #[command(flatten)]
    reading: Reading,
}

/// How many pairs are explained at once.
const MOST: usize = 8;

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, policy) = Source::reliable(shell, &record, &options.reading)?;
    Known::comparable(&policy)?;
    let is_verb = |at: usize, it: &str| at > 0 && at + 1 < options.words.len() && VERBS.contains(&it);
    let words: Vec<&String> = options.words.iter().enumerate().filter(|(at, it)| !is_verb(*at, it)).map(|it| it.1).collect();
    let like = "ask like this: holdpoint why recorder@2.7 player@2.4";
    let [one, other] = words.as_slice() else {
        return Err(Failure::usage("two sides are needed").hint(like));
    };
    let asks_pre_release = words.iter().any(|it| is_pre_release(it));
    let mut known = Known::of(shell, &record, &policy, source.today(), asks_pre_release)?;
    let (one, other) = (known.asked(one)?, known.asked(other)?);
    // Of two versions of one program the first has written, unless a verb says that it opens.
    let has_written = one.name == other.name && words.len() == options.words.len();
    let (one, other) = if has_written { (other, one) } else { (one, other) };
    for draft in [&one, &other].into_iter().filter_map(|it| it.release.as_ref()) {
        known = known.with_draft(&record, draft)?;
    }
    let unrecorded = [&one, &other].into_iter().filter(|it| it.found == Found::Nobody).map(|it| it.text.clone());
    let unrecorded: Vec<String> = unrecorded.collect();
    let reasons = if unrecorded.is_empty() { reasons(&known, &one, &other)? } else { Vec::new() };
    let doubts = known.doubts();
    for doubt in &doubts {
        shell.warn(&format!("{doubt}; nothing that it says helps anybody"));
    }
    let source = source.without_sight_of(known.unseen());
    let exit = if reasons.is_empty() || !doubts.is_empty() { Exit::Unable } else { Exit::Done };
    Ok(Outcome::new(exit, WhyView { source, unrecorded, is_doubted: !doubts.is_empty(), reasons, exit }))
}

/// Everything that decides about a pair.
struct Reason {
    kind: InterfaceKind,
    pair: Pair,
    writer_lines: Vec<Place>,
    reader_lines: Vec<Place>,
    tests: Vec<Test>,
    ways: Vec<Way>,
    /// What would be a way out, and why it is none.
    none: Vec<(String, String)>,
}

/// A test of the pair.
struct Test {
    place: Place,
    release: Version,
    words: String,
    /// Whether it decides, agrees or does not count.
    role: &'static str,
}

/// Something that a customer can do, and what it rests on.
struct Way {
    route: Route,
    lines: Vec<Place>,
}

fn reasons(known: &Known, one: &Asked, other: &Asked) -> Result<Vec<Reason>, Failure> {
    let exchanges = known.exchanges();
    let (straight, back) = directions(&exchanges, one, other)?;
    let sides = straight.into_iter().map(|it| (it, other, one)).chain(back.into_iter().map(|it| (it, one, other)));
    let mut all = Vec::new();
    for (exchange, writer, reader) in sides {
        let count = writer.versions.len() * reader.versions.len();
        if count > MOST {
            return Err(Failure::usage(format!("that means {}", counted(count, "pair")))
                .hint(format!("write both versions in full: {}@VERSION {}@VERSION", writer.name, reader.name)));
        }
        for from in components(writer) {
            for to in components(reader) {
                all.extend(exchange.pair_of(&from, &to).map(|pair| reason(known, exchange, pair)));
            }
        }
    }
    Ok(all)
}

fn components(asked: &Asked) -> Vec<Component> {
    asked.versions.iter().map(|it| Component { name: asked.name.clone(), version: it.clone() }).collect()
}

fn reason(known: &Known, exchange: &Exchange<'_>, pair: Pair) -> Reason {
    let interface = &pair.interface;
    let lines = |it: &Component| lines(known, it, interface);
    let ways = pair.routes.iter().map(|it| Way { lines: rests_on(known, it, &pair), route: it.clone() }).collect();
    Reason {
        kind: exchange.interface().kind,
        writer_lines: lines(&pair.writer),
        reader_lines: lines(&pair.reader),
        tests: tests(known, &pair),
        ways,
        none: if pair.needs_route() { no_ways(known, exchange, &pair) } else { Vec::new() },
        pair,
    }
}

/// What the release of a component version declares for it.
fn lines(known: &Known, component: &Component, interface: &InterfaceName) -> Vec<Place> {
    let Some(member) = known.field().member(component) else { return Vec::new() };
    let own = known.declared().filter(|(release, _)| **release == member.release);
    own.flat_map(|(_, declared)| cited(declared, &component.name, interface)).collect()
}

/// Every test of the pair, and what it does.
fn tests(known: &Known, pair: &Pair) -> Vec<Test> {
    let is_of_pair = |it: &&holdpoint_core::compatibility::Tested| {
        it.interface == pair.interface && it.writer == pair.writer && it.reader == pair.reader
    };
    let mut all = Vec::new();
    for (release, declared) in known.declared() {
        for test in declared.tested.iter().filter(is_of_pair) {
            let result = PairVerdict::from(test.result);
            let role = if result == pair.verdict {
                if pair.declared == pair.verdict { "agrees with what is declared" } else { "decides" }
            } else if result < pair.declared {
                "does not count: a test makes a pair worse than it is declared, never better"
            } else {
                "does not decide"
            };
            let told = [test.symptom.as_ref(), test.evidence.as_ref()].into_iter().flatten();
            let told: Vec<String> = told.map(ToString::to_string).collect();
            let told = if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) };
            all.push(Test {
                place: declared.place(&test.span),
                release: release.clone(),
                words: format!("{}{told}", result.word()),
                role,
            });
        }
    }
    all
}

/// The lines on which a way out rests.
fn rests_on(known: &Known, route: &Route, pair: &Pair) -> Vec<Place> {
    let interface = &pair.interface;
    match route {
        Route::Upgrade { to, .. } => lines(known, to, interface),
        Route::WriteOlder { .. } => {
            let all = lines(known, &pair.writer, interface);
            all.into_iter().filter(|it| it.text.contains("writes_on_request")).collect()
        }
        Route::Convert(steps) | Route::StepThrough(steps) => steps.iter().flat_map(|it| of_step(known, it, interface)).collect(),
        Route::Accepted(text) => {
            let means = |it: &Named, component: &Component| it.means(component);
            let all = known.declared().flat_map(|(_, declared)| {
                let own = declared.accepted.iter().filter(|it| {
                    it.text == *text && it.interface == *interface && means(&it.writer, &pair.writer) && means(&it.reader, &pair.reader)
                });
                own.map(|it| declared.place(&it.span)).collect::<Vec<_>>()
            });
            all.collect()
        }
    }
}

fn of_step(known: &Known, step: &Step, interface: &InterfaceName) -> Vec<Place> {
    if step.is_saved {
        return lines(known, &step.by, interface);
    }
    let Some(member) = known.field().member(&step.by) else { return Vec::new() };
    let own = known.declared().filter(|(release, _)| **release == member.release);
    own.flat_map(|(_, declared)| {
        let same = declared.converts.iter().filter(|it| {
            it.component == step.by.name && it.interface == *interface && it.from == step.from && it.to == step.to
        });
        same.map(|it| declared.place(&it.span)).collect::<Vec<_>>()
    })
    .collect()
}

/// What would help if customers could get it: newer readers that work, and converters of what is in trouble.
fn no_ways(known: &Known, exchange: &Exchange<'_>, pair: &Pair) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let newer = known.field().members().filter(|it| it.component.name == pair.reader.name && it.component.version > pair.reader.version);
    for member in newer {
        let Some(better) = exchange.pair_of(&pair.writer, &member.component).filter(|it| it.verdict < pair.verdict) else { continue };
        if let Some(why) = known.hindrance(&member.component) {
            all.push((format!("upgrade {} to {}", better.reader.name, better.reader.version), why));
        }
    }
    for (release, declared) in known.declared() {
        for it in declared.converts.iter().filter(|it| it.interface == pair.interface && pair.troubled.contains(&it.from)) {
            let by = known.field().members().find(|own| own.release == *release && own.component.name == it.component);
            let Some(by) = by else { continue };
            if let Some(why) = known.hindrance(&by.component) {
                let Component { name, version } = &by.component;
                all.push((format!("convert format {} to {} with {name} {version}", it.from, it.to), why));
            }
        }
    }
    all
}

/// What the declarations give, in a sentence.
fn by_declaration(pair: &Pair) -> String {
    let formats = listed(&pair.troubled, "and");
    let noun = if pair.troubled.len() == 1 { "format" } else { "formats" };
    match pair.declared {
        PairVerdict::Works => "all that is written is read".to_owned(),
        PairVerdict::Degraded => format!("{noun} {formats}: read with a loss: {}", listed(&pair.losses, "and")),
        PairVerdict::Fails if pair.troubled.len() == 1 => format!("{noun} {formats} is not read"),
        PairVerdict::Fails => format!("not all of {noun} {formats} are read"),
        PairVerdict::Unknown => "one of the two sides says nothing".to_owned(),
    }
}
