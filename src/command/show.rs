//! `holdpoint show`: one statement, whether its signature is valid now, and how to verify it without this tool.

use clap::Args;
use holdpoint_core::decide::{Effect, effects};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::Finding;
use holdpoint_core::key::Signature;
use holdpoint_core::ledger::Entry;
use holdpoint_core::name::{Version, escaped, listed};
use holdpoint_core::policy::Policy;
use holdpoint_core::statement::Statement;

use super::log::deed;
use crate::answer::Source;
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::{Outcome, View};
use crate::render::json::value;
use crate::render::{next_steps, paint, wrap};
use crate::shell::{Reading, Shell};

mod json;
mod stock;

pub(crate) use json::ShowJson;

/// Show a statement, and how to verify it with stock tools
///
/// Finds the entry whose id begins with ID, shows what it says, whether its signature is valid now and by whom, and prints
/// the two commands with which anybody can verify it without this tool.
///
/// Exit codes: 0 it is valid, 2 bad usage, such as an id that no ledger has, 4 it is not valid.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The id, or the first digits of it: at least 4
    id: String,
    /// Look only at this release
    version: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

/// The fewest digits that name an entry.
const SHORTEST: usize = 4;

/// A file of a ledger.
struct Found {
    version: Version,
    /// Its name, without `.toml`.
    name: String,
}

/// Shows it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { id, version, reading } = options;
    let repo = shell.repo()?;
    let record = shell.record(&repo, &reading)?;
    let (source, policy) = Source::reliable(shell, &record, &reading)?;
    let versions = match &version {
        Some(version) => vec![record.one(version)?],
        None => record.versions()?.into_iter().collect(),
    };
    let prefix = id.to_lowercase();
    let prefix = prefix.trim_end_matches(".sig").trim_end_matches(".toml");
    let mut papers = Vec::new();
    for found in find(&record, prefix, versions)? {
        let evidence = record.plain_evidence(&found.version)?;
        let evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
        papers.push(Paper::of(&evidence, &found, &policy, shell));
    }
    let stock = stock::Place::of(&repo, &record)?;
    Ok(Outcome::new(exit(&papers), ShowView { source, papers, stock }))
}

fn exit(papers: &[Paper]) -> Exit {
    if papers.iter().all(|it| it.entry.is_some()) { Exit::Done } else { Exit::Unable }
}

/// The file that `prefix` means; several only where one was copied into other ledgers. Only names are read.
fn find(record: &Record<'_>, prefix: &str, versions: Vec<Version>) -> Result<Vec<Found>, Failure> {
    let list = "see the ids with `holdpoint log VERSION`";
    if prefix.len() < SHORTEST {
        return Err(Failure::usage(format!("`{}` is too short to mean one entry", escaped(prefix)))
            .hint(format!("write at least {SHORTEST} digits; {list}")));
    }
    let mut found: Vec<Found> = Vec::new();
    for version in versions {
        let mut names: Vec<String> = record.ledger_names(&version)?.iter().map(|it| stem(it).to_owned()).collect();
        names.dedup();
        let fitting = names.into_iter().filter(|it| it.starts_with(prefix));
        found.extend(fitting.map(|name| Found { version: version.clone(), name }));
    }
    let mut names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [_] => Ok(found),
        [] => Err(Failure::usage(format!("no ledger has an entry `{}`", escaped(prefix))).hint(list)),
        several => {
            let ids = several.iter().take(5).map(|it| escaped(&it.chars().take(12).collect::<String>()));
            Err(Failure::usage(format!("`{}` means {} entries", escaped(prefix), several.len()))
                .because(format!("among them {}", listed(ids, "and")))
                .hint("write more digits"))
        }
    }
}

