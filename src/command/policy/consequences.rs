//! What a proposed policy would change besides itself: what it seals, what would count no more, and whose sign-offs lapse.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::decide::{State, facts_to_seal, publications, standings};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{Person, RequirementName, SiteName, Version, listed};
use holdpoint_core::policy::{Chain, Level, Policy, Proposal, SETTABLE};
use holdpoint_core::statement::Act;
use jiff::Timestamp;

use super::checkpoint::Moved;
use super::places::changes;
use super::turn::Turn;
use crate::failure::Failure;
use crate::gather::Record;
use crate::render::wrap;
use crate::shell::Shell;

/// An entry that makes a version published.
pub(super) struct Fact {
    /// Its id.
    pub(super) id: Digest,
    /// What it is: `publish`, `adopt`.
    pub(super) kind: &'static str,
    /// The release.
    pub(super) release: Version,
    /// The site.
    pub(super) site: String,
    /// Who signed it.
    pub(super) by: Person,
    /// When, as the signer claims.
    pub(super) at: Timestamp,
}

impl Fact {
    fn of(evidence: &Evidence, id: &Digest) -> Option<Self> {
        let statement = &evidence.ledger().get(id)?.statement;
        let site = match &statement.act {
            Act::Publish { site, .. } | Act::Adopt { site, .. } => site.to_string(),
            _ => String::new(),
        };
        let (kind, release) = (statement.act.kind(), statement.release.clone());
        Some(Self { id: *id, kind, release, site, by: statement.by.clone(), at: statement.at })
    }

    /// In words: "publish of 2.7.0 on downloads by ci@example.com, at 2026-11-21T10:00:00Z (1a2b3c4d)".
    pub(super) fn words(&self) -> String {
        let Self { id, kind, release, site, by, at } = self;
        format!("{kind} of {release} on {site} by {by}, at {at} ({})", id.short())
    }
}

/// Sign-offs of a release that is not out yet, and that would not count any more.
pub(super) struct Lapse {
    /// The release.
    pub(super) release: Version,
    /// The requirement.
    pub(super) requirement: RequirementName,
    /// Whose.
    pub(super) by: Vec<Person>,
}

impl Lapse {
    /// In words: "kb of 2.7.0, signed by maria@example.com".
    pub(super) fn words(&self) -> String {
        format!("{} of {}, signed by {}", self.requirement, self.release, listed(&self.by, "and"))
    }
}

/// What a proposal would change.
pub(super) struct Consequences {
    /// What it seals anew.
    pub(super) sealed: Vec<Fact>,
    /// The open sign-offs that would lapse.
    pub(super) lapsing: Vec<Lapse>,
    /// The releases that are not out, and that it turns for the worse.
    pub(super) turns: Vec<Turn>,
    /// What changes about sites, branch and root, in a sentence each.
    pub(super) places: Vec<String>,
    /// What it makes the rules for documents weigh instead, in a sentence each.
    pub(super) levels: Vec<String>,
    /// Where the proof of history begins from then on, if that changes.
    pub(super) checkpoint: Option<Moved>,
    /// What it seals, and does not count.
    unfounded: BTreeSet<Digest>,
    /// What counts now, and would not with it.
    lost: Vec<Fact>,
}

impl Consequences {
    /// Looks at every release of `head`, under the policy in force and under `proposal`.
    pub(super) fn of(shell: &Shell, head: &Record<'_>, chain: &Chain, proposal: &Proposal) -> Result<Self, Failure> {
        let mut unfounded: BTreeSet<Digest> = proposal.sealed.since(chain.sealed()).copied().collect();
        let (mut sealed, mut lost, mut lapsing, mut turns) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut out: BTreeMap<SiteName, BTreeSet<Version>> = BTreeMap::new();
        for version in head.versions()? {
            let before = evidence(head, &version)?;
            let after = before.if_adopted(proposal);
            let (counts, would_count) = (facts_to_seal(&before), facts_to_seal(&after));
            for fact in counts.iter().filter_map(|id| Fact::of(&before, id)) {
                if unfounded.remove(&fact.id) {
                    sealed.push(fact);
                } else if !would_count.contains(&fact.id) {
                    lost.push(fact);
                }
            }
            if counts.is_empty() {
                lapsing.extend(lapses(shell, &before, &after));
                turns.extend(Turn::of(shell, &whole_evidence(head, &version)?, proposal));
            }
            for publication in publications(&before).0 {
                out.entry(publication.site).or_default().insert(version.clone());
            }
        }
        let checkpoint = Moved::of(head, chain, proposal)?;
        let places = changes(head, chain, &proposal.policy, &out)?;
        let levels = levels(chain.current(), &proposal.policy);
        Ok(Self { sealed, lapsing, turns, places, levels, checkpoint, unfounded, lost })
    }

