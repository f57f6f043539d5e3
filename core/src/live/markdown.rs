//! HTML into Markdown that says the same: headings, paragraphs, lists, tables, code, links and images. Bold and italics are left
//! out; what is struck through, hidden or not understood is written as the element that it is, and what nobody can read in that
//! form is preceded by a TODO, so that a person looks at it.

use super::address::Base;
use super::element::{Kind, OPAQUE, is_block, is_code_macro, is_looks_of_code, kind, level};
use super::html::{Piece, Tag};
use super::seen::{end_of, inside, opaque};

mod inline;
mod raw;
mod table;

use inline::Line;
use raw::End;
use table::Cells;

/// What became of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// Its Markdown.
    pub(super) text: String,
    /// What Markdown has no form for, in the order of the text.
    pub(super) left: Vec<String>,
}

/// Who reads what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A person, for whom a TODO stands before whatever Markdown has no form for.
    Person,
    /// The comparison, which understands it.
    Comparison,
}

/// The Markdown of pieces, each of which closes what it opens.
pub(super) fn written(pieces: &[Piece], base: &Base, reader: Reader) -> Written {
    let mut writer = Writer::new(pieces, base, reader);
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at = match piece {
            Piece::Text(text) => {
                writer.text(text);
                at + 1
            }
            Piece::Open(tag) => writer.open(tag, at),
            Piece::Close(name) => {
                writer.close(name);
                at + 1
            }
        };
    }
    writer.flush();
    writer.end_table();
    Written { text: writer.out, left: writer.left }
}

/// What a block stands in.
enum Frame {
    /// A list: the number of its next item, if it counts them, and whether it holds one already.
    List { next: Option<u64>, begun: bool },
    /// An item, with its marker until that is written.
    Item { marker: Option<String>, width: usize },
    /// A quotation, and whether it holds something already.
    Quote { begun: bool },
}

/// How deep blocks are shown in each other; deeper ones stand beside each other.
const DEEPEST: usize = 20;

/// Writes Markdown piece by piece.
struct Writer<'a> {
    pieces: &'a [Piece],
    base: &'a Base,
    reader: Reader,
    out: String,
    left: Vec<String>,
    line: Line,
    frames: Vec<Frame>,
    heading: Option<usize>,
    /// What is taken from the level of each heading, so that the highest has level 2.
    shift: usize,
    pre: Option<String>,
    table: Option<Cells>,
    tables: usize,
    /// What is written where an open element ends, by its name.
    ends: Vec<(String, Vec<End>)>,
    /// Whether each macro that is open shows code.
    macros: Vec<bool>,
    /// Whether the block that was written last stands in an item.
    in_item: bool,
    /// Whether a list ended since the block that was written last.
    list_ended: bool,
}

