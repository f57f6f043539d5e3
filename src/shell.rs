//! The shell around a command: what was asked of every command alike, the clock, the terminal, and the way to the record.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use holdpoint_core::name::{Person, Text, escaped, quoted};
use holdpoint_core::policy::{Chain, Pin};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::gather::{Record, parse_pin, pin};
use crate::render::place::{self, Reader};
use crate::render::{edge, wrap};
use crate::repo::Repo;

mod gauge;

pub(crate) use gauge::Gauge;

/// The git configuration key that holds the pinned roots of a clone.
pub(crate) const PIN_KEY: &str = "holdpoint.root";

/// The environment variable that holds the pinned root in CI.
pub(crate) const PIN_VARIABLE: &str = "HOLDPOINT_ROOT";

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// Annotations for GitHub's log (`check`, `wait`, `lint`, `audit`, `publish`).
    Github,
    /// A job summary (`check`, `wait`, `lint`, `audit`, `publish`), or a table (`matrix`).
    Markdown,
    /// One page for browsers (`matrix`).
    Html,
    /// A table for spreadsheets (`matrix`).
    Csv,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Work on the repository around this folder
    #[arg(long, global = true, value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(crate) repo: PathBuf,
    /// Show the answer in this form
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Use colour
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) color: Colour,
    /// Print nothing but errors; the exit code says it all
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Ask nobody by the network whether a site lists what is recorded
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Ask as if it were this time; the answer is hypothetical
    #[arg(long, global = true, value_name = "TIME", hide = true)]
    pub(crate) now: Option<Timestamp>,
}

/// Options of commands that read the record.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reading {
    /// Read this commit instead of HEAD; the answer is hypothetical
    #[arg(long, value_name = "REV")]
    pub(crate) at: Option<String>,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    pub(crate) root: Option<String>,
}

/// Options of commands whose answer a job keeps as its summary.
#[derive(Debug, Clone, Args)]
pub(crate) struct Summary {
    /// Add the answer to this file too, in Markdown [default: the file that `GITHUB_STEP_SUMMARY` names, if it is set]
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}

/// Options of commands that sign.
#[derive(Debug, Clone, Args)]
pub(crate) struct Signing {
    /// Sign as this person of the ring [default: the one whose key it is]
    #[arg(long = "as", value_name = "EMAIL")]
    pub(crate) person: Option<Person>,
    /// Sign with this SSH key: a private key, or a public one whose private half an agent holds
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Say why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<Text>,
    /// Ask nothing
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only write the files; commit them yourself
    #[arg(long, conflicts_with = "push")]
    pub(crate) no_commit: bool,
    /// Push the sign-off, so that others and CI see it
    #[arg(long)]
    pub(crate) push: bool,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    pub(crate) root: Option<String>,
}

impl Signing {
    /// The reason, which this kind of statement needs.
    pub(crate) fn needed_reason(&self) -> Result<Text, Failure> {
        self.reason.clone().ok_or_else(|| Failure::usage("this needs a reason").hint("add --reason \"…\""))
    }

    /// What was given about who signs and what is relied on, as it could be typed again: each with a blank before it. A key that came
    /// through a pipe is read once, and so is not named.
    pub(crate) fn typed(&self) -> String {
        let is_pipe = |it: &&Path| it.starts_with("/dev/fd") || it.starts_with("/proc");
        let key = self.key.as_deref().filter(|it| !is_pipe(it)).map(|it| it.display().to_string());
        let given = [
            ("--as", self.person.as_ref().map(ToString::to_string)),
            ("--key", key),
            ("--reason", self.reason.as_ref().map(ToString::to_string)),
            ("--root", self.root.clone()),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some(format!(" {name} {}", quoted(&value?))));
        given.chain(self.yes.then(|| " --yes".to_owned())).collect()
    }
}

/// What surrounds a command.
pub(crate) struct Shell {
    /// What was asked of every command alike.
    pub(crate) global: Global,
}

impl Shell {
    /// The time that counts.
    pub(crate) fn now(&self) -> Timestamp {
        self.global.now.unwrap_or_else(Timestamp::now)
    }

