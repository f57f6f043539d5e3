//! What waits for somebody: the sign-offs that they can give, over all releases.

use holdpoint_core::decide::{Question, decide};
use holdpoint_core::finding::{Finding, Severity};
use holdpoint_core::name::{Person, Version, counted};

use crate::failure::{Exit, Failure};
use crate::outcome::{Outcome, Said};
use crate::render::json::{SCHEMA, findings};
use crate::repo::Repo;
use crate::shell::{Reading, Shell, Signing};
use crate::signer::Signer;

/// What waits for the signer.
pub(super) fn of(shell: &Shell, repo: &Repo, signing: &Signing) -> Result<Outcome, Failure> {
    let record = shell.record(repo, &Reading { at: None, root: signing.root.clone() })?;
    let policy = record.policy_or_fail()?;
    let person = match &signing.person {
        Some(person) if policy.ring().has(person) => person.clone(),
        other => Signer::find(repo, policy.ring(), other.as_ref(), signing.key.as_deref())?.person().clone(),
    };
    let mut waiting: Vec<(Version, Finding)> = Vec::new();
    for version in record.versions()? {
        let Ok(evidence) = record.evidence(&version)? else { continue };
        let decision = decide(&evidence, &Question::Check, shell.now());
        let own =
            decision.findings.into_iter().filter(|it| it.severity > Severity::Warning && it.who.contains(&person));
        waiting.extend(own.map(|it| (version.clone(), it)));
    }
    Ok(Outcome::new(Exit::Done, said(&person, &waiting)))
}

fn said(person: &Person, waiting: &[(Version, Finding)]) -> Said {
    let mut human = match waiting.len() {
        0 => format!("Nothing waits for {person}.\n"),
        n => format!(
            "{} for {person}:\n",
            counted(n, "thing").replace("things", "things wait").replace("1 thing", "1 thing waits")
        ),
    };
    for (version, finding) in waiting {
        human.push_str(&format!("  {version}  {}  {}\n      {}\n", finding.code, finding.message, finding.next));
    }
    let list: Vec<_> = waiting
        .iter()
        .map(|(version, finding)| {
            serde_json::json!({ "release": version.to_string(), "finding": findings(std::slice::from_ref(finding)).into_iter().next() })
        })
        .collect();
    Said {
        human,
        json: serde_json::json!({ "schema": SCHEMA, "person": person.to_string(), "waiting": list, "exit_code": 0 }),
    }
}
