//! `holdpoint man`: the manual, one page per command.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man;
use holdpoint_core::name::counted;
use schemars::JsonSchema;
use serde::Serialize;

use super::Cli;
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said, Verbatim};
use crate::render::json::{SCHEMA, value};
use crate::shell::Shell;

/// Write the manual pages
///
/// Prints the main page, ready for `man -l -`; with `--out` it writes one page for each command, and replaces no file
/// that is not a page of this manual.
///
/// Exit codes: 0 written, 1 a file that is in the way is no page of this manual, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write `holdpoint.1` and the pages of all commands into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The answer of `holdpoint man`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "man")]
pub(crate) struct ManJson {
    schema: u64,
    /// The main page, where it was printed.
    page: Option<String>,
    /// The files that were written.
    files: Vec<String>,
    exit_code: u8,
}

/// A page of the manual.
struct Page {
    file: String,
    bytes: Vec<u8>,
}

/// Prints or writes it.
pub(crate) fn run(_shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { out } = options;
    let pages = pages()?;
    let (human, page, files) = match out {
        None => {
            let main = pages.first().map(|it| String::from_utf8_lossy(&it.bytes).into_owned()).unwrap_or_default();
            (main.clone(), Some(main), Vec::new())
        }
        Some(folder) => {
            let files = write(&pages, &folder)?;
            let human = format!("wrote {} to `{}`\n", counted(files.len(), "page"), folder.display());
            (human, None, files)
        }
    };
    let is_deed = !files.is_empty();
    let json = ManJson { schema: SCHEMA, page, files, exit_code: 0 };
    let told = Verbatim(Said { human, json: value(&json) });
    Ok(if is_deed { Outcome::deed(Exit::Done, told) } else { Outcome::new(Exit::Done, told) })
}

/// All pages, the main one first.
fn pages() -> Result<Vec<Page>, Failure> {
    let mut cli = Cli::command();
    cli.build();
    let mut pages = Vec::new();
    add_pages("holdpoint", &cli, &mut pages)?;
    Ok(pages)
}

/// The page of a command, and those of its own commands after it.
fn add_pages(name: &str, command: &clap::Command, pages: &mut Vec<Page>) -> Result<(), Failure> {
    pages.push(page(name, command)?);
    let mut visible = command.get_subcommands().filter(|it| !it.is_hide_set());
    visible.try_for_each(|it| add_pages(&format!("{name}-{}", it.get_name()), it, pages))
}

fn page(name: &str, command: &clap::Command) -> Result<Page, Failure> {
    let mut bytes = Vec::new();
    // What clap calls a command is what one types; a page's name has a dash in place of the space.
    let source = concat!("holdpoint ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name).source(source).manual("Holdpoint");
    man.render(&mut bytes).map_err(|why| Failure::new(format!("the page `{name}` cannot be made")).because(why))?;
    Ok(Page { file: format!("{name}.1"), bytes })
}

/// Writes the pages, all of them or, where one would replace something else, none.
fn write(pages: &[Page], folder: &Path) -> Result<Vec<String>, Failure> {
    for page in pages {
        let place = folder.join(&page.file);
        if place.symlink_metadata().is_ok() && !is_page(&place) {
            return Err(Failure::refused(format!("`{}` is there and is no page of this manual", place.display()))
                .hint("name another folder, or move the file away; nothing was written"));
        }
    }
    let failed = |place: &Path, why| {
        Failure::new(format!("`{}` cannot be written", place.display()))
            .because(why)
            .hint("name a folder that can be written to: --out DIR")
    };
    fs::create_dir_all(folder).map_err(|why| failed(folder, why))?;
    let mut files = Vec::new();
    for page in pages {
        let place = folder.join(&page.file);
        fs::write(&place, &page.bytes).map_err(|why| failed(&place, why))?;
        files.push(place.display().to_string());
    }
    Ok(files)
}

/// Whether a file is a page that an earlier run wrote.
fn is_page(place: &Path) -> bool {
    let plain = place.symlink_metadata().is_ok_and(|it| it.is_file());
    plain && fs::read(place).is_ok_and(|it| String::from_utf8_lossy(&it).lines().any(is_title))
}

fn is_title(line: &str) -> bool {
    line.starts_with(".TH holdpoint")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_page_for_every_command_and_can_write_it_again() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("man/man1");
        let pages = pages().unwrap();
        for _ in 0..2 {
            assert_eq!(write(&pages, &folder).unwrap().len(), pages.len());
        }
        let own = |it: &clap::Command| 1 + it.get_subcommands().count();
        assert_eq!(pages.len(), 1 + Cli::command().get_subcommands().map(own).sum::<usize>());
        assert!(folder.join("holdpoint-policy-sign.1").exists());
        assert!(fs::read_to_string(folder.join("holdpoint-check.1")).unwrap().lines().any(is_title));
    }

    #[test]
    fn replaces_nothing_that_is_not_its_own() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("holdpoint-check.1");
        fs::write(&place, "mine").unwrap();
        assert_eq!(write(&pages().unwrap(), home.path()).unwrap_err().exit(), Exit::Refused);
        assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
