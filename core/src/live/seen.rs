//! What a reader sees of HTML, token by token. Whatever is not understood is a token too, with its name and its attributes.

mod code;
mod known;

use super::address::Base;
use super::element::{Kind, OPAQUE, counted, is_block, is_code_macro, is_looks_of_code, kind};
use super::html::{Piece, Tag};
use super::style;
use super::token::{Mark, Part, Token};
use crate::digest::Digest;

/// What a reader sees of pieces, each of which closes what it opens.
pub(super) fn seen(pieces: &[Piece], base: &Base) -> Vec<Token> {
    let mut reader = Reader { pieces, base, tokens: Vec::new(), open: Vec::new(), apart: true, code: 0 };
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at = match piece {
            Piece::Text(text) => {
                reader.text(text);
                at + 1
            }
            Piece::Open(tag) => reader.open(tag, at),
            Piece::Close(name) => {
                reader.close(name);
                at + 1
            }
        };
    }
    reader.apart();
    leveled(reader.tokens)
}

/// The highest heading gets level 2, as in every article here.
fn leveled(mut tokens: Vec<Token>) -> Vec<Token> {
    let level_of = |token: &Token| match token {
        Token::Start(Part::Heading(level)) => Some(*level),
        _ => None,
    };
    let shift = tokens.iter().filter_map(level_of).min().unwrap_or_default().saturating_sub(2);
    for token in &mut tokens {
        if let Token::Start(Part::Heading(level)) | Token::End(Part::Heading(level)) = token {
            *level = level.saturating_sub(shift).max(2);
        }
    }
    tokens
}

