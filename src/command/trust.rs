//! `holdpoint trust`: pins a root in this clone.

use std::collections::BTreeMap;

use clap::Args;
use holdpoint_core::digest::Digest;
use holdpoint_core::record::LARGEST_FILE;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::{PROPOSED, parse_pin};
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::repo::{Blob, Repo};
use crate::shell::Shell;

/// Pin a root in this clone
///
/// The root is the SHA-256 of a policy: the first one, or any later one. Take it from a colleague or from the settings of CI, never from the
/// repository itself. It is kept in `git config holdpoint.root` of this clone. Where the commit holds other policies,
/// nothing is pinned.
///
/// A pin holds for every policy that comes from it. In this clone it moves forward by itself: after a check on the branch of
/// record, a publish and `holdpoint policy adopt` it names the policy then in force, so that an older one does not suffice any
/// more. `--root`, `HOLDPOINT_ROOT` and the user's own git configuration stay as they are.
///
/// Exit codes: 0 pinned, 1 the policy here is another, 2 bad usage, 4 could not.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The root: sha256: and 64 digits
    #[arg(value_name = "sha256:…")]
    root: String,
}

/// The answer of `holdpoint trust`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "trust")]
pub(crate) struct TrustJson {
    schema: u64,
    /// The root that is pinned now.
    root: String,
    /// Whether HEAD holds that policy; null: it holds none yet.
    matches: Option<bool>,
    exit_code: u8,
}

/// Pins it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { root } = options;
    let root = parse_pin("the root", &root)?;
    let repo = shell.repo()?;
    let found = policy_digests(&repo)?;
    let is_here = found.values().any(|it| *it == root);
    if let Some((_, newest)) = found.last_key_value().filter(|_| !is_here) {
        return Err(mismatch(root, *newest));
    }
    let written = format!("sha256:{root}");
    shell.pin_root(&repo, &written)?;
    let what = match found.iter().find(|it| *it.1 == root) {
        Some((folder, _)) => format!("it is `policy/{folder}` in HEAD"),
        None => "there is no policy in HEAD yet; once there is, it must come from this one".to_owned(),
    };
    let human = format!("pinned {written} in this clone: {what}\n");
    let json = TrustJson { schema: SCHEMA, root: written, matches: is_here.then_some(true), exit_code: 0 };
    Ok(Outcome::done(human, value(&json)))
}

/// The digest of each policy in HEAD, by its folder. Whether they are a chain is not asked here: the pin comes first.
fn policy_digests(repo: &Repo) -> Result<BTreeMap<String, Digest>, Failure> {
    let mut digests = BTreeMap::new();
    if repo.head()?.commit_id().is_none() {
        return Ok(digests);
    }
    let snapshot = repo.snapshot(None)?;
    for folder in snapshot.list("policy")?.unwrap_or_default().into_iter().map(|it| it.name).filter(|it| it != PROPOSED) {
        let path = format!("policy/{folder}/policy.toml");
        match snapshot.file(&path, LARGEST_FILE)? {
            Blob::Bytes(bytes) => drop(digests.insert(folder, Digest::of(&bytes))),
            Blob::Absent => {}
            _ => return Err(Failure::new(format!("`{path}` is no plain file in HEAD")).hint("git log -- policy")),
        }
    }
    Ok(digests)
}

/// A pin that the policy does not match would make every answer `root-mismatch`.
fn mismatch(root: Digest, found: Digest) -> Failure {
    Failure::refused("the policy in HEAD is another one; nothing is pinned")
        .because(format!("you gave  sha256:{root}\nHEAD has  sha256:{found}"))
        .hint("ask an owner which one is right; `git log -- policy` says who changed it here")
}
