//! The decision: may this release go out? One pure function over the evidence.
//!
//! Only [`decide`] makes an [`Approval`], and only an `Approval` yields a plan. Every finding is reported, worst first;
//! the worst one decides.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{self, Code, Finding, Severity};
use crate::name::{Person, RequirementName, RoleName, SiteName, counted};
use crate::rule::Drafts;
use crate::sight::Visibility;
use crate::statement::Artifact;

mod approval;
mod compared;
mod course;
mod effect;
mod entitled;
mod faults;
mod lint;
mod publication;
mod published;
mod seen;
mod standing;
mod view;
mod waiving;
mod whole;

pub use approval::Approval;
pub use compared::{field, matrix, to_be_told, to_be_written};
pub use course::{sites_at_stake, sites_of_adoptions};
pub use effect::{Effect, effects};
pub use faults::faults;
pub use lint::{is_compared, lint};
pub use publication::{Outlet, Publication};
pub use published::{Document, Doubt, Earlier, Publicity, Published, Texts, Wanted};
pub use seen::{Seen, seen};
pub use standing::{Standing, State};

use approval::approve;
use course::Course;
use view::View;
use whole::release_findings;

/// The file that says what a release is.
const RELEASE_FILE: &str = "release.toml";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// May it go out? A version that is out already is held against its publication.
    Check,
    /// May it go out on this site?
    Publish(SiteName),
}

/// The answer to "may this release go out?". No is an answer, so this is not a `Result`.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Yes.
    Clear(Box<Approval>),
    /// It would be, in the what-if that was asked.
    Hypothetical,
    /// Only sign-offs, or the day, are missing.
    Waiting,
    /// Somebody said no, or a rule is broken.
    Blocked,
    /// It could not be told.
    Unverifiable,
}

impl Verdict {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Clear(_) | Self::Hypothetical => "clear",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Unverifiable => "unverifiable",
        }
    }

    /// The exit code: a function of the verdict alone.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Clear(_) => 0,
            Self::Blocked => 1,
            Self::Waiting => 3,
            Self::Unverifiable => 4,
            Self::Hypothetical => 5,
        }
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// The requirements of the policy.
    pub requirements: usize,
    /// The valid entries of the ledger.
    pub statements: usize,
    /// The required pairs.
    pub pairs: usize,
    /// The files that go out.
    pub artifacts: usize,
}

impl Checked {
    /// In words: "3 requirements, 5 statements, 0 pairs, 3 artifacts".
    pub fn words(&self) -> String {
        [
            counted(self.requirements, "requirement"),
            counted(self.statements, "statement"),
            counted(self.pairs, "pair"),
            counted(self.artifacts, "artifact"),
        ]
        .join(", ")
    }
}

/// The verdict, and everything that led to it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The answer: whatever is added to the findings, it is that of the worst.
    pub(crate) verdict: Verdict,
    /// What was counted.
    pub checked: Checked,
    /// Each requirement, in the order of the policy.
    pub requirements: Vec<Standing>,
    /// Every reason, worst first.
    pub findings: Vec<Finding>,
    /// Where the version is recorded as published.
    pub publications: Vec<Publication>,
    /// Whether customers see each of them.
    pub seen: BTreeMap<Digest, Visibility>,
    /// The sites that matter here, and whose index was not seen.
    pub unseen: BTreeSet<SiteName>,
    /// Whether this was a what-if.
    pub hypothetical: bool,
    /// Whether the commit holds all that the branch of record is known to hold, where that could be told.
    pub fresh: Option<bool>,
    /// How many entries count against it that lie on branches which are not merged; nothing where this clone does not fetch
    /// those.
    pub pending: Option<usize>,
    /// The branch of record and the address of its repository, where it is shared.
    pub origin: Option<(String, String)>,
}

impl Decision {
    /// The decision where not even the policy can be read.
    pub fn unreadable(mut findings: Vec<Finding>, hypothetical: bool) -> Self {
        if findings.iter().all(|it| it.severity < Severity::Unverifiable) {
            findings.push(Finding::new(Code::PolicyBroken, "policy", "there is no policy"));
        }
        finding::sort(&mut findings);
        Self {
            verdict: Verdict::Unverifiable,
            checked: Checked::default(),
            requirements: Vec::new(),
            findings,
            publications: Vec::new(),
            seen: BTreeMap::new(),
            unseen: BTreeSet::new(),
            hypothetical,
            fresh: None,
            pending: None,
            origin: None,
        }
    }

    /// The same, with more that speaks for or against the release: the worst of all decides.
    #[must_use]
    pub fn with(mut self, findings: Vec<Finding>) -> Self {
        self.findings.extend(findings);
        finding::sort(&mut self.findings);
        self.verdict = course::weighed(&self.findings, || self.verdict);
        self
    }

    /// The answer.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Whether customers see a publication, as far as anybody can tell from here.
    pub fn visibility(&self, publication: &Publication) -> Visibility {
        self.seen.get(&publication.id).copied().unwrap_or(Visibility::Unseen)
    }
}

