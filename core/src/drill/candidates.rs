//! The candidates of the drill: each is the good one, spoiled in one way.

use super::spoil;
use super::stage::Stage;
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
    ($($name:literal = $spoil:ident, $code:ident, $flaw:literal;)*) => {
        /// Every bad candidate. Each name is there once.
        pub const CANDIDATES: &[Candidate] =
            &[$(Candidate { name: $name, flaw: $flaw, code: Code::$code, spoil: spoil::$spoil },)*];
    };
}

candidates! {
    "unsigned" = unsigned, Missing, "nobody signed the knowledge-base article";
    "stale" = stale, Stale, "the article changed after it was signed";
    "swapped" = swapped, Stale, "another installer was put in after the sign-off";
    "revoked" = revoked, Revoked, "a sign-off was taken back";
    "declined" = declined, Declined, "somebody who answers for the article said no";
    "held" = held, Held, "somebody placed a hold";
    "half-lifted" = half_lifted, Held, "one person alone lifted somebody else's hold";
    "wrong-role" = wrong_role, Missing, "somebody signed who does not stand in the role";
    "two-seats" = two_seats, SeatTaken, "one person signed for two requirements";
    "retired" = retired, Lapsed, "a sign-off counts under an earlier policy alone";
    "machine" = machine, BadEntry, "a machine signed in a person's place";
    "replayed" = replayed, WrongRelease, "a sign-off was copied from another release";
    "other-project" = other_project, WrongProject, "a sign-off was copied from another project";
    "tampered" = tampered, BadEntry, "a signed statement was edited";
    "forged" = forged, BadEntry, "a signature was made with a stranger's key";
    "other-bytes" = other_bytes, BadEntry, "a signature belongs to other bytes";
    "other-kind" = other_kind, BadEntry, "a signature for a hold was presented as an approval";
    "damaged-hold" = damaged_hold, BadEntry, "the signature of a hold was cut off";
    "dropped-entry" = dropped_entry, EntryMissing, "a hold that somebody has seen is gone";
    "rewritten-past" = rewritten_past, HistoryRewritten, "a hold stood in an older commit and is gone";
    "shallow" = shallow, HistoryUnavailable, "older commits are not in the clone";
    "behind" = behind, StaleCheckout, "the commit is behind the branch of record";
    "one-waiver" = one_waiver, Missing, "one person of two waived a missing sign-off";
    "expired-waiver" = expired_waiver, Missing, "a waiver has expired";
    "no-component" = no_component, Vacuous, "the release names nothing that would go out";
    "no-artifact" = no_artifact, NoArtifact, "a component has no file";
    "taken" = taken, ComponentTaken, "the component's version belongs to another release";
    "cancelled" = cancelled, Cancelled, "the release was cancelled";
    "too-early" = too_early, TooEarly, "its day has not come";
    "placeholder" = placeholder, Placeholder, "the customer notice still says TBD";
    "unproven" = unproven, Unproven, "a publication rests on no sign-off";
    "unsealed" = unsealed, Unsealed, "a retired key signed a publication under an old policy";
    "changed" = changed, PublishedChanged, "the matrix changed after the publication";
    "unpinned" = unpinned, RootUnpinned, "no pinned root says which policy is the right one";
    "other-root" = other_root, RootMismatch, "the pinned root is another one";
    "moved" = moved, RootMoved, "the policy was copied to another folder";
    "asks-nothing" = asks_nothing, PolicyBroken, "a new policy asks for no sign-off";
    "half-signed" = half_signed, PolicyThreshold, "a new policy lacks the signature of an owner";
    "forked" = forked, PolicyFork, "a policy has two successors";
}
