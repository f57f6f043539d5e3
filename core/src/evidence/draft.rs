//! What a release folder holds at one commit: a draft, whatever the version of the same name was published with.
//!
//! A draft has no published facts. Outside this crate there is one way to one: to ask what a version is, and to be told that
//! nothing says that it is out. Of a version that is out [`Published`](crate::decide::Published) knows what went out.
//!
//! ```
//! use holdpoint_core::decide::Publicity;
//!
//! fn title(publicity: &Publicity) -> Option<String> {
//!     match publicity {
//!         Publicity::Draft(draft) => draft.release().map(|it| it.title.to_string()),
//!         Publicity::Published(published) => Some(published.release().title.to_string()),
//!         Publicity::Doubted(_) => None,
//!     }
//! }
//! ```
//!
//! The evidence alone does not hand it out, and neither do the files that it was read from:
//!
//! ```compile_fail,E0624
//! fn title(evidence: &holdpoint_core::evidence::Evidence) -> Option<String> {
//!     evidence.head().release().map(|it| it.title.to_string())
//! }
//! ```
//!
//! ```compile_fail,E0624
//! fn text(evidence: &holdpoint_core::evidence::Evidence) -> Option<&[u8]> {
//!     evidence.facts().release_files.get("notice.md").and_then(|it| it.bytes())
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use holdpoint_core::evidence::{Draft, Facts};
//!
//! fn drafted(facts: &Facts) -> Draft {
//!     Draft::read(facts).0
//! }
//! ```

use std::collections::BTreeMap;

use super::{Facts, ReleaseFiles};
use crate::compatibility::Compatibility;
use crate::content::Content;
use crate::document::{Article, Notice, Plain};
use crate::finding::{Code, Finding};
use crate::name::SubjectPath;
use crate::policy::ARTICLE_FILE;
use crate::record::Problems;
use crate::release::{self, Release};
use crate::statement::Artifact;

/// What a release folder holds, as far as it can be read.
#[derive(Debug, Clone)]
pub struct Draft {
    files: ReleaseFiles,
    release: Option<Release>,
    artifacts: Option<Vec<Artifact>>,
    compatibility: Option<Compatibility>,
    article: Option<Article>,
    notice: Option<Notice>,
    texts: BTreeMap<SubjectPath, Plain>,
}

/// The records of one release that others are compared with: as it was published, or as it is drafted.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// Its `release.toml`.
    pub(crate) release: &'a Release,
    /// What it declares.
    pub(crate) declared: &'a Compatibility,
    /// Its files.
    pub(crate) artifacts: &'a [Artifact],
}

impl<'a> Records<'a> {
    /// Its `release.toml`.
    pub fn release(&self) -> &'a Release {
        self.release
    }

    /// What it declares.
    pub fn declared(&self) -> &'a Compatibility {
        self.declared
    }

    /// Its files.
    pub fn artifacts(&self) -> &'a [Artifact] {
        self.artifacts
    }
}

impl Draft {
    /// What the folder holds, and what of it cannot be read, each fault with its file.
    pub(super) fn read(facts: &Facts) -> (Self, Vec<(String, Finding)>) {
        let (version, chain) = (&facts.version, &facts.chain);
        let mut reader = Reader { facts, findings: Vec::new() };
        let release = reader.record("release.toml", |path, bytes| Release::read(path, bytes, version, Some(chain)));
        let artifacts =
            reader.record("artifacts.toml", |path, bytes| release::artifacts(path, bytes, release.as_ref()));
        let compatibility =
            reader.record("compatibility.toml", |path, bytes| Compatibility::read(path, bytes, release.as_ref()));
        let article = reader.document(ARTICLE_FILE, Article::parse);
        let notice = reader.document("notice.md", Notice::parse);
        let texts = reader.texts();
        let files = facts.release_files.clone();
        (Self { files, release, artifacts, compatibility, article, notice, texts }, reader.findings)
    }

    /// The release, if its record can be read.
    pub fn release(&self) -> Option<&Release> {
        self.release.as_ref()
    }

    /// Its artifacts, if their record can be read.
    pub fn artifacts(&self) -> Option<&[Artifact]> {
        self.artifacts.as_deref()
    }

    /// What it declares, if that can be read.
    pub fn compatibility(&self) -> Option<&Compatibility> {
        self.compatibility.as_ref()
    }

    /// The knowledge-base article, if it can be read.
    pub fn article(&self) -> Option<&Article> {
        self.article.as_ref()
    }

    /// The customer notice, if it can be read.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// What stands at a path of the folder.
    pub fn file(&self, path: &str) -> Option<&Content> {
        self.files.get(path)
    }

    /// The records that others are compared with, if both can be read.
    pub fn records(&self) -> Option<Records<'_>> {
        let (release, declared) = (self.release.as_ref()?, self.compatibility.as_ref()?);
        Some(Records { release, declared, artifacts: self.artifacts.as_deref().unwrap_or_default() })
    }

    /// How many Markdown texts can be read.
    pub(super) fn count_documents(&self) -> usize {
        self.texts.len() + usize::from(self.article.is_some()) + usize::from(self.notice.is_some())
    }

    /// Every Markdown text that can be read, by its path.
    pub(super) fn plain_texts(&self) -> BTreeMap<SubjectPath, &Plain> {
        let own = [
            (ARTICLE_FILE, self.article.as_ref().map(Article::plain)),
            ("notice.md", self.notice.as_ref().map(Notice::plain)),
        ];
        let own = own.into_iter().filter_map(|(path, plain)| Some((path.parse().ok()?, plain?)));
        self.texts.iter().map(|(path, plain)| (path.clone(), plain)).chain(own).collect()
    }
}

/// Reads files of a release folder, and keeps what is wrong with them.
struct Reader<'a> {
    facts: &'a Facts,
    findings: Vec<(String, Finding)>,
}

impl Reader<'_> {
    /// Reads a file that every release has.
    fn record<T>(&mut self, file: &str, read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>) -> Option<T> {
        let path = format!("releases/{}/{file}", self.facts.version);
        if !self.facts.unreadable.is_empty() {
            return None;
        }
        if !self.facts.release_files.contains_key(file) {
            let next = format!("write `{path}` and commit it");
            let finding = Finding::new(Code::SubjectMissing, file, format!("`{path}` is not there")).next(next);
            self.findings.push((file.to_owned(), finding));
            return None;
        }
        self.document(file, read)
    }

    /// Reads a file if it is there. One that is no plain file has its finding already.
    fn document<T>(&mut self, file: &str, read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>) -> Option<T> {
        let path = format!("releases/{}/{file}", self.facts.version);
        let bytes = self.facts.release_files.get(file)?.bytes()?;
        match read(&path, bytes) {
            Ok(value) => Some(value),
            Err(problems) => {
                let found = problems.into_iter().map(|problem| (file.to_owned(), problem.finding(Code::BadRecord)));
                self.findings.extend(found);
                None
            }
        }
    }

    /// Every other Markdown text of the release.
    fn texts(&mut self) -> BTreeMap<SubjectPath, Plain> {
        let names: Vec<String> = self.facts.release_files.keys().filter(|it| it.ends_with(".md")).cloned().collect();
        let others =
            names.into_iter().filter(|it| it != ARTICLE_FILE && it != "notice.md" && !it.starts_with("ledger/"));
        others.filter_map(|it| Some((it.parse().ok()?, self.document(&it, Plain::parse)?))).collect()
    }
}
