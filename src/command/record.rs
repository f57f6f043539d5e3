//! `holdpoint record --adopt`: takes in a version that went out before Holdpoint, or around it.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::decide::{Outlet, publications};
use holdpoint_core::finding::{Code, Finding, Severity};
use holdpoint_core::name::{Person, counted};
use holdpoint_core::plan::listing;
use holdpoint_core::policy::{Policy, SiteRule};
use holdpoint_core::release::Release;
use holdpoint_core::statement::{Act, Artifact, Statement};

use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::outcome::Outcome;
use crate::publish::site_rule;
use crate::render::people;
use crate::shell::{Shell, Signing};
use crate::site::{Content, Location};

/// Take in a version that went out before Holdpoint, or around it
///
/// The owners state as a fact that a version is out, so that `audit` and `status` know of it. The release folder must be
/// there, and the site must hold every file of its `artifacts.toml` as COMPONENT/VERSION/FILE. Nothing on the site is
/// changed, and the version is shown for ever as one that went out outside the gate. It needs `--reason`.
///
/// Exit codes: 0 signed, 1 refused by a rule, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version
    version: String,
    /// The site that holds it [default: the only one of the policy]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// Say that it went out outside the gate
    #[arg(long, required = true)]
    adopt: bool,
    #[command(flatten)]
    signing: Signing,
}

/// Records.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let signing = &options.signing;
    let reason = signing.needed_reason()?;
    let repo = shell.repo()?;
    let desk = Desk::open(shell, &repo, &options.version, signing)?;
    let policy = desk.evidence.policy();
    let rule = site_rule(policy, options.site.as_deref())?;
    is_owner(policy, &desk.person)?;
    can_be_read(&desk)?;
    let (release, artifacts) = contents(&desk)?;
    let before = is_new(&desk, &rule, artifacts)?;
    let existing = policy.all_subjects().into_iter().filter(|it| desk.evidence.to_be_signed().digest(it).is_some());
    let deciding = policy.all_subjects().into_iter().filter(|it| is_deciding(it.as_str()));
    let subjects = desk.subjects(existing.chain(deciding).collect::<BTreeSet<_>>())?;
    let act = Act::Adopt { subjects, site: rule.name.clone(), artifacts: artifacts.to_vec() };
    let statement = desk.statement(shell, act, None, Some(reason));
    is_on_site(&rule, &statement, release)?;
    if !signing.yes {
        let version = desk.version.to_string();
        Shell::confirm(&format!("Type {version} to state that it went out on {} outside the gate", rule.name), &version)?;
    }
    let subject = format!("Adopt {} on {}", desk.version, rule.name);
    let receipt = desk.place(shell, signing, vec![statement], &subject)?;
    let voices = policy.voices(policy.owners(), before.iter().chain([&desk.person]));
    let wanting = policy.owners().needed.saturating_sub(voices.len());
    if wanting > 0 {
        let others: Vec<Person> = policy.owners().members.iter().filter(|it| !voices.contains(it)).cloned().collect();
        let (more, who) = (counted(wanting, "more owner"), people(&others));
        let again = format!("holdpoint record {} --site {} --adopt --reason \"…\"", desk.version, rule.name);
        shell.note(&format!("it has no effect yet: {more} must sign the same ({who}): {again}"));
    }
    Ok(Outcome::deed(Exit::Done, receipt))
}

fn is_deciding(path: &str) -> bool {
    holdpoint_core::policy::DECIDING_FILES.contains(&path)
}

fn is_owner(policy: &Policy, person: &Person) -> Result<(), Failure> {
    let owners: Vec<Person> = policy.owners().members.iter().filter(|it| !policy.is_machine(it)).cloned().collect();
    if owners.contains(person) {
        return Ok(());
    }
    Err(Failure::refused(format!("{person} is no owner, and only owners adopt")).hint(format!("ask {}", people(&owners))))
}

