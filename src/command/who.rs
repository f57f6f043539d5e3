//! `holdpoint who`: who answers for a release, who has signed, and who must act now.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::decide::{Decision, Publicity, Question, Standing, State, decide};
use holdpoint_core::evidence::Evidence;
use holdpoint_core::finding::{Code, Finding, to_act_on};
use holdpoint_core::name::{Person, RoleName, Version, counted, escaped, listed};
use holdpoint_core::policy::{Policy, Quorum, Requirement};
use holdpoint_core::release::Release;
use jiff::Timestamp;

use crate::answer::{Source, publish_command};
use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, View};
use crate::render::json::value;
use crate::render::{ago, paint, wrap};
use crate::shell::{Reading, Shell};
use crate::sight::{self, Reach};

mod json;

pub(crate) use json::WhoJson;

/// Say who answers for a release, who has signed and who must
///
/// The owner and the deputy; for each requirement the people who can sign it and those who have; who must act now; and who
/// may publish, lift a hold or waive. `2.7` means every 2.7.x.
///
/// Exit codes: 0 answered, 2 bad usage, 4 without a record, or it could not be told; the answer is printed all the same.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The version: 2.7.0, v2.7.0 or 2.7
    version: String,
    #[command(flatten)]
    reading: Reading,
}

/// Answers.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let repo = shell.repo()?;
    let record = shell.record(&repo, &options.reading)?;
    let (source, policy) = Source::reliable(shell, &record, &options.reading)?;
    let mut releases = Vec::new();
    for version in record.matching(&options.version)?.into_iter().rev() {
        let mut evidence = record.evidence_or_fail(&version)?;
        sight::show(shell, &record, &mut evidence, Reach::Public)?;
        let decision = decide(&evidence, &Question::Check, shell.now());
        releases.push(People::of(&evidence, decision, &record.publicity(&evidence)?));
    }
    let doubted = if releases.is_empty() { record.doubted()? } else { Vec::new() };
    let view = WhoView { asked: options.version, now: shell.now(), source, policy, releases, doubted };
    Ok(Outcome::new(view.exit(), view))
}

/// How wide the words before the facts are, at least.
const WIDTH: usize = 12;

/// The people around one release.
struct People {
    version: Version,
    release: Option<Release>,
    /// Whether it cannot be told with what it went out, or whether it did.
    is_doubted: bool,
    requirements: Vec<Standing>,
    /// What is to be done, and by whom.
    duties: Vec<Duty>,
}

/// Something that somebody must do.
struct Duty {
    what: String,
    who: Vec<Person>,
    next: String,
}

impl People {
    fn of(evidence: &Evidence, decision: Decision, publicity: &Publicity) -> Self {
        let release = publicity.release().cloned();
        let findings = to_act_on(&decision.findings).filter(|it| it.code != Code::RootUnpinned);
        let mut duties: Vec<Duty> = findings.map(|it| Duty::of(it, release.as_ref())).collect();
        let version = evidence.facts().version.clone();
        if duties.is_empty() && decision.publications.is_empty() {
            let who = evidence.policy().publishers().into_iter().collect();
            let next = publish_command(&version, evidence.policy());
            duties.push(Duty { what: "publish it".to_owned(), who, next });
        }
        let is_doubted = !publicity.doubts().is_empty();
        Self { version, release, is_doubted, requirements: decision.requirements, duties }
    }

    /// Whether its record says who answers for it.
    fn owner(&self) -> Option<&Person> {
        self.release.as_ref().and_then(|it| it.owner.as_ref())
    }

    fn deputy(&self) -> Option<&Person> {
        self.release.as_ref().and_then(|it| it.deputy.as_ref())
    }

    /// The answer: one sentence.
    fn answer(&self) -> String {
        let version = &self.version;
        match (&self.release, self.owner(), self.deputy()) {
            _ if self.is_doubted => format!("It cannot be told who answers for {version}: its record is in doubt."),
            (None, ..) => format!("It cannot be told who answers for {version}: its `release.toml` cannot be read."),
            (_, Some(owner), Some(deputy)) => format!("{owner} answers for {version}; the deputy is {deputy}."),
            (_, Some(owner), None) => format!("{owner} answers for {version}, and nobody is the deputy."),
            (_, None, Some(deputy)) => format!("Nobody answers for {version} but {deputy}, the deputy."),
            (_, None, None) => format!("Nobody answers for {version}."),
        }
    }
}

impl Duty {
    /// What nobody in particular can do falls to the owner and the deputy.
    fn of(finding: &Finding, release: Option<&Release>) -> Self {
        let owners = release.into_iter().flat_map(|it| it.owner.iter().chain(&it.deputy).cloned());
        let who = if finding.who.is_empty() { owners.collect() } else { finding.who.clone() };
        let about = if finding.about.len() == 64 { String::new() } else { format!(" {}", finding.about) };
        Self { what: escaped(&format!("{}{about}", finding.code)), who, next: escaped(&finding.next) }
    }
}

struct WhoView {
    asked: String,
    now: Timestamp,
    source: Source,
    policy: Policy,
    releases: Vec<People>,
    /// Where nothing was found: the releases whose record is in doubt, so that it may be part of one of them.
    doubted: Vec<Version>,
}

