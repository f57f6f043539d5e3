//! Publishing: decides, carries out the plan, and stops at the first thing that is not as it should be.
//!
//! Every step can be done twice, so that the next run finishes what one that died has begun; and nobody sees anything
//! before the last steps, which come after the record.

use std::ffi::OsString;
use std::path::Path;

use holdpoint_core::decide::{Decision, Question, Verdict, decide};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{self, Finding, Severity};
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
use crate::site::{Location, Site};

mod branch;
mod dirty;
mod elsewhere;
mod enter;
mod live;
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
    let site = Location::parse(&rule.url)?.open();
    let mut record = branch.base(shell, head, root)?;
    let mut visit: Option<Visit<'_>> = None;
    for _ in 0..=TRIES {
        let version = record.one(order.version)?;
        let stand = match stand_on(shell, record, &version, (site.as_ref(), &rule))? {
            Ok(stand) => stand,
            Err(view) => {
                if visit.is_some() {
                    shell.note("nothing visible has happened: the answer changed before it was recorded");
                }
                return Ok(Ended::NotClear(Box::new(view)));
            }
        };
        same_policy(stand.evidence.policy(), &policy, &branch)?;
        if order.aim == Aim::Plan {
            Live::read(site.as_ref(), &rule)?.agrees(&stand.record, stand.evidence.chain(), &rule)?;
            return Ok(Ended::Planned(Planned::of(&stand, order)));
        }
        let records = stand.plan.actions().contains(&Action::Record);
        let signer = if records { Some(enter::signer(shell, &stand, order)?) } else { None };
        let step = match &mut visit {
            Some(visit) => visit.carry_out(&stand, signer.as_ref())?,
            None => {
                may_begin(&stand, order)?;
                let visit = visit.insert(Visit::begin(shell, order, &rule, &branch, site.as_ref())?);
                visit.carry_out(&stand, signer.as_ref())?
            }
        };
        let tip = match step {
            Step::Ended(ended) => {
                if matches!(*ended, Ended::Published(_)) {
                    shell.move_pin(repo, stand.evidence.chain());
                }
                return Ok(*ended);
            }
            Step::Moved(tip) => tip,
        };
        shell.note(&format!("`{}` has moved meanwhile; deciding again on {}", branch.name(), render::short(&tip)));
        record = shell.record_of_tip(repo, &tip, root)?;
    }
    Err(Failure::new(format!("`{}` moves all the time: {TRIES} tries were not enough", branch.name()))
        .because("nothing visible has happened")
        .hint("run the same command again"))
}

/// Decides on one commit. What is not clear is shown as `check` shows it.
fn stand_on<'r>(
    shell: &Shell,
    record: Record<'r>,
    version: &Version,
    (site, rule): (&dyn Site, &SiteRule),
) -> Result<Result<Stand<'r>, DecisionView>, Failure> {
    let mut evidence = match record.evidence(version)? {
        Ok(evidence) => evidence,
        Err(findings) => return Ok(Err(unreadable(shell, &record, &version.to_string(), findings))),
    };
    // What is recorded and not shown yet is no reader for anybody.
    if !evidence.facts().shipped.is_empty() {
        evidence.know_listed(&rule.name, &Live::read(site, rule)?.listed());
    }
    let mut decision = decide(&evidence, &Question::Publish(rule.name.clone()), shell.now());
    elsewhere::judge(shell, &evidence, &mut decision, rule)?;
    finding::sort(&mut decision.findings);
    let approval = match &decision.verdict {
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
    for warning in decision.findings.iter().filter(|it| it.severity == Severity::Warning) {
        shell.warn(&escaped(&format!("{} {}: {}", warning.code, warning.about, warning.message)));
    }
    let components = evidence.release().map(|it| it.components.as_slice()).unwrap_or_default();
    let plan = Plan::of(approval, rule.name.clone(), components).ok_or_else(|| {
        Failure::new(format!("`releases/{version}/release.toml` does not name every component that goes out"))
            .hint(format!("git log -- releases/{version}/release.toml   then restore it"))
    })?;
    Ok(Ok(Stand { record, evidence, plan }))
}

/// Site and branch were taken from the policy of HEAD. They are those of the record only if that has the same policy.
fn same_policy(found: &Policy, policy: &Policy, branch: &Branch<'_>) -> Result<(), Failure> {
    if found.digest() == policy.digest() {
        return Ok(());
    }
    let name = branch.name();
    let remote = branch.remote().map(|it| format!(" {it} {name}")).unwrap_or_default();
    Err(Failure::new(format!("HEAD has another policy than `{name}`, the branch of record"))
        .because("nothing was changed: which site and branch are meant is for the policy of the record to say")
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
