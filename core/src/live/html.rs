//! HTML as a row of texts and tags, as a browser cuts it: comments gone, entities decoded. Who nests in whom is not looked at.
//!
//! After the tokenizer of the HTML standard (section 13.2.5), with what XHTML of a wiki needs besides: CDATA.

use std::collections::HashMap;
use std::sync::LazyLock;

use entities::ENTITIES;

/// A piece of an HTML text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text, decoded.
    Text(String),
    /// A tag that opens an element.
    Open(Tag),
    /// A tag that ends one; its name in lower case.
    Close(String),
    /// What stands in a CDATA section.
    Data(String),
}

/// A tag with its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name in lower case.
    pub(super) name: String,
    /// Names in lower case; values decoded.
    pub(super) attributes: Vec<(String, String)>,
    /// Whether it ends itself: `<ri:page … />`.
    pub(super) ends: bool,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

/// Elements whose content is no markup, and whether its entities are decoded.
const RAW: [(&str, bool); 8] = [
    ("script", false),
    ("style", false),
    ("xmp", false),
    ("iframe", false),
    ("noembed", false),
    ("noframes", false),
    ("textarea", true),
    ("title", true),
];

/// Cuts a text into its pieces.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        push_text(&mut pieces, before);
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = after_comment(comment);
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            let (inside, after) = data.split_once("]]>").unwrap_or((data, ""));
            pieces.push(Piece::Data(inside.to_owned()));
            rest = after;
        } else if is_name(tag.strip_prefix('/').unwrap_or(tag)) {
            // A tag that never ends is none, and what stands in it is never shown.
            let Some((piece, after)) = tag_of(tag) else { return pieces };
            rest = push_tag(&mut pieces, piece, after);
        } else if tag.starts_with(['!', '?', '/']) {
            rest = tag.split_once('>').map_or("", |it| it.1);
        } else {
            pieces.push(Piece::Text("<".to_owned()));
            rest = tag;
        }
    }
    push_text(&mut pieces, rest);
    pieces
}

/// Whether a page has a field for a password.
pub(super) fn asks_for_password(pieces: &[Piece]) -> bool {
    pieces.iter().any(|it| match it {
        Piece::Open(tag) => {
            tag.name == "input" && tag.get("type").is_some_and(|it| it.trim().eq_ignore_ascii_case("password"))
        }
        _ => false,
    })
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(decoded(text)));
    }
}

/// Takes in a tag, and with it the content that is no markup. Gives what follows.
fn push_tag<'t>(pieces: &mut Vec<Piece>, piece: Piece, after: &'t str) -> &'t str {
    let raw = match &piece {
        Piece::Open(open) => RAW.iter().find(|it| it.0 == open.name && !open.ends),
        _ => None,
    };
    pieces.push(piece);
    let Some((name, decodes)) = raw else { return after };
    let end = raw_end(after, name);
    let inside = after.get(..end).unwrap_or_default();
    pieces.push(Piece::Text(if *decodes { decoded(inside) } else { inside.to_owned() }));
    after.get(end..).unwrap_or_default()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What follows a comment, given what follows its `<!--`.
fn after_comment(text: &str) -> &str {
    // `<!-->` and `<!--->` are whole comments.
    if let Some(after) = text.strip_prefix('>').or_else(|| text.strip_prefix("->")) {
        return after;
    }
    let is_end = |at: &usize| text.get(..*at).is_some_and(|it| it.ends_with("--") || it.ends_with("--!"));
    let end = text.match_indices('>').map(|it| it.0).find(is_end);
    end.and_then(|it| text.get(it + 1..)).unwrap_or_default()
}

/// Where the content of a raw element ends: before `</name`.
fn raw_end(text: &str, name: &str) -> usize {
    let ends = text.match_indices("</").map(|it| it.0).find(|at| {
        let after = text.get(at + 2..).unwrap_or_default();
        let is_name = after.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
        let next = after.get(name.len()..).and_then(|it| it.chars().next());
        is_name && next.is_none_or(|it| it.is_ascii_whitespace() || "/>".contains(it))
    });
    ends.unwrap_or(text.len())
}

/// The tag at the start of `text`, which follows a `<`, and what follows it.
fn tag_of(text: &str) -> Option<(Piece, &str)> {
    let closes = text.starts_with('/');
    let text = text.strip_prefix('/').unwrap_or(text);
    let end = text.find(|c: char| c.is_ascii_whitespace() || "/>".contains(c))?;
    let (name, mut rest) = text.split_at_checked(end)?;
    let mut tag = Tag { name: name.to_ascii_lowercase(), attributes: Vec::new(), ends: false };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(after) = rest.strip_prefix('>') {
            let piece = if closes { Piece::Close(tag.name) } else { Piece::Open(tag) };
            return Some((piece, after));
        }
        if let Some(after) = rest.strip_prefix('/') {
            tag.ends = after.starts_with('>');
            rest = after;
            continue;
        }
        let (name, value, after) = attribute(rest)?;
        // More than anybody writes would be looked through again and again.
        if tag.attributes.len() < MOST_ATTRIBUTES && tag.get(&name).is_none() {
            tag.attributes.push((name, value));
        }
        rest = after;
    }
}

