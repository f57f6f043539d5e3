//! Single files of the record, by what they are: of a policy, of a ledger, or in front of an author. What a version is out with is
//! not read this way.

use holdpoint_core::content::Content;
use holdpoint_core::name::Version;
use holdpoint_core::record;
use holdpoint_core::statement::LARGEST_FACT;

use super::Record;
use crate::failure::Failure;

impl Record<'_> {
    /// The names of the files of a release's ledger.
    pub(crate) fn ledger_names(&self, version: &Version) -> Result<Vec<String>, Failure> {
        self.folder(&format!("releases/{version}/ledger")).file_names()
    }

    /// The bytes of a plain file below `policy/`, if it is one.
    pub(crate) fn policy_file(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.file(&format!("policy/{path}"))
    }

    /// The bytes of a plain file in a release's ledger, if it is one.
    pub(crate) fn ledger_file(&self, version: &Version, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.file(&format!("releases/{version}/ledger/{name}"))
    }

    /// The bytes of a plain file of a release's folder, for an author who is about to write over it. They answer no question
    /// about the version: whether it is out, and with what, is said by [`Record::publicity`].
    pub(crate) fn to_be_written_over(&self, version: &Version, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.file(&format!("releases/{version}/{name}"))
    }

    /// The bytes of a plain file, if it is one. What is out is not read this way.
    pub(super) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let limit = if folder.ends_with("/ledger") { LARGEST_FACT } else { record::largest(path) };
        match self.folder(folder).file(name, limit)? {
            Some(Content::Plain(bytes)) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }
}
