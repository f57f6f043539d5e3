//! `holdpoint lint`: the records, the ledgers and the documents, before anybody is asked to sign.

use std::collections::BTreeSet;

use clap::Args;
use holdpoint_core::decide;
use holdpoint_core::evidence::{Evidence, moved};
use holdpoint_core::finding::{Code, Finding, Severity, sort};
use holdpoint_core::name::{Version, escaped};
use holdpoint_core::policy::{Chain, Policy, pinned};

use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell, Summary};
use crate::sight::{self, Reach};

mod fix;
mod view;

pub(crate) use view::LintJson;

use view::LintView;

/// Check the records and documents as they are written
///
/// Asks for no sign-off. With a version: that release. Without one, for every pull request: the policy, every release with
/// its ledger, and that nothing signed has disappeared in any commit since the policy's checkpoint. Works on the files in
/// front of you unless `--at` names a commit; what may have disappeared is looked for in commits.
///
/// With `--fix` it first adds to `kb.md` and `notice.md` each section, contact and day that they lack, as a line that says
/// TODO, which the gate does not let through. No line that is there changes, and nothing is committed. A version that is out is
/// refused.
///
/// Exit codes: 0 nothing is wrong (there may be warnings), 1 a rule is broken, 2 bad usage, 4 something cannot be verified.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7 [default: everything]
    version: Option<String>,
    /// First write what the article and the notice of the release lack, to be filled in
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) summary: Summary,
}

/// Lints.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let written = if options.fix { Some(fix::run(shell, &repo, options.version.as_deref(), &options.reading)?) } else { None };
    let record = shell.record(&repo, &options.reading)?;
    let record = if options.reading.at.is_some() { record } else { record.into_written()? };
    let versions = match &options.version {
        Some(asked) => vec![record.one(asked)?],
        None => record.versions()?.into_iter().collect(),
    };
    let mut report = Report::default();
    match record.chain()? {
        Err(findings) => report.findings = findings,
        Ok(chain) => {
            let policy = chain.current();
            report.of_root(&record, &chain);
            let is_all = options.version.is_none();
            for version in &versions {
                let evidence = record.plain_evidence(version)?;
                let mut evidence = evidence.map_err(|it| Failure::new("the policy cannot be relied on").findings(it))?;
                if decide::is_compared(&evidence) {
                    sight::show(shell, &record, &mut evidence, Reach::Folders)?;
                }
                report.of_release(&evidence, is_all);
            }
            if is_all {
                report.of_strangers(&record)?;
                // What is proposed harms nothing; its authors should know all the same.
                let proposed = chain.proposal(&record.proposed_files()?).err().unwrap_or_default();
                report.findings.extend(proposed.into_iter().map(Finding::as_warning));
                let past = record.past(&chain)?;
                report.findings.extend(past.findings().iter().cloned());
                report.commits = Some(past.commits());
            }
            report.answered_by(policy);
        }
    }
    sort(&mut report.findings);
    let exit = exit(&report.findings);
    let is_deed = written.as_ref().is_some_and(|it| !it.is_empty());
    let view = LintView { commit: record.snapshot.commit_id(), asked: options.version, written, report, exit };
    Ok(if is_deed { Outcome::deed(exit, view) } else { Outcome::new(exit, view) })
}

/// A lint never waits: it asks for nobody.
fn exit(findings: &[Finding]) -> Exit {
    match findings.iter().map(|it| it.severity).max() {
        Some(Severity::Unverifiable) => Exit::Unable,
        Some(Severity::Blocked) => Exit::Refused,
        Some(Severity::Waiting | Severity::Warning) | None => Exit::Done,
    }
}

/// What was looked at, and what was found.
#[derive(Default)]
struct Report {
    releases: usize,
    entries: usize,
    documents: usize,
    findings: Vec<Finding>,
    /// How many older commits were looked at for what is gone; nothing where one release alone was looked at.
    commits: Option<usize>,
}

impl Report {
    /// What concerns the policy. Whether a root is pinned here says nothing about the files.
    fn of_root(&mut self, record: &Record<'_>, chain: &Chain) {
        self.findings.extend(pinned(chain, record.pins()).into_iter().filter(|it| it.code != Code::RootUnpinned));
        self.findings.extend(moved(chain.current(), record.snapshot.prefix()));
    }

