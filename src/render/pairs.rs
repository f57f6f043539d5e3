//! Pairs of a writer and a reader, for programs.

use holdpoint_core::compatibility::{Block, Order, Route, Row, Stage, Step};
use schemars::JsonSchema;
use serde::Serialize;

/// Pairs of which the same is to be said.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RowJson {
    interface: String,
    writer: SideJson,
    reader: SideJson,
    /// How many pairs these are.
    pairs: usize,
    /// `works`, `degraded`, `fails` or `unknown`.
    verdict: String,
    /// `tested`, `declared` or `reported`. Not for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// What is lost.
    losses: Vec<String>,
    /// What a customer sees.
    symptom: Option<String>,
    /// Where the evidence is. Empty for customers.
    evidence: Vec<String>,
    /// Pairs among them of which something else is to be said, in another row: `recorder@2.7.0/player@2.4.0`.
    except: Vec<String>,
    /// What a customer can do, in the order in which to offer it.
    routes: Vec<RouteJson>,
}

/// One side of pairs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SideJson {
    component: String,
    versions: Vec<String>,
    /// Whether they are in support.
    supported: bool,
}

/// Something that a customer can do.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RouteJson {
    /// `upgrade`, `write-older`, `convert`, `step-through` or `accepted`.
    kind: String,
    /// In words.
    text: String,
    /// What is lost on the way.
    losses: Vec<String>,
    /// The component and version to get: for `upgrade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The format to write: for `write-older`.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    /// The steps: for `convert` and `step-through`; empty for others.
    steps: Vec<StepJson>,
}

/// One step from a format to another.
#[derive(Debug, Serialize, JsonSchema)]
struct StepJson {
    /// The component and version that does it: `converter@1.0.0`.
    by: String,
    from: String,
    to: String,
    /// What is lost.
    loses: Option<String>,
}

/// In which order components are upgraded.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrderJson {
    /// Whether there is such an order. If not, each step would have to come before another one.
    possible: bool,
    steps: Vec<StageJson>,
}

/// What is upgraded at once.
#[derive(Debug, Serialize, JsonSchema)]
struct StageJson {
    components: Vec<String>,
    /// The pairs that would break if it came earlier: `server@2.0.0/agent@1.0.0`.
    because: Vec<String>,
}

impl RowJson {
    fn of(row: &Row) -> Self {
        let versions = |all: &[holdpoint_core::name::Version]| all.iter().map(ToString::to_string).collect();
        Self {
            interface: row.interface.to_string(),
            writer: SideJson {
                component: row.writer.to_string(),
                versions: versions(&row.writers),
                supported: row.writer_supported,
            },
            reader: SideJson {
                component: row.reader.to_string(),
                versions: versions(&row.readers),
                supported: row.reader_supported,
            },
            pairs: row.count(),
            verdict: row.verdict.word().to_owned(),
            basis: Some(row.basis.word().to_owned()),
            losses: row.losses.iter().map(ToString::to_string).collect(),
            symptom: row.symptom.as_ref().map(ToString::to_string),
            evidence: row.evidence.iter().map(ToString::to_string).collect(),
            except: Vec::new(),
            routes: row.routes.iter().map(RouteJson::of).collect(),
        }
    }
}

impl RowJson {
    /// The JSON of pairs of many versions.
    pub(crate) fn of_block(block: &Block) -> Self {
        let Row { writer, reader, .. } = &block.row;
        let except = block.except.iter().map(|(from, to)| format!("{writer}@{from}/{reader}@{to}")).collect();
        Self { except, pairs: block.count(), ..Self::of(&block.row) }
    }

    /// The same without what only the vendor's people may know.
    pub(crate) fn for_customers(self) -> Self {
        Self { basis: None, evidence: Vec::new(), ..self }
    }
}

impl RouteJson {
    /// The JSON of a route.
    pub(crate) fn of(route: &Route) -> Self {
        let losses = route.losses().into_iter().map(ToString::to_string).collect();
        let blank =
            Self { kind: String::new(), text: route.to_string(), losses, to: None, format: None, steps: Vec::new() };
        let kind = |it: &str| it.to_owned();
        match route {
            Route::Upgrade { to, .. } => Self { kind: kind("upgrade"), to: Some(to.to_string()), ..blank },
            Route::WriteOlder { format, .. } => {
                Self { kind: kind("write-older"), format: Some(format.to_string()), ..blank }
            }
            Route::Convert(steps) => Self { kind: kind("convert"), steps: StepJson::all(steps), ..blank },
            Route::StepThrough(steps) => Self { kind: kind("step-through"), steps: StepJson::all(steps), ..blank },
            Route::Accepted(_) => Self { kind: kind("accepted"), ..blank },
        }
    }
}

impl StepJson {
    fn all(steps: &[Step]) -> Vec<Self> {
        let one = |it: &Step| Self {
            by: it.by.to_string(),
            from: it.from.to_string(),
            to: it.to.to_string(),
            loses: it.loses.as_ref().map(ToString::to_string),
        };
        steps.iter().map(one).collect()
    }
}

impl OrderJson {
    /// The JSON of an order.
    pub(crate) fn of(order: &Order) -> Self {
        let one = |it: &Stage| StageJson {
            components: it.components.iter().map(ToString::to_string).collect(),
            because: it.because.iter().map(holdpoint_core::compatibility::Pair::about).collect(),
        };
        let (possible, stages) = match order {
            Order::Stages(stages) => (true, stages),
            Order::Knot(stages) => (false, stages),
        };
        Self { possible, steps: stages.iter().map(one).collect() }
    }
}
