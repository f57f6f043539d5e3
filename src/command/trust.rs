//! `holdpoint trust`: pins a root in this clone.

use clap::Args;
use holdpoint_core::digest::Digest;
use holdpoint_core::record::LARGEST_FILE;
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
use crate::gather::parse_pin;
use crate::outcome::Outcome;
use crate::render::json::{SCHEMA, value};
use crate::repo::{Blob, Repo};
use crate::shell::Shell;

/// Pin a root in this clone
///
/// The root is the SHA-256 of the first policy. Take it from a colleague or from the settings of CI, never from the
/// repository itself. It is kept in `git config holdpoint.root` of this clone. Where the commit holds another policy,
/// nothing is pinned.
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
    /// Whether it is the policy in HEAD; null: there is none yet.
    matches: Option<bool>,
    exit_code: u8,
}

/// Pins it.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { root } = options;
    let root = parse_pin("the root", &root)?;
    let repo = shell.repo()?;
    let found = policy_digest(&repo)?;
    if let Some(found) = found.filter(|it| *it != root) {
        return Err(mismatch(root, found));
    }
    let written = format!("sha256:{root}");
    shell.pin_root(&repo, &written)?;
    let what = match found {
        Some(_) => "it is the policy in HEAD",
        None => "there is no policy in HEAD yet; once there is, it must be this one",
    };
    let human = format!("pinned {written} in this clone: {what}\n");
    let json = TrustJson { schema: SCHEMA, root: written, matches: found.map(|_| true), exit_code: 0 };
    Ok(Outcome::done(human, value(&json)))
}

/// The digest of the policy in HEAD, if there is one.
fn policy_digest(repo: &Repo) -> Result<Option<Digest>, Failure> {
    if repo.head()?.commit_id().is_none() {
        return Ok(None);
    }
    let snapshot = repo.snapshot(None)?;
    match snapshot.file("policy/0001/policy.toml", LARGEST_FILE)? {
        Blob::Bytes(bytes) => Ok(Some(Digest::of(&bytes))),
        Blob::Absent => Ok(None),
        _ => Err(Failure::new("`policy/0001/policy.toml` is no plain file in HEAD").hint("git log -- policy")),
    }
}

/// A pin that the policy does not match would make every answer `root-mismatch`.
fn mismatch(root: Digest, found: Digest) -> Failure {
    Failure::refused("the policy in HEAD is another one; nothing is pinned")
        .because(format!("you gave  sha256:{root}\nHEAD has  sha256:{found}"))
        .hint("ask an owner which one is right; `git log -- policy` says who changed it here")
}
