//! The candidates of the drill: each is the good one, spoiled in one way.

use super::stage::Stage;
use super::{around, exchange, spoil};
use crate::finding::Code;

/// Something that must not go out.
#[derive(Debug)]
pub struct Candidate {
    /// Its name.
    pub name: &'static str,
    /// What is wrong with it, in a sentence.
    pub flaw: &'static str,
    /// The finding that must be among the reasons.
    pub code: Code,
    /// Spoils the good one. Nothing: it could not be done.
    spoil: fn(&mut Stage) -> Option<()>,
}

impl Candidate {
    /// The good candidate with this flaw; nothing if it could not be planted.
    pub(super) fn planted(&self, good: &Stage) -> Option<Stage> {
        let mut stage = good.clone();
        (self.spoil)(&mut stage)?;
        Some(stage)
    }
}

macro_rules! candidates {
    ($($name:literal = $spoil:path, $code:ident, $flaw:literal;)*) => {
        /// Every bad candidate. Each name is there once.
        pub const CANDIDATES: &[Candidate] =
            &[$(Candidate { name: $name, flaw: $flaw, code: Code::$code, spoil: $spoil },)*];
    };
}

candidates! {
    "unsigned" = spoil::unsigned, Missing, "nobody signed the knowledge-base article";
    "stale" = spoil::stale, Stale, "the article changed after it was signed";
    "swapped" = spoil::swapped, Stale, "another installer was put in after the sign-off";
    "revoked" = spoil::revoked, Revoked, "a sign-off was taken back";
    "declined" = spoil::declined, Declined, "somebody who answers for the article said no";
    "held" = spoil::held, Held, "somebody placed a hold";
    "half-lifted" = spoil::half_lifted, Held, "one person alone lifted somebody else's hold";
    "wrong-role" = spoil::wrong_role, Missing, "somebody signed who does not stand in the role";
    "two-seats" = spoil::two_seats, SeatTaken, "one person signed for two requirements";
    "retired" = spoil::retired, Lapsed, "a sign-off counts under an earlier policy alone";
    "machine" = spoil::machine, BadEntry, "a machine signed in a person's place";
    "replayed" = spoil::replayed, WrongRelease, "a sign-off was copied from another release";
    "other-project" = spoil::other_project, WrongProject, "a sign-off was copied from another project";
    "tampered" = spoil::tampered, BadEntry, "a signed statement was edited";
    "forged" = spoil::forged, BadEntry, "a signature was made with a stranger's key";
    "other-bytes" = spoil::other_bytes, BadEntry, "a signature belongs to other bytes";
    "other-kind" = spoil::other_kind, BadEntry, "a signature for a hold was presented as an approval";
    "damaged-hold" = spoil::damaged_hold, BadEntry, "the signature of a hold was cut off";
    "dropped-entry" = spoil::dropped_entry, EntryMissing, "a hold that somebody has seen is gone";
    "rewritten-past" = spoil::rewritten_past, HistoryRewritten, "a hold stood in an older commit and is gone";
    "shallow" = spoil::shallow, HistoryUnavailable, "older commits are not in the clone";
    "behind" = spoil::behind, StaleCheckout, "the commit is behind the branch of record";
    "one-waiver" = spoil::one_waiver, Missing, "one person of two waived a missing sign-off";
    "expired-waiver" = spoil::expired_waiver, Missing, "a waiver has expired";
    "no-component" = spoil::no_component, Vacuous, "the release names nothing that would go out";
    "no-artifact" = spoil::no_artifact, NoArtifact, "a component has no file";
    "taken" = spoil::taken, ComponentTaken, "the component's version belongs to another release";
    "cancelled" = spoil::cancelled, Cancelled, "the release was cancelled";
    "too-early" = spoil::too_early, TooEarly, "its day has not come";
    "placeholder" = spoil::placeholder, Placeholder, "the customer notice still says TBD";
    "orphaned" = exchange::orphaned, OrphanFormat, "no proven player opens what it writes";
    "unlisted" = exchange::unlisted, OrphanFormat, "the one player that opens it is recorded, and no site lists it";
    "dead-end" = exchange::dead_end, NoRoute, "what it writes is read with a loss, and nobody can do better";
    "untold" = exchange::untold, Obligation, "nobody is told which player does not open what it writes";
    "hand-made" = exchange::hand_made, MatrixOutOfDate, "the matrix is not what the declarations give";
    "on-a-branch" = around::held_on_a_branch, Held, "a hold lies on a branch that is not merged";
    "crowded" = around::crowded, TooManyBranches, "more branches hold entries than are read";
    "elsewhere" = around::elsewhere, WrongRepository, "the clone is not of the repository that the policy names";
    "copied" = around::copied, WrongRelease, "the folder was copied to another version, with its ledger";
    "executable" = around::executable, BadRecord, "the article is no plain file";
    "hidden-text" = around::hidden_text, HiddenText, "the article has a character that its signer could not see";
    "junk" = around::junk, BadEntry, "a file in the ledger is no entry";
    "swollen" = around::swollen, BadEntry, "a hold is too large to be read";
    "before-flip" = around::before_the_flip, Stale, "the article changed between record and flip";
    "unseen-site" = around::unseen_site, Stale, "the article changed, and nobody can see whether it is out";
    "shortened" = around::shortened, PublishedChanged, "the day until which it is supported changed after the publication";
    "adopted" = around::adopted_and_changed, PublishedChanged, "what was taken in as it was is another now";
    "junk-behind" = around::junk_behind_it, BadEntry, "a file in the ledger of what is out is no entry";
    "other-time" = around::other_time, Unproven, "a publication rests on a waiver that had run out";
    "unproven" = spoil::unproven, Unproven, "a publication rests on no sign-off";
    "unsealed" = spoil::unsealed, Unsealed, "a retired key signed a publication under an old policy";
    "changed" = spoil::changed, PublishedChanged, "the matrix changed after the publication";
    "unpinned" = spoil::unpinned, RootUnpinned, "no pinned root says which policy is the right one";
    "other-root" = spoil::other_root, RootMismatch, "the pinned root is another one";
    "moved" = spoil::moved, RootMoved, "the policy was copied to another folder";
    "asks-nothing" = spoil::asks_nothing, PolicyBroken, "a new policy asks for no sign-off";
    "half-signed" = spoil::half_signed, PolicyThreshold, "a new policy lacks the signature of an owner";
    "forked" = spoil::forked, PolicyFork, "a policy has two successors";
}
