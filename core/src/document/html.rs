//! What a reader sees of the raw HTML in a Markdown text: no comments, no tags, no scripts.

/// Reads raw HTML piece by piece. What one piece leaves open hides the pieces after it, as it does in a browser.
///
/// Style sheets are not judged: an element that only one of them hides counts as seen.
#[derive(Debug, Default)]
pub(super) struct Html {
    until: Option<Until>,
}

/// What ends something that is not shown.
#[derive(Debug)]
enum Until {
    /// These characters: the end of a comment, or of an element that holds only text.
    Text(&'static str),
    /// The end of an element of this name, within which so many more of that name are open.
    Element(String, usize),
}

/// Elements that hold only text, which is never shown, with what ends them.
const UNSEEN: [(&str, &str); 7] = [
    ("script", "</script"),
    ("style", "</style"),
    ("template", "</template"),
    ("iframe", "</iframe"),
    ("noscript", "</noscript"),
    ("title", "</title"),
    ("textarea", "</textarea"),
];

/// Elements whose content is not shown, is offered in place of something else, or no longer counts.
const NOT_SAID: [&str; 10] = ["audio", "canvas", "datalist", "del", "head", "object", "s", "strike", "svg", "video"];

/// Elements that hold nothing, so that nothing ends them.
const VOID: [&str; 12] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"];

impl Html {
    /// Whether what follows is hidden by something still open.
    pub(super) fn hides(&self) -> bool {
        self.until.is_some()
    }

    /// Adds to `out` what a reader sees of `raw`.
    pub(super) fn show(&mut self, raw: &str, out: &mut String) {
        let mut rest = raw;
        loop {
            rest = match self.until.take() {
                None => rest,
                Some(until) => match skipped(until, rest) {
                    Ok(after) => after,
                    Err(until) => {
                        self.until = Some(until);
                        return;
                    }
                },
            };
            let Some((before, tag)) = rest.split_once('<') else {
                out.push_str(rest);
                return;
            };
            out.push_str(before);
            if tag.starts_with("!--") {
                self.until = Some(Until::Text("-->"));
                // From the first dash on: `<!-->` is a whole comment.
                rest = tag.get(1..).unwrap_or_default();
                continue;
            }
            if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
                out.push('<');
                rest = tag;
                continue;
            }
            let Some((inside, after)) = tag.split_once('>') else { return };
            self.until = hidden_by(inside);
            rest = after;
            // Tags part words: `<td>2.7.0</td><td>x</td>` is two.
            out.push(' ');
        }
    }
}

/// What follows the end of something that is not shown; if that has not come yet, what is still to come.
fn skipped(until: Until, text: &str) -> Result<&str, Until> {
    match until {
        Until::Text(end) => {
            let Some(at) = find(text, end) else { return Err(until) };
            // The end of an element is a tag of its own; the end of a comment is not.
            let skip = if end.starts_with('<') { at } else { at + end.len() };
            Ok(text.get(skip..).unwrap_or_default())
        }
        Until::Element(name, mut open) => {
            let mut rest = text;
            while let Some((_, tag)) = rest.split_once('<') {
                let (closes, inside) = tag.strip_prefix('/').map_or((false, tag), |it| (true, it));
                if name_of(inside) == name {
                    match open.checked_sub(usize::from(closes)) {
                        None => return Ok(tag.split_once('>').map_or("", |it| it.1)),
                        Some(left) => open = if closes { left } else { left + 1 },
                    }
                }
                rest = tag;
            }
            Err(Until::Element(name, open))
        }
    }
}

/// What ends the element that this tag begins, if it is not shown.
fn hidden_by(tag: &str) -> Option<Until> {
    let name = name_of(tag);
    if let Some((_, end)) = UNSEEN.iter().find(|(it, _)| *it == name) {
        return Some(Until::Text(end));
    }
    let is_hidden = NOT_SAID.contains(&name.as_str()) || (!tag.starts_with('/') && hides_itself(tag));
    (is_hidden && !name.is_empty() && !VOID.contains(&name.as_str())).then_some(Until::Element(name, 0))
}

/// Whether the attributes of a tag hide its element.
fn hides_itself(tag: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let words = lower.split(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
    let dense: String = lower.chars().filter(|it| !it.is_ascii_whitespace()).collect();
    words.skip(1).any(|it| it == "hidden") || dense.contains("display:none") || dense.contains("visibility:hidden")
}

/// The name that a tag begins with, in lower case; empty for the end of an element.
fn name_of(tag: &str) -> String {
    tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase()
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
            ("<p hidden>b</p>a", "a"),
            ("<div hidden=''><div>b</div>c</div>a", "a"),
            ("<div class='x' style='color: red; display : none'>b</div>a", "a"),
            ("<span STYLE=\"visibility:hidden\">b</span>a", "a"),
            ("<del>b</del><s>c</s>a", "a"),
            ("<img hidden>a<br hidden>", "a"),
            ("<title>b</title><textarea>c</textarea>a", "a"),
            ("<p hidden>b", ""),
        ] {
            assert_eq!(shown(&[raw]), seen, "{raw}");
        }
    }

    #[test]
    fn a_comment_left_open_hides_the_next_piece() {
        assert_eq!(shown(&["<div><!-- a", "b", "--> c"]), "c");
    }
}
