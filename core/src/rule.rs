//! The rules for documents and for pairs: few, each with a reason. A rule judges facts that were gathered before; it fetches
//! nothing.

mod contradiction;
mod coverage;
mod day;
mod dead_link;
mod dropped_format;
mod fix;
mod hidden_text;
mod kb_contact;
mod kb_pairs;
mod kb_sections;
mod kb_status;
mod kb_version;
mod lockstep_split;
mod matrix_out_of_date;
mod mention;
mod no_route;
mod no_upgrade_order;
mod notice_date;
mod notice_pairs;
mod notice_sections;
mod notice_version;
mod obligation;
mod orphan_format;
mod placeholder;
mod same_bytes;
mod section;
mod undeclared;
mod unknown_pair;
mod unknown_word;
mod untested;
mod vacuous;

use std::collections::{BTreeMap, BTreeSet};

pub use self::fix::{Fix, Insertion, Paper, Paragraph, Wanted, complete};
use crate::compatibility::{Compatibility, Derived, Matrix, Shipped};
use crate::document::{Article, Notice, Plain, Words};
use crate::finding::{Finding, sort};
use crate::name::{ComponentName, SubjectPath, Version, escaped};
use crate::policy::{Levels, Policy};
use crate::release::Release;
pub(crate) use coverage::paragraphs;
pub use same_bytes::check_files;

/// What the rules judge: one release, and the documents in its folder.
#[derive(Debug)]
pub struct Dossier<'a> {
    /// The version of the release.
    pub version: &'a Version,
    /// What goes out with it.
    pub components: &'a [(ComponentName, Version)],
    /// The knowledge-base article, if it could be read.
    pub article: Option<&'a Article>,
    /// The customer notice, if it could be read.
    pub notice: Option<&'a Notice>,
    /// Every Markdown text of the release, article and notice included.
    pub texts: BTreeMap<SubjectPath, &'a Plain>,
    /// The paths of all files in the release folder, from that folder, with `/`.
    pub files: &'a BTreeSet<String>,
    /// The headings of the sections.
    pub words: &'a Words,
    /// What a placeholder, and the draft itself, weighs while the article is a draft.
    pub drafts: Drafts,
    /// What the policy says that the rules weigh.
    pub levels: &'a Levels,
}

/// What a placeholder, and the draft itself, weighs while the article's status is draft. No other rule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafts {
    /// As much as ever: before a release goes out.
    Count,
    /// Nothing: while the texts are being written.
    Warn,
}

/// All findings of all rules, worst first, as the policy weighs them.
pub fn check(dossier: &Dossier<'_>) -> Vec<Finding> {
    let rules = [
        kb_sections::check,
        kb_version::check,
        kb_status::check,
        kb_contact::check,
        notice_sections::check,
        notice_version::check,
        notice_date::check,
        hidden_text::check,
        placeholder::check,
        dead_link::check,
    ];
    let mut findings = rules.iter().flat_map(|rule| rule(dossier)).filter_map(|it| dossier.levels.weigh(it)).collect();
    sort(&mut findings);
    findings
}

/// What the rules for pairs judge: one release, beside everything that customers have.
pub struct Compared<'a> {
    /// The release.
    pub release: &'a Release,
    /// What it declares.
    pub declared: &'a Compatibility,
    /// The policy in force.
    pub policy: &'a Policy,
    /// What follows from the declarations.
    pub derived: &'a Derived<'a>,
    /// The same in rows.
    pub matrix: &'a Matrix,
    /// What follows for every site of the policy, wherever the release goes next: texts that go to all customers tell of this.
    pub everywhere: &'a Derived<'a>,
    /// The same in rows, as people sign it.
    pub signed: &'a Matrix,
    /// The bytes of `matrix.md`, if it is there.
    pub written: Option<&'a [u8]>,
    /// Every release that anything says is out; this one, too, if it is.
    pub shipped: &'a [Shipped],
    /// The knowledge-base article, if it could be read.
    pub article: Option<&'a Article>,
    /// The customer notice, if it could be read.
    pub notice: Option<&'a Notice>,
}

impl Compared<'_> {
    /// `compatibility.toml` of the release, from the coordination root.
    fn record(&self) -> String {
        format!("releases/{}/compatibility.toml", self.release.version)
    }
}

/// All findings of all rules for pairs, worst first.
pub fn check_pairs(compared: &Compared<'_>) -> Vec<Finding> {
    let rules = [
        unknown_word::check,
        undeclared::check,
        orphan_format::check,
        no_route::check,
        unknown_pair::check,
        contradiction::check,
        untested::check,
        dropped_format::check,
        |it: &Compared<'_>| lockstep_split::check(it.policy, it.release),
        no_upgrade_order::check,
        vacuous::check,
        obligation::check,
        kb_pairs::check,
        notice_pairs::check,
        matrix_out_of_date::check,
    ];
    let mut findings = rules.iter().flat_map(|rule| rule(compared)).collect();
    sort(&mut findings);
    findings
}

/// What is said of a release beside which nothing is compared: what goes together goes out together all the same.
pub fn check_lockstep(policy: &Policy, release: &Release) -> Vec<Finding> {
    lockstep_split::check(policy, release)
}

/// How many findings of one rule in one document are shown each on its own.
const SHOWN: usize = 25;

/// The first `SHOWN` of `faults` as findings; the last one says how many more there are. A list of a hundred thousand helps nobody.
fn first<T>(faults: impl IntoIterator<Item = T>, mut finding: impl FnMut(T) -> Finding) -> Vec<Finding> {
    let mut faults = faults.into_iter();
    let mut findings: Vec<Finding> = faults.by_ref().take(SHOWN).map(&mut finding).collect();
    let more = faults.count();
    if let Some(last) = findings.last_mut().filter(|_| more > 0) {
        last.message = format!("{}, and {more} more in this document", last.message);
    }
    findings
}

/// `text` from a document in backticks, harmless and of a sane length.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", escaped(&cut))
}

#[cfg(test)]
mod sample;
#[cfg(test)]
pub(crate) mod scene;
#[cfg(test)]
mod tests;
