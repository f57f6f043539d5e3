//! What a reader sees of the raw HTML in a Markdown text: no comments, no tags, no scripts.

/// Reads raw HTML piece by piece. What one piece leaves open hides the pieces after it, as it does in a browser.
///
/// Styles are not judged: an element that a style sheet hides counts as seen.
#[derive(Debug, Default)]
pub(super) struct Html {
    until: Option<&'static str>,
}

/// Elements whose content is never shown, with what ends them.
const UNSEEN: [(&str, &str); 3] = [("script", "</script"), ("style", "</style"), ("template", "</template")];

impl Html {
    /// Whether what follows is hidden by something still open.
    pub(super) fn hides(&self) -> bool {
        self.until.is_some()
    }

    /// Adds to `out` what a reader sees of `raw`.
    pub(super) fn show(&mut self, raw: &str, out: &mut String) {
        let mut rest = raw;
        loop {
            if let Some(end) = self.until {
                let Some(at) = find(rest, end) else { return };
                // The end of an element is a tag of its own; the end of a comment is not.
                let skip = if end.starts_with('<') { at } else { at + end.len() };
                rest = rest.get(skip..).unwrap_or_default();
                self.until = None;
            }
            let Some((before, tag)) = rest.split_once('<') else {
                out.push_str(rest);
                return;
            };
            out.push_str(before);
            if tag.starts_with("!--") {
                self.until = Some("-->");
                // From the first dash on: `<!-->` is a whole comment.
                rest = tag.get(1..).unwrap_or_default();
                continue;
            }
            if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
                out.push('<');
                rest = tag;
                continue;
            }
            let Some((_, after)) = tag.split_once('>') else { return };
            let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            self.until = UNSEEN.iter().find(|(it, _)| name.eq_ignore_ascii_case(it)).map(|(_, end)| *end);
            rest = after;
            // Tags part words: `<td>2.7.0</td><td>x</td>` is two.
            out.push(' ');
        }
    }
}

fn find(text: &str, end: &str) -> Option<usize> {
    text.as_bytes().windows(end.len()).position(|it| it.eq_ignore_ascii_case(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[&str]) -> String {
        let (mut html, mut out) = (Html::default(), String::new());
        for it in pieces {
            html.show(it, &mut out);
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn shows_neither_comments_nor_tags_nor_scripts() {
        for (raw, seen) in [
            ("<p>a</p>", "a"),
            ("a <!-- b --> c", "a c"),
            ("<!-->a", "a"),
            ("<!--->a", "a"),
            ("<SCRIPT>b</Script>a", "a"),
            ("1 < 2", "1 < 2"),
            ("<td>2</td><td>7</td>", "2 7"),
            ("<!-- a > b -- c", ""),
        ] {
            assert_eq!(shown(&[raw]), seen, "{raw}");
        }
    }

    #[test]
    fn a_comment_left_open_hides_the_next_piece() {
        assert_eq!(shown(&["<div><!-- a", "b", "--> c"]), "c");
    }
}
