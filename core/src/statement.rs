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

mod read;
mod write;

/// The largest statement, in bytes.
pub const LARGEST_STATEMENT: usize = 32 << 10;

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
    /// The heads of the ledger that the signer saw.
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
mod tests {
    use super::*;

    fn approve() -> Statement {
        Statement {
            act: Act::Approve(SignOff {
                requirement: "kb".parse().unwrap(),
                subjects: vec![Subject { path: "kb.md".parse().unwrap(), sha256: Digest::of(b"kb") }],
            }),
            project: "https://downloads.example.com/webinar".parse().unwrap(),
            release: "2.7.0".parse().unwrap(),
            role: Some("support".parse().unwrap()),
            by: "maria@example.com".parse().unwrap(),
            policy: Digest::of(b"policy"),
            after: BTreeSet::new(),
            at: "2026-11-21T10:00:00Z".parse().unwrap(),
            reason: None,
        }
    }

    fn acts() -> Vec<Act> {
        let id = Digest::of(b"id");
        let subjects = vec![
            Subject { path: "kb.md".parse().unwrap(), sha256: id },
            Subject { path: "a.md".parse().unwrap(), sha256: id },
        ];
        let sign_off = SignOff { requirement: "kb".parse().unwrap(), subjects: subjects.clone() };
        let artifact =
            Artifact { component: "recorder".parse().unwrap(), file: "r.exe".parse().unwrap(), size: 1, sha256: id };
        vec![
            Act::Approve(sign_off.clone()),
            Act::Decline(sign_off.clone()),
            Act::NotApplicable(sign_off),
            Act::Revoke { target: id },
            Act::Hold,
            Act::Lift { target: id },
            Act::Waive {
                subjects: subjects.clone(),
                finding: Code::Missing,
                about: "notice".parse().unwrap(),
                until: "2026-11-22T10:00:00Z".parse().unwrap(),
            },
            Act::Publish {
                subjects: subjects.clone(),
                site: "downloads".parse().unwrap(),
                commit: "a".repeat(40),
                artifacts: vec![artifact.clone()],
                relied: vec![id],
            },
            Act::Adopt { subjects, site: "downloads".parse().unwrap(), artifacts: vec![artifact] },
        ]
    }

    #[test]
    fn every_kind_reads_back_as_it_was_written() {
        for act in acts() {
            let reason = act.needs_reason().then(|| "a \"quoted\" \\ reason, übel".parse().unwrap());
            let statement = Statement { act, reason, after: BTreeSet::from([Digest::of(b"x")]), ..approve() };
            let bytes = statement.to_string();
            assert_eq!(Statement::parse(bytes.as_bytes()), Ok(statement), "{bytes}");
        }
    }

    #[test]
    fn all_but_an_approval_and_a_publication_say_why() {
        for act in acts() {
            let silent = Statement { act, ..approve() };
            let says_yes = matches!(silent.act, Act::Approve(_) | Act::Publish { .. });
            assert_eq!(silent.act.needs_reason(), !says_yes);
            assert_eq!(Statement::parse(silent.to_string().as_bytes()).is_ok(), says_yes, "{silent}");
        }
    }

    #[test]
    fn names_what_it_has_seen_what_it_is_about_and_what_it_relied_on() {
        let (id, seen) = (Digest::of(b"id"), Digest::of(b"seen"));
        for act in acts() {
            let target = matches!(act, Act::Revoke { .. } | Act::Lift { .. }).then_some(id);
            assert_eq!(act.target(), target);
            let more = target.is_some() || matches!(act, Act::Publish { .. });
            let statement = Statement { act, after: BTreeSet::from([seen]), ..approve() };
            let named: Vec<Digest> = statement.names().collect();
            assert_eq!(named, if more { vec![seen, id] } else { vec![seen] });
        }
    }

