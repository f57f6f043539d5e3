//! What one path of a commit holds: plain bytes, or something that is never read as such.

use crate::name::quoted;

/// The content of a path in one commit's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The bytes of a plain file (mode 100644).
    Plain(Vec<u8>),
    /// Something else: a symlink, a submodule, an executable file.
    NotPlain(&'static str),
    /// A file larger than anything of its kind, with its size in bytes. It was not read.
    TooLarge(u64),
    /// A statement larger than most may be, with its size in bytes, that nobody has signed whom the policies know. Its bytes were not kept.
    Unsigned(u64),
    /// A file whose bytes this clone does not have.
    Gone,
    /// A name that is another file on another system.
    BadName(String),
}

impl Content {
    /// The bytes of a plain file.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Plain(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// What makes a plain file of it that is at `path` from the coordination root; nothing where it has to go. A document
    /// whose bytes are good is never told to be removed.
    pub fn cure(&self, path: &str) -> Option<String> {
        let shown = quoted(path);
        match self {
            Self::NotPlain("executable file") if !path.contains(char::is_control) => {
                Some(format!("chmod -x {shown} && git update-index --chmod=-x {shown} && git commit"))
            }
            Self::NotPlain("symbolic link") => {
                Some(format!("replace `{path}` by the file that it leads to, and commit it"))
            }
            Self::TooLarge(_) => Some(format!("shorten `{path}`, and commit it")),
            Self::Gone => Some("git fetch --refetch --no-filter".to_owned()),
            _ => None,
        }
    }

    /// Why it is no plain file. The sentence continues "`PATH` …".
    pub fn fault(&self) -> String {
        match self {
            Self::Plain(_) => "is a plain file".to_owned(),
            Self::NotPlain(kind) => format!("is no plain file but: {kind}"),
            Self::TooLarge(size) => format!("has {size} bytes, which is too large"),
            Self::Unsigned(size) => {
                format!("has {size} bytes, and nobody has signed them whose key is in a ring")
            }
            Self::Gone => "is not in this clone: fetch it with `git fetch --refetch --no-filter`".to_owned(),
            Self::BadName(why) => why.clone(),
        }
    }
}
