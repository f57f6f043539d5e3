//! Publishing: decides, carries out the plan, and stops at the first thing that is not as it should be.
//!
//! Every step can be done twice, so that the next run finishes what one that died has begun; and nobody sees anything
//! before the last steps, which come after the record.

use std::ffi::OsString;
use std::path::Path;

use holdpoint_core::decide::{Decision, Question, Verdict, decide};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::{Version, escaped, listed, nearest};
use holdpoint_core::plan::{Action, Plan};
use holdpoint_core::policy::{Policy, SiteRule};

use crate::failure::Failure;
use crate::gather::Record;
use crate::render;
use crate::render::decision::DecisionView;
use crate::repo::Repo;
use crate::share::TRIES;
use crate::shell::{Reading, Shell, Signing};
use crate::sight::{self, Reach, Stakes};
use crate::site::{Location, Site};

mod aftermath;
mod branch;
mod dirty;
mod elsewhere;
mod enter;
mod live;
mod ours;
mod report;
mod source;
mod store;
mod tip;
mod uploader;
mod visit;

use branch::Branch;
use live::Live;
pub(crate) use report::{Planned, PlannedJson, Prepared, PreparedJson, Published, PublishedJson};
pub(crate) use tip::{Tip, is_shown};
use visit::{Step, Visit};

/// What is to be published, and how.
pub(crate) struct Order<'a> {
    /// The version, as it was typed.
    pub(crate) version: &'a str,
    /// The site, as it was typed; the only one, if none was.
    pub(crate) site: Option<&'a str>,
    /// Where the bytes come from.
    pub(crate) source: Source<'a>,
    /// How far to go.
    pub(crate) aim: Aim,
    /// Whether the site may be made by this run.
    pub(crate) new_site: bool,
    /// Who signs.
    pub(crate) signing: &'a Signing,
}

/// Where the bytes come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// A folder: `<component>/<version>/<file>`, `<component>/<file>` or `<file>`.
    Folder(&'a Path),
    /// A program that puts them on the site.
    Command(&'a [OsString]),
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Only say what would be done.
    Plan,
    /// Up to the signed statement, which goes through a pull request.
    Prepare,
    /// All the way.
    Publish,
}

/// How it ended.
pub(crate) enum Ended {
    /// The gate is closed.
    NotClear(Box<DecisionView>),
    /// This is what would be done.
    Planned(Planned),
    /// The statement waits to be merged.
    Prepared(Prepared),
    /// It is out.
    Published(Published),
}

/// One commit, what is known of the release there, and what may be done.
struct Stand<'r> {
    record: Record<'r>,
    evidence: Evidence,
    plan: Plan,
}

/// Publishes.
pub(crate) fn publish(shell: &Shell, repo: &Repo, order: &Order<'_>) -> Result<Ended, Failure> {
    let root = order.signing.root.as_deref();
    let head = shell.record(repo, &Reading { at: None, root: root.map(str::to_owned) })?;
    let policy = match head.chain()? {
        Ok(chain) => chain.current().clone(),
        Err(findings) => return Ok(Ended::NotClear(Box::new(unreadable(shell, &head, order.version, findings)))),
    };
    let rule = site_rule(&policy, order.site)?;
    dirty::refuse(shell, &head)?;
    let branch = Branch::of(repo, policy.branch())?;
    let site = Location::site(&rule)?;
    let record = base(shell, &branch, head, order)?;
    let place = Place { site: site.as_ref(), rule: &rule, branch: &branch, order };
    let mut visit: Option<Visit<'_>> = None;
    let ended = in_passes(shell, repo, order, &place, &policy, record, &mut visit);
    ended.map_err(|failure| match &visit {
        Some(visit) => visit.explained(failure),
        None => failure,
    })
}

/// Decides and goes on, as often as the branch of record moves or a step took its time.
fn in_passes<'a, 'r>(
    shell: &'a Shell,
    repo: &'r Repo,
    order: &'a Order<'a>,
    place: &'a Place<'a>,
    policy: &Policy,
    mut record: Record<'r>,
    visit: &mut Option<Visit<'a>>,
) -> Result<Ended, Failure> {
    let branch = place.branch;
    let (mut beaten, mut is_stuck, mut judged) = (0, false, None);
    while beaten <= TRIES {
        let version = record.one(order.version)?;
        // Whatever takes its time is done once for each commit, and everything is decided anew afterwards.
        let pass = Pass {
            is_settled: visit.as_ref().is_some_and(|it| it.is_settled(&record.snapshot.commit_id())),
            judged: visit.as_ref().filter(|it| it.has_recorded()).and(judged),
        };
        let stand = match stand_on(shell, record, &version, place, pass)? {
            Ok(stand) => stand,
            Err(view) => {
                visit.iter().for_each(Visit::say_that_it_changed);
                return Ok(Ended::NotClear(Box::new(view)));
            }
        };
        judged = stand.evidence.article_digest();
        same_policy(stand.evidence.policy(), policy, branch)?;
        if visit.is_none() {
            place.takes(&stand, &version)?;
        }
        if order.aim == Aim::Plan {
            return Ok(Ended::Planned(Planned::of(&stand, order)));
        }
        let step = carry_on(shell, order, place, visit, &stand)?;
        is_stuck = false;
        let (base, tip) = match step {
            Step::Ended(ended) => {
                if matches!(*ended, Ended::Published(_)) {
                    shell.move_pin(repo, stand.evidence.chain());
                }
                return Ok(*ended);
            }
            Step::Again(base) => {
                let tip = branch.moved_from(&base)?;
                (base.clone(), tip.unwrap_or(base))
            }
            Step::Moved(tip) => {
                let base = stand.record.snapshot.commit_id();
                // Refused as if others had been faster, and nobody was: that may go on for ever.
                is_stuck = tip == base;
                (base, tip)
            }
        };
        beaten += usize::from(is_stuck || tip != base);
        if tip != base {
            shell.note(&format!("`{}` has moved meanwhile; deciding again on {}", branch.name(), render::short(&tip)));
        }
        record = shell.record_of_tip(repo, &tip, order.signing.root.as_deref())?.with_looks_of(&stand.record);
    }
    Err(gave_up(branch, is_stuck))
}