    #[test]
    fn is_as_large_as_it_may_be_and_no_larger() {
        let bytes = |size: usize| {
            let empty = Statement { reason: Some("x".parse().unwrap()), ..approve() }.to_string();
            empty.replace("reason = \"x\"", &format!("reason = \"{}\"", "x".repeat(size + 1 - empty.len())))
        };
        assert_eq!(bytes(LARGEST_STATEMENT).len(), LARGEST_STATEMENT);
        let told = |size| Statement::parse(bytes(size).as_bytes()).err().unwrap_or_default();
        let too_large = format!("is larger than {LARGEST_STATEMENT} bytes");
        assert_ne!(told(LARGEST_STATEMENT), too_large);
        assert_eq!(told(LARGEST_STATEMENT + 1), too_large);
    }

    #[test]
    fn has_the_spelling_of_the_contract() {
        let id = Digest::of(b"kb");
        let policy = Digest::of(b"policy");
        assert_eq!(
            approve().to_string(),
            format!(
                "holdpoint = 1\nkind = \"approve\"\nproject = \"https://downloads.example.com/webinar\"\nrelease = \"2.7.0\"\n\
                 requirement = \"kb\"\nsubjects = [{{ path = \"kb.md\", sha256 = \"{id}\" }}]\nrole = \"support\"\n\
                 by = \"maria@example.com\"\npolicy = \"{policy}\"\nafter = []\nat = 2026-11-21T10:00:00Z\n"
            )
        );
    }

    #[test]
    fn refuses_every_other_spelling() {
        let good = approve().to_string();
        let bad = [
            good.replace("holdpoint = 1", "holdpoint=1"),
            good.replace("role = \"support\"\n", "role = 'support'\n"),
            format!("# a comment\n{good}"),
            format!("{good}\n"),
            good.replace('\n', "\r\n"),
            good.trim_end().to_owned(),
            format!("\u{feff}{good}"),
            good.replace("10:00:00Z", "10:00:00+00:00"),
            good.replace("10:00:00Z", "10:00:00.000Z"),
            good.replace("kind = \"approve\"\n", "kind = \"approve\"\nkind = \"approve\"\n"),
            good.replace("after = []", "after = [ ]"),
            format!("{good}extra = 1\n"),
        ];
        for bad in bad {
            assert!(Statement::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_each_file_once_and_at_least_one() {
        let told = |text: String| Statement::parse(text.as_bytes()).unwrap_err();
        let edited = |text: &str, key: &str, edit: &dyn Fn(&str) -> String| {
            let (before, rest) = text.split_once(&format!("{key} = [")).unwrap();
            let (list, after) = rest.split_once("]\n").unwrap();
            format!("{before}{key} = [{}]\n{after}", edit(list))
        };
        let publish = Statement { act: acts().remove(7), ..approve() }.to_string();
        let subjects = "`subjects` is empty, or names a file twice";
        let artifacts = "`artifacts` is empty, or names a file twice";
        for (key, why) in [("subjects", subjects), ("artifacts", artifacts)] {
            assert!(told(edited(&publish, key, &|_| String::new())).contains(why), "{key}");
            assert!(told(edited(&publish, key, &|it| format!("{it}, {it}"))).contains(why), "{key}");
        }
        let shouted = |it: &str| format!("{it}, {}", it.replace("r.exe", "R.EXE"));
        assert!(told(edited(&publish, "artifacts", &shouted)).contains(artifacts));
        let more = |it: &str| format!("{it}, {}, {}", it.replace("r.exe", "s.exe"), it.replace("recorder", "player"));
        assert_eq!(Statement::parse(edited(&publish, "artifacts", &more).as_bytes()).map(|_| ()), Ok(()));
    }

    #[test]
    fn refuses_keys_that_belong_to_another_kind() {
        let bad = approve().to_string().replace("role =", "target = \"x\"\nrole =");
        assert!(Statement::parse(bad.as_bytes()).is_err());
    }

    #[test]
    fn a_hold_says_why() {
        let hold = Statement { act: Act::Hold, role: None, ..approve() };
        assert!(Statement::parse(hold.to_string().as_bytes()).is_err());
    }
}