    /// What adopting it would do, line by line.
    pub(super) fn expected(&self) -> String {
        let sealed = self.sealed.iter().map(|it| ("seals", it.words()));
        let lapsing = self.lapsing.iter().map(|it| ("lapses", it.words()));
        let turns = self.turns.iter().map(|it| ("stops", it.expected()));
        sealed.chain(lapsing).chain(turns).chain(self.moves()).chain(self.weighs()).map(line).collect()
    }

    /// What adopting it has done, line by line.
    pub(super) fn happened(&self) -> String {
        let lapsed = self.lapsing.iter().map(|it| ("lapsed", it.words()));
        let turns = self.turns.iter().map(|it| ("stops", it.happened()));
        lapsed.chain(turns).chain(self.moves()).chain(self.weighs()).map(line).collect()
    }

    /// What changes its place, with the word for it.
    pub(super) fn moves(&self) -> impl Iterator<Item = (&'static str, String)> {
        let checkpoint = self.checkpoint.iter().map(Moved::words);
        self.places.iter().cloned().chain(checkpoint).map(|it| ("moves", it))
    }

    /// The rules that weigh something else, with the word for it.
    fn weighs(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.levels.iter().cloned().map(|it| ("weighs", it))
    }

    /// Why nobody should sign the proposal.
    pub(super) fn faults(&self, chain: &Chain) -> Vec<Finding> {
        let number = chain.current().number();
        let next = "holdpoint policy propose   (seals what counts now, and keeps your edits)";
        let unfounded = self.unfounded.iter().map(|id| {
            let message = format!("the proposal seals it, and it is no publication that counts under policy {number}");
            Finding::new(Code::Unsealed, id.to_string(), message).next(next)
        });
        let lost = self.lost.iter().map(|it| {
            let message = format!("the {} counts now, and would not any more: the proposal does not seal it", it.words());
            Finding::new(Code::Unsealed, it.id.to_string(), message).since(it.at).next(next)
        });
        let checkpoint = self.checkpoint.iter().flat_map(|it| it.faults.iter().cloned());
        unfounded.chain(lost).chain(checkpoint).collect()
    }
}

/// The rules for documents that `next` weighs otherwise: "`dead-link` is an error instead of a warning".
fn levels(current: &Policy, next: &Policy) -> Vec<String> {
    let word = |policy: &Policy, code: Code| match policy.level(code) {
        Some(Level::Off) => "off",
        _ if policy.weight(code) > Severity::Warning => "an error",
        _ => "a warning",
    };
    let words = SETTABLE.iter().map(|it| (it, word(current, *it), word(next, *it)));
    words.filter(|it| it.1 != it.2).map(|(code, before, after)| format!("`{code}` is {after} instead of {before}")).collect()
}

fn line((word, what): (&'static str, String)) -> String {
    format!("  {word:6}  {}\n", wrap::hanging(&what, 10))
}

/// The evidence about a release at `head`, as a decision needs it.
fn whole_evidence(head: &Record<'_>, version: &Version) -> Result<Evidence, Failure> {
    head.plain_evidence(version)?.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))
}

/// What went out of a release at `head`, and who signed for it.
pub(super) fn evidence(head: &Record<'_>, version: &Version) -> Result<Evidence, Failure> {
    head.evidence_alone(version)?.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))
}

/// The sign-offs that lapse between two looks at a release.
fn lapses(shell: &Shell, before: &Evidence, after: &Evidence) -> Vec<Lapse> {
    let lapsed = |evidence: &Evidence| {
        let all = standings(evidence, shell.now()).into_iter().filter(|it| it.state == State::Lapsed);
        all.collect::<Vec<_>>()
    };
    let known: BTreeSet<RequirementName> = lapsed(before).into_iter().map(|it| it.name).collect();
    let release = &before.facts().version;
    let new = lapsed(after).into_iter().filter(|it| !known.contains(&it.name));
    new.map(|it| Lapse { release: release.clone(), requirement: it.name, by: it.by }).collect()
}
