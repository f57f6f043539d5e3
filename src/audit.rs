//! The audit: what lies on a site, held against what the record says is out. Whatever cannot be told is never "no drift".

use std::cmp::Reverse;

use holdpoint_core::finding::{self, Code, Finding, Severity};
use holdpoint_core::policy::{Policy, SiteRule};

use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::shell::Shell;
use crate::sight::{Lost, lost};
use crate::site::{Location, Site};

mod articles;
mod compare;
mod found;
mod recorded;
mod report;

use found::Found;
use recorded::{Recorded, files_of};
pub(crate) use report::AuditJson;

/// What an audit came to.
pub(crate) struct Audit {
    /// The commit whose record was read.
    commit: String,
    /// The number of the policy and its digest.
    policy: (u64, String),
    /// Whether another commit or time than that of now was asked about.
    hypothetical: bool,
    /// Why the record itself cannot be relied on, if so.
    record: Vec<Finding>,
    /// What became of the live articles about what is out.
    articles: Vec<Finding>,
    /// Each site.
    sites: Vec<SiteAudit>,
}

/// What was found on one site.
struct SiteAudit {
    name: String,
    /// How many versions the record says are out.
    versions: usize,
    /// How many files were hashed.
    files: usize,
    /// How many bytes they have.
    bytes: u64,
    /// Whether nothing is recorded and nothing is there.
    is_empty: bool,
    /// Whether it has an index.
    has_index: bool,
    findings: Vec<Finding>,
}

impl SiteAudit {
    /// The same of a site whose index may be gone: what it listed cannot be told then.
    fn without_index(mut self, rule: &SiteRule, policy: &Policy, lost: Option<Lost>) -> Self {
        let Some(lost) = lost.filter(|_| !self.has_index && !self.is_unreachable()) else { return self };
        self.findings.retain(|it| it.code != Code::IndexBehind);
        let message = format!("the record lists publications on `{}`, and at {}: {}", rule.name, rule.url, lost.why);
        let next =
            lost.next(rule, &format!("holdpoint publish VERSION --site {} --from DIR --new-site", rule.name), "");
        let finding = Finding::new(Code::SiteUnreachable, rule.name.as_str(), message);
        self.findings.push(finding.who(policy.publishers()).next(next));
        finding::sort(&mut self.findings);
        self
    }

    /// Whether the site itself could not be read.
    fn is_unreachable(&self) -> bool {
        let codes = [Code::SiteUnreachable, Code::ListingUnavailable];
        self.findings.iter().any(|it| codes.contains(&it.code) && it.about == self.name)
    }
}

impl Audit {
    /// The exit code: the worst of all findings decides.
    pub(crate) fn exit(&self) -> Exit {
        match self.worst() {
            Severity::Unverifiable => Exit::Unable,
            Severity::Blocked | Severity::Waiting => Exit::Refused,
            Severity::Warning if self.hypothetical => Exit::Hypothetical,
            Severity::Warning => Exit::Done,
        }
    }

    fn worst(&self) -> Severity {
        let all = self.record.iter().chain(&self.articles).chain(self.sites.iter().flat_map(|it| &it.findings));
        all.map(|it| it.severity).max().unwrap_or(Severity::Warning)
    }
}

/// Audits these sites.
pub(crate) fn audit(shell: &Shell, record: &Record<'_>, policy: &Policy, sites: &[SiteRule]) -> Result<Audit, Failure> {
    let recorded = Recorded::read(record)?;
    let mut audits = Vec::new();
    for rule in sites {
        let site = Location::site(rule)?;
        let lost = lost(record, site.as_ref(), rule, None)?;
        let audit = one(shell, site.as_ref(), rule, policy, &recorded);
        audits.push(if recorded.on(&rule.name).is_empty() { audit } else { audit.without_index(rule, policy, lost) });
    }
    let articles = articles::findings(record, policy, &recorded, sites.iter().map(|it| &it.name))?;
    Ok(Audit {
        commit: record.snapshot.commit_id(),
        policy: (policy.number(), policy.digest().to_string()),
        hypothetical: record.is_hypothetical(),
        record: recorded.findings,
        articles,
        sites: audits,
    })
}

/// Audits one site. A site that cannot be read is a finding, so that the others are audited all the same.
fn one(shell: &Shell, site: &dyn Site, rule: &SiteRule, policy: &Policy, recorded: &Recorded) -> SiteAudit {
    let outs = recorded.on(&rule.name);
    let files = files_of(outs);
    let gauge =
        shell.gauge(&format!("reading {}", rule.name), crate::render::size::total(files.values().map(|it| it.size)));
    let mut audit = SiteAudit {
        name: rule.name.to_string(),
        versions: recorded::versions_of(outs).len(),
        files: 0,
        bytes: 0,
        is_empty: false,
        has_index: false,
        findings: Vec::new(),
    };
    match Found::read(site, rule, recorded, &gauge) {
        // What an empty place lacks is not missing: it is not the site.
        Ok(found) if !outs.is_empty() && found.is_empty() => {
            return audit.without_index(rule, policy, Some(Lost::nothing_there()));
        }
        Ok(found) => {
            let hashed = files.keys().filter_map(|it| found.content(it));
            (audit.files, audit.bytes) = hashed.fold((0, 0), |(files, bytes), it| (files + 1, bytes + it.bytes_read()));
            audit.has_index = found.index.is_some();
            audit.is_empty = outs.is_empty() && found.is_empty();
            audit.findings = compare::compare(rule, policy, recorded, &found, shell.now());
        }
        Err((code, failure)) => audit.findings.push(unread(code, rule, &failure).who(policy.publishers())),
    }
    finding::sort(&mut audit.findings);
    // What nobody signed off is the loudest of what weighs the same.
    audit.findings.sort_by_key(|it| (Reverse(it.severity), it.code != Code::LiveUnrecorded));
    audit
}

/// The finding for a site that cannot be read.
fn unread(code: Code, rule: &SiteRule, failure: &Failure) -> Finding {
    let cause = failure.cause().map(|it| format!(": {it}")).unwrap_or_default();
    Finding::new(code, rule.name.as_str(), format!("{}{cause}", failure.message()))
        .next(failure.hint_text().unwrap_or("make the site readable for this account, then run the same command again"))
}
