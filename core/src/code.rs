//! The finding codes, each with its weight, whether it can be waived, and what it means: `explain` and `docs/codes.md` read this table.

use std::fmt;
use std::str::FromStr;

use crate::finding::Severity;
use crate::name::{NameFault, nearest};

/// What stands behind a code.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The code itself.
    pub code: Code,
    /// As it is written.
    pub name: &'static str,
    /// Its weight unless said otherwise where it is found.
    pub severity: Severity,
    /// Whether a waiver can set it aside.
    pub waivable: bool,
    /// What it is about.
    pub about: &'static str,
    /// What is the case, and why it matters.
    pub means: &'static str,
    /// What to do.
    pub cure: &'static str,
}

macro_rules! codes {
    ($($code:ident = $name:literal, $severity:ident, $waivable:literal, $about:literal, $means:literal, $cure:literal;)*) => {
        /// A finding's code. Scripts rely on the spelling; it never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $means] $code,)*
        }

        /// Every code, in the order in which findings of one weight are shown.
        pub const CODES: &[Meaning] = &[
            $(Meaning {
                code: Code::$code, name: $name, severity: Severity::$severity, waivable: $waivable, about: $about,
                means: $means, cure: $cure,
            },)*
        ];

        impl Code {
            /// What stands behind it.
            pub fn meaning(self) -> Meaning {
                match self {
                    $(Self::$code => Meaning {
                        code: self, name: $name, severity: Severity::$severity, waivable: $waivable, about: $about,
                        means: $means, cure: $cure,
                    },)*
                }
            }
        }
    };
}

