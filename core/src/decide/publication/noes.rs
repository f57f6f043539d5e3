//! Noes: what speaks against a version since it was published, and what has answered it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::standing::Standing;
use super::super::view::View;
use super::Publication;
use crate::digest::Digest;
use crate::evidence::Evidence;
use crate::finding::{Code, Finding};
use crate::ledger::Entry;
use crate::name::RequirementName;
use crate::policy::DECIDING_FILES;
use crate::statement::{Act, Subject};

/// Every no to what went out that its publication had not seen: a decline, and a revocation of a yes or a waiver that it relied
/// on. A publication that was prepared before, and merged after, is beaten by it. A later decline of other bytes is a no to
/// a correction, and not to what went out. The owners who adopt ask for no sign-off.
pub(in super::super) fn contradicted(evidence: &Evidence, publication: &Publication, now: Timestamp) -> Vec<Finding> {
    let ledger = &evidence.ledger;
    let Some(Act::Publish { relied, .. }) = ledger.get(&publication.id).map(|it| &it.statement.act) else {
        return Vec::new();
    };
    let view = View::of_bytes(evidence, &publication.subjects, now);
    let is_news = |id: &Digest| !ledger.has_seen(&publication.id, id);
    let declined = |id: &Digest| {
        let of_these = || ledger.get(id).is_some_and(|it| view.changed(it.statement.act.subjects()).is_empty());
        is_news(id) && (!ledger.has_seen(id, &publication.id) || of_these())
    };
    let taken_back = |name: &RequirementName| {
        let yeses = relied.iter().filter_map(|it| ledger.get(it));
        let yeses = yeses.filter(|it| it.statement.act.sign_off().is_some_and(|it| it.requirement == *name));
        yeses.filter_map(|it| view.revoked(it)).any(|it| is_news(&it))
    };
    // The article and the notice may be corrected after a no, and are signed again then; what else went out stays what it was.
    let corrected = corrected(evidence, publication, now);
    let standings = view.standings().into_iter().filter(|it| !corrected.contains(&it.name));
    let (satisfied, open): (Vec<_>, Vec<_>) = standings.partition(Standing::is_satisfied);
    let mut findings: Vec<Finding> = open
        .into_iter()
        .filter(|it| it.declines.iter().any(declined) || taken_back(&it.name))
        .filter_map(|it| it.finding)
        .collect();
    findings.extend(view.orphaned_declines().into_iter().filter(|(id, _)| declined(id)).map(|it| it.1));
    // Who signs off by now what had been waived has given what was missing.
    let lost = relied.iter().filter_map(|it| lost_waiver(&view, ledger.get(it)?, &is_news));
    let given = satisfied.iter().map(|it| &it.name).chain(&corrected);
    let given: BTreeSet<&str> = given.map(RequirementName::as_str).collect();
    findings.extend(lost.filter(|no| !given.contains(no.about.as_str())));
    findings
}

/// The requirements that are about texts alone and were satisfied for some bytes by people who have seen every no since the publication,
/// whatever the folder holds by now: a no that was answered stays answered.
fn corrected(evidence: &Evidence, publication: &Publication, now: Timestamp) -> BTreeSet<RequirementName> {
    let is_of_texts = |name: &RequirementName| {
        let subjects = evidence.policy().requirement(name).map(|it| &it.subjects);
        subjects.is_some_and(|all| all.iter().all(|it| !DECIDING_FILES.contains(&it.as_str())))
    };
    let ledger = &evidence.ledger;
    let requirement = |it: &Entry| match &it.statement.act {
        Act::Decline(no) => Some(no.requirement.clone()),
        Act::Revoke { target } => {
            ledger.get_anywhere(target)?.statement.act.sign_off().map(|it| it.requirement.clone())
        }
        _ => None,
    };
    let nos: Vec<(RequirementName, Digest)> = ledger
        .entries()
        .filter(|it| !ledger.has_seen(&publication.id, &it.id))
        .filter_map(|it| Some((requirement(it)?, it.id)))
        .collect();
    let has_seen_all = |it: &Entry, name: &RequirementName| {
        ledger.has_seen(&it.id, &publication.id)
            && nos.iter().filter(|(of, _)| of == name).all(|(_, no)| ledger.has_seen(&it.id, no))
    };
    let signed: BTreeSet<(&RequirementName, &[Subject])> = ledger
        .entries()
        .filter_map(|it| Some((it, it.statement.act.sign_off()?)))
        .filter(|(it, sign_off)| is_of_texts(&sign_off.requirement) && has_seen_all(it, &sign_off.requirement))
        .map(|(_, it)| (&it.requirement, it.subjects.as_slice()))
        .collect();
    let is_satisfied = |(name, subjects): &(&RequirementName, &[Subject])| {
        let standings = View::of_bytes(evidence, subjects, now).standings();
        standings.iter().any(|it| it.name == **name && it.is_satisfied())
    };
    signed.into_iter().filter(is_satisfied).map(|(name, _)| name.clone()).collect()
}

/// What to say of a waiver that a publication relied on, and that was taken back without its knowledge.
fn lost_waiver(view: &View<'_>, waive: &Entry, is_news: &dyn Fn(&Digest) -> bool) -> Option<Finding> {
    let Act::Waive { finding, about, .. } = &waive.statement.act else { return None };
    let revoke = view.ledger.get(&view.revoked(waive).filter(is_news)?)?;
    let message = format!("{} took back the waiver of `{finding}` by {}", revoke.statement.by, waive.statement.by);
    let requirement = about.to_string().parse().ok().and_then(|it| view.policy.requirement(&it));
    let (who, next) = match requirement {
        Some(it) => (view.policy.signers_of(it), format!("holdpoint sign {} {}", view.version, it.name)),
        // What went out stays what it was.
        None => (BTreeSet::default(), "fix it in a new version: holdpoint new …".to_owned()),
    };
    Some(Finding::new(Code::Revoked, about.to_string(), message).since(revoke.statement.at).who(who).next(next))
}
