//! Holdpoint: blocks a download-site publish until knowledge base, compatibility matrix and customer notice are signed off.

mod answer;
mod attester;
mod audit;
mod child;
mod command;
mod desk;
mod failure;
mod gather;
mod identify;
mod kb;
mod outcome;
mod publish;
mod render;
mod repo;
mod share;
mod shell;
mod sight;
mod signer;
mod site;
mod summary;
mod toml;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use holdpoint_core::name::escaped;

use command::{Cli, Command};
use failure::{Exit, Failure};
use outcome::Outcome;
use render::json::{FailureJson, value};
use render::place::{self, Reader};
use render::{edge, github};
use shell::{Colour, Format, Global, Shell};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &arguments),
    };
    paint(cli.global.color);
    let shell = Shell { global: cli.global };
    ExitCode::from(answer(&shell, cli.command) as u8)
}

/// Runs a command, shows what it came to, and gives its exit code.
fn answer(shell: &Shell, command: Command) -> Exit {
    let opened = showable(shell.global.format, &command).and_then(|()| summary::open(shell, command.summary()));
    let mut kept = match opened {
        Ok(kept) => kept,
        Err(failure) => {
            tell(&shell.global, &failure);
            return failure.exit();
        }
    };
    let outcome = command::run(shell, command);
    let is_kept = kept.as_mut().is_none_or(|it| it.keep(shell, &outcome));
    let exit = outcome.and_then(|it| shown(&shell.global, &it, is_kept));
    exit.unwrap_or_else(|failure| {
        tell(&shell.global, &failure);
        failure.exit()
    })
}

/// Shows an answer, and gives its exit code. An answer that nobody got is none; what was done is done all the same.
fn shown(global: &Global, outcome: &Outcome, is_kept: bool) -> Result<Exit, Failure> {
    match show(global, outcome)? {
        Err(why) if outcome.is_deed => {
            Shell::say(&format!("warning: it is done, and stays so; {UNWRITTEN}: {why}"));
            Ok(outcome.exit)
        }
        Err(why) => Err(unwritten(&why)),
        // The summary that was asked for is an answer too; that it is not there is said already.
        Ok(()) if !is_kept && !outcome.is_deed => Ok(Exit::Unable),
        Ok(()) => Ok(outcome.exit),
    }
}

const UNWRITTEN: &str = "the answer could not be written";

fn unwritten(why: &io::Error) -> Failure {
    Failure::new(UNWRITTEN).because(why).hint("make room where stdout leads, then run the same command again")
}

/// Turns colour on or off for everything that is printed from here on.
fn paint(colour: Colour) {
    match colour {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
}

/// Refuses a form that the command does not have, before anything is signed or published.
fn showable(format: Format, command: &Command) -> Result<(), Failure> {
    if command.has_form(format) { Ok(()) } else { Err(no_such_form(format)) }
}

fn no_such_form(format: Format) -> Failure {
    let (form, having) = match format {
        Format::Markdown => ("markdown", "`check`, `wait`, `lint`, `audit`, `publish` and `matrix` have it"),
        Format::Html => ("html", "`matrix` has it"),
        Format::Csv => ("csv", "`matrix` has it"),
        Format::Human | Format::Json | Format::Github => {
            ("github", "`check`, `wait`, `lint`, `audit` and `publish` have it")
        }
    };
    Failure::usage(format!("this command has no answer in the form `{form}`")).hint(having)
}

/// Shows an answer in the form that was asked for, and says whether it was written.
fn show(global: &Global, outcome: &Outcome) -> Result<io::Result<()>, Failure> {
    let view = &outcome.view;
    let shown = |form: Option<String>| form.ok_or_else(|| no_such_form(global.format));
    let text = match global.format {
        Format::Human if global.quiet => String::new(),
        Format::Human if view.is_verbatim() => view.human(),
        Format::Human => edge::plain(&view.human()),
        Format::Json => json_line(&view.json()),
        Format::Github => edge::workflow(&shown(view.github())?),
        Format::Markdown => edge::plain(&shown(view.markdown())?),
        Format::Html => edge::page(&shown(view.html())?),
        Format::Csv => edge::plain(&shown(view.csv())?),
    };
    if global.format == Format::Markdown && outcome.exit != Exit::Done && !global.quiet {
        // The answer usually goes into a file, and a log that is empty says nothing.
        let human = view.human();
        Shell::say(human.lines().next().unwrap_or_default());
    }
    Ok(print(&text))
}

/// Tells of a failure: on stderr for people, on stdout for programs that asked for JSON.
fn tell(global: &Global, failure: &Failure) {
    // Where stdout takes nothing, people are told at least.
    if global.format == Format::Json && print(&json_line(&value(&FailureJson::of(failure)))).is_ok() {
        return;
    }
    if global.format == Format::Github {
        // People are told on stderr as well.
        drop(print(&edge::workflow(&github::failure(failure))));
    }
    tell_people(failure);
}

fn tell_people(failure: &Failure) {
    let mut text = format!("{} {}\n", render::paint::bad("error:"), failure.message());
    if let Some(cause) = failure.cause() {
        text.push_str(&format!("  because: {}\n", cause.replace('\n', "\n           ")));
    }
    text.push_str(&render::findings(failure.found()));
    match failure.hint_text() {
        Some(hint) => text.push_str(&format!("  hint: {}\n", place::cure(hint, Reader::Here))),
        None => text.push_str(&render::next_steps(failure.found())),
    }
    // A closed stderr changes nothing about the exit code.
    let _ = anstream::stderr().write_all(edge::plain(&text).as_bytes());
}

/// Prints an answer. A reader that has gone away has read what it wanted, and changes nothing about the exit code.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout();
    reached(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

fn reached(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn json_line(json: &serde_json::Value) -> String {
    edge::json(&format!("{json:#}\n"))
}

/// What clap says: help is an answer, everything else bad usage.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    if !error.use_stderr() {
        let Err(why) = reached(error.print().and_then(|()| io::stdout().flush())) else { return ExitCode::SUCCESS };
        let failure = unwritten(&why);
        tell_people(&failure);
        return ExitCode::from(failure.exit() as u8);
    }
    let words: Vec<&str> = arguments.iter().filter_map(|it| it.to_str()).take_while(|it| *it != "--").collect();
    let asks = |form: &str| {
        words.contains(&format!("--format={form}").as_str()) || words.windows(2).any(|it| it == ["--format", form])
    };
    let failure = || refused(&error.render().to_string());
    if asks("json") {
        if print(&json_line(&value(&FailureJson::of(&failure())))).is_err() {
            tell_people(&failure());
        }
    } else {
        if asks("github") {
            drop(print(&edge::workflow(&github::failure(&failure()))));
        }
        // What was typed may have come from elsewhere, and must not speak to the terminal.
        let text: String = error.render().to_string().lines().map(|it| escaped(it) + "\n").collect();
        let _ = anstream::stderr().write_all(edge::plain(&text).as_bytes());
    }
    ExitCode::from(Exit::Usage as u8)
}

/// The same as a failure: clap's first paragraph, and its tip.
fn refused(rendered: &str) -> Failure {
    let mut paragraphs = rendered.split("\n\n").map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = paragraphs.next().unwrap_or_default();
    let tip = paragraphs.find_map(|it| it.strip_prefix("tip: ").map(str::to_owned));
    Failure::usage(message.trim_start_matches("error: ")).hint(tip.unwrap_or_else(|| "holdpoint --help".to_owned()))
}
