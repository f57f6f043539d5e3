//! What waits for somebody: the sign-offs that they can give, over all releases, and a proposed policy.

use holdpoint_core::decide::{Question, decide};
use holdpoint_core::finding::{Finding, to_act_on};
use holdpoint_core::key::Ring;
use holdpoint_core::name::{Person, Version, counted};
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::render::json::{FindingJson, SCHEMA, value};
use crate::repo::Repo;
use crate::shell::{Reading, Shell, Signing};
use crate::sight::{self, Reach};
use crate::signer::Signer;

/// The answer of `holdpoint sign` alone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "inbox")]
pub(crate) struct InboxJson {
    schema: u64,
    person: String,
    /// What they can do now.
    waiting: Vec<WaitingJson>,
    /// The proposed policy that waits for their signature.
    policy: Option<ProposedJson>,
    exit_code: u8,
}

/// Something that waits for somebody.
#[derive(Debug, Serialize, JsonSchema)]
struct WaitingJson {
    release: String,
    finding: FindingJson,
}

/// A policy that waits for somebody's signature.
#[derive(Debug, Serialize, JsonSchema)]
struct ProposedJson {
    number: u64,
    message: String,
    next: String,
}

/// What waits for the signer.
pub(super) fn of(shell: &Shell, repo: &Repo, signing: &Signing) -> Result<Outcome, Failure> {
    let record = shell.record(repo, &Reading { at: None, root: signing.root.clone() })?;
    let chain = record.chain_or_fail()?;
    // A proposal that cannot be read asks nobody for anything; `policy check` says what is wrong with it.
    let proposal = chain.proposal(&record.proposed_files()?).ok().flatten();
    let rings: Vec<&Ring> =
        [Some(chain.current().ring()), proposal.as_ref().map(|it| it.policy.ring())].into_iter().flatten().collect();
    let person = match &signing.person {
        Some(person) if rings.iter().any(|it| it.has(person)) => person.clone(),
        other => Signer::find_among(repo, &rings, other.as_ref(), signing.key.as_deref())?.person().clone(),
    };
    let signatures = proposal.map(|it| it.signatures).filter(|it| it.wanting().contains(&person));
    let mut waiting: Vec<(Version, Finding)> = Vec::new();
    for version in record.versions()? {
        let Ok(mut evidence) = record.evidence(&version)? else { continue };
        sight::show(shell, &record, &mut evidence, Reach::Public)?;
        let decision = decide(&evidence, &Question::Check, shell.now());
        let own = to_act_on(&decision.findings).filter(|it| it.who.contains(&person));
        waiting.extend(own.map(|it| (version.clone(), it.clone())));
    }
    let policy = signatures.map(|it| ProposedJson {
        number: chain.current().number() + 1,
        message: it.words(),
        next: "holdpoint policy sign".to_owned(),
    });
    Ok(Outcome::new(Exit::Done, said(&person, &waiting, policy)))
}

fn said(person: &Person, waiting: &[(Version, Finding)], policy: Option<ProposedJson>) -> Said {
    let mut human = match waiting.len() + usize::from(policy.is_some()) {
        0 => format!("Nothing waits for {person}.\n"),
        n => format!(
            "{} for {person}:\n",
            counted(n, "thing").replace("things", "things wait").replace("1 thing", "1 thing waits")
        ),
    };
    if let Some(ProposedJson { message, next, .. }) = &policy {
        human.push_str(&format!("  {message}\n      {next}\n"));
    }
    for (version, finding) in waiting {
        human.push_str(&format!("  {version}  {}  {}\n      {}\n", finding.code, finding.message, finding.next));
    }
    let list = waiting
        .iter()
        .map(|(version, finding)| WaitingJson { release: version.to_string(), finding: FindingJson::of(finding) });
    let json = InboxJson { schema: SCHEMA, person: person.to_string(), waiting: list.collect(), policy, exit_code: 0 };
    Said { human, json: value(&json) }
}
