//! `holdpoint stack`: everything that works with what somebody has.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::compatibility::{Exchange, Member, Pair, PairVerdict, runs};
use holdpoint_core::name::{ComponentName, Text, Version, listed};
use holdpoint_core::release::Component;

use crate::answer::{Asked, Found, Known, Source, is_pre_release};
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};

mod json;
mod view;

pub(crate) use json::StackJson;

use view::StackView;

/// Say what works with the versions that somebody has
///
/// For each component that exchanges something with them: the versions that are out and work with all of them, over every
/// interface. A version that is on hold, or that no site lists, is shown with the reason why nobody should be sent to it.
/// Several versions of one component are a mixed fleet, which narrows what is left; `player@2.4` means every 2.4.x that is
/// out.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record, or it could not be told; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What somebody has; repeat it for each
    #[arg(long = "with", value_name = "COMPONENT@VERSION", required = true)]
    with: Vec<String>,
    #[command(flatten)]
    reading: Reading,
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, policy) = Source::reliable(shell, &record, &options.reading)?;
    Known::comparable(&policy)?;
    let asks_pre_release = options.with.iter().any(|it| is_pre_release(it));
    let known = Known::of(shell, &record, &policy, source.today(), asks_pre_release)?;
    let with: Vec<Asked> = options.with.iter().map(|it| known.asked(it)).collect::<Result<_, _>>()?;
    let (out, odd): (Vec<Asked>, Vec<Asked>) =
        with.into_iter().partition(|it| matches!(it.found, Found::Out | Found::Every) && !it.versions.is_empty());
    let exchanges = known.exchanges();
    let partners = if odd.is_empty() { partners(&known, &exchanges, &out, asks_pre_release) } else { Vec::new() };
    let doubts = known.doubts();
    let exit = if odd.is_empty() && doubts.is_empty() { Exit::Done } else { Exit::Unable };
    let source = source.without_sight_of(known.unseen());
    let view = StackView { source, with: out, odd, partners, doubts, exit };
    Ok(Outcome::new(exit, view))
}

/// One component that exchanges something with what somebody has.
struct Partner {
    name: ComponentName,
    /// Those in support first, the newest first among each.
    rows: Vec<PartnerRow>,
}

/// Versions of which the same is to be said.
struct PartnerRow {
    versions: Vec<Version>,
    text: String,
    is_supported: bool,
    /// Why nobody is sent to them, if it is so.
    hindrance: Option<String>,
    verdict: PairVerdict,
    losses: BTreeSet<Text>,
    /// A pair because of which it is no better.
    worst: Pair,
}

fn partners(known: &Known, exchanges: &[Exchange<'_>], with: &[Asked], takes_pre_releases: bool) -> Vec<Partner> {
    let names: BTreeSet<&ComponentName> =
        exchanges.iter().flat_map(|it| it.interface().writers.iter().chain(&it.interface().readers)).collect();
    let given: Vec<Component> =
        with.iter().flat_map(|it| it.versions.iter().map(|version| Component { name: it.name.clone(), version: version.clone() })).collect();
    let one = |name: &ComponentName| {
        let wanted = |it: &&Member| {
            (takes_pre_releases || !it.component.version.is_pre_release()) && !known.is_in_doubt(&it.component)
        };
        let own = known.field().members().filter(|it| it.component.name == *name).filter(wanted);
        let judged = |it: &Member| {
            let (is_supported, hindrance) = (it.is_supported, known.hindrance(&it.component));
            let worst = worst(exchanges, &it.component, &given)?;
            Some(Judged { version: it.component.version.clone(), is_supported, hindrance, worst })
        };
        let mut found: Vec<Judged> = own.filter_map(judged).collect();
        found.sort_by(|a, b| (b.is_supported, &b.version).cmp(&(a.is_supported, &a.version)));
        let all: Vec<Version> =
            known.field().members().filter(|it| it.component.name == *name).map(|it| it.component.version.clone()).collect();
        let rows = rows(found, &all);
        (!rows.is_empty()).then(|| Partner { name: name.clone(), rows })
    };
    names.into_iter().filter_map(one).collect()
}

/// One version, as it stands to what somebody has.
struct Judged {
    version: Version,
    is_supported: bool,
    hindrance: Option<String>,
    worst: Worst,
}

/// The worst of what happens between one version and others.
struct Worst {
    verdict: PairVerdict,
    losses: BTreeSet<Text>,
    pair: Pair,
}

/// What happens between `component` and everything that is given; nothing where they share no interface.
fn worst(exchanges: &[Exchange<'_>], component: &Component, given: &[Component]) -> Option<Worst> {
    let mut found: Option<Worst> = None;
    for exchange in exchanges {
        for other in given.iter().filter(|it| *it != component) {
            let pairs = [exchange.pair_of(component, other), exchange.pair_of(other, component)];
            for pair in pairs.into_iter().flatten() {
                match &mut found {
                    Some(worst) => {
                        worst.losses.extend(pair.losses.iter().cloned());
                        if pair.verdict > worst.verdict {
                            (worst.verdict, worst.pair) = (pair.verdict, pair);
                        }
                    }
                    None => {
                        let (verdict, losses) = (pair.verdict, pair.losses.iter().cloned().collect());
                        found = Some(Worst { verdict, losses, pair });
                    }
                }
            }
        }
    }
    found
}

/// Versions that follow each other and of which the same is to be said, in one row.
fn rows(found: Vec<Judged>, all: &[Version]) -> Vec<PartnerRow> {
    let mut rows: Vec<PartnerRow> = Vec::new();
    for Judged { version, is_supported, hindrance, worst } in found {
        let Worst { verdict, losses, pair } = worst;
        let losses = if verdict == PairVerdict::Degraded { losses } else { BTreeSet::new() };
        let is_alike = |it: &&mut PartnerRow| {
            (it.is_supported, &it.hindrance, it.verdict, &it.losses) == (is_supported, &hindrance, verdict, &losses)
        };
        match rows.iter_mut().find(is_alike) {
            Some(row) => row.versions.push(version),
            None => rows.push(PartnerRow {
                versions: vec![version],
                text: String::new(),
                is_supported,
                hindrance,
                verdict,
                losses,
                worst: pair,
            }),
        }
    }
    for row in &mut rows {
        row.versions.sort();
        row.text = listed(runs(&row.versions, all), "and");
    }
    rows.sort_by_key(|it| (!it.is_supported, it.hindrance.is_some(), it.verdict));
    rows
}