/// Why it is not tried any longer.
fn gave_up(branch: &Branch<'_>, is_stuck: bool) -> Failure {
    let name = branch.name();
    match branch.remote().filter(|_| is_stuck) {
        Some(remote) => Failure::new(format!("`{remote}` does not move `{name}`: {TRIES} more tries changed nothing"))
            .hint(format!("ask who runs `{remote}` what keeps `{name}` where it is, then run the same command again")),
        None => Failure::new(format!("`{name}` moves all the time: {TRIES} tries were not enough"))
            .hint("run the same command again"),
    }
}

/// The record to decide on first.
fn base<'r>(shell: &Shell, branch: &Branch<'r>, head: Record<'r>, order: &Order<'_>) -> Result<Record<'r>, Failure> {
    let root = order.signing.root.as_deref();
    let record = branch.base(shell, head, root)?;
    if order.aim != Aim::Prepare || branch.has(&record.snapshot.commit_id())? {
        return Ok(record);
    }
    // A squashed pull request would lose the commit that was decided on.
    shell
        .warn("what is prepared rests on the branch of record alone: sign-offs that are only here do not count for it");
    shell.record_of_tip(branch.repo(), &branch.tip()?, root)
}

/// Goes on with the plan, as far as it goes before one has to decide again. The first time the site is locked.
fn carry_on<'a>(
    shell: &'a Shell,
    order: &'a Order<'a>,
    place: &Place<'a>,
    visit: &mut Option<Visit<'a>>,
    stand: &Stand<'_>,
) -> Result<Step, Failure> {
    let records = stand.plan.actions().contains(&Action::Record);
    let signer = if records { Some(enter::signer(shell, stand, order)?) } else { None };
    if visit.is_none() {
        may_begin(stand, order)?;
    }
    let visit = match visit {
        Some(visit) => visit,
        None => visit.insert(Visit::begin(shell, order, place.rule, place.branch, place.site)?),
    };
    visit.carry_out(stand, signer.as_ref())
}

/// Where a release goes: the site, as the policy names it, and the branch on which that is recorded.
struct Place<'p> {
    site: &'p dyn Site,
    rule: &'p SiteRule,
    branch: &'p Branch<'p>,
    order: &'p Order<'p>,
}

impl Place<'_> {
    /// Refuses a place that does not take the release, before anything is planned or done.
    fn takes(&self, stand: &Stand<'_>, version: &Version) -> Result<(), Failure> {
        self.is_there(&stand.record, version)?;
        if self.order.aim != Aim::Prepare && stand.plan.actions().contains(&Action::Record) {
            self.branch.may_be_moved()?;
        }
        ours::is_there(self.site, self.rule, self.order)?;
        ours::only(self.site, self.rule, &stand.plan)?;
        if self.order.aim == Aim::Plan {
            Live::read(self.site, self.rule)?.agrees(&stand.record, &stand.evidence.facts().chain, self.rule)?;
        }
        Ok(())
    }

    /// Refuses a place where the site should be, and is not: the record lists publications, and there is no index.
    fn is_there(&self, record: &Record<'_>, version: &Version) -> Result<(), Failure> {
        Live::read(self.site, self.rule)?.is_in_place(record, self.site, self.rule, self.order, version)
    }
}

/// What earlier passes have done.
#[derive(Debug, Clone, Copy)]
struct Pass {
    /// Whether whatever takes its time is done.
    is_settled: bool,
    /// The article that was held against the live one right before the publication was signed. Between the record and the flip
    /// nobody is asked, unless it is another one by now.
    judged: Option<Digest>,
}

