//! The checkpoint of a proposed policy. Nothing before it is ever asked for again, so it moves only over a past that is proved.

use holdpoint_core::finding::{Code, Finding};
use holdpoint_core::past::Past;
use holdpoint_core::policy::{Chain, Proposal};

use super::draft::place;
use crate::failure::Failure;
use crate::gather::Record;
use crate::render::short;

/// What is said of a fork that lies behind a checkpoint.
const FORK: &str = "; it settles the fork of the policies: those that are here hold";

/// What is said of something behind a checkpoint that cannot be read: nobody can tell what else was lost there.
const UNREADABLE: &str = "; something before it cannot be read, so a hold may have been lost there: compare the ledgers with \
                          another clone before you sign";

/// What is said of a past of which there is more than is looked at.
const TOO_LARGE: &str = "; before it lies more than is looked at, so a hold may have been lost there: compare the ledgers with an \
                         older clone before you sign";

/// A checkpoint that a proposal moves.
pub(super) struct Moved {
    /// The new one, as the proposal writes it; none: the first commit.
    to: Option<String>,
    /// What it leaves behind that is not proved, and what its adoption then says.
    leaves: Option<&'static str>,
    /// Why it must not be moved there.
    pub(super) faults: Vec<Finding>,
}

impl Moved {
    /// What `proposal` does to the checkpoint of `chain`, seen from `head`; nothing where it leaves it alone.
    pub(super) fn of(head: &Record<'_>, chain: &Chain, proposal: &Proposal) -> Result<Option<Self>, Failure> {
        let to = proposal.policy.checkpoint();
        if to == chain.current().checkpoint() {
            return Ok(None);
        }
        let moved = |leaves, faults| Ok(Some(Self { to: to.map(str::to_owned), leaves, faults }));
        if let Some(to) = to
            && !is_behind(head, to)?
        {
            return moved(None, vec![elsewhere(head, to)]);
        }
        let past = head.past(chain)?;
        let mut faults = unsettled(&past);
        // With a fork behind it the policies here hold; and a checkpoint that is moved back asks for more than before.
        if faults.is_empty() {
            faults.extend_from_slice(head.past_under(&chain.if_adopted(proposal))?.findings());
        }
        let leaves = match faults.is_empty() && !past.is_proved() {
            true if past.findings().iter().any(|it| it.code == Code::HistoryTooLarge) => Some(TOO_LARGE),
            true if past.is_unreadable() => Some(UNREADABLE),
            true => Some(FORK),
            false => None,
        };
        moved(leaves, faults)
    }

    /// In words: "the proof of history begins at commit 1a2b3c4".
    pub(super) fn words(&self) -> String {
        let begins = match &self.to {
            Some(to) => format!("the proof of history begins at commit {}: what was lost before is never asked for again", short(to)),
            None => "the proof of history begins at the first commit".to_owned(),
        };
        format!("{begins}{}", self.leaves.unwrap_or_default())
    }
}

/// What of a past no checkpoint may be moved over. What is there and cannot be read may: else it would close the gate for ever,
/// and the owners who sign are told. A fork may: it is for the owners to say which successor holds, and with their
/// signatures on a checkpoint behind it they do.
pub(super) fn unsettled(past: &Past) -> Vec<Finding> {
    let settled = |it: &&Finding| it.code == Code::PolicyFork || past.is_unreadable();
    past.findings().iter().filter(|it| !settled(it)).cloned().collect()
}

/// Whether `commit` is HEAD or lies behind it.
fn is_behind(head: &Record<'_>, commit: &str) -> Result<bool, Failure> {
    let tip = head.snapshot.commit_id();
    // The id of a repository with another hash names nothing here.
    if commit.len() != tip.len() {
        return Ok(false);
    }
    head.repo.contains(&tip, commit)
}

fn elsewhere(head: &Record<'_>, commit: &str) -> Finding {
    let message = format!(
        "`checkpoint` is {commit}, which is neither HEAD ({}) nor a commit behind it: every release would be unverifiable",
        head.snapshot.short()
    );
    Finding::new(Code::CheckpointLost, place("policy.toml"), message)
        .next("holdpoint policy propose --checkpoint   (writes the id of HEAD, once everything up to it is proved)")
}