/// Where the element that opens at `at` closes, or the end.
pub(super) fn end_of(pieces: &[Piece], at: usize) -> usize {
    let Some(Piece::Open(tag)) = pieces.get(at) else { return at };
    if tag.ends {
        return at;
    }
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate().skip(at) {
        match piece {
            Piece::Open(inner) if inner.name == tag.name && !inner.ends => depth += 1,
            Piece::Close(name) if *name == tag.name => {
                depth -= 1;
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    pieces.len()
}

/// What stands in the element that opens at `at`.
pub(super) fn inside(pieces: &[Piece], at: usize) -> &[Piece] {
    pieces.get(at + 1..end_of(pieces, at)).unwrap_or_default()
}

/// An element that is open.
struct Element {
    name: String,
    marks: Vec<Mark>,
    /// What ends with it.
    part: Option<Part>,
    /// How many tokens there were when it opened.
    from: usize,
    /// Of a list that counts: the number of its next item. Of a table: whether it has a row yet.
    next: Option<i64>,
    /// What it shows if it holds nothing.
    name_shown: Option<String>,
    is_code_macro: bool,
}

struct Reader<'a> {
    pieces: &'a [Piece],
    base: &'a Base,
    tokens: Vec<Token>,
    open: Vec<Element>,
    /// Whether the next word is apart from what is before it.
    apart: bool,
    /// How many blocks of code one is in.
    code: usize,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        if self.code > 0 {
            return self.code_text(text);
        }
        let marks = self.marks();
        let (keeps_blanks, in_code) = (marks.contains(&Mark::Blanks), marks.contains(&Mark::Code));
        let is_blank = |c: char| if in_code { c.is_ascii_whitespace() } else { c.is_whitespace() };
        let text: String = text.chars().filter(|c| !is_nothing(*c)).collect();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
            let (blank, after) = rest.split_at_checked(blanks).unwrap_or_default();
            if keeps_blanks && (blank.chars().count() > 1 || blank.contains('\n')) {
                self.tokens.push(Token::Blanks(blank.to_owned()));
            }
            self.apart |= !blank.is_empty();
            let word = after.find(is_blank).unwrap_or(after.len());
            let (word, after) = after.split_at_checked(word).unwrap_or_default();
            if !word.is_empty() {
                self.word(word, &marks);
            }
            rest = after;
        }
    }

    fn word(&mut self, word: &str, marks: &[Mark]) {
        let marks: Vec<Mark> = marks.iter().filter(|mark| **mark != Mark::Blanks).cloned().collect();
        let glued = !self.apart && matches!(self.tokens.last(), Some(Token::Word { .. }));
        self.apart = false;
        if let Some(Token::Word { text, marks: before, .. }) = self.tokens.last_mut().filter(|_| glued)
            && *before == marks
        {
            text.push_str(word);
            return;
        }
        self.tokens.push(Token::Word { text: word.to_owned(), marks, glued });
    }

    /// The marks of everything that is open, each once.
    fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self.open.iter().flat_map(|element| &element.marks).cloned().collect();
        marks.sort();
        marks.dedup();
        marks
    }

    /// Something that is no word; `own` are its marks besides those of what it stands in.
    fn thing(&mut self, name: String, own: &[Mark]) {
        let mut marks = self.marks();
        marks.extend(own.iter().cloned());
        marks.retain(|mark| *mark != Mark::Blanks);
        marks.sort();
        marks.dedup();
        self.tokens.push(Token::Thing { name, marks });
        self.apart = true;
    }

    /// What comes next is apart from what is before.
    fn apart(&mut self) {
        self.apart = true;
        if self.code > 0 {
            match self.tokens.last() {
                Some(Token::Code { text, .. }) if !text.is_empty() && !text.ends_with('\n') => self.code_text("\n"),
                _ => {}
            }
        } else {
            // Blanks at the end of a block are not seen.
            while matches!(self.tokens.last(), Some(Token::Blanks(_))) {
                self.tokens.pop();
            }
        }
    }

    fn start(&mut self, part: &Part) {
        self.tokens.push(Token::Start(part.clone()));
    }

    /// Takes in the element that opens at `at`. Gives where to go on.
    fn open(&mut self, tag: &Tag, at: usize) -> usize {
        let name = tag.name.as_str();
        let kind = kind(tag);
        let in_code_macro =
            self.open.iter().rev().find(|it| it.name.ends_with("macro")).is_some_and(|it| it.is_code_macro);
        let after = end_of(self.pieces, at) + 1;
        if kind == Kind::Unseen || (in_code_macro && is_looks_of_code(tag)) {
            return after;
        }
        if is_block(name) {
            self.apart();
        }
        if OPAQUE.contains(&name) {
            self.thing(written(&opaque(self.pieces, at, tag)), &style::marks(tag));
            return after;
        }
        let mut element = Element {
            name: tag.name.clone(),
            marks: self.own_marks(tag),
            part: None,
            from: self.tokens.len(),
            next: None,
            name_shown: None,
            is_code_macro: is_code_macro(tag),
        };
        if let Some(target) = self.embedded(tag) {
            self.open.push(Element { marks: vec![Mark::Link(target.clone())], ..element });
            self.apart = true;
            let marks = self.marks();
            self.word(&target, &marks);
            self.apart = true;
            self.open.pop();
            return after;
        }
        match kind {
            Kind::Known => self.open_known(tag, at, &mut element),
            Kind::Unknown if self.is_told_already(tag) => {}
            Kind::Unknown if tag.ends => {
                self.thing(written(tag), &element.marks);
                return after;
            }
            Kind::Unknown => element.part = Some(Part::named(written(tag))),
            Kind::Unseen | Kind::Block | Kind::Looks => self.open_bare(tag, at, &element),
        }
        if let Some(part) = element.part.clone() {
            self.start(&part);
        }
        if !tag.ends {
            element.from = element.from.max(self.tokens.len());
            self.open.push(element);
        }
        at + 1
    }

    fn open_bare(&mut self, tag: &Tag, at: usize, element: &Element) {
        if let Some(own) = filled(self.pieces, at, tag) {
            self.thing(format!("<{}{}>", own.name, attributes_told(own.attributes.iter())), &element.marks);
        } else if tag.ends && !element.marks.is_empty() {
            self.thing(format!("<{}>", tag.name), &element.marks);
        }
    }

    fn own_marks(&self, tag: &Tag) -> Vec<Mark> {
        let mut marks = style::marks(tag);
        // The dots and numbers that a list has anyway.
        let counts = tag.name == "ol" || (tag.name == "li" && self.list().is_some_and(|it| it.next.is_some()));
        let usual: &[&str] = if counts { &["decimal"] } else { &["disc", "circle", "square"] };
        marks.retain(|mark| match mark {
            Mark::Styled(style) => {
                let value = style.strip_prefix("list-style-type: ").or_else(|| style.strip_prefix("list-style: "));
                !value.is_some_and(|value| usual.contains(&value))
            }
            _ => true,
        });
        match tag.name.as_str() {
            "s" | "del" | "strike" => marks.push(Mark::Struck),
            "ins" => marks.push(Mark::Inserted),
            "sub" => marks.push(Mark::Sub),
            "sup" => marks.push(Mark::Sup),
            "code" | "kbd" | "samp" | "tt" => marks.push(Mark::Code),
            "dialog" if tag.get("open").is_none() => marks.push(Mark::Hidden),
            "a" => marks.extend(tag.get("href").and_then(|it| self.base.target(it)).map(Mark::Link)),
            _ => {}
        }
        marks
    }

    fn list(&self) -> Option<&Element> {
        self.open.iter().rev().find(|it| matches!(&*it.name, "ul" | "ol" | "menu" | "dir"))
    }

    /// Where something leads that is shown in the text and comes from elsewhere: a video.
    fn embedded(&self, tag: &Tag) -> Option<String> {
        let is_plain = tag.get("srcdoc").is_none() && tag.get("poster").is_none();
        let is_embedded = matches!(&*tag.name, "audio" | "embed" | "iframe" | "video") && is_plain;
        tag.get("src").filter(|_| is_embedded).and_then(|it| self.base.target(it))
    }

    /// Whether the link or image that it stands in has said already where that leads.
    fn is_told_already(&self, tag: &Tag) -> bool {
        tag.name.starts_with("ri:") && self.open.iter().any(|it| matches!(&*it.name, "ac:link" | "ac:image"))
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|element| element.name == name) else { return };
        if is_block(name) || matches!(name, "td" | "th" | "tr" | "tfoot") {
            self.apart();
        }
        if self.open.get(at).is_some_and(|it| it.name_shown.is_some() && it.from == self.tokens.len()) {
            let shown = self.open.get(at).and_then(|it| it.name_shown.clone()).unwrap_or_default();
            self.text(&shown);
        }
        let element = self.open.remove(at);
        if matches!(name, "pre" | "ac:plain-text-body") {
            self.code = self.code.saturating_sub(1);
            self.trim_code(element.from);
        }
        let Some(part) = element.part else { return };
        if name == "tr" {
            let cell = Part::named("cell");
            while self.tokens.ends_with(&[Token::Start(cell.clone()), Token::End(cell.clone())]) {
                self.tokens.truncate(self.tokens.len() - 2);
            }
        }
        let is_empty = self.tokens.last() == Some(&Token::Start(part.clone()));
        match part {
            Part::Named(name) if is_empty && name.starts_with('<') => {
                self.tokens.pop();
                self.thing(name, &element.marks);
            }
            // An empty place in a row is a place.
            Part::Named(name) if is_empty && !name.starts_with("cell") => {
                self.tokens.pop();
            }
            Part::Heading(_) if is_empty => {
                self.tokens.pop();
            }
            part => self.tokens.push(Token::End(part)),
        }
    }
}

