//! The documents of a version that is out: the newest ones that were signed off together with what went out.

use jiff::Timestamp;

use super::pins::bytes;
use super::{Earlier, Published, Wanted, wanted};
use crate::decide::publication::Publication;
use crate::decide::standing::State;
use crate::decide::view::View;
use crate::digest::Digest;
use crate::document::{Article, Notice};
use crate::evidence::{Draft, Evidence};
use crate::name::SubjectPath;
use crate::policy::{ARTICLE_FILE, DECIDING_FILES};
use crate::record::Problems;
use crate::statement::{Act, Subject};

/// The file of the customer notice.
const NOTICE_FILE: &str = "notice.md";

/// The texts that customers and agents may be shown of a version that is out: the newest ones that were signed off, or those
/// that went out.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The knowledge-base article, if the publication covers one.
    pub article: Option<Article>,
    /// The customer notice, if the publication covers one.
    pub notice: Option<Notice>,
    /// Those that are covered, and cannot be found or read any more.
    pub lost: Vec<SubjectPath>,
}

impl Texts {
    /// The texts of a draft, as they stand in its folder.
    pub fn of_draft(draft: &Draft) -> Self {
        Self { article: draft.article().cloned(), notice: draft.notice().cloned(), lost: Vec::new() }
    }
}

/// A file of a version that is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document<'b> {
    /// Its newest bytes that were signed off.
    Signed(&'b [u8]),
    /// Nobody whose word counts has signed it with what went out.
    Unsigned,
    /// It was signed, and those bytes cannot be found any more.
    Lost,
}

impl Published {
    /// What has to be looked for in history before its texts can be shown.
    pub fn texts_wanted(&self, evidence: &Evidence) -> Wanted {
        self.documents_wanted(evidence, [ARTICLE_FILE, NOTICE_FILE])
    }

    /// Its texts, with what was found of them in history.
    pub fn texts(&self, evidence: &Evidence, earlier: &Earlier) -> Texts {
        let mut lost = Vec::new();
        let article = self.read_text(evidence, earlier, ARTICLE_FILE, &mut lost, Article::parse);
        let notice = self.read_text(evidence, earlier, NOTICE_FILE, &mut lost, Notice::parse);
        Texts { article, notice, lost }
    }

    fn read_text<T>(
        &self,
        evidence: &Evidence,
        earlier: &Earlier,
        file: &str,
        lost: &mut Vec<SubjectPath>,
        read: impl FnOnce(&str, &[u8]) -> Result<T, Problems>,
    ) -> Option<T> {
        let (path, digest) = self.newest(evidence, file)?;
        let place = format!("releases/{}/{file}", self.release.version);
        let text = bytes(evidence, earlier, &path, &digest).and_then(|it| read(&place, it).ok());
        if text.is_none() {
            lost.push(path);
        }
        text
    }

    /// What has to be looked for in history before these files can be copied.
    pub fn documents_wanted<'f>(&self, evidence: &Evidence, files: impl IntoIterator<Item = &'f str>) -> Wanted {
        wanted(evidence, files.into_iter().filter_map(|file| self.newest(evidence, file)))
    }

    /// The bytes of a file as it was last signed off, with what was found in history.
    pub fn document<'b>(&self, evidence: &'b Evidence, earlier: &'b Earlier, file: &str) -> Document<'b> {
        let Some((path, digest)) = self.newest(evidence, file) else { return Document::Unsigned };
        bytes(evidence, earlier, &path, &digest).map_or(Document::Lost, Document::Signed)
    }

    /// The digest of a file: of its newest bytes that are signed off together with what went out, or else the pinned one. Nothing
    /// where neither is: an adoption may cover the files that decide alone.
    fn newest(&self, evidence: &Evidence, file: &str) -> Option<(SubjectPath, Digest)> {
        let publication = self.publications.last()?;
        let path: SubjectPath = file.parse().ok()?;
        let pinned = publication.subjects.iter().find(|it| it.path == path).map(|it| it.sha256);
        let digest = corrected(evidence, publication, &path).or(pinned)?;
        Some((path, digest))
    }
}

/// The newest bytes of a text that were signed off after it went out, and are signed off in full now.
fn corrected(evidence: &Evidence, publication: &Publication, path: &SubjectPath) -> Option<Digest> {
    let requirement = evidence.policy().requirements().iter().find(|it| it.subjects.contains(path))?;
    // Whoever corrects a text signs nothing else that decides.
    let decides = |it: &&Subject| DECIDING_FILES.contains(&it.path.as_str());
    let entries = evidence.ledger.in_order();
    let later = entries.iter().rev().filter(|it| !evidence.ledger.has_seen(&publication.id, &it.id));
    let signed = later.filter_map(|it| match &it.statement.act {
        Act::Approve(said) if said.requirement == requirement.name => Some(&said.subjects),
        _ => None,
    });
    let counts = |subjects: &&Vec<Subject>| {
        let view = View::of_bytes(evidence, subjects, Timestamp::UNIX_EPOCH);
        let standing = view.standings().into_iter().find(|it| it.name == requirement.name);
        subjects.iter().filter(decides).all(|it| publication.subjects.contains(it))
            && standing.is_some_and(|it| it.state == State::Approved)
    };
    let newest = signed.filter(counts).find_map(|it| it.iter().find(|it| it.path == *path));
    newest.map(|it| it.sha256)
}
