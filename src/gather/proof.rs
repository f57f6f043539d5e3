//! The proof that nothing signed was removed: what git finds gone, judged by the core, and what this clone has proved before.

use holdpoint_core::digest::Digest;
use holdpoint_core::finding::Finding;
use holdpoint_core::past::{Gone, Past, checkpoint_lost, lost, stands, too_large, unavailable};
use holdpoint_core::policy::{Chain, LARGEST_SIGNATURE};
use holdpoint_core::statement::LARGEST_FACT;

use super::remembered::Commits;
use crate::failure::Failure;
use crate::repo::{Blob, Repo, Snapshot, Span, Survey};

/// What brings the older commits that a shallow clone lacks.
pub(crate) const UNSHALLOW: &str = "git fetch --unshallow   (in GitHub Actions: `fetch-depth: 0` for actions/checkout)";

/// Proves the past of a commit, or says what is lost of it.
pub(super) fn prove(repo: &Repo, snapshot: &Snapshot<'_>, chain: &Chain) -> Result<Past, Failure> {
    let roots = roots(chain);
    let memory = Commits::proved(repo.private_folder(), &key(chain, snapshot.prefix(), &roots));
    let proved = memory.all();
    if proved.contains(&snapshot.commit_id()) {
        return Ok(Past::default());
    }
    let span = Span { checkpoint: chain.current().checkpoint(), roots: &roots, proved: &proved };
    let past = look(repo, snapshot, chain, &span)?;
    // A push on its way in may yet be refused, and then its commits are nowhere.
    if past.is_proved() && !repo.is_receiving() {
        memory.add(&snapshot.commit_id());
    }
    Ok(past)
}

/// Proves that what stood at the commits `before`, and in any commit since, stands in this one. What was lost before that is not
/// told.
/// Where a policy puts its checkpoint makes no difference: what others had already is held against what they get.
pub(super) fn prove_since(
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    chain: &Chain,
    before: &[String],
) -> Result<Past, Failure> {
    let span = Span { checkpoint: None, roots: &roots(chain), proved: before };
    look(repo, snapshot, chain, &span)
}

/// Every folder at which a policy says that the coordination root lies.
fn roots(chain: &Chain) -> Vec<String> {
    chain.paths().into_iter().map(str::to_owned).collect()
}

fn look(repo: &Repo, snapshot: &Snapshot<'_>, chain: &Chain, span: &Span<'_>) -> Result<Past, Failure> {
    let mut findings = Ok(Vec::new());
    let survey = repo.past(snapshot, span, &mut |gone| {
        if let Ok(found) = &mut findings {
            match judged(snapshot, chain, &gone) {
                Ok(finding) => found.extend(finding),
                Err(failure) => findings = Err(failure),
            }
        }
    })?;
    let findings = findings?;
    Ok(match survey {
        Survey::Looked(commits) => Past::looked_at(commits, findings),
        Survey::Unavailable(why) => {
            let next = if repo.is_shallow() {
                UNSHALLOW
            } else {
                "git fetch --refetch --no-filter   (in GitHub Actions: no `filter` for actions/checkout)"
            };
            Past::untold(unavailable(&snapshot.short(), &why, next))
        }
        Survey::Unreadable(why) => {
            let next = "git fsck --no-reflogs   (where it is damaged here alone: fetch it from another clone, or clone again; \
                        where it is so in every clone, the owners write a later `checkpoint` into their next policy: \
                        holdpoint policy propose --checkpoint)";
            Past::unreadable(unavailable(&snapshot.short(), &why, next))
        }
        Survey::TooLarge(why) => Past::unreadable(too_large(chain, &snapshot.short(), &why)),
        Survey::CheckpointLost => Past::untold(checkpoint_lost(chain)),
    })
}

/// The finding for something that is gone, unless it stands here with another signature of its signer.
fn judged(snapshot: &Snapshot<'_>, chain: &Chain, gone: &Gone) -> Result<Option<Finding>, Failure> {
    let Some(finding) = lost(gone, chain) else { return Ok(None) };
    let Gone::Entry { version, id, .. } = gone else { return Ok(Some(finding)) };
    let path = format!("releases/{version}/ledger/{id}.toml");
    let statement = snapshot.file(&path, LARGEST_FACT)?;
    let signature = snapshot.file(&format!("{path}.sig"), LARGEST_SIGNATURE)?;
    let (Blob::Bytes(statement), Blob::Bytes(signature)) = (statement, signature) else { return Ok(Some(finding)) };
    Ok((!stands(gone, &statement, &signature, chain)).then_some(finding))
}

/// All that a proof depends on besides the commit: under another policy something else may have been valid.
fn key(chain: &Chain, prefix: &str, roots: &[String]) -> Digest {
    let told = [chain.current().digest().to_string(), prefix.to_owned()];
    Digest::of(told.into_iter().chain(roots.iter().cloned()).collect::<Vec<_>>().join("\n").as_bytes())
}
