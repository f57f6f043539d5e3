//! What somebody is about to sign: the bytes of a release folder, whatever the version was published with.

use super::Evidence;
use crate::content::Content;
use crate::digest::Digest;
use crate::name::SubjectPath;
use crate::release::Release;
use crate::statement::Artifact;

/// The folder at this commit as one who signs it sees it: a text that is corrected after the version went out, or what the owners
/// state to have gone out. It answers no question about what is out.
#[derive(Debug, Clone, Copy)]
pub struct ToBeSigned<'a>(pub(super) &'a Evidence);

impl<'a> ToBeSigned<'a> {
    /// The digest of a plain file.
    pub fn digest(&self, path: &SubjectPath) -> Option<Digest> {
        self.0.digests.get(path).copied()
    }

    /// The bytes of a plain file.
    pub fn bytes(&self, path: &SubjectPath) -> Option<&'a [u8]> {
        self.0.facts.release_files.get(path.as_str()).and_then(Content::bytes)
    }

    /// The release whose adoption is signed, if its record can be read.
    pub fn release(&self) -> Option<&'a Release> {
        self.0.head.release()
    }

    /// The files whose adoption is signed, if their record can be read.
    pub fn artifacts(&self) -> Option<&'a [Artifact]> {
        self.0.head.artifacts()
    }
}