impl WhoView {
    fn exit(&self) -> Exit {
        let is_told = !self.releases.is_empty() && !self.releases.iter().any(|it| it.is_doubted);
        if is_told { Exit::Done } else { Exit::Unable }
    }

    fn answer(&self) -> String {
        if !self.doubted.is_empty() {
            let (asked, doubted) = (escaped(&self.asked), listed(&self.doubted, "and"));
            return format!("It cannot be told who answers for {asked}: the record of {doubted} is in doubt.");
        }
        self.releases.first().map_or_else(|| format!("Nobody has recorded {}.", escaped(&self.asked)), People::answer)
    }

    fn block(&self, it: &People) -> String {
        let mut out = format!("{}\n\n", paint::bold(&wrap::hanging(&format!("{}{}", it.answer(), self.source.mark()), 0)));
        let width = it.requirements.iter().map(|it| it.name.as_str().len()).max().unwrap_or_default().max(WIDTH);
        for (standing, requirement) in it.requirements.iter().zip(self.policy.requirements()) {
            out.push_str(&line(standing.name.as_str(), width, &self.stands(standing)));
            out.push_str(&line("", width, &self.signers(requirement)));
        }
        out.push_str(&duties(&it.duties));
        out.push('\n');
        for (word, text) in powers(&self.policy) {
            out.push_str(&line(word, width, &text));
        }
        out
    }

    /// "approved by maria@example.com, 2 days ago".
    fn stands(&self, standing: &Standing) -> String {
        let when = standing.since.map(|it| format!(", {}", ago(it, self.now))).unwrap_or_default();
        let by = if standing.by.is_empty() { String::new() } else { format!(" by {}{when}", listed(&standing.by, "and")) };
        let state = if standing.state == State::Stale { "signed before it changed" } else { standing.state.word() };
        format!("{state}{by}")
    }

    /// "eve@example.com or maria@example.com of `support` can sign it".
    fn signers(&self, requirement: &Requirement) -> String {
        let of_role = |role: &RoleName| {
            let people = listed(self.policy.people_of(role), "or");
            if requirement.approvals > 1 {
                format!("{} of `{role}` ({people})", requirement.approvals)
            } else {
                format!("{people} of `{role}`")
            }
        };
        let together = requirement.approvals > 1 || requirement.roles.len() > 1;
        let verb = if together { "must sign it" } else { "can sign it" };
        format!("{} {verb}", listed(requirement.roles.iter().map(of_role), "and"))
    }
}

/// What must be done now, and by whom.
fn duties(duties: &[Duty]) -> String {
    if duties.is_empty() {
        return "\nNobody must act now.\n".to_owned();
    }
    // One person may have several things to do, and one thing may wait for several people.
    let mut by_who: BTreeMap<String, Vec<&Duty>> = BTreeMap::new();
    for duty in duties {
        by_who.entry(listed(&duty.who, "or")).or_default().push(duty);
    }
    let mut out = "\nmust act now:\n".to_owned();
    for (who, duties) in by_who {
        let who = if who.is_empty() { "somebody".to_owned() } else { who };
        out.push_str(&format!("  {}\n", wrap::hanging(&who, 2)));
        for duty in duties {
            out.push_str(&format!("    {}\n", wrap::hanging(&format!("{}: {}", duty.what, duty.next), 4)));
        }
    }
    out
}

/// What some people may do with any release.
fn powers(policy: &Policy) -> Vec<(&'static str, String)> {
    let named = |it: &Person| {
        let kind = if policy.is_machine(it) { " (a machine)" } else { "" };
        format!("{it}{kind}")
    };
    let mut powers = vec![
        ("publishes", listed(policy.publishers().iter().map(named), "or")),
        ("holds", "everybody of the ring".to_owned()),
        ("lifts holds", format!("whoever placed it, or {}", quorum(policy.lifters(), "of the owners"))),
    ];
    powers.extend(policy.waiver().map(|it| {
        let people = quorum(&it.quorum, "");
        ("waives", format!("{people}, for at most {}", counted(usize::try_from(it.max_hours).unwrap_or_default(), "hour")))
    }));
    powers
}

/// "2 of `duty` together: dana@example.com and sam@example.com".
fn quorum(quorum: &Quorum, otherwise: &str) -> String {
    let of = quorum.role.as_ref().map_or_else(|| otherwise.to_owned(), |it| format!("of `{it}`"));
    let together = if quorum.needed > 1 { " together" } else { "" };
    format!("{} {of}{together}: {}", quorum.needed, listed(&quorum.members, if quorum.needed > 1 { "and" } else { "or" }))
}

fn line(word: &str, width: usize, text: &str) -> String {
    format!("  {}  {}\n", paint::dim(&format!("{word:width$}")), wrap::hanging(&escaped(text), width + 4))
}

impl View for WhoView {
    fn human(&self) -> String {
        let mut out = if self.releases.is_empty() {
            let next = "next: holdpoint status   (all that is recorded)";
            format!("{}{}\n\n{next}\n", paint::bold(&self.answer()), self.source.mark())
        } else {
            self.releases.iter().map(|it| self.block(it)).collect::<Vec<_>>().join("\n")
        };
        out.push_str(&format!("\n{}\n", paint::dim(&self.source.line())));
        out
    }

    fn json(&self) -> serde_json::Value {
        value(&WhoJson::of(self))
    }
}
