//! Elements that Markdown has no form for: they are written as they are, and a person is asked to look at them.

use super::{Reader, Writer};
use crate::live::element::{counted, is_block};
use crate::live::html::{Piece, Tag};
use crate::live::seen::{end_of, filled, inside};
use crate::live::style;
use crate::live::token::Mark;

/// What is written where an element ends.
pub(super) enum End {
    /// In the text.
    Inline(String),
    /// On a line of its own.
    Block(String),
}

impl Writer<'_> {
    /// An element that is not understood.
    pub(super) fn element(&mut self, tag: &Tag, at: usize) {
        let own = counted_alone(tag);
        self.doubt(&format!("<{}{}>", own.name, attributes(&own)));
        if self.holds_blocks(at) && self.may_stand_alone() {
            self.block_element(&own);
        } else {
            self.plain_element(&own);
        }
    }

    /// An element in the text, as it is.
    pub(super) fn plain_element(&mut self, tag: &Tag) {
        let own = counted_alone(tag);
        self.line.raw(&format!("<{}{}>", own.name, attributes(&own)));
        let end = format!("</{}>", own.name);
        match tag.ends {
            true => self.line.raw(&end),
            false => self.end_with(End::Inline(end)),
        }
    }

    /// An element on lines of its own, as it is.
    pub(super) fn block_element(&mut self, tag: &Tag) {
        let own = counted_alone(tag);
        self.flush();
        self.block(&[format!("<{}{}>", own.name, attributes(&own))]);
        self.end_with(End::Block(format!("</{}>", own.name)));
    }

    /// Asks a person to look at what follows.
    fn doubt(&mut self, what: &str) {
        self.left.push(what.to_owned());
        if self.reader == Reader::Person && self.pre.is_none() {
            self.line.raw(" TODO (look at the live article) ");
        }
    }

    /// What the attributes of an element do to the words in it.
    pub(super) fn open_marks(&mut self, tag: &Tag, at: usize) {
        if tag.ends || self.pre.is_some() {
            return;
        }
        for mark in style::marks(tag) {
            let (open, close) = match mark {
                Mark::Struck => ("<s>".to_owned(), "</s>"),
                Mark::Sub => ("<sub>".to_owned(), "</sub>"),
                Mark::Sup => ("<sup>".to_owned(), "</sup>"),
                Mark::Hidden => ("<span hidden>".to_owned(), "</span>"),
                Mark::Styled(style) if style.starts_with("list-style") => continue,
                Mark::Styled(style) => match style.strip_prefix("dir: ") {
                    Some(direction) => (format!("<span dir=\"{}\">", quoted(direction)), "</span>"),
                    None => (format!("<span style=\"{}\">", quoted(&style)), "</span>"),
                },
                Mark::Blanks | Mark::Code | Mark::Inserted | Mark::Link(_) => continue,
            };
            if open.starts_with("<span") {
                self.doubt(&open);
            }
            if self.holds_blocks(at) && self.may_stand_alone() {
                self.flush();
                self.block(&[open.replace("<span", "<div")]);
                self.end_with(End::Block(close.replace("span", "div")));
            } else {
                self.line.raw(&open);
                self.end_with(End::Inline(close.to_owned()));
            }
        }
    }

    /// Notes what is written where the element ends that opened last.
    fn end_with(&mut self, end: End) {
        if let Some((_, ends)) = self.ends.last_mut() {
            ends.push(end);
        }
    }

    /// Ends what was written for the innermost element of that name.
    pub(super) fn close_marks(&mut self, name: &str) {
        let Some(at) = self.ends.iter().rposition(|(open, _)| open == name) else { return };
        for end in self.ends.remove(at).1.into_iter().rev() {
            match end {
                End::Inline(end) => self.line.raw(&end),
                End::Block(end) => {
                    self.flush();
                    self.block(&[end]);
                }
            }
        }
    }

    /// A cell over several columns or rows, which no table of Markdown has.
    pub(super) fn doubt_span(&mut self, tag: &Tag) {
        for key in ["colspan", "rowspan"] {
            if let Some(over) = tag.get(key).map(str::trim).filter(|it| *it != "1") {
                self.doubt(&format!("{key} {over}"));
            }
        }
    }

    /// A box to tick is one in Markdown where an item begins with it.
    pub(super) fn input(&mut self, tag: &Tag, at: usize) {
        let in_item = matches!(self.frames.last(), Some(super::Frame::Item { marker: Some(_), .. }));
        match (tag.get("type").unwrap_or_default().to_ascii_lowercase().as_str(), tag.get("checked").is_some()) {
            ("hidden", _) => {}
            ("checkbox", ticked) if in_item && self.line.is_empty() && self.table.is_none() => {
                self.line.raw(if ticked { "[x] " } else { "[ ] " });
            }
            ("checkbox", ticked) => {
                self.line.raw(if ticked { "<input type=\"checkbox\" checked>" } else { "<input type=\"checkbox\">" });
            }
            _ => self.element(tag, at),
        }
    }

    /// A date that is shown although nothing stands in its element.
    pub(super) fn date(&mut self, tag: &Tag, at: usize) {
        let says = |piece: &Piece| matches!(piece, Piece::Text(text) if !text.trim().is_empty());
        if let Some(date) = tag.get("datetime").filter(|_| tag.ends || !inside(self.pieces, at).iter().any(says)) {
            self.line.text(&format!(" {date} "));
        }
    }

    /// Something from elsewhere that is shown in the text; whether it is that.
    pub(super) fn embed(&mut self, tag: &Tag) -> bool {
        let is_plain = tag.get("srcdoc").is_none() && tag.get("poster").is_none();
        let is_embedded = matches!(&*tag.name, "audio" | "embed" | "iframe" | "video") && is_plain;
        let target = tag.get("src").filter(|_| is_embedded).and_then(|it| self.base.target(it));
        if let Some(target) = &target {
            self.line.embed(target);
        }
        target.is_some()
    }

    /// An element that holds nothing and shows what its class says, or what a program puts there.
    pub(super) fn icon(&mut self, tag: &Tag, at: usize) {
        if let Some(own) = filled(self.pieces, at, tag) {
            self.doubt(&format!("<{}{}>", own.name, attributes(&own)));
            let tag = format!("<{}{}></{}>", own.name, attributes(&own), own.name);
            self.line.raw(&tag);
        }
    }

    fn holds_blocks(&self, at: usize) -> bool {
        let Some(Piece::Open(_)) = self.pieces.get(at) else { return false };
        let inside = self.pieces.get(at + 1..end_of(self.pieces, at)).unwrap_or_default();
        let is_own = |tag: &Tag| is_block(&tag.name) && !matches!(&*tag.name, "ac:structured-macro" | "br");
        inside.iter().any(|piece| matches!(piece, Piece::Open(tag) if is_own(tag)))
    }

    /// Whether a line of its own can be written here.
    fn may_stand_alone(&self) -> bool {
        self.table.is_none() && self.heading.is_none()
    }
}

/// An element with those of its attributes that count, under a name that Markdown can write.
fn counted_alone(tag: &Tag) -> Tag {
    Tag { name: tag.name.replace(':', "-"), attributes: counted(tag).cloned().collect(), ends: tag.ends }
}

fn attributes(tag: &Tag) -> String {
    tag.attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", quoted(value))).collect()
}

/// The value of an attribute, so that neither HTML nor a table ends in it.
fn quoted(value: &str) -> String {
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '&' | '"' | '<' | '>' | '|' | '\n' | '\t' | '`' | '\\' => out.push_str(&format!("&#{};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}
