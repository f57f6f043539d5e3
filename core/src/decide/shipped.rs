//! A release as others see it: whether it is out, where, and whether that is proven.

use std::collections::BTreeSet;

use super::publication::{self, Outlet, may_publish};
use crate::compatibility::{Outing, Shipped};
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding, Severity};
use crate::ledger::Entry;
use crate::policy::Policy;
use crate::statement::Act;

/// What other releases have to know of this one, if anything at all says that it is out. That it helps them must be proven; that
/// customers have it counts as soon as anybody who could publish it says so, under any policy of the chain.
pub fn shipped(evidence: &Evidence) -> Option<Shipped> {
    let (proven, _) = publication::all(evidence);
    let mut outings: Vec<Outing> = proven
        .iter()
        .map(|it| Outing {
            id: it.id,
            site: it.site.clone(),
            is_proven: true,
            is_adopted: it.outlet == Outlet::Adopted,
            is_there: true,
        })
        .collect();
    let known: BTreeSet<Digest> = outings.iter().map(|it| it.id).collect();
    for entry in evidence.ledger.in_order().into_iter().filter(|it| !known.contains(&it.id)) {
        if let Act::Publish { site, .. } | Act::Adopt { site, .. } = &entry.statement.act
            && evidence.chain().policies().iter().any(|it| could(it, entry))
        {
            let is_adopted = matches!(entry.statement.act, Act::Adopt { .. });
            outings.push(Outing { id: entry.id, site: site.clone(), is_proven: false, is_adopted, is_there: true });
        }
    }
    if outings.is_empty() {
        return None;
    }
    let folder = format!("releases/{}", evidence.facts.version);
    let mut doubts: Vec<Finding> = publication::all_changed(evidence, &proven)
        .into_iter()
        .filter(|it| it.severity == Severity::Unverifiable)
        .map(|it| Finding { about: format!("{folder}/{}", it.about), ..it })
        .collect();
    let (Some(release), Some(declared)) = (&evidence.release, &evidence.compatibility) else {
        doubts.push(unreadable(evidence, &folder));
        return Some(Shipped::unreadable(evidence.facts.version.clone(), outings, doubts));
    };
    doubts.sort_by(|a, b| a.about.cmp(&b.about));
    doubts.dedup();
    Some(Shipped {
        release: release.version.clone(),
        components: release.components.clone(),
        support_until: release.support_until,
        declared: declared.clone(),
        outings,
        doubts,
    })
}

/// Whether `policy` lets the signer say that something is out.
fn could(policy: &Policy, entry: &Entry) -> bool {
    match entry.statement.act {
        Act::Publish { .. } => may_publish(policy, entry),
        _ => entry.is_valid_under(policy) && policy.owners().members.contains(&entry.statement.by),
    }
}

/// What is out and cannot be read might be a reader that customers have.
fn unreadable(evidence: &Evidence, folder: &str) -> Finding {
    let why = evidence.findings.iter().find(|it| it.code == Code::BadRecord);
    let message = format!("{} is out, and its record cannot be read", evidence.facts.version);
    let finding = Finding::new(Code::BadRecord, folder, message);
    let finding = finding.next(format!("git log -- {folder}   then restore what was signed"));
    match why.and_then(|it| it.place.clone()) {
        Some(place) => finding.at(place),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
