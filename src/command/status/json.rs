//! The JSON of an answer about releases. What a customer may not know is left out, not empty.

use holdpoint_core::decide::{Outlet, Publication};
use holdpoint_core::release::Component;
use schemars::JsonSchema;
use serde::Serialize;

use super::Reader;
use super::account::{Account, Debt, Paper};
use super::sites::Shown;
use super::view::{Body, StatusView};
use super::words::answer;
use crate::answer::SourceJson;
use crate::render::json::{ArtifactJson, FindingJson, RequirementJson, SCHEMA, findings};

/// The answer of `holdpoint status`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "status")]
pub(crate) struct StatusJson {
    schema: u64,
    /// What was asked for; null: everything.
    asked: Option<String>,
    /// The answer in one sentence.
    answer: String,
    /// Where it comes from. Not for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceJson>,
    releases: Vec<ReleaseJson>,
    /// Who can find out, where nobody has recorded what was asked for. Empty for customers.
    who_can_find_out: Vec<String>,
    /// Why the record cannot be relied on. Empty for customers.
    findings: Vec<FindingJson>,
    exit_code: u8,
}

/// One release. What a customer may not know is left out with `--customer`.
#[derive(Debug, Serialize, JsonSchema)]
struct ReleaseJson {
    release: String,
    /// `published`, `adopted`, `publishing`, `clear`, `waiting`, `blocked`, `unverifiable` or `cancelled`. For customers
    /// `published`, `not-published` or `unknown`.
    state: String,
    /// Whether customers have it; null: it could not be told.
    out: Option<bool>,
    /// The answer in one sentence.
    answer: String,
    title: Option<String>,
    components: Vec<ComponentJson>,
    artifacts: Vec<ArtifactJson>,
    /// Where it is out.
    sites: Vec<SiteJson>,
    /// The last day of its support.
    support_until: Option<String>,
    notice: Option<PaperJson>,
    article: Option<PaperJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inside: Option<InsideJson>,
}

/// What only the vendor's people may know.
#[derive(Debug, Serialize, JsonSchema)]
struct InsideJson {
    planned: Option<String>,
    owner: Option<String>,
    deputy: Option<String>,
    requirements: Vec<RequirementJson>,
    /// What was waived, and is still owed.
    debts: Vec<DebtJson>,
    /// Sites that list it, though no publication is recorded.
    unrecorded_on: Vec<String>,
    findings: Vec<FindingJson>,
}

/// A component that goes out.
#[derive(Debug, Serialize, JsonSchema)]
struct ComponentJson {
    name: String,
    version: String,
}

/// A site that has it.
#[derive(Debug, Serialize, JsonSchema)]
struct SiteJson {
    site: String,
    /// Since when, as the signer claims.
    since: String,
    /// Whether the site's index lists it; null: it could not be seen from here.
    listed: Option<bool>,
    /// Whether it went out before the gate, or around it.
    outside_the_gate: bool,
}

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
struct PaperJson {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// Something that was waived, and is still owed.
#[derive(Debug, Serialize, JsonSchema)]
struct DebtJson {
    code: String,
    subject: String,
    by: Vec<String>,
}

impl StatusJson {
    /// The JSON of an answer.
    pub(super) fn of(view: &StatusView) -> Self {
        let is_desk = view.reader == Reader::Desk;
        let one = |account: &Account, subject: &str| {
            // A customer hears nothing of a version that is not out, unless they ask for it.
            let asked = view.asked.is_some() || is_desk || account.position.is_out();
            asked.then(|| ReleaseJson::of(account, answer(account, subject, view.today(), view.reader), view.reader))
        };
        let releases = match &view.body {
            Body::List { accounts, .. } => accounts.iter().filter_map(|it| one(it, &it.version.to_string())).collect(),
            Body::Answers(answers) => answers.iter().filter_map(|(it, subject)| one(it, subject)).collect(),
            Body::Nobody(_) | Body::Unreliable => Vec::new(),
        };
        let who = match &view.body {
            Body::Nobody(it) => it.who.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        Self {
            schema: SCHEMA,
            asked: view.asked.clone(),
            answer: view.headline(),
            source: is_desk.then(|| view.source.json()),
            releases,
            who_can_find_out: who,
            findings: if is_desk { findings(view.source.doubts()) } else { Vec::new() },
            exit_code: view.exit() as u8,
        }
    }
}

impl ReleaseJson {
    fn of(account: &Account, answer: String, reader: Reader) -> Self {
        let is_desk = reader == Reader::Desk;
        let is_told = account.is_told();
        let is_public = is_desk || account.position.is_out();
        let state = match (reader, is_told) {
            (Reader::Desk, _) => account.position.word(),
            (Reader::Customer, false) => "unknown",
            (Reader::Customer, true) if account.position.is_out() => "published",
            (Reader::Customer, true) => "not-published",
        };
        let release = account.release.as_ref().filter(|_| is_public);
        let article = account.article.as_ref().filter(|it| is_desk || (is_public && it.is_for_customers()));
        Self {
            release: account.version.to_string(),
            state: state.to_owned(),
            out: is_told.then(|| account.position.is_out()),
            answer,
            title: release.map(|it| it.title.to_string()),
            components: release.iter().flat_map(|it| &it.components).map(ComponentJson::of).collect(),
            artifacts: account.artifacts.iter().filter(|_| is_public).map(ArtifactJson::of).collect(),
            sites: account.publications.iter().filter(|_| is_public).map(SiteJson::of).collect(),
            support_until: release.map(|it| it.support_until.to_string()),
            notice: account.notice.as_ref().filter(|_| is_public).map(PaperJson::of),
            article: article.map(PaperJson::of),
            inside: is_desk.then(|| InsideJson::of(account)),
        }
    }
}

impl InsideJson {
    fn of(account: &Account) -> Self {
        let release = account.release.as_ref();
        Self {
            planned: release.map(|it| it.planned.to_string()),
            owner: release.and_then(|it| it.owner.as_ref()).map(ToString::to_string),
            deputy: release.and_then(|it| it.deputy.as_ref()).map(ToString::to_string),
            requirements: account.requirements.iter().map(RequirementJson::of).collect(),
            debts: account.debts.iter().map(DebtJson::of).collect(),
            unrecorded_on: account.unrecorded.iter().map(ToString::to_string).collect(),
            findings: findings(&account.findings),
        }
    }
}

impl DebtJson {
    fn of(it: &Debt) -> Self {
        let by = it.by.iter().map(ToString::to_string).collect();
        Self { code: it.code.to_string(), subject: it.about.clone(), by }
    }
}

impl ComponentJson {
    fn of(it: &Component) -> Self {
        Self { name: it.name.to_string(), version: it.version.to_string() }
    }
}

impl SiteJson {
    fn of((it, shown): &(Publication, Shown)) -> Self {
        Self {
            site: it.site.to_string(),
            since: it.at.to_string(),
            listed: match shown {
                Shown::Listed => Some(true),
                Shown::NotYet | Shown::Beside => Some(false),
                Shown::Dropped | Shown::Unknown(_) => None,
            },
            outside_the_gate: it.outlet == Outlet::Adopted,
        }
    }
}

impl PaperJson {
    fn of(it: &Paper) -> Self {
        Self { title: it.title.clone(), id: it.id.clone(), url: it.url.clone() }
    }
}
