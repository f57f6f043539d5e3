//! What `init` says: the root, who has to know it, and what comes next.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::name::{Person, listed};
use holdpoint_core::policy::Policy;
use schemars::JsonSchema;
use serde::Serialize;

use super::charter::Charter;
use crate::outcome::View;
use crate::render::json::{PolicyJson, SCHEMA, value};
use crate::render::{paint, wrap};
use crate::share::Shared;
use crate::shell::PIN_VARIABLE;

/// The first policy, in place.
pub(super) struct Founded {
    pub(super) policy: Policy,
    pub(super) root: String,
    pub(super) charter: Charter,
    pub(super) paths: Vec<String>,
    pub(super) doubts: Vec<String>,
    pub(super) shared: Shared,
    pub(super) committed: bool,
}

/// The answer of `holdpoint init`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "init")]
pub(crate) struct InitJson {
    schema: u64,
    /// The root, as CI and colleagues pin it.
    root: String,
    policy: PolicyJson,
    project: String,
    /// Where the coordination root lies in the repository.
    path: String,
    /// The branch of record.
    branch: String,
    /// Whether one person fills one seat per release.
    distinct: bool,
    owners: Vec<String>,
    /// The people of each role.
    roles: BTreeMap<String, Vec<String>>,
    machines: Vec<String>,
    /// The files that were written, from the coordination root.
    files: Vec<String>,
    warnings: Vec<String>,
    /// Whether others see them.
    shared: bool,
    /// The same in words, or what to do about it.
    message: String,
    exit_code: u8,
}

impl Founded {
    /// One line for each fact about the policy: a word, and what it stands for.
    fn facts(&self) -> Vec<(String, String)> {
        let policy = &self.policy;
        let named = |people: &BTreeSet<Person>| listed(people, "and");
        let mut facts = vec![("owners".to_owned(), named(&policy.owners().members))];
        facts.extend(self.charter.roles.iter().map(|(role, people)| (role.to_string(), named(people))));
        let seats = if policy.distinct() { "one person, one seat per release" } else { "one person may fill several" };
        facts.push(("seats".to_owned(), seats.to_owned()));
        facts.push(("branch".to_owned(), policy.branch().to_owned()));
        facts.extend(policy.sites().iter().map(|it| (format!("site {}", it.name), it.url.clone())));
        if !self.charter.ground.path.is_empty() {
            facts.push(("folder".to_owned(), self.charter.ground.path.clone()));
        }
        facts
    }

    fn owner(&self) -> String {
        self.policy.owners().members.iter().next().map(ToString::to_string).unwrap_or_default()
    }

    /// The next command, with names that are known already.
    fn next(&self) -> String {
        let owner = self.owner();
        let deputy = self.policy.ring().people().find(|it| it.as_str() != owner && !self.policy.is_machine(it));
        let deputy = deputy.map_or_else(|| "EMAIL".to_owned(), ToString::to_string);
        format!("holdpoint new VERSION --component NAME --owner {owner} --deputy {deputy} --planned DATE --support-until DATE")
    }
}

impl View for Founded {
    fn human(&self) -> String {
        let root = &self.root;
        let done = if self.committed { "signed, committed and pinned here" } else { "signed, and pinned here" };
        let facts = self.facts();
        let widest = facts.iter().map(|(word, _)| word.len()).max().unwrap_or_default();
        let fact = |(word, what): (String, String)| {
            let what = wrap::hanging(&what, widest + 4);
            format!("  {word:widest$}  {what}\n")
        };
        let facts: String = facts.into_iter().map(fact).collect();
        let commit = format!("git add {} && git commit -m \"Set up Holdpoint\"\n      ", self.paths.join(" "));
        let first = if self.committed { String::new() } else { commit };
        format!(
            "policy 0001 of {} is {done}\n\n{facts}\nroot: {}\n  for CI, in its protected settings:   {PIN_VARIABLE}={root}\n  \
             for colleagues, once in each clone:  holdpoint trust {root}\n\nnext: {first}{}\n\n{}\n",
            self.policy.project(),
            paint::bold(root),
            self.next(),
            self.shared.line()
        )
    }

    fn json(&self) -> serde_json::Value {
        let names = |people: &BTreeSet<Person>| -> Vec<String> {
            people.iter().map(ToString::to_string).collect()
        };
        let roles = self.charter.roles.iter().map(|(role, people)| (role.to_string(), names(people)));
        value(&InitJson {
            schema: SCHEMA,
            root: self.root.clone(),
            policy: PolicyJson { number: self.policy.number(), sha256: self.policy.digest().to_string() },
            project: self.policy.project().to_string(),
            path: self.charter.ground.path.clone(),
            branch: self.policy.branch().to_owned(),
            distinct: self.policy.distinct(),
            owners: names(&self.policy.owners().members),
            roles: roles.collect(),
            machines: names(&self.charter.machines),
            files: self.paths.clone(),
            warnings: self.doubts.clone(),
            shared: self.shared.is_yes(),
            message: self.shared.line(),
            exit_code: 0,
        })
    }
}