impl<'a> Writer<'a> {
    fn new(pieces: &'a [Piece], base: &'a Base, reader: Reader) -> Self {
        let levels = pieces.iter().filter_map(|it| if let Piece::Open(tag) = it { level(&tag.name) } else { None });
        Self {
            pieces,
            base,
            reader,
            out: String::new(),
            left: Vec::new(),
            line: Line::default(),
            frames: Vec::new(),
            heading: None,
            shift: levels.min().unwrap_or(2).saturating_sub(2),
            pre: None,
            table: None,
            tables: 0,
            ends: Vec::new(),
            macros: Vec::new(),
            in_item: false,
            list_ended: false,
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.pre {
            Some(pre) => pre.push_str(text),
            None => self.line.text(text),
        }
    }

    /// Takes in the element that opens at `at`. Gives where to go on.
    fn open(&mut self, tag: &Tag, at: usize) -> usize {
        let name = tag.name.as_str();
        let kind = kind(tag);
        if kind == Kind::Unseen || (self.macros.last() == Some(&true) && is_looks_of_code(tag)) {
            return end_of(self.pieces, at) + 1;
        }
        if OPAQUE.contains(&name) {
            self.element(&opaque(self.pieces, at, tag), at);
            return end_of(self.pieces, at) + 1;
        }
        if self.embed(tag) {
            return end_of(self.pieces, at) + 1;
        }
        if name.ends_with("macro") {
            self.macros.push(is_code_macro(tag));
        }
        if !tag.ends {
            self.ends.push((tag.name.clone(), Vec::new()));
        }
        match kind {
            Kind::Known => self.open_known(tag, at),
            Kind::Unknown if self.line.is_told_already(tag) => {}
            Kind::Unknown => self.element(tag, at),
            Kind::Block => {
                self.flush();
                self.icon(tag, at);
            }
            Kind::Looks | Kind::Unseen => self.icon(tag, at),
        }
        self.open_marks(tag, at);
        at + 1
    }

    fn open_known(&mut self, tag: &Tag, at: usize) {
        let name = tag.name.as_str();
        let in_cell = self.table.as_ref().is_some_and(Cells::in_cell);
        match name {
            "ul" | "ol" | "menu" | "dir" | "li" | "blockquote" | "details" | "summary" if in_cell => {
                self.flush();
                self.plain_element(tag);
            }
            "ul" | "ol" | "menu" | "dir" => {
                self.flush();
                if std::mem::take(&mut self.list_ended) {
                    // Markdown would take two lists for one.
                    self.block(&["<!-- -->".to_owned()]);
                }
                let start = tag.get("start").and_then(|it| it.trim().parse().ok()).unwrap_or(1);
                self.push(Frame::List { next: (name == "ol").then_some(start), begun: false });
            }
            "li" => {
                self.flush();
                self.item(tag);
            }
            "blockquote" => {
                self.flush();
                self.push(Frame::Quote { begun: false });
            }
            "pre" | "ac:plain-text-body" => {
                self.flush();
                self.pre = Some(String::new());
            }
            "br" => self.hard_break(),
            "table" | "tr" | "td" | "th" | "tfoot" => self.open_table(tag),
            "details" | "summary" => {
                self.flush();
                self.block_element(tag);
            }
            "s" | "strike" | "del" | "ins" | "sub" | "sup" if self.pre.is_none() => self.plain_element(tag),
            "input" => self.input(tag, at),
            "time" => self.date(tag, at),
            _ if level(name).is_some() => {
                self.flush();
                self.heading =
                    level(name).map(|it| it.saturating_sub(self.shift).max(2)).filter(|_| self.table.is_none());
            }
            // In a block of code nothing but the text counts, so that it can be copied.
            _ if self.pre.is_none() => self.line.open(tag, inside(self.pieces, at), self.base),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name.ends_with("macro") {
            self.macros.pop();
        }
        self.close_marks(name);
        let in_cell = self.table.as_ref().is_some_and(Cells::in_cell);
        match name {
            "ul" | "ol" | "menu" | "dir" | "li" | "blockquote" if in_cell => self.flush(),
            "ul" | "ol" | "menu" | "dir" => {
                self.flush();
                self.pop_through(|it| matches!(it, Frame::List { .. }));
                self.list_ended = true;
            }
            "li" => {
                self.flush();
                // An item that was closed already takes no other one with it.
                let own = self.frames.iter().rposition(|it| matches!(it, Frame::List { .. }));
                if self.frames.iter().skip(own.map_or(0, |it| it + 1)).any(|it| matches!(it, Frame::Item { .. })) {
                    self.pop_through(|it| matches!(it, Frame::Item { .. }));
                }
            }
            "blockquote" => {
                self.flush();
                self.pop_through(|it| matches!(it, Frame::Quote { .. }));
            }
            "pre" | "ac:plain-text-body" => self.flush(),
            "table" | "tr" | "td" | "th" => self.close_table(name),
            _ if is_block(name) => self.flush(),
            _ if self.pre.is_none() => self.line.close(name),
            _ => {}
        }
    }

    fn hard_break(&mut self) {
        match &mut self.pre {
            Some(pre) => pre.push('\n'),
            None if self.heading.is_some() || self.table.is_some() => self.line.text(" "),
            None => self.line.hard_break(),
        }
    }

    fn push(&mut self, frame: Frame) {
        if self.frames.len() < 2 * DEEPEST {
            self.frames.push(frame);
        }
    }

    /// Begins an item of the nearest list. One that stands in no list gets one.
    fn item(&mut self, tag: &Tag) {
        let value = tag.get("value").and_then(|it| it.trim().parse().ok());
        match self.frames.iter().rposition(|it| matches!(it, Frame::List { .. })) {
            Some(at) => self.frames.truncate(at + 1),
            None => self.push(Frame::List { next: None, begun: false }),
        }
        let marker = match self.frames.last_mut() {
            Some(Frame::List { next: Some(number), .. }) => {
                *number = value.unwrap_or(*number);
                let marker = format!("{number}. ");
                *number = number.saturating_add(1).min(999_999_999);
                marker
            }
            _ => "- ".to_owned(),
        };
        self.push(Frame::Item { width: marker.len(), marker: Some(marker) });
    }

    /// Leaves the nearest frame of a kind, and all that stands in it.
    fn pop_through(&mut self, is_kind: impl Fn(&Frame) -> bool) {
        if let Some(at) = self.frames.iter().rposition(is_kind) {
            self.frames.truncate(at);
        }
    }

    /// Ends the paragraph, the heading or the block of code that is open.
    fn flush(&mut self) {
        if let Some(pre) = self.pre.take() {
            match self.table.as_ref().is_some_and(Cells::in_cell) {
                true => self.line.verbatim(&pre),
                false => self.code_block(&pre),
            }
        }
        let heading = self.heading.take();
        if let Some(table) = self.table.as_mut().filter(|it| it.in_cell()) {
            table.add(&self.line.take_one());
            return;
        }
        match heading {
            Some(level) => {
                let text = self.line.take_one();
                if !text.is_empty() {
                    // A `#` at the end would be taken for the end of the heading.
                    let text = text.strip_suffix('#').map_or(text.clone(), |it| format!("{it}\\#"));
                    self.block(&[format!("{} {text}", "#".repeat(level))]);
                }
            }
            None => {
                let lines = self.line.take_lines();
                self.block(&lines);
            }
        }
    }

    fn code_block(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let fence = "`".repeat(inline::longest_run(text, '`').max(2) + 1);
        let mut lines = vec![fence.clone()];
        // Empty lines at its start are not seen.
        let start = text.len() - text.trim_start().len();
        let start = text.get(..start).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1);
        let text = text.get(start..).unwrap_or_default();
        lines.extend(text.trim_end().split('\n').map(|it| it.trim_end_matches('\r').replace('\r', " ")));
        lines.push(fence);
        self.block(&lines);
    }

    /// Writes a block where it stands.
    fn block(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        self.list_ended = false;
        let begins_item = self.frames.iter().any(|it| matches!(it, Frame::Item { marker: Some(_), .. }));
        // A list that does not begin with 1 cannot begin right below a paragraph.
        let is_tight = begins_item && self.in_item && !self.frames.windows(2).any(is_late);
        if !self.out.is_empty() && !is_tight {
            let between = self.between();
            self.out.push_str(&format!("{between}\n"));
        }
        for (at, line) in lines.iter().enumerate() {
            let prefix = self.prefix(at == 0);
            self.out.push_str(format!("{prefix}{line}").trim_end());
            self.out.push('\n');
        }
        for frame in &mut self.frames {
            if let Frame::List { begun, .. } = frame {
                *begun = true;
            }
        }
        self.in_item = self.frames.iter().any(|it| matches!(it, Frame::Item { .. }));
    }

    /// What stands on the line between two blocks: the marks of the quotations that both stand in.
    fn between(&self) -> String {
        let mut between = String::new();
        for frame in &self.frames {
            match frame {
                Frame::List { .. } => {}
                Frame::Quote { begun: true } => between.push_str("> "),
                Frame::Item { marker: None, width } => between.push_str(&" ".repeat(*width)),
                Frame::Quote { begun: false } | Frame::Item { marker: Some(_), .. } => break,
            }
        }
        between.trim_end().to_owned()
    }

    /// What stands before a line. The first line of an item takes its marker.
    fn prefix(&mut self, takes_marker: bool) -> String {
        let mut prefix = String::new();
        for frame in &mut self.frames {
            match frame {
                Frame::List { .. } => {}
                Frame::Quote { begun } => {
                    prefix.push_str("> ");
                    *begun = true;
                }
                Frame::Item { marker, width } => match marker.take_if(|_| takes_marker) {
                    Some(marker) => prefix.push_str(&marker),
                    None => prefix.push_str(&" ".repeat(*width)),
                },
            }
        }
        prefix
    }
}

/// Whether a list begins with a marker that Markdown takes for text where it stands right below a paragraph.
fn is_late(frames: &[Frame]) -> bool {
    match frames {
        [Frame::List { begun: false, .. }, Frame::Item { marker: Some(marker), .. }] => {
            !["- ", "1. "].contains(&marker.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