    fn of_release(&mut self, evidence: &Evidence, is_one_of_many: bool) {
        self.releases += 1;
        self.entries += evidence.ledger().len();
        self.documents += evidence.count_documents();
        let of_root = BTreeSet::from([Code::RootUnpinned, Code::RootMismatch, Code::RootMoved]);
        let of_past = evidence.facts().past.findings();
        let is_own = |it: &Finding| !of_root.contains(&it.code) && !of_past.iter().any(|past| past.about == it.about && past.code == it.code);
        let own = decide::lint(evidence).into_iter().filter(is_own);
        let version = &evidence.facts().version;
        self.findings.extend(own.map(|it| if is_one_of_many { placed(it, version) } else { it }));
    }

    /// Names the owners of the policy where nobody else has to act.
    fn answered_by(&mut self, policy: &Policy) {
        let is_open = |it: &&mut Finding| {
            it.severity > Severity::Warning && it.who.is_empty() && it.code != Code::RootMismatch
        };
        for finding in self.findings.iter_mut().filter(is_open) {
            finding.who = policy.owners().members.iter().cloned().collect();
        }
    }

    /// What lies among the releases and is none.
    fn of_strangers(&mut self, record: &Record<'_>) -> Result<(), Failure> {
        let versions: Vec<String> = record.versions()?.iter().map(ToString::to_string).collect();
        self.findings.extend(record.strangers()?.iter().map(|it| stranger(it, &versions)));
        Ok(())
    }
}

/// A finding of one release among many: it says of which, where nothing in it does.
fn placed(finding: Finding, version: &Version) -> Finding {
    let name = version.to_string();
    let says = [&finding.about, &finding.message, &finding.next].iter().any(|it| it.contains(&name));
    if says || finding.place.is_some() { finding } else { Finding { message: format!("{name}: {}", finding.message), ..finding } }
}

fn stranger(name: &str, versions: &[String]) -> Finding {
    let path = format!("releases/{}", escaped(name));
    let meant = name.strip_prefix('v').unwrap_or(name);
    let meant = match meant.split('.').count() {
        2 => format!("{meant}.0"),
        _ => meant.to_owned(),
    };
    let is_free = !versions.contains(&meant) && meant != name && meant.parse::<Version>().is_ok();
    let next = if is_free { format!("git mv '{path}' releases/{meant}") } else { format!("move it elsewhere: git mv '{path}' …") };
    let why = if name.parse::<Version>().is_ok() { "is no folder" } else { "is not named by a version such as 2.7.0" };
    Finding::new(Code::BadRecord, path.clone(), format!("`{path}` {why}, so it is no release")).next(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_short_or_decorated_version_is_renamed() {
        for (name, next) in [
            ("v2.7.0", "git mv 'releases/v2.7.0' releases/2.7.0"),
            ("2.7", "git mv 'releases/2.7' releases/2.7.0"),
            ("notes", "move it elsewhere: git mv 'releases/notes' …"),
            ("v2.6.0", "move it elsewhere: git mv 'releases/v2.6.0' …"),
        ] {
            assert_eq!(stranger(name, &["2.6.0".to_owned()]).next, next);
        }
    }

    #[test]
    fn a_warning_leaves_it_clean_and_the_worst_decides() {
        let finding = |code| Finding::new(code, "x", "y");
        assert_eq!(exit(&[finding(Code::DeadLink)]), Exit::Done);
        assert_eq!(exit(&[finding(Code::DeadLink), finding(Code::KbSections)]), Exit::Refused);
        assert_eq!(exit(&[finding(Code::KbSections), finding(Code::BadEntry)]), Exit::Unable);
        assert_eq!(exit(&[finding(Code::Missing)]), Exit::Done);
    }

    #[test]
    fn a_finding_says_of_which_release_it_is() {
        let version: Version = "2.7.0".parse().unwrap();
        let of = |about: &str| placed(Finding::new(Code::NoArtifact, about, "`recorder` has no artifact"), &version).message;
        assert_eq!(of("recorder"), "2.7.0: `recorder` has no artifact");
        assert_eq!(of("releases/2.7.0/kb.md"), "`recorder` has no artifact");
    }
}
