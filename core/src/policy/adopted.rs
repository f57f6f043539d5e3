//! From the files under `policy/` to the policy in force, or every reason why there is none.

use std::collections::{BTreeMap, BTreeSet};

use super::{POLICY_NAMESPACE, Policy, folder};
use crate::content::Content;
use crate::digest::Digest;
use crate::finding::{Code, Finding};
use crate::key::{Namespace, Ring, Signature};
use crate::name::{Person, escaped};

/// The largest signature file, in bytes.
pub const LARGEST_SIGNATURE: usize = 8 << 10;

/// Everything under `policy/`, by its path from there: `0001/policy.toml`.
pub type PolicyFiles = BTreeMap<String, Content>;

/// The policy in force.
///
/// # Errors
/// `policy-broken` and `policy-threshold`, each fault with its place where it has one.
pub fn adopted(files: &PolicyFiles) -> Result<Policy, Vec<Finding>> {
    let mut findings = strangers(files);
    let base = folder(1);
    let policy_path = format!("policy/{base}/policy.toml");
    let ring_path = format!("policy/{base}/signers");
    let policy_bytes = plain(files, &policy_path, &mut findings);
    let ring_bytes = plain(files, &ring_path, &mut findings);
    let (Some(policy_bytes), Some(ring_bytes)) = (policy_bytes, ring_bytes) else {
        return Err(findings);
    };
    let broken = |problems: Vec<crate::record::Problem>| problems.into_iter().map(|it| it.finding(Code::PolicyBroken));
    let ring = match Ring::parse(&ring_path, ring_bytes) {
        Ok(ring) => ring,
        Err(problems) => {
            findings.extend(broken(problems));
            return Err(findings);
        }
    };
    let policy = match Policy::read(&policy_path, policy_bytes, &ring, ring_bytes) {
        Ok(policy) => policy,
        Err(problems) => {
            findings.extend(broken(problems));
            return Err(findings);
        }
    };
    findings.extend(signed(&policy, policy_bytes, files));
    if findings.is_empty() { Ok(policy) } else { Err(findings) }
}

/// Whether enough owners have signed `policy.toml`, and nobody else has put a signature there.
fn signed(policy: &Policy, bytes: &[u8], files: &PolicyFiles) -> Vec<Finding> {
    let namespace = Namespace::of(POLICY_NAMESPACE);
    let prefix = format!("{}/", folder(policy.number()));
    let mut findings = Vec::new();
    let mut owners: BTreeSet<Person> = BTreeSet::new();
    for (path, content) in files {
        let Some(name) = path.strip_prefix(&prefix).and_then(|it| it.strip_suffix(".sig")) else { continue };
        let refuse = |why: String| {
            Finding::new(Code::PolicyBroken, format!("policy/{path}"), why)
                .next(format!("restore it with `git checkout`, or remove it: git rm 'policy/{path}'"))
        };
        let verified = name.parse::<Person>().map_err(|why| format!("`{}` {why}", escaped(name))).and_then(|person| {
            let Content::Plain(armor) = content else { return Err("is no plain file".to_owned()) };
            let signature = Signature::parse(armor).map_err(|why| why.to_string())?;
            policy.ring().verify(&person, &namespace, bytes, &signature).map_err(|why| why.to_string())?;
            Ok(person)
        });
        match verified {
            Ok(person) => drop(owners.insert(person)),
            Err(why) => findings.push(refuse(format!("this signature of the policy {why}"))),
        }
    }
    let voices = policy.voices(policy.owners(), &owners);
    let needed = policy.owners().needed;
    if voices.len() < needed {
        let wanting = policy.owners().members.iter().filter(|it| !owners.contains(it)).cloned();
        let message = format!("policy {} is signed by {} of {needed} owners", policy.number(), voices.len());
        findings.push(
            Finding::new(Code::PolicyThreshold, "policy", message)
                .who(wanting)
                .next("restore the `.sig` files beside `policy.toml` with `git checkout`"),
        );
    }
    findings
}

/// What does not belong under `policy/`.
fn strangers(files: &PolicyFiles) -> Vec<Finding> {
    let base = format!("{}/", folder(1));
    let belongs = |path: &str| match path.strip_prefix(&base) {
        Some(name) => name == "policy.toml" || name == "signers" || name.ends_with(".sig") && !name.contains('/'),
        // What is proposed decides nothing.
        None => path.starts_with("proposed/"),
    };
    files
        .keys()
        .filter(|path| !belongs(path))
        .map(|path| {
            let path = escaped(path);
            let message = match path.split_once('/') {
                Some((number, _)) if number.chars().all(|it| it.is_ascii_digit()) => {
                    format!("policy {number} is there, and this build knows policy 0001 alone")
                }
                _ => "this file does not belong under `policy/`".to_owned(),
            };
            Finding::new(Code::PolicyBroken, format!("policy/{path}"), message)
                .next(format!("remove it: git rm 'policy/{path}'"))
        })
        .collect()
}

fn plain<'a>(files: &'a PolicyFiles, path: &str, findings: &mut Vec<Finding>) -> Option<&'a [u8]> {
    let why = match files.get(path.strip_prefix("policy/").unwrap_or(path)) {
        Some(Content::Plain(bytes)) => return Some(bytes),
        Some(other) => other.fault(),
        None => "is missing".to_owned(),
    };
    findings.push(
        Finding::new(Code::PolicyBroken, path, format!("`{path}` {why}"))
            .next(format!("restore it: git checkout HEAD~1 -- {path}")),
    );
    None
}

/// What pins the root: where a pin comes from, and the digest that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Where it is written: `--root`, `HOLDPOINT_ROOT`, `git config holdpoint.root`.
    pub source: String,
    /// The digests that it names: the policy must be one of them.
    pub digests: Vec<Digest>,
}

/// Holds the policy against the pins that were given.
pub fn pinned(policy: &Policy, pins: &[Pin]) -> Vec<Finding> {
    if pins.is_empty() {
        let next = "holdpoint trust sha256:…   (ask a colleague for the root; in CI: HOLDPOINT_ROOT)";
        return vec![
            Finding::new(Code::RootUnpinned, "policy", "no pinned root says that this is the right policy").next(next),
        ];
    }
    pins.iter()
        .filter(|pin| !pin.digests.contains(&policy.digest()))
        .map(|pin| {
            let pinned: Vec<String> = pin.digests.iter().map(|it| format!("sha256:{it}")).collect();
            let message =
                format!("{} pins {}, and the policy here is sha256:{}", pin.source, pinned.join(", "), policy.digest());
            Finding::new(Code::RootMismatch, "policy", message)
                .next("git log -- policy   (who changed it? ask the owners for the root)")
        })
        .collect()
}
