//! The policy: who decides what. A policy that exists keeps every promise it makes.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::document::Words;
use crate::finding::{Code, Severity};
use crate::key::{AttestKey, Namespace, Ring};
use crate::name::{InterfaceName, Person, Project, RequirementName, RoleName, SiteName, SubjectPath, Text, Version};

mod address;
mod attest;
mod chain;
mod claimed;
mod interface;
mod kb;
mod levels;
mod lockstep;
mod pin;
mod read;
mod room;
mod sealed;
mod seats;
mod signatures;
mod site;

pub use address::{Address, wrong_repository};
pub use chain::{Chain, LARGEST_SIGNATURE, PolicyFiles, Proposal, number_of};
pub use claimed::claimed_number;
pub use interface::{Evidenced, Interface, InterfaceKind, KeepReadable, Mark, Signature};
pub use kb::{ARTICLE_FILE, BodyFormat, HeaderName, KbRule, Pointer, Pointers, Shape, Variable};
pub use levels::{Level, Levels, SETTABLE};
pub use lockstep::Lockstep;
pub use pin::{Pin, pinned};
pub use sealed::Sealed;
pub use signatures::{Signatures, Tally};
pub use site::{Accepted, Beside, PAGE};

/// The files that decide. Each must be a subject of some requirement: nothing that decides goes unsigned.
pub const DECIDING_FILES: [&str; 4] = ["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"];

/// The one of them that lists what goes out.
pub const ARTIFACTS_FILE: &str = "artifacts.toml";
/// What a release is, who answers for it, and when it may go out.
pub const RELEASE_FILE: &str = "release.toml";

/// The role whose people and machines publish.
pub const RELEASE_ROLE: &str = "release";

/// The namespace of a signature over `policy.toml`.
pub const POLICY_NAMESPACE: &str = "policy";

/// The kinds of statement that a machine may sign.
pub const MACHINE_KINDS: [&str; 2] = ["publish", "withdraw"];

/// Some people, of whom enough must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// The role, where it is one; the owners are none.
    pub role: Option<RoleName>,
    /// The people.
    pub members: BTreeSet<Person>,
    /// How many different ones are needed, at least 1.
    pub needed: usize,
}

/// Something that must be signed off.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Its name.
    pub name: RequirementName,
    /// Its title, for people.
    pub title: Text,
    /// What a sign-off vouches for.
    pub asks: Text,
    /// The files that it covers, in the order of the policy; at least one.
    pub subjects: Vec<SubjectPath>,
    /// The roles that must each approve; at least one.
    pub roles: Vec<RoleName>,
    /// How many different people of each role.
    pub approvals: usize,
    /// Whether it can be signed as not applicable.
    pub may_skip: bool,
}

impl Requirement {
    /// Whether `paths` are exactly the subjects: no fewer, no more.
    pub fn covers_exactly<'a>(&self, paths: impl IntoIterator<Item = &'a SubjectPath>) -> bool {
        let paths: BTreeSet<&SubjectPath> = paths.into_iter().collect();
        paths == self.subjects.iter().collect()
    }
}

/// Who may set a finding aside, and for how long.
#[derive(Debug, Clone)]
pub struct WaiverRule {
    /// The people, and how many of them.
    pub quorum: Quorum,
    /// The longest time from now to the expiry, in hours.
    pub max_hours: u64,
}

/// A place where customers download.
#[derive(Debug, Clone)]
pub struct SiteRule {
    /// Its name.
    pub name: SiteName,
    /// Where the store is: `file:///srv/www/downloads`.
    pub url: String,
    /// Where customers find it, if it is known.
    pub public: Option<Project>,
    /// The page for people, as a file of the site's folder; none, if the web site has its own.
    pub page: Option<String>,
    /// What belongs to the web site around it: never ours, and never drift.
    pub beside: Vec<Beside>,
    /// What the owners accept of it.
    pub accept: Vec<Accepted>,
}

