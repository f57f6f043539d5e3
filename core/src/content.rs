//! What one path of a commit holds: plain bytes, or something that is never read as such.

/// The content of a path in one commit's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The bytes of a plain file (mode 100644).
    Plain(Vec<u8>),
    /// Something else: a symlink, a submodule, an executable file.
    NotPlain(&'static str),
    /// A file larger than anything of its kind, with its size in bytes. It was not read.
    TooLarge(u64),
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

    /// Why it is no plain file. The sentence continues "`PATH` …".
    pub fn fault(&self) -> String {
        match self {
            Self::Plain(_) => "is a plain file".to_owned(),
            Self::NotPlain(kind) => format!("is no plain file but: {kind}"),
            Self::TooLarge(size) => format!("has {size} bytes, which is too large"),
            Self::Gone => "is not in this clone: fetch it with `git fetch --refetch`".to_owned(),
            Self::BadName(why) => why.clone(),
        }
    }
}
