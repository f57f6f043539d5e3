//! The charter: who is who and who decides what, as the first policy will say it.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_core::key::{AttestKey, PublicKey};
use holdpoint_core::name::{Person, Project, RoleName, SiteName, listed, nearest, nearest_person};
use holdpoint_core::policy::{RELEASE_ROLE, can_be_distinct};

use super::given::RoleGiven;
use crate::failure::Failure;

/// The roles that sign off a requirement, each with one seat.
pub(super) const SEATS: [&str; 3] = ["support", "compatibility", "communications"];

/// The role that waives, and lifts holds of others.
pub(super) const DUTY: &str = "duty";

/// How many people of `duty` agree on a waiver or a lift.
pub(super) const DUTY_APPROVALS: usize = 2;

/// Every role that the first policy has, in the order in which it is written.
const ROLES: [&str; 5] = [SEATS[0], SEATS[1], SEATS[2], DUTY, RELEASE_ROLE];

/// Where the record lies, and what it is about.
#[derive(Debug)]
pub(super) struct Ground {
    /// The project's address.
    pub(super) project: Project,
    /// Where the coordination root lies in the repository.
    pub(super) path: String,
    /// The commit that it is written on, or "".
    pub(super) checkpoint: String,
    /// The branch of record.
    pub(super) branch: String,
    /// The sites with their addresses.
    pub(super) sites: Vec<(SiteName, String)>,
    /// The keys whose attestations count.
    pub(super) attest_keys: Vec<AttestKey>,
}

/// What the first policy will say.
#[derive(Debug)]
pub(super) struct Charter {
    /// Where, and about what.
    pub(super) ground: Ground,
    /// The key ring, in its order: the founder first. Somebody may have several keys.
    pub(super) keys: Vec<(Person, PublicKey)>,
    /// The owners.
    pub(super) owners: BTreeSet<Person>,
    /// The machines.
    pub(super) machines: BTreeSet<Person>,
    /// The roles, in the order in which they are written.
    pub(super) roles: Vec<(RoleName, BTreeSet<Person>)>,
}

/// Who is who, before any role is given.
pub(super) struct People {
    founder: Person,
    keys: Vec<(Person, PublicKey)>,
    machines: BTreeSet<Person>,
    owners: BTreeSet<Person>,
}

impl People {
    /// The people with their keys. The founder is in the ring, and an owner.
    pub(super) fn of(
        founder: (Person, PublicKey),
        others: Vec<(Person, PublicKey)>,
        machines: &[Person],
        owners: &[Person],
    ) -> Result<Self, Failure> {
        let person = founder.0.clone();
        let keys = ring(founder, others)?;
        let owners: BTreeSet<Person> =
            if owners.is_empty() { [person.clone()].into() } else { owners.iter().cloned().collect() };
        let people = Self { founder: person, keys, machines: machines.iter().cloned().collect(), owners };
        for (what, group) in [("as an owner", &people.owners), ("as a machine", &people.machines)] {
            group.iter().try_for_each(|it| people.has_key(it, what))?;
        }
        people.check_owners()?;
        Ok(people)
    }

    fn check_owners(&self) -> Result<(), Failure> {
        if let Some(machine) = self.owners.iter().find(|it| self.machines.contains(it)) {
            return Err(Failure::usage(format!("{machine} is a machine, and cannot be an owner"))
                .hint("name people with --owner; a machine publishes, and decides nothing"));
        }
        if !self.owners.contains(&self.founder) {
            let owners = listed(&self.owners, "and");
            return Err(Failure::refused(format!("{} is not among the owners, and the owners sign the policy", self.founder))
                .hint(format!("add --owner {}, or have {owners} run it: --as EMAIL --key FILE", self.founder)));
        }
        Ok(())
    }

    fn has_key(&self, person: &Person, what: &str) -> Result<(), Failure> {
        if self.keys.iter().any(|(it, _)| it == person) {
            return Ok(());
        }
        let hint = match nearest_person(person, self.keys.iter().map(|(it, _)| it)) {
            Some(near) => format!("did you mean `{near}`? Otherwise give the key: --person {person}=KEY.pub"),
            None => format!("give it: --person {person}=KEY.pub"),
        };
        Err(Failure::usage(format!("{person}, named {what}, has no key here")).hint(hint))
    }

    /// The roles, those that were not given filled with the owners. Nobody is in one without a key.
    fn roles(&self, given: &[RoleGiven]) -> Result<Vec<(RoleName, BTreeSet<Person>)>, Failure> {
        let mut all: BTreeMap<RoleName, BTreeSet<Person>> = BTreeMap::new();
        for RoleGiven { role, people } in given {
            is_no_slip(role)?;
            people.iter().try_for_each(|it| self.has_key(it, &format!("for the role `{role}`")))?;
            all.entry(role.clone()).or_default().extend(people.iter().cloned());
        }
        let mut roles = Vec::new();
        for name in ROLES {
            let Ok(role) = name.parse::<RoleName>() else { continue };
            let filled = all.remove(&role).unwrap_or_else(|| {
                let machines = self.machines.iter().filter(|_| name == RELEASE_ROLE);
                self.owners.iter().chain(machines).cloned().collect()
            });
            roles.push((role, filled));
        }
        roles.extend(all);
        Ok(roles)
    }
}

