//! An audit as an answer: drift or none, what was counted, and what to do about each difference.

use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::counted;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Audit, SiteAudit};
use crate::outcome::View;
use crate::render::json::{FindingJson, PolicyJson, SCHEMA, value};
use crate::render::{findings, github, markdown, next_steps, paint, short, size, wrap};

/// How many findings of a site are shown to people.
const SHOWN: usize = 100;

/// The answer of `holdpoint audit`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "audit")]
pub(crate) struct AuditJson {
    schema: u64,
    /// The commit whose record was read.
    commit: String,
    policy: PolicyJson,
    /// `no-drift`, `drift` or `unverifiable`.
    verdict: String,
    exit_code: u8,
    /// Whether this was a what-if: another commit than HEAD, or another time than now.
    hypothetical: bool,
    sites: Vec<SiteJson>,
    findings: Vec<SiteFindingJson>,
}

/// What was found on one site.
#[derive(Debug, Serialize, JsonSchema)]
struct SiteJson {
    site: String,
    /// `no-drift`, `drift` or `unverifiable`.
    verdict: String,
    /// How many versions the record says are out.
    versions: usize,
    /// How many files were hashed.
    files: usize,
    /// How many bytes they have.
    bytes: u64,
}

/// A finding, and the site that it is about; none if it is about the record or the knowledge base.
#[derive(Debug, Serialize, JsonSchema)]
struct SiteFindingJson {
    site: Option<String>,
    #[serde(flatten)]
    finding: FindingJson,
}

impl SiteAudit {
    fn worst(&self, record: &[Finding]) -> Severity {
        worst_of(&self.findings).max(worst_of(record))
    }

    fn counts(&self) -> String {
        if self.is_empty {
            return "nothing is recorded, and nothing is there".to_owned();
        }
        let (versions, files) = (counted(self.versions, "version"), counted(self.files, "file"));
        format!("{versions}, {files}, {} hashed", size::words(self.bytes))
    }
}

fn worst_of(findings: &[Finding]) -> Severity {
    findings.iter().map(|it| it.severity).max().unwrap_or(Severity::Warning)
}

/// What a severity means for an audit: the word in JSON.
fn verdict(worst: Severity) -> &'static str {
    match worst {
        Severity::Unverifiable => "unverifiable",
        Severity::Blocked | Severity::Waiting => "drift",
        Severity::Warning => "no-drift",
    }
}

/// The same in capitals.
fn plain(worst: Severity) -> String {
    verdict(worst).replace('-', " ").to_uppercase()
}

fn painted(worst: Severity) -> String {
    match worst {
        Severity::Warning => paint::good(&plain(worst)),
        _ => paint::bad(&plain(worst)),
    }
}

impl Audit {
    /// The first line of a site: the answer, and what was counted.
    fn headline(&self, site: &SiteAudit, word: impl Fn(Severity) -> String) -> String {
        let what_if = if self.hypothetical { "; HYPOTHETICAL: another commit or time than now" } else { "" };
        let (word, counts, commit) = (word(site.worst(&self.record)), site.counts(), short(&self.commit));
        format!("{}: {word}  ({counts}; commit {commit}{what_if})", site.name)
    }

    fn all(&self) -> Vec<Finding> {
        let sites = self.sites.iter().flat_map(|it| &it.findings);
        self.record.iter().chain(&self.articles).chain(sites).cloned().collect()
    }
}

impl View for Audit {
    fn human(&self) -> String {
        let mut out = String::new();
        let mut shown: Vec<Finding> = Vec::new();
        for site in &self.sites {
            out.push_str(&format!("{}\n", wrap::hanging(&self.headline(site, painted), 2)));
            let (first, rest) = site.findings.split_at(site.findings.len().min(SHOWN));
            out.push_str(&findings(first));
            if !rest.is_empty() {
                out.push_str(&format!("  and {} more; `--format json` has them all\n", rest.len()));
            }
            shown.extend_from_slice(first);
        }
        if !self.articles.is_empty() {
            let headline = painted(worst_of(&self.articles));
            out.push_str(&format!("\nknowledge base: {headline}\n{}", findings(&self.articles)));
            shown.extend_from_slice(&self.articles);
        }
        if !self.record.is_empty() {
            let headline = paint::bad("cannot be relied on");
            out.push_str(&format!("\nThe record at commit {} {headline}:\n", short(&self.commit)));
            out.push_str(&findings(&self.record));
            shown.extend_from_slice(&self.record);
        }
        out.push_str(&next_steps(&shown));
        out
    }

    fn json(&self) -> serde_json::Value {
        let of = |site: Option<&str>, it: &Finding| SiteFindingJson {
            site: site.map(str::to_owned),
            finding: FindingJson::of(it),
        };
        let mut all: Vec<SiteFindingJson> = self.record.iter().chain(&self.articles).map(|it| of(None, it)).collect();
        for site in &self.sites {
            all.extend(site.findings.iter().map(|it| of(Some(&site.name), it)));
        }
        let site = |it: &SiteAudit| SiteJson {
            site: it.name.clone(),
            verdict: verdict(it.worst(&self.record)).to_owned(),
            versions: it.versions,
            files: it.files,
            bytes: it.bytes,
        };
        value(&AuditJson {
            schema: SCHEMA,
            commit: self.commit.clone(),
            policy: PolicyJson { number: self.policy.0, sha256: self.policy.1.clone() },
            verdict: verdict(self.worst()).to_owned(),
            exit_code: self.exit() as u8,
            hypothetical: self.hypothetical,
            sites: self.sites.iter().map(site).collect(),
            findings: all,
        })
    }

    fn github(&self) -> Option<String> {
        let mut out = String::new();
        for site in &self.sites {
            let level = if site.worst(&self.record) > Severity::Warning { "error" } else { "notice" };
            let headline = self.headline(site, plain).replace('%', "%25");
            out.push_str(&format!("::{level} title=holdpoint::{headline}\n"));
        }
        out.push_str(&github::annotations(&self.all()));
        Some(out)
    }

    fn markdown(&self) -> Option<String> {
        let mut out = String::new();
        for site in &self.sites {
            out.push_str(&format!("## {}\n\n", markdown::plain(&self.headline(site, plain))));
            let own = markdown::findings(&site.findings);
            if !own.is_empty() {
                out.push_str(&format!("{own}\n"));
            }
        }
        if !self.articles.is_empty() {
            let (word, own) = (plain(worst_of(&self.articles)), markdown::findings(&self.articles));
            out.push_str(&format!("## knowledge base: {word}\n\n{own}\n"));
        }
        if !self.record.is_empty() {
            out.push_str(&format!("## The record cannot be relied on\n\n{}", markdown::findings(&self.record)));
        }
        Some(out)
    }
}
