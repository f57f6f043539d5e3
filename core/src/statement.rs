//! A statement: what one person says about one release, in bytes that have exactly one spelling.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::digest::Digest;
use crate::finding::Code;
use crate::key::Namespace;
use crate::name::{
    ComponentName, FileName, Person, Project, RequirementName, RoleName, SiteName, SubjectPath, Text, Version,
};

mod head;
mod read;
mod write;

pub(crate) use head::MOST_FOR_ALL_SUBJECTS;
pub use head::{LARGEST_FACT, LARGEST_STATEMENT, MOST_FOR_ARTIFACTS, largest, most_for_subjects, named_release};
pub use write::{room_of_artifacts, room_of_subjects};

/// The most entries that a statement says its signer saw. What those had seen counts as seen too.
pub const MOST_SEEN: usize = 64;

/// A file that was read, by the SHA-256 of its bytes in git.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The file, within the release folder.
    pub path: SubjectPath,
    /// The digest of its bytes.
    pub sha256: Digest,
}

/// A file that customers download.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// The component that it belongs to.
    pub component: ComponentName,
    /// Its plain name.
    pub file: FileName,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its bytes.
    pub sha256: Digest,
}

/// Which yes or no, about which requirement, for which bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// The requirement.
    pub requirement: RequirementName,
    /// The files that were read.
    pub subjects: Vec<Subject>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Yes.
    Approve(SignOff),
    /// No.
    Decline(SignOff),
    /// It does not apply to this release.
    NotApplicable(SignOff),
    /// Takes back an entry.
    Revoke {
        /// The entry.
        target: Digest,
    },
    /// Stops the release.
    Hold,
    /// Lifts a hold, or stands in for an entry that was lost.
    Lift {
        /// The entry.
        target: Digest,
    },
    /// Sets a finding aside for a time.
    Waive {
        /// All subjects of the release, as they were.
        subjects: Vec<Subject>,
        /// The finding's code.
        finding: Code,
        /// What the finding is about.
        about: Text,
        /// Until when.
        until: Timestamp,
    },
    /// The release goes out.
    Publish {
        /// The subjects of every requirement, as they were.
        subjects: Vec<Subject>,
        /// Where.
        site: SiteName,
        /// The commit that was decided on; shown, never a starting point of a proof.
        commit: String,
        /// The files that go out.
        artifacts: Vec<Artifact>,
        /// Every entry that it rests on.
        relied: Vec<Digest>,
    },
    /// The release went out before Holdpoint, or around it.
    Adopt {
        /// At least the four deciding files.
        subjects: Vec<Subject>,
        /// Where.
        site: SiteName,
        /// The files that are out.
        artifacts: Vec<Artifact>,
    },
}

impl Act {
    /// The word for it in a statement and in its namespace.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Approve(_) => "approve",
            Self::Decline(_) => "decline",
            Self::NotApplicable(_) => "not-applicable",
            Self::Revoke { .. } => "revoke",
            Self::Hold => "hold",
            Self::Lift { .. } => "lift",
            Self::Waive { .. } => "waive",
            Self::Publish { .. } => "publish",
            Self::Adopt { .. } => "adopt",
        }
    }

    /// The noun for it: "approval".
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Approve(_) => "approval",
            Self::Decline(_) => "decline",
            Self::NotApplicable(_) => "not-applicable",
            Self::Revoke { .. } => "revocation",
            Self::Hold => "hold",
            Self::Lift { .. } => "lift",
            Self::Waive { .. } => "waiver",
            Self::Publish { .. } => "publication",
            Self::Adopt { .. } => "adoption",
        }
    }

    /// The noun with its article: "an approval".
    pub fn a_noun(&self) -> String {
        let noun = self.noun();
        let article = if noun.starts_with('a') { "an" } else { "a" };
        format!("{article} {noun}")
    }

    /// Whether it speaks against a release, or answers what does: that must be possible in every ledger, however full.
    pub fn answers_or_says_no(&self) -> bool {
        matches!(self, Self::Decline(_) | Self::Hold | Self::Lift { .. } | Self::Revoke { .. })
    }

    /// Whether it must say why.
    pub fn needs_reason(&self) -> bool {
        !matches!(self, Self::Approve(_) | Self::Publish { .. })
    }

    /// The yes or no about a requirement, if it is one.
    pub fn sign_off(&self) -> Option<&SignOff> {
        match self {
            Self::Approve(it) | Self::Decline(it) | Self::NotApplicable(it) => Some(it),
            _ => None,
        }
    }

    /// The files that it covers.
    pub fn subjects(&self) -> &[Subject] {
        match self {
            Self::Approve(it) | Self::Decline(it) | Self::NotApplicable(it) => &it.subjects,
            Self::Waive { subjects, .. } | Self::Publish { subjects, .. } | Self::Adopt { subjects, .. } => subjects,
            Self::Revoke { .. } | Self::Hold | Self::Lift { .. } => &[],
        }
    }

    /// The entry that it is about, if it is about one.
    pub fn target(&self) -> Option<Digest> {
        match self {
            Self::Revoke { target } | Self::Lift { target } => Some(*target),
            _ => None,
        }
    }
}

/// What one person says about one release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What is said.
    pub act: Act,
    /// The project that it is said for.
    pub project: Project,
    /// The release that it is said about.
    pub release: Version,
    /// In which role.
    pub role: Option<RoleName>,
    /// By whom.
    pub by: Person,
    /// The policy that was in force for the signer.
    pub policy: Digest,
    /// The entries of the ledger that the signer saw: at most [`MOST_SEEN`].
    pub after: BTreeSet<Digest>,
    /// When, as the signer claims; shown, never used to decide.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<Text>,
}

impl Statement {
    /// The namespace that its signature must have: one per kind.
    pub fn namespace(&self) -> Namespace {
        Namespace::of(self.act.kind())
    }

    /// How many bytes a statement of its kind may have.
    pub fn most_bytes(&self) -> usize {
        match self.act {
            Act::Publish { .. } | Act::Adopt { .. } => LARGEST_FACT,
            _ => LARGEST_STATEMENT,
        }
    }

    /// Its id: the digest of its bytes.
    pub fn id(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }

    /// Every other entry that it names.
    pub fn names(&self) -> impl Iterator<Item = Digest> + '_ {
        let relied: &[Digest] = match &self.act {
            Act::Publish { relied, .. } => relied,
            _ => &[],
        };
        self.after.iter().copied().chain(self.act.target()).chain(relied.iter().copied())
    }
}

/// The one spelling of a statement.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write::statement(self, f)
    }
}

#[cfg(test)]
mod tests;
