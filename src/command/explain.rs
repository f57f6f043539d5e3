//! stub

use clap::Args;

use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::shell::Shell;

/// stub
#[derive(Debug, Args)]
pub(crate) struct Options {}

/// stub
pub(crate) fn run(_shell: &Shell, _options: Options) -> Result<Outcome, Failure> {
    Err(Failure::new("not yet"))
}
