//! The rules by which a browser nests what was never closed: each element that opens here closes, and what closes has opened.
//!
//! After the tree construction of the HTML standard (section 13.2.6), as far as it changes who stands in whom. What only changes
//! the looks may outlive the block that it began in, as it does in a browser: its end comes where it was written.

use super::element::{FORMATTING, IN_HEAD, VOID, is_block, level};
use super::html::{Piece, Tag};

/// Elements that end a paragraph by beginning.
const ENDS_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
];

/// Lists: what opens right in one stands in its last item.
const LISTS: &[&str] = &["dir", "menu", "ol", "ul"];

/// Parts of a table.
const OF_TABLE: &[&str] = &["caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// So deep elements are followed; what is nested deeper stands beside each other.
const DEEPEST: usize = 200;

/// The same pieces, each element closed.
pub(super) fn nested(pieces: &[Piece]) -> Vec<Piece> {
    let is_wiki = pieces.iter().any(|piece| matches!(piece, Piece::Open(tag) if is_of_wiki(&tag.name)));
    let mut nesting = Nesting { out: Vec::with_capacity(pieces.len()), open: Vec::new(), looks: Vec::new(), is_wiki };
    for piece in pieces {
        match piece {
            Piece::Text(text) => nesting.text(text),
            Piece::Open(tag) => nesting.open(tag),
            Piece::Close(name) => nesting.close(name),
        }
    }
    nesting.close_to(0);
    nesting.close_looks(0);
    nesting.out
}

fn is_of_wiki(name: &str) -> bool {
    name.starts_with("ac:") || name.starts_with("ri:")
}

/// Elements that are open.
struct Nesting {
    out: Vec<Piece>,
    /// Those that stand in each other, and how many of `looks` were open when each began.
    open: Vec<(String, usize)>,
    /// Those that end where they end.
    looks: Vec<String>,
    /// Whether it is XML of a wiki, where every element may end itself.
    is_wiki: bool,
}

impl Nesting {
    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() && self.is_innermost("head") {
            self.close_to(self.open.len() - 1);
        }
        self.out.push(Piece::Text(text.to_owned()));
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        self.make_room(name);
        let ends = VOID.contains(&name) || (tag.ends && (name.contains(':') || self.may_end_itself(name)));
        self.out.push(Piece::Open(Tag { ends, ..tag.clone() }));
        if ends {
            return;
        }
        if self.open.len().max(self.looks.len()) >= DEEPEST {
            self.out.push(Piece::Close(name.to_owned()));
        } else if FORMATTING.contains(&name) {
            self.looks.push(name.to_owned());
        } else {
            self.open.push((name.to_owned(), self.looks.len()));
        }
    }

    /// What looks struck would go on to the end of the text; of what is no more than a place nobody means that.
    fn may_end_itself(&self, name: &str) -> bool {
        self.is_wiki && !FORMATTING.contains(&name) && !matches!(name, "del" | "ins" | "sub" | "sup" | "kbd" | "samp")
            || name == "time"
    }

    /// Closes what the element `name` ends by beginning, and opens what it cannot do without.
    fn make_room(&mut self, name: &str) {
        if self.is_innermost("head") && !IN_HEAD.contains(&name) {
            self.close_to(self.open.len() - 1);
        }
        if ENDS_PARAGRAPH.contains(&name) {
            self.close_within("p", &["button", "caption", "td", "th", "table"]);
        }
        match name {
            "a" => self.close("a"),
            "li" => self.close_within("li", &["dir", "menu", "ol", "ul", "td", "th", "table", "blockquote", "section"]),
            "dd" | "dt" => {
                for other in ["dd", "dt"] {
                    self.close_within(other, &["dl", "td", "th", "table", "li"]);
                }
            }
            "option" => self.close_within("option", &["select"]),
            _ if LISTS.contains(&name) => self.reopen_last_item(),
            _ if level(name).is_some() && self.open.last().is_some_and(|(open, _)| level(open).is_some()) => {
                self.close_to(self.open.len() - 1);
            }
            _ if OF_TABLE.contains(&name) => self.make_room_in_table(name),
            _ => {}
        }
    }

    fn make_room_in_table(&mut self, name: &str) {
        let Some(table) = self.open.iter().rposition(|(open, _)| open == "table") else { return };
        let keeps: &[&str] = match name {
            "td" | "th" => &["tr", "tbody", "thead", "tfoot"],
            "tr" => &["tbody", "thead", "tfoot"],
            "col" => &["colgroup"],
            _ => &[],
        };
        let inside = self.open.iter().skip(table + 1).take_while(|(open, _)| keeps.contains(&open.as_str())).count();
        self.close_to(table + 1 + inside);
        if matches!(name, "td" | "th") && !self.is_innermost("tr") {
            self.open(&Tag::bare("tr"));
        }
    }

    /// A list that stands right in a list stands in the item before it: the item is open again.
    fn reopen_last_item(&mut self) {
        let is_in_list = self.open.last().is_some_and(|(open, _)| LISTS.contains(&open.as_str()));
        let blanks =
            self.out.iter().rev().take_while(|piece| matches!(piece, Piece::Text(text) if text.trim().is_empty()));
        let before = self.out.len() - blanks.count();
        let ends_item = before.checked_sub(1).and_then(|at| self.out.get(at)) == Some(&Piece::Close("li".to_owned()));
        if is_in_list && ends_item {
            self.out.remove(before - 1);
            self.open.push(("li".to_owned(), self.looks.len()));
        }
    }

    fn close(&mut self, name: &str) {
        if FORMATTING.contains(&name) {
            // In a cell nothing ends that began outside.
            let from = self.looks_of_cell();
            if let Some(at) = self.looks.iter().rposition(|open| open == name).filter(|at| *at >= from) {
                self.looks.remove(at);
                self.out.push(Piece::Close(name.to_owned()));
            }
            return;
        }
        match name {
            "br" => self.out.push(Piece::Open(Tag { ends: true, ..Tag::bare("br") })),
            _ if level(name).is_some() => {
                if let Some(at) = self.open.iter().rposition(|(open, _)| level(open).is_some()) {
                    self.close_to(at);
                }
            }
            _ => {
                let stops: &[&str] = match name {
                    "table" => &[],
                    _ if OF_TABLE.contains(&name) => &["table"],
                    _ if LISTS.contains(&name) || name == "blockquote" => &["caption", "table", "td", "th"],
                    "li" => &["caption", "dir", "menu", "ol", "table", "td", "th", "ul"],
                    _ => &["caption", "table", "td", "th", "ac:rich-text-body"],
                };
                self.close_within(name, stops);
            }
        }
    }

    /// Closes the nearest `name` and all that stands in it, unless one of `stops` lies between.
    fn close_within(&mut self, name: &str, stops: &[&str]) {
        let found =
            self.open.iter().enumerate().rev().find(|(_, (open, _))| open == name || stops.contains(&open.as_str()));
        if let Some((at, (open, _))) = found
            && open == name
        {
            // What is no block ends no block.
            let ends_block = self.open.iter().skip(at + 1).any(|(open, _)| is_block(open));
            if is_block(name) || OF_TABLE.contains(&name) || name.contains(':') || !ends_block {
                self.close_to(at);
            }
        }
    }

    /// Closes all but the first `keep`.
    fn close_to(&mut self, keep: usize) {
        while self.open.len() > keep {
            let Some((name, looks)) = self.open.pop() else { return };
            if matches!(&*name, "caption" | "td" | "th") {
                self.close_looks(looks);
            }
            self.out.push(Piece::Close(name));
        }
    }

    /// Ends what only changes the looks, but for the first `keep`.
    fn close_looks(&mut self, keep: usize) {
        while self.looks.len() > keep {
            self.out.extend(self.looks.pop().map(Piece::Close));
        }
    }

    /// How many of `looks` were open when the cell began that one stands in.
    fn looks_of_cell(&self) -> usize {
        let cell = self.open.iter().rev().find(|(open, _)| matches!(&**open, "caption" | "td" | "th"));
        cell.map_or(0, |(_, looks)| *looks)
    }

    fn is_innermost(&self, name: &str) -> bool {
        self.open.last().is_some_and(|(open, _)| open == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::html::pieces;

    fn told(html: &str) -> String {
        let one = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Open(tag) => format!("<{}{}>", tag.name, if tag.ends { "/" } else { "" }),
            Piece::Close(name) => format!("</{name}>"),
        };
        nested(&pieces(html)).iter().map(one).collect()
    }

    #[test]
    fn what_was_left_open_closes_where_a_browser_closes_it() {
        for (html, wanted) in [
            ("<p>a<p>b", "<p>a</p><p>b</p>"),
            ("<p>a<div>b</p>c", "<p>a</p><div>bc</div>"),
            ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
            ("<ul><li>a<ul><li>b</ul>c<li>d</ul>", "<ul><li>a<ul><li>b</li></ul>c</li><li>d</li></ul>"),
            ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
            ("<table><td>a<td>b<tr><th>c</table>d", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>d"),
            ("<table><tr><td>a</div></p>b</table>", "<table><tr><td>ab</td></tr></table>"),
            ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
            ("<h2>a<h3>b</h2>c", "<h2>a</h2><h3>b</h3>c"),
            ("<head><title>t</title><p>a", "<head><title>t</title></head><p>a</p>"),
            ("a<br>b</br>c</x></ul>", "a<br/>b<br/>c"),
            ("<div/>a<ac:b/>b<time/>c", "<div/>a<ac:b/>b<time/>c"),
            ("<div/>a", "<div>a</div>"),
        ] {
            assert_eq!(told(html), wanted, "{html}");
        }
    }

    #[test]
    fn what_changes_the_looks_ends_where_it_was_ended() {
        for (html, wanted) in [
            ("<p><s>a<p>b</s>c", "<p><s>a</p><p>b</s>c</p>"),
            ("<s>a<p>b", "<s>a<p>b</p></s>"),
            ("<table><td><s>a<td>b</table>c</s>", "<table><tr><td><s>a</s></td><td>b</td></tr></table>c"),
            ("<s><table><td>a</s>b</table></s>c", "<s><table><tr><td>ab</td></tr></table></s>c"),
            ("<a href=x>a<a href=y>b</a>", "<a>a</a><a>b</a>"),
            ("<del>a<p>b</del>c", "<del>a<p>bc</p></del>"),
        ] {
            assert_eq!(told(html), wanted, "{html}");
        }
    }
}