/// What ties a policy to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is the first one.
    First,
    /// It follows another.
    After {
        /// The SHA-256 of the `policy.toml` before it.
        previous: Digest,
        /// The SHA-256 of the file `sealed` beside it.
        sealed: Digest,
    },
}

/// One policy. Which one is in force, the chain says.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) number: u64,
    pub(crate) digest: Digest,
    pub(crate) link: Link,
    pub(crate) checkpoint: Option<String>,
    pub(crate) project: Project,
    pub(crate) path: String,
    pub(crate) ring: Ring,
    pub(crate) owners: Quorum,
    pub(crate) roles: BTreeMap<RoleName, BTreeSet<Person>>,
    pub(crate) machines: BTreeSet<Person>,
    pub(crate) branch: String,
    pub(crate) repository: Vec<Address>,
    pub(crate) distinct: bool,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) waiver: Option<WaiverRule>,
    pub(crate) hold: Option<Quorum>,
    pub(crate) sites: Vec<SiteRule>,
    pub(crate) words: Words,
    pub(crate) levels: Levels,
    pub(crate) attest_keys: Vec<AttestKey>,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) lockstep: Vec<Lockstep>,
    pub(crate) kb: Option<KbRule>,
}

impl Policy {
    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The SHA-256 of `policy.toml`.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The SHA-256 of the `policy.toml` before it; none before policy 1.
    pub fn previous(&self) -> Option<Digest> {
        match self.link {
            Link::First => None,
            Link::After { previous, .. } => Some(previous),
        }
    }

    /// The SHA-256 of the file `sealed` beside it; none beside policy 1.
    pub fn sealed(&self) -> Option<Digest> {
        match self.link {
            Link::First => None,
            Link::After { sealed, .. } => Some(sealed),
        }
    }

    /// The commit where the append-only proof begins; none if that is the first one.
    pub fn checkpoint(&self) -> Option<&str> {
        self.checkpoint.as_deref()
    }

    /// Where the coordination root lies in the repository: "" or `sub/folder`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The project, bound into every statement.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The key ring.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The owners, and how many of them speak for all.
    pub fn owners(&self) -> &Quorum {
        &self.owners
    }

    /// The addresses of the repository of record, if the policy names it.
    pub fn repository(&self) -> &[Address] {
        &self.repository
    }

    /// The branch of record.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// Whether one person fills one seat per release.
    pub fn distinct(&self) -> bool {
        self.distinct
    }

    /// What must be signed off, in the order of the policy; at least one.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirement of that name.
    pub fn requirement(&self, name: &RequirementName) -> Option<&Requirement> {
        self.requirements.iter().find(|it| it.name == *name)
    }

    /// Who may waive, if anybody.
    pub fn waiver(&self) -> Option<&WaiverRule> {
        self.waiver.as_ref()
    }

    /// Who lifts somebody else's hold: `[hold]`, or else the owners.
    pub fn lifters(&self) -> &Quorum {
        self.hold.as_ref().unwrap_or(&self.owners)
    }

    /// Where customers download.
    pub fn sites(&self) -> &[SiteRule] {
        &self.sites
    }

    /// The site of that name.
    pub fn site(&self, name: &SiteName) -> Option<&SiteRule> {
        self.sites.iter().find(|it| it.name == *name)
    }

    /// The headings that the documents use.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// What the rules for documents weigh, where the policy says.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The level of a rule for documents, if the policy sets it.
    pub fn level(&self, code: Code) -> Option<Level> {
        self.levels.of(code)
    }

    /// What a finding of `code` weighs under this policy, unless said otherwise where it is found. What is off has no weight.
    pub fn weight(&self, code: Code) -> Severity {
        match self.level(code) {
            Some(level) => level.severity().unwrap_or(Severity::Warning),
            None => code.meaning().severity,
        }
    }

    /// The keys whose attestations count; without `[attest]` there are none.
    pub fn attest_keys(&self) -> &[AttestKey] {
        &self.attest_keys
    }

