//! `policy.toml` into a [`Policy`], or every reason why it is none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{
    Address, DECIDING_FILES, Link, MACHINE_KINDS, Policy, Quorum, RELEASE_ROLE, Requirement, WaiverRule, attest,
    interface, kb, levels, lockstep, room, seats, site,
};
use crate::digest::Digest;
use crate::document::Words;
use crate::key::{Namespace, Ring};
use crate::name::{Person, RoleName, listed, nearest, nearest_person};
use crate::record::{self, Placed, Problems, Sheet, Table};

/// The longest time for which anything can be waived: a year.
const MOST_HOURS: u64 = 8_760;

impl Policy {
    /// Reads `policy.toml` against its ring.
    ///
    /// # Errors
    /// Every fault with its place: a name that is not in the ring, a role that cannot be filled, a promise that cannot be kept.
    pub fn read(path: &str, bytes: &[u8], ring: &Ring, ring_bytes: &[u8]) -> Result<Self, Problems> {
        record::read(path, bytes, |table| {
            let reader = Reader { sheet: table.sheet(), ring };
            let header = reader.header(table, Digest::of(ring_bytes));
            let project = table.name("project");
            let place = table.required::<String>("path");
            let people = reader.people(table);
            let rules = table.table("rules").and_then(|it| reader.rules(&it));
            let requirements = reader.requirements(table, people.as_ref());
            let waiver = table.optional_table("waiver").and_then(|it| reader.waiver(&it, people.as_ref()));
            if let (Some(project), Some(requirements)) = (&project, &requirements) {
                room::check(table, project, requirements, waiver.as_ref());
            }
            let hold = table.optional_table("hold").and_then(|it| {
                let quorum = reader.quorum(&it, people.as_ref(), "lift");
                it.finish();
                quorum
            });
            let sites = site::all(table);
            let words = match table.optional_table("words") {
                Some(words) => Words::read(&words),
                None => Some(Words::default()),
            };
            let (levels, attest_keys) = (levels::read(table), attest::keys(table));
            let (interfaces, lockstep) = (interface::all(table), lockstep::all(table));
            let kb = kb::rule(table, requirements.as_deref());
            let (People { owners, roles, machines }, Rules { branch, distinct, repository }) = (people?, rules?);
            let Header { number, link, checkpoint } = header?;
            let policy = Self {
                number,
                digest: Digest::of(bytes),
                link,
                checkpoint,
                project: project?,
                path: place?,
                ring: ring.clone(),
                owners,
                roles,
                machines,
                branch,
                repository,
                distinct,
                requirements: requirements?,
                waiver,
                hold,
                sites: sites?,
                words: words?,
                levels: levels?,
                attest_keys: attest_keys?,
                interfaces: interfaces?,
                lockstep: lockstep?,
                kb,
            };
            reader.promises(&policy, table.span());
            Some(policy)
        })
    }
}

struct Header {
    number: u64,
    link: Link,
    checkpoint: Option<String>,
}

struct People {
    owners: Quorum,
    roles: BTreeMap<RoleName, BTreeSet<Person>>,
    machines: BTreeSet<Person>,
}

struct Rules {
    branch: String,
    distinct: bool,
    repository: Vec<Address>,
}

struct Reader<'a> {
    sheet: &'a Sheet<'a>,
    ring: &'a Ring,
}