/// Decides on one commit. What is not clear is shown as `check` shows it.
fn stand_on<'r>(
    shell: &Shell,
    record: Record<'r>,
    version: &Version,
    place: &Place<'_>,
    pass: Pass,
) -> Result<Result<Stand<'r>, DecisionView>, Failure> {
    let rule = place.rule;
    let mut evidence = match record.evidence(version)? {
        Ok(evidence) => evidence,
        Err(findings) => return Ok(Err(unreadable(shell, &record, &version.to_string(), findings))),
    };
    look(shell, &record, &mut evidence, place)?;
    let decision = decide(&evidence, &Question::Publish(rule.name.clone()), shell.now());
    let is_judged = pass.judged.is_some() && pass.judged == evidence.article_digest();
    let decision = if is_judged { decision } else { elsewhere::judge(shell, &evidence, decision, place.site, rule)? };
    let approval = match decision.verdict() {
        Verdict::Clear(approval) => approval.as_ref().clone(),
        _ => {
            let policy = evidence.policy();
            return Ok(Err(DecisionView {
                release: version.to_string(),
                commit: record.snapshot.commit_id(),
                policy: Some((policy.number(), policy.digest().to_string())),
                decision,
                now: shell.now(),
            }));
        }
    };
    let warnings = decision.findings.iter().filter(|it| it.severity == Severity::Warning && !pass.is_settled);
    let warnings: Vec<String> = warnings.map(|it| format!("{} {}: {}", it.code, it.about, it.message)).collect();
    shell.warn_each(&warnings, escaped);
    let plan = Plan::of(approval, rule).ok_or_else(|| {
        Failure::new(format!("`releases/{version}/release.toml` does not name every component that goes out"))
            .hint(format!("git log -- releases/{version}/release.toml   then restore it"))
    })?;
    Ok(Ok(Stand { record, evidence, plan }))
}

/// Takes in what the sites list that matter; on the site that is published to nothing is guessed. No site is looked at on the word
/// of a record that cannot be relied on.
fn look(shell: &Shell, record: &Record<'_>, evidence: &mut Evidence, place: &Place<'_>) -> Result<(), Failure> {
    if evidence.faults().iter().any(|it| it.severity == Severity::Unverifiable) {
        return Ok(());
    }
    let mut stakes = Stakes::of(evidence);
    let matters = stakes.listed.remove(&place.rule.name);
    let (mut sights, faults) = sight::sights(shell, record, evidence.chain(), &stakes, Reach::Public)?;
    if matters {
        place.is_there(record, &evidence.facts().version)?;
        sights.read_index(place.rule.name.clone(), Live::read(place.site, place.rule)?.listed());
    }
    evidence.know_sights(sights);
    evidence.know_faults(faults.into_iter().map(|it| it.finding));
    Ok(())
}

/// Site and branch were taken from the policy of HEAD. They are those of the record only if that has the same policy.
fn same_policy(found: &Policy, policy: &Policy, branch: &Branch<'_>) -> Result<(), Failure> {
    if found.digest() == policy.digest() {
        return Ok(());
    }
    let name = branch.name();
    let remote = branch.remote().map(|it| format!(" {it} {name}")).unwrap_or_default();
    Err(Failure::new(format!("HEAD has another policy than `{name}`, the branch of record"))
        .because("which site and branch are meant is for the policy of the record to say")
        .untouched()
        .hint(format!("go to its tip, then run the same command again: git switch {name} && git pull{remote}")))
}

/// The last question before anything is changed, where somebody can be asked.
fn may_begin(stand: &Stand<'_>, order: &Order<'_>) -> Result<(), Failure> {
    if order.signing.yes || !Shell::is_interactive() || stand.plan.approval().recorded().is_some() {
        return Ok(());
    }
    let (version, site) = (stand.plan.approval().version().to_string(), stand.plan.site());
    Shell::confirm(&format!("Type {version} to publish it on {site}"), &version)
}

fn unreadable(shell: &Shell, record: &Record<'_>, release: &str, findings: Vec<Finding>) -> DecisionView {
    DecisionView {
        release: escaped(release),
        commit: record.snapshot.commit_id(),
        policy: None,
        decision: Decision::unreadable(findings, record.is_hypothetical()),
        now: shell.now(),
    }
}

/// The site that was named, or the only one.
pub(crate) fn site_rule(policy: &Policy, asked: Option<&str>) -> Result<SiteRule, Failure> {
    let names = || policy.sites().iter().map(|it| it.name.as_str());
    let Some(asked) = asked else {
        return match policy.sites() {
            [only] => Ok(only.clone()),
            [] => Err(Failure::usage("the policy has no site").hint("add a `[[site]]` to the policy")),
            _ => Err(Failure::usage(format!("the policy has the sites {}", listed(names(), "and")))
                .hint("name one: --site NAME")),
        };
    };
    policy.sites().iter().find(|it| it.name.as_str() == asked).cloned().ok_or_else(|| {
        let hint = match nearest(asked, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if policy.sites().is_empty() => "the policy has no site".to_owned(),
            None => format!("the policy has {}", listed(names(), "and")),
        };
        Failure::usage(format!("there is no site `{}`", escaped(asked))).hint(hint)
    })
}
