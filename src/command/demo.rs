//! `holdpoint demo`: the story that this tool was made for, played for true in a new folder.

use std::path::PathBuf;

use anstream::adapter::strip_str;
use clap::Args;
use indicatif::ProgressBar;
use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::render::json::SCHEMA;
use crate::render::paint;
use crate::shell::Shell;

mod stage;
mod story;

use stage::{Played, REPO, Stage, shown};
use story::{Act, Run, Step, story};

/// Play the story that this tool was made for, in a new folder
///
/// Makes keys for seven people of example.com, a repository with a remote, and a folder that stands for the download
/// site; then runs this program as each of them and shows what it says. Nothing outside the folder is read or written,
/// and your own git settings and keys are not used. The folder stays, for you to go on in.
///
/// Exit codes: 0 played, 2 bad usage, 4 it went another way than the story says.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The new folder
    #[arg(default_value = "holdpoint-demo")]
    dir: PathBuf,
}

/// Plays it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { dir } = options;
    let progress = if shell.global.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    progress.set_message("setting the stage");
    let mut stage = Stage::set(&dir)?;
    let today = shell.now().to_zoned(TimeZone::UTC).date();
    for (name, date) in [("today", today), ("date", today), ("later", today.saturating_add(2.years()))] {
        stage.know(name, &date.to_string());
    }
    let mut play = Play { stage, text: Vec::new(), scenes: Vec::new(), speaking: false };
    let outcome = story().into_iter().enumerate().try_for_each(|(at, act)| {
        progress.set_message(format!("act {}: {}", at + 1, act.title));
        progress.tick();
        let played = play.act(at + 1, act);
        play.keep()?;
        played
    });
    progress.finish_and_clear();
    outcome?;
    let human = format!("{}{}", play.text.concat(), ending(&dir));
    let json = serde_json::json!({ "schema": SCHEMA, "folder": dir, "commands": play.scenes, "exit_code": 0 });
    Ok(Outcome::deed(Exit::Done, Said { human, json }))
}

/// The story so far.
struct Play {
    stage: Stage,
    text: Vec<String>,
    scenes: Vec<serde_json::Value>,
    /// Whether the narrator spoke last.
    speaking: bool,
}

impl Play {
    fn act(&mut self, number: usize, act: Act) -> Result<(), Failure> {
        let title = paint::bold(&format!("{number}. {}", act.title));
        let gap = if number == 1 { "" } else { "\n" };
        self.text.push(format!("{gap}{title}\n"));
        self.speaking = false;
        act.steps.into_iter().try_for_each(|it| self.step(it))
    }

    fn step(&mut self, step: Step) -> Result<(), Failure> {
        match step {
            Step::Say(text) => self.say(text),
            Step::Write { path, text } => {
                let text = self.stage.filled(text);
                stage::write(&self.stage.repo().join(path), &text)?;
                self.note(&format!("(somebody fills in {path})"));
            }
            Step::Edit { path, from, to } => {
                stage::edit(&self.stage.repo().join(path), from, to)?;
                self.note(&format!("(in {path}, \"{from}\" becomes \"{to}\")"));
            }
            Step::Add { path, text } => {
                stage::add(&self.stage.repo().join(path), text)?;
                self.note(&format!("(somebody adds to {path}:)\n{}", text.trim()));
            }
            Step::Copy { from, into } => {
                self.stage.copy(from, into)?;
                self.command(&format!("cp {from} {into}"));
            }
            Step::Run(run) => self.run(&run)?,
        }
        Ok(())
    }

    fn run(&mut self, run: &Run) -> Result<(), Failure> {
        let line = self.stage.filled(run.line);
        self.command(&line);
        let Played { exit, output } = self.stage.run(&line)?;
        let plain = strip_str(&output).to_string();
        self.text.push(output);
        if exit != 0 {
            self.note(&format!("(exit code {exit})"));
        }
        self.scenes.push(serde_json::json!({ "command": line, "output": plain, "exit_code": exit }));
        if let Some(name) = run.remember {
            let word = plain.lines().next().and_then(|it| it.split_whitespace().last()).unwrap_or_default();
            self.stage.know(name, word);
        }
        let wanting: Vec<&str> = run.shows.iter().copied().filter(|it| !plain.contains(it)).collect();
        let why = if exit != run.exit {
            format!("its exit code is {exit}, and the story has {}", run.exit)
        } else if !wanting.is_empty() {
            format!("it does not say `{}`", wanting.join("`, `"))
        } else {
            return Ok(());
        };
        Err(Failure::new(format!("the demo went another way than its story: `{line}`"))
            .because(format!("{why}; it says:\n{}", plain.trim_end()))
            .hint(format!("read how it came there: {}", self.stage.transcript().display())))
    }

    fn say(&mut self, text: &str) {
        // What is said begins a paragraph, unless it goes on.
        if !std::mem::replace(&mut self.speaking, true) {
            self.text.push("\n".to_owned());
        }
        self.text.push(format!("{text}\n"));
    }

    fn command(&mut self, line: &str) {
        self.speaking = false;
        self.text.push(format!("\n{}\n", paint::bold(&shown(line))));
    }

    fn note(&mut self, text: &str) {
        self.speaking = false;
        self.text.push(format!("{}\n", paint::dim(text)));
    }

    /// Keeps the story so far in the folder.
    fn keep(&self) -> Result<(), Failure> {
        stage::write(&self.stage.transcript(), &strip_str(&self.text.concat()).to_string())
    }
}

/// What to try next.
fn ending(dir: &std::path::Path) -> String {
    let repo = dir.join(REPO).display().to_string();
    let plain = repo.chars().all(|it| it.is_alphanumeric() || "/\\._-+@:".contains(it));
    let repo = if plain { repo } else { format!("'{}'", repo.replace('\'', r"'\''")) };
    format!(
        "\n{}\n\nAll of this is in {}, with the keys of everybody. Go on there:\n\n  cd {repo}\n  \
         holdpoint status            what is out, and what is owed\n  \
         holdpoint log 2.7.0         who said what, in order\n  \
         holdpoint who 2.7.0         who answers for it\n  \
         rm ../site/recorder-2.8.0.exe && holdpoint audit downloads\n\n\
         For a project of your own: holdpoint init --project URL\n",
        paint::bold("What to try next"),
        dir.display(),
    )
}
