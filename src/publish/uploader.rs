//! An uploader of one's own: run only when the gate is clear, and never believed.

use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};

use holdpoint_core::name::{SiteName, Version, escaped};

use crate::failure::Failure;
use crate::shell::Shell;

/// Runs the uploader. What it prints goes to stderr, because stdout is for the answer.
pub(super) fn run(shell: &Shell, command: &[OsString], version: &Version, site: &SiteName) -> Result<(), Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("there is no command after `--`"));
    };
    let shown = shown(command);
    shell.note(&format!("  run  {shown}"));
    let status = Command::new(program)
        .args(arguments)
        .env("HOLDPOINT_VERSION", version.to_string())
        .env("HOLDPOINT_SITE", site.as_str())
        .stdout(Stdio::from(io::stderr()))
        .status()
        .map_err(|why| {
            Failure::new(format!("`{}` cannot be run", escaped(&program.to_string_lossy())))
                .because(why)
                .hint(format!("name a program that is there: holdpoint publish {version} --site {site} -- CMD…"))
        })?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{shown}` ended with {status}")).hint("fix the upload, then run the same command again"))
}

/// A command as it could be typed.
pub(super) fn shown(command: &[OsString]) -> String {
    let plain = |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c));
    let word = |it: &OsString| {
        let text = it.to_string_lossy();
        if plain(&text) { text.into_owned() } else { format!("'{}'", escaped(&text).replace('\'', r"'\''")) }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_could_be_typed() {
        let words = ["rsync", "-a", "my dist/", "it's"].map(OsString::from);
        assert_eq!(shown(&words), r"rsync -a 'my dist/' 'it'\''s'");
    }
}