/// So many attributes of a tag are kept.
const MOST_ATTRIBUTES: usize = 100;

/// The attribute at the start of `text`: its name, its value, and what follows.
fn attribute(text: &str) -> Option<(String, String, &str)> {
    // An `=` at the start belongs to the name.
    let first = text.chars().next()?.len_utf8();
    let end = text.get(first..)?.find(|c: char| c.is_ascii_whitespace() || "/>=".contains(c))? + first;
    let (name, rest) = text.split_at_checked(end)?;
    let name = name.to_ascii_lowercase();
    let Some(value) = rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=') else {
        return Some((name, String::new(), rest));
    };
    let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
    for quote in ['"', '\''] {
        if let Some(inside) = value.strip_prefix(quote) {
            let (inside, after) = inside.split_once(quote)?;
            return Some((name, decoded(inside), after));
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>')?;
    let (inside, after) = value.split_at_checked(end)?;
    Some((name, decoded(inside), after))
}

/// The named characters: `&amp;`, and without the semicolon those that HTML takes so.
static NAMED: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| ENTITIES.iter().map(|it| (it.entity, it.characters)).collect());

/// The longest name of a character has 32 bytes with its `&` and `;`.
const LONGEST_NAME: usize = 33;

/// What Windows has where Unicode has controls: pages that say `&#150;` mean a dash.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// `text` with its entities decoded.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let from = rest.get(before.len()..).unwrap_or_default();
        let found = match after.starts_with('#') {
            true => numbered(from),
            false => named(from).map(|(it, end)| (it.to_owned(), end)),
        };
        let Some((characters, end)) = found else {
            out.push('&');
            rest = after;
            continue;
        };
        out.push_str(&characters);
        rest = from.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The character that `&name` at the start of `text` means, and where that ends.
fn named(text: &str) -> Option<(&'static str, usize)> {
    let letters = text.bytes().skip(1).take(LONGEST_NAME).take_while(u8::is_ascii_alphanumeric).count();
    let end = 1 + letters + usize::from(text.as_bytes().get(1 + letters) == Some(&b';'));
    (2..=end).rev().find_map(|end| Some((*NAMED.get(text.get(..end)?)?, end)))
}

/// The same of `&#8211;` and `&#x2013;`.
fn numbered(text: &str) -> Option<(String, usize)> {
    let hex = matches!(text.as_bytes().get(2), Some(b'x' | b'X'));
    let (start, radix) = if hex { (3, 16) } else { (2, 10) };
    let digits = text.get(start..)?.chars().take_while(|it| it.is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let end = start + digits;
    let number = u32::from_str_radix(text.get(start..end)?, radix).unwrap_or(u32::MAX);
    let windows = number.checked_sub(0x80).and_then(|it| WINDOWS.get(usize::try_from(it).ok()?)).copied();
    let character = windows.or_else(|| char::from_u32(number).filter(|it| *it != '\0')).unwrap_or('\u{fffd}');
    let semicolon = usize::from(text.as_bytes().get(end) == Some(&b';'));
    Some((character.to_string(), end + semicolon))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces in short: texts as they are, tags as `<name a=b>` and `</name>`, data as `[data]`.
    fn cut(html: &str) -> String {
        let one = |it: Piece| match it {
            Piece::Text(text) => text,
            Piece::Data(text) => format!("[{text}]"),
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
            ("<P Class=a ID='b c' checked x = \"&lt;\">t</p >", "<p class=a id=b c checked= x=<>t</p>"),
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
            ("<a><![CDATA[x < y]]></a>", "<a>[x < y]</a>"),
        ] {
            assert_eq!(cut(html), cut_as, "{html}");
        }
    }

    #[test]
    fn decodes_the_names_and_numbers_of_characters() {
        for (text, read) in [
            ("&lt;a&gt; &amp;amp;", "<a> &amp;"),
            ("&nbsp;&eacute;&eacute", "\u{a0}éé"),
            ("&notit; &notin;", "¬it; ∉"),
            ("&#65;&#x42;&#X43 &#150;&#0;&#xD800;&#99999999999;", "ABC –\u{fffd}\u{fffd}\u{fffd}"),
            ("& &; &#; &#x; &nosuch; &é", "& &; &#; &#x; &nosuch; &é"),
            ("&CounterClockwiseContourIntegral;", "∳"),
        ] {
            assert_eq!(decoded(text), read, "{text}");
        }
    }

    #[test]
    fn knows_a_field_for_a_password() {
        assert!(asks_for_password(&pieces("<form><INPUT name=p type=Password></form>")));
        assert!(!asks_for_password(&pieces("<p>Type your password</p><input type=search>")));
    }
    #[test]
    fn a_raw_element_ends_with_its_own_name_and_no_longer_one() {
        assert_eq!(raw_end("a</scripty>b</script>", "script"), 12);
        assert_eq!(raw_end("a</b>", "script"), 5);
        for end in ["</SCRIPT>", "</script >", "</script/>", "</script"] {
            assert_eq!(raw_end(&format!("a{end}"), "script"), 1, "{end}");
        }
    }
}
