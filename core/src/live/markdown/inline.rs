//! The text of one block: words, links, images and code, escaped so that Markdown shows what HTML showed.

use crate::live::address::Base;
use crate::live::html::{Piece, Tag};
use crate::live::seen::is_nothing;

/// A block's text while it is read.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    code: Option<String>,
    /// How deep one is in elements of code.
    codes: usize,
    /// Where the last span of code ended: two may not touch.
    code_end: Option<usize>,
    link: Option<Link>,
    /// How many links and images of a wiki are open: they have told where they lead.
    told: usize,
}

/// A link that is open.
struct Link {
    start: usize,
    target: String,
    /// What it shows if nothing else: the links of a wiki do.
    name: Option<String>,
    /// Whether it stands in an earlier block already.
    told: bool,
}

impl Line {
    /// Adds text as it is shown.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text.chars().filter(|it| !is_nothing(*it)).peekable();
        while let Some(c) = rest.next() {
            let c = if c.is_ascii_whitespace() { ' ' } else { c };
            if self.codes > 0 {
                let code = self.code.get_or_insert_default();
                if c != ' ' || !code.ends_with(' ') {
                    code.push(c);
                }
            } else if c != ' ' {
                push_escaped(&mut self.text, c, rest.peek().copied());
            } else {
                self.blank();
            }
        }
    }

    fn blank(&mut self) {
        if !(self.text.is_empty() || self.text.ends_with([' ', '\n'])) {
            self.text.push(' ');
        }
    }

    /// Goes on in the next line.
    pub(super) fn hard_break(&mut self) {
        self.end_code();
        self.text.push('\n');
    }

    /// Whether nothing stands in it yet.
    pub(super) fn is_empty(&self) -> bool {
        self.code.is_none() && self.text.trim_matches([' ', '\n']).is_empty()
    }

    /// Adds Markdown as it is.
    pub(super) fn raw(&mut self, markdown: &str) {
        self.end_code();
        self.text.push_str(markdown);
    }

    /// Adds text with all its blanks and line ends.
    pub(super) fn verbatim(&mut self, text: &str) {
        let text = text.trim_end();
        if text.is_empty() {
            return;
        }
        self.raw("<pre>");
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\n' => self.text.push_str("&#10;"),
                '\t' => self.text.push_str("&#9;"),
                ' ' | '\r' => self.text.push_str("&#32;"),
                _ => push_escaped(&mut self.text, c, rest.peek().copied()),
            }
        }
        self.raw("</pre>");
    }

    /// Opens an element that stands in the text.
    pub(super) fn open(&mut self, tag: &Tag, inside: &[Piece], base: &Base) {
        let link = |target: String, name: Option<String>, start| Link { start, target, name, told: false };
        match tag.name.as_str() {
            "code" | "kbd" | "samp" | "tt" => self.codes += 1,
            "a" => {
                self.end_link();
                // Nobody signs a link to a program; without it the copy is another, and is said to be.
                let is_program = |it: &String| it.to_ascii_lowercase().starts_with("javascript:");
                let target = tag.get("href").and_then(|it| base.target(it)).filter(|it| !is_program(it));
                self.link = target.map(|it| link(it, None, self.text.len()));
            }
            "ac:link" => {
                self.end_link();
                self.told += 1;
                let (name, target) = base.reference(inside, tag);
                self.link = Some(link(target, Some(name), self.text.len()));
            }
            "img" => {
                let target = tag.get("src").and_then(|it| base.target(it));
                self.image(tag.get("alt").unwrap_or_default(), target.as_deref().unwrap_or_default());
            }
            "ac:image" => {
                self.told += usize::from(!tag.ends);
                self.image(tag.get("ac:alt").unwrap_or_default(), &base.reference(inside, tag).1);
            }
            _ => {}
        }
    }

    /// Ends an element that stands in the text.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "code" | "kbd" | "samp" | "tt" if self.codes > 0 => {
                self.codes -= 1;
                if self.codes == 0 {
                    self.end_code();
                }
            }
            "a" => self.end_link(),
            "ac:link" => {
                self.told = self.told.saturating_sub(1);
                self.end_link();
            }
            "ac:image" => self.told = self.told.saturating_sub(1),
            _ => {}
        }
    }

    /// Whether the link or image that it stands in has said already where that leads.
    pub(super) fn is_told_already(&self, tag: &Tag) -> bool {
        self.told > 0 && tag.name.starts_with("ri:")
    }

    /// Something that is shown in the text and comes from elsewhere: a video.
    pub(super) fn embed(&mut self, target: &str) {
        self.end_link();
        self.blank();
        self.push_link(&escaped(target), target);
        self.text.push(' ');
    }

    fn image(&mut self, alternative: &str, target: &str) {
        self.end_code();
        let text = escaped(alternative);
        self.text.push_str(&format!("![{text}]({})", destination(target)));
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let inside = code.trim_matches(' ');
        if code.starts_with(' ') {
            self.blank();
        }
        if inside.contains('|') || (inside.contains(']') && self.link.is_some()) {
            // In a cell of a table, and in what could be read as the definition of a link, it would be something else.
            self.text.push_str(&format!("<code>{}</code>", escaped(inside)));
        } else if !inside.is_empty() {
            if self.code_end == Some(self.text.len()) {
                self.text.push_str("<!-- -->");
            }
            let fence = "`".repeat(longest_run(inside, '`') + 1);
            let pad = if inside.starts_with('`') || inside.ends_with('`') { " " } else { "" };
            self.text.push_str(&format!("{fence}{pad}{inside}{pad}{fence}"));
            self.code_end = Some(self.text.len());
        }
        if code.ends_with(' ') {
            self.blank();
        }
    }

    fn end_link(&mut self) {
        self.end_code();
        let Some(open) = self.link.take() else { return };
        if !open.told || self.text.len() > open.start {
            self.close_link(&open);
        }
    }

    fn close_link(&mut self, open: &Link) {
        let target = &open.target;
        let inside = self.text.split_off(open.start.min(self.text.len()));
        // What shows nothing leads nowhere, unless the wiki shows the name of the page.
        let is_empty = inside.trim_matches([' ', '\n']).is_empty();
        match &open.name {
            Some(name) if is_empty => self.push_link(&escaped(name), target),
            _ if is_empty => self.text.push_str(&inside),
            _ => self.push_link(&inside, target),
        }
    }

    fn push_link(&mut self, text: &str, target: &str) {
        if self.text.ends_with('!') {
            // Before a link it would make an image.
            self.text.insert(self.text.len() - 1, '\\');
        }
        self.text.push_str(&link(text, target));
    }

    /// The text as one line, and an empty one from here on.
    pub(super) fn take_one(&mut self) -> String {
        let lines = self.lines();
        lines.join(" ")
    }

    /// The text as the lines of a paragraph, and an empty one from here on.
    pub(super) fn take_lines(&mut self) -> Vec<String> {
        let lines = self.lines();
        let last = lines.len().saturating_sub(1);
        let line = |(at, it): (usize, &String)| format!("{}{}", guarded(it), if at < last { "\\" } else { "" });
        lines.iter().enumerate().map(line).collect()
    }

    fn lines(&mut self) -> Vec<String> {
        self.end_code();
        // A link around several blocks is one link in each.
        if let Some(mut open) = self.link.take() {
            if self.text.len() > open.start {
                self.close_link(&open);
                open.told = true;
            }
            open.start = 0;
            self.link = Some(open);
        }
        self.code_end = None;
        let text = std::mem::take(&mut self.text);
        text.split('\n').map(|it| it.trim_matches(' ').to_owned()).filter(|it| !it.is_empty()).collect()
    }
}

