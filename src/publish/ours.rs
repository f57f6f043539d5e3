//! What of a site is not ours: ours by name is not ours by content, and what is somebody else's is never overwritten.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::catalog::Listed;
use holdpoint_core::digest::Digest;
use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::plan::Plan;
use holdpoint_core::policy::SiteRule;

use super::Order;
use crate::failure::Failure;
use crate::site::{CHECKSUMS, Site, another_page, is_ours};

/// Refuses a site that does not exist, unless it shall be made now: a share that is not mounted looks like that too.
pub(super) fn is_there(site: &dyn Site, rule: &SiteRule, order: &Order<'_>) -> Result<(), Failure> {
    if order.new_site || site.is_there()? {
        return Ok(());
    }
    let next = format!("mount it; or, if the site is new: {}", order.again(rule, " --new-site"));
    let message = format!("{} is not there: a share that is not mounted looks like that, too", rule.url);
    Err(Failure::new(format!("the site `{}` does not exist", rule.name))
        .untouched()
        .findings(vec![Finding::new(Code::SiteUnreachable, rule.name.as_str(), message).next(next.clone())])
        .hint(next))
}

/// Refuses to write where somebody else has written. All of it is told, before anything is changed.
pub(super) fn only(site: &dyn Site, rule: &SiteRule, plan: &Plan) -> Result<(), Failure> {
    let mut findings: Vec<Finding> = foreign_page(site, rule)?.into_iter().collect();
    let beside = plan.files().iter().filter(|it| rule.is_beside(&it.path()));
    findings.extend(beside.map(|it| {
        let path = it.path();
        let message =
            format!("`{path}` would be written where the policy says that the web site has its own (`beside`)");
        Finding::new(Code::LiveUnrecorded, path, message)
            .next("take the pattern out of `beside`: holdpoint policy propose")
    }));
    // What is recorded is put right, whoever wrote there.
    if plan.approval().recorded().is_none() {
        findings.extend(foreign_checksums(site, plan.files())?);
    }
    let Some(next) = findings.first().map(|it| it.next.clone()) else { return Ok(()) };
    Err(Failure::refused(format!("the site `{}` cannot take this release", rule.name))
        .because("something there is not ours")
        .untouched()
        .hint(next)
        .findings(findings))
}

fn foreign_page(site: &dyn Site, rule: &SiteRule) -> Result<Option<Finding>, Failure> {
    let Some(page) = &rule.page else { return Ok(None) };
    let Some(bytes) = site.beginning(page)?.filter(|it| !is_ours(it)) else { return Ok(None) };
    let message =
        format!("`{page}` ({} bytes or more) was not written by holdpoint, and would be overwritten", bytes.len());
    Ok(Some(Finding::new(Code::LiveUnrecorded, page.as_str(), message).next(another_page(page))))
}

/// Every `SHA256SUMS` in the way that says something of files which are not in the plan, or is not written as ours.
fn foreign_checksums(site: &dyn Site, files: &[Listed]) -> Result<Vec<Finding>, Failure> {
    let mut folders: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        folders.entry(format!("{}/{}", file.component, file.version)).or_default().insert(file.file.as_str());
    }
    let mut findings = Vec::new();
    for (folder, names) in folders {
        let path = format!("{folder}/{CHECKSUMS}");
        if let Some(bytes) = site.beginning(&path)?
            && !speaks_of(&bytes, &names)
        {
            let message = format!("`{path}` was not written by holdpoint, and would be overwritten");
            let next = format!(
                "give it another name, such as `{path}.old`, and name that in `beside`; or take it off the site"
            );
            findings.push(Finding::new(Code::LiveUnrecorded, path, message).next(next));
        }
    }
    Ok(findings)
}

/// Whether these are checksums of these files alone, written as `sha256sum` does.
fn speaks_of(bytes: &[u8], names: &BTreeSet<&str>) -> bool {
    let line = |line: &str| {
        line.split_once("  ").is_some_and(|(sha256, name)| sha256.parse::<Digest>().is_ok() && names.contains(name))
    };
    std::str::from_utf8(bytes).is_ok_and(|text| text.lines().all(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_ours_if_they_speak_of_our_files_alone() {
        let names = BTreeSet::from(["a b.exe", "c.exe"]);
        let line = |name: &str| format!("{}  {name}\n", Digest::of(b"x"));
        assert!(speaks_of(b"", &names));
        assert!(speaks_of(line("a b.exe").as_bytes(), &names));
        assert!(!speaks_of((line("a b.exe") + &line("other.exe")).as_bytes(), &names));
        assert!(!speaks_of(b"# our checksums\n", &names));
        assert!(!speaks_of(format!("{} *c.exe\n", Digest::of(b"x")).as_bytes(), &names));
        assert!(!speaks_of(&[0xff], &names));
    }
}