    /// The knowledge base that is kept elsewhere, if there is one.
    pub fn kb(&self) -> Option<&KbRule> {
        self.kb.as_ref()
    }

    /// What one component writes and another reads, in the order of the policy.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// The interface of that name.
    pub fn interface(&self, name: &InterfaceName) -> Option<&Interface> {
        self.interfaces.iter().find(|it| it.name == *name)
    }

    /// The groups of components that go out together or not at all.
    pub fn lockstep(&self) -> &[Lockstep] {
        &self.lockstep
    }

    /// The roles and their people.
    pub fn roles(&self) -> &BTreeMap<RoleName, BTreeSet<Person>> {
        &self.roles
    }

    /// Whether this is a machine, which counts in no threshold.
    pub fn is_machine(&self, person: &Person) -> bool {
        self.machines.contains(person)
    }

    /// The *people* of a role; machines are left out.
    pub fn people_of(&self, role: &RoleName) -> BTreeSet<Person> {
        let members = self.roles.get(role).into_iter().flatten();
        members.filter(|it| !self.is_machine(it)).cloned().collect()
    }

    /// Whether `person` stands in `role`, as a person or as a machine.
    pub fn fills(&self, person: &Person, role: &RoleName) -> bool {
        self.roles.get(role).is_some_and(|it| it.contains(person))
    }

    /// Everybody who publishes.
    pub fn publishers(&self) -> BTreeSet<Person> {
        self.roles
            .iter()
            .filter(|(role, _)| role.as_str() == RELEASE_ROLE)
            .flat_map(|(_, people)| people.clone())
            .collect()
    }

    /// The people who can sign off a requirement.
    pub fn signers_of(&self, requirement: &Requirement) -> BTreeSet<Person> {
        requirement.roles.iter().flat_map(|it| self.people_of(it)).collect()
    }

    /// All subjects of a release, in the order of the policy, each once.
    pub fn all_subjects(&self) -> Vec<&SubjectPath> {
        let mut all: Vec<&SubjectPath> = Vec::new();
        for subject in self.requirements.iter().flat_map(|it| &it.subjects) {
            if !all.contains(&subject) {
                all.push(subject);
            }
        }
        all
    }

    /// What hangs on one person alone. Said, never refused: a small team has to start somewhere.
    pub fn lone_roles(&self) -> Vec<(&RoleName, Person)> {
        // A machine that publishes stands in for the one person beside it.
        let lone = |(role, members): (_, &BTreeSet<Person>)| match members.iter().collect::<Vec<_>>().as_slice() {
            [one] if !self.is_machine(one) => Some((role, (*one).clone())),
            _ => None,
        };
        self.roles.iter().filter_map(lone).collect()
    }

    /// How many *different people* of `quorum` are among `signers`. The only place where a quorum is counted.
    pub fn voices<'a>(&self, quorum: &Quorum, signers: impl IntoIterator<Item = &'a Person>) -> BTreeSet<&'a Person> {
        // People are counted, not signatures: signing twice, or with two keys, is one voice; a machine has none.
        signers.into_iter().filter(|it| quorum.members.contains(*it) && !self.is_machine(it)).collect()
    }

    /// Whether a key of `person` may sign statements of `kind`.
    fn may_sign(ring: &Ring, person: &Person, kind: &str) -> bool {
        let namespace = Namespace::of(kind);
        ring.keys_of(person).iter().any(|it| it.may_sign(&namespace))
    }
}

/// The name of the folder of a policy: `0001`.
pub fn folder(number: u64) -> String {
    format!("{number:04}")
}

/// Whether a set of roles can give each seat a different person: what `distinct` promises.
pub fn can_be_distinct(seats: &[BTreeSet<Person>]) -> bool {
    seats::all_filled(seats)
}

/// A release's version as it stands in a component list: `recorder@2.7.0`.
pub fn at_version(component: &crate::name::ComponentName, version: &Version) -> String {
    format!("{component}@{version}")
}