/// A link, in the shortest way to write it.
fn link(text: &str, target: &str) -> String {
    let is_address = target.starts_with("https://") || target.starts_with("http://");
    if is_address && !target.contains('&') && (text.is_empty() || text == escaped(target)) {
        return format!("<{target}>");
    }
    format!("[{text}]({})", destination(target))
}

fn destination(target: &str) -> String {
    let entity = |at: usize| {
        target.get(at + 1..).is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#'))
    };
    let mut out = String::new();
    for (at, c) in target.char_indices() {
        if c == '&' && entity(at) {
            out.push('\\');
        }
        out.push(c);
    }
    if out.is_empty() || out.contains(['(', ')']) { format!("<{out}>") } else { out }
}

fn escaped(text: &str) -> String {
    let mut line = Line::default();
    line.text(text);
    line.text
}

/// Adds `c` so that it is shown as it is. What is special at the start of a line alone is seen to there.
fn push_escaped(out: &mut String, c: char, next: Option<char>) {
    let special = match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' => true,
        '_' => !(out.ends_with(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
        '&' => next.is_none_or(|it| it.is_ascii_alphanumeric() || it == '#'),
        _ => false,
    };
    if special {
        out.push('\\');
    }
    out.push(c);
}

/// A line that begins with nothing that Markdown takes for the start of a block.
fn guarded(line: &str) -> String {
    if line.starts_with(['#', '+', '-', '=', '>', '~', ':']) {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.split_at_checked(digits) {
        Some((number, rest)) if digits > 0 && rest.starts_with(['.', ')']) => format!("{number}\\{rest}"),
        _ => line.to_owned(),
    }
}

/// How many of one character stand in a row at most.
pub(super) fn longest_run(text: &str, c: char) -> usize {
    text.split(|it| it != c).map(str::len).max().unwrap_or_default()
}