/// Decides. `now` is the only time that counts.
pub fn decide(evidence: &Evidence, question: &Question, now: Timestamp) -> Decision {
    let mut findings = evidence.findings.clone();
    findings.extend(evidence.facts.freshness.finding(&evidence.facts.commit));
    let view = View::of_now(evidence, now);
    let (publications, faults) = publication::all(evidence);
    findings.extend(faults);
    findings.extend(view.holds());
    findings.extend(view.lost_entries());
    findings.extend(view.without_effect());
    let course = Course::of(evidence, question, &publications, now);
    let mut requirements = view.standings();
    let mut relied = BTreeSet::new();
    let judged = compared::judged(evidence, question);
    if let Course::Listed(_) | Course::Unseen(_) = course {
        let against = course::against_what_is_out(evidence, &view, &course, &mut requirements, now);
        faults::conceal(evidence, &against, &mut findings);
        findings.extend(against);
    } else {
        findings.extend(course::of_other_publications(evidence, &publications));
        findings.extend(requirements.iter().filter_map(|it| it.finding.clone()));
        findings.extend(view.orphaned_declines().into_iter().map(|it| it.1));
        findings.extend(release_findings(evidence, now));
        findings.extend(evidence.document_findings(Drafts::Count));
        findings.extend(judged.skipped(evidence, &requirements));
        findings.extend(course.of_pairs(judged.findings));
        relied = view.set_aside(&mut findings, &mut requirements);
        relied.extend(requirements.iter().flat_map(|it| it.relied.iter().copied()));
        relied.extend(view.answers());
    }
    answered_for(evidence, &mut findings);
    finding::sort(&mut findings);
    let hypothetical = evidence.facts.hypothetical;
    let recorded = course.recorded().cloned();
    let verdict = course::weighed(&findings, || match approve(evidence, relied, recorded) {
        _ if hypothetical => Verdict::Hypothetical,
        Some(approval) => Verdict::Clear(Box::new(approval)),
        None => Verdict::Unverifiable,
    });
    let checked = Checked {
        requirements: evidence.policy().requirements().len(),
        statements: evidence.ledger.len(),
        pairs: judged.pairs,
        artifacts: evidence.head().artifacts().map_or(0, <[Artifact]>::len),
    };
    Decision {
        verdict,
        checked,
        requirements,
        findings,
        seen: course::seen(evidence, &publications),
        unseen: course::unseen(evidence, &publications),
        publications: course::standing(evidence, &publications),
        hypothetical,
        fresh: evidence.facts.freshness.known(),
        pending: evidence.facts.pending.as_ref().filter(|it| it.is_fetched).map(|_| evidence.ledger.count_pending()),
        origin: evidence.facts.origin.shown.clone(),
    }
}

/// The publications of a release that count, in the order in which they were signed; and every reason why what was published
/// cannot be relied on: a publication without proof, an entry that is lost and may be one, a file that changed after one.
pub fn publications(evidence: &Evidence) -> (Vec<Publication>, Vec<Finding>) {
    let (publications, mut findings) = publication::all(evidence);
    findings.extend(publication::all_changed(evidence, &publications));
    findings.extend(View::of_now(evidence, Timestamp::UNIX_EPOCH).lost_entries());
    finding::sort(&mut findings);
    (publications, findings)
}

/// The ids of the entries that make the release published, as the policy in force sees it: what the next one must seal.
pub fn facts_to_seal(evidence: &Evidence) -> BTreeSet<Digest> {
    publication::counted_ids(evidence)
}

/// Names somebody for every finding that nobody in particular has to answer: whoever answers for the release, or the owners
/// of the policy where the release cannot be read.
pub fn answered_for(evidence: &Evidence, findings: &mut [Finding]) {
    // Whoever edits the record of a version that is out makes nobody else answer for it.
    let release = evidence.head().release().filter(|_| published::is_as_pinned(evidence, RELEASE_FILE));
    let mut who: Vec<Person> = release.into_iter().flat_map(|it| it.owner.iter().chain(&it.deputy)).cloned().collect();
    who.dedup();
    if who.is_empty() {
        who.extend(evidence.policy().owners().members.iter().cloned());
    }
    // Where the policy may be a stranger's, nobody whom it names is the one to ask.
    let is_doubted = |it: &Finding| matches!(it.code, Code::RootUnpinned | Code::RootMismatch);
    let unanswered = |it: &&mut Finding| it.severity > Severity::Warning && it.who.is_empty() && !is_doubted(it);
    for finding in findings.iter_mut().filter(unanswered) {
        finding.who.clone_from(&who);
    }
}

/// How each requirement stands by itself, in the order of the policy: without waivers, and whether the version is out or not.
pub fn standings(evidence: &Evidence, now: Timestamp) -> Vec<Standing> {
    View::of_now(evidence, now).standings()
}

/// The seats that `person` fills with sign-offs and waivers that count: the requirement and the role, or nothing for a waiver.
pub fn seats_of(evidence: &Evidence, now: Timestamp, person: &Person) -> Vec<Option<(RequirementName, RoleName)>> {
    let seats = View::of_now(evidence, now).seats();
    let own = seats.into_iter().filter(|(it, _)| *it == person).flat_map(|(_, seats)| seats);
    own.map(|seat| seat.map(|(requirement, role)| (requirement.clone(), role.clone()))).collect()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod told;