codes! {
    RootUnpinned = "root-unpinned", Unverifiable, false, "policy",
        "No pinned root says which policy is the right one, so whoever can write to the repository could have written the policy too.",
        "Ask a colleague for the root, then `holdpoint trust sha256:…`; in CI set `HOLDPOINT_ROOT` in the protected settings.";
    RootMismatch = "root-mismatch", Unverifiable, false, "policy",
        "The policy in the repository is not the one that is pinned, or two pins disagree.",
        "Find out who changed `policy/` or the pin. Pin another root only if its owners told you so themselves.";
    RootMoved = "root-moved", Unverifiable, false, "policy",
        "The policy says that it lies in another folder of the repository. A policy that was moved or copied decides nothing.",
        "Move the folder back to where `path` in the policy says.";
    PolicyBroken = "policy-broken", Unverifiable, false, "policy",
        "The policy cannot be read, contradicts itself, or promises something that cannot happen.",
        "Mend what the message names; an adopted policy is restored from git, never edited.";
    PolicyThreshold = "policy-threshold", Unverifiable, false, "policy",
        "The policy lacks the signatures of enough of its owners.",
        "Restore the `.sig` files beside `policy.toml`. A policy that still collects signatures belongs into `policy/proposed`; `holdpoint policy adopt` moves it when it is fully signed.";
    PolicyFork = "policy-fork", Unverifiable, false, "policy",
        "One policy has two successors, each signed by its owners, so nobody can tell which of them is in force.",
        "The owners say which one holds. A folder too many is removed; where both stood at one number in the history, `holdpoint policy propose --checkpoint` begins the proof after them, and the owners who sign it settle the fork. What the other one changed is proposed anew.";
    PolicyRollback = "policy-rollback", Unverifiable, false, "site",
        "The site was last published under a policy that this repository does not hold.",
        "Fetch the branch of record and publish from there.";
    BadRecord = "bad-record", Unverifiable, false, "file",
        "A record cannot be read as what it must be, so nothing is decided from it.",
        "Edit the file at the place shown.";
    Vacuous = "vacuous", Unverifiable, false, "release",
        "Nothing was checked: there is no requirement, no component or no artifact. Nothing to check is never a yes.",
        "Name what goes out in `release.toml` and `artifacts.toml`.";
    BadEntry = "bad-entry", Unverifiable, false, "file in a ledger",
        "A file in the ledger is not a validly signed entry of this ledger. It could be a damaged hold, so it is never ignored.",
        "If it was damaged, restore it with `git checkout`; if it was never valid, anybody may remove it with `git rm`.";
    WrongRelease = "wrong-release", Unverifiable, false, "file in a ledger",
        "A statement was signed for another release.",
        "Remove the copy with `git rm`; documents are copied with `holdpoint new --like`, sign-offs are not.";
    WrongProject = "wrong-project", Unverifiable, false, "file in a ledger",
        "A statement was signed for another project.",
        "Remove the copy with `git rm`.";
    EntryMissing = "entry-missing", Unverifiable, false, "id",
        "An entry names another one that is not there. What is missing may be a hold.",
        "Restore the file from the branch where it was written; or, if it is lost, lift it by its id.";
    HistoryRewritten = "history-rewritten", Unverifiable, false, "file",
        "Something validly signed stood in an older commit and stands in this one no longer, or not as it was; it may have been a hold. Every commit since the policy's checkpoint is looked at, whatever merges did in between.",
        "Restore the file as it was with `git checkout`; a hold is undone by `holdpoint lift`, never by removing it.";
    HistoryTooLarge = "history-too-large", Unverifiable, false, "commit",
        "Older commits hold more than is looked at in one run (200,000 distinct statements, 512 MiB of them, or names for them without number), so it cannot be told whether something signed disappeared. Anybody who may push can make it so.",
        "The owners let the proof begin behind it, with a policy whose `checkpoint` is a later commit: `holdpoint policy propose --checkpoint`, then `holdpoint policy sign` and `holdpoint policy adopt`. Compare the ledgers with an older clone before you sign.";
    CheckpointLost = "checkpoint-lost", Unverifiable, false, "commit",
        "The commit from which the policy has everything proved does not lie behind this one: the history was rewritten, or this branch does not belong to it.",
        "Find the branch that has the commit, and bring back the history of the branch of record.";
    HistoryUnavailable = "history-unavailable", Unverifiable, false, "commit",
        "This clone lacks older commits, so it cannot be told whether something signed disappeared.",
        "Fetch them with `git fetch --unshallow`, or in a partial clone with `git fetch --refetch --no-filter`; in CI check out with the whole history (`fetch-depth: 0`).";
    PublishedChanged = "published-changed", Unverifiable, false, "file",
        "A file that decided a publication was changed after it. What customers have is what was signed then.",
        "Restore the file with `git checkout`, and put the change into a new version.";
    Unproven = "unproven", Unverifiable, false, "id",
        "A publication stands in the ledger whose sign-offs do not satisfy the policy, that its release did not allow yet or any more (`not_before`, `cancelled`), or that claims a time which has not come.",
        "Find out who signed it and how; the key that signed it may be stolen. Hold the version.";
    Unsealed = "unsealed", Unverifiable, false, "id",
        "A publication stands in the ledger that is valid neither under the policy in force nor under the one before it, and that no policy has sealed: whoever has kept a retired key could have written it.",
        "If it did go out, the owners take it in with `holdpoint record --adopt`; if it never did, make a new version, and find out who used the key.";
    StaleCheckout = "stale-checkout", Unverifiable, false, "commit",
        "This commit lacks commits that the branch of record is known to have: a hold may be among them.",
        "Bring the branch up to date with `git merge` or `git rebase`, or check out the branch of record.";
    ClockBehind = "clock-behind", Unverifiable, false, "waiver",
        "A waiver is relied on, and this machine's clock is behind the time of a commit or of the waiver, so its expiry cannot be judged.",
        "Set the clock.";
    TooManyBranches = "too-many-branches", Unverifiable, false, "branches",
        "More branches that are not merged hold signed entries than are read, so a hold on one of them may not be seen.",
        "Bring the entries into the branch of record, or delete the branches whose entries nobody needs.";
    WrongRepository = "wrong-repository", Unverifiable, false, "address",
        "The policy names the repository of record by its address, and this clone fetches from or pushes to another one. Holds that are there are not seen here.",
        "Give the remote the address that the policy names, with `git remote set-url`; or clone it anew.";
    Dirty = "dirty", Unverifiable, false, "file",
        "Files that decide are not committed. Only what is committed counts.",
        "Commit them, or put them aside with `git stash -u`.";
    SiteUnreachable = "site-unreachable", Unverifiable, false, "site",
        "The site could not be read or written.",
        "Mend what the message says, and run the same command again.";
    ListingUnavailable = "listing-unavailable", Unverifiable, false, "site",
        "The site cannot be listed, so nobody can say what lies on it.",
        "Give the auditor the right to list the site.";
    RecordBehindSite = "record-behind-site", Unverifiable, false, "id",
        "The site lists a publication that this repository does not hold.",
        "Fetch the branch of record; if it was rewritten, restore it.";
    Held = "held", Blocked, false, "id",
        "Somebody placed a hold. Anybody of the ring may; it stops the version on every site.",
        "Talk to its signer, who may lift it; or lift it together with the people of `[hold]`.";
    Declined = "declined", Blocked, false, "requirement",
        "Somebody who answers for this requirement said no. A no stands until it is taken back, or other bytes are approved by people who have seen it.",
        "Mend the document and have it signed again, or have the decline revoked.";
    Cancelled = "cancelled", Blocked, false, "release",
        "The release was cancelled.",
        "Make a new version, or take `cancelled` out of `release.toml` and have it signed again.";
    NoOwner = "no-owner", Blocked, false, "release",
        "A release needs one owner and another person as deputy, so that somebody always answers for it.",
        "Name them in `release.toml`: people of the ring, no machines, two different ones.";
    SubjectMissing = "subject-missing", Blocked, false, "file",
        "A file that must be signed off is not there.",
        "Write it and commit it.";
    NoArtifact = "no-artifact", Blocked, false, "component",
        "A component of the release has no artifact, so there is nothing to publish for it.",
        "Add its files with `holdpoint artifacts`, or take the component out of `release.toml`.";
    ComponentTaken = "component-taken", Blocked, false, "component",
        "The same component version belongs to another release. A version means one thing.",
        "Give the component a new version.";
    OrphanFormat = "orphan-format", Blocked, false, "format",
        "The release writes a format that no reader can open: none that is out on this site, and none of this release. Customers would get files that nothing opens.",
        "Put a reader of the format into the same release, publish one first, or do not write the format.";
    NoRoute = "no-route", Blocked, true, "pair",
        "A writer and a reader that customers have do not work together, or lose something, and there is nothing that those customers could do.",
        "Offer a way out: a newer reader, an older format that is written on request, a converter; or write into `[[accepted]]` of `compatibility.toml` what customers are told, and have that signed.";
    UnknownPair = "unknown-pair", Blocked, true, "pair",
        "Nobody has said whether a writer and a reader work together: one of them declares no formats for the interface, and no test says it.",
        "Test the pair, and put the result into `[[tested]]` of `compatibility.toml`.";
    Contradiction = "contradiction", Blocked, true, "pair",
        "A test says something else than the declarations do, or than another test of the same versions.",
        "Find out which is true, and correct the other in `compatibility.toml`.";
    Undeclared = "undeclared", Blocked, true, "component",
        "A component takes part in an interface of the policy, and the release does not say which formats it writes or reads.",
        "Declare them in `compatibility.toml`; a component that writes or reads nothing says so with an empty list.";
    LockstepSplit = "lockstep-split", Blocked, true, "component",
        "Components that go out together or not at all, as the policy says, are not all there.",
        "Put the missing components into the same release, or take the others out of it.";
    NoUpgradeOrder = "no-upgrade-order", Blocked, true, "component",
        "There is no order in which customers could upgrade the components one by one and keep everything in support working in between.",
        "Have one of them work with the old version of the other, or make them a `[[lockstep]]` group of the policy.";
    Untested = "untested", Blocked, true, "pair",
        "The interface asks for tests, and two components of this release were not tested with each other.",
        "Test them, and put the result with its evidence into `[[tested]]` of `compatibility.toml`.";
    DroppedFormat = "dropped-format", Blocked, true, "format",
        "A new reader no longer reads a format that an older one read, and that something in the field writes.",
        "Have it read the format, or waive this and say in the notice what customers do with their files.";
    MatrixOutOfDate = "matrix-out-of-date", Blocked, true, "file",
        "`matrix.md` is not what the declarations give now. Something was declared since, or another version went out.",
        "Write it anew with `holdpoint matrix VERSION --write`, commit it, and have it signed again.";
    Obligation = "obligation", Blocked, false, "pair",
        "Two versions that customers have do not work together, and the article for support or the notice to customers does not say so.",
        "Write into both which versions are meant, what a customer sees, and what to do; `holdpoint lint VERSION --fix` begins the text.";
    KbPairs = "kb-pairs", Blocked, false, "document",
        "The knowledge-base article does not cover a pair that fails: both versions, what the customer sees, and the steps of a way out.",
        "Write it into the article; `holdpoint lint VERSION --fix` begins the text.";
    NoticePairs = "notice-pairs", Blocked, false, "document",
        "The customer notice does not name a pair that fails, with both versions and a way out.",
        "Write it into the notice; `holdpoint lint VERSION --fix` begins the text.";
    KbSections = "kb-sections", Blocked, true, "document",
        "The knowledge-base article lacks a section, has an empty one or has one twice: Issue, Environment and Resolution must be there.",
        "Write the section below its heading of level 2, `## …`; comments and sub-headings do not fill it.";
    KbVersion = "kb-version", Blocked, false, "document",
        "The Environment section of the knowledge-base article does not name each component with its version, so an agent cannot tell whether it applies.",
        "Write each component with its version in the Environment section: `recorder 2.7.0`, or `recorder 2.7` for a 2.7.0.";
    KbStatus = "kb-status", Blocked, true, "document",
        "The knowledge-base article is a draft, or support is not among its readers, so the agents who need it on the day of the release do not find it.",
        "Finish it and write `status = \"published\"`; name support in `audience`.";
    KbLive = "kb-live", Blocked, false, "document",
        "The knowledge base is kept elsewhere, and the article that is live there is not the one that was signed, or is a draft. Where it cannot be read, nobody can tell, and the exit code is 4.",
        "Bring the live text in with `holdpoint kb fetch` and have it signed, or put the signed text back; where it cannot be read, mend what the message says.";
    KbEdited = "kb-edited", Blocked, false, "document",
        "The live article about a published version was edited, or taken back, after it was signed: agents read what nobody signed off.",
        "Bring the live text in with `holdpoint kb fetch` and have it signed, or put the signed text back.";
    NoticeSections = "notice-sections", Blocked, true, "document",
        "The customer notice lacks a section, has an empty one or has one twice: Who is affected, What changes, From when, What to do, Where to get help.",
        "Write the section below its heading of level 2, `## …`; comments and sub-headings do not fill it.";
    NoticeVersion = "notice-version", Blocked, false, "document",
        "The customer notice does not name exactly this version as the new one.",
        "Name the version in the front matter and in the text, and in a title that names any version at all.";
    NoticeDate = "notice-date", Blocked, true, "document",
        "The customer notice names no day in full below From when, or one that can be read as two, or says `soon`, `next week` and the like: customers read it on other days than it was written.",
        "Write the day with its year: 2026-11-20, 20.11.2026 or 20 November 2026.";
    HiddenText = "hidden-text", Blocked, false, "document",
        "A document holds a character that nobody can see, or that shows the text in another order: a control, zero-width or bidirectional character. Whoever signs it has not seen all of it, and a reader may see something else.",
        "Take the character out; the finding names its line and column. Joiners that a script or an emoji needs are not meant.";
    Placeholder = "placeholder", Blocked, true, "document",
        "A placeholder was left in a document that customers or agents will read: TBD, TODO, FIXME, XX, lorem, or `{{ }}` outside code.",
        "Write what belongs there.";
    KbContact = "kb-contact", Warning, true, "document",
        "The knowledge-base article names nobody whom an agent asks who is stuck.",
        "Write `contact = \"…\"` in its front matter, or a section Contact.";
    DeadLink = "dead-link", Warning, true, "document",
        "A relative link or image leads to no file of the release folder, or out of it.",
        "Mend the link, or add the file.";
    SameBytes = "same-bytes", Warning, true, "artifact",
        "A file of the release has the same bytes as one that is published as another version, or another published version's number in its name: perhaps the old build was taken.",
        "Name the files that were built for this version with `holdpoint artifacts`. If a file is meant to be the same, such as a license text, there is nothing to do.";
    Burned = "burned", Blocked, false, "path of the site",
        "A path that a recorded publication names holds, or would get, other bytes. A published path never changes its content.",
        "Publish the new bytes as a new version.";
    BytesDiffer = "bytes-differ", Blocked, false, "path of the site",
        "Bytes are not those that were signed for.",
        "Find out where they come from; build or copy the signed ones again.";
    NotReadable = "not-readable", Blocked, false, "path of the site",
        "A published file, or a folder above it, is not as readable as the folder of the site, so the web server may answer 403 to customers.",
        "Run the same `holdpoint publish` again as the account that owns the file; it puts the modes right.";
    UnsafeStore = "unsafe-store", Blocked, false, "site",
        "The site's file system cannot lock a file, so nothing on the site itself keeps two publishes apart.",
        "Mount it with locks; or the owners accept it with `accept = [\"no-locks\"]` in the `[[site]]` of the policy: the push to the branch of record is then the lock.";
    LiveUnrecorded = "live-unrecorded", Blocked, false, "path of the site",
        "The site holds a file that no recorded publication names: customers can download what nobody signed off.",
        "Take it off the site, or adopt it with `holdpoint record --adopt`.";
    IndexAhead = "index-ahead", Blocked, false, "path of the site",
        "The site's index says something that the record does not.",
        "Find out who wrote it; publish again to restore the index.";
    IndexBehind = "index-behind", Blocked, false, "path of the site",
        "A recorded publication is not in the site's index: it is on its way, which is a warning for a day; its publish was never finished; or somebody put back an older index.",
        "Run the same `holdpoint publish` again; it finishes what was begun.";
    RecordedMissing = "recorded-missing", Blocked, false, "path of the site",
        "A recorded file is not on the site.",
        "Run the same `holdpoint publish` again.";
    ChecksumFileWrong = "checksum-file-wrong", Blocked, false, "path of the site",
        "A `SHA256SUMS` is not what the record gives, so customers who check their download are misled.",
        "Run the same `holdpoint publish` again.";
    SeatTaken = "seat-taken", Waiting, true, "requirement",
        "One person fills one seat in a release; somebody signed for two requirements, or waived one, so their sign-offs count for neither.",
        "Have another person sign, or revoke one of the two.";
    Stale = "stale", Waiting, true, "requirement",
        "What was signed is not what is there now: a file changed after the sign-off.",
        "Read the change and sign again.";
    Revoked = "revoked", Waiting, true, "requirement",
        "A sign-off was taken back.",
        "Ask why; then sign again.";
    Lapsed = "lapsed", Waiting, true, "requirement",
        "A sign-off was valid under an earlier policy and is not under this one: its signer's key or role changed, or the requirement covers other files now.",
        "Read the document and sign again. Whoever changes a key keeps the old one in the ring beside the new one until nothing that it signed is open.";
    Short = "short", Waiting, true, "requirement",
        "Some have signed, and not enough.",
        "Have the others sign.";
    Missing = "missing", Waiting, true, "requirement",
        "Nobody has signed.",
        "Read the document and sign it.";
    TooEarly = "too-early", Waiting, true, "release",
        "The release may not go out before the time in `not_before`.",
        "Wait, or change the time and have the release signed again.";
    NotCounted = "not-counted", Warning, false, "id",
        "An entry is validly signed and has no effect here: its signer may not say it, it covers other files, or it has expired.",
        "Usually nothing. If it was meant to count, have somebody sign who may.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.meaning().name)
    }
}

