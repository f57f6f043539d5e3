//! The proposal in front of its owners: the policies of HEAD, and the files under `policy/proposed`.

use std::collections::BTreeMap;
use std::sync::Arc;

use holdpoint_core::digest::Digest;
use holdpoint_core::evidence::moved;
use holdpoint_core::policy::{Chain, PolicyFiles, Proposal};

use super::consequences::Consequences;
use super::header::{Header, refreshed};
use crate::failure::Failure;
use crate::gather::{PROPOSED, Record};
use crate::repo::{Care, Repo};
use crate::shell::{Reading, Shell, relied_on};

/// The files of a proposal that are no signatures, and what each is.
pub(super) const FILES: [&str; 3] = ["policy.toml", "signers", "sealed"];

/// A proposal, or the place for one.
pub(super) struct Draft<'r> {
    /// HEAD.
    pub(super) head: Record<'r>,
    /// The adopted policies of HEAD.
    pub(super) chain: Arc<Chain>,
    /// The files of the proposal, by their path from `policy/`.
    pub(super) files: PolicyFiles,
}

impl<'r> Draft<'r> {
    /// The proposal as it is written in the work tree; in a bare repository, as HEAD holds it.
    pub(super) fn written(shell: &Shell, repo: &'r Repo, root: Option<&str>) -> Result<Self, Failure> {
        let draft = Self::committed(shell, repo, root)?;
        if repo.work_tree().is_none() {
            return Ok(draft);
        }
        let files = shell.record(repo, &Reading { at: None, root: root.map(str::to_owned) })?.into_written()?;
        Ok(Self { files: files.proposed_files()?, ..draft })
    }

    /// The proposal that HEAD holds.
    pub(super) fn committed(shell: &Shell, repo: &'r Repo, root: Option<&str>) -> Result<Self, Failure> {
        let head = shell.record(repo, &Reading { at: None, root: root.map(str::to_owned) })?;
        let chain = head.chain_or_fail()?;
        relied_on(shell, &chain, head.pins())?;
        if let Some(finding) = moved(chain.current(), head.snapshot.prefix()) {
            return Err(Failure::new("the policy decides nothing where it lies").findings(vec![finding]));
        }
        let files = head.proposed_files()?;
        Ok(Self { head, chain, files })
    }

    /// The number that the next policy has.
    pub(super) fn number(&self) -> u64 {
        self.chain.current().number() + 1
    }

    /// The proposal, if it could be adopted once it is signed.
    pub(super) fn proposal(&self) -> Result<Proposal, Failure> {
        let proposal = self.chain.proposal(&self.files).map_err(|findings| {
            Failure::new(format!("policy {} cannot be signed as it is", self.number()))
                .findings(findings)
                .hint("mend what is named above, then: holdpoint policy propose   (refreshes the digests, keeps your edits)")
        })?;
        proposal.ok_or_else(|| {
            Failure::refused(format!("nothing is proposed: policy {} is in force", self.chain.current().number()))
                .hint("holdpoint policy propose   (writes the next policy, ready to edit)")
        })
    }

    /// What the proposal would change. Refuses one that seals what does not count, loses what
    /// does, or has the proof of history begin where it must not.
    pub(super) fn consequences(&self, shell: &Shell, proposal: &Proposal) -> Result<Consequences, Failure> {
        let consequences = Consequences::of(shell, &self.head, &self.chain, proposal)?;
        let faults = consequences.faults(&self.chain);
        if faults.is_empty() {
            return Ok(consequences);
        }
        let failure = if consequences.checkpoint.as_ref().is_some_and(|it| !it.faults.is_empty()) {
            let kept = self.chain.current().checkpoint().unwrap_or_default();
            Failure::refused(format!("policy {} moves the checkpoint over what is not proved", self.number()))
                .hint(format!("mend the history, or put `checkpoint = \"{kept}\"` back in `{}`", place(FILES[0])))
        } else {
            Failure::refused(format!("policy {} does not seal what went out as the record has it", self.number()))
                .hint("holdpoint policy propose   (seals what counts now, and keeps your edits)")
        };
        Err(failure.findings(faults))
    }

    /// The plain files of the proposal with their bytes, by name.
    pub(super) fn plain(&self) -> BTreeMap<&str, &[u8]> {
        let files = self.files.iter();
        files.filter_map(|(path, it)| Some((path.strip_prefix(PROPOSED)?.strip_prefix('/')?, it.bytes()?))).collect()
    }

    /// One file of the policy in force.
    pub(super) fn in_force(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let folder = holdpoint_core::policy::folder(self.chain.current().number());
        Ok(self.head.policy_file(&format!("{folder}/{name}"))?.unwrap_or_default())
    }

    /// Where one file of the policy in force lies, from the coordination root.
    pub(super) fn place_in_force(&self, name: &str) -> String {
        format!("policy/{}/{name}", holdpoint_core::policy::folder(self.chain.current().number()))
    }

    /// Whether a proposal is the policy in force over again: nothing differs but its number, its digests and the seal.
    pub(super) fn changes_nothing(&self, proposal: &Proposal) -> Result<bool, Failure> {
        let ([policy, ring, _], plain) = (FILES, self.plain());
        let proposed = |name: &str| plain.get(name).copied().unwrap_or_default();
        let next = &proposal.policy;
        let header = Header {
            number: next.number(),
            previous: self.chain.current().digest(),
            signers: Digest::of(proposed(ring)),
            sealed: next.sealed().unwrap_or(next.digest()),
            checkpoint: None,
        };
        let before = String::from_utf8_lossy(&self.in_force(policy)?).into_owned();
        Ok(refreshed(&before, &header).as_bytes() == proposed(policy) && self.in_force(ring)? == proposed(ring))
    }

    /// The paths of `policy/proposed` that are not as HEAD holds them.
    pub(super) fn uncommitted(&self) -> Result<Vec<String>, Failure> {
        let folder = format!("policy/{PROPOSED}");
        Ok(self.head.repo.uncommitted(&self.head.snapshot, &[&folder], Care::All)?.paths)
    }
}

/// Where a file of the proposal lies, from the coordination root.
pub(super) fn place(name: &str) -> String {
    format!("policy/{PROPOSED}/{name}")
}
