//! The JSON of who answers for a release.

use std::collections::BTreeSet;

use holdpoint_core::name::Person;
use holdpoint_core::policy::Quorum;
use schemars::JsonSchema;
use serde::Serialize;

use super::{People, WhoView};
use crate::answer::SourceJson;
use crate::render::json::{RequirementJson, SCHEMA};

/// The answer of `holdpoint who`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "who")]
pub(crate) struct WhoJson {
    schema: u64,
    /// The answer in one sentence.
    answer: String,
    source: SourceJson,
    /// What was asked for; empty where nobody has recorded it.
    releases: Vec<PeopleJson>,
    /// Who may publish.
    publishers: Vec<String>,
    /// Those of them, and of others, who are machines.
    machines: Vec<String>,
    /// Who lifts a hold that somebody else placed.
    lifters: QuorumJson,
    /// Who may set a finding aside; null: nobody.
    waivers: Option<QuorumJson>,
    exit_code: u8,
}

/// The people around one release.
#[derive(Debug, Serialize, JsonSchema)]
struct PeopleJson {
    release: String,
    owner: Option<String>,
    deputy: Option<String>,
    requirements: Vec<SeatsJson>,
    /// What must be done now, and by whom.
    duties: Vec<DutyJson>,
}

/// A requirement, with everybody who can sign it.
#[derive(Debug, Serialize, JsonSchema)]
struct SeatsJson {
    requirement: RequirementJson,
    /// The people who can sign.
    can_sign: Vec<String>,
}

/// Something that somebody must do.
#[derive(Debug, Serialize, JsonSchema)]
struct DutyJson {
    what: String,
    /// Everybody who can.
    who: Vec<String>,
    /// The exact next command, or the edit to make.
    next: String,
}

/// Some people, of whom enough must agree.
#[derive(Debug, Serialize, JsonSchema)]
struct QuorumJson {
    role: Option<String>,
    members: Vec<String>,
    needed: usize,
}

impl WhoJson {
    pub(super) fn of(view: &WhoView) -> Self {
        let policy = &view.policy;
        let everybody = policy.ring().people();
        Self {
            schema: SCHEMA,
            answer: view.answer(),
            source: view.source.json(),
            releases: view.releases.iter().map(|it| PeopleJson::of(it, view)).collect(),
            publishers: names(&policy.publishers()),
            machines: everybody.filter(|it| policy.is_machine(it)).map(ToString::to_string).collect(),
            lifters: QuorumJson::of(policy.lifters()),
            waivers: policy.waiver().map(|it| QuorumJson::of(&it.quorum)),
            exit_code: view.exit() as u8,
        }
    }
}

impl PeopleJson {
    fn of(it: &People, view: &WhoView) -> Self {
        let pairs = it.requirements.iter().zip(view.policy.requirements());
        let seats = pairs.map(|(standing, requirement)| SeatsJson {
            requirement: RequirementJson::of(standing),
            can_sign: names(&view.policy.signers_of(requirement)),
        });
        let duty = |it: &super::Duty| DutyJson {
            what: it.what.clone(),
            who: it.who.iter().map(ToString::to_string).collect(),
            next: it.next.clone(),
        };
        Self {
            release: it.version.to_string(),
            owner: it.owner().map(ToString::to_string),
            deputy: it.deputy().map(ToString::to_string),
            requirements: seats.collect(),
            duties: it.duties.iter().map(duty).collect(),
        }
    }
}

impl QuorumJson {
    fn of(it: &Quorum) -> Self {
        Self { role: it.role.as_ref().map(ToString::to_string), members: names(&it.members), needed: it.needed }
    }
}

fn names(people: &BTreeSet<Person>) -> Vec<String> {
    people.iter().map(ToString::to_string).collect()
}
