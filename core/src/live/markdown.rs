//! HTML into Markdown that says the same: headings, paragraphs, lists, tables, code, links and images. Emphasis is left out.
//!
//! A reader of the Markdown sees the words that a reader of the page sees, in the same order; a property test holds it to that.

use super::html::{Piece, Tag, pieces};

mod element;
mod inline;
mod page;
mod table;

use element::{EMBEDDED, IN_HEAD, is_block, is_hidden, level};
use inline::Line;
use table::Cells;

/// The Markdown of an article's HTML. `origin` completes links that begin with `/`.
pub(super) fn of_fragment(html: &str, origin: &str) -> String {
    written(&pieces(html), origin)
}

/// The Markdown of the article in a whole page: what stands in its `main`, its only `article`, or its body without what
/// leads to other pages.
pub(super) fn of_page(pieces: &[Piece], origin: &str) -> String {
    written(&page::article(pieces), origin)
}

fn written(pieces: &[Piece], origin: &str) -> String {
    let mut writer = Writer::new(pieces, origin);
    for piece in pieces {
        writer.take(piece);
    }
    writer.flush();
    writer.end_table();
    writer.out
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

/// What is done with the content of a wiki's CDATA.
enum Data {
    Block,
    Inline,
}

/// How deep blocks are shown in each other; deeper ones stand beside each other.
const DEEPEST: usize = 20;

/// Writes Markdown piece by piece.
struct Writer<'a> {
    out: String,
    line: Line<'a>,
    frames: Vec<Frame>,
    heading: Option<usize>,
    /// What is taken from the level of each heading, so that the highest has level 2.
    shift: usize,
    pre: Option<String>,
    hidden: Vec<String>,
    table: Option<Cells>,
    tables: usize,
    data: Option<Data>,
    /// Whether the block that was written last stands in an item.
    in_item: bool,
}

impl<'a> Writer<'a> {
    fn new(pieces: &[Piece], origin: &'a str) -> Self {
        let levels = pieces.iter().filter_map(|it| if let Piece::Open(tag) = it { level(&tag.name) } else { None });
        Self {
            out: String::new(),
            line: Line::new(origin),
            frames: Vec::new(),
            heading: None,
            shift: levels.min().unwrap_or(2).saturating_sub(2),
            pre: None,
            hidden: Vec::new(),
            table: None,
            tables: 0,
            data: None,
            in_item: false,
        }
    }

    fn take(&mut self, piece: &Piece) {
        if let Some(name) = self.hidden.last().cloned() {
            match piece {
                Piece::Open(tag) if name == "head" && !IN_HEAD.contains(&tag.name.as_str()) => {
                    self.hidden.pop();
                }
                Piece::Open(tag) if tag.name == name && !tag.ends => return self.hidden.push(name),
                Piece::Close(closed) if *closed == name => {
                    self.hidden.pop();
                    return;
                }
                _ => return,
            }
        }
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Data(text) => match self.data {
                Some(Data::Block) => {
                    self.flush();
                    self.code_block(text);
                }
                Some(Data::Inline) => self.text(text),
                None => {}
            },
            Piece::Open(tag) => self.open(tag),
            Piece::Close(name) => self.close(name),
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.pre {
            Some(pre) => pre.push_str(text),
            None => self.line.text(text),
        }
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if let Some(source) = tag.get("src").filter(|_| EMBEDDED.contains(&name)) {
            self.line.embed(source);
        }
        if is_hidden(tag) {
            if !tag.ends {
                self.hidden.push(name.to_owned());
            }
            return;
        }
        match name {
            "ul" | "ol" => {
                self.flush();
                let start = tag.get("start").and_then(|it| it.trim().parse().ok()).unwrap_or(1);
                self.push(Frame::List { next: (name == "ol").then_some(start), begun: false });
            }
            "li" => {
                self.flush();
                self.item();
            }
            "blockquote" => {
                self.flush();
                self.push(Frame::Quote { begun: false });
            }
            "pre" => {
                self.flush();
                self.pre = self.table.is_none().then(String::new);
            }
            "br" => self.hard_break(),
            "hr" => self.flush(),
            "table" | "tr" | "td" | "th" => self.open_table(name),
            "ac:plain-text-body" => self.data = Some(Data::Block),
            "ac:plain-text-link-body" => self.data = Some(Data::Inline),
            _ if level(name).is_some() => {
                self.flush();
                self.heading =
                    level(name).map(|it| it.saturating_sub(self.shift).max(2)).filter(|_| self.table.is_none());
            }
            _ if is_block(name) => self.flush(),
            // In a block of code nothing but the text counts, so that it can be copied.
            _ if self.pre.is_none() => self.line.open(tag),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "ul" | "ol" => {
                self.flush();
                self.pop_through(|it| matches!(it, Frame::List { .. }));
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
            "pre" => {
                if let Some(pre) = self.pre.take() {
                    self.code_block(pre.strip_prefix('\n').unwrap_or(&pre));
                }
                self.flush();
            }
            "table" | "tr" | "td" | "th" => self.close_table(name),
            "ac:plain-text-body" | "ac:plain-text-link-body" => self.data = None,
            _ if level(name).is_some() || is_block(name) => self.flush(),
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
    fn item(&mut self) {
        match self.frames.iter().rposition(|it| matches!(it, Frame::List { .. })) {
            Some(at) => self.frames.truncate(at + 1),
            None => self.push(Frame::List { next: None, begun: false }),
        }
        let marker = match self.frames.last_mut() {
            Some(Frame::List { next: Some(number), .. }) => {
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
            self.code_block(&pre);
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
        lines.extend(text.trim_end().split('\n').map(|it| it.trim_end_matches('\r').replace('\r', " ")));
        lines.push(fence);
        self.block(&lines);
    }

    /// Writes a block where it stands.
    fn block(&mut self, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
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
