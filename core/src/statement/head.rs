//! The first lines of a statement: what it says of itself before anything of it is judged.
//!
//! Keys come in one order, one on a line, so a few bytes tell how large it may be and to which release it may belong.

use crate::name::Project;

/// The largest statement, in bytes, of every kind that lists no artifacts.
pub const LARGEST_STATEMENT: usize = 32 << 10;

/// The largest publication or adoption, in bytes: it lists every file that goes out.
pub const LARGEST_FACT: usize = 4 << 20;

/// The most bytes that all but project and subjects may take in a statement: the longest names, texts whose every character is
/// written as two, and as many entries as one may have seen.
const MOST_BESIDE: usize = 13_568;

/// How many bytes the subjects of one statement may take, so that whoever signs it can always say why, having seen all they may.
pub fn most_for_subjects(project: &Project) -> usize {
    LARGEST_STATEMENT - MOST_BESIDE - project.as_str().len()
}

/// How many bytes all subjects of a policy may take in a publication, beside its artifacts.
pub(crate) const MOST_FOR_ALL_SUBJECTS: usize = 256 << 10;

/// How many bytes the artifacts may take in a publication, beside all subjects and what it relies on.
pub const MOST_FOR_ARTIFACTS: usize = LARGEST_FACT - MOST_FOR_ALL_SUBJECTS - (640 << 10);

/// How large a statement may be that begins with these bytes: its first two lines decide.
pub fn largest(beginning: &[u8]) -> usize {
    let lists_artifacts = ["publish", "adopt"]
        .iter()
        .any(|kind| beginning.starts_with(format!("holdpoint = 1\nkind = \"{kind}\"\n").as_bytes()));
    if lists_artifacts { LARGEST_FACT } else { LARGEST_STATEMENT }
}

/// The release that a statement says it belongs to. Bytes that have no such line in its place are no statement about any.
pub fn named_release(bytes: &[u8]) -> Option<&str> {
    let line = bytes.split(|it| *it == b'\n').nth(3)?;
    str::from_utf8(line.strip_prefix(b"release = \"")?.strip_suffix(b"\"")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_publications_and_adoptions_may_be_large() {
        for (beginning, most) in [
            ("holdpoint = 1\nkind = \"publish\"\nproject", LARGEST_FACT),
            ("holdpoint = 1\nkind = \"adopt\"\n", LARGEST_FACT),
            ("holdpoint = 1\nkind = \"approve\"\n", LARGEST_STATEMENT),
            ("holdpoint = 1\nkind = \"publish", LARGEST_STATEMENT),
            ("holdpoint = 2\nkind = \"publish\"\n", LARGEST_STATEMENT),
            ("kind = \"publish\"\nholdpoint = 1\n", LARGEST_STATEMENT),
            ("", LARGEST_STATEMENT),
        ] {
            assert_eq!(largest(beginning.as_bytes()), most, "{beginning}");
        }
    }

    #[test]
    fn the_fourth_line_names_the_release() {
        let named = |text: &'static str| named_release(text.as_bytes());
        assert_eq!(named("holdpoint = 1\nkind = \"hold\"\nproject = \"p\"\nrelease = \"2.7.0\"\nby"), Some("2.7.0"));
        assert_eq!(named("holdpoint = 1\nkind = \"hold\"\nrelease = \"2.7.0\"\n"), None);
        assert_eq!(named("a\nb\nc\nrelease = 2.7.0\n"), None);
        assert_eq!(named_release(b"a\nb\nc\nrelease = \"\xff\"\n"), None);
    }
}
