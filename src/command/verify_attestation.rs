//! `holdpoint verify-attestation`: whether an attestation is genuine, is about these files, and still holds.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use holdpoint_core::attest::{AttestFault, Attestation, LARGEST_ENVELOPE};
use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::moved;
use holdpoint_core::key::AttestKey;
use holdpoint_core::name::counted;
use holdpoint_core::policy::{Chain, pinned};

use super::attest::{borne_out, is_of_now};
use crate::failure::{Exit, Failure};
use crate::gather::Record;
use crate::outcome::Outcome;
use crate::shell::{Reading, Shell};
use crate::site::content_of;

mod view;

use view::Answer;
pub(crate) use view::AttestationJson;

/// Verify an attestation, and that it is about these files
///
/// Reads the record at HEAD, in a clone whose root is pinned. An attestation is verified if a key of the policy's
/// `[attest] keys` signed it, it says that a version of this project is out, the record bears that out with nothing against
/// it now, and each artifact is one of the files that it names, by its SHA-256. Pull first: what is not in this clone is
/// not known.
///
/// Exit codes: 0 verified, 1 refused: it is not genuine, is about something else, or the record speaks against it now, 2 bad
/// usage, 4 it could not be told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The attestation, as `holdpoint attest` wrote it
    file: PathBuf,
    /// A file that it has to be about; repeat it for each
    #[arg(long = "artifact", value_name = "FILE", required = true, num_args = 1..)]
    artifacts: Vec<PathBuf>,
    /// The root that the policy must come from, besides `HOLDPOINT_ROOT` and `git config holdpoint.root`
    #[arg(long, value_name = "sha256:…")]
    root: Option<String>,
}

/// Verifies.
pub(crate) fn run(shell: &Shell, options: Options) -> Result<Outcome, Failure> {
    let Options { file, artifacts, root } = options;
    is_of_now(shell)?;
    let envelope = envelope(&file)?;
    let repo = shell.repo()?;
    let record = shell.record(&repo, &Reading { at: None, root })?.compared()?;
    let verdict = match verified(shell, &record, &envelope, &artifacts) {
        Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
        verdict => verdict,
    };
    let exit = verdict.as_ref().map_or_else(Failure::exit, |_| Exit::Done);
    let (file, commit, fresh) = (file.display().to_string(), record.snapshot.commit_id(), record.freshness().known());
    Ok(Outcome::new(exit, Answer { file, commit, fresh, verdict }))
}

/// An attestation that is genuine, and the files that it is about.
struct Verified {
    attestation: Attestation,
    key: AttestKey,
    /// Each file that was given, its digest, and the names that the attestation has for it.
    artifacts: Vec<(PathBuf, Digest, Vec<String>)>,
}

fn verified(
    shell: &Shell,
    record: &Record<'_>,
    envelope: &[u8],
    artifacts: &[PathBuf],
) -> Result<Verified, Failure> {
    let chain = relied_on(record)?;
    if let Some(stale) = record.freshness().finding(&record.snapshot.commit_id()) {
        return Err(Failure::new("this checkout is behind the record, so what holds now cannot be told").findings(vec![stale]));
    }
    if chain.current().attest_keys().is_empty() {
        return Err(Failure::refused("the policy lists no key for attestations, so that none counts")
            .hint("have the owners add one to the policy, under `[attest]`: keys = [\"ecdsa-sha2-nistp256 …\"]"));
    }
    let (attestation, key) = Attestation::verified(envelope, &chain).map_err(|why| {
        let message = format!("the attestation {why}");
        match why {
            AttestFault::Unreadable(_) => Failure::new(message).hint("fetch the file again"),
            _ => Failure::refused(message).hint("ask whoever gave it to you where it comes from, and trust no file by it"),
        }
    })?;
    let artifacts = named(shell, &attestation, artifacts)?;
    still_holds(shell, record, &attestation)?;
    Ok(Verified { attestation, key, artifacts })
}

/// The policies, which a pin has to vouch for.
fn relied_on(record: &Record<'_>) -> Result<Arc<Chain>, Failure> {
    let chain = record.chain_or_fail()?;
    let mut doubts = pinned(&chain, record.pins());
    doubts.extend(moved(chain.current(), record.snapshot.prefix()));
    if doubts.is_empty() {
        return Ok(chain);
    }
    Err(Failure::new("the policy, and so its keys for attestations, cannot be relied on").findings(doubts))
}

/// The names that the attestation has for each file. One that it does not name is refused.
fn named(
    shell: &Shell,
    attestation: &Attestation,
    artifacts: &[PathBuf],
) -> Result<Vec<(PathBuf, Digest, Vec<String>)>, Failure> {
    let (mut found, mut strangers) = (Vec::new(), Vec::new());
    for path in artifacts {
        let sha256 = digest(shell, path)?;
        let subjects = attestation.files().iter().filter(|(_, it)| **it == sha256);
        let names: Vec<String> = subjects.map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            strangers.push(format!("`{}` has the SHA-256 {sha256}", path.display()));
        }
        found.push((path.clone(), sha256, names));
    }
    if strangers.is_empty() {
        return Ok(found);
    }
    let about = format!("{} on {}", attestation.version(), attestation.site());
    let message = format!("the attestation, of {about}, does not name {}", counted(strangers.len(), "artifact"));
    Err(Failure::refused(message)
        .because(strangers.join("\n"))
        .hint("do not use what is not named: fetch it again from the site, or the attestation of its own version"))
}

/// Whether the record says the same, and nothing against it now.
fn still_holds(shell: &Shell, record: &Record<'_>, attestation: &Attestation) -> Result<(), Failure> {
    let (version, id) = (attestation.version(), attestation.publication());
    let branch = record.chain_or_fail()?.current().branch().to_owned();
    let pull = || format!("{}   (what was published since is not in this clone)", record.repo.pull(&branch));
    if !record.versions()?.contains(version) {
        return Err(Failure::new(format!("this record has no {version}, which the attestation is about")).hint(pull()));
    }
    let evidence = record.evidence_or_fail(version)?;
    if evidence.ledger().get(&id).is_none() {
        let message = format!("this record of {version} has no valid entry {}, which the attestation rests on", id.short());
        return Err(Failure::new(message).hint(pull()));
    }
    let (_, own) = borne_out(shell, record, version, attestation.site())?;
    match attestation.contradicted_by(&own) {
        None => Ok(()),
        Some(why) => Err(Failure::refused(format!("the attestation is signed as it should be, and {why}"))
            .hint("ask the owners who has the key: somebody signed with it what the record does not say")),
    }
}

/// The bytes of the envelope.
fn envelope(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let most = LARGEST_ENVELOPE as u64 + 1;
    let read = File::open(path).and_then(|it| it.take(most).read_to_end(&mut bytes));
    read.map_err(|why| unreadable(path, &why))?;
    Ok(bytes)
}

fn digest(shell: &Shell, path: &Path) -> Result<Digest, Failure> {
    let mut file = File::open(path).map_err(|why| unreadable(path, &why))?;
    let size = file.metadata().map_err(|why| unreadable(path, &why))?.len();
    let gauge = shell.gauge("hashing", size);
    let content = content_of(&mut file, &mut |bytes| gauge.passed(bytes)).map_err(|why| unreadable(path, &why))?;
    Ok(content.sha256)
}

fn unreadable(path: &Path, why: &std::io::Error) -> Failure {
    let shown = path.display();
    match why.kind() {
        ErrorKind::NotFound => Failure::usage(format!("there is no file `{shown}`")).hint("name a file that is there"),
        _ => Failure::new(format!("`{shown}` cannot be read")).because(why),
    }
}
