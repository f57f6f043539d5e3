//! The signatures of one policy: who of the owners before it, and of its own, has signed it, and who has not yet.

use std::collections::{BTreeMap, BTreeSet};

use super::{POLICY_NAMESPACE, Policy};
use crate::content::Content;
use crate::key::{Namespace, Signature};
use crate::name::{Person, escaped};

/// How many of the owners of one policy have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Whose owners they are: the number of the policy.
    pub policy: u64,
    /// How many are needed.
    pub needed: usize,
    /// Those who have.
    pub signed: BTreeSet<Person>,
    /// Those who have not.
    pub wanting: BTreeSet<Person>,
}

impl Tally {
    fn of(policy: &Policy, signers: &BTreeSet<Person>) -> Self {
        let owners = policy.owners();
        let signed: BTreeSet<Person> = policy.voices(owners, signers).into_iter().cloned().collect();
        let wanting = owners.members.iter().filter(|it| !signed.contains(it) && !policy.is_machine(it)).cloned();
        Self { policy: policy.number(), needed: owners.needed, wanting: wanting.collect(), signed }
    }

    /// Whether enough have signed.
    pub fn is_full(&self) -> bool {
        self.signed.len() >= self.needed
    }

    fn words(&self) -> String {
        let Self { policy, needed, signed, wanting } = self;
        let left = needed.saturating_sub(signed.len());
        if signed.len() > *needed {
            return format!(
                "signed by {} owners of policy {policy} ({}), where {needed} suffices",
                signed.len(),
                comma(signed)
            );
        }
        let owners = if *needed == 1 { "owner" } else { "owners" };
        if left == 0 {
            return format!("signed by {} of {needed} {owners} of policy {policy} ({})", signed.len(), comma(signed));
        }
        // Whoever is asked for a signature wants to know who gave one already.
        let so_far = if signed.is_empty() { String::new() } else { format!(" (signed: {})", comma(signed)) };
        format!("{left} of {needed} {owners} of policy {policy} still to sign: {}{so_far}", comma(wanting))
    }
}

fn comma(people: &BTreeSet<Person>) -> String {
    people.iter().map(Person::as_str).collect::<Vec<_>>().join(", ")
}

/// Who has signed a policy. It needs the owners of the one before it, who hand over, and its own, who take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatures {
    number: u64,
    /// The owners of the policy before; none for policy 1.
    pub before: Option<Tally>,
    /// Its own owners.
    pub own: Tally,
    /// The files that are no valid signature of these bytes, and why.
    pub bad: BTreeMap<String, String>,
}

impl Signatures {
    /// Reads the `.sig` files among `files`, which are named after their signers.
    pub(super) fn read(
        policy: &Policy,
        bytes: &[u8],
        before: Option<&Policy>,
        files: &BTreeMap<&str, &Content>,
    ) -> Self {
        let (mut own, mut theirs, mut bad) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for (name, content) in files {
            let Some(person) = name.strip_suffix(".sig") else { continue };
            match signed_under(person, content, bytes, policy, before) {
                Ok(Signed { person, by_own, by_before }) => {
                    own.extend(by_own.then(|| person.clone()));
                    theirs.extend(by_before.then_some(person));
                }
                Err(why) => drop(bad.insert((*name).to_owned(), why)),
            }
        }
        Self {
            number: policy.number(),
            before: before.map(|it| Tally::of(it, &theirs)),
            own: Tally::of(policy, &own),
            bad,
        }
    }

    /// Whether it can be adopted: both thresholds are met.
    pub fn is_full(&self) -> bool {
        self.own.is_full() && self.before.as_ref().is_none_or(Tally::is_full)
    }

    /// Everybody whose signature is still of use.
    pub fn wanting(&self) -> BTreeSet<Person> {
        let open = self.before.iter().chain([&self.own]).filter(|it| !it.is_full());
        open.flat_map(|it| it.wanting.iter().cloned()).collect()
    }

    /// "policy 5: signed by 2 of 2 owners of policy 4 (…); 1 of 2 owners of policy 5 still to sign: …".
    pub fn words(&self) -> String {
        let told: Vec<String> = self.before.iter().chain([&self.own]).map(Tally::words).collect();
        format!("policy {}: {}", self.number, told.join("; "))
    }
}

struct Signed {
    person: Person,
    by_own: bool,
    by_before: bool,
}

/// Whose signature a file is, and under which of the two rings; or why it is none.
fn signed_under(
    person: &str,
    content: &Content,
    bytes: &[u8],
    policy: &Policy,
    before: Option<&Policy>,
) -> Result<Signed, String> {
    let namespace = Namespace::of(POLICY_NAMESPACE);
    let person: Person = person.parse().map_err(|why| format!("`{}` {why}", escaped(person)))?;
    let armor = content.bytes().ok_or_else(|| content.fault())?;
    let signature = Signature::parse(armor).map_err(|why| why.to_string())?;
    let under = |it: &Policy| it.ring().verify(&person, &namespace, bytes, &signature).map(drop);
    let (own, theirs) = (under(policy), before.map(under));
    if let (Err(why), None | Some(Err(_))) = (&own, &theirs) {
        return Err(why.to_string());
    }
    Ok(Signed { by_own: own.is_ok(), by_before: theirs.is_some_and(|it| it.is_ok()), person })
}