/// What cannot be read is not adopted, nor what is not what a publication of the version names already: it would mean two things.
/// A root that is not pinned was warned about.
fn can_be_read(desk: &Desk<'_>) -> Result<(), Failure> {
    let weighs = |it: &&Finding| it.severity == Severity::Unverifiable && it.code != Code::RootUnpinned;
    let (_, of_publications) = publications(&desk.evidence);
    let changed = of_publications.iter().filter(|finding| finding.code == Code::PublishedChanged);
    let faults: Vec<Finding> = desk.evidence.faults().iter().chain(changed).filter(weighs).cloned().collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("the record of {} cannot be relied on", desk.version))
        .findings(faults)
        .hint(format!("holdpoint check {}", desk.version)))
}

/// The release and its artifacts, of which there must be some.
fn contents<'d>(desk: &'d Desk<'_>) -> Result<(&'d Release, &'d [Artifact]), Failure> {
    let folder = format!("releases/{}", desk.version);
    let own = desk.evidence.to_be_signed();
    match (own.release(), own.artifacts()) {
        (Some(release), Some(artifacts)) if !artifacts.is_empty() => Ok((release, artifacts)),
        (None, _) => Err(Failure::refused(format!("`{folder}/release.toml` is not there")).hint("write and commit it")),
        _ => Err(Failure::refused(format!("`{folder}/artifacts.toml` names no file, so there is nothing to adopt"))
            .hint(format!("holdpoint artifacts {} COMPONENT=FILE…   then commit it", desk.version))),
    }
}

/// The owners who have adopted the same before. What is out already, or was signed by this person already, is refused.
fn is_new(desk: &Desk<'_>, rule: &SiteRule, artifacts: &[Artifact]) -> Result<Vec<Person>, Failure> {
    let version = &desk.version;
    let check = format!("holdpoint check {version}");
    if let Some(out) = publications(&desk.evidence).0.iter().find(|it| it.site == rule.name) {
        let how = if out.outlet == Outlet::Adopted { "adopted" } else { "published" };
        return Err(Failure::refused(format!("{version} is {how} on `{}` already", rule.name)).hint(check));
    }
    let wanted: BTreeSet<&Artifact> = artifacts.iter().collect();
    let same = |act: &Act| match act {
        Act::Adopt { site, artifacts, .. } => *site == rule.name && artifacts.iter().collect::<BTreeSet<_>>() == wanted,
        _ => false,
    };
    let entries = desk.evidence.ledger().entries().filter(|it| same(&it.statement.act));
    let by: Vec<Person> = entries.map(|it| it.statement.by.clone()).collect();
    if by.contains(&desk.person) {
        return Err(Failure::refused(format!("{} has signed this adoption already", desk.person)).hint(check));
    }
    Ok(by)
}

/// Whether the site holds every file, with the digests that are stated.
fn is_on_site(rule: &SiteRule, statement: &Statement, release: &Release) -> Result<(), Failure> {
    let site = Location::site(rule)?;
    let listing = listing(statement, release).ok_or_else(|| {
        Failure::new("`artifacts.toml` names a component that `release.toml` has not").hint("holdpoint lint")
    })?;
    let mut findings = Vec::new();
    for file in &listing.artifacts {
        let path = file.path();
        let wanted = Content { size: file.size, sha256: file.sha256 };
        let (code, message, next) = match site.digest_of(&path, wanted.size)? {
            Some(it) if it.is(wanted) => continue,
            Some(it) => (
                Code::BytesDiffer,
                format!("`{path}` has {it} on the site, and {} stated", it.instead(wanted)),
                format!("holdpoint artifacts {} COMPONENT=FILE…   with the files that are out", statement.release),
            ),
            None => (
                Code::NoArtifact,
                format!("`{path}` is not on the site, at {}", rule.url),
                "move it there, so that its path stays for ever; or correct `artifacts.toml`".to_owned(),
            ),
        };
        findings.push(Finding::new(code, path, message).next(next));
    }
    if findings.is_empty() {
        return Ok(());
    }
    let next = findings.first().map(|it| it.next.clone()).unwrap_or_default();
    Err(Failure::refused(format!("`{}` does not hold what would be adopted", rule.name)).findings(findings).hint(next))
}