/// The name of a statement's file, or of its signature's, without what comes after the id.
fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".sig").unwrap_or(name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// A statement as it lies in a ledger, valid or not.
struct Paper {
    version: Version,
    name: String,
    /// The text of the file, if it is text.
    text: String,
    /// What it says, if it can be read.
    statement: Option<Statement>,
    /// The entry and what it does now, if it is valid.
    entry: Option<(Entry, Effect)>,
    /// The fingerprint of the key that signed it.
    key: Option<String>,
    /// Why it is not valid.
    faults: Vec<Finding>,
    policy: u64,
}

impl Paper {
    fn of(evidence: &Evidence, found: &Found, policy: &Policy, shell: &Shell) -> Self {
        let file = |ending: &str| evidence.ledger_file(&format!("{}{ending}", found.name));
        let bytes = file(".toml").or_else(|| file("")).unwrap_or_default();
        let signature = file(".toml.sig").and_then(|it| Signature::parse(it).ok());
        let entry = found.name.parse().ok().and_then(|id| evidence.ledger().get(&id)).cloned();
        let entry = entry.and_then(|it| {
            let effect = effects(evidence, shell.now()).remove(&it.id)?;
            Some((it, effect))
        });
        // The newest ring that has the key; of what is not valid, the one in force.
        let policy = entry.as_ref().map_or(policy.number(), |it: &(Entry, Effect)| it.0.newest_policy());
        let place = format!("releases/{}/ledger/{}", found.version, escaped(&found.name));
        let faults = evidence.faults().iter().filter(|it| it.about.starts_with(&place)).cloned().collect();
        Self {
            version: found.version.clone(),
            name: found.name.clone(),
            text: String::from_utf8_lossy(bytes).into_owned(),
            statement: Statement::parse(bytes).ok(),
            entry,
            key: signature.map(|it| it.key().fingerprint()),
            faults,
            policy,
        }
    }

    fn short(&self) -> String {
        escaped(&self.name.chars().take(8).collect::<String>())
    }

    /// The answer: one sentence.
    fn answer(&self) -> String {
        let (short, version) = (self.short(), &self.version);
        if let Some((entry, _)) = &self.entry {
            let Statement { by, .. } = &entry.statement;
            return format!("{short}: {} for {version}, validly signed by {by}.", deed(&entry.statement));
        }
        let why = self.faults.first().map_or("it is no entry", |it| it.message.as_str());
        format!("{short} in {version} is NOT VALID: {}.", escaped(why))
    }

    /// The text as it may be shown: nothing in it can speak to the terminal.
    fn shown(&self) -> String {
        self.text.lines().flat_map(|it| ["  ".to_owned(), escaped(it), "\n".to_owned()]).collect()
    }

    /// The two facts that the text itself does not have.
    fn notes(&self) -> Vec<String> {
        let key = self.key.as_ref().map(|it| format!("key {it}, of policy {}", self.policy));
        let effect = self.entry.as_ref().map(|(_, effect)| match effect.why() {
            Some(why) => format!("{}: {}", effect.word(), escaped(&why)),
            None => effect.word().to_owned(),
        });
        key.filter(|_| self.entry.is_some()).into_iter().chain(effect).collect()
    }
}

struct ShowView {
    source: Source,
    /// At least one.
    papers: Vec<Paper>,
    stock: stock::Place,
}

impl ShowView {
    fn block(&self, it: &Paper) -> String {
        let answer = wrap::hanging(&format!("{}{}", it.answer(), self.source.mark()), 0);
        let mut out = format!("{}\n\n{}", paint::bold(&answer), it.shown());
        let notes = it.notes();
        out.push_str(if notes.is_empty() { "" } else { "\n" });
        out.extend(notes.iter().map(|it| format!("  {}\n", paint::dim(it))));
        match &it.statement {
            Some(statement) => {
                let hint = self.stock.hint();
                out.push_str(&format!("\nverify it yourself{hint}:\n"));
                out.extend(self.stock.commands(it, statement).iter().map(|it| format!("  {it}\n")));
            }
            None => out.push_str("\nIt cannot be read as a statement, so there is nothing to verify.\n"),
        }
        out.push_str(&next_steps(&it.faults));
        out
    }
}

impl View for ShowView {
    fn human(&self) -> String {
        let blocks: Vec<String> = self.papers.iter().map(|it| self.block(it)).collect();
        format!("{}\n{}\n", blocks.join("\n"), paint::dim(&self.source.line()))
    }

    fn json(&self) -> serde_json::Value {
        value(&ShowJson::of(self))
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_statement_and_its_signature_have_one_id() {
        assert_eq!(stem("abcd.toml"), "abcd");
        assert_eq!(stem("abcd.toml.sig"), "abcd");
        assert_eq!(stem("junk"), "junk");
    }
}
