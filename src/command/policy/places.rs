//! The places that a proposed policy changes: sites where something is out, the branch of record, the coordination root.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::name::{SiteName, Version, listed};
use holdpoint_core::policy::{Chain, Policy, folder};

use crate::failure::Failure;
use crate::gather::{PROPOSED, Record};

/// What changes about the places, in a sentence each. `out`: what is out on each site.
pub(super) fn changes(
    head: &Record<'_>,
    chain: &Chain,
    next: &Policy,
    out: &BTreeMap<SiteName, BTreeSet<Version>>,
) -> Result<Vec<String>, Failure> {
    let current = chain.current();
    let mut told = Vec::new();
    for (site, versions) in out.iter().filter(|(site, _)| current.site(site).is_some() && next.site(site).is_none()) {
        told.push(format!(
            "the site `{site}` is no site any more, and {} went out there: nobody can audit it or withdraw from it",
            listed(versions, "and")
        ));
    }
    if let Some(step) = branch_step(head, current, next)? {
        told.push(format!(
            "the branch of record is `{}` instead of `{}`; once it is adopted: {step}",
            next.branch(),
            current.branch()
        ));
    }
    if next.path() != current.path() {
        told.push(format!("the coordination root belongs to {} instead of {}", named(next.path()), named(current.path())));
    }
    Ok(told)
}

/// What brings an adopted policy to its branch of record, where that is another one than before.
pub(super) fn branch_step(head: &Record<'_>, current: &Policy, next: &Policy) -> Result<Option<String>, Failure> {
    if next.branch() == current.branch() {
        return Ok(None);
    }
    Ok(Some(match head.repo.remote_for(current.branch())? {
        Some(remote) => format!("git push {remote} HEAD:{}", next.branch()),
        None => format!("git branch {} HEAD", next.branch()),
    }))
}

/// Refuses to adopt a policy for another folder than the one where it lies: from then on every answer would be `root-moved`.
pub(super) fn stays(current: &Policy, next: &Policy) -> Result<(), Failure> {
    let (from, to) = (current.path(), next.path());
    if from == to {
        return Ok(());
    }
    let at = |path: &str| if from.is_empty() { path.to_owned() } else { format!("{from}/{path}") };
    let (proposed, adopted) = (at(&format!("policy/{PROPOSED}")), at(&format!("policy/{}", folder(next.number()))));
    let (policy, releases) = (at("policy"), at("releases"));
    let target = if to.is_empty() { ".".to_owned() } else { format!("{to}/") };
    let made = if to.is_empty() { String::new() } else { format!("mkdir -p {to} && ") };
    Err(Failure::refused(format!("policy {} belongs to {}, and lies at {}", next.number(), named(to), named(from)))
        .because("as long as both differ, nothing can be answered, signed or published")
        .hint(format!(
            "put `path = \"{from}\"` back; or move all of it in the commit that adopts it, at the top of the repository: \
             git mv {proposed} {adopted} && {made}git mv {policy} {releases} {target} && git commit"
        )))
}

fn named(path: &str) -> String {
    if path.is_empty() { "the top of the repository".to_owned() } else { format!("`{path}`") }
}
