//! The chain of policies: each names the one before it and is signed by the owners of both. The last one is in force.

use std::collections::{BTreeMap, BTreeSet};

use super::{Policy, Sealed, Signatures, folder};
use crate::content::Content;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::key::Ring;
use crate::name::{escaped, listed, pathspec, removal};
use crate::record::Problem;

/// The largest signature file, in bytes.
pub const LARGEST_SIGNATURE: usize = 8 << 10;

/// Everything under `policy/`, by its path from there: `0001/policy.toml`.
pub type PolicyFiles = BTreeMap<String, Content>;

/// The folder in which the next policy collects signatures. What lies there decides nothing.
const PROPOSED: &str = "proposed";

/// The adopted policies, from the first to the one in force: at least one, without a gap.
#[derive(Debug, Clone)]
pub struct Chain {
    policies: Vec<Policy>,
    current: Policy,
    sealed: Sealed,
    signatures: Signatures,
}

/// A policy that collects signatures.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it would be.
    pub policy: Policy,
    /// What it would seal.
    pub sealed: Sealed,
    /// Who has signed it.
    pub signatures: Signatures,
}

impl Chain {
    /// Reads the chain.
    ///
    /// # Errors
    /// `policy-broken`, `policy-threshold` and `policy-fork`, each fault with its place where it has one.
    pub fn read(files: &PolicyFiles) -> Result<Self, Vec<Finding>> {
        let mut findings = strangers(files);
        let numbers: BTreeSet<u64> = files.keys().filter_map(|it| number_of(it.split_once('/')?.0)).collect();
        let last = numbers.last().copied().unwrap_or(1);
        let mut chain: Option<Self> = None;
        for number in 1..=last {
            if !numbers.contains(&number) && number > 1 {
                findings.push(gap(number));
                break;
            }
            match Folder::read(&folder(number), files, chain.as_ref()) {
                Ok(link) => {
                    findings.extend(link.faults(number, chain.as_ref()));
                    chain = Some(link.behind(chain));
                }
                Err(faults) => {
                    findings.extend(faults);
                    break;
                }
            }
        }
        match chain {
            Some(chain) if findings.is_empty() => Ok(chain),
            _ => Err(findings),
        }
    }

    /// The policy in force.
    pub fn current(&self) -> &Policy {
        &self.current
    }

    /// The one before it.
    pub fn predecessor(&self) -> Option<&Policy> {
        self.policies.iter().rev().nth(1)
    }

    /// All of them, oldest first.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The one with that digest.
    pub fn of_digest(&self, digest: &Digest) -> Option<&Policy> {
        self.policies.iter().find(|it| it.digest() == *digest)
    }

    /// The one of that number.
    pub fn of_number(&self, number: u64) -> Option<&Policy> {
        self.policies.iter().find(|it| it.number() == number)
    }

    /// What the policy in force seals.
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// Who has signed the policy in force.
    pub fn signatures(&self) -> &Signatures {
        &self.signatures
    }