/// Refuses a role that was surely meant to be another one. Whoever was to fill that would fill nothing.
fn is_no_slip(role: &RoleName) -> Result<(), Failure> {
    match nearest(role.as_str(), ROLES) {
        Some(near) if near != role.as_str() => {
            Err(Failure::usage(format!("the role `{role}` has no task")).hint(format!("did you mean `{near}`?")))
        }
        _ => Ok(()),
    }
}

impl Charter {
    /// The charter of these people.
    pub(super) fn of(people: People, roles: &[RoleGiven], ground: Ground) -> Result<Self, Failure> {
        let roles = people.roles(roles)?;
        let People { keys, machines, owners, .. } = people;
        Ok(Self { ground, keys, owners, machines, roles })
    }

    /// The people of a role; machines are left out.
    pub(super) fn people_of(&self, role: &str) -> BTreeSet<Person> {
        let members = self.roles.iter().filter(|(name, _)| name.as_str() == role).flat_map(|(_, it)| it);
        members.filter(|it| !self.machines.contains(it)).cloned().collect()
    }

    /// Whether each requirement can have a different person.
    pub(super) fn distinct(&self) -> bool {
        can_be_distinct(&SEATS.map(|it| self.people_of(it)))
    }

    /// Whether enough people are on duty to waive something, or to lift the hold of another.
    pub(super) fn has_duty(&self) -> bool {
        self.people_of(DUTY).len() >= DUTY_APPROVALS
    }

    /// What the founder should know about the roles.
    pub(super) fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        for (role, _) in self.roles.iter().filter(|(it, _)| !ROLES.contains(&it.as_str())) {
            doubts.push(format!("the role `{role}` has no task in this policy"));
        }
        let publishers = self.roles.iter().filter(|(it, _)| it.as_str() == RELEASE_ROLE);
        let publishers: BTreeSet<&Person> = publishers.flat_map(|(_, it)| it).collect();
        for machine in self.machines.iter().filter(|it| !publishers.contains(it)) {
            doubts.push(format!("the machine {machine} is not in the role `{RELEASE_ROLE}`, and so may do nothing"));
        }
        if let [owner] = self.owners.iter().collect::<Vec<_>>().as_slice() {
            doubts.push(format!(
                "{owner} is the only owner: if that key is lost, nobody can change this policy, and everybody has to \
                 pin a new root"
            ));
        }
        doubts.extend(self.lone());
        let people = self.keys.iter().map(|(it, _)| it).filter(|it| !self.machines.contains(it));
        let people: BTreeSet<&Person> = people.collect();
        if let [one] = people.into_iter().collect::<Vec<_>>().as_slice() {
            doubts.push(format!(
                "{one} is the only person of the ring, and each release needs an owner and another person as deputy: before \
                 anything rests on this policy, begin again with --person EMAIL=KEY.pub for somebody else"
            ));
        }
        doubts
    }

    /// The roles that hang on one person, by person.
    fn lone(&self) -> Vec<String> {
        let mut lone: BTreeMap<Person, Vec<String>> = BTreeMap::new();
        for (role, _) in self.roles.iter().filter(|(it, _)| ROLES.contains(&it.as_str())) {
            if let [one] = self.people_of(role.as_str()).into_iter().collect::<Vec<_>>().as_slice() {
                lone.entry(one.clone()).or_default().push(format!("`{role}`"));
            }
        }
        let said = lone.into_iter().map(|(person, roles)| {
            let (noun, verb) = if roles.len() == 1 { ("role", "hangs") } else { ("roles", "hang") };
            format!("the {noun} {} {verb} on {person} alone", listed(roles, "and"))
        });
        said.collect()
    }
}

/// The ring: the founder, then the others, no key twice.
fn ring(
    founder: (Person, PublicKey),
    others: Vec<(Person, PublicKey)>,
) -> Result<Vec<(Person, PublicKey)>, Failure> {
    let mut keys: Vec<(Person, PublicKey)> = vec![founder];
    for (person, key) in others {
        let same_case = |it: &&(Person, PublicKey)| it.0 != person && it.0.as_str().eq_ignore_ascii_case(person.as_str());
        if let Some((twin, _)) = keys.iter().find(same_case) {
            return Err(Failure::usage(format!("`{person}` and `{twin}` differ only in case"))
                .hint("write a person in one way everywhere"));
        }
        match keys.iter().find(|(_, it)| *it == key) {
            Some((owner, _)) if *owner == person => {}
            Some((owner, _)) => {
                return Err(Failure::usage(format!("{person} and {owner} have the same key"))
                    .because(key.fingerprint())
                    .hint("a key belongs to one person: name another file for one of them"));
            }
            None => keys.push((person, key)),
        }
    }
    Ok(keys)
}
