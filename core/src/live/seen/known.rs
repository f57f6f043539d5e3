//! The elements with a meaning that is understood: what each is to a reader.

use super::{Element, Reader, inside, words_of, written};
use crate::live::element::level;
use crate::live::html::{Piece, Tag};
use crate::live::token::{Mark, Part, Token};

impl Reader<'_> {
    pub(super) fn open_known(&mut self, tag: &Tag, at: usize, element: &mut Element) {
        let name = tag.name.as_str();
        let in_table = self.open.iter().any(|it| it.name == "table");
        match name {
            "br" if self.code > 0 => self.code_text("\n"),
            "br" => self.apart = true,
            "img" | "ac:image" => self.image(tag, at, element),
            "input" => self.input(tag, element),
            "time" => self.time(tag, at),
            "ac:link" => {
                let (name, target) = self.base.reference(inside(self.pieces, at), tag);
                element.marks.push(Mark::Link(target));
                element.name_shown = Some(name);
            }
            "pre" | "ac:plain-text-body" => {
                self.code += 1;
                element.part = Some(Part::named("code"));
            }
            "ul" | "menu" | "dir" => element.part = Some(Part::named("list")),
            "ol" => {
                let number = |key: &str| tag.get(key).and_then(|it| it.trim().parse::<i64>().ok());
                element.next = Some(number("start").unwrap_or(1));
                let looks = |key: &str| tag.get(key).map(|it| format!(", {key} {it}")).unwrap_or_default();
                let kind = if tag.get("type") == Some("1") { String::new() } else { looks("type") };
                element.part = Some(Part::named(format!("numbered list{kind}{}", looks("reversed"))));
            }
            "li" => element.part = Some(self.item(tag)),
            "blockquote" => element.part = Some(Part::named("quotation")),
            "details" => {
                element.part = Some(Part::named(if tag.get("open").is_some() { "open details" } else { "details" }));
            }
            "summary" => element.part = Some(Part::named("summary")),
            "table" => {}
            "tfoot" => element.part = Some(Part::named("foot of the table")),
            "tr" => {
                let begins = self.open.iter_mut().rev().find(|it| it.name == "table" && it.part.is_none());
                if let Some(table) = begins {
                    table.part = Some(Part::named("table"));
                    self.tokens.push(Token::Start(Part::named("table")));
                }
                element.part = Some(Part::named("row"));
            }
            "td" | "th" => {
                let over = |key: &str| tag.get(key).map(str::trim).filter(|it| *it != "1");
                let columns = over("colspan").map(|it| format!(" over {it} columns")).unwrap_or_default();
                let rows = over("rowspan").map(|it| format!(" over {it} rows")).unwrap_or_default();
                element.part = Some(Part::named(format!("cell{columns}{rows}")));
            }
            _ => element.part = level(name).filter(|_| !in_table).map(Part::Heading),
        }
        if matches!(name, "td" | "th" | "tr" | "tfoot") {
            self.apart();
        }
    }

    fn item(&mut self, tag: &Tag) -> Part {
        let list = self.open.iter_mut().rev().find(|it| matches!(&*it.name, "ul" | "ol" | "menu" | "dir"));
        let Some(next) = list.and_then(|list| list.next.as_mut()) else { return Part::named("item") };
        if let Some(value) = tag.get("value").and_then(|it| it.trim().parse().ok()) {
            *next = value;
        }
        let number = *next;
        *next = next.saturating_add(1);
        Part::named(format!("item {number}"))
    }

    fn image(&mut self, tag: &Tag, at: usize, element: &Element) {
        let (source, alternative) = match tag.name.as_str() {
            "img" => (tag.get("src").and_then(|it| self.base.target(it)).unwrap_or_default(), tag.get("alt")),
            _ => (self.base.reference(inside(self.pieces, at), tag).1, tag.get("ac:alt")),
        };
        let is_gone =
            ["width", "height"].into_iter().any(|it| tag.get(it).is_some_and(|it| matches!(it.trim(), "0" | "1")));
        let alternative = alternative.map(|it| format!(", which shows {}", words_of(it))).unwrap_or_default();
        let more: String =
            ["srcset", "usemap"].into_iter().filter_map(|it| Some(format!(", {it} {}", tag.get(it)?))).collect();
        let marks: Vec<Mark> = element.marks.iter().cloned().chain(is_gone.then_some(Mark::Hidden)).collect();
        let name = format!("image {source}{}{more}", if alternative == ", which shows " { "" } else { &alternative });
        self.thing(name, &marks);
    }

    fn input(&mut self, tag: &Tag, element: &Element) {
        let ticked = if tag.get("checked").is_some() { ", ticked" } else { "" };
        match tag.get("type").unwrap_or_default().to_ascii_lowercase().as_str() {
            "hidden" => {}
            "checkbox" => self.thing(format!("checkbox{ticked}"), &element.marks),
            _ => self.thing(written(tag), &element.marks),
        }
    }

    /// A date of a wiki, which is shown although nothing stands in it, is the word for that date.
    fn time(&mut self, tag: &Tag, at: usize) {
        let says = |piece: &Piece| matches!(piece, Piece::Text(text) if !text.trim().is_empty());
        if let Some(date) = tag.get("datetime").filter(|_| tag.ends || !inside(self.pieces, at).iter().any(says)) {
            self.apart = true;
            self.text(date);
            self.apart = true;
        }
    }
}
