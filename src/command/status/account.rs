//! What is known about one release, for somebody who asks whether it is out.

use holdpoint_core::decide::{Decision, Outlet, Publication, Publicity, Standing, State, Texts, lint};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::{Draft, Evidence};
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{ComponentName, Person, SiteName, Version, listed};
use holdpoint_core::release::Release;
use holdpoint_core::statement::{Act, Artifact};

use super::sites::{Looks, Shown, listing, shown};

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Position {
    /// It is out.
    Published,
    /// It is out, and went there outside the gate.
    Adopted,
    /// It is recorded, and no site shows it yet.
    Publishing,
    /// It may go out, and nobody has published it.
    Clear,
    /// Only sign-offs, or the day, are missing.
    Waiting,
    /// Somebody said no, or a rule is broken.
    Blocked,
    /// It could not be told.
    Unverifiable,
    /// It was cancelled.
    Cancelled,
}

impl Position {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Adopted => "adopted",
            Self::Publishing => "publishing",
            Self::Clear => "clear",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Unverifiable => "unverifiable",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether customers have it.
    pub(super) fn is_out(self) -> bool {
        matches!(self, Self::Published | Self::Adopted)
    }
}

/// Something that was let pass by people on duty, and is still owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Debt {
    /// The finding that was waived.
    pub(super) code: Code,
    /// What it is about.
    pub(super) about: String,
    /// Who let it pass.
    pub(super) by: Vec<Person>,
}

/// What is known about one release.
pub(super) struct Account {
    pub(super) version: Version,
    pub(super) position: Position,
    /// Whether it cannot be told with what it went out, or whether it did.
    pub(super) is_doubted: bool,
    pub(super) publications: Vec<(Publication, Shown)>,
    /// Sites that list it, though nothing is recorded.
    pub(super) unrecorded: Vec<SiteName>,
    pub(super) requirements: Vec<Standing>,
    /// Every reason, without what is said about the record as a whole.
    pub(super) findings: Vec<Finding>,
    pub(super) debts: Vec<Debt>,
    pub(super) release: Option<Release>,
    pub(super) artifacts: Vec<Artifact>,
    pub(super) article: Option<Paper>,
    pub(super) notice: Option<Paper>,
    /// Who can put it on a site.
    pub(super) publishers: Vec<Person>,
}

/// A document that one can point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paper {
    pub(super) title: String,
    pub(super) id: Option<String>,
    pub(super) url: Option<String>,
    pub(super) audience: Vec<String>,
}

impl Account {
    /// What the evidence, the decision about it and the sites tell together.
    pub(super) fn of(
        evidence: &Evidence,
        decision: Decision,
        looks: &Looks,
        (publicity, texts): (&Publicity, &Texts),
    ) -> Self {
        let version = evidence.facts().version.clone();
        // A missing pin is said of the whole answer.
        let findings: Vec<Finding> =
            decision.findings.into_iter().filter(|it| it.code != Code::RootUnpinned).collect();
        let with_sight = |it: Publication| {
            let shown = shown(looks, &version, &it);
            (it, shown)
        };
        let publications: Vec<(Publication, Shown)> = decision.publications.into_iter().map(with_sight).collect();
        let unrecorded =
            if publications.is_empty() { listing(looks, |it| it.version == version) } else { Vec::new() };
        let debts = debts(evidence, &publications, &findings, &decision.requirements);
        let drafted = || publicity.draft().and_then(Draft::artifacts).map(<[Artifact]>::to_vec);
        let artifacts = publications.first().map(|it| it.0.artifacts.clone());
        let artifacts = artifacts.or_else(drafted).unwrap_or_default();
        Self {
            position: position(&publications, &findings, publicity),
            is_doubted: !publicity.doubts().is_empty(),
            publications,
            unrecorded,
            requirements: decision.requirements,
            findings,
            debts,
            release: publicity.release().cloned(),
            artifacts,
            article: texts.article.as_ref().map(|it| Paper {
                title: it.title().value.to_string(),
                id: it.id().map(ToString::to_string),
                url: it.url().map(ToString::to_string),
                audience: it.audience().value.iter().map(ToString::to_string).collect(),
            }),
            notice: texts.notice.as_ref().map(|it| Paper {
                title: it.title().value.to_string(),
                id: None,
                url: None,
                audience: Vec::new(),
            }),
            publishers: evidence.policy().publishers().into_iter().collect(),
            version,
        }
    }

    /// Whether it could be told.
    pub(super) fn is_told(&self) -> bool {
        self.position != Position::Unverifiable && !self.is_doubted && self.unrecorded.is_empty()
    }

    /// The requirements that are not satisfied.
    pub(super) fn owed(&self) -> Vec<&Standing> {
        self.requirements.iter().filter(|it| !it.is_satisfied()).collect()
    }

