//! What a signature is for. A signature made for one kind of statement, or for git, is none for another.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The sshsig namespace of one kind of statement: `holdpoint/approve@v1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

/// A word that is no namespace of this tool. The sentence continues "`WORD` …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not a namespace such as `holdpoint/approve@v1`")]
pub struct NamespaceFault;

impl Namespace {
    /// The namespace of statements of `kind`, as the statement itself writes it: `not-applicable`.
    pub fn of(kind: &str) -> Self {
        Self(format!("holdpoint/{kind}@v1"))
    }

    /// The namespace as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Namespace {
    type Err = NamespaceFault;
    fn from_str(text: &str) -> Result<Self, NamespaceFault> {
        let kind = text.strip_prefix("holdpoint/").and_then(|it| it.strip_suffix("@v1")).ok_or(NamespaceFault)?;
        let plain = kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if plain { Ok(Self::of(kind)) } else { Err(NamespaceFault) }
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let namespace = Namespace::of("not-applicable");
        assert_eq!(namespace.to_string(), "holdpoint/not-applicable@v1");
        assert_eq!(namespace.as_str().parse(), Ok(namespace));
    }

    #[test]
    fn refuses_patterns_and_what_is_not_ours() {
        for bad in ["", "git", "holdpoint/*@v1", "holdpoint/@v1", "holdpoint/approve@v2", "!holdpoint/approve@v1"] {
            assert_eq!(bad.parse::<Namespace>(), Err(NamespaceFault), "{bad}");
        }
    }
}