impl Reader<'_> {
    fn fault(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.sheet.fault(span, message, help);
    }

    fn header(&self, table: &Table<'_, '_>, ring: Digest) -> Option<Header> {
        record::schema(table);
        let version = table.placed::<u64>("version");
        if let Some(zero) = version.as_ref().filter(|it| it.value == 0) {
            self.fault(zero.span.clone(), "policies are counted from 1", "write the number of the folder");
        }
        if let Some(signers) = table.placed_name::<Digest>("signers")
            && signers.value != ring
        {
            let help = format!("its SHA-256 is {ring}; in a proposal `holdpoint policy propose` writes it");
            self.fault(signers.span, "the file `signers` beside it has other bytes", help);
        }
        let checkpoint = table.placed::<String>("checkpoint");
        if let Some(checkpoint) = checkpoint.as_ref().filter(|it| !(it.value.is_empty() || is_commit(&it.value))) {
            let help = "write the full id of a commit, or \"\"";
            self.fault(checkpoint.span.clone(), "`checkpoint` is no commit id", help);
        }
        let number = version.map(|it| it.value);
        let link = match number {
            Some(1) => self.first(table),
            _ => after(table),
        };
        let checkpoint = Some(checkpoint?.value).filter(|it| !it.is_empty());
        Some(Header { number: number?, link: link?, checkpoint })
    }

    /// Policy 1 follows none and seals nothing.
    fn first(&self, table: &Table<'_, '_>) -> Option<Link> {
        let previous = table.placed::<String>("previous")?;
        if !previous.value.is_empty() {
            self.fault(previous.span, "policy 1 has no previous one", "write `previous = \"\"`");
            return None;
        }
        Some(Link::First)
    }

    fn known(&self, person: &Placed<Person>) {
        if !self.ring.has(&person.value) {
            let help = match nearest_person(&person.value, self.ring.people()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add the person's key to `signers`".to_owned(),
            };
            self.fault(person.span.clone(), format!("`{}` is not in the key ring", person.value), help);
        }
    }

    fn members(&self, list: Vec<Placed<Person>>) -> BTreeSet<Person> {
        let mut members = BTreeSet::new();
        for person in list {
            self.known(&person);
            if !members.insert(person.value.clone()) {
                self.fault(person.span, format!("`{}` is named twice", person.value), "name everybody once");
            }
        }
        members
    }

    fn people(&self, table: &Table<'_, '_>) -> Option<People> {
        let owners = table.table("owners");
        let roles = table.table("roles");
        let machines = match table.optional_table("machines") {
            Some(machines) => {
                let list = machines.names("members");
                machines.finish();
                list.map(|list| self.machines(list))
            }
            None => Some(BTreeSet::new()),
        };
        let roles = roles.map(|roles| self.roles(&roles));
        let (owners, machines, roles) = (owners?, machines?, roles?);
        let members = owners.names("members").map(|list| self.members(list));
        let threshold = owners.placed::<u64>("threshold");
        owners.finish();
        let quorum = self.filled(None, members?, &threshold?, &machines, "adopt", "the owners")?;
        Some(People { owners: quorum, roles, machines })
    }

    fn machines(&self, list: Vec<Placed<Person>>) -> BTreeSet<Person> {
        let allowed: Vec<Namespace> = MACHINE_KINDS.iter().map(|it| Namespace::of(it)).collect();
        for machine in &list {
            let bound = |key: &crate::key::RingKey| {
                key.namespaces().is_some_and(|it| !it.is_empty() && it.iter().all(|it| allowed.contains(it)))
            };
            if !self.ring.keys_of(&machine.value).iter().all(bound) {
                let help = format!(
                    "write `namespaces=\"{}\"` before its key in `signers`",
                    allowed.iter().map(Namespace::as_str).collect::<Vec<_>>().join(",")
                );
                self.fault(
                    machine.span.clone(),
                    format!("the key of the machine `{}` may sign more than a machine may", machine.value),
                    help,
                );
            }
        }
        self.members(list)
    }

    fn roles(&self, table: &Table<'_, '_>) -> BTreeMap<RoleName, BTreeSet<Person>> {
        let mut roles = BTreeMap::new();
        for (name, entry) in table.entries::<RoleName>() {
            let Some(list) = entry.read::<Vec<Placed<record::Word<Person>>>>() else { continue };
            let list = list.into_iter().map(|it| Placed { value: it.value.0, span: it.span }).collect();
            roles.insert(name.value, self.members(list));
        }
        if !roles.keys().any(|it| it.as_str() == RELEASE_ROLE) {
            self.fault(
                table.span(),
                format!("nobody may publish: the role `{RELEASE_ROLE}` is missing"),
                "add `release = [\"…\"]`",
            );
        }
        roles
    }

    fn rules(&self, table: &Table<'_, '_>) -> Option<Rules> {
        let branch = table.placed::<String>("branch");
        let distinct = table.required("distinct");
        let repository = self.repository(table);
        table.finish();
        let branch = branch?;
        if !is_branch(&branch.value) {
            self.fault(
                branch.span,
                format!("`{}` is no branch name", crate::name::escaped(&branch.value)),
                "write it like `main`",
            );
            return None;
        }
        Some(Rules { branch: branch.value, distinct: distinct?, repository: repository? })
    }

    /// The addresses of the repository of record; none where the policy does not name it.
    fn repository(&self, table: &Table<'_, '_>) -> Option<Vec<Address>> {
        if !table.has("repository") {
            return Some(Vec::new());
        }
        let list = table.optional_names::<Address>("repository")?;
        if list.is_empty() {
            self.fault(table.span(), "`repository` names no address", "name one, or leave the key out");
            return None;
        }
        Some(list.into_iter().map(|it| it.value).collect())
    }

    /// A quorum that can be reached: enough people, who are no machines and whose keys may sign `kind`.
    fn filled(
        &self,
        role: Option<RoleName>,
        members: BTreeSet<Person>,
        needed: &Placed<u64>,
        machines: &BTreeSet<Person>,
        kind: &str,
        who: &str,
    ) -> Option<Quorum> {
        let able = members.iter().filter(|it| !machines.contains(it) && Policy::may_sign(self.ring, it, kind)).count();
        let wanted = usize::try_from(needed.value).unwrap_or(usize::MAX);
        if wanted == 0 {
            self.fault(needed.span.clone(), "nobody would have to sign", "write 1 or more");
            return None;
        }
        if wanted > able {
            let message = format!("{who}: {wanted} needed, and {able} can sign `{kind}` (machines do not count)");
            self.fault(needed.span.clone(), message, "name more people, or ask for fewer");
            return None;
        }
        Some(Quorum { role, members, needed: wanted })
    }

    fn quorum(&self, table: &Table<'_, '_>, people: Option<&People>, kind: &str) -> Option<Quorum> {
        let role = table.placed_name::<RoleName>("role");
        let approvals = table.placed::<u64>("approvals");
        let (role, approvals, people) = (role?, approvals?, people?);
        let members = self.role(&role, people)?;
        let who = format!("the role `{}`", role.value);
        self.filled(Some(role.value), members, &approvals, &people.machines, kind, &who)
    }

    fn role(&self, role: &Placed<RoleName>, people: &People) -> Option<BTreeSet<Person>> {
        let found = people.roles.get(&role.value).cloned();
        if found.is_none() {
            let help = match nearest(role.value.as_str(), people.roles.keys().map(RoleName::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the roles are {}", listed(people.roles.keys(), "and")),
            };
            self.fault(role.span.clone(), format!("there is no role `{}`", role.value), help);
        }
        found
    }

    fn waiver(&self, table: &Table<'_, '_>, people: Option<&People>) -> Option<WaiverRule> {
        let quorum = self.quorum(table, people, "waive");
        let hours = table.placed::<u64>("max_hours");
        table.finish();
        let hours = hours?;
        if !(1..=MOST_HOURS).contains(&hours.value) {
            self.fault(hours.span, "`max_hours` is out of range", format!("write 1 to {MOST_HOURS}"));
            return None;
        }
        Some(WaiverRule { quorum: quorum?, max_hours: hours.value })
    }

    fn requirements(&self, table: &Table<'_, '_>, people: Option<&People>) -> Option<Vec<Requirement>> {
        let tables = table.tables("requirement");
        if tables.is_empty() {
            self.fault(
                table.span(),
                "the policy asks for nothing: there is no `[[requirement]]`",
                "name what must be signed off",
            );
            return None;
        }
        let read: Vec<Option<Requirement>> = tables.iter().map(|it| self.requirement(it, people)).collect();
        let all: Vec<Requirement> = read.into_iter().collect::<Option<_>>()?;
        for (at, requirement) in all.iter().enumerate() {
            if all.iter().take(at).any(|it| it.name == requirement.name) {
                let span = tables.get(at).map(Table::span).unwrap_or_default();
                self.fault(
                    span,
                    format!("the requirement `{}` is there twice", requirement.name),
                    "give it another name",
                );
            }
        }
        for file in DECIDING_FILES {
            if !all.iter().any(|it| it.subjects.iter().any(|it| it.as_str() == file)) {
                self.fault(
                    table.span(),
                    format!("no requirement covers `{file}`, which decides"),
                    "add it to the `subjects` of one",
                );
            }
        }
        Some(all)
    }

    fn requirement(&self, table: &Table<'_, '_>, people: Option<&People>) -> Option<Requirement> {
        let (name, title, asks) = (table.name("name"), table.name("title"), table.name("asks"));
        let subjects = table.names("subjects");
        let approvals = table.placed::<u64>("approvals");
        let may_skip = table.or("may_skip", false);
        let roles = self.requirement_roles(table);
        table.finish();
        let subjects = self.subjects(table, subjects?)?;
        let (roles, approvals, people) = (roles?, approvals?, people?);
        let kind = "approve";
        for role in &roles {
            let members = self.role(role, people)?;
            self.filled(None, members, &approvals, &people.machines, kind, &format!("the role `{}`", role.value))?;
        }
        Some(Requirement {
            name: name?,
            title: title?,
            asks: asks?,
            subjects,
            roles: roles.into_iter().map(|it| it.value).collect(),
            approvals: usize::try_from(approvals.value).ok()?,
            may_skip: may_skip?,
        })
    }

    fn requirement_roles(&self, table: &Table<'_, '_>) -> Option<Vec<Placed<RoleName>>> {
        let one = table.placed_optional::<record::Word<RoleName>>("role");
        let several = table.optional_names::<RoleName>("roles");
        match (table.has("role"), table.has("roles")) {
            (true, false) => one.map(|it| vec![Placed { value: it.value.0, span: it.span }]),
            (false, true) => {
                let several = several?;
                let distinct: BTreeSet<&RoleName> = several.iter().map(|it| &it.value).collect();
                if several.is_empty() || distinct.len() < several.len() {
                    self.fault(table.span(), "`roles` is empty, or names a role twice", "name each role once");
                    return None;
                }
                Some(several)
            }
            _ => {
                self.fault(table.span(), "a requirement has either `role` or `roles`", "write `role = \"…\"`");
                None
            }
        }
    }

    fn subjects(
        &self,
        table: &Table<'_, '_>,
        list: Vec<Placed<crate::name::SubjectPath>>,
    ) -> Option<Vec<crate::name::SubjectPath>> {
        if list.is_empty() {
            self.fault(table.span(), "a requirement without subjects covers nothing", "name its files");
            return None;
        }
        let mut seen = BTreeSet::new();
        for subject in &list {
            if !seen.insert(subject.value.as_str().to_ascii_lowercase()) {
                self.fault(subject.span.clone(), format!("`{}` is named twice", subject.value), "name each file once");
            }
        }
        Some(list.into_iter().map(|it| it.value).collect())
    }

    /// What no single key shows: that the people suffice for what is promised of them together.
    fn promises(&self, policy: &Policy, span: Range<usize>) {
        let publishers = policy.publishers();
        if !publishers.iter().any(|it| Policy::may_sign(self.ring, it, "publish")) {
            self.fault(
                span.clone(),
                format!("nobody of the role `{RELEASE_ROLE}` can sign `publish`"),
                "name somebody whose key may",
            );
        }
        if policy.distinct {
            let seats: Vec<BTreeSet<Person>> = policy
                .requirements
                .iter()
                .flat_map(|it| {
                    it.roles.iter().flat_map(move |role| std::iter::repeat_n(policy.people_of(role), it.approvals))
                })
                .collect();
            if !seats::all_filled(&seats) {
                let help = "name more people, or write `distinct = false`";
                self.fault(span, "`distinct` needs a different person for each seat, and there are too few", help);
            }
        }
    }
}

/// Every other policy names the one before it, and what is sealed.
fn after(table: &Table<'_, '_>) -> Option<Link> {
    let (previous, sealed) = (table.name("previous"), table.name("sealed"));
    Some(Link::After { previous: previous?, sealed: sealed? })
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.chars().all(|it| it.is_ascii_digit() || ('a'..='f').contains(&it))
}

/// A branch name that git accepts and that no shell or refspec reads otherwise.
fn is_branch(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let part = |it: &str| !it.is_empty() && !it.starts_with('.') && !it.ends_with('.') && !it.ends_with(".lock");
    !text.starts_with('-') && text.chars().all(plain) && !text.contains("..") && text.split('/').all(part)
}

#[cfg(test)]
mod tests;