    /// Every folder of the repository in which a policy says that the coordination root lies.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.policies.iter().map(Policy::path).collect()
    }

    /// The branches of record that earlier policies name, besides the one of now.
    pub fn earlier_branches(&self) -> BTreeSet<&str> {
        self.policies.iter().map(Policy::branch).filter(|it| *it != self.current.branch()).collect()
    }

    /// The policy that collects signatures among the files under `policy/`; nothing if none does.
    ///
    /// # Errors
    /// Every reason why it could never be adopted as it is, whoever signs it.
    pub fn proposal(&self, files: &PolicyFiles) -> Result<Option<Proposal>, Vec<Finding>> {
        if !files.keys().any(|it| it.split_once('/').is_some_and(|it| it.0 == PROPOSED)) {
            return Ok(None);
        }
        let mut faults = files.keys().filter_map(|path| misplaced(path)).collect::<Vec<_>>();
        let link = match Folder::read(PROPOSED, files, Some(self)) {
            Ok(link) => link,
            Err(others) => return Err(faults.into_iter().chain(others).collect()),
        };
        faults.extend(link.misfits(self.current.number() + 1, Some(self)));
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Some(Proposal { policy: link.policy, sealed: link.sealed, signatures: link.signatures }))
    }

    /// The chain as it would be with `proposal` in force, signed or not: to say what it would change.
    #[must_use]
    pub fn if_adopted(&self, proposal: &Proposal) -> Self {
        let Proposal { policy, sealed, signatures } = proposal.clone();
        let policies = self.policies.iter().cloned().chain([policy.clone()]).collect();
        Self { policies, current: policy, sealed, signatures }
    }

    /// Whether the files of `policy/NUMBER` of another commit are a fully signed successor of a policy of this chain, and of
    /// which: somebody adopted it.
    pub fn adopted_elsewhere(&self, number: u64, files: &PolicyFiles) -> Option<&Policy> {
        let before = self.upto(number.checked_sub(1)?)?;
        let link = Folder::read(&folder(number), files, Some(&before)).ok()?;
        let fits = link.misfits(number, Some(&before)).is_empty() && link.signatures.is_full();
        if fits { self.of_number(before.current.number()) } else { None }
    }

    /// The chain as it was when policy `number` was in force. What it sealed then is not asked any more.
    fn upto(&self, number: u64) -> Option<Self> {
        let policies: Vec<Policy> = self.policies.iter().filter(|it| it.number() <= number).cloned().collect();
        let current = policies.last().filter(|it| it.number() == number)?.clone();
        Some(Self { policies, current, sealed: Sealed::default(), signatures: self.signatures.clone() })
    }
}

/// One policy with what lies beside it.
struct Folder {
    name: String,
    policy: Policy,
    sealed: Sealed,
    signatures: Signatures,
}

