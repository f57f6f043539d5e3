//! Who may say what under one policy: whether a sign-off or a revocation is one there.

use crate::ledger::Entry;
use crate::name::{Person, listed};
use crate::policy::{Policy, Requirement};
use crate::statement::{Act, SignOff};

/// Why a sign-off is none under `policy`: a key that is not there, another role, or other files than the policy asks for.
pub(super) fn void(policy: &Policy, entry: &Entry, sign_off: &SignOff, requirement: &Requirement) -> Option<String> {
    let by = &entry.statement.by;
    if !entry.is_valid_under(policy) {
        return Some(foreign_key(policy, by));
    }
    match entry.statement.role.as_ref().filter(|it| requirement.roles.contains(it)) {
        None => return Some(format!("it was not signed in the role {}", listed(&requirement.roles, "or"))),
        Some(role) if !policy.fills(by, role) || policy.is_machine(by) => {
            return Some(format!("{by} is not in the role `{role}`"));
        }
        Some(_) => {}
    }
    let exact = requirement.covers_exactly(sign_off.subjects.iter().map(|it| &it.path));
    (!exact).then(|| format!("it covers other files than `{}` asks for", requirement.name))
}

/// Why a signature of `by` is none under `policy`: somebody who left, or whose key was changed.
pub(super) fn foreign_key(policy: &Policy, by: &Person) -> String {
    let number = policy.number();
    if policy.ring().has(by) {
        format!("policy {number} gives {by} another key, or does not let it sign this")
    } else {
        format!("{by} is not in policy {number}")
    }
}

/// Whether `revoke` may take back `target` under `policy`: it is valid there, and by its signer or anybody in its role.
pub(super) fn may_revoke(policy: &Policy, revoke: &Entry, target: &Entry) -> bool {
    let person = &revoke.statement.by;
    if !revoke.is_valid_under(policy) || policy.is_machine(person) {
        return false;
    }
    let in_role = match &target.statement.act {
        Act::Waive { .. } => policy.waiver().is_some_and(|it| it.quorum.members.contains(person)),
        act => act.sign_off().is_some_and(|it| match policy.requirement(&it.requirement) {
            Some(requirement) => requirement.roles.iter().any(|it| policy.fills(person, it)),
            // Of a requirement that the policy has not, the role in which it was answered is left.
            None => target.statement.role.as_ref().is_some_and(|it| policy.fills(person, it)),
        }),
    };
    let revocable = matches!(target.statement.act, Act::Waive { .. }) || target.statement.act.sign_off().is_some();
    revocable && (in_role || target.statement.by == *person)
}

/// Whether two acts say yes to one thing: a requirement, or a finding that is waived.
pub(super) fn same_thing(a: &Act, b: &Act) -> bool {
    match (a, b) {
        (Act::Approve(a) | Act::NotApplicable(a), Act::Approve(b) | Act::NotApplicable(b)) => {
            a.requirement == b.requirement
        }
        (Act::Waive { finding: a, about: x, .. }, Act::Waive { finding: b, about: y, .. }) => a == b && x == y,
        _ => false,
    }
}