    /// The findings that weigh at least as much as `severity`.
    pub(super) fn weighty(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |it| it.severity >= severity)
    }

    /// The version under which a component goes out.
    pub(super) fn version_of(&self, component: &ComponentName) -> Option<&Version> {
        let components = self.release.iter().flat_map(|it| &it.components);
        components.into_iter().find(|it| it.name == *component).map(|it| &it.version)
    }
}

/// Whether customers have it: what went out outside the gate needs no index.
pub(in crate::command) fn is_visible((publication, shown): &(Publication, Shown)) -> bool {
    publication.outlet == Outlet::Adopted || *shown != Shown::NotYet
}

/// Where a release stands, by its publications and else by the worst that speaks against it.
fn position(publications: &[(Publication, Shown)], findings: &[Finding], publicity: &Publicity) -> Position {
    let outlets: Vec<Outlet> = publications.iter().filter(|it| is_visible(it)).map(|(it, _)| it.outlet).collect();
    if outlets.contains(&Outlet::Published) {
        return Position::Published;
    }
    if !outlets.is_empty() {
        return Position::Adopted;
    }
    if !publications.is_empty() {
        return Position::Publishing;
    }
    if !publicity.doubts().is_empty() {
        return Position::Unverifiable;
    }
    match findings.iter().map(|it| it.severity).max() {
        Some(Severity::Unverifiable) => Position::Unverifiable,
        Some(Severity::Blocked) if findings.iter().any(|it| it.code == Code::Cancelled) => Position::Cancelled,
        Some(Severity::Blocked) => Position::Blocked,
        Some(Severity::Waiting) => Position::Waiting,
        Some(Severity::Warning) | None => Position::Clear,
    }
}

/// What was waived and is owed: what a publication relied on and was not made good since, or what is waived now.
fn debts(
    evidence: &Evidence,
    publications: &[(Publication, Shown)],
    findings: &[Finding],
    requirements: &[Standing],
) -> Vec<Debt> {
    if publications.is_empty() {
        let waived = findings.iter().filter(|it| it.severity == Severity::Warning && it.code.meaning().waivable);
        let waived = waived.filter(|it| evidence.policy().weight(it.code) > Severity::Warning);
        let by = |it: &Finding| {
            let waived = requirements.iter().find(|standing| standing.state == State::Waived && standing.name.as_str() == it.about);
            waived.map_or_else(|| waivers(evidence, it.code, &it.about, None), |it| it.by.clone())
        };
        return waived.map(|it| Debt { code: it.code, about: it.about.clone(), by: by(it) }).collect();
    }
    let mut debts: Vec<Debt> = Vec::new();
    let wrong_now = lint(evidence);
    for relied in publications.iter().filter_map(|(it, _)| relied(evidence, &it.id)) {
        for id in relied {
            let Some(Act::Waive { finding, about, .. }) = evidence.ledger().get(id).map(|it| &it.statement.act) else {
                continue;
            };
            let about = about.to_string();
            let owed = match finding.meaning().about {
                "requirement" => requirements.iter().any(|it| it.name.as_str() == about && is_owed(it)),
                _ => wrong_now.iter().any(|it| it.code == *finding && it.about == about),
            };
            if owed && !debts.iter().any(|it| it.code == *finding && it.about == about) {
                let by = waivers(evidence, *finding, &about, Some(relied));
                debts.push(Debt { code: *finding, about, by });
            }
        }
    }
    debts
}

/// Whether nobody has signed a requirement off: a waiver that still runs is a debt all the same.
fn is_owed(standing: &Standing) -> bool {
    !standing.is_satisfied() || standing.state == State::Waived
}

/// The entries that a publication rested on.
fn relied<'e>(evidence: &'e Evidence, id: &Digest) -> Option<&'e [Digest]> {
    match &evidence.ledger().get(id)?.statement.act {
        Act::Publish { relied, .. } => Some(relied),
        _ => None,
    }
}

/// Who waived a finding, among the entries `of`, or at all.
fn waivers(evidence: &Evidence, code: Code, subject: &str, of: Option<&[Digest]>) -> Vec<Person> {
    let waives = evidence.ledger().in_order().into_iter().filter(|it| {
        let counted = of.is_none_or(|of| of.contains(&it.id));
        counted && matches!(&it.statement.act, Act::Waive { finding, about, .. } if *finding == code && about.as_str() == subject)
    });
    let mut by: Vec<Person> = waives.map(|it| it.statement.by.clone()).collect();
    by.sort();
    by.dedup();
    by
}

impl Paper {
    /// Whether it was written for the customers themselves.
    pub(super) fn is_for_customers(&self) -> bool {
        let is = |it: &String| matches!(it.to_lowercase().as_str(), "customer" | "customers" | "public" | "everybody");
        self.audience.iter().any(is)
    }
}

impl Debt {
    /// As it is said: "`notice` was missing; dana@example.com and sam@example.com let it pass".
    pub(super) fn words(&self) -> String {
        format!("`{}` of `{}` was waived by {}", self.code, holdpoint_core::name::escaped(&self.about), listed(&self.by, "and"))
    }
}