impl Folder {
    /// Reads the files in `policy/FOLDER`.
    fn read(folder: &str, files: &PolicyFiles, before: Option<&Chain>) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let place = |name: &str| format!("policy/{folder}/{name}");
        let policy_bytes = plain(files, folder, "policy.toml", &mut findings);
        let ring_bytes = plain(files, folder, "signers", &mut findings);
        let sealed_bytes = match before {
            None => Some([].as_slice()),
            Some(_) => plain(files, folder, "sealed", &mut findings),
        };
        let (Some(policy_bytes), Some(ring_bytes), Some(sealed_bytes)) = (policy_bytes, ring_bytes, sealed_bytes)
        else {
            return Err(findings);
        };
        let ring = Ring::parse(&place("signers"), ring_bytes).map_err(broken)?;
        let policy = Policy::read(&place("policy.toml"), policy_bytes, &ring, ring_bytes).map_err(broken)?;
        let sealed = Sealed::parse(&place("sealed"), sealed_bytes).map_err(broken)?;
        if let Some(said) = policy.sealed()
            && said != Digest::of(sealed_bytes)
        {
            let message = format!("`sealed` in the policy is not the SHA-256 of `{}`", place("sealed"));
            findings.push(refused(&place("sealed"), message, folder));
        }
        let own: BTreeMap<&str, &Content> = inside(files, folder).collect();
        let followed = before.map(|chain| {
            let named = policy.previous().and_then(|it| chain.of_digest(&it));
            named.unwrap_or_else(|| chain.current())
        });
        let signatures = Signatures::read(&policy, policy_bytes, followed, &own);
        if findings.is_empty() {
            Ok(Self { name: folder.to_owned(), policy, sealed, signatures })
        } else {
            Err(findings)
        }
    }

    /// Everything that is wrong with an adopted policy besides what cannot be read.
    fn faults(&self, number: u64, before: Option<&Chain>) -> Vec<Finding> {
        let mut findings = self.misfits(number, before);
        findings.extend(self.signatures.bad.iter().map(|(name, why)| {
            let path = format!("policy/{}/{name}", self.name);
            Finding::new(Code::PolicyBroken, escaped(&path), format!("this signature of the policy {why}"))
                .next(format!(
                    "git log --format=%h -- {0}   to find who changed it, then: git checkout COMMIT~1 -- {0}; if it never was valid: {1}",
                    pathspec(&path),
                    removal(&path)
                ))
        }));
        if !self.signatures.is_full() {
            let next = format!(
                "git log --format=%h -- policy/{0}   to find who took a signature away, then: git checkout COMMIT~1 -- policy/{0}; a \
                 policy that still collects them lies in `policy/proposed`",
                self.name
            );
            let finding = Finding::new(Code::PolicyThreshold, "policy", self.signatures.words());
            findings.push(finding.who(self.signatures.wanting()).next(next));
        }
        findings
    }

    /// What does not fit onto the chain before it, whoever signed it.
    fn misfits(&self, number: u64, before: Option<&Chain>) -> Vec<Finding> {
        let (path, policy) = (format!("policy/{}/policy.toml", self.name), &self.policy);
        let mut findings = Vec::new();
        if policy.number() != number {
            let message = format!("this is policy {} in the place of policy {number}", policy.number());
            findings.push(refused(&path, message, &self.name));
        }
        let Some(chain) = before else { return findings };
        let newest = chain.current();
        if policy.previous() != Some(newest.digest()) {
            findings.push(self.follows_another(&path, number, chain));
        }
        if policy.project() != newest.project() {
            let message = format!("the project was {}, and every statement is bound to it", newest.project());
            let next = format!("put `project = \"{}\"` back in `{path}`", newest.project());
            findings.push(refused(&path, message, &self.name).next(next));
        }
        if let Some(id) = chain.sealed.since(&self.sealed).next() {
            let path = format!("policy/{}/sealed", self.name);
            let message = format!("{} was sealed before, and is not any more", id.short());
            findings.push(refused(&path, message, &self.name));
        }
        findings
    }

    /// A policy that does not follow the newest one: a second successor of an older one, or none at all.
    fn follows_another(&self, path: &str, number: u64, chain: &Chain) -> Finding {
        let previous = self.policy.previous();
        let followed = chain.policies.iter().find(|it| previous == Some(it.digest()));
        let is_copy = chain.of_digest(&self.policy.digest()).is_some();
        match followed {
            Some(older) if !is_copy && self.signatures.is_full() => {
                let message = format!(
                    "policy {} has two successors, each signed by its owners: the one in `policy/{}` and this one",
                    older.number(),
                    folder(older.number() + 1)
                );
                let owners = chain.current.owners().members.iter().cloned();
                Finding::new(Code::PolicyFork, path, message).who(owners).next(format!(
                    "the owners say which one holds; then: git rm -r policy/{}   (and propose its changes anew: \
                     holdpoint policy propose)",
                    self.name
                ))
            }
            _ => {
                let said = previous.map_or_else(|| "nothing".to_owned(), |it| it.short());
                let message =
                    format!("it says that it follows {said}, and policy {} is {}", number - 1, chain.current.digest());
                refused(path, message, &self.name)
            }
        }
    }

    /// Puts this one at the end of the chain before it.
    fn behind(self, before: Option<Chain>) -> Chain {
        let mut policies = before.map(|it| it.policies).unwrap_or_default();
        policies.push(self.policy.clone());
        Chain { policies, current: self.policy, sealed: self.sealed, signatures: self.signatures }
    }
}

/// The number of a folder: `0001`. Another spelling of it is no number.
pub fn number_of(name: &str) -> Option<u64> {
    let number: u64 = name.parse().ok()?;
    (number > 0 && folder(number) == name).then_some(number)
}

/// The files right in `policy/FOLDER`, by name.
fn inside<'a>(files: &'a PolicyFiles, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Content)> {
    let own = move |path: &'a str| path.strip_prefix(folder)?.strip_prefix('/').filter(|it| !it.contains('/'));
    files.iter().filter_map(move |(path, content)| Some((own(path)?, content)))
}

