//! What changed between two texts, for people: how many lines, and which.

use git2::{DiffLineType, DiffOptions, Patch};

/// How many lines `new` has added to `old`, and how many it has removed.
pub(crate) fn line_changes(old: &[u8], new: &[u8]) -> (usize, usize) {
    let stats = patch(old, new).and_then(|it| it.line_stats());
    // Both texts are at hand and are treated as text, so nothing but lack of memory can fail.
    stats.map_or((0, 0), |(_, added, removed)| (added, removed))
}

/// A unified diff of `old` and `new`, empty if they are equal.
pub(crate) fn unified_diff(path: &str, old: &[u8], new: &[u8]) -> String {
    let mut text = Vec::new();
    let printed = patch(old, new).and_then(|mut it| {
        it.print(&mut |_, _, line| {
            match line.origin_value() {
                DiffLineType::FileHeader => return true,
                DiffLineType::Context | DiffLineType::Addition | DiffLineType::Deletion => {
                    text.push(u8::try_from(line.origin()).unwrap_or(b' '));
                }
                _ => {}
            }
            text.extend_from_slice(line.content());
            true
        })
    });
    match printed {
        Ok(()) if !text.is_empty() => format!("--- {path}\n+++ {path}\n{}", String::from_utf8_lossy(&text)),
        _ => String::new(),
    }
}

fn patch<'b>(old: &'b [u8], new: &'b [u8]) -> Result<Patch<'b>, git2::Error> {
    let mut options = DiffOptions::new();
    options.force_text(true).context_lines(3);
    Patch::from_buffers(old, None, new, None, Some(&mut options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_lines_that_changed() {
        assert_eq!(line_changes(b"a\nb\nc\n", b"a\nB\nc\nd\n"), (2, 1));
        assert_eq!(line_changes(b"a\n", b"a\n"), (0, 0));
        assert_eq!(line_changes(b"", b"a\nb\n"), (2, 0));
    }

    #[test]
    fn shows_the_lines_that_changed() {
        let diff = unified_diff("kb.md", b"a\nb\nc\n", b"a\nB\nc\n");
        assert_eq!(diff, "--- kb.md\n+++ kb.md\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
        assert_eq!(unified_diff("kb.md", b"a", b"a"), "");
    }

    #[test]
    fn says_that_the_last_line_has_no_end() {
        let diff = unified_diff("kb.md", b"a\n", b"a");
        assert!(diff.ends_with("-a\n+a\n\\ No newline at end of file\n"), "{diff}");
    }
}
