//! HTML as a row of texts and tags, cut by the tokenizer of the HTML standard (section 13.2.5), which `html5gum` is.
//!
//! Comments are gone and characters decoded. Who nests in whom is the business of `nesting`.

use std::cell::Cell;
use std::rc::Rc;

use html5gum::emitters::{Emitter, ForwardingEmitter};
use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};

/// A piece of an HTML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text, decoded.
    Text(String),
    /// A tag that opens an element.
    Open(Tag),
    /// A tag that ends one; its name in lower case.
    Close(String),
}

/// A tag with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name in lower case.
    pub(super) name: String,
    /// Names in lower case, sorted, each once; values decoded.
    pub(super) attributes: Vec<(String, String)>,
    /// Whether it ends itself: `<ri:page … />`.
    pub(super) ends: bool,
}

impl Tag {
    /// A tag without attributes.
    pub(super) fn bare(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new(), ends: false }
    }

    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Cuts a text into its pieces.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let is_foreign = Rc::new(Cell::new(false));
    let mut inner = DefaultEmitter::default();
    inner.naively_switch_states(true);
    let emitter = Cutter { inner, is_foreign };
    let mut pieces: Vec<Piece> = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        // Reading a string cannot fail.
        let Ok(token) = token;
        match token {
            Token::String(text) => match pieces.last_mut() {
                Some(Piece::Text(before)) => before.push_str(&owned(&text)),
                _ => pieces.push(Piece::Text(owned(&text))),
            },
            Token::StartTag(tag) => pieces.push(Piece::Open(Tag {
                name: owned(&tag.name),
                attributes: tag.attributes.iter().map(|(name, value)| (owned(name), owned(value))).collect(),
                ends: tag.self_closing,
            })),
            Token::EndTag(tag) => pieces.push(Piece::Close(owned(&tag.name))),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    pieces
}

fn owned(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Whether a page has a field for a password.
pub(super) fn asks_for_password(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Open(tag) => {
            tag.name == "input" && tag.get("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("password"))
        }
        _ => false,
    })
}

/// Whether a page sends its readers elsewhere, where they read something else.
pub(super) fn leads_elsewhere(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Open(tag) => {
            tag.name == "meta"
                && tag.get("http-equiv").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("refresh"))
                && tag.get("content").is_some_and(|it| it.to_ascii_lowercase().contains("url"))
        }
        _ => false,
    })
}

/// The usual emitter, which also knows where CDATA is text: right inside an element of a wiki or of a picture, and nowhere else
/// in HTML, where it is a comment that ends at the first `>`.
struct Cutter {
    inner: DefaultEmitter,
    is_foreign: Rc<Cell<bool>>,
}

impl ForwardingEmitter for Cutter {
    type Token = Token;

    fn inner(&mut self) -> &mut impl Emitter<Token = Self::Token> {
        &mut self.inner
    }

    fn pop_token(&mut self) -> Option<Token> {
        let token = Emitter::pop_token(&mut self.inner)?;
        match &token {
            Token::StartTag(tag) => {
                let name = owned(&tag.name);
                self.is_foreign.set(!tag.self_closing && (name.contains(':') || matches!(&*name, "svg" | "math")));
            }
            Token::EndTag(_) => self.is_foreign.set(false),
            _ => {}
        }
        Some(token)
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.is_foreign.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces in short: texts as they are, tags as `<name a=b>` and `</name>`.
    fn cut(html: &str) -> String {
        let one = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Close(name) => format!("</{name}>"),
            Piece::Open(tag) => {
                let attributes: String =
                    tag.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                format!("<{}{attributes}{}>", tag.name, if tag.ends { "/" } else { "" })
            }
        };
        pieces(html).into_iter().map(one).collect()
    }

    #[test]
    fn cuts_as_a_browser_does() {
        for (html, cut_as) in [
            ("<P Class=a ID='b c' checked x = \"&lt;\">t</p >", "<p checked= class=a id=b c x=<>t</p>"),
            ("a<br/>b<img src=x/y>", "a<br/>b<img src=x/y>"),
            ("1 < 2 <3 <<b>", "1 < 2 <3 <<b>"),
            ("a<!-- <b> -->c<!-->d<!--->e<!-- x --!>f<!-- --->g", "acdefg"),
            ("a<!doctype html>b<?php ?>c</ d>e</>f", "abcef"),
            ("a<b title='>'>c", "a<b title=>>c"),
            ("<p a=1 a=2>", "<p a=1>"),
            ("a<b unfinished", "a"),
            ("a<!-- b", "a"),
            ("<script>if (a<b) '</p>'</SCRIPT >c", "<script>if (a<b) '</p>'</script>c"),
            ("<title>a &amp; <b></title>", "<title>a & <b></title>"),
            ("&nbsp;&eacute;&eacute &notit; &#150;&#0; &nosuch;", "\u{a0}éé ¬it; –\u{fffd} &nosuch;"),
        ] {
            assert_eq!(cut(html), cut_as, "{html}");
        }
    }

    #[test]
    fn data_is_text_in_a_wiki_and_a_comment_anywhere_else() {
        for (html, cut_as) in [
            ("<ac:b><![CDATA[x < y]]></ac:b>", "<ac:b>x < y</ac:b>"),
            ("<ac:b><![CDATA[a]]]]><![CDATA[>b]]></ac:b>", "<ac:b>a]]>b</ac:b>"),
            ("<p><![CDATA[a > b]]>c</p>", "<p> b]]>c</p>"),
            ("<ac:b/><![CDATA[a]]>c", "<ac:b/>c"),
        ] {
            assert_eq!(cut(html), cut_as, "{html}");
        }
    }

    #[test]
    fn knows_a_field_for_a_password() {
        assert!(asks_for_password(&pieces("<form><INPUT name=p type=Password></form>")));
        assert!(!asks_for_password(&pieces("<p>Type your password</p><input type=search>")));
    }
}
