//! `holdpoint policy`: the next policy, from its draft to its adoption; and the one in force.

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::Shell;

mod adopt;
mod check;
mod checkpoint;
mod consequences;
mod draft;
mod header;
mod json;
mod places;
mod propose;
mod show;
mod sign;
mod turn;

pub(crate) use adopt::PolicyAdoptJson;
pub(crate) use check::PolicyCheckJson;
pub(crate) use propose::PolicyProposeJson;
pub(crate) use show::PolicyShowJson;
pub(crate) use sign::PolicySignJson;

/// Propose, sign and adopt the next policy; show the one in force
///
/// The policy says who decides what, and with which keys. The next one is written into `policy/proposed` (`propose`), edited,
/// signed by the owners of the policy in force and by its own (`sign`), and then adopted (`adopt`). Until then it decides
/// nothing.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    step: Step,
}

/// What to do with a policy.
#[derive(Debug, Subcommand)]
enum Step {
    Propose(propose::Options),
    Sign(sign::Options),
    Adopt(adopt::Options),
    Check(check::Options),
    Show(show::Options),
}

/// Does it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    match options.step {
        Step::Propose(options) => propose::run(shell, options),
        Step::Sign(options) => sign::run(shell, options),
        Step::Adopt(options) => adopt::run(shell, options),
        Step::Check(options) => check::run(shell, options),
        Step::Show(options) => show::run(shell, options),
    }
}
