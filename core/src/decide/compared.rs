//! What the formats of a release mean for those who have something else: the rules for pairs, with what is out on the sites asked.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Question, Standing, State};
use crate::compatibility::{Derived, Field, Matrix, Outlook, PairVerdict, Row, Shipped, matrix_md};
use crate::content::Content;
use crate::evidence::{Draft, Evidence, Records};
use crate::finding::{Code, Finding};
use crate::name::{ComponentName, RequirementName, SiteName};
use crate::policy::{Interface, KeepReadable, Policy};
use crate::release::Release;
use crate::rule::{self, Compared, Paper, Paragraph};

/// The sites on which something must be out to help this release: the one asked about, or all of the policy.
pub(super) fn sites(evidence: &Evidence, question: &Question) -> BTreeSet<SiteName> {
    match question {
        Question::Check => evidence.policy().sites().iter().map(|it| it.name.clone()).collect(),
        Question::Publish(site) => BTreeSet::from([site.clone()]),
    }
}

/// What customers have of other releases, and this one with these records.
pub fn field(evidence: &Evidence, records: Records<'_>, sites: &BTreeSet<SiteName>) -> Field {
    field_of(others(evidence), records, sites)
}

fn field_of<'a>(others: impl Iterator<Item = &'a Shipped>, records: Records<'_>, sites: &BTreeSet<SiteName>) -> Field {
    let Records { release, declared, artifacts } = records;
    let outlook = Outlook { sites, day: release.planned, takes_pre_releases: release.is_pre_release() };
    let has_artifact = |name: &ComponentName| artifacts.iter().any(|it| it.component == *name);
    Field::of_shipped(others, outlook).with_own(release, declared, &has_artifact)
}

/// Whether `matrix.md` is what those write who see the sites and find none of what is only recorded. Who cannot see them does not
/// know which of the two it has to be.
pub(super) fn is_of_what_is_listed(evidence: &Evidence) -> bool {
    let Some(records) = evidence.head().records() else { return false };
    let sights = &evidence.facts.sights;
    let unlisted = |it: &Shipped| {
        let mut it = it.clone();
        it.outings.iter_mut().for_each(|outing| outing.is_there &= outing.is_adopted || sights.sees(&outing.site));
        it
    };
    let others_there: Vec<Shipped> = others(evidence).map(unlisted).collect();
    let field = field_of(others_there.iter(), records, &sites(evidence, &Question::Check));
    let text = matrix_md(&Matrix::of(&Derived::new(evidence.policy(), &field), records.release));
    evidence.head().file("matrix.md").and_then(Content::bytes) == Some(text.as_bytes())
}

/// The matrix of a release with these records: as it would have to be for every site of the policy.
pub fn matrix(evidence: &Evidence, records: Records<'_>) -> Matrix {
    let field = field(evidence, records, &sites(evidence, &Question::Check));
    Matrix::of(&Derived::new(evidence.policy(), &field), records.release)
}

/// What came out of comparing a release with everything that customers have.
#[derive(Default)]
pub(super) struct Judged {
    /// How many pairs there are.
    pub(super) pairs: usize,
    /// What the rules say of them.
    pub(super) findings: Vec<Finding>,
    /// The pairs that fail, in words.
    pub(super) failing: Vec<String>,
}

impl Judged {
    /// What is signed as not applicable although somebody has to be told of a pair that fails.
    pub(super) fn skipped(&self, evidence: &Evidence, requirements: &[Standing]) -> Vec<Finding> {
        let Some(failing) = self.failing.first() else { return Vec::new() };
        let is_skipped = |it: &&Standing| it.state == State::NotApplicable && tells(evidence.policy(), &it.name);
        let told = |it: &Standing| {
            let version = &evidence.facts.version;
            let message = format!("`{}` is signed as not applicable, and {failing} do not work together", it.name);
            Finding::new(Code::Obligation, it.name.as_str(), message)
                .who(it.by.iter().cloned())
                .next(format!("holdpoint revoke {version} ID --reason \"…\"   (holdpoint log {version} shows the ids), then sign the text"))
        };
        requirements.iter().filter(is_skipped).map(told).collect()
    }
}

/// Whether a requirement covers one of the texts that tell people about failing pairs.
fn tells(policy: &Policy, requirement: &RequirementName) -> bool {
    let subjects = policy.requirement(requirement).into_iter().flat_map(|it| &it.subjects);
    subjects.into_iter().any(|it| matches!(it.as_str(), "kb.md" | "notice.md"))
}

