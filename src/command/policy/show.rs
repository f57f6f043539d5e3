//! `holdpoint policy show`: a policy of the chain, with its text, its digest, and the people behind it.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::name::{Person, escaped, listed};
use holdpoint_core::policy::{Policy, SiteRule, folder};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Source, SourceJson};
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::{Outcome, View};
use crate::render::json::{SCHEMA, value};
use crate::render::{paint, wrap};
use crate::shell::{Reading, Shell};

/// Show the policy in force, or an earlier one
///
/// Prints its number and digest (what can be pinned), its owners, the people of each role, who has signed it, and its text.
///
/// Exit codes: 0 shown, 2 bad usage, such as a number that there is not, 4 the policies cannot be relied on.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The number of the policy [default: the one in force]
    number: Option<u64>,
    #[command(flatten)]
    reading: Reading,
}

/// The answer of `holdpoint policy show`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "policy show")]
pub(crate) struct PolicyShowJson {
    schema: u64,
    source: SourceJson,
    number: u64,
    /// The SHA-256 of `policy.toml`, which can be pinned.
    sha256: String,
    /// Whether it is the one in force.
    in_force: bool,
    /// The SHA-256 of the policy before it; null for the first.
    previous: Option<String>,
    /// The commit where the proof of history begins; null: the first one.
    checkpoint: Option<String>,
    project: String,
    branch: String,
    owners: Vec<String>,
    /// How many owners speak for all.
    threshold: usize,
    /// The people and machines of each role.
    roles: BTreeMap<String, Vec<String>>,
    /// Those who are no people: they count in no threshold.
    machines: Vec<String>,
    /// The rules for documents whose level it sets: `error`, `warning` or `off`.
    levels: BTreeMap<String, String>,
    sites: Vec<SiteJson>,
    signed_by: Vec<String>,
    /// The text of `policy.toml`.
    text: String,
    exit_code: u8,
}

/// A place where customers download, as the policy has it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PolicySiteJson")]
struct SiteJson {
    name: String,
    url: String,
    /// The address that customers see; null if the policy does not say.
    public: Option<String>,
    /// The page for people; null where the web site has its own.
    page: Option<String>,
    /// What belongs to the web site around it.
    beside: Vec<String>,
    /// What the owners accept of it: `no-locks`, `linked-folders`.
    accept: Vec<String>,
}

impl SiteJson {
    fn of(rule: &SiteRule) -> Self {
        Self {
            name: rule.name.to_string(),
            url: rule.url.clone(),
            public: rule.public.as_ref().map(ToString::to_string),
            page: rule.page.clone(),
            beside: rule.beside.iter().map(ToString::to_string).collect(),
            accept: rule.accept.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Shows it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { number, reading } = options;
    let repo = shell.repo()?;
    let record = shell.record(&repo, &reading)?;
    let (source, current) = Source::reliable(shell, &record, &reading)?;
    let chain = record.chain_or_fail()?;
    let number = number.unwrap_or(current.number());
    let policy = chain.of_number(number).cloned().ok_or_else(|| {
        Failure::usage(format!("there is no policy {number}"))
            .hint(format!("the one in force is policy {}: holdpoint policy show", current.number()))
    })?;
    let in_force = number == current.number();
    let text = record.policy_file(&format!("{}/policy.toml", folder(number)))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let signed_by = signers(&record, number)?;
    Ok(Outcome::new(Exit::Done, Shown { source, policy, in_force, signed_by, text }))
}

/// Who has signed an adopted policy: its signatures are named after them, and each was verified with the chain.
fn signers(record: &Record<'_>, number: u64) -> Result<Vec<Person>, Failure> {
    let folder = folder(number);
    let files = record.policy_files()?;
    let name = |path: &String| path.strip_prefix(&folder)?.strip_prefix('/')?.strip_suffix(".sig")?.parse().ok();
    Ok(files.keys().filter_map(name).collect())
}

struct Shown {
    source: Source,
    policy: Policy,
    in_force: bool,
    signed_by: Vec<Person>,
    text: String,
}

impl Shown {
    /// The facts, each with its name.
    fn facts(&self) -> Vec<(String, String)> {
        let policy = &self.policy;
        let owners = policy.owners();
        let members = owners.members.len();
        let mut facts = vec![
            ("root".to_owned(), format!("sha256:{}", policy.digest())),
            ("owners".to_owned(), format!("{} of {members} speak for all: {}", owners.needed, listed(&owners.members, "and"))),
        ];
        facts.extend(policy.roles().iter().map(|(role, people)| (role.to_string(), listed(people, "and"))));
        let machines: Vec<&Person> = policy.ring().people().filter(|it| policy.is_machine(it)).collect();
        if !machines.is_empty() {
            facts.push(("machines".to_owned(), listed(machines, "and")));
        }
        facts.push(("branch".to_owned(), policy.branch().to_owned()));
        let levels: Vec<String> = policy.levels().set().map(|(code, level)| format!("{code} {level}")).collect();
        if !levels.is_empty() {
            facts.push(("levels".to_owned(), listed(&levels, "and")));
        }
        facts.push(("signed by".to_owned(), listed(&self.signed_by, "and")));
        facts
    }
}

impl View for Shown {
    fn human(&self) -> String {
        let number = self.policy.number();
        let state = if self.in_force { "is in force" } else { "is of the past" };
        let answer = format!("Policy {number} of {} {state}.{}", self.policy.project(), self.source.mark());
        let facts = self.facts();
        let widest = facts.iter().map(|it| it.0.len()).max().unwrap_or_default();
        let mut out = format!("{}\n\n", paint::bold(&wrap::hanging(&answer, 0)));
        out.extend(facts.iter().map(|(name, what)| format!("  {name:widest$}  {}\n", wrap::hanging(what, widest + 4))));
        out.push('\n');
        out.extend(self.text.lines().map(|it| format!("  {}\n", escaped(&it.replace('\t', "    "))).replace("  \n", "\n")));
        format!("{out}\n{}\n", paint::dim(&self.source.line()))
    }

    fn json(&self) -> serde_json::Value {
        let policy = &self.policy;
        let names = |people: &mut dyn Iterator<Item = &Person>| people.map(ToString::to_string).collect::<Vec<_>>();
        value(&PolicyShowJson {
            schema: SCHEMA,
            source: self.source.json(),
            number: policy.number(),
            sha256: policy.digest().to_string(),
            in_force: self.in_force,
            previous: policy.previous().map(|it| it.to_string()),
            checkpoint: policy.checkpoint().map(str::to_owned),
            project: policy.project().to_string(),
            branch: policy.branch().to_owned(),
            owners: names(&mut policy.owners().members.iter()),
            threshold: policy.owners().needed,
            roles: policy.roles().iter().map(|(role, it)| (role.to_string(), names(&mut it.iter()))).collect(),
            machines: names(&mut policy.ring().people().filter(|it| policy.is_machine(it))),
            levels: policy.levels().set().map(|(code, level)| (code.to_string(), level.to_string())).collect(),
            sites: policy.sites().iter().map(SiteJson::of).collect(),
            signed_by: names(&mut self.signed_by.iter()),
            text: self.text.clone(),
            exit_code: 0,
        })
    }
}
