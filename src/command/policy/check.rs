//! `holdpoint policy check`: what is wanting in the policies, and in the one that is proposed.

use std::sync::Arc;

use clap::Args;
use holdpoint_core::finding::{Code, Finding, Severity, sort};
use holdpoint_core::name::escaped;
use holdpoint_core::policy::{Chain, Proposal};
use schemars::JsonSchema;
use serde::Serialize;

use super::consequences::Consequences;
use super::draft::place;
use super::json::{ConsequencesJson, SignaturesJson, policy};
use crate::answer::{Source, SourceJson};
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::{Outcome, View};
use crate::render::json::{FindingJson, PolicyJson, SCHEMA, findings, value};
use crate::render::{self, next_steps, paint, wrap};
use crate::repo::{Care, Repo};
use crate::shell::{Reading, Shell};

/// Say what is wanting in the policies, and in the one that is proposed
///
/// Reads the chain of policies and the proposal: the files in front of you unless `--at` names a commit. Roles that hang on one
/// person are warned about.
///
/// Exit codes: 0 nothing is wanting (nothing is proposed, or it can be adopted), 2 bad usage, 3 signatures are wanting, 4 a
/// policy or the proposal is broken.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    reading: Reading,
}

/// The answer of `holdpoint policy check`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "policy check")]
pub(crate) struct PolicyCheckJson {
    schema: u64,
    source: SourceJson,
    /// Whether another commit than HEAD, or another time than now, was asked for.
    hypothetical: bool,
    /// `in-force`: nothing is proposed; `adoptable`; `waiting`: signatures are wanting; `broken`.
    verdict: String,
    /// The policy in force; null where the chain is broken.
    in_force: Option<PolicyJson>,
    /// The one that is proposed, if it can be read.
    proposed: Option<ProposedJson>,
    findings: Vec<FindingJson>,
    /// What is brittle: roles, and owners, that one lost key would stop.
    brittle: Vec<String>,
    exit_code: u8,
}

/// A proposed policy.
#[derive(Debug, Serialize, JsonSchema)]
struct ProposedJson {
    policy: PolicyJson,
    signatures: SignaturesJson,
    consequences: Option<ConsequencesJson>,
}

/// Looks.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { reading } = options;
    let repo = shell.repo()?;
    let head = shell.record(&repo, &reading)?;
    let view = match reading.at {
        Some(_) => look(shell, &head, &head, &reading)?,
        None => {
            warn_of_uncommitted(shell, &repo, &head)?;
            look(shell, &head, &shell.record(&repo, &reading)?.into_written()?, &reading)?
        }
    };
    for brittle in &view.brittle {
        shell.warn(brittle);
    }
    Ok(Outcome::new(view.exit(), view))
}

/// What is not committed is signed for by nobody else.
fn warn_of_uncommitted(shell: &Shell, repo: &Repo, head: &Record<'_>) -> Result<(), Failure> {
    let paths = repo.uncommitted(&head.snapshot, &["policy"], Care::Courtesy)?.paths;
    shell.warn_each(&paths, |path| format!("`{path}` is not committed as it is here"));
    Ok(())
}

/// Looks at the policies of `source`, and at what its proposal would change at `head`.
fn look(shell: &Shell, head: &Record<'_>, source: &Record<'_>, reading: &Reading) -> Result<Looked, Failure> {
    let origin = Source::of(shell, source, reading)?;
    let mut findings = origin.doubts().to_vec();
    let Ok(chain) = source.chain()? else {
        return Ok(Looked { origin, chain: None, proposal: None, consequences: None, findings, brittle: Vec::new() });
    };
    if reading.at.is_some() {
        // What was not pinned yet then is no sign of anything, and a pull does not change it.
        for finding in findings.iter_mut().filter(|it| it.code == Code::RootMismatch) {
            "holdpoint policy check   (without `--at`: the pin may be newer than that commit)".clone_into(&mut finding.next);
        }
    }
    let proposal = match chain.proposal(&source.proposed_files()?) {
        Ok(proposal) => proposal,
        Err(faults) => {
            findings.extend(faults);
            None
        }
    };
    let mut consequences = None;
    if let Some(proposal) = &proposal {
        findings.extend(wanting(proposal));
        if head.chain()?.is_ok_and(|it| it.current().digest() == chain.current().digest()) {
            let found = Consequences::of(shell, head, &chain, proposal)?;
            findings.extend(found.faults(&chain));
            consequences = Some(found);
        }
    }
    sort(&mut findings);
    let brittle = proposal.as_ref().map_or(chain.current(), |it| &it.policy).brittle();
    Ok(Looked { origin, chain: Some(chain), proposal, consequences, findings, brittle })
}