/// An element without a meaning that holds nothing shows what its class says, an icon, or what a program puts there: the element
/// with those attributes alone.
pub(super) fn filled(pieces: &[Piece], at: usize, tag: &Tag) -> Option<Tag> {
    let is_icon = |name: &str| name == "class" && matches!(&*tag.name, "i" | "span");
    let fills = |name: &str| name.starts_with("data-") && name != "data-local-id";
    let speaks = |(name, value): &&(String, String)| (is_icon(name) && !value.trim().is_empty()) || fills(name);
    let attributes: Vec<_> = tag.attributes.iter().filter(speaks).cloned().collect();
    let is_blank = |piece: &Piece| matches!(piece, Piece::Text(text) if text.trim().is_empty());
    let is_filled = !attributes.is_empty() && inside(pieces, at).iter().all(is_blank);
    is_filled.then(|| Tag { attributes, ..tag.clone() })
}

/// A drawing or a program as one thing: what it holds is known by its digest.
pub(super) fn opaque(pieces: &[Piece], at: usize, tag: &Tag) -> Tag {
    let mut own = Tag { ends: true, ..tag.clone() };
    let inside = inside(pieces, at);
    if !inside.is_empty() {
        let digest = Digest::of(format!("{inside:?}").as_bytes());
        own.attributes.push(("data-sha256".to_owned(), digest.to_string()));
        own.attributes.sort();
    }
    own
}

/// An element that is not understood, as it is written. A wiki's names have a colon, which Markdown cannot write.
pub(super) fn written(tag: &Tag) -> String {
    format!("<{}{}>", tag.name.replace(':', "-"), attributes_told(counted(tag)))
}

fn attributes_told<'t>(attributes: impl Iterator<Item = &'t (String, String)>) -> String {
    attributes.map(|(name, value)| format!(" {name}=\"{value}\"")).collect()
}

fn words_of(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_nothing(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing and part nothing; editors of knowledge bases leave them behind.
pub(super) fn is_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}') || (c.is_control() && !c.is_ascii_whitespace())
}