impl FromStr for Code {
    type Err = NameFault;
    fn from_str(text: &str) -> Result<Self, NameFault> {
        let text = EARLIER.iter().find(|(earlier, _)| *earlier == text).map_or(text, |it| it.1);
        CODES.iter().find(|it| it.name == text).map(|it| it.code).ok_or_else(|| {
            NameFault(match nearest(text, CODES.iter().map(|it| it.name)) {
                Some(near) => format!("is no finding code; did you mean `{near}`?"),
                None => "is no finding code; `holdpoint explain` lists them".to_owned(),
            })
        })
    }
}

/// Names that codes had before, which are understood still.
const EARLIER: &[(&str, &str)] = &[("pointer-ahead", "index-ahead"), ("pointer-behind", "index-behind")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_code_had_before_is_understood() {
        for (earlier, name) in EARLIER {
            let code: Code = earlier.parse().unwrap();
            assert_eq!(code.meaning().name, *name);
        }
    }

    #[test]
    fn every_code_reads_back() {
        for meaning in CODES {
            assert_eq!(meaning.name.parse(), Ok(meaning.code));
        }
    }

    #[test]
    fn nothing_that_cannot_be_told_can_be_waived() {
        assert!(CODES.iter().all(|it| it.severity != Severity::Unverifiable || !it.waivable));
    }
}
