//! `holdpoint hook pre-receive`: judges a push before any branch or tag of the server moves.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use holdpoint_core::policy::Pin;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::render::json::{SCHEMA, value};
use crate::repo::Repo;
use crate::shell::{Format, Shell};

mod branch;
mod ground;
mod ledgers;
mod reason;
mod tag;
mod update;

use ground::Ground;
use reason::{Reason, told};
use tag::Tags;
use update::Update;

/// Where git keeps the objects of a push until it is accepted.
const QUARANTINE: &str = "GIT_QUARANTINE_PATH";

/// With this, one repository shows each of its users other branches than those it has.
const NAMESPACE: &str = "GIT_NAMESPACE";

/// Judge a push, as git's pre-receive hook
///
/// Git runs it, in the repository that is pushed to, with a line `OLD NEW REF` for each branch and tag on its standard input;
/// `holdpoint hook install` sets that up. Refused, with every reason told to whoever pushes: on the branch of record, to
/// delete or rewrite it, to take away or change what was signed or a policy, to add what is no valid entry, to change what was
/// published, to adopt a policy without enough of its owners; and to tag a release (`v2.7.0`) that is not clear there. Other
/// branches are free: they take effect when they are merged.
///
/// The branch of record is the one that the policy names: the policy on the branch that HEAD of the repository names, as it
/// was before the push. Nothing is written.
///
/// Exit codes: 0 accepted, 1 refused, 2 bad usage, 4 it could not be told; git refuses the push unless it is 0.
#[derive(Debug, Args)]
pub(crate) struct Options {}

/// The answer of `holdpoint hook pre-receive`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "push")]
pub(crate) struct PushJson {
    schema: u64,
    accepted: bool,
    /// How many branches and tags the push is about.
    refs: usize,
    /// Every reason why not.
    reasons: Vec<ReasonJson>,
    exit_code: u8,
}

/// A reason to refuse a push.
#[derive(Debug, Serialize, JsonSchema)]
struct ReasonJson {
    /// The branch or tag, in full.
    r#ref: String,
    /// The finding's code, where it is one.
    code: Option<String>,
    message: String,
    /// What to do.
    next: String,
    /// Whether it could not be told.
    doubt: bool,
}

/// What everything in a push is judged with.
struct Bench<'r> {
    repo: &'r Repo,
    pins: Vec<Pin>,
    now: Timestamp,
    what_if: bool,
}

/// Judges the push.
pub(crate) fn run(shell: &Shell, _options: Options) -> Result<Outcome, Failure> {
    if std::io::stdin().is_terminal() {
        return Err(Failure::usage("git runs this, and says on standard input what is pushed")
            .hint("to set it up, on the server: holdpoint hook install"));
    }
    let updates = update::read(std::io::stdin().lock())?;
    let reasons = match updates.as_slice() {
        [] => Vec::new(),
        updates => judge(shell, updates)?,
    };
    let exit = match reasons.as_slice() {
        [] => Exit::Done,
        all if all.iter().all(|it| it.is_doubt) => Exit::Unable,
        _ => Exit::Refused,
    };
    // Git shows a pusher both streams; an answer is on the one that no program reads.
    if shell.global.format == Format::Human && exit != Exit::Done {
        Shell::say(told(&reasons).trim_end());
    }
    let json = PushJson {
        schema: SCHEMA,
        accepted: exit == Exit::Done,
        refs: updates.len(),
        reasons: reasons.into_iter().map(ReasonJson::of).collect(),
        exit_code: exit as u8,
    };
    Ok(Outcome::new(exit, Said { human: String::new(), json: value(&json) }))
}

/// Every reason to refuse the push, in git's order.
fn judge(shell: &Shell, updates: &[Update]) -> Result<Vec<Reason>, Failure> {
    if std::env::var_os(NAMESPACE).is_some_and(|it| !it.is_empty()) {
        return Err(Failure::new(format!("{NAMESPACE} is set, so this repository shows other branches than it has"))
            .hint("serve the repository without namespaces"));
    }
    let quarantine = std::env::var_os(QUARANTINE).filter(|it| !it.is_empty()).map(PathBuf::from);
    let repo = Repo::receiving(&shell.global.repo, quarantine.as_deref())?;
    let pins = Shell::pins(&repo, None)?;
    let bench = Bench { repo: &repo, pins, now: shell.now(), what_if: shell.global.now.is_some() };
    let moved = updates.iter().map(|it| it.as_it_moves(&repo)).collect::<Result<Vec<_>, _>>()?;
    let updates = moved.as_slice();
    let ground = Ground::of(&repo, updates)?;
    let mut tags = Tags::new(&bench, &ground, updates)?;
    let mut reasons = Vec::new();
    for update in updates {
        let found = match update.branch() {
            Some(name) if ground.guards(name) => branch::judge(shell, &bench, &ground, update),
            Some(name) => Ok(ground.twin_of(name).map(|it| Reason::twin(update, it)).into_iter().collect()),
            None => tags.judge(update),
        };
        // What cannot be told of one is no reason to keep quiet about the others.
        reasons.extend(found.unwrap_or_else(|failure| vec![Reason::of_failure(update, &failure)]));
    }
    Ok(reasons)
}

impl ReasonJson {
    fn of(reason: Reason) -> Self {
        let Reason { reference, code, message, next, is_doubt } = reason;
        Self { r#ref: reference, code: code.map(|it| it.to_string()), message, next, doubt: is_doubt }
    }
}