/// The pairs of a release that fail, in words, if its requirement `name` covers a text that has to tell people about them.
pub fn to_be_told(evidence: &Evidence, name: &RequirementName) -> Vec<String> {
    if tells(evidence.policy(), name) { judged(evidence, &Question::Check).failing } else { Vec::new() }
}

/// How many pairs there are, and what the rules say of them.
pub(super) fn judged(evidence: &Evidence, question: &Question) -> Judged {
    let judge = |compared: &Compared<'_>| {
        let findings = rule::check_pairs(compared);
        let failing = compared.matrix.rows().filter(|it| it.verdict == PairVerdict::Fails).map(Row::words).collect();
        Judged { pairs: compared.derived.pairs().len(), findings, failing }
    };
    compare(evidence, evidence.head(), question, judge).unwrap_or_else(|| {
        let release = evidence.head().release();
        let findings = release.into_iter().flat_map(|it| rule::check_lockstep(evidence.policy(), it)).collect();
        Judged { findings, ..Judged::default() }
    })
}

/// What a document of a draft has to say of its pairs and does not say yet, to be completed.
pub fn to_be_written(evidence: &Evidence, draft: &Draft, paper: Paper) -> Vec<Paragraph> {
    compare(evidence, draft, &Question::Check, |it| rule::paragraphs(it, paper)).unwrap_or_default()
}

/// Compares a release with everything that customers have, if its records can be read and the policy names an interface.
fn compare<T>(
    evidence: &Evidence,
    draft: &Draft,
    question: &Question,
    judge: impl FnOnce(&Compared<'_>) -> T,
) -> Option<T> {
    let policy = evidence.policy();
    let records = draft.records()?;
    let Records { release, declared, .. } = records;
    if policy.interfaces().is_empty() {
        return None;
    }
    let (here, all) = (sites(evidence, question), sites(evidence, &Question::Check));
    let field_here = field(evidence, records, &here);
    let derived = Derived::new(policy, &field_here);
    let matrix = Matrix::of(&derived, release);
    // One text is signed, whatever site is asked about.
    let elsewhere = (here != all).then(|| field(evidence, records, &all));
    let everywhere = elsewhere.as_ref().map(|it| Derived::new(policy, it));
    let signed = everywhere.as_ref().map(|it| Matrix::of(it, release));
    Some(judge(&Compared {
        release,
        declared,
        policy,
        derived: &derived,
        matrix: &matrix,
        everywhere: everywhere.as_ref().unwrap_or(&derived),
        signed: signed.as_ref().unwrap_or(&matrix),
        written: draft.file("matrix.md").and_then(Content::bytes),
        shipped: &evidence.facts.shipped,
        article: draft.article(),
        notice: draft.notice(),
    }))
}

/// The other releases that are out.
fn others(evidence: &Evidence) -> impl Iterator<Item = &Shipped> {
    evidence.facts.shipped.iter().filter(|it| it.release != evidence.facts.version)
}

/// What customers have that is still in support today, and will not be on the day for which the release is planned: its matrix
/// leaves out what they would meet, so it waits for that day.
pub(super) fn left_out(evidence: &Evidence, release: &Release, today: Date) -> Vec<Finding> {
    let judged: Vec<&Interface> = evidence
        .policy()
        .interfaces()
        .iter()
        .filter(|it| it.kind.is_live() || it.keep_readable == KeepReadable::InSupport)
        .collect();
    let takes_part =
        |name: &ComponentName| judged.iter().any(|it| it.writers.contains(name) || it.readers.contains(name));
    if today >= release.planned || !release.components.iter().any(|it| takes_part(&it.name)) {
        return Vec::new();
    }
    let is_left_out = |it: &&Shipped| {
        (today..release.planned).contains(&it.support_until) && it.components.iter().any(|it| takes_part(&it.name))
    };
    let finding = |it: &Shipped| {
        let (version, day) = (&it.release, release.planned);
        let message = format!(
            "{version} is in support until {}, and what works with it is judged on {day}, the day for which this is planned",
            it.support_until
        );
        Finding::new(Code::TooEarly, format!("planned:{version}"), message).who(release.owner.iter().chain(&release.deputy).cloned()).next(
            format!(
                "wait until {day}, or set `planned` in `releases/{0}/release.toml` to the day on which it goes out: holdpoint matrix {0} --write   \
                 (then commit it, and have it signed)",
                release.version
            ),
        )
    };
    others(evidence).filter(is_left_out).map(finding).collect()
}

#[cfg(test)]
mod tests;
