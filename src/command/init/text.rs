//! The first policy and its key ring, as text that people read and sign.

use std::collections::BTreeSet;

use holdpoint_core::digest::Digest;
use holdpoint_core::key::{AttestKey, Namespace, ring_line};
use holdpoint_core::name::{Person, SiteName};
use holdpoint_core::policy::MACHINE_KINDS;

use super::charter::{Charter, Ground, DUTY, DUTY_APPROVALS, SEATS};
use crate::toml::{string, strings};

/// The longest time for which something can be waived.
const MAX_HOURS: u64 = 72;

/// The longest list that stays on one line.
const WIDEST: usize = 80;

/// `signers`: the key ring.
pub(super) fn signers(charter: &Charter) -> String {
    let machine: Vec<Namespace> = MACHINE_KINDS.iter().map(|it| Namespace::of(it)).collect();
    let lines = charter.keys.iter().map(|(person, key)| {
        let bound = charter.machines.contains(person).then_some(machine.as_slice());
        ring_line(person, bound, key, None)
    });
    format!(
        "# Who is who: one person or machine a line, with a key (OpenSSH allowed_signers).\n{}",
        lines.collect::<String>()
    )
}

/// `policy.toml`, for a ring with these bytes.
pub(super) fn policy(charter: &Charter, signers: &str) -> String {
    let parts = [header(charter, signers), people(charter), rules(charter), requirements(), duty(charter), sites(charter), attest(charter)];
    parts.concat()
}

fn header(charter: &Charter, signers: &str) -> String {
    let Ground { project, path, checkpoint, .. } = &charter.ground;
    format!(
        r#"# Who decides what goes out. The owners sign this file: whoever edits it breaks the signature.
# Its SHA-256 is the root that every clone and CI pin.
schema = 1
version = 1
previous = ""   # no policy came before this one
signers = "{}"   # the SHA-256 of the key ring beside this file
project = {}   # part of every signature: one made here is worth nothing elsewhere
path = {}   # where the folder above `policy/` lies in the repository; "" is the top
checkpoint = {}   # the commit where the proof of history begins; "" is the first one
"#,
        Digest::of(signers.as_bytes()),
        string(project),
        string(path),
        string(checkpoint),
    )
}

fn people(charter: &Charter) -> String {
    let owners = list(&charter.owners);
    let roles: Vec<String> = charter.roles.iter().map(|(role, people)| format!("{role} = {}\n", list(people))).collect();
    let machines = if charter.machines.is_empty() { String::new() } else { machines(&charter.machines) };
    format!(
        r"
# The owners speak for the policy: so many different ones must sign it.
[owners]
members = {owners}
threshold = 1

# `release` publishes. The other roles sign off, below.
[roles]
{}{machines}",
        roles.concat()
    )
}

fn machines(machines: &BTreeSet<Person>) -> String {
    format!(
        r"
# Machines publish. They count in no threshold, and sign nothing off.
[machines]
members = {}
",
        list(machines)
    )
}

fn rules(charter: &Charter) -> String {
    let distinct = charter.distinct();
    let why = if distinct { "one person fills one seat per release" } else { "one person may fill several seats" };
    format!(
        "\n[rules]\nbranch = {}   # the branch of record: what is on it takes effect\ndistinct = {distinct}   # {why}\n",
        string(&charter.ground.branch)
    )
}

fn requirements() -> String {
    let [support, compatibility, communications] = SEATS;
    format!(
        r#"
# What must be signed off before a release goes out. Each covers files of `releases/VERSION/`.
[[requirement]]
name = "kb"
title = "Support knowledge base"
asks = "An agent can solve the case with this article alone."   # what a sign-off vouches for
subjects = ["kb.md"]
role = "{support}"
approvals = 1   # so many different people of the role
may_skip = false   # whether it can be signed as not applicable

[[requirement]]
name = "compatibility"
title = "Compatibility matrix"
asks = "The matrix is complete and true for these bytes."
subjects = ["release.toml", "compatibility.toml", "matrix.md", "artifacts.toml"]
role = "{compatibility}"
approvals = 1
may_skip = false

[[requirement]]
name = "notice"
title = "Customer notice"
asks = "Customers can act on this text."
subjects = ["notice.md"]
role = "{communications}"
approvals = 1
may_skip = false
"#
    )
}

fn duty(charter: &Charter) -> String {
    if !charter.has_duty() {
        return "\n# Nothing can be waived: that takes two people on duty. The owners lift the holds of others.\n".to_owned();
    }
    format!(
        r#"
# Who sets a finding aside in an emergency, and for how long at most.
[waiver]
role = "{DUTY}"
approvals = {DUTY_APPROVALS}
max_hours = {MAX_HOURS}

# Who lifts somebody else's hold.
[hold]
role = "{DUTY}"
approvals = {DUTY_APPROVALS}
"#
    )
}

fn sites(charter: &Charter) -> String {
    let one = |(at, (name, url)): (usize, &(SiteName, String))| {
        let comment = if at == 0 { "# Where customers download.\n" } else { "" };
        format!("\n{comment}[[site]]\nname = {}\nurl = {}\n", string(name), string(url))
    };
    charter.ground.sites.iter().enumerate().map(one).collect()
}

fn attest(charter: &Charter) -> String {
    if charter.ground.attest_keys.is_empty() {
        return String::new();
    }
    let line = |it: &AttestKey| format!("    {},\n", string(it.to_line()));
    let keys: String = charter.ground.attest_keys.iter().map(line).collect();
    format!("\n# Whose attestations that a version is out count.\n[attest]\nkeys = [\n{keys}]\n")
}

/// People in a list; a long one has one person a line.
fn list<'a>(people: impl IntoIterator<Item = &'a Person>) -> String {
    let people: Vec<&Person> = people.into_iter().collect();
    let line = strings(&people);
    if line.len() <= WIDEST {
        return line;
    }
    let lines: Vec<String> = people.iter().map(|it| format!("    {},\n", string(it))).collect();
    format!("[\n{}]", lines.concat())
}
