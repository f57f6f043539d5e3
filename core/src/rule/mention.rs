//! Finds versions in what a reader sees: whole words only, so that 12.7.0, 2.7.01 and 2.7.0-rc1 are not 2.7.0.

use crate::name::Version;

/// A word that may be a version or a name: letters, digits, and what joins them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// The word, without joints before it.
    pub(super) text: &'t str,
    /// Whether only blanks part it from the word before.
    pub(super) follows: bool,
}

/// The characters that join a version to more of itself.
const JOINTS: [char; 6] = ['.', '_', '+', '-', '*', '~'];

/// The words of `text`.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || JOINTS.contains(&c);
    let mut rest = text;
    std::iter::from_fn(move || {
        let gap = rest.find(is_part)?;
        let (before, from) = rest.split_at_checked(gap)?;
        let (text, after) = from.split_at_checked(from.find(|c| !is_part(c)).unwrap_or(from.len()))?;
        rest = after;
        Some(Token { text: text.trim_start_matches(JOINTS), follows: before.trim().is_empty() })
    })
}

/// How a version may be written: in full, or, if it ends in `.0` and has no more to it, without that.
#[derive(Debug)]
pub(super) struct Spelling {
    /// `2.7.0`
    pub(super) full: String,
    /// `2.7`
    pub(super) short: Option<String>,
}

impl Spelling {
    /// The spellings of `version`.
    pub(super) fn of(version: &Version) -> Self {
        let full = version.to_string();
        let is_plain = full.chars().all(|it| it.is_ascii_digit() || it == '.');
        let short = full.strip_suffix(".0").filter(|_| is_plain).map(str::to_owned);
        Self { full, short }
    }

    /// Whether `text` names the version somewhere.
    pub(super) fn is_in(&self, text: &str) -> bool {
        tokens(text).any(|it| {
            let (full, short) = as_version(it.text);
            full == self.full || Some(short) == self.short.as_deref()
        })
    }
}

/// `token` as the full and as the short form of a version could stand in it: `v2.7.0.` is 2.7.0, but `2.7+` and `2.7.*` are not 2.7.
pub(super) fn as_version(token: &str) -> (&str, &str) {
    let bare = token.strip_prefix(['v', 'V']).unwrap_or(token);
    (bare.trim_end_matches(JOINTS), bare.trim_end_matches('.'))
}

/// `recorder-2.7.0` as its two parts.
pub(super) fn apart(token: &str) -> Option<(&str, &str)> {
    let (at, _) = token.match_indices('-').find(|(at, _)| {
        let after = token.get(at + 1..).unwrap_or_default();
        after.strip_prefix(['v', 'V']).unwrap_or(after).starts_with(|c: char| c.is_ascii_digit())
    })?;
    Some((token.get(..at)?, token.get(at + 1..)?))
}

/// A component's name as it may be written: with capitals, and any joint.
pub(super) fn dashed(name: &str) -> String {
    name.trim_end_matches(['.', '_', '-', '*', '+', '~']).to_lowercase().replace('_', "-")
}

/// Every word of `text` that looks like a version: two numbers or more with points, and no date such as 20.11.2026.
pub(super) fn versions(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).map(|it| as_version(it.text).0).filter(|it| {
        let mut parts = it.split('.');
        let mut number = || parts.next().is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
        let is_version = number() && number();
        is_version && !parts.next().is_some_and(|it| it.len() == 4 && it.starts_with(['1', '2']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling(version: &str) -> Spelling {
        Spelling::of(&version.parse().unwrap())
    }

    #[test]
    fn a_version_is_a_whole_word() {
        for text in [
            "2.7.0",
            "v2.7.0.",
            "(2.7.0)",
            "to 2.7.0, now",
            "2.7",
            "V2.7.",
            "recorder@2.7.0",
            "2.7.0*",
            "\u{201e}2.7.0\u{201c}",
        ] {
            assert!(spelling("2.7.0").is_in(text), "{text}");
        }
        for text in [
            "12.7.0",
            "2.7.01",
            "2.7.0-rc1",
            "2.7.0.1",
            "2.7.0+5",
            "2.7.1",
            "2.7.*",
            "2.7.x",
            "2.7+",
            "2.70",
            "1.2.7.0",
            "2,7",
            "2.7.0~rc1",
            "2.7.0b",
        ] {
            assert!(!spelling("2.7.0").is_in(text), "{text}");
        }
    }

    #[test]
    fn only_a_plain_version_that_ends_in_zero_has_a_short_form() {
        assert!(!spelling("2.7.1").is_in("2.7"));
        assert!(!spelling("2.7.0-rc.0").is_in("2.7.0-rc"));
        assert!(!spelling("2.0.0").is_in("2"));
        assert!(spelling("2.7.0-rc.1").is_in("2.7.0-rc.1."));
    }

    #[test]
    fn a_date_is_no_version() {
        assert_eq!(
            versions("From 20.11.2026 on, 2.6 and v2.7.0-rc1 at 5 p.m.").collect::<Vec<_>>(),
            ["2.6", "2.7.0-rc1"]
        );
        assert_eq!(versions("2.7.1 2.7.3000 1.2026 1.2.1999").collect::<Vec<_>>(), ["2.7.1", "2.7.3000", "1.2026"]);
    }
}
