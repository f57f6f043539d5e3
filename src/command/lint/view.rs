//! How a lint is shown: whether all is clean and what was looked at, then what is wrong, then what to do.

use holdpoint_core::finding::Severity;
use holdpoint_core::name::counted;
use schemars::JsonSchema;
use serde::Serialize;

use super::Report;
use super::fix::{self, Written, WrittenJson};
use crate::failure::Exit;
use crate::outcome::View;
use crate::render::json::{FindingJson, SCHEMA, findings as findings_json, value};
use crate::render::{findings, github, markdown, next_steps, paint, wrap};

/// A lint, ready to be shown.
pub(super) struct LintView {
    pub(super) commit: String,
    pub(super) asked: Option<String>,
    pub(super) written: Option<Vec<Written>>,
    pub(super) report: Report,
    pub(super) exit: Exit,
}

/// The answer of `holdpoint lint`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lint")]
pub(crate) struct LintJson {
    schema: u64,
    /// The release; null: everything.
    release: Option<String>,
    /// The commit that HEAD, or `--at`, names. Without `--at` the files in front of you were read.
    commit: String,
    /// `clean`, `blocked` or `unverifiable`.
    verdict: String,
    checked: LintedJson,
    /// What became of what was signed before; null where one release alone was looked at, or the policy cannot be read.
    history: Option<HistoryJson>,
    /// What `--fix` added before; null without it.
    written: Option<Vec<WrittenJson>>,
    findings: Vec<FindingJson>,
    exit_code: u8,
}

/// What was looked at.
#[derive(Debug, Serialize, JsonSchema)]
struct LintedJson {
    releases: usize,
    entries: usize,
    documents: usize,
}

/// What was looked at, to see whether something signed disappeared.
#[derive(Debug, Serialize, JsonSchema)]
struct HistoryJson {
    /// How many commits; what this clone has proved before is not looked at again.
    commits: usize,
}

impl LintView {
    fn count(&self, is_error: bool) -> usize {
        self.report.findings.iter().filter(|it| (it.severity >= Severity::Blocked) == is_error).count()
    }

    /// The verdict alone: "CLEAN", "CLEAN, 1 warning", "2 errors, 1 warning".
    fn verdict(&self) -> String {
        let (errors, warnings) = (self.count(true), self.count(false));
        let errors = if errors == 0 { "CLEAN".to_owned() } else { counted(errors, "error") };
        if warnings == 0 { errors } else { format!("{errors}, {}", counted(warnings, "warning")) }
    }

    fn checked(&self) -> String {
        let it = &self.report;
        let documents = counted(it.documents, "document");
        format!("({}, {}, {documents})", counted(it.releases, "release"), counted(it.entries, "entry"))
    }

    fn headline(&self) -> String {
        format!("lint: {}  {}", self.verdict(), self.checked())
    }

}

impl View for LintView {
    fn human(&self) -> String {
        let verdict = if self.exit == Exit::Done { paint::good(&self.verdict()) } else { paint::bad(&self.verdict()) };
        let mut out = match &self.written {
            Some(written) => format!("{}\n{}\n", wrap::hanging(&fix::sentence(written), 0), fix::lines(written)),
            None => String::new(),
        };
        out.push_str(&format!("lint: {verdict}  {}\n", self.checked()));
        out.push_str(&findings(&self.report.findings));
        out.push_str(&next_steps(&self.report.findings));
        out
    }

    fn json(&self) -> serde_json::Value {
        let report = &self.report;
        let verdict = match self.exit {
            Exit::Done => "clean",
            Exit::Refused => "blocked",
            _ => "unverifiable",
        };
        value(&LintJson {
            schema: SCHEMA,
            release: self.asked.clone(),
            commit: self.commit.clone(),
            verdict: verdict.to_owned(),
            checked: LintedJson { releases: report.releases, entries: report.entries, documents: report.documents },
            history: report.commits.map(|commits| HistoryJson { commits }),
            written: self.written.as_deref().map(fix::json),
            findings: findings_json(&report.findings),
            exit_code: self.exit as u8,
        })
    }

    fn github(&self) -> Option<String> {
        let level = if self.exit == Exit::Done { "notice" } else { "error" };
        let annotations = github::annotations(&self.report.findings);
        Some(format!("::{level} title=holdpoint::{}\n{annotations}", self.headline()))
    }

    fn markdown(&self) -> Option<String> {
        let headline = markdown::plain(&self.headline());
        let written = self.written.as_deref().map(|it| format!("{}\n\n", markdown::plain(&fix::sentence(it))));
        Some(format!("## {headline}\n\n{}{}", written.unwrap_or_default(), markdown::findings(&self.report.findings)))
    }
}