    /// The time to write into a statement: in whole seconds.
    pub(crate) fn stamp(&self) -> Timestamp {
        let now = self.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// The repository.
    pub(crate) fn repo(&self) -> Result<Repo, Failure> {
        Repo::open(&self.global.repo)
    }

    /// The record at the commit that was asked for.
    pub(crate) fn record<'r>(&self, repo: &'r Repo, reading: &Reading) -> Result<Record<'r>, Failure> {
        let pins = Self::pins(repo, reading.root.as_deref())?;
        let record = Record::open(repo, reading.at.as_deref(), pins, self.global.now.is_some())?.with_clock(self.now());
        place::stand(repo.work_tree(), record.snapshot.prefix(), &self.global.repo);
        Ok(record)
    }

    /// The record at the tip of the branch of record, as it was fetched: what is the case there, not a what-if.
    pub(crate) fn record_of_tip<'r>(
        &self,
        repo: &'r Repo,
        tip: &str,
        root: Option<&str>,
    ) -> Result<Record<'r>, Failure> {
        let pins = Self::pins(repo, root)?;
        Ok(Record::at_tip(repo, tip, pins, self.global.now.is_some())?.with_clock(self.now()))
    }

    /// What pins the root: the option, the environment, the configuration of the clone.
    pub(crate) fn pins(repo: &Repo, option: Option<&str>) -> Result<Vec<Pin>, Failure> {
        let mut pins = Vec::new();
        if let Some(root) = option {
            pins.push(pin("--root", &[root.to_owned()])?);
        }
        // CI systems hand over an unset secret as an empty variable; that pins nothing.
        if let Some(root) = std::env::var_os(PIN_VARIABLE).filter(|it| !it.is_empty()) {
            pins.push(pin(PIN_VARIABLE, &[root.to_string_lossy().into_owned()])?);
        }
        let configured = repo.config_all(PIN_KEY)?;
        if !configured.is_empty() {
            pins.push(pin(&format!("git config {PIN_KEY}"), &configured)?);
        }
        Ok(pins)
    }

    /// Pins a root in this clone, besides those that are pinned already; warns of others, which go on to count.
    pub(crate) fn pin_root(&self, repo: &Repo, root: &str) -> Result<(), Failure> {
        parse_pin("the root", root)?;
        repo.config_add(PIN_KEY, root)?;
        if let Some(other) = repo.config_all(PIN_KEY)?.into_iter().find(|it| it.trim() != root) {
            let other = escaped(&other);
            self.warn(&format!("this clone also pins {other}; to take it out: git config --unset {PIN_KEY} {other}"));
        }
        if let Some(other) = std::env::var_os(PIN_VARIABLE).filter(|it| !it.is_empty() && *it != *root) {
            let other = escaped(&other.to_string_lossy());
            self.warn(&format!("{PIN_VARIABLE} pins {other} here, and every pin must hold"));
        }
        Ok(())
    }

    /// Moves the pins of this clone that name an older policy of `chain` forward to the one in force, so that an older chain
    /// does not satisfy them any more. Pins that stand elsewhere (`--root`, the environment, the user's own configuration) are
    /// not touched; a configuration that cannot be written stays as it is.
    pub(crate) fn move_pin(&self, repo: &Repo, chain: &Chain) {
        let current = format!("sha256:{}", chain.current().digest());
        let older = Self::older_pins(repo, chain);
        if older.iter().filter(|it| repo.config_replace(PIN_KEY, it, &current).is_ok()).count() > 0 {
            self.note(&format!(
                "the pin of this clone moved forward to policy {}: {current}",
                chain.current().number()
            ));
        }
    }

    /// The pins in the configuration of this clone itself that name an older policy of `chain` than the one in force.
    pub(crate) fn older_pins(repo: &Repo, chain: &Chain) -> Vec<String> {
        let is_older = |it: &String| {
            let digest = it.strip_prefix("sha256:").and_then(|it| it.parse().ok());
            digest.and_then(|it| chain.of_digest(&it)).is_some_and(|it| it.number() < chain.current().number())
        };
        let pins = repo.config_local(PIN_KEY).unwrap_or_default();
        pins.into_iter().map(|it| it.trim().to_owned()).filter(is_older).collect()
    }

    /// Says something on the side.
    pub(crate) fn note(&self, text: &str) {
        if !self.global.quiet {
            Self::say(text);
        }
    }

    /// Warns.
    pub(crate) fn warn(&self, text: &str) {
        let lines: Vec<String> = format!("warning: {text}").lines().map(|it| wrap::hanging(it, 2)).collect();
        self.note(&lines.join("\n"));
    }

    /// Warns of the first few things of a list, and says how many more there are.
    pub(crate) fn warn_each(&self, things: &[String], text: impl Fn(&str) -> String) {
        const SHOWN: usize = 20;
        things.iter().take(SHOWN).for_each(|it| self.warn(&text(it)));
        if things.len() > SHOWN {
            self.warn(&format!("and {} more", things.len() - SHOWN));
        }
    }

    /// Warns of what could not be tidied up.
    pub(crate) fn warn_all(&self, failures: &[Failure]) {
        for failure in failures {
            let hint = failure.hint_text().map(|it| place::cure(it, Reader::Here));
            let hint = hint.map(|it| format!("\n  hint: {it}")).unwrap_or_default();
            self.warn(&format!("{}{hint}", failure.message()));
        }
    }

    /// Shows something that a question is about.
    pub(crate) fn say(text: &str) {
        let line = format!("{}\n", edge::plain(text));
        // A closed stderr changes nothing about what is done.
        let _ = anstream::stderr().lock().write_all(line.as_bytes());
    }

    /// Whether somebody can be asked.
    pub(crate) fn is_interactive() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks for `word` to be typed. Anything else is a no.
    pub(crate) fn confirm(question: &str, word: &str) -> Result<(), Failure> {
        if !Self::is_interactive() {
            return Err(Failure::usage("there is no terminal to ask on").hint("read it first, then add --yes"));
        }
        let asked = dialoguer::Input::<String>::new().with_prompt(question).allow_empty(true).interact_text();
        match asked {
            Ok(answer) if answer.trim() == word => Ok(()),
            Ok(_) => Err(Failure::refused(format!("`{word}` was not typed; nothing is signed"))),
            Err(why) => Err(Failure::new("the terminal cannot be read; nothing is signed").because(why)),
        }
    }

    /// Asks yes or no. No terminal is a no.
    pub(crate) fn agrees(question: &str) -> bool {
        Self::is_interactive()
            && dialoguer::Confirm::new().with_prompt(question).default(true).interact().unwrap_or(false)
    }
}

/// The policies, unless a pin says that they are others. Unpinned ones are warned about.
pub(crate) fn relied_on(shell: &Shell, chain: &Chain, pins: &[Pin]) -> Result<(), Failure> {
    let findings = holdpoint_core::policy::pinned(chain, pins);
    if pins.is_empty() {
        shell.warn("no pinned root says that this is the right policy; ask a colleague for it, then `holdpoint trust sha256:…`");
        return Ok(());
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(Failure::new("the policy is not the one that is pinned").findings(findings))
}
