//! The permission to publish one release, and what it was given for.

use std::collections::BTreeSet;

use super::{Publication, RELEASE_FILE};
use crate::digest::Digest;
use crate::document::Article;
use crate::evidence::Evidence;
use crate::name::{SubjectPath, Version};
use crate::policy::ARTICLE_FILE;
use crate::release::Release;
use crate::statement::{Artifact, Subject};

/// The permission to publish one release. There is no other way to make one than to ask [`decide`](super::decide).
#[derive(Debug, Clone)]
pub struct Approval {
    version: Version,
    commit: String,
    policy: Digest,
    subjects: Vec<Subject>,
    artifacts: Vec<Artifact>,
    release: Release,
    article: Option<Article>,
    relied: BTreeSet<Digest>,
    after: BTreeSet<Digest>,
    recorded: Option<Publication>,
}

impl Approval {
    /// The release.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The commit that was decided on.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The policy that was in force.
    pub fn policy(&self) -> Digest {
        self.policy
    }

    /// The subjects of every requirement, as they were signed off.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The files that may go out.
    pub fn artifacts(&self) -> &[Artifact] {
        &self.artifacts
    }

    /// The `release.toml` among the subjects.
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// The knowledge-base article among the subjects, if there is one.
    pub fn article(&self) -> Option<&Article> {
        self.article.as_ref()
    }

    /// Every entry that it rests on.
    pub fn relied(&self) -> &BTreeSet<Digest> {
        &self.relied
    }

    /// The heads of the ledger.
    pub fn after(&self) -> &BTreeSet<Digest> {
        &self.after
    }

    /// The publication that was recorded already: it is finished, not begun.
    pub fn recorded(&self) -> Option<&Publication> {
        self.recorded.as_ref()
    }
}

/// The permission itself. Whatever is missing here was a finding before; if it was not, there is no permission.
pub(super) fn approve(
    evidence: &Evidence,
    relied: BTreeSet<Digest>,
    recorded: Option<Publication>,
) -> Option<Approval> {
    let subject = |path: &SubjectPath| {
        let sha256 = *evidence.digests.get(path)?;
        Some(Subject { path: path.clone(), sha256 })
    };
    let subjects: Vec<Subject> = match &recorded {
        Some(it) => it.subjects.clone(),
        None => evidence.policy().all_subjects().into_iter().map(subject).collect::<Option<_>>()?,
    };
    let artifacts = match &recorded {
        Some(it) => it.artifacts.clone(),
        None => evidence.head().artifacts()?.to_vec(),
    };
    if artifacts.is_empty() || subjects.is_empty() {
        return None;
    }
    // What the folder holds is what goes out, or what is out, only where it has the digest that is named.
    let is_named = |file: &str| {
        let named = subjects.iter().find(|it| it.path.as_str() == file);
        named.is_some_and(|it| evidence.digests.get(&it.path) == Some(&it.sha256))
    };
    let release = evidence.head().release().filter(|_| is_named(RELEASE_FILE))?.clone();
    let article = evidence.head().article().filter(|_| is_named(ARTICLE_FILE)).cloned();
    Some(Approval {
        version: evidence.facts.version.clone(),
        commit: evidence.facts.commit.clone(),
        policy: evidence.policy().digest(),
        subjects,
        artifacts,
        release,
        article,
        relied,
        after: evidence.ledger.heads(),
        recorded,
    })
}
