//! `holdpoint order`: in which order customers upgrade the components of a release.

use clap::Args;
use holdpoint_core::compatibility::{Derived, Order, Pair, PairVerdict, Route, Stage};
use holdpoint_core::decide;
use holdpoint_core::name::{Version, escaped, listed};
use holdpoint_core::policy::{InterfaceKind, Policy};
use holdpoint_core::release::Component;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::sentences::of_pair;
use crate::answer::{Known, Source, SourceJson};
use crate::failure::{Exit, Failure};
use crate::gather::undoubted;
use crate::outcome::{Outcome, View};
use crate::render::json::{SCHEMA, value};
use crate::render::pairs::OrderJson;
use crate::render::{paint, wrap};
use crate::shell::{Reading, Shell};
use crate::sight::{self, Reach};

/// Say in which order to upgrade the components of a release
///
/// Of what talks to each other, every version in support must keep working with what is upgraded already; each step says what
/// would break if it came earlier. Files are not in it: for them the answer says who should be able to read before anybody
/// writes.
///
/// Exit codes: 0 there is an order, 1 there is none, 2 bad usage, 4 it could not be told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    #[command(flatten)]
    reading: Reading,
}

/// The answer of `holdpoint order`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "order")]
pub(crate) struct UpgradeJson {
    schema: u64,
    release: String,
    /// The answer in one sentence.
    answer: String,
    source: SourceJson,
    order: OrderJson,
    /// What to know about files, in sentences.
    files: Vec<String>,
    exit_code: u8,
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, policy) = Source::reliable(shell, &record, &options.reading)?;
    Known::comparable(&policy)?;
    let version = record.one(&options.version)?;
    let evidence = record.plain_evidence(&version)?;
    let mut evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
    sight::show_or_fail(shell, &record, &mut evidence, Reach::Public)?;
    let publicity = undoubted(&version, record.publicity(&evidence)?)?;
    let Some(records) = publicity.records() else {
        return Err(Failure::new(format!("`releases/{version}/release.toml` and `compatibility.toml` cannot both be read"))
            .hint(format!("holdpoint lint {version} --at {}   (says where)", record.snapshot.short())));
    };
    let sites = policy.sites().iter().map(|it| it.name.clone()).collect();
    let field = decide::field(&evidence, records, &sites);
    let derived = Derived::new(&policy, &field);
    let files = files(&policy, &derived);
    let order = derived.order().clone();
    let view = OrderView { version, source, policy, order, files };
    Ok(Outcome::new(view.exit(), view))
}

/// What customers do before anybody writes files that an old version of another component cannot open.
fn files(policy: &Policy, derived: &Derived<'_>) -> Vec<String> {
    let is_own = |it: &Component| derived.field().member(it).is_some_and(|it| it.is_own);
    let kind = |it: &Pair| policy.interface(&it.interface).map_or(InterfaceKind::File, |it| it.kind);
    let own = |it: &&Pair| is_own(&it.writer) && !is_own(&it.reader) && it.verdict == PairVerdict::Fails;
    let newer = |it: &Pair| {
        let to = it.routes.iter().find_map(|it| if let Route::Upgrade { to, .. } = it { Some(to) } else { None })?;
        (!kind(it).is_live()).then(|| {
            format!("upgrade {} to {} before anybody uses {} {}", to.name, to.version, it.writer.name, it.writer.version)
        })
    };
    let mut all: Vec<String> = derived.pairs().iter().filter(own).filter_map(newer).collect();
    all.sort();
    all.dedup();
    all
}

struct OrderView {
    version: Version,
    source: Source,
    policy: Policy,
    order: Order,
    files: Vec<String>,
}

impl OrderView {
    fn exit(&self) -> Exit {
        if matches!(self.order, Order::Knot(_)) { Exit::Refused } else { Exit::Done }
    }

    fn answer(&self) -> String {
        let names = |it: &Stage| listed(&it.components, "together with");
        match &self.order {
            Order::Stages(stages) if stages.iter().any(|it| !it.because.is_empty()) => {
                format!("Upgrade to {} in this order: {}.", self.version, stages.iter().map(names).collect::<Vec<_>>().join(", then "))
            }
            Order::Stages(stages) if stages.iter().any(|it| it.components.len() > 1) => {
                let groups = stages.iter().filter(|it| it.components.len() > 1);
                let groups = listed(groups.map(|it| listed(&it.components, "together with")), "and");
                format!("Upgrade to {}: {groups}, at the same time. There is no other order to keep.", self.version)
            }
            Order::Stages(_) => format!("Any order will do for {}: nothing that talks to each other stops working in between.", self.version),
            Order::Knot(stages) => format!(
                "There is no order for {}: {} would each have to come before another.",
                self.version,
                listed(stages.iter().map(names), "and")
            ),
        }
    }

    fn stages(&self) -> &[Stage] {
        match &self.order {
            Order::Stages(stages) | Order::Knot(stages) => stages,
        }
    }

    fn because(&self, pair: &Pair) -> String {
        let kind = self.policy.interface(&pair.interface).map_or(InterfaceKind::Wire, |it| it.kind);
        format!("because {} ({})", of_pair(kind, pair), pair.interface)
    }
}

impl View for OrderView {
    fn human(&self) -> String {
        let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{}", self.answer(), self.source.mark()), 0)));
        let is_knot = matches!(self.order, Order::Knot(_));
        if !self.stages().is_empty() {
            out.push('\n');
        }
        for (at, stage) in self.stages().iter().enumerate() {
            let names = listed(&stage.components, "and");
            let head = if is_knot { format!("{names} would come later") } else { format!("{}. {names}", at + 1) };
            out.push_str(&format!("  {head}\n"));
            for pair in &stage.because {
                out.push_str(&format!("     {}\n", wrap::hanging(&escaped(&self.because(pair)), 5)));
            }
        }
        if !self.files.is_empty() {
            out.push_str("\n  and for files:\n");
        }
        for text in &self.files {
            out.push_str(&format!("     {}\n", wrap::hanging(&escaped(text), 5)));
        }
        if is_knot {
            out.push_str("\nnext: holdpoint explain no-upgrade-order\n");
        }
        out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&UpgradeJson {
            schema: SCHEMA,
            release: self.version.to_string(),
            answer: self.answer(),
            source: self.source.json(),
            order: OrderJson::of(&self.order),
            files: self.files.clone(),
            exit_code: self.exit() as u8,
        })
    }
}