fn broken(problems: Vec<Problem>) -> Vec<Finding> {
    problems.into_iter().map(|it| it.finding(Code::PolicyBroken)).collect()
}

fn gap(number: u64) -> Finding {
    let path = format!("policy/{}", folder(number));
    Finding::new(Code::PolicyBroken, path.clone(), format!("policy {number} is missing, and a later one is there"))
        .next(format!("git log --all --full-history --diff-filter=A --format=%h -- {path}   to find it, then: git checkout COMMIT -- {path}"))
}

/// A policy that is wrong: an adopted one is restored, a proposed one is written again.
fn refused(path: &str, message: String, folder: &str) -> Finding {
    let next = if folder == PROPOSED {
        "holdpoint policy propose   (writes it again, and keeps what you edited)".to_owned()
    } else {
        format!("git log -- policy/{folder}   then restore it, or remove what does not belong there")
    };
    Finding::new(Code::PolicyBroken, path, message).next(next)
}

/// What does not belong under `policy/`.
fn strangers(files: &PolicyFiles) -> Vec<Finding> {
    let belongs = |path: &str| match path.split_once('/') {
        Some((PROPOSED, _)) => true,
        Some((folder, name)) => {
            let fixed = matches!(name, "policy.toml" | "signers") || name == "sealed" && folder != "0001";
            number_of(folder).is_some() && (fixed || name.ends_with(".sig") && !name.contains('/'))
        }
        None => false,
    };
    let stranger = |path: &String| {
        let path = format!("policy/{path}");
        Finding::new(Code::PolicyBroken, escaped(&path), "this file does not belong under `policy/`")
            .next(format!("remove it: {}", removal(&path)))
    };
    files.keys().filter(|path| !belongs(path)).map(stranger).collect()
}

/// What does not belong into a proposal: it could not move with it.
fn misplaced(path: &str) -> Option<Finding> {
    let name = path.strip_prefix(PROPOSED)?.strip_prefix('/')?;
    let belongs = matches!(name, "policy.toml" | "signers" | "sealed") || name.ends_with(".sig") && !name.contains('/');
    let path = format!("policy/{path}");
    (!belongs).then(|| {
        Finding::new(Code::PolicyBroken, escaped(&path), "this file does not belong into a policy")
            .next(format!("remove it: {}   (or rm, where git does not know it)", removal(&path)))
    })
}

fn plain<'a>(files: &'a PolicyFiles, folder: &str, name: &str, findings: &mut Vec<Finding>) -> Option<&'a [u8]> {
    let path = format!("policy/{folder}/{name}");
    let (why, cure) = match files.get(&format!("{folder}/{name}")) {
        Some(Content::Plain(bytes)) => return Some(bytes),
        Some(other) => (other.fault(), other.cure(&path)),
        None => ("is missing".to_owned(), None),
    };
    let next = match folder {
        _ if cure.is_some() => cure.unwrap_or_default(),
        PROPOSED => "holdpoint policy propose   (writes what is missing)".to_owned(),
        _ => format!(
            "git log --diff-filter=D --format=%h -- {path}   to find who removed it, then: git checkout COMMIT~1 -- {path}"
        ),
    };
    findings.push(Finding::new(Code::PolicyBroken, path.clone(), format!("`{path}` {why}")).next(next));
    None
}

impl Policy {
    /// What is brittle in a policy that works, in a sentence each: a role, or the owners, that one lost key would stop.
    pub fn brittle(&self) -> Vec<String> {
        let mut told: Vec<String> = self
            .lone_roles()
            .into_iter()
            .map(|(role, person)| format!("the role `{role}` hangs on {person} alone"))
            .collect();
        let owners: BTreeSet<_> = self.owners.members.iter().filter(|it| !self.is_machine(it)).cloned().collect();
        if owners.len() <= self.owners.needed {
            told.push(format!(
                "each of the owners is needed ({}): one lost key means a new root",
                listed(&owners, "and")
            ));
        }
        told
    }
}

#[cfg(test)]
mod tests;