/// What the signatures of a proposal lack.
fn wanting(proposal: &Proposal) -> Vec<Finding> {
    let signatures = &proposal.signatures;
    let unfit = signatures.bad.iter().map(|(name, why)| {
        let message = format!("`{}`: this signature of the policy {why}", place(&escaped(name)));
        Finding::new(Code::PolicyThreshold, place(&escaped(name)), message)
            .as_warning()
            .next("holdpoint policy propose   (removes what does not fit)")
    });
    let open = (!signatures.is_full()).then(|| {
        let mut finding = Finding::new(Code::PolicyThreshold, place("policy.toml"), signatures.words());
        // Nothing is broken: it waits.
        finding.severity = Severity::Waiting;
        finding.who(signatures.wanting()).next("holdpoint policy sign")
    });
    unfit.chain(open).collect()
}

struct Looked {
    origin: Source,
    chain: Option<Arc<Chain>>,
    proposal: Option<Proposal>,
    consequences: Option<Consequences>,
    findings: Vec<Finding>,
    brittle: Vec<String>,
}

impl Looked {
    fn exit(&self) -> Exit {
        match self.findings.iter().map(|it| it.severity).max() {
            Some(Severity::Unverifiable | Severity::Blocked) => Exit::Unable,
            Some(Severity::Waiting) => Exit::Waiting,
            Some(Severity::Warning) | None => Exit::Done,
        }
    }

    fn verdict(&self) -> &'static str {
        match (self.exit(), &self.proposal) {
            (Exit::Unable, _) => "broken",
            (Exit::Waiting, _) => "waiting",
            (_, Some(_)) => "adoptable",
            (_, None) => "in-force",
        }
    }

    /// The first line.
    fn answer(&self) -> String {
        let number = self.chain.as_ref().map(|it| it.current().number());
        match (self.verdict(), &self.proposal, number) {
            ("waiting" | "adoptable", Some(it), _) => it.signatures.words(),
            ("in-force", _, Some(number)) => format!("policy {number} is in force, and nothing is proposed"),
            (_, _, Some(number)) if self.origin.doubts().is_empty() => {
                format!("policy {number} is in force; the draft of policy {} cannot be signed yet", number + 1)
            }
            (_, _, Some(number)) => format!("policy {number} is here, and CANNOT BE RELIED ON"),
            _ => "the policies are BROKEN".to_owned(),
        }
    }
}

impl View for Looked {
    fn human(&self) -> String {
        let mut out = format!("{}\n", paint::bold(&wrap::hanging(&format!("{}{}", self.answer(), self.origin.mark()), 0)));
        // A half-signed proposal is told in the first line.
        let is_told = |it: &&Finding| it.severity != Severity::Waiting;
        let others: Vec<Finding> = self.findings.iter().filter(is_told).cloned().collect();
        out.push_str(&render::findings(&others));
        if let Some(it) = &self.consequences {
            out.push_str(&it.expected());
        }
        match self.verdict() {
            "adoptable" => out.push_str("\nnext: holdpoint policy adopt\n"),
            "in-force" => {}
            _ => out.push_str(&next_steps(&self.findings)),
        }
        out
    }

    fn json(&self) -> serde_json::Value {
        let proposed = self.proposal.as_ref().map(|it| ProposedJson {
            policy: policy(&it.policy),
            signatures: SignaturesJson::of(&it.signatures),
            consequences: self.consequences.as_ref().map(ConsequencesJson::of),
        });
        value(&PolicyCheckJson {
            schema: SCHEMA,
            source: self.origin.json(),
            hypothetical: self.origin.is_hypothetical(),
            verdict: self.verdict().to_owned(),
            in_force: self.chain.as_ref().map(|it| policy(it.current())),
            proposed,
            findings: findings(&self.findings),
            brittle: self.brittle.clone(),
            exit_code: self.exit() as u8,
        })
    }
}
