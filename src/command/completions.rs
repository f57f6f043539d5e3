//! `holdpoint completions`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory};
use clap_complete::Shell as Dialect;
use schemars::JsonSchema;
use serde::Serialize;

use super::Cli;
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said, Verbatim};
use crate::render::json::{SCHEMA, value};
use crate::shell::Shell;

/// Print completions for a shell
///
/// Source them where your shell looks for completions, for example:
/// `holdpoint completions bash > ~/.local/share/bash-completion/completions/holdpoint`.
///
/// Exit codes: 0 printed, 2 bad usage.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    dialect: Dialect,
}

/// The answer of `holdpoint completions`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "completions")]
pub(crate) struct CompletionsJson {
    schema: u64,
    shell: String,
    /// What the shell reads.
    script: String,
    exit_code: u8,
}

/// Prints them.
pub(crate) fn run(_shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { dialect } = options;
    let script = script(dialect)?;
    let shell = dialect.to_string();
    let json = CompletionsJson { schema: SCHEMA, shell, script: script.clone(), exit_code: 0 };
    Ok(Outcome::new(Exit::Done, Verbatim(Said { human: script, json: value(&json) })))
}

fn script(dialect: Dialect) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(dialect, &mut Cli::command(), "holdpoint", &mut bytes);
    String::from_utf8(bytes).map_err(|why| Failure::new("the completions cannot be written").because(why))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_learns_every_command() {
        for dialect in Dialect::value_variants() {
            let script = script(*dialect).unwrap();
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{dialect}: {}", command.get_name());
            }
        }
    }
}
